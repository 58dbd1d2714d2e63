using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Minato.Linkage.Matching;

/// <summary>
/// Fast hashes for tables in memory, keyed so that nobody can prepare collisions. No cryptographic hash: what it gives must
/// never be written down. Multiply-and-fold over eight bytes at a time.
/// </summary>
internal static class KeyedHash
{
    private const ulong A = 0xA076_1D64_78BD_642F;
    private const ulong B = 0xE703_7ED1_A0B4_28DB;
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    /// <summary>Of a value of a field under this process's own key; 0 where there is none.</summary>
    public static ulong Of(char field, ReadOnlySpan<char> value)
    {
        if (value.Length == 0)
        {
            return 0;
        }

        var hash = Of(MemoryMarshal.AsBytes(value), Seed ^ (field * B));
        return hash == 0 ? 1 : hash;
    }

    /// <summary>Of a text alone, the same in every process: for what must come out the same in every run. Others can foresee it; 0 where there is no text.</summary>
    public static ulong Content(ReadOnlySpan<char> value) => value.IsEmpty ? 0 : Math.Max(1, Of(MemoryMarshal.AsBytes(value), A ^ B));

    /// <summary>128 bits under a key of 32 bytes: the same for the same key in every process.</summary>
    public static UInt128 Wide(ReadOnlySpan<char> value, ReadOnlySpan<byte> key)
    {
        var bytes = MemoryMarshal.AsBytes(value);
        return new UInt128(
            Of(bytes, BinaryPrimitives.ReadUInt64LittleEndian(key)) ^ BinaryPrimitives.ReadUInt64LittleEndian(key[16..]),
            Of(bytes, BinaryPrimitives.ReadUInt64LittleEndian(key[8..])) ^ BinaryPrimitives.ReadUInt64LittleEndian(key[24..]));
    }

    /// <summary>Two hashes that belong together, in 32 bits; never 0.</summary>
    public static uint Mix(uint kind, ulong first, ulong second) => (uint)(Fold(first ^ (kind * A), second ^ B ^ Seed) >> 32) | 1;

    private static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ ((ulong)bytes.Length * A);
        while (bytes.Length >= 16)
        {
            hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ A ^ hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ B ^ seed);
            bytes = bytes[16..];
        }

        Span<byte> rest = stackalloc byte[16];
        rest.Clear();
        bytes.CopyTo(rest);
        hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ B ^ hash, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ A ^ seed);
        return Fold(hash ^ seed, A);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
