using System.Globalization;
using System.Text;

namespace Minato.Synthetic.Notes;

/// <summary>
/// Notes written by hand with their truth inside: <c>{{item=value|words}}</c>, <c>{{item=value:context|words}}</c>; a line <c>====</c> parts the notes.
/// </summary>
public static class MarkedNotes
{
    /// <exception cref="FormatException">A mark is not written as above.</exception>
    public static IReadOnlyList<GeneratedNote> Read(string marked) => [.. marked.Split("====\n").Select(One)];

    private static GeneratedNote One(string marked)
    {
        var text = new StringBuilder();
        var truth = new List<TruthItem>();
        for (var at = 0; at < marked.Length;)
        {
            var begin = marked.IndexOf("{{", at, StringComparison.Ordinal);
            text.Append(marked, at, (begin < 0 ? marked.Length : begin) - at);
            if (begin < 0)
            {
                break;
            }

            var end = marked.IndexOf("}}", begin, StringComparison.Ordinal);
            if (end < 0 || marked[(begin + 2)..end].Split('|') is not [var mark, var words] || mark.Split('=', ':') is not [var item, var value, .. var context])
            {
                throw new FormatException($"A mark at {begin} is not {{{{item=value|words}}}}");
            }

            var number = item is "smoking" or "drinking" || item.StartsWith("tumour", StringComparison.Ordinal) ? (decimal?)null : decimal.Parse(value, CultureInfo.InvariantCulture);
            truth.Add(new(item, number, number is null ? value : null, context is [var c] ? Enum.Parse<TruthContext>(c, ignoreCase: true) : TruthContext.Present, text.Length, words.Length));
            text.Append(words);
            at = end + 2;
        }

        return new(text.ToString(), truth);
    }
}
