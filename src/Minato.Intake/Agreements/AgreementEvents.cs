using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Intake.Agreements;

/// <summary>On stream <c>agreement/&lt;dataset&gt;</c>.</summary>
[JsonDerivedType(typeof(Made), "agreement-made")]
[JsonDerivedType(typeof(Ended), "agreement-ended")]
[JsonDerivedType(typeof(Reminded), "delivery-reminded")]
internal abstract record AgreementEvent
{
    private AgreementEvent() { }

    internal sealed record Made(string Holder, Agreement Agreement) : AgreementEvent;

    internal sealed record Ended(DateOnly LastDay, string Reason) : AgreementEvent;

    /// <param name="Due">The latest due date that passed.</param>
    /// <param name="Missed">How many have passed unmet, this one included.</param>
    internal sealed record Reminded(string Holder, DateOnly Due, int Missed) : AgreementEvent;
}

/// <summary>The agreements of one dataset, which do not overlap, by their first day.</summary>
internal sealed record DatasetAgreements(HolderId Holder, IReadOnlyList<Agreement> Agreements, DateOnly? Reminded = null)
{
    public const string Prefix = "agreement/";

    public static string StreamOf(DatasetId dataset) => $"{Prefix}{dataset}";

    public static DatasetAgreements Evolve(DatasetAgreements? state, AgreementEvent e, RecordedEvent recorded) => e switch
    {
        AgreementEvent.Made m => new(
            new HolderId(m.Holder),
            [
                .. (state?.Agreements ?? []).Where(a => a.From < m.Agreement.From).Select(a => a.To is null || a.To >= m.Agreement.From ? a with { To = m.Agreement.From.AddDays(-1) } : a),
                m.Agreement,
            ],
            state?.Reminded),
        AgreementEvent.Ended x => state! with { Agreements = [.. state.Agreements.SkipLast(1), state.Agreements[^1] with { To = x.LastDay }] },
        AgreementEvent.Reminded r => state! with { Reminded = r.Due },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };
}
