using Minato.Formats.Text;
using Sylvan.Data.Csv;

namespace Minato.Formats.Csv;

/// <summary>A column of the layout in the file at hand; index -1 where the file does not have it.</summary>
internal readonly record struct Cell(int Index, string Name);

/// <summary>One row: its fields, and the first thing that is wrong with them.</summary>
internal sealed class Row(CsvDataReader csv, IReadOnlyList<string> missing, string file, RowSource source)
{
    public string File => file;

    public RowSource Source => source;

    public Place Place => new(file, source.Line);

    public Finding? Fault { get; private set; }

    public void Wrong(string code, Cell cell, string reason, string remedy) =>
        Fault ??= Finding.Error(code, reason, remedy, new Place(file, source.Line, cell.Name));

    /// <summary>Text as written, trimmed; null where empty, where the layout's sign for no value stands, or where the column is missing.</summary>
    public string? Text(Cell cell)
    {
        var text = cell.Index >= 0 ? FieldText.OrNull(csv.GetString(cell.Index)) : null;
        if (text is null || missing.Contains(text))
        {
            return null;
        }

        if (text.Length > 200 || text.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            Wrong("csv.text", cell, "The field is far too long or holds control characters", "Check the row");
            return null;
        }

        return text;
    }

    /// <summary>A field that every row must have.</summary>
    public string Needed(Cell cell)
    {
        if (Text(cell) is { } text)
        {
            return text;
        }

        Wrong("csv.missing", cell, "The field is empty", "Fill it in");
        return "";
    }

    public DateOnly? Date(Cell cell)
    {
        if (Text(cell) is not { } text)
        {
            return null;
        }

        if (FieldText.TryDate(text.Contains('/') ? text.Replace('/', '-') : text, out var date) && date.Year is >= 1850 and <= 2200)
        {
            return date;
        }

        Wrong("csv.date", cell, "The date does not exist, or is not written as YYYYMMDD, YYYY-MM-DD, YYYY/MM/DD or GYYMMDD", "Correct the date");
        return null;
    }

    /// <summary>First day of a month written as YYYYMM or GYYMM.</summary>
    public DateOnly? Month(Cell cell)
    {
        if (Text(cell) is not { } text)
        {
            return null;
        }

        if (JapaneseDate.TryParseMonth(text, out var first))
        {
            return first;
        }

        Wrong("csv.date", cell, "The month is not written as YYYYMM or GYYMM", "Correct the month");
        return null;
    }

    public Sex Sex(Cell cell, string? text, Tally tally)
    {
        switch (text?.ToLowerInvariant())
        {
            case "1" or "m" or "male" or "男":
                return Kernel.Sex.Male;
            case "2" or "f" or "female" or "女":
                return Kernel.Sex.Female;
            case null or "unknown":
                return Kernel.Sex.Unknown;
            default:
                tally.Warn("csv.sex", "row whose sex is neither 1 nor 2; taken as unknown", source.Line, "Write 1 (male) or 2 (female)", cell.Name);
                return Kernel.Sex.Unknown;
        }
    }
}
