using System.Text.Json.Serialization;

namespace Minato.Processing.Statistics;

/// <summary>On <c>statistics/{permit}</c>.</summary>
[JsonDerivedType(typeof(Tabulated), "tabulated")]
internal abstract record StatisticsEvent
{
    private StatisticsEvent() { }

    /// <summary>A table was made and may be seen. It holds what it shows, and nothing of what it hides.</summary>
    public sealed record Tabulated(StatisticsTable Table) : StatisticsEvent;
}

/// <summary>All tables of a permit, oldest first.</summary>
internal sealed record TableHistory(IReadOnlyList<StatisticsTable> Tables)
{
    public static string Stream(PermitId permit) => $"statistics/{permit}";

    public static TableHistory Evolve(TableHistory? before, StatisticsEvent e) => e switch
    {
        StatisticsEvent.Tabulated t => new([.. before?.Tables ?? [], t.Table]),
        _ => before ?? new([]),
    };
}
