namespace Minato.Access;

/// <summary>What the ledger adds to an event: which application, when, by whom.</summary>
/// <param name="Event">Its type, as the ledger names it.</param>
internal readonly record struct Stamp(ApplicationId Application, long Version, DateTimeOffset At, ActorId By, string Event);

/// <summary>An application as its events made it. Pure: <see cref="Evolve"/> is the only thing that makes one.</summary>
internal sealed record ApplicationCase
{
    public required ApplicationId Id { get; init; }

    public required ActorId Applicant { get; init; }

    public required string Affiliation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ApplicationState State { get; init; }

    /// <summary>Where the question was asked, and the answer leads back to.</summary>
    public ApplicationState AskedIn { get; init; }

    public ApplicationDraft? Draft { get; init; }

    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    public IReadOnlyList<Seat> Reviewers { get; init; } = [];

    /// <summary>How many each body named at first: later on seats are refilled, never added, or a vote could be packed.</summary>
    public IReadOnlyDictionary<string, int> PanelSizes { get; init; } = new Dictionary<string, int>();

    /// <summary>The bodies that review it, from the submission on.</summary>
    public IReadOnlyList<string> Bodies { get; init; } = [];

    /// <summary>The panel whose refusal was appealed against: it does not sit again.</summary>
    public IReadOnlyList<ActorId> Barred { get; init; } = [];

    public FollowUp? Follows { get; init; }

    public IReadOnlyList<ActorId> Confirmed { get; init; } = [];

    /// <summary>Belong to the permit when they confirm.</summary>
    public IReadOnlyList<ActorId> Invited { get; init; } = [];

    public IReadOnlyList<ActorId> Removed { get; init; } = [];

    public IReadOnlyList<HolderExchange> Holders { get; init; } = [];

    public IReadOnlyList<ReportedResults> Results { get; init; } = [];

    public IReadOnlyList<Permit> Permits { get; init; } = [];

    /// <summary>The applications that changed this permit.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public string? Appeal { get; init; }

    public bool StatisticsOffered { get; init; }

    public string? FeeDispute { get; init; }

    /// <summary>Datasets that the decision does not give.</summary>
    public IReadOnlyList<DatasetId> Without { get; init; } = [];

    /// <summary>What happened and when, for the clocks.</summary>
    public IReadOnlyList<ClockMark> Marks { get; init; } = [];

    public DateTimeOffset TouchedAt { get; init; }

    public IReadOnlyList<ReviewVote> Votes { get; init; } = [];

    public IReadOnlyList<(ActorId Reviewer, string Reason)> Conflicts { get; init; } = [];

    public IReadOnlyList<Exchange> Exchanges { get; init; } = [];

    public TimeSpan QuestionTime { get; init; }

    /// <summary>The review criteria, as <c>id@version</c>, from the naming of the reviewers on.</summary>
    public string? Criteria { get; init; }

    public IReadOnlyList<string> Standards { get; init; } = [];

    public string? Decision { get; init; }

    public IReadOnlyList<string> Conditions { get; init; } = [];

    public FeeQuote? Fee { get; init; }

    public bool FeeAccepted { get; init; }

    public Permit? Permit { get; init; }

    public IReadOnlyList<Measure> Measures { get; init; } = [];

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public long Version { get; init; }

    /// <summary>The state at a moment: a permit ends by the calendar and an idle draft after six months, without an event.</summary>
    public ApplicationState StateAt(DateTimeOffset now) => State switch
    {
        ApplicationState.Permitted or ApplicationState.Suspended when now >= Permit!.Until => ApplicationState.Ended,
        ApplicationState.Draft when now >= TouchedAt.AddMonths(IdleMonths) => ApplicationState.Withdrawn,
        _ => State,
    };

    /// <summary>Of the project: in the text as long as nothing is permitted, then in the permit or invited to it.</summary>
    public bool HasMember(ActorId person) =>
        !Removed.Contains(person) && (Permit is { } p ? p.Use.Members.Contains(person) || Invited.Contains(person) : Draft?.Use.Members.Contains(person) == true);

    private const int IdleMonths = 6;

    public static ApplicationCase Evolve(ApplicationCase? state, AccessEvent e, Stamp stamp)
    {
        var mark = new ClockMark(
            e switch { AccessEvent.HolderAsked x => $"{stamp.Event}/{x.Kind}", AccessEvent.HolderAnswered x => $"{stamp.Event}/{x.Kind}", _ => stamp.Event },
            stamp.At, (e as AccessEvent.DeadlineExtended)?.Clock);
        if (e is AccessEvent.Created created)
        {
            return new ApplicationCase
            {
                Id = stamp.Application, Applicant = created.Applicant, Affiliation = created.Affiliation, Follows = created.Follows,
                CreatedAt = stamp.At, TouchedAt = stamp.At, Version = stamp.Version, Marks = [mark],
            };
        }

        var s = state ?? throw new InvalidOperationException($"The stream of {stamp.Application} does not begin with its creation");
        s = s with { Version = stamp.Version, TouchedAt = stamp.At, Marks = [.. s.Marks, mark] };
        return e switch
        {
            AccessEvent.DraftSaved x => s with { Draft = x.Draft, Votes = [] },
            AccessEvent.Submitted x => (s with { State = ApplicationState.Submitted, Checks = x.Checks, SubmittedAt = stamp.At, Bodies = x.Bodies ?? [""] }).Under(x.Form, x.Purposes),
            AccessEvent.Withdrawn => (s with { State = ApplicationState.Withdrawn }).StopWaiting(stamp.At),
            AccessEvent.ReviewersAssigned x => (s with
            {
                State = s.State == ApplicationState.Submitted ? ApplicationState.InReview : s.State,
                AskedIn = s.State == ApplicationState.QuestionAsked ? ApplicationState.InReview : s.AskedIn,
                Criteria = x.Criteria,
                Reviewers = [.. s.Reviewers, .. x.Seats],
                PanelSizes = s.PanelSizes.ContainsKey(x.Body) ? s.PanelSizes : new Dictionary<string, int>(s.PanelSizes) { [x.Body] = x.Seats.Count },
            }).Under(x.Criteria),
            AccessEvent.ConflictRecorded x => s with
            {
                Reviewers = [.. s.Reviewers.Where(r => r.Id != x.Reviewer)],
                Votes = [.. s.Votes.Where(v => v.Reviewer != x.Reviewer)],
                Conflicts = [.. s.Conflicts, (x.Reviewer, x.Reason)],
            },
            AccessEvent.Asked x => s with
            {
                State = ApplicationState.QuestionAsked,
                AskedIn = s.State,
                Exchanges = [.. s.Exchanges, new Exchange(x.Question, stamp.At, null, null)],
            },
            AccessEvent.Answered x => (s with
            {
                State = s.AskedIn,
                Checks = x.Checks,
                Bodies = x.Bodies ?? s.Bodies,
                Exchanges = [.. s.Exchanges.SkipLast(1), s.Exchanges[^1] with { Answer = x.Text, AnsweredAt = stamp.At }],
            }).StopWaiting(stamp.At, s).Under(x.Form, x.Purposes),
            AccessEvent.VoteCast x => s with
            {
                Votes =
                [
                    .. s.Votes.Where(v => v.Reviewer != stamp.By),
                    new ReviewVote(stamp.By, s.Reviewers.Any(r => r.Id == stamp.By && r.Citizen), x.Vote, x.Reasons, x.Criteria, x.Conditions, stamp.At)
                    {
                        Body = s.Reviewers.FirstOrDefault(r => r.Id == stamp.By)?.Body ?? "",
                        Without = x.Without ?? [],
                    },
                ],
            },
            AccessEvent.Approved x => (s with { State = ApplicationState.Approved, Decision = x.Decision, Conditions = x.Conditions, Fee = x.Fee, DecidedAt = stamp.At, Without = x.Without ?? [] }).Under(x.Fee.Tariff),
            AccessEvent.Refused x => (s with { State = ApplicationState.Refused, Decision = x.Decision, DecidedAt = stamp.At, StatisticsOffered = x.StatisticsOffered }).StopWaiting(stamp.At),
            AccessEvent.FeeAccepted => s with { FeeAccepted = true },
            AccessEvent.FeeDisputed x => s with { FeeDispute = x.Reason },
            AccessEvent.FeeSettled x => s with { FeeDispute = null, Fee = x.Fee },
            AccessEvent.PermitIssued x => (s with
            {
                State = ApplicationState.Permitted,
                Invited = [.. s.Draft!.Use.Members.Except(x.Permit.Use.Members).Except(s.Removed)],
            }).Holding(x.Permit).Under(x.Permit.Use.ProcessingStandard),
            AccessEvent.PermitChanged x => (s with { Changes = [.. s.Changes, x.Change] }).Holding(x.Permit).Under(x.Permit.Use.ProcessingStandard),
            AccessEvent.PermitRenewed x => (s with { Changes = [.. s.Changes, x.Change] }).Holding(x.Permit).Under(x.Permit.Use.ProcessingStandard),
            AccessEvent.Applied x => s with { State = ApplicationState.Applied, Permits = [x.Permit] },
            AccessEvent.DutiesConfirmed => s.Confirming(stamp.By),
            AccessEvent.MemberInvited x => s with { Invited = [.. s.Invited, x.Member], Removed = [.. s.Removed.Where(r => r != x.Member)], Confirmed = [.. s.Confirmed.Where(c => c != x.Member)] },
            AccessEvent.MemberRemoved x => s.Removing(x.Member),
            AccessEvent.DeadlineExtended => s,
            AccessEvent.HolderAsked x => s with { Holders = [.. s.Holders, new HolderExchange(x.Kind, new HolderId(x.Holder), x.Question, stamp.At)] },
            AccessEvent.HolderAnswered x => s with
            {
                Holders = [.. s.Holders.Select(h => h.AnsweredAt is null && h.Kind == x.Kind && h.Holder.Value == x.Holder
                    ? h with { Feasible = x.Feasible, Answer = x.Text, CostYen = x.CostYen, AnsweredAt = stamp.At } : h)],
            },
            AccessEvent.Appealed x => s with
            {
                State = ApplicationState.Submitted,
                Appeal = x.Reason,
                Barred = [.. s.Barred, .. s.Reviewers.Select(r => r.Id)],
                Reviewers = [], PanelSizes = new Dictionary<string, int>(), Votes = [], Decision = null, DecidedAt = null, StatisticsOffered = false,
            },
            AccessEvent.StatisticsTaken x => s with
            {
                State = ApplicationState.InReview,
                Draft = s.Draft! with { Use = s.Draft.Use with { Table = x.Table, Forms = [] } },
                Votes = [], Decision = null, DecidedAt = null, StatisticsOffered = false,
            },
            AccessEvent.ResultsReported x => s with { Results = [.. s.Results, new ReportedResults(x.Summary, x.Address, stamp.At)] },
            AccessEvent.Suspended x => s.Measured(ApplicationState.Suspended, x.Reason, stamp.At),
            AccessEvent.Resumed x => s.Measured(ApplicationState.Permitted, x.Reason, stamp.At),
            AccessEvent.Ended x => s.Measured(ApplicationState.Ended, x.Reason, stamp.At),
            _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
        };
    }

    private ApplicationCase Under(params ReadOnlySpan<string> standards)
    {
        List<string> all = [.. Standards];
        foreach (var standard in standards)
        {
            if (!all.Contains(standard))
            {
                all.Add(standard);
            }
        }

        return this with { Standards = all };
    }

    private ApplicationCase Measured(ApplicationState what, string reason, DateTimeOffset at) =>
        this with
        {
            State = what,
            Measures = [.. Measures, new Measure(what, reason, at)],
            Marks = what == ApplicationState.Ended ? [.. Marks.Where(m => m.Event != ClockEngine.PermitEnd), new ClockMark(ClockEngine.PermitEnd, at)] : Marks,
        };

    /// <summary>The permit in its next version. Its end is a mark, so that clocks run from it; of several ends the last one counts.</summary>
    private ApplicationCase Holding(Permit permit) => this with
    {
        Permit = permit,
        Permits = [.. Permits, permit],
        Marks = Permit?.Until == permit.Until ? Marks : [.. Marks.Where(m => m.Event != ClockEngine.PermitEnd), new ClockMark(ClockEngine.PermitEnd, permit.Until)],
    };

    private ApplicationCase Confirming(ActorId member)
    {
        var s = this with { Confirmed = [.. Confirmed.Where(c => c != member), member] };
        return s.Permit is { } p && s.Invited.Contains(member)
            ? (s with { Invited = [.. s.Invited.Where(i => i != member)] }).Holding(Next(p, [.. p.Use.Members, member]))
            : s;
    }

    private ApplicationCase Removing(ActorId member)
    {
        var s = this with { Removed = [.. Removed, member], Invited = [.. Invited.Where(i => i != member)] };
        return s.Permit is { } p && p.Use.Members.Contains(member) ? s.Holding(Next(p, [.. p.Use.Members.Where(m => m != member)])) : s;
    }

    private static Permit Next(Permit permit, IReadOnlyList<ActorId> members) => permit with { Version = permit.Version + 1, Use = permit.Use with { Members = members } };

    /// <summary>Adds the time since the open question to the time the clock stood.</summary>
    private ApplicationCase StopWaiting(DateTimeOffset at, ApplicationCase? before = null) =>
        (before ?? this).Exchanges is [.., { AnsweredAt: null } open] ? this with { QuestionTime = QuestionTime + (at - open.AskedAt) } : this;
}
