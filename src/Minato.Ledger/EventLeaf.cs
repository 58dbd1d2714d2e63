using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Ledger;

/// <summary>
/// How an event becomes a leaf of the tree, for everyone who wants to recompute it.
/// <list type="bullet">
/// <item><c>commitment = SHA-256(0x02 || salt[32] || payload)</c>; the salt is random for each event, so nobody can guess a payload from its hash.</item>
/// <item><c>data = 0x01 || index || len stream || stream || version || len type || type || time || len actor || actor || commitment</c>;
/// integers big-endian, 64 bits; lengths 32 bits; text UTF-8; time in microseconds since 1970-01-01T00:00Z.</item>
/// <item><c>leaf = SHA-256(0x00 || data)</c>, as in RFC 9162 §2.1.1.</item>
/// </list>
/// The payload enters through its commitment alone: when payload and salt are erased, everything else of the event
/// can still be checked against the tree.
/// </summary>
public static class EventLeaf
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 32;

    /// <exception cref="ArgumentException">The salt is not 32 bytes.</exception>
    public static byte[] Commit(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload)
    {
        if (salt.Length != SaltLength)
        {
            throw new ArgumentException("A salt has 32 bytes", nameof(salt));
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0x02]);
        sha.AppendData(salt);
        sha.AppendData(payload);
        return sha.GetHashAndReset();
    }

    public static byte[] Hash(long index, string stream, long version, string type, DateTimeOffset at, ActorId by, ReadOnlySpan<byte> commitment) =>
        Hash(index, Encoding.UTF8.GetBytes(stream), version, Encoding.UTF8.GetBytes(type), Microseconds(at), Encoding.UTF8.GetBytes(by.Value), commitment);

    /// <summary>The same over the bytes as they are stored, so that two wrong texts that decode alike still differ.</summary>
    internal static byte[] Hash(
        long index, ReadOnlySpan<byte> stream, long version, ReadOnlySpan<byte> type, long microseconds, ReadOnlySpan<byte> actor, ReadOnlySpan<byte> commitment)
    {
        var data = new byte[1 + 1 + 8 + 4 + stream.Length + 8 + 4 + type.Length + 8 + 4 + actor.Length + commitment.Length];
        var rest = data.AsSpan();
        rest[0] = 0x00;
        rest[1] = 0x01;
        rest = rest[2..];
        Number(ref rest, index);
        Text(ref rest, stream);
        Number(ref rest, version);
        Text(ref rest, type);
        Number(ref rest, microseconds);
        Text(ref rest, actor);
        commitment.CopyTo(rest);
        return SHA256.HashData(data);
    }

    internal static long Microseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    internal static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static void Number(ref Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, value);
        rest = rest[8..];
    }

    private static void Text(ref Span<byte> rest, ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, utf8.Length);
        utf8.CopyTo(rest[4..]);
        rest = rest[(4 + utf8.Length)..];
    }
}
