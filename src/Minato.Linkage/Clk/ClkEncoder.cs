using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Linkage.Clk;

/// <summary>
/// Identities to CLKs under a project's key. Each field has a key of its own (HKDF-SHA256 of the project key); each token goes through AES-256 under it,
/// and 16 bits of the result give one position ("random hashing": no arithmetic series of positions that could be solved for). One AES call serves the tokens of many people.
/// Not thread-safe: one encoder for each thread.
/// </summary>
internal sealed class ClkEncoder : IDisposable
{
    private const int PositionsOfBlock = 8;
    private readonly ClkSchema schema;
    private readonly Dictionary<string, Aes> keys = [];
    private readonly TokenList tokens = new();
    private int[] ends = [];
    private byte[] hashes = [];

    public ClkEncoder(ClkSchema schema, ReadOnlySpan<byte> projectKey)
    {
        this.schema = schema;
        Span<byte> derived = stackalloc byte[32];
        foreach (var name in schema.Fields.Select(f => f.Key).Distinct())
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, projectKey, derived, [], Encoding.UTF8.GetBytes($"minato clk field {schema.Version} {schema.Hash} {name}"));
            var aes = Aes.Create();
            aes.Key = derived.ToArray();
            keys.Add(name, aes);
        }

        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Encodes people one after another.</summary>
    /// <param name="clks">16 words for each person; overwritten.</param>
    public void Encode(ReadOnlySpan<ClkPerson> people, Span<ulong> clks)
    {
        clks[..(people.Length * ClkBits.Words)].Clear();
        if (ends.Length < people.Length)
        {
            ends = new int[people.Length];
        }

        foreach (var field in schema.Fields)
        {
            var passes = (field.Hashes + PositionsOfBlock - 1) / PositionsOfBlock;
            tokens.Clear();
            for (var i = 0; i < people.Length; i++)
            {
                var text = people[i][field.From];
                if (text.Length > 0 && SaltOf(people[i], field.Salt) is { } salt)
                {
                    tokens.Add(text, field.Tokens, salt, passes, field.Pad);
                }

                ends[i] = tokens.Count;
            }

            var input = tokens.Blocks;
            if (hashes.Length < input.Length)
            {
                hashes = new byte[input.Length * 2];
            }

            _ = keys[field.Key].EncryptEcb(input, hashes, PaddingMode.None);
            for (var (i, from) = (0, 0); i < people.Length; from = ends[i++])
            {
                Set(field, passes, hashes.AsSpan(from * TokenList.BlockBytes, (ends[i] - from) * TokenList.BlockBytes), clks.Slice(i * ClkBits.Words, ClkBits.Words));
            }
        }
    }

    public void Dispose()
    {
        tokens.Wipe();
        CryptographicOperations.ZeroMemory(hashes);
        foreach (var aes in keys.Values)
        {
            aes.Dispose();
        }
    }

    private static void Set(ClkField field, int passes, ReadOnlySpan<byte> blocks, Span<ulong> clk)
    {
        for (var at = 0; at < blocks.Length; at += passes * TokenList.BlockBytes)
        {
            for (var h = 0; h < field.Hashes; h++)
            {
                var k = field.At + (int)((BinaryPrimitives.ReadUInt16LittleEndian(blocks[(at + (2 * h))..]) * (uint)field.Bits) >> 16);
                clk[k >> 6] |= 1UL << (k & 63);
            }
        }
    }

    /// <summary>Null where the salt is not known: the field then says nothing, rather than the same for everybody.</summary>
    private static uint? SaltOf(in ClkPerson person, ClkSalt salt) => salt switch
    {
        ClkSalt.BirthYear => (uint?)person.Birth?.Year,
        ClkSalt.BirthDate => (uint?)person.Birth?.DayNumber,
        _ => 0,
    };
}
