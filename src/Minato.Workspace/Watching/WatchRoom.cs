using Minato.Access;
using Minato.Ledger;

namespace Minato.Workspace.Watching;

/// <summary>The watch of this node.</summary>
public sealed class WatchRoom : IWatch, IJobWatch
{
    private const int LongestText = 4000;

    private readonly IReadOnlyList<WatchRules> rules;
    private readonly IAccess access;
    private readonly TimeProvider clock;
    private readonly Projection<WatchCase, WatchEvent> cases;

    private WatchRoom(string standards, ILedger ledger, IAccess access, TimeProvider clock)
    {
        rules = WatchRules.ReadAll(Path.Join(standards, "watching"));
        this.access = access;
        this.clock = clock;
        cases = new(ledger, WatchCase.Room, WatchCase.StreamPrefix, WatchCase.Evolve);
    }

    /// <param name="standards">The folder <c>standards/</c>; the rules are in <c>watching/</c> below it.</param>
    /// <exception cref="InvalidDataException">The rules are missing or cannot be used; the message names the file.</exception>
    public static WatchRoom Open(string standards, ILedger ledger, IAccess access, TimeProvider clock) => new(standards, ledger, access, clock);

    public IReadOnlyList<PermitId> Permits => [.. cases.All.Select(c => c.Permit)];

    public IReadOnlyList<WatchAlert> VisibleTo(Actor actor) =>
        [.. cases.All.SelectMany(c => c.Alerts).Where(a => a.Member == actor.Id || actor.Is(Role.Operator | Role.Auditor | Role.System)).OrderByDescending(a => a.At)];

    public Outcome<IReadOnlyList<WatchedRun>> Activity(PermitId permit, Actor by) =>
        by.Is(Role.Operator | Role.Auditor) ? Outcome<IReadOnlyList<WatchedRun>>.Ok(cases.Find(StreamOf(permit))?.Runs ?? [])
        : Finding.Error("watch.role", "Only operators and auditors see who did what", "Ask one of them");

    public Finding? Bar(PermitId permit, ActorId member, bool running = false)
    {
        var inForce = cases.Find(StreamOf(permit))?.Alerts.Where(a => a.Member == member && a.State == AlertState.Measured).Select(a => a.Measure).DefaultIfEmpty().Max();
        return inForce == WatchMeasure.CutOff || (inForce == WatchMeasure.Suspend && !running)
            ? Finding.Error("watch.barred", inForce == WatchMeasure.CutOff ? "Your access to this environment was cut off" : "Your work in this environment is suspended", "See the alert's reasons, and answer it")
            : null;
    }

    public Task BeganAsync(JobRun run, string code) =>
        NoticeAsync(run, ProgramShape.HashOf(run.Language, code), [.. InForce.Rules.Where(r => r.Sign.IsOfCode(run.Language, code)).Select(r => r.Id)], null);

    public Task EndedAsync(JobRun run, string log) =>
        NoticeAsync(run, cases.Find(StreamOf(run.Permit))?.Runs.FirstOrDefault(r => r.Run == run.Id)?.Alike ?? "", [.. InForce.Rules.Where(r => r.Sign.IsOfLog(log)).Select(r => r.Id)], run.State.ToString());

    public Task<Outcome<WatchAlert>> TakeAsync(PermitId permit, string alert, WatchMeasure measure, string reasons, Actor by, CancellationToken ct = default) =>
        DoAsync(permit, alert, by, WatchCommand.Take, reasons, words => new WatchEvent.MeasureTaken { Alert = alert, Measure = measure, Reasons = words }, ct);

    public Task<Outcome<WatchAlert>> CloseAsync(PermitId permit, string alert, string reasons, Actor by, CancellationToken ct = default) =>
        DoAsync(permit, alert, by, WatchCommand.Close, reasons, words => new WatchEvent.AlertClosed { Alert = alert, Reasons = words }, ct);

    public Task<Outcome<WatchAlert>> AnswerAsync(PermitId permit, string alert, string text, Actor by, CancellationToken ct = default) =>
        DoAsync(permit, alert, by, WatchCommand.Answer, text, words => new WatchEvent.Answered { Alert = alert, Text = words }, ct);

    public Task<Outcome<WatchAlert>> ReverseAsync(PermitId permit, string alert, string reasons, Actor by, CancellationToken ct = default) =>
        DoAsync(permit, alert, by, WatchCommand.Reverse, reasons, words => new WatchEvent.MeasureReversed { Alert = alert, Reasons = words }, ct);

    private WatchRules InForce
    {
        get
        {
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            return rules.Where(r => r.ValidFrom <= today).MaxBy(r => r.ValidFrom) ?? throw new InvalidDataException($"No rules for watching are in force on {today:yyyy-MM-dd}");
        }
    }

    /// <param name="state">Null: it begins.</param>
    private async Task NoticeAsync(JobRun run, string alike, IReadOnlyList<string> signs, string? state)
    {
        var (now, inForce) = (clock.GetUtcNow(), InForce);
        var noticed = new WatchedRun(run.Id, run.By, run.Language, run.CodeSha256, alike, signs, run.StartedAt, state, run.ExitCode, run.CpuSeconds, run.Outbox.Sum(f => f.Bytes));
        await cases.DecideAsync(StreamOf(run.Permit), Actor.Harbour.Id, _ => Outcome<IReadOnlyList<WatchEvent>>.Ok([new WatchEvent.Noticed { Run = noticed }]), ct: CancellationToken.None).ConfigureAwait(false);
        await cases.DecideAsync(
            StreamOf(run.Permit), Actor.Harbour.Id, watched => Outcome<IReadOnlyList<WatchEvent>>.Ok(
            [
                .. watched!.Judge(inForce, run.By, now, () => $"w-{Guid.CreateVersion7(now).ToString("n")[..20]}").SelectMany(a => (WatchEvent[])
                [
                    new WatchEvent.AlertRaised { Alert = a },
                    .. inForce.Rules.First(r => r.Id == a.Rule) is { AtOnce: true } grave ? [new WatchEvent.MeasureTaken { Alert = a.Id, Measure = grave.Proposes, Reasons = grave.Reason.En }] : Array.Empty<WatchEvent>(),
                ]),
            ]),
            ct: CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<Outcome<WatchAlert>> DoAsync(PermitId permit, string alert, Actor by, WatchCommand command, string words, Func<string, WatchEvent> happens, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(words) || words.Length > LongestText)
        {
            return Finding.Error("watch.reasons", "This needs words", $"Say why, in at most {LongestText} characters");
        }

        return (await cases.DecideAsync(
            StreamOf(permit), by.Id, watched => watched?.Alerts.FirstOrDefault(a => a.Id == alert) is not { } found || (found.Member != by.Id && !by.Is(Role.Operator | Role.Auditor))
                ? Finding.Error("watch.not-found", "There is no such alert", "Name one of the list")
                : WatchTable.Refusal(found.State, RoleOf(by, found), command) is { } refusal ? refusal
                : Outcome<IReadOnlyList<WatchEvent>>.Ok([happens(words.Trim())]),
            ct: ct).ConfigureAwait(false)).Map(c => c.Alerts.First(a => a.Id == alert));
    }

    private WatchRole RoleOf(Actor actor, WatchAlert alert) =>
        actor.Id == alert.Member ? WatchRole.Concerned
        : actor.Is(Role.Operator) && access.FindPermit(alert.Permit)?.Use.Members.Contains(actor.Id) == false ? WatchRole.Watcher
        : WatchRole.Other;

    private static string StreamOf(PermitId permit) => WatchCase.StreamPrefix + permit;
}
