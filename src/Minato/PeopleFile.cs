using Minato.Linkage.Clk;
using Sylvan.Data.Csv;

namespace Minato;

/// <summary>
/// A table of people for CLK encoding: CSV, UTF-8, one row a person, columns by name in any order, others left unread: <c>family given</c> (or <c>name_kana</c> with a blank between
/// the parts), <c>name_kanji birth_date sex postal_code</c>, and <c>address</c> (or <c>municipality town lot</c>).
/// </summary>
internal sealed class PeopleFile(string path)
{
    private const int MostFindings = 100;
    private static readonly string[] Columns = ["family", "given", "name_kana", "name_kanji", "birth_date", "sex", "postal_code", "address", "municipality", "town", "lot"];
    private readonly List<Finding> findings = [];
    private int left;

    /// <summary>What was wrong with single rows, after they were read: file, line, field; never a value.</summary>
    public IReadOnlyList<Finding> Findings => left == 0
        ? findings
        : [.. findings, Finding.Warning("people.more", $"{left} more rows had a field that cannot be read", "Mend the rows named first and encode again", new Place(Path.GetFileName(path)))];

    /// <summary>Whether the file can be read at all.</summary>
    public Outcome<bool> Check()
    {
        var place = new Place(Path.GetFileName(path), 1);
        if (!File.Exists(path))
        {
            return Finding.Error("people.file", "There is no such file", "Give the path of the table of people", place with { Line = null });
        }

        using var csv = Open();
        var known = Enumerable.Range(0, csv.FieldCount).Select(csv.GetName).Intersect(Columns).ToHashSet(StringComparer.Ordinal);
        return known.Contains("family") || known.Contains("given") || known.Contains("name_kana") || known.Contains("name_kanji")
            ? true
            : Finding.Error("people.header", "The header names no column with names of people", $"Name the columns as in docs/formats.md: {string.Join(", ", Columns)}", place);
    }

    public IEnumerable<ClkSourceRow> Rows()
    {
        using var csv = Open();
        var header = Enumerable.Range(0, csv.FieldCount).Select(csv.GetName).ToList();
        var at = Columns.Select(c => header.IndexOf(c)).ToArray();
        for (uint row = 1; csv.Read(); row++)
        {
            string? Get(int column) => at[column] >= 0 && at[column] < csv.RowFieldCount ? csv.GetString(at[column]) : null;
            var (family, given) = (Get(0), Get(1));
            if (at[0] < 0 && at[1] < 0 && Get(2)?.Trim() is { } kana)
            {
                var cut = kana.AsSpan().IndexOfAny(' ', '\u3000');
                (family, given) = cut < 0 ? (kana, null) : (kana[..cut], kana[(cut + 1)..]);
            }

            yield return new ClkSourceRow(
                row, family, given, Get(3), Date(Get(4), row), Sex(Get(5), row), Get(6), Get(7), at[8] < 0 ? null : Get(8), at[9] < 0 ? null : Get(9), at[10] < 0 ? null : Get(10));
        }
    }

    private CsvDataReader Open() => CsvDataReader.Create(new StreamReader(path), new CsvDataReaderOptions { OwnsReader = true, BufferSize = 64 * 1024, MaxBufferSize = 1024 * 1024 });

    private DateOnly? Date(string? text, uint row)
    {
        if (ClkHome.ReadDate(text).Try(out var date))
        {
            return date;
        }

        Note("people.date", "The date cannot be read; the row is encoded without it", "Write dates as YYYY-MM-DD", row, "birth_date");
        return null;
    }

    private Sex Sex(string? text, uint row)
    {
        var sex = ClkHome.ReadSex(text);
        if (sex == Kernel.Sex.Unknown && text?.Trim() is not (null or "" or "0" or "9"))
        {
            Note("people.sex", "The sex cannot be read; the row is encoded without it", "Write 1 (male) or 2 (female)", row, "sex");
        }

        return sex;
    }

    private void Note(string code, string reason, string remedy, uint row, string field)
    {
        if (findings.Count < MostFindings)
        {
            findings.Add(Finding.Warning(code, reason, remedy, new Place(Path.GetFileName(path), row + 1, field)));
        }
        else
        {
            left++;
        }
    }
}
