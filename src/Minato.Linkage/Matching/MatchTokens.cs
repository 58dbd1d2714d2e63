using System.Security.Cryptography;
using System.Text;

namespace Minato.Linkage.Matching;

/// <summary>
/// Keyed tokens: HMAC-SHA256, cut to 128 bits, over the normalisation's version, the field's name and its normal form.
/// Matching compares tokens only, so neither its indexes nor its memory hold a name. Without the key a token is no
/// dictionary: plain hashes of all insured numbers are made in a minute (linkage facts §0.3).
/// </summary>
internal sealed class MatchTokens : IDisposable
{
    public const string Version = Normal.WrittenForm.Version;
    public const string KeyName = "linkage-match";

    private readonly IncrementalHash mac;
    private readonly Dictionary<(string Field, string Value), UInt128> seen = [];
    private byte[] buffer = new byte[512];

    public MatchTokens(IKeyStore keys) => mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.Key(KeyName));

    /// <summary>
    /// The token of a value, 0 for an empty one. Remembered for this batch: names, numbers and towns come again and again,
    /// but what is in clear does not outlive the call.
    /// </summary>
    public UInt128 Of(string field, string value)
    {
        if (value.Length == 0)
        {
            return 0;
        }

        ref var known = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, (field, value), out var exists);
        if (!exists)
        {
            known = Make(field, value);
        }

        return known;
    }

    /// <summary>As <see cref="Of"/> for values that hardly come twice.</summary>
    public UInt128 Once(string field, string value) => Make(field, value);

    private UInt128 Make(string field, string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(Version.Length + field.Length + value.Length + 2);
        if (buffer.Length < most)
        {
            buffer = new byte[most * 2];
        }

        var n = Encoding.UTF8.GetBytes(Version, buffer);
        buffer[n++] = (byte)'|';
        n += Encoding.UTF8.GetBytes(field, buffer.AsSpan(n));
        buffer[n++] = (byte)'|';
        n += Encoding.UTF8.GetBytes(value, buffer.AsSpan(n));
        mac.AppendData(buffer, 0, n);
        Span<byte> full = stackalloc byte[32];
        mac.GetHashAndReset(full);
        var token = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(full);
        return token == 0 ? 1 : token;
    }

    public void Dispose()
    {
        mac.Dispose();
        seen.Clear();
        CryptographicOperations.ZeroMemory(buffer);
    }
}
