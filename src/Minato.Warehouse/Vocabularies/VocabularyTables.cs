using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sylvan.Data.Csv;

namespace Minato.Warehouse.Vocabularies;

internal sealed record Concept(long Id, IReadOnlyList<long> Parents, string Domain, Bilingual Name);

internal sealed record SourceCode(string System, string Code, long Concept, Bilingual Name);

/// <summary>The small vocabulary that the software carries: source codes, concepts with their parents, units.</summary>
internal sealed class VocabularyTables
{
    private static readonly Lazy<VocabularyTables> Loaded = new(() => new VocabularyTables());

    private VocabularyTables()
    {
        var (codes, concepts, units) = (Text("codes.csv"), Text("concepts.csv"), Text("units.csv"));
        Version = $"minato-1.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(codes + concepts + units)))[..12]}";
        Codes = Read(codes, r => new SourceCode(r.GetString(0), r.GetString(1), r.GetInt64(2), new(r.GetString(5), r.GetString(6))));
        Concepts = Read(concepts, r => new Concept(r.GetInt64(0), [.. r.GetString(1).Split('|', StringSplitOptions.RemoveEmptyEntries).Select(p => long.Parse(p, CultureInfo.InvariantCulture))], r.GetString(2), new(r.GetString(4), r.GetString(5))));
        Units = Read(units, r => (Unit: r.GetString(0), Concept: r.GetInt64(1))).ToDictionary(u => u.Unit, u => u.Concept, StringComparer.Ordinal);
    }

    public static VocabularyTables Own => Loaded.Value;

    public string Version { get; }

    public IReadOnlyList<SourceCode> Codes { get; }

    public IReadOnlyList<Concept> Concepts { get; }

    public IReadOnlyDictionary<string, long> Units { get; }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(VocabularyTables).Assembly.GetManifestResourceStream("vocabulary/" + name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static List<T> Read<T>(string csv, Func<CsvDataReader, T> row)
    {
        using var reader = CsvDataReader.Create(new StringReader(csv));
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
