using System.Buffers.Binary;
using System.Text;

namespace Minato.Linkage.Clk;

/// <summary>The tokens of many people as 16-byte blocks, each block one input of the keyed function: token (8), salt (4), kind (1), number of the block (1).</summary>
internal sealed class TokenList
{
    public const int BlockBytes = 16;
    private byte[] blocks = new byte[64 * 1024];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Blocks => blocks.AsSpan(0, Count * BlockBytes);

    public void Clear() => Count = 0;

    /// <summary>Overwrites the tokens: they are names.</summary>
    public void Wipe()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(blocks);
        Count = 0;
    }

    /// <param name="passes">Blocks for each token: eight positions come from one.</param>
    /// <param name="pad">Least number of tokens; what is missing is filled up with tokens of the salt alone.</param>
    public void Add(string text, ClkTokens tokens, uint salt, int passes, int pad)
    {
        var before = Count;
        Add(text, tokens, salt, passes);
        for (var n = (Count - before) / passes; n < pad; n++)
        {
            Put((ulong)n, 8, salt, passes);
        }
    }

    private void Add(string text, ClkTokens tokens, uint salt, int passes)
    {
        switch (tokens)
        {
            case ClkTokens.Bigrams:
                for (var i = 0; i <= text.Length; i++)
                {
                    Put(i == 0 ? ' ' : text[i - 1], i == text.Length ? ' ' : text[i], 0, 1, salt, passes);
                }

                break;
            case ClkTokens.Characters:
                var before = 0;
                foreach (var rune in text.EnumerateRunes())
                {
                    Put(rune.Value, 0, 0, 2, salt, passes);
                    if (before != 0)
                    {
                        Put(before, rune.Value, 0, 3, salt, passes);
                    }

                    before = rune.Value;
                }

                break;
            case ClkTokens.Digits:
                for (var i = 0; i < text.Length; i++)
                {
                    Put(text[i], 0, i, 4, salt, passes);
                    if (i > 0)
                    {
                        Put(text[i - 1], text[i], i, 5, salt, passes);
                    }
                }

                break;
            case ClkTokens.Date:
                Date(text, salt, passes);
                break;
            default:
                ulong whole = 0;
                foreach (var c in text.AsSpan(0, Math.Min(4, text.Length)))
                {
                    whole = (whole << 16) | c;
                }

                Put(whole, 7, salt, passes);
                break;
        }
    }

    /// <param name="text">yyyyMMdd.</param>
    private void Date(ReadOnlySpan<char> text, uint salt, int passes)
    {
        var (year, month, day) = (Number(text[..4]), Number(text[4..6]), Number(text[6..8]));
        Put(year, 0, 0, 6, salt, passes);
        Put(0, month, 1, 6, salt, passes);
        Put(0, day, 2, 6, salt, passes);
        Put(year, month, 3, 6, salt, passes);
        Put(year, day, 4, 6, salt, passes);
        Put(month, day, 5, 6, salt, passes);
        Put(year, (Math.Min(month, day) * 100) + Math.Max(month, day), 6, 6, salt, passes);

        // The century says nothing; the other digits in their places.
        for (var i = 2; i < 8; i++)
        {
            Put(text[i], 0, 8 + i, 6, salt, passes);
        }

        static int Number(ReadOnlySpan<char> digits)
        {
            var value = 0;
            foreach (var d in digits)
            {
                value = (value * 10) + (d - '0');
            }

            return value;
        }
    }

    private void Put(int first, int second, int place, byte kind, uint salt, int passes) =>
        Put(((ulong)(uint)first << 40) | ((ulong)(uint)second << 16) | (uint)(place & 0xFFFF), kind, salt, passes);

    private void Put(ulong token, byte kind, uint salt, int passes)
    {
        for (byte pass = 0; pass < passes; pass++)
        {
            var at = Count * BlockBytes;
            if (at == blocks.Length)
            {
                var old = blocks;
                Array.Resize(ref blocks, blocks.Length * 2);
                System.Security.Cryptography.CryptographicOperations.ZeroMemory(old);
            }

            var block = blocks.AsSpan(at, BlockBytes);
            block.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(block, token);
            BinaryPrimitives.WriteUInt32LittleEndian(block[8..], salt);
            block[12] = kind;
            block[13] = pass;
            Count++;
        }
    }
}
