namespace Minato.Portal;

/// <summary>What a page says after an action: that it was done, or why not.</summary>
public sealed record Answered(IReadOnlyList<Finding> Problems, string? Done)
{
    public static Answered Of<T>(Outcome<T> outcome, Func<T, string> done) =>
        outcome.Try(out var value) ? new([], done(value)) : new(outcome.Findings, null);

    public static Answered No(Finding finding) => new([finding], null);
}
