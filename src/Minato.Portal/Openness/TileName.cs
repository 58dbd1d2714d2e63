using System.Globalization;

namespace Minato.Portal;

/// <summary>The path of a tile after <c>tile/</c> (C2SP tlog-tiles): <c>L/N</c> or <c>L/N.p/W</c>, where N is in groups of three digits, all but the last with an x before: <c>x001/x234/067</c>.</summary>
internal readonly record struct TileName(int Level, long Index, int Width)
{
    private const int Full = 256;

    public bool IsFull => Width == Full;

    public static TileName? Parse(string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 2 || Number(parts[0], 2) is not { } level)
        {
            return null;
        }

        var width = (long)Full;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal) && parts.Length > 2)
        {
            if (Number(parts[^1], 3) is not (> 0 and < Full) and not null || Number(parts[^1], 3) is not { } given)
            {
                return null;
            }

            (width, parts) = (given, [.. parts[..^2], parts[^2][..^2]]);
        }

        const int MostGroups = 5;
        const int Group = 3;
        long index = 0;
        for (var i = 1; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var digits = isLast ? parts[i] : parts[i].StartsWith('x') ? parts[i][1..] : "";
            if (i > MostGroups || digits.Length != Group || !digits.All(char.IsAsciiDigit) || (i == 1 && !isLast && digits == "000"))
            {
                return null;
            }

            index = (index * 1000) + long.Parse(digits, CultureInfo.InvariantCulture);
        }

        return new((int)level, index, (int)width);
    }

    /// <summary>Decimal without a zero before it.</summary>
    private static long? Number(string text, int most) =>
        text.Length is > 0 && text.Length <= most && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0') ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
