namespace Minato.Access;

public enum ApplicationState
{
    Draft,
    Submitted,
    InReview,

    /// <summary>Waiting for the applicant's answer; the clock stands.</summary>
    QuestionAsked,
    Approved,
    Refused,
    Withdrawn,

    /// <summary>The permit is in force.</summary>
    Permitted,
    Suspended,
    Ended,
}

/// <summary>Rows of one table of one dataset that the permit gives, column by column.</summary>
public sealed record TableGrant(string Table, IReadOnlyList<string> Columns);

public sealed record DatasetGrant(DatasetId Dataset, IReadOnlyList<TableGrant> Tables);

/// <summary>What is applied for and, when approved, what the permit says. Data, so that machines can execute it.</summary>
public sealed record RequestedUse(
    Bilingual Title,
    Bilingual PlainSummary,
    string Purpose,
    IReadOnlyList<DatasetGrant> Datasets,
    string CohortJson,
    DateOnly StudyFrom,
    DateOnly StudyTo,
    string ProcessingStandard,
    IReadOnlyList<ActorId> Members,
    int MonthsOfUse);

/// <summary>Answers to the form's fields, by field id (the form is data: <c>standards/application-form/</c>).</summary>
public sealed record ApplicationDraft(RequestedUse Use, IReadOnlyDictionary<string, string> Answers);

/// <summary>A finding of the automatic check: permitted purposes and prohibited uses (F4), completeness, dataset rules.</summary>
public sealed record CheckResult(string Rule, bool Passed, Bilingual Explanation);

public enum Vote
{
    Approve,
    ApproveWithConditions,
    Refuse,
}

public sealed record ReviewVote(ActorId Reviewer, bool Citizen, Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions, DateTimeOffset At);

public sealed record FeeLine(string Item, Bilingual Label, decimal Quantity, string Unit, decimal UnitYen, decimal Yen);

/// <summary>A quote under a named tariff (I6). Yen, no fractions.</summary>
public sealed record FeeQuote(string Tariff, IReadOnlyList<FeeLine> Lines, decimal TotalYen);

/// <summary>The permit: an executable policy (Processing, Workspace and Release do exactly this).</summary>
public sealed record Permit(
    PermitId Id,
    ApplicationId Application,
    RequestedUse Use,
    IReadOnlyList<string> Conditions,
    DateTimeOffset From,
    DateTimeOffset Until,
    string ReviewCriteria,
    FeeQuote Fee);

/// <summary>An application as it stands: the projection of its stream.</summary>
public sealed record ApplicationView(
    ApplicationId Id,
    ActorId Applicant,
    string Affiliation,
    ApplicationState State,
    ApplicationDraft? Draft,
    IReadOnlyList<CheckResult> Checks,
    IReadOnlyList<ActorId> Reviewers,
    IReadOnlyList<ReviewVote> Votes,
    IReadOnlyList<(ActorId Reviewer, string Reason)> Conflicts,
    string? Question,
    string? Decision,
    IReadOnlyList<string> Conditions,
    FeeQuote? Fee,
    Permit? Permit,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? DecidedAt,
    long Version);

/// <summary>What may be done with an application. Who may do it in which state is one table, as data.</summary>
public abstract record ApplicationCommand
{
    private ApplicationCommand() { }

    public sealed record SaveDraft(ApplicationDraft Draft) : ApplicationCommand;

    public sealed record Submit : ApplicationCommand;

    public sealed record Withdraw(string Reason) : ApplicationCommand;

    /// <summary>Names the reviewers: three at least, one of them a citizen (E5).</summary>
    public sealed record AssignReviewers(IReadOnlyList<Actor> Reviewers) : ApplicationCommand;

    public sealed record DeclareConflict(string Reason) : ApplicationCommand;

    public sealed record Ask(string Question) : ApplicationCommand;

    public sealed record Answer(string Text) : ApplicationCommand;

    public sealed record CastVote(Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions) : ApplicationCommand;

    /// <summary>Closes the review by the votes, once the quorum is there.</summary>
    public sealed record Decide : ApplicationCommand;

    public sealed record AcceptFee : ApplicationCommand;

    public sealed record Suspend(string Reason) : ApplicationCommand;

    public sealed record Resume(string Reason) : ApplicationCommand;

    public sealed record End(string Reason) : ApplicationCommand;
}

/// <summary>Applications, review, permits, fees. Every refusal says which rule of the table refused.</summary>
public interface IAccess
{
    Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default);

    Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default);

    ApplicationView? Find(ApplicationId application);

    /// <summary>What this person may see: their own, those they review, all for operators and auditors.</summary>
    IReadOnlyList<ApplicationView> VisibleTo(Actor actor);

    /// <summary>What this person may do with it now, by the names of the commands.</summary>
    IReadOnlyList<string> PermittedCommands(ApplicationId application, Actor actor);

    Permit? FindPermit(PermitId permit);

    /// <summary>In force now: begun, not ended, not suspended.</summary>
    Outcome<Permit> InForce(PermitId permit);

    /// <summary>Approved and refused uses in plain words, for the public (I7).</summary>
    IReadOnlyList<ApplicationView> Published { get; }

    /// <summary>The form in force, as data.</summary>
    ApplicationForm Form { get; }
}

public sealed record ApplicationForm(string Id, string Version, IReadOnlyList<FormSection> Sections);

public sealed record FormSection(string Id, Bilingual Title, IReadOnlyList<FormField> Fields);

public sealed record FormField(string Id, Bilingual Label, Bilingual Help, string Kind, bool Required, IReadOnlyList<string> Options);
