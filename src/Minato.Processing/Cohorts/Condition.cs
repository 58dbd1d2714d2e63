namespace Minato.Processing.Cohorts;

/// <summary>
/// One thing asked of an event, or of the person at an index event. <c>Of</c> is one of <see cref="EventColumns"/>, or what follows from several:
/// <c>age</c> (at the start), <c>age_at_end</c>, <c>gender</c>, <c>race</c>, <c>ethnicity</c>, <c>days</c> (from start to end), <c>visit_concept</c>
/// (of the visit it belongs to), <c>specialty</c> (of who acted), <c>place</c> (of the institution), <c>low_ratio</c> and <c>high_ratio</c> (the
/// value by the ends of its reference range). What is not known meets no condition, not even a negated one.
/// </summary>
internal abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>What it is asked of; empty where it is of several columns.</summary>
    public abstract string Of { get; init; }

    public sealed record Numbers(string Of, NumericRange Range) : Condition;

    public sealed record Days(string Of, DateRange Range) : Condition;

    /// <param name="Excluded">Any but these.</param>
    public sealed record OneOf(string Of, IReadOnlyList<long> Concepts, bool Excluded) : Condition;

    /// <param name="Set">Null: known at all; or, <paramref name="Excluded"/>, not known.</param>
    public sealed record InSet(string Of, int? Set, bool Excluded) : Condition;

    public sealed record Reads(string Of, TextMatch Match, string Text, bool Negated) : Condition;

    /// <summary>A measurement outside its own reference range, or said to be low or high.</summary>
    public sealed record Abnormal : Condition
    {
        /// <summary>The concepts 'Low' and 'High' of LOINC's answers as Circe names them.</summary>
        public static IReadOnlyList<long> Said { get; } = [4155142, 4155143];

        public override string Of { get; init; } = "";
    }
}

/// <summary>How a text is compared: letter by letter, nothing in it stands for other letters.</summary>
internal enum TextMatch
{
    Whole,
    Begins,
    Ends,
    Contains,
}
