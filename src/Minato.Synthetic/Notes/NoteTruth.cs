namespace Minato.Synthetic.Notes;

/// <summary>What a note says about somebody: whether of the patient now, and how surely.</summary>
public enum TruthContext
{
    Present,
    Past,
    Family,
    Suspected,
    Negated,
}

/// <summary>One thing that a generated note says. <paramref name="Item"/> is a word such as <c>systolic</c>; of value and code one is set.</summary>
/// <param name="Offset">UTF-16 units from the note's beginning.</param>
public sealed record TruthItem(string Item, decimal? Value, string? Code, TruthContext Context, int Offset, int Length);

/// <summary>A note of a clinic that does not exist, and everything it says.</summary>
public sealed record GeneratedNote(string Text, IReadOnlyList<TruthItem> Truth);
