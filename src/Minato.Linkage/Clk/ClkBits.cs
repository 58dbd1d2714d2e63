using System.Numerics;

namespace Minato.Linkage.Clk;

/// <summary>
/// A cryptographic long-term key (CLK): 1024 bits, 16 words, bit <c>k</c> in word <c>k/64</c> at <c>k%64</c>, into which the parts of an identity are
/// hashed under a key. Similar identities have similar CLKs, which is their use and their danger: a CLK is personal data.
/// </summary>
internal static class ClkBits
{
    public const int Length = 1024;
    public const int Words = Length / 64;
    public const int Bytes = Length / 8;

    public static int Count(ReadOnlySpan<ulong> clk)
    {
        var count = 0;
        foreach (var word in clk)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    public static int Common(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var count = 0;
        for (var w = 0; w < Words; w++)
        {
            count += BitOperations.PopCount(a[w] & b[w]);
        }

        return count;
    }
}
