using System.Buffers.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// One record of a claim file, cut at its commas without copying. In CP932 no second byte of a character is a comma or
/// a quote, so cutting bytes is safe. Columns are 0-based, as in the record specification; missing ones read as empty.
/// </summary>
internal readonly ref struct UkeLine
{
    /// <summary>The widest record we read (TO) has 48 columns; the dental SS has 109.</summary>
    public const int MaxColumns = 128;

    private readonly ReadOnlySpan<byte> line;
    private readonly ReadOnlySpan<int> ends;

    /// <param name="room">Room for <see cref="MaxColumns"/> column ends.</param>
    public UkeLine(ReadOnlySpan<byte> line, Span<int> room)
    {
        this.line = line;
        var n = 0;
        for (var i = 0; i < line.Length && n < room.Length - 1; i++)
        {
            if (line[i] == (byte)',')
            {
                room[n++] = i;
            }
        }

        room[n] = line.Length;
        ends = room[..(n + 1)];
    }

    public ReadOnlySpan<byte> this[int column]
    {
        get
        {
            if (column >= ends.Length)
            {
                return default;
            }

            var from = column == 0 ? 0 : ends[column - 1] + 1;
            var field = line[from..ends[column]];
            return field.Length == 0 || (field[0] is not ((byte)'"' or (byte)' ') && field[^1] is not ((byte)'"' or (byte)' ')) ? field : field.Trim(" \""u8);
        }
    }

    /// <summary>A non-negative whole number of at most nine digits; null where empty.</summary>
    public bool TryInt(int column, out int? value)
    {
        var field = this[column];
        if (field.IsEmpty)
        {
            value = null;
            return true;
        }

        var n = 0;
        foreach (var digit in field)
        {
            if (field.Length > 9 || digit is < (byte)'0' or > (byte)'9')
            {
                value = null;
                return false;
            }

            n = (n * 10) + digit - '0';
        }

        value = n;
        return true;
    }

    /// <summary>An amount (使用量), at most 11 characters; null where empty.</summary>
    public bool TryAmount(int column, out decimal? value)
    {
        var field = this[column];
        if (field.IsEmpty)
        {
            value = null;
            return true;
        }

        decimal d = 0;
        var ok = field.Length <= 12 && Utf8Parser.TryParse(field, out d, out var used) && used == field.Length && d >= 0;
        value = ok ? d : null;
        return ok;
    }

    public bool TryDate(int column, out DateOnly? value)
    {
        var field = this[column];
        value = null;
        if (field.IsEmpty)
        {
            return true;
        }

        Span<char> text = stackalloc char[8];
        if (field.Length > 8 || !Widen(field, text) || !JapaneseDate.TryParse(text[..field.Length], out var date))
        {
            return false;
        }

        value = date;
        return true;
    }

    public bool TryMonth(int column, out DateOnly firstDay)
    {
        var field = this[column];
        Span<char> text = stackalloc char[8];
        firstDay = default;
        return field.Length <= 8 && Widen(field, text) && JapaneseDate.TryParseMonth(text[..field.Length], out firstDay);
    }

    private static bool Widen(ReadOnlySpan<byte> ascii, Span<char> text) =>
        System.Text.Ascii.ToUtf16(ascii, text, out _) == System.Buffers.OperationStatus.Done;
}
