using System.Globalization;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>The five characters that a message separates with: MSH-1 and MSH-2. Usually <c>|^~\&amp;</c>.</summary>
internal readonly record struct Separators(char Field, char Component, char Repetition, char Escape, char Sub)
{
    /// <summary>From the text of an MSH segment; null where it does not declare at least four different characters.</summary>
    public static Separators? Of(string msh)
    {
        if (msh.Length < 8 || char.IsAsciiLetterOrDigit(msh[3]))
        {
            return null;
        }

        var end = msh.IndexOf(msh[3], 4);
        var said = end < 0 ? msh.AsSpan(4) : msh.AsSpan(4, end - 4);
        if (said.Length is < 3 or > 5)
        {
            return null;
        }

        var marks = new Separators(msh[3], said[0], said[1], said[2], said.Length > 3 ? said[3] : '&');
        char[] all = [marks.Field, marks.Component, marks.Repetition, marks.Escape, marks.Sub];
        return all.Distinct().Count() == 5 && !all.Any(char.IsAsciiLetterOrDigit) ? marks : null;
    }
}

/// <summary>One segment of a message. Fields, components and repetitions are counted from 1, as the standard does.</summary>
internal sealed class Segment(string text, Separators marks, long line)
{
    private const string ExplicitNull = "\"\"";

    /// <summary>MSH-1 is the separator itself, so its fields stand one place further left.</summary>
    private readonly int shift = text.StartsWith("MSH", StringComparison.Ordinal) ? 1 : 0;

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789ABCDEFabcdef");

    private readonly string[] fields = text.Split(marks.Field);

    /// <summary>Three letters.</summary>
    public string Id => fields[0];

    /// <summary>Which segment of the file this is.</summary>
    public long Line => line;

    public int Repetitions(int field) => Field(field) is { Length: > 0 } f ? f.AsSpan().Count(marks.Repetition) + 1 : 0;

    /// <summary>A component, unescaped and trimmed; null where it is empty or the explicit null <c>""</c>.</summary>
    public string? Text(int field, int component = 1, int repetition = 1)
    {
        var part = Part(Part(Field(field), marks.Repetition, repetition), marks.Component, component);
        return part.IsEmpty || part.SequenceEqual(ExplicitNull) ? null : FieldText.OrNull(Unescape(part));
    }

    /// <summary>A subcomponent of a component.</summary>
    public string? Sub(int field, int component, int sub)
    {
        var part = Part(Part(Part(Field(field), marks.Repetition, 1), marks.Component, component), marks.Sub, sub);
        return part.IsEmpty || part.SequenceEqual(ExplicitNull) ? null : FieldText.OrNull(Unescape(part));
    }

    /// <summary>The day of a timestamp <c>YYYYMMDD[HHMM[SS]]</c>; null where it is missing, shorter than a day, or no day that exists.</summary>
    public DateOnly? Day(int field, int component = 1) =>
        Text(field, component) is { Length: >= 8 } t
        && DateOnly.TryParseExact(t.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 1850 and <= 2200 ? day : null;

    public decimal? Number(int field, int component = 1) =>
        Text(field, component) is { Length: <= 20 } t && FieldText.TryDecimal(t, out var value) ? value : null;

    private string Field(int field) => field - shift is var at && at > 0 && at < fields.Length ? fields[at] : "";

    private static ReadOnlySpan<char> Part(ReadOnlySpan<char> whole, char by, int number)
    {
        while (--number > 0)
        {
            var at = whole.IndexOf(by);
            if (at < 0)
            {
                return default;
            }

            whole = whole[(at + 1)..];
        }

        var end = whole.IndexOf(by);
        return end < 0 ? whole : whole[..end];
    }

    /// <summary>HL7 v2.5 §2.7: <c>\F\ \S\ \T\ \R\ \E\</c> are the separators, <c>\Xhh…\</c> are bytes, the rest is formatting and falls away.</summary>
    private string Unescape(ReadOnlySpan<char> part)
    {
        if (!part.Contains(marks.Escape))
        {
            return part.ToString();
        }

        var text = new StringBuilder(part.Length);
        while (!part.IsEmpty)
        {
            var from = part.IndexOf(marks.Escape);
            var length = from < 0 ? -1 : part[(from + 1)..].IndexOf(marks.Escape);
            if (length < 0)
            {
                text.Append(part); // an escape character that stands alone is itself
                break;
            }

            text.Append(part[..from]);
            var sequence = part.Slice(from + 1, length);
            part = part[(from + length + 2)..];
            switch (sequence)
            {
                case "F": text.Append(marks.Field); break;
                case "S": text.Append(marks.Component); break;
                case "T": text.Append(marks.Sub); break;
                case "R": text.Append(marks.Repetition); break;
                case "E": text.Append(marks.Escape); break;
                case ".br" or ".sp": text.Append(' '); break;
                case ['X', .. var hex] when hex.Length is > 0 and <= 64 && hex.Length % 2 == 0 && !hex.ContainsAnyExcept(HexDigits):
                    foreach (var b in Convert.FromHexString(hex))
                    {
                        text.Append(b is >= 0x20 and < 0x7F ? (char)b : ' ');
                    }

                    break;
            }
        }

        return text.ToString();
    }
}
