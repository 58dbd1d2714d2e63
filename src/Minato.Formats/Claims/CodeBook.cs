using System.Text;

namespace Minato.Formats.Claims;

/// <summary>One string per master code of a file instead of one per row; bounded, as the masters are.</summary>
internal sealed class CodeBook
{
    private const int Most = 65_536;
    private readonly Dictionary<ulong, string> known = [];
    private readonly Dictionary<ulong, string> items = [];

    /// <param name="digits">At most nine ASCII digits.</param>
    public string Of(ReadOnlySpan<byte> digits)
    {
        ulong key = (ulong)digits.Length;
        foreach (var d in digits)
        {
            key = (key * 10) + (ulong)(d - '0');
        }

        if (known.TryGetValue(key, out var code))
        {
            return code;
        }

        code = Encoding.ASCII.GetString(digits);
        if (known.Count < Most)
        {
            known.Add(key, code);
        }

        return code;
    }

    /// <summary>The n-th payload of an item of the DPC survey, as <c>ASS0021-3</c>.</summary>
    /// <param name="code">Seven ASCII letters and digits.</param>
    public string Item(ReadOnlySpan<byte> code, int n)
    {
        var key = (ulong)n;
        foreach (var c in code)
        {
            key = (key << 8) | c;
        }

        if (items.TryGetValue(key, out var item))
        {
            return item;
        }

        item = $"{Encoding.ASCII.GetString(code)}-{n}";
        if (items.Count < Most)
        {
            items.Add(key, item);
        }

        return item;
    }
}
