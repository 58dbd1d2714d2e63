namespace Minato.Formats.Claims;

/// <summary>
/// The three columns that the review body puts in front of each record for insurers. データ識別: 1 as the institution claimed,
/// 2 corrected by the review body, 3 the insurer asks for a re-review, 4 its result, 8 returned (返戻), 12–14 the same
/// as 2–4 of an earlier round.
/// </summary>
internal readonly record struct HistoryColumns(int Source, int Row, int Branch)
{
    public const int Claimed = 1;
    public const int Corrected = 2;
    public const int Asked = 3;
    public const int Decided = 4;
    public const int Returned = 8;

    /// <summary>The record behind the columns, and what they say; Source is 0 for the institution's own variant, which has none.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> line, out HistoryColumns history)
    {
        history = default;
        if (line.Length < 8 || line[0] is < (byte)'0' or > (byte)'9')
        {
            return line;
        }

        Span<int> numbers = stackalloc int[3];
        var rest = line;
        for (var i = 0; i < 3; i++)
        {
            var at = rest.IndexOf((byte)',');
            if (at is < 0 or > 9 || rest[..at].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return line;
            }

            foreach (var digit in rest[..at])
            {
                numbers[i] = (numbers[i] * 10) + digit - '0';
            }

            rest = rest[(at + 1)..];
        }

        if (rest.Length < 2 || !char.IsAsciiLetterUpper((char)rest[0]) || !char.IsAsciiLetterUpper((char)rest[1]))
        {
            return line;
        }

        history = new HistoryColumns(Math.Max(numbers[0], Claimed), numbers[1], numbers[2]);
        return rest;
    }
}
