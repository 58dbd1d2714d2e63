using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Release.Findings;

/// <summary>
/// What the ledger says of findings, on <c>finding/{id}</c>: that and when. Everything else is sealed, and the sealed parts are of one length each: a finding that had no way looks like one that had.
/// </summary>
[JsonDerivedType(typeof(Reported), "finding-reported")]
[JsonDerivedType(typeof(Read), "finding-read")]
[JsonDerivedType(typeof(Declined), "finding-declined")]
[JsonDerivedType(typeof(PassedOn), "finding-passed-on")]
internal abstract record FindingEvent
{
    public sealed record Reported(string Permit, string Kind, FindingUrgency Urgency, string Sealed) : FindingEvent;

    public sealed record Read : FindingEvent;

    public sealed record Declined(string Reasons) : FindingEvent;

    /// <param name="Sealed">To whose tray, and the two files for it; or nothing, as long.</param>
    public sealed record PassedOn(string Reasons, string Sealed) : FindingEvent;
}

/// <summary>A report as its events tell it.</summary>
internal sealed record FindingCase(FindingView View, string Report, string? Way)
{
    public const string StreamPrefix = "finding/";

    public static FindingCase Evolve(FindingCase? state, FindingEvent happened, RecordedEvent recorded)
    {
        return happened switch
        {
            FindingEvent.Reported r => new(new(recorded.Stream[StreamPrefix.Length..], new PermitId(r.Permit), r.Kind, r.Urgency, FindingState.Reported, recorded.By, recorded.At), r.Sealed, null),
            FindingEvent.Declined d => state! with { View = Decided(FindingState.Declined, d.Reasons) },
            FindingEvent.PassedOn p => state! with { View = Decided(FindingState.PassedOn, p.Reasons), Way = p.Sealed },
            _ => state!,
        };

        FindingView Decided(FindingState to, string reasons) => state!.View with { State = to, Reviewer = recorded.By, Reasons = reasons, DecidedAt = recorded.At };
    }
}

/// <summary>A holder's tray, on <c>finding-tray/{holder}</c>.</summary>
[JsonDerivedType(typeof(Opened), "finding-tray-opened")]
[JsonDerivedType(typeof(LookedInto), "finding-tray-looked-into")]
internal abstract record TrayEvent
{
    public sealed record Opened(string PublicKey, string Fingerprint) : TrayEvent;

    public sealed record LookedInto : TrayEvent;
}

internal sealed record Tray(HolderId Holder, string PublicKey)
{
    public const string StreamPrefix = "finding-tray/";

    public static Tray Evolve(Tray? state, TrayEvent happened, RecordedEvent recorded) =>
        happened is TrayEvent.Opened o ? new(new HolderId(recorded.Stream[StreamPrefix.Length..]), o.PublicKey) : state!;
}
