using System.Security.Cryptography;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Clk;

/// <summary>One row of the holder's table, as written; null where the table has no such column.</summary>
/// <param name="Row">Its number, counted from 1: the only thing of it that travels besides the CLK.</param>
public sealed record ClkSourceRow(
    uint Row, string? Family, string? Given, string? Kanji, DateOnly? Birth, Sex Sex, string? Postal, string? Address, string? Municipality = null, string? Town = null, string? Lot = null)
{
    /// <summary>Holds an identity: printing one by accident must not leak it.</summary>
    public override string ToString() => "ClkSourceRow(withheld)";
}

/// <summary>What the holder runs at home: rows with names in, a sealed file of CLKs out. On all cores; rows pass through, none is kept.</summary>
public sealed class ClkHome : IDisposable
{
    private const int Batch = 1024;
    private readonly ClkProjectKey key;
    private readonly ClkSchema schema;
    private readonly KanjiClasses classes;

    private ClkHome(ClkProjectKey key, ClkSchema schema, KanjiClasses classes) => (this.key, this.schema, this.classes) = (key, schema, classes);

    /// <param name="keyFile">Text of the key file that the linkage authority made for this holder.</param>
    /// <param name="privateKeyPem">The holder's private key, PEM.</param>
    /// <param name="schema">Name of the schema; it must be the one that the key was made for.</param>
    public static Outcome<ClkHome> Open(string keyFile, string privateKeyPem, string standards, string schema)
    {
        var key = ClkEnvelope.Parse(keyFile).Then(e => e.Open(privateKeyPem));
        var read = ClkSchema.Read(standards, schema);
        if (!key.Try(out var k) | !read.Try(out var s))
        {
            return Outcome<ClkHome>.Refused([.. key.Findings, .. read.Findings]);
        }

        if (k!.Schema != ClkProjectKey.SchemaOf(s!))
        {
            return Finding.Error("clk.schema", "The project's key was made for another schema, or another version of it", "Use the schema that the key file names", new Place(Field: "schema"));
        }

        return new ClkHome(k, s!, KanjiClasses.Parse(File.ReadAllText(Path.Combine(standards, "linkage", "kanji-classes-v1.txt"))));
    }

    /// <summary>A fresh key pair for a holder who has none: private and public half, PEM.</summary>
    public static (string Private, string Public) NewHolderKey() => ClkEnvelope.NewHolderKey();

    /// <summary>A birth date in any writing that a register uses, eras too; null where there is none.</summary>
    public static Outcome<DateOnly?> ReadDate(string? written) => BirthDate.Parse(written);

    public static Sex ReadSex(string? written) => WrittenSex.Parse(written);

    /// <param name="rows">Rows in rising order.</param>
    /// <param name="output">A stream that can seek, for example a new file.</param>
    /// <returns>Number of records written.</returns>
    public long Encode(IEnumerable<ClkSourceRow> rows, DateOnly today, Stream output, CancellationToken ct = default)
    {
        using var writer = new ClkWriter(output, key);
        var secret = key.Encoding.ToArray();
        using var encoders = new ThreadLocal<ClkEncoder>(() => new ClkEncoder(schema, secret), trackAllValues: true);
        try
        {
            var encoded = rows.Chunk(Batch).AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered).WithCancellation(ct).Select(chunk =>
            {
                var clks = new ulong[chunk.Length * ClkBits.Words];
                encoders.Value!.Encode([.. chunk.Select(r => Normal(r, today))], clks);
                return (Rows: Array.ConvertAll(chunk, r => r.Row), Clks: clks);
            });
            foreach (var (numbers, clks) in encoded)
            {
                writer.Add(numbers, clks);
            }

            writer.Finish();
            return writer.Count;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            foreach (var encoder in encoders.Values)
            {
                encoder.Dispose();
            }
        }
    }

    public void Dispose() => key.Dispose();

    private ClkPerson Normal(ClkSourceRow r, DateOnly today) => r.Municipality is null && r.Town is null && r.Lot is null
        ? ClkPerson.Of(r.Family, r.Given, r.Kanji, r.Birth, r.Sex, r.Postal, r.Address, classes, today)
        : ClkPerson.OfParts(r.Family, r.Given, r.Kanji, r.Birth, r.Sex, r.Postal, r.Municipality, r.Town, r.Lot, classes, today);
}
