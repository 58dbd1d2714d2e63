using System.Globalization;
using System.Text.RegularExpressions;

namespace Minato.Formats.Notes;

/// <summary>
/// Reads notes by rules: patterns in their order, each taking the stretches that it explains; then, of every thing found, whose it is and when
/// and how surely, from the words before it and behind it in the same sentence.
/// </summary>
public sealed class RuleNoteReader(NoteRules rules) : INoteReader
{
    /// <summary>A longer note is read to here.</summary>
    public const int MostCharacters = 100_000;

    private static readonly char[] SentenceEnds = ['。', '\n', ';'];

    public string Name => $"{rules.Id}-{rules.Version}";

    public IReadOnlyList<NoteFinding> Read(string note)
    {
        var folded = FoldedNote.Of(note.Length <= MostCharacters ? note : note[..MostCharacters]);
        var text = folded.Text;
        var taken = new bool[text.Length + 1];
        var found = new List<NoteFinding>();
        try
        {
            foreach (var (pattern, code, confidence) in rules.Patterns)
            {
                for (var match = pattern.Match(text); match.Success;)
                {
                    // What ends one thing (a blank, a comma) may open the next, so the search goes on behind the last group, not behind the match.
                    var end = Take(match, code, confidence, folded, taken, found);
                    match = pattern.Match(text, Math.Min(text.Length, Math.Max(end, match.Index + 1)));
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // What was found until then stands. Without backtracking this is a machine that stands still, not a note.
        }

        found.Sort((a, b) => a.Offset != b.Offset ? a.Offset - b.Offset : string.CompareOrdinal(a.Item, b.Item));
        return found;
    }

    /// <summary>Where the last group of the match ends.</summary>
    private int Take(Match match, string? code, double confidence, FoldedNote folded, bool[] taken, List<NoteFinding> found)
    {
        var groups = match.Groups.Cast<Group>().Where(g => g.Success && g.Length > 0 && !char.IsAsciiDigit(g.Name[0])).ToList();
        var last = groups.Count == 0 ? match.Index + match.Length : groups.Max(g => g.Index + g.Length);
        if (groups.Any(g => taken.AsSpan(g.Index, g.Length).Contains(true)))
        {
            return last;
        }

        var read = new List<NoteFinding>();
        var tenths = groups.FirstOrDefault(g => g.Name == "tenths");
        foreach (var group in groups.Where(g => g.Name is not ("void" or "tenths")))
        {
            var item = rules.Items[group.Name.Replace('_', '-')];
            var end = tenths is not null ? tenths.Index + tenths.Length : group.Index + group.Length;
            var (offset, length) = folded.Origin(group.Index, end - group.Index);
            var context = Context(folded.Text, match, group);
            if (item.Unit is null)
            {
                var written = code ?? group.Value.ToUpperInvariant();
                read.Add(new(item.Item, null, item.Codes.GetValueOrDefault(written, written), context, offset, length, confidence));
            }
            else if (decimal.TryParse(group.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value + (tenths is null ? 0 : (tenths.Value[0] - '0') / 10m) is var whole && whole >= item.Min && whole <= item.Max)
            {
                read.Add(new(item.Item, whole, null, context, offset, length, confidence));
            }
            else
            {
                return last; // a value that nobody has: the pattern took something else for it
            }
        }

        found.AddRange(read);
        groups.ForEach(g => taken.AsSpan(g.Index, g.Length).Fill(true));
        return last;
    }

    private NoteContext Context(string text, Match match, Group group)
    {
        var begin = group.Index == 0 ? 0 : text.LastIndexOfAny(SentenceEnds, group.Index - 1) + 1;
        var end = group.Index + group.Length;
        var stop = text.IndexOfAny(SentenceEnds, end);
        var behind = text[end..Math.Min(stop < 0 ? text.Length : stop, end + 12)];
        foreach (var (context, pattern) in rules.After)
        {
            if (pattern.IsMatch(behind))
            {
                return context;
            }
        }

        var before = text[begin..Math.Max(begin, Math.Max(group.Index, match.Index))];
        foreach (var (context, pattern) in rules.Before)
        {
            // Of the words before, the last that says when or whose counts: 前回は150/90、本日128/76.
            var last = Last(pattern, before);
            if (last >= 0 && last >= Last(rules.Now, before))
            {
                return context;
            }
        }

        return NoteContext.Present;
    }

    private static int Last(Regex pattern, string text)
    {
        var last = -1;
        for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
        {
            last = match.Index;
        }

        return last;
    }
}
