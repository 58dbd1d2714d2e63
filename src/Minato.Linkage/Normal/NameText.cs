namespace Minato.Linkage.Normal;

/// <summary>Where the parts of a name lie in its normal text: the family name first, then one space, then all the rest.</summary>
/// <param name="Length">Of the text.</param>
/// <param name="Family">Length of the family name; 0 where the name is not split or has none.</param>
/// <param name="Given">Where the given name begins; the length where it is not known.</param>
internal readonly record struct NameText(int Length, int Family, int Given)
{
    /// <summary>Of a name written in one field.</summary>
    public static NameText Read(ReadOnlySpan<char> written, Span<char> to)
    {
        var length = ReadingText.Write(written, to, out var family);
        return family < 0 ? new NameText(length, 0, length) : new NameText(length, family, family + 1);
    }

    /// <summary>Of a name whose parts stand in fields of their own; either may be missing.</summary>
    public static NameText Read(ReadOnlySpan<char> family, ReadOnlySpan<char> given, Span<char> to)
    {
        var cut = ReadingText.Write(family, to, out _);
        if (cut == 0)
        {
            return new NameText(ReadingText.Write(given, to, out _), 0, 0);
        }

        to[cut] = ' ';
        var rest = ReadingText.Write(given, to[(cut + 1)..], out _);
        return rest == 0 ? new NameText(cut, cut, cut) : new NameText(cut + 1 + rest, cut, cut + 1);
    }

    /// <summary>Characters that reading may need.</summary>
    public static int Room(string? one, string? other = null) => ReadingText.Room((one?.Length ?? 0) + (other?.Length ?? 0)) + 1;
}
