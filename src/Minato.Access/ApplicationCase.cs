namespace Minato.Access;

/// <summary>What the ledger adds to an event: which application, when, by whom.</summary>
internal readonly record struct Stamp(ApplicationId Application, long Version, DateTimeOffset At, ActorId By);

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

    /// <summary>How many were named at first: later on seats are refilled, never added, or a vote could be packed.</summary>
    public int PanelSize { get; init; }

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

    /// <summary>The state at a moment: a permit ends by the calendar, without an event.</summary>
    public ApplicationState StateAt(DateTimeOffset now) =>
        State is ApplicationState.Permitted or ApplicationState.Suspended && now >= Permit!.Until ? ApplicationState.Ended : State;

    public static ApplicationCase Evolve(ApplicationCase? state, AccessEvent e, Stamp stamp)
    {
        if (e is AccessEvent.Created created)
        {
            return new ApplicationCase { Id = stamp.Application, Applicant = created.Applicant, Affiliation = created.Affiliation, CreatedAt = stamp.At, Version = stamp.Version };
        }

        var s = state ?? throw new InvalidOperationException($"The stream of {stamp.Application} does not begin with its creation");
        s = s with { Version = stamp.Version };
        return e switch
        {
            AccessEvent.DraftSaved x => s with { Draft = x.Draft, Votes = [] },
            AccessEvent.Submitted x => (s with { State = ApplicationState.Submitted, Checks = x.Checks, SubmittedAt = stamp.At }).Under(x.Form, x.Purposes),
            AccessEvent.Withdrawn => (s with { State = ApplicationState.Withdrawn }).StopWaiting(stamp.At),
            AccessEvent.ReviewersAssigned x => (s with
            {
                State = s.State == ApplicationState.Submitted ? ApplicationState.InReview : s.State,
                AskedIn = s.State == ApplicationState.QuestionAsked ? ApplicationState.InReview : s.AskedIn,
                Criteria = x.Criteria,
                Reviewers = [.. s.Reviewers, .. x.Seats],
                PanelSize = s.PanelSize == 0 ? x.Seats.Count : s.PanelSize,
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
                Exchanges = [.. s.Exchanges.SkipLast(1), s.Exchanges[^1] with { Answer = x.Text, AnsweredAt = stamp.At }],
            }).StopWaiting(stamp.At, s).Under(x.Form, x.Purposes),
            AccessEvent.VoteCast x => s with
            {
                Votes =
                [
                    .. s.Votes.Where(v => v.Reviewer != stamp.By),
                    new ReviewVote(stamp.By, s.Reviewers.Any(r => r.Id == stamp.By && r.Citizen), x.Vote, x.Reasons, x.Criteria, x.Conditions, stamp.At),
                ],
            },
            AccessEvent.Approved x => (s with { State = ApplicationState.Approved, Decision = x.Decision, Conditions = x.Conditions, Fee = x.Fee, DecidedAt = stamp.At }).Under(x.Fee.Tariff),
            AccessEvent.Refused x => s with { State = ApplicationState.Refused, Decision = x.Decision, DecidedAt = stamp.At },
            AccessEvent.FeeAccepted => s with { FeeAccepted = true },
            AccessEvent.PermitIssued x => (s with { State = ApplicationState.Permitted, Permit = x.Permit }).Under(x.Permit.Use.ProcessingStandard),
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
        this with { State = what, Measures = [.. Measures, new Measure(what, reason, at)] };

    /// <summary>Adds the time since the open question to the time the clock stood.</summary>
    private ApplicationCase StopWaiting(DateTimeOffset at, ApplicationCase? before = null) =>
        (before ?? this).Exchanges is [.., { AnsweredAt: null } open] ? this with { QuestionTime = QuestionTime + (at - open.AskedAt) } : this;
}
