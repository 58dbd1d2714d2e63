using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Linkage.Clk;

/// <summary>How a part becomes tokens: the things that are hashed.</summary>
internal enum ClkTokens
{
    /// <summary>Pairs of neighbouring characters, with one blank before and after.</summary>
    Bigrams,

    /// <summary>Single characters and pairs of them, whole code points.</summary>
    Characters,

    /// <summary>Each character with its place, and each neighbouring pair with its place.</summary>
    Digits,

    /// <summary>Year, month, day, their pairs, the later digits in their places, and day and month whichever way round.</summary>
    Date,

    /// <summary>The text as one token (at most four characters).</summary>
    Whole,
}

/// <summary>What is mixed into every token, so that equal texts of people who differ in it have nothing in common.</summary>
internal enum ClkSalt
{
    None,
    BirthYear,
    BirthDate,
}

/// <param name="At">First bit of the segment.</param>
/// <param name="Bits">Length of the segment.</param>
/// <param name="Hashes">Positions set for each token: the field's weight.</param>
/// <param name="Key">Fields of one key and length can be compared crosswise.</param>
/// <param name="Pad">Least number of tokens: fewer are filled up with tokens of the salt alone, which everybody with that salt shares. 0: none.</param>
internal sealed record ClkField(string Name, ClkPart From, int At, int Bits, int Hashes, ClkTokens Tokens, string Key, ClkSalt Salt, int Pad, string Why);

/// <summary>How identities are encoded: <c>standards/linkage/clk-*.json</c>. Two sides can be compared only under the same schema.</summary>
/// <param name="EnclaveOnly">The encoding gives way to statistical attacks: its CLKs may be read in the linkage room only.</param>
/// <param name="Swap">Two fields that people exchange; null where there are none.</param>
internal sealed record ClkSchema(string Version, bool EnclaveOnly, IReadOnlyList<ClkField> Fields, IReadOnlyList<string> Swap)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>SHA-256 of the file, first 16 hex digits: a schema that was edited under the same version is another schema.</summary>
    [JsonIgnore]
    public string Hash { get; private init; } = "";

    /// <summary>Fields whose segment another field of the list overlaps would be compared as one; they must not.</summary>
    /// <exception cref="FormatException">The schema cannot be read or contradicts itself; the message says where.</exception>
    public static ClkSchema Parse(string json)
    {
        ClkSchema schema;
        try
        {
            schema = JsonSerializer.Deserialize<ClkSchema>(json, Options) ?? throw new FormatException("The CLK schema is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The CLK schema cannot be read at line {e.LineNumber + 1}, {e.Path}.");
        }

        var used = new bool[ClkBits.Length];
        foreach (var f in schema.Fields)
        {
            if (f.At < 0 || f.Bits < 8 || f.At + f.Bits > used.Length || f.Hashes is < 1 or > 24 || f.Pad < 0 || (f.Pad > 0 && f.Salt == ClkSalt.None))
            {
                throw new FormatException($"Field '{f.Name}' of the CLK schema lies outside the {ClkBits.Length} bits, is shorter than 8, has not 1 to 24 hashes, or pads without a salt.");
            }

            for (var k = f.At; k < f.At + f.Bits; k++)
            {
                if (used[k])
                {
                    throw new FormatException($"Field '{f.Name}' of the CLK schema overlaps another.");
                }

                used[k] = true;
            }
        }

        var swap = schema.Swap.Select(name => schema.Fields.FirstOrDefault(f => f.Name == name)).ToList();
        if (swap.Count is not (0 or 2) || swap.Contains(null) || (swap.Count == 2 && (swap[0]!.Key != swap[1]!.Key || swap[0]!.Bits != swap[1]!.Bits)))
        {
            throw new FormatException("'swap' of the CLK schema names two fields of one key and one length, or nothing.");
        }

        return schema with { Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16] };
    }

    /// <param name="folder">The repository's <c>standards</c>.</param>
    /// <param name="name">As the file is named, without its ending: <c>clk-v1</c>.</param>
    public static Outcome<ClkSchema> Read(string folder, string name)
    {
        var path = Path.Combine(folder, "linkage", name + ".json");
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || !File.Exists(path))
        {
            return Finding.Error("clk.schema", "There is no CLK schema of that name", "Name a file clk-*.json of standards/linkage without its ending", new Place(Field: "schema"));
        }

        return Parse(File.ReadAllText(path));
    }

    /// <summary>Index of the two fields that people exchange, or (-1, -1).</summary>
    public (int First, int Second) SwapAt() =>
        Swap.Count == 2 ? (IndexOf(Swap[0]), IndexOf(Swap[1])) : (-1, -1);

    private int IndexOf(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A field's bits within a CLK.</summary>
internal readonly record struct ClkSegment(int At, int Bits)
{
    /// <summary>Copies the segment, from bit 0 on, into as many words as it needs.</summary>
    public void Extract(ReadOnlySpan<ulong> clk, Span<ulong> to)
    {
        var (word, shift) = (At >> 6, At & 63);
        for (var i = 0; i < Words; i++)
        {
            var value = clk[word + i] >> shift;
            if (shift > 0 && word + i + 1 < ClkBits.Words)
            {
                value |= clk[word + i + 1] << (64 - shift);
            }

            var left = Bits - (i * 64);
            to[i] = left >= 64 ? value : value & ((1UL << left) - 1);
        }
    }

    public int Words => (Bits + 63) / 64;

    public static int Common(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var count = 0;
        for (var i = 0; i < a.Length; i++)
        {
            count += BitOperations.PopCount(a[i] & b[i]);
        }

        return count;
    }
}
