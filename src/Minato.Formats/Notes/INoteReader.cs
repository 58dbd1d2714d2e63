namespace Minato.Formats.Notes;

/// <summary>Of whom, when and how surely a note says something.</summary>
public enum NoteContext
{
    /// <summary>Of the patient, as of the note.</summary>
    Present,

    /// <summary>Of the patient at another time (前回, 昨年).</summary>
    Past,

    /// <summary>Of a relative (家族歴, 父が).</summary>
    Family,

    /// <summary>疑い.</summary>
    Suspected,

    /// <summary>否定.</summary>
    Negated,
}

/// <summary>One thing read out of a note. It quotes nothing of the note but a number or a code from a closed list.</summary>
/// <param name="Item">Which thing: an item of the rules, such as <c>systolic</c>.</param>
/// <param name="Value">In the item's unit; null where a code is read.</param>
/// <param name="Code">Of the item's list, such as <c>never</c>, <c>IIIA</c>; null where a number is read.</param>
/// <param name="Offset">In UTF-16 units from the note's beginning.</param>
/// <param name="Confidence">0 to 1, as the reader judges itself.</param>
public sealed record NoteFinding(string Item, decimal? Value, string? Code, NoteContext Context, int Offset, int Length, double Confidence);

/// <summary>
/// Reads coded facts out of free text. The embedded default is <see cref="RuleNoteReader"/>; a locally run model is another.
/// A reader runs in this process or on this machine: notes never leave it, and nothing of their words is given back.
/// </summary>
public interface INoteReader
{
    /// <summary>Name and version, kept beside what it read.</summary>
    string Name { get; }

    /// <summary>What the note says, in the order of the text. Never throws for what a note contains.</summary>
    IReadOnlyList<NoteFinding> Read(string note);
}
