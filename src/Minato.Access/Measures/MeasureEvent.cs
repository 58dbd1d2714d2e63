using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Access;

[JsonDerivedType(typeof(Opened), "measure-opened")]
[JsonDerivedType(typeof(HearingOpened), "hearing-opened")]
[JsonDerivedType(typeof(Heard), "heard")]
[JsonDerivedType(typeof(Decided), "measure-decided")]
[JsonDerivedType(typeof(Dropped), "measure-dropped")]
[JsonDerivedType(typeof(Appealed), "measure-appealed")]
[JsonDerivedType(typeof(Upheld), "measure-upheld")]
[JsonDerivedType(typeof(Reversed), "measure-reversed")]
internal abstract record MeasureEvent
{
    private MeasureEvent() { }

    public sealed record Opened([property: JsonConverter(typeof(AccessJson<MeasureReport>))] MeasureReport Report) : MeasureEvent;

    public sealed record HearingOpened : MeasureEvent;

    public sealed record Heard(string Text) : MeasureEvent;

    public sealed record Decided(MeasureKind Kind, string Reasons, Bilingual Summary, DateTimeOffset? Until, bool OfOrganisation) : MeasureEvent;

    public sealed record Dropped(string Reason) : MeasureEvent;

    public sealed record Appealed(string Reason) : MeasureEvent;

    public sealed record Upheld(string Reason) : MeasureEvent;

    public sealed record Reversed(string Reason) : MeasureEvent;
}

/// <summary>A case as its events made it, with the marks its clocks run from.</summary>
internal sealed record MeasureCase(MeasureView View, IReadOnlyList<ClockMark> Marks)
{
    public const string Prefix = "measure/";

    public static MeasureCase Evolve(MeasureCase? state, MeasureEvent e, RecordedEvent recorded)
    {
        var mark = new ClockMark(recorded.Type, recorded.At);
        if (e is MeasureEvent.Opened { Report: var r })
        {
            return new(new MeasureView(recorded.Stream[Prefix.Length..], MeasureState.Opened, r.Respondent, r.Organisation, r.Permit, r.Breach, r.Facts, recorded.By, recorded.At) { Urgent = r.Urgent }, [mark]);
        }

        var v = (state ?? throw new InvalidOperationException($"The stream {recorded.Stream} does not begin with its opening")).View;
        return new(
            e switch
            {
                MeasureEvent.HearingOpened => v with { State = MeasureState.Hearing },
                MeasureEvent.Heard x => v with { State = MeasureState.Heard, Answers = [.. v.Answers, x.Text] },
                MeasureEvent.Decided x => v with { State = MeasureState.Decided, Kind = x.Kind, Reasons = x.Reasons, Summary = x.Summary, Until = x.Until, OfOrganisation = x.OfOrganisation, DecidedAt = recorded.At },
                MeasureEvent.Dropped x => v with { State = MeasureState.Dropped, ReversedBecause = x.Reason },
                MeasureEvent.Appealed x => v with { State = MeasureState.Appealed, AppealReason = x.Reason },
                MeasureEvent.Upheld x => v with { State = MeasureState.Decided, Reasons = $"{v.Reasons}\n{x.Reason}" },
                MeasureEvent.Reversed x => v with { State = MeasureState.Reversed, ReversedBecause = x.Reason },
                _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
            },
            [.. state.Marks, mark]);
    }
}
