using System.Text;

namespace Minato.Formats.Claims;

/// <summary>One string per master code of a file instead of one per row; bounded, as the masters are.</summary>
internal sealed class CodeBook
{
    private const int Most = 65_536;
    private readonly Dictionary<ulong, string> known = [];

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
}
