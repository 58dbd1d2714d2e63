using Minato.Formats.Text;
using Sylvan.Data.Csv;

namespace Minato.Formats.Csv;

/// <summary>One row: fields by column name, and the first thing that is wrong with them.</summary>
internal sealed class Row(CsvDataReader csv, IReadOnlyDictionary<string, int> columns, string file, RowSource source)
{
    public string File => file;

    public RowSource Source => source;

    public Place Place => new(file, source.Line);

    public Finding? Fault { get; private set; }

    public void Wrong(string code, string column, string reason, string remedy) =>
        Fault ??= Finding.Error(code, reason, remedy, new Place(file, source.Line, column));

    /// <summary>Identity text as written, trimmed; null where empty or where the column is missing.</summary>
    public string? Text(string column)
    {
        var text = columns.TryGetValue(column, out var i) ? FieldText.OrNull(csv.GetString(i)) : null;
        if (text is null)
        {
            return null;
        }

        if (text.Length > 200 || text.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            Wrong("csv.text", column, "The field is far too long or holds control characters", "Check the row");
            return null;
        }

        return text;
    }

    /// <summary>A field that every row must have.</summary>
    public string Needed(string column)
    {
        if (Text(column) is { } text)
        {
            return text;
        }

        Wrong("csv.missing", column, "The field is empty", "Fill it in");
        return "";
    }

    /// <summary>A code: printable ASCII without blanks.</summary>
    public string? Code(string column, Func<string, bool>? form = null)
    {
        var text = Text(column);
        if (text is not null && (!FieldText.IsCode(text) || form?.Invoke(text) == false))
        {
            Wrong("csv.code", column, "The field is not a code of the layout", "See docs/formats.md for its form");
            return null;
        }

        return text;
    }

    public DateOnly? Date(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (FieldText.TryDate(text, out var date) && date.Year is >= 1850 and <= 2200)
        {
            return date;
        }

        Wrong("csv.date", column, "The date does not exist, or is not written as YYYYMMDD, YYYY-MM-DD or GYYMMDD", "Correct the date");
        return null;
    }

    public decimal? Number(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }

        if (text.Length <= 12 && FieldText.TryDecimal(text, out var value) && value >= 0)
        {
            return value;
        }

        Wrong("csv.number", column, "The field is not a number", "Correct the number");
        return null;
    }

    public Sex Sex(Tally tally)
    {
        switch (Text("sex")?.ToLowerInvariant())
        {
            case "1" or "m" or "male" or "男":
                return Kernel.Sex.Male;
            case "2" or "f" or "female" or "女":
                return Kernel.Sex.Female;
            case null:
                return Kernel.Sex.Unknown;
            default:
                tally.Warn("csv.sex", "row whose sex is neither 1 nor 2; taken as unknown", source.Line, "Write 1 (male) or 2 (female)", "sex");
                return Kernel.Sex.Unknown;
        }
    }

    /// <summary>The birth date, which cannot lie after the day of the event.</summary>
    public DateOnly? BirthDate(DateOnly notAfter)
    {
        var birth = Date("birth_date");
        if (birth > notAfter && notAfter != default)
        {
            Wrong("csv.birth-date", "birth_date", "The birth date lies after the event", "Correct the dates");
        }

        return birth;
    }

    public string Key()
    {
        var key = Needed("record_id");
        if (key.Length > 0 && !FieldText.IsCode(key, 80))
        {
            Wrong("csv.record-id", "record_id", "The record id is not a code (printable ASCII, no blanks)", "Number the records");
        }

        return key;
    }
}
