using System.Text.Json.Serialization;

namespace Minato.Processing.Feasibility;

/// <summary>What asking for counts leaves on the ledger. Nothing of it names a person or says what was asked for.</summary>
[JsonDerivedType(typeof(Asked), "feasibility-asked")]
[JsonDerivedType(typeof(Paid), "feasibility-paid")]
[JsonDerivedType(typeof(Told), "feasibility-told")]
[JsonDerivedType(typeof(Remembered), "feasibility-remembered")]
internal abstract record FeasibilityEvent
{
    private FeasibilityEvent() { }

    /// <summary>On <c>feasibility-asked/{who}</c>. The cohort is named by its SHA-256.</summary>
    public sealed record Asked(string CohortSha256, IReadOnlyDictionary<string, string> Snapshots, string Purpose, int Numbers, string Rule) : FeasibilityEvent;

    /// <summary>On <c>feasibility/{who}/{month}</c>: a line of the budget. The group is a keyed hash.</summary>
    public sealed record Paid(string Group, long Cost) : FeasibilityEvent;

    /// <summary>On <c>feasibility/{who}/{month}</c>: the number that was paid for; -1: few.</summary>
    public sealed record Told(string Group, long Number) : FeasibilityEvent;

    /// <summary>On <c>feasibility-numbers</c>: a group and its number, sealed.</summary>
    public sealed record Remembered(string Sealed) : FeasibilityEvent;
}
