using System.Globalization;
using Minato.Linkage;
using Sylvan.Data.Csv;

namespace Minato;

/// <summary>The insurers' number-history file: CSV, UTF-8, header as in docs/formats.md. Holds identities and goes to Linkage only.</summary>
public static class NumberHistoryFile
{
    private static readonly string[] Columns =
        ["changed_on", "before_insurer", "before_symbol", "before_number", "before_branch", "after_insurer", "after_symbol", "after_number", "after_branch", "name_kana", "birth_date", "sex"];

    public static Outcome<IReadOnlyList<NumberHistory>> Read(string path)
    {
        if (!File.Exists(path))
        {
            return Finding.Error("history.file", "There is no such file", "Give the path of the number-history file", new Place(path));
        }

        using var text = new StreamReader(path);
        using var csv = CsvDataReader.Create(text);
        var header = Enumerable.Range(0, csv.FieldCount).Select(csv.GetName).ToList();
        if (Columns.Except(header).ToList() is { Count: > 0 } missing)
        {
            return Finding.Error("history.header", $"The header lacks {string.Join(", ", missing)}", $"Write the columns {string.Join(",", Columns)}", new Place(path, 1));
        }

        var at = Columns.ToDictionary(c => c, c => header.IndexOf(c));
        var changes = new List<NumberHistory>();
        var findings = new List<Finding>();
        while (csv.Read())
        {
            var (line, birth) = (csv.RowNumber + 1, default(DateOnly?));
            if (!Date("changed_on", out var on) || (Get("birth_date").Length > 0 && !Date("birth_date", out birth)))
            {
                findings.Add(Finding.Warning("history.date", "A date cannot be read; the line was left out", "Write dates as YYYY-MM-DD", new Place(path, line)));
                continue;
            }

            PersonIdentity Side(string side) => new()
            {
                InsurerNumber = Get(side + "_insurer"),
                InsuredSymbol = Get(side + "_symbol"),
                InsuredNumber = Get(side + "_number"),
                InsuredBranch = Get(side + "_branch"),
                NameKana = Get("name_kana"),
                BirthDate = birth,
                Sex = Get("sex") switch { "1" => Sex.Male, "2" => Sex.Female, _ => Sex.Unknown },
                AsOf = on,
            };
            changes.Add(new NumberHistory(Side("before"), Side("after"), on!.Value));
        }

        return Outcome<IReadOnlyList<NumberHistory>>.Ok(changes, findings);

        string Get(string column) => at[column] < csv.FieldCount ? csv.GetString(at[column]) : "";

        bool Date(string column, out DateOnly? date)
        {
            var ok = DateOnly.TryParseExact(Get(column), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d);
            date = ok ? d : null;
            return ok;
        }
    }
}
