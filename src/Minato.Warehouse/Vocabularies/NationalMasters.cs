using System.IO.Compression;
using System.Text;
using Sylvan.Data.Csv;

namespace Minato.Warehouse.Vocabularies;

/// <summary>
/// The claim masters as published (ZIP of a CP932 CSV without header): 傷病名 <c>b_*</c>, 医薬品 <c>y_*</c>, 診療行為 <c>s_*</c>. They give
/// each disease its ICD-10 (2013) code, each drug its YJ code, and all their names. Optional: a folder that the operator fills.
/// </summary>
internal sealed class NationalMasters
{
    /// <summary>The published files are 8 MB unpacked; a file that unpacks to far more is not one of them.</summary>
    private const long LargestFile = 64L << 20;

    private NationalMasters(IReadOnlyDictionary<string, (string Name, string Icd10)> diseases, IReadOnlyDictionary<string, (string Name, string Yj)> drugs, IReadOnlyDictionary<string, string> procedures, string version) =>
        (Diseases, Drugs, Procedures, Version) = (diseases, drugs, procedures, version);

    public IReadOnlyDictionary<string, (string Name, string Icd10)> Diseases { get; }

    public IReadOnlyDictionary<string, (string Name, string Yj)> Drugs { get; }

    public IReadOnlyDictionary<string, string> Procedures { get; }

    public string Version { get; }

    /// <exception cref="InvalidDataException">A file is not a master as published; the message names it, the row and what to do.</exception>
    public static NationalMasters Load(string folder)
    {
        var diseases = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var drugs = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var procedures = new Dictionary<string, string>(StringComparer.Ordinal);

        // Sorted by name, which carries the date: the newest edition of a master is read last and wins.
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.zip").Order(StringComparer.Ordinal).ToList() : [];
        foreach (var file in files)
        {
            switch (Path.GetFileName(file)[0])
            {
                case 'b':
                    Read(file, 16, r => diseases[r.GetString(2)] = (r.GetString(5), r.GetString(15)));
                    break;
                case 'y':
                    Read(file, 32, r => drugs[r.GetString(2)] = (r.GetString(4), r.GetString(31)));
                    break;
                case 's':
                    Read(file, 113, r => procedures[r.GetString(2)] = r.GetString(112) is { Length: > 0 } name ? name : r.GetString(4));
                    break;
                default:
                    break;
            }
        }

        return new(diseases, drugs, procedures, string.Join(",", files.Select(Path.GetFileNameWithoutExtension).Where(f => f![0] is 'b' or 'y' or 's')));
    }

    private static void Read(string zip, int columns, Action<CsvDataReader> row)
    {
        try
        {
            using var archive = ZipFile.OpenRead(zip);
            foreach (var entry in archive.Entries.Where(e => e.Length is > 0 and < LargestFile))
            {
                using var text = new StreamReader(entry.Open(), CodePagesEncodingProvider.Instance.GetEncoding(932)!);
                using var reader = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = false });
                while (reader.Read())
                {
                    if (reader.RowFieldCount < columns)
                    {
                        throw new InvalidDataException($"row {reader.RowNumber} has {reader.RowFieldCount} columns, the master has {columns} or more");
                    }

                    row(reader);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new InvalidDataException($"The master {zip} cannot be read: {e.Message}. Download it again as published, or take it out of the folder", e);
        }
    }
}
