using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minato.Formats.Text;

/// <summary>
/// One line of a claim file (commas) or a DPC file (tabs), cut at its separators without copying. In CP932 no second byte
/// of a character is a comma, a tab or a quote, so cutting bytes is safe. Columns are 0-based; missing ones read as empty.
/// </summary>
internal readonly ref struct CutLine
{
    /// <summary>The widest record is KI of pharmacy claims with 114 columns.</summary>
    public const int MaxColumns = 128;

    private readonly ReadOnlySpan<byte> line;
    private readonly ReadOnlySpan<int> ends;

    /// <param name="room">Room for <see cref="MaxColumns"/> column ends.</param>
    public CutLine(ReadOnlySpan<byte> line, Span<int> room, byte separator)
    {
        this.line = line;
        var (i, n) = (0, 0);
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(line);
            var wanted = Vector256.Create(separator);
            for (; i + Vector256<byte>.Count <= line.Length && n < room.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                var found = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), wanted).ExtractMostSignificantBits();
                for (; found != 0; found &= found - 1)
                {
                    room[n++] = i + BitOperations.TrailingZeroCount(found);
                }
            }
        }

        for (; i < line.Length && n < room.Length - 1; i++)
        {
            if (line[i] == separator)
            {
                room[n++] = i;
            }
        }

        room[n] = line.Length;
        ends = room[..(n + 1)];
    }

    /// <summary>Columns that the line has.</summary>
    public int Count => ends.Length;

    public ReadOnlySpan<byte> this[int column]
    {
        get
        {
            if ((uint)column >= (uint)ends.Length)
            {
                return default;
            }

            var from = column == 0 ? 0 : ends[column - 1] + 1;
            var field = line[from..ends[column]];
            return field.Length == 0 || (field[0] is not ((byte)'"' or (byte)' ') && field[^1] is not ((byte)'"' or (byte)' ')) ? field : field.Trim(" \""u8);
        }
    }

    /// <summary>The rest of the line from a column on, uncut.</summary>
    public ReadOnlySpan<byte> From(int column) => column >= ends.Length ? default : line[(column == 0 ? 0 : ends[column - 1] + 1)..];

    /// <summary>A non-negative whole number of at most nine digits; null where empty.</summary>
    public bool TryInt(int column, out int? value)
    {
        var ok = TryLong(column, out var n) && n is null or <= 999_999_999;
        value = ok ? (int?)n : null;
        return ok;
    }

    /// <summary>A non-negative whole number of at most eighteen digits; null where empty.</summary>
    public bool TryLong(int column, out long? value)
    {
        var field = this[column];
        value = null;
        if (field.IsEmpty)
        {
            return true;
        }

        if (field.Length > 18)
        {
            return false;
        }

        long n = 0;
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            n = (n * 10) + digit - '0';
        }

        value = n;
        return true;
    }

    /// <summary>An amount (使用量), at most 12 characters; null where empty.</summary>
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
        if (field.Length > 8 || !Widen(field, text) || !JapaneseDate.TryParse(text[..field.Length], out var date) || date.Year < FieldText.FirstYear)
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
        return field.Length <= 8 && Widen(field, text) && JapaneseDate.TryParseMonth(text[..field.Length], out firstDay) && firstDay.Year >= FieldText.FirstYear;
    }

    private static bool Widen(ReadOnlySpan<byte> ascii, Span<char> text) =>
        System.Text.Ascii.ToUtf16(ascii, text, out _) == System.Buffers.OperationStatus.Done;
}
