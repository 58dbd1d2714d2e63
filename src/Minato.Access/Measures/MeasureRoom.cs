using System.Globalization;
using Minato.Ledger;
using C = Minato.Access.MeasureCommand;
using E = Minato.Access.MeasureEvent;

namespace Minato.Access;

/// <summary>
/// Cases about breaches. The effect on permits is the harbour's own command to Access, given when the measure is recorded and again at
/// each start where it is missing, so that a power cut between the two leaves no measure without effect.
/// </summary>
public sealed class MeasureRoom : IMeasures
{
    private const int MostCharacters = 20_000;
    private const int MostMonths = 60;

    private readonly Projection<MeasureCase, E> cases;
    private readonly IAccess access;
    private readonly ClockDesk clocks;
    private readonly TimeProvider clock;

    private MeasureRoom(ILedger ledger, IAccess access, ClockDesk clocks, TimeProvider clock)
    {
        cases = new(ledger, "access", MeasureCase.Prefix, MeasureCase.Evolve);
        (this.access, this.clocks, this.clock) = (access, clocks, clock);
    }

    /// <summary>Opens the room and finishes what a stop left undone.</summary>
    public static MeasureRoom Open(AccessOptions options, ILedger ledger, IAccess access, TimeProvider clock)
    {
        var room = new MeasureRoom(ledger, access, ClockDesk.Open(options.StandardsFolder, ledger, clock), clock);
        foreach (var c in room.cases.All)
        {
            room.TakeEffectAsync(c.View, CancellationToken.None).GetAwaiter().GetResult();
        }

        return room;
    }

    public IReadOnlyList<MeasureView> Published =>
        [.. cases.All.Select(c => c.View).Where(v => v.DecidedAt is not null).OrderByDescending(v => v.DecidedAt).Select(v => v with { Respondent = new("withheld"), OpenedBy = new("withheld"), Facts = "", Answers = [], Reasons = null, AppealReason = null, ReversedBecause = null })];

    public async Task<Outcome<MeasureView>> OpenAsync(MeasureReport report, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator) && !by.Is(Role.System))
        {
            return Finding.Error("measure.not-permitted", "Cases are opened by the operator's office", "Write to the office: anybody can report a misuse");
        }

        if (!Slug.IsValid(report.Respondent.Value) || report.Respondent == by.Id || !IsText(report.Breach) || !IsText(report.Facts) || report.Organisation is not { Length: <= 500 })
        {
            return Finding.Error("measure.report", "The report names no person, breach or facts, or is too long", "Say who, which duty or article, and what is known");
        }

        if (report.Permit is { } permit && access.FindPermit(permit) is null || report.Urgent && report.Permit is null)
        {
            return Finding.Error("measure.permit", "There is no such permit", "Name the permit, or none; an urgent case names one");
        }

        var year = JapaneseDay.Today(clock).Year;
        for (; ; )
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"m-{year}-{cases.All.Count(c => c.View.Id.StartsWith($"m-{year}-", StringComparison.Ordinal)) + 1:0000}");
            var opened = await cases.DecideAsync(MeasureCase.Prefix + id, by.Id, existing => existing is null ? Events(new E.Opened(report)) : Finding.Error("measure.id-taken", "Taken", "Again"), ct: ct).ConfigureAwait(false);
            if (opened.Try(out var c))
            {
                return await TakeEffectAsync(c.View, ct).ConfigureAwait(false);
            }

            if (opened.Findings.All(f => f.Code != "measure.id-taken"))
            {
                return Outcome<MeasureView>.Refused(opened.Findings);
            }
        }
    }

    public async Task<Outcome<MeasureView>> ExecuteAsync(string id, MeasureCommand command, Actor by, CancellationToken ct = default)
    {
        if (!Slug.IsValid(id))
        {
            return Unknown;
        }

        var done = await cases.DecideAsync(MeasureCase.Prefix + id, by.Id, c => c is null ? Unknown : Decide(c, command, by), ct: ct).ConfigureAwait(false);
        return done.Try(out var after) ? await TakeEffectAsync(after.View, ct).ConfigureAwait(false) : Outcome<MeasureView>.Refused(done.Findings);
    }

    public IReadOnlyList<MeasureView> VisibleTo(Actor actor) => [.. cases.All.Select(c => c.View).Where(v => MeasureTable.RelationOf(v, actor) != MeasureRelation.Public)];

    public IReadOnlyList<string> PermittedCommands(string id, Actor actor) => Find(id) is { View: var v } ? MeasureTable.Commands(v.State, MeasureTable.RelationOf(v, actor)) : [];

    public IReadOnlyList<RunningClock> ClocksOf(string id, Actor actor) =>
        Find(id) is { } c && MeasureTable.RelationOf(c.View, actor) != MeasureRelation.Public ? clocks.Of("measure", id, c.Marks) : [];

    public bool IsExcluded(ActorId person, string organisation)
    {
        var now = clock.GetUtcNow();
        return cases.All.Any(c => c.View is { Kind: MeasureKind.Exclusion } v && v.IsInForce(now)
            && (v.Respondent == person || v.OfOrganisation && organisation.Trim().Length > 0 && string.Equals(v.Organisation.Trim(), organisation.Trim(), StringComparison.OrdinalIgnoreCase)));
    }

    private static Finding Unknown => Finding.Error("measure.unknown", "There is no such case", "Check the id");

    private MeasureCase? Find(string id) => Slug.IsValid(id) ? cases.Find(MeasureCase.Prefix + id) : null;

    private Outcome<IReadOnlyList<E>> Decide(MeasureCase c, MeasureCommand command, Actor by)
    {
        var v = c.View;
        var relation = MeasureTable.RelationOf(v, by);
        var name = command.GetType().Name;
        if (!MeasureTable.Commands(v.State, relation).Contains(name))
        {
            return Finding.Error("measure.not-permitted", $"{name} is not permitted by rule {v.State} × {relation}", "Another person of the office decides what one has opened; the person concerned answers and appeals");
        }

        return command switch
        {
            C.OpenHearing => Events(new E.HearingOpened()),
            C.Answer x => Text(x.Text, t => new E.Heard(t)),
            C.Drop x => Text(x.Reason, t => new E.Dropped(t)),
            C.Appeal x => Text(x.Reason, t => new E.Appealed(t)),
            C.Uphold x => Text(x.Reason, t => new E.Upheld(t)),
            C.Reverse x => Text(x.Reason, t => new E.Reversed(t)),
            C.Decide x => Measure(c, x),
            _ => throw new InvalidOperationException($"Unknown command {name}"),
        };
    }

    private Outcome<IReadOnlyList<E>> Measure(MeasureCase c, C.Decide x)
    {
        var now = clock.GetUtcNow();
        // Heard, or the time to be heard has passed.
        return c.View.State == MeasureState.Hearing && clocks.Of("measure", c.View.Id, c.Marks).First(k => k.Id == "hearing").State != ClockState.Overdue
                ? Finding.Error("measure.not-heard", "The person concerned has not been heard, and still has time to answer (EHDS 63(2))", "Wait for the answer or for the end of the time")
            : !Enum.IsDefined(x.Kind) || !IsText(x.Reasons) || x.Summary is not { Ja.Length: > 0 and <= 4000, En.Length: > 0 and <= 4000 }
                ? Finding.Error("measure.decision", "The decision lacks its kind, its reasons or the summary for the public in both languages", "Complete it")
            : x.Kind == MeasureKind.Exclusion != x.Months is >= 1 and <= MostMonths || x.Kind != MeasureKind.Exclusion && x.Months != 0
                ? Finding.Error("measure.months", $"An exclusion lasts 1 to {MostMonths} months, and nothing else has months (EHDS 63(3))", "Give the months of an exclusion only")
            : x.Kind is MeasureKind.Suspension or MeasureKind.Revocation && c.View.Permit is null
                ? Finding.Error("measure.permit", "Only a case about a permit can suspend or revoke one", "Choose another measure, or open a case that names the permit")
            : x.OfOrganisation && (x.Kind != MeasureKind.Exclusion || c.View.Organisation.Trim().Length == 0)
                ? Finding.Error("measure.organisation", "Only an exclusion can be of an organisation, and the case must name it", "Leave it out")
            : Events(new E.Decided(x.Kind, x.Reasons.Trim(), x.Summary, x.Kind == MeasureKind.Exclusion ? now.AddMonths(x.Months) : null, x.OfOrganisation));
    }

    /// <summary>Does to the permits what the case says, where it is not done yet. The reason names the case, by which it is known again.</summary>
    private async Task<Outcome<MeasureView>> TakeEffectAsync(MeasureView v, CancellationToken ct)
    {
        var why = $"Case {v.Id}";
        var over = v.State is MeasureState.Reversed or MeasureState.Dropped;
        if (v.Permit is { } id && access.FindPermit(id) is { } permit && access.Find(permit.Application) is { } a)
        {
            var suspended = v.Urgent && v.DecidedAt is null || v.Kind == MeasureKind.Suspension;
            var last = a.Measures is [.., var latest] ? latest : null;
            if (suspended && !over && a.State == ApplicationState.Permitted && a.Measures.All(m => m.Reason != why))
            {
                await Do(permit.Application, new ApplicationCommand.Suspend(why)).ConfigureAwait(false);
            }
            else if (v.Kind == MeasureKind.Revocation && !over && a.State is ApplicationState.Permitted or ApplicationState.Suspended)
            {
                await Do(permit.Application, new ApplicationCommand.End(why)).ConfigureAwait(false);
            }
            else if (a.State == ApplicationState.Suspended && last?.Reason == why && (over || v.Kind is MeasureKind.Warning or MeasureKind.Instruction))
            {
                await Do(permit.Application, new ApplicationCommand.Resume($"{why} is over")).ConfigureAwait(false);
            }
        }

        if (v.Kind == MeasureKind.Exclusion && !over)
        {
            foreach (var other in access.VisibleTo(Actor.Harbour).Where(a => a.State is ApplicationState.Permitted or ApplicationState.Suspended))
            {
                if (other.Applicant == v.Respondent)
                {
                    await Do(other.Id, new ApplicationCommand.End(why)).ConfigureAwait(false);
                }
                else if (other.Permit!.Use.Members.Contains(v.Respondent) || other.Invited.Contains(v.Respondent))
                {
                    await Do(other.Id, new ApplicationCommand.RemoveMember(v.Respondent, why)).ConfigureAwait(false);
                }
            }
        }

        return v;

        async Task Do(ApplicationId application, ApplicationCommand command) => _ = (await access.ExecuteAsync(application, command, Actor.Harbour, ct).ConfigureAwait(false)).Value;
    }

    private static bool IsText(string? text) => text?.Trim().Length is > 0 and <= MostCharacters;

    private static Outcome<IReadOnlyList<E>> Text(string? text, Func<string, E> then) =>
        IsText(text) ? Events(then(text!.Trim())) : Finding.Error("measure.no-text", "The text is empty or too long", $"Write up to {MostCharacters} characters");

    private static Outcome<IReadOnlyList<E>> Events(E e) => Outcome<IReadOnlyList<E>>.Ok([e]);
}
