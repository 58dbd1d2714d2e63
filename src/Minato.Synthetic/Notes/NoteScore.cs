using Minato.Formats.Notes;

namespace Minato.Synthetic.Notes;

/// <summary>How well a reader reads one item. A finding is right where item, value or code, context and place agree with the truth.</summary>
/// <param name="Truth">Things said.</param>
/// <param name="Found">Things read.</param>
/// <param name="Right">Things read rightly.</param>
public sealed record NoteScore(string Item, int Truth, int Found, int Right)
{
    public double Precision => Found == 0 ? 1 : (double)Right / Found;

    public double Recall => Truth == 0 ? 1 : (double)Right / Truth;

    /// <summary>Reads the notes; the scores by item, in the order of their names, and all together as <c>all</c>. The mistakes go to <paramref name="mistake"/>.</summary>
    public static IReadOnlyList<NoteScore> Of(INoteReader reader, IEnumerable<GeneratedNote> notes, Action<GeneratedNote, NoteFinding?, TruthItem?>? mistake = null)
    {
        var counts = new SortedDictionary<string, (int Truth, int Found, int Right)>(StringComparer.Ordinal);
        void Count(string item, int truth, int found, int right)
        {
            var c = counts.GetValueOrDefault(item);
            counts[item] = (c.Truth + truth, c.Found + found, c.Right + right);
        }

        foreach (var note in notes)
        {
            var left = note.Truth.ToList();
            left.ForEach(t => Count(t.Item, 1, 0, 0));
            foreach (var found in reader.Read(note.Text))
            {
                var truth = left.Find(t => t.Item == found.Item && t.Value == found.Value && t.Code == found.Code && t.Context == Same(found.Context)
                    && t.Offset < found.Offset + found.Length && found.Offset < t.Offset + t.Length);
                Count(found.Item, 0, 1, truth is null ? 0 : 1);
                if (truth is null)
                {
                    mistake?.Invoke(note, found, null);
                }
                else
                {
                    left.Remove(truth);
                }
            }

            left.ForEach(t => mistake?.Invoke(note, null, t));
        }

        return [.. counts.Select(c => new NoteScore(c.Key, c.Value.Truth, c.Value.Found, c.Value.Right)), new("all", counts.Values.Sum(c => c.Truth), counts.Values.Sum(c => c.Found), counts.Values.Sum(c => c.Right))];
    }

    private static TruthContext Same(NoteContext context) => context switch
    {
        NoteContext.Past => TruthContext.Past,
        NoteContext.Family => TruthContext.Family,
        NoteContext.Suspected => TruthContext.Suspected,
        NoteContext.Negated => TruthContext.Negated,
        _ => TruthContext.Present,
    };
}
