namespace Minato.Catalogue.Harvest;

/// <param name="Value">An IRI; a blank node's label beginning with <c>_:</c>; or a literal's text.</param>
/// <param name="Language">Of a literal; empty where it says none.</param>
internal readonly record struct Term(string Value, bool IsLiteral = false, string Language = "");

internal readonly record struct Triple(string Subject, string Predicate, Term Object);

/// <summary>How much of another catalogue is read: what is larger is refused, not cut.</summary>
internal static class HarvestLimits
{
    public const int MostBytes = 20 << 20;
    public const int MostTriples = 500_000;
    public const int Deepest = 64;

    /// <summary>Characters of one text.</summary>
    public const int LongestText = 100_000;
}

/// <summary>The text cannot be read on: what is wrong, and where.</summary>
internal sealed class HarvestException(string reason, long line) : Exception(reason)
{
    public long Line { get; } = line;
}
