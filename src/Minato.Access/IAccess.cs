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

    /// <summary>The change that was applied for now stands in the earlier permit.</summary>
    Applied,
}

public enum FollowKind
{
    /// <summary>Other data, people, methods; the same end.</summary>
    Amendment,

    /// <summary>A later end; once only (EHDS 68(12)).</summary>
    Renewal,
}

/// <summary>The permit that an application wants to change.</summary>
public sealed record FollowUp(PermitId Permit, FollowKind Kind);

/// <summary>What a holder is asked for.</summary>
public static class HolderTask
{
    /// <summary>Can it be done, and what does it cost?</summary>
    public const string Feasibility = "feasibility";

    /// <summary>A trusted holder's assessment and proposal (EHDS 72).</summary>
    public const string Assessment = "assessment";

    /// <summary>The data, which the harbour has not yet.</summary>
    public const string Delivery = "delivery";

    public static IReadOnlyList<string> All { get; } = [Feasibility, Assessment, Delivery];
}

/// <summary>A question to a holder, and the answer.</summary>
public sealed record HolderExchange(string Kind, HolderId Holder, string Question, DateTimeOffset AskedAt, bool? Feasible = null, string? Answer = null, decimal? CostYen = null, DateTimeOffset? AnsweredAt = null);

/// <summary>A body that reviews (I1, H2), and what of the application is its business.</summary>
public sealed record ReviewBody(string Id, Bilingual Name);

public sealed record ReportedResults(Bilingual Summary, string Address, DateTimeOffset At);

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
    int MonthsOfUse)
{
    /// <summary>Beside Parquet files, which are always made: forms of <see cref="ExtractionForm"/>.</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    /// <summary>Only this table is asked for: the harbour makes it, and nobody sees rows. Null: rows, in the secure environment.</summary>
    public TableRequest? Table { get; init; }

    /// <summary>The registered certified user (認定利用事業者) to whom the pseudonymised data may be handed over (H5); null: it stays in the secure environment.</summary>
    public string? HandOverTo { get; init; }
}

/// <summary>What an extraction may contain beside its Parquet files.</summary>
public static class ExtractionForm
{
    public const string Csv = "csv";

    /// <summary>Tables of the same shape filled with invented persons, for developing programs outside.</summary>
    public const string Twin = "twin";

    /// <summary>Beside the OMOP tables: of each dataset what its records say, line by line in the source's codes.</summary>
    public const string Source = "source";

    public static IReadOnlyList<string> All { get; } = [Csv, Source, Twin];
}

/// <summary>A table of numbers of persons, made by the harbour (the statistics-only request).</summary>
/// <param name="By">Its dimensions: granted columns of the person table, or <see cref="CohortYear"/>, the year in which a person's first stay in the cohort begins.</param>
public sealed record TableRequest(IReadOnlyList<string> By)
{
    public const string CohortYear = "cohort_year";

    /// <summary>More make a table that is read by nobody, and each doubles its totals.</summary>
    public const int MostDimensions = 6;
}

/// <summary>Answers to the form's fields, by field id (the form is data: <c>standards/application-form/</c>).</summary>
public sealed record ApplicationDraft(RequestedUse Use, IReadOnlyDictionary<string, string> Answers);

/// <summary>A finding of the automatic check: permitted purposes and prohibited uses (F4), completeness, dataset rules.</summary>
public sealed record CheckResult(string Rule, bool Passed, Bilingual Explanation);

public enum Vote
{
    Approve,
    ApproveWithConditions,
    Refuse,

    /// <summary>No rows, but a table would answer the question (EHDS 68(3)). Counts as a refusal of rows.</summary>
    StatisticsInstead,
}

public sealed record ReviewVote(ActorId Reviewer, bool Citizen, Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions, DateTimeOffset At)
{
    public string Body { get; init; } = "";

    /// <summary>Datasets that this vote would not give.</summary>
    public IReadOnlyList<DatasetId> Without { get; init; } = [];

    public bool IsFor => Vote is Vote.Approve or Vote.ApproveWithConditions;
}

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
    FeeQuote Fee)
{
    /// <summary>From 1; each amendment, renewal and change of members makes the next. The id stays, and with it the project's space.</summary>
    public int Version { get; init; } = 1;

    /// <summary>How often it was renewed: never or once.</summary>
    public int Renewals { get; init; }
}

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
    long Version)
{
    /// <summary>Questions put to the applicant, and their answers, oldest first.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; init; } = [];

    /// <summary>How long the clock stood before the decision, waiting for answers (I4).</summary>
    public TimeSpan QuestionTime { get; init; }

    /// <summary>Every standard it was handled under, as <c>id@version</c>.</summary>
    public IReadOnlyList<string> Standards { get; init; } = [];

    /// <summary>Suspensions, resumptions and ends of the permit, oldest first (F5). The public sees that and when, not why.</summary>
    public IReadOnlyList<Measure> Measures { get; init; } = [];

    public FollowUp? Follows { get; init; }

    public IReadOnlyList<ReviewBody> Bodies { get; init; } = [];

    /// <summary>Members who have confirmed their duties.</summary>
    public IReadOnlyList<ActorId> Confirmed { get; init; } = [];

    /// <summary>Invited since the permit was issued, not yet confirmed.</summary>
    public IReadOnlyList<ActorId> Invited { get; init; } = [];

    public IReadOnlyList<HolderExchange> Holders { get; init; } = [];

    public IReadOnlyList<ReportedResults> Results { get; init; } = [];

    /// <summary>Every version of the permit, oldest first.</summary>
    public IReadOnlyList<Permit> PermitVersions { get; init; } = [];

    public string? Appeal { get; init; }

    public bool StatisticsOffered { get; init; }

    public string? FeeDispute { get; init; }

    public VoteCount Count => VoteCount.Of(Votes);

    /// <summary>Days from submission to the decision without the time spent waiting for the applicant (I4); null before the decision.</summary>
    public double? DaysToDecision => SubmittedAt is { } from && DecidedAt is { } to ? (to - from - QuestionTime).TotalDays : null;
}

/// <summary>A question of the reviewers or the secretariat, and the applicant's answer.</summary>
public sealed record Exchange(string Question, DateTimeOffset AskedAt, string? Answer, DateTimeOffset? AnsweredAt);

/// <param name="What">The state the permit went into.</param>
public sealed record Measure(ApplicationState What, string Reason, DateTimeOffset At);

/// <summary>Votes as the public sees them: how many, and how many of them were citizens' (E5).</summary>
public sealed record VoteCount(int Approve, int WithConditions, int Refuse, int Citizens)
{
    public static VoteCount Of(IReadOnlyList<ReviewVote> votes) => new(
        votes.Count(v => v.Vote == Vote.Approve),
        votes.Count(v => v.Vote == Vote.ApproveWithConditions),
        votes.Count(v => !v.IsFor),
        votes.Count(v => v.Citizen));
}

/// <summary>What may be done with an application. Who may do it in which state is one table, as data.</summary>
public abstract record ApplicationCommand
{
    private ApplicationCommand() { }

    public sealed record SaveDraft(ApplicationDraft Draft) : ApplicationCommand;

    public sealed record Submit : ApplicationCommand;

    public sealed record Withdraw(string Reason) : ApplicationCommand;

    /// <summary>Names the reviewers of one body: three at least, one of them a citizen (E5).</summary>
    /// <param name="Body">Null: of the first body that reviews the application.</param>
    public sealed record AssignReviewers(IReadOnlyList<Actor> Reviewers, string? Body = null) : ApplicationCommand;

    public sealed record DeclareConflict(string Reason) : ApplicationCommand;

    public sealed record Ask(string Question) : ApplicationCommand;

    public sealed record Answer(string Text) : ApplicationCommand;

    public sealed record CastVote(Vote Vote, string Reasons, IReadOnlyDictionary<string, bool> Criteria, IReadOnlyList<string> Conditions) : ApplicationCommand
    {
        /// <summary>An approval of everything but these datasets.</summary>
        public IReadOnlyList<DatasetId> Without { get; init; } = [];
    }

    /// <summary>Closes the review by the votes, once the quorum is there.</summary>
    public sealed record Decide : ApplicationCommand;

    public sealed record AcceptFee : ApplicationCommand;

    public sealed record Suspend(string Reason) : ApplicationCommand;

    public sealed record Resume(string Reason) : ApplicationCommand;

    public sealed record End(string Reason) : ApplicationCommand;

    /// <summary>A member accepts the duties of the permit.</summary>
    public sealed record ConfirmDuties : ApplicationCommand;

    public sealed record InviteMember(ActorId Member) : ApplicationCommand;

    public sealed record RemoveMember(ActorId Member, string Reason) : ApplicationCommand;

    /// <param name="Clock">Id of a limit that may be extended and runs.</param>
    public sealed record ExtendDeadline(string Clock, string Reason) : ApplicationCommand;

    /// <param name="Kind">Of <see cref="HolderTask"/>.</param>
    public sealed record AskHolder(string Kind, HolderId Holder, string Question) : ApplicationCommand;

    public sealed record AnswerAsHolder(string Kind, bool Feasible, string Text, decimal? CostYen) : ApplicationCommand;

    /// <summary>Refuses an application whose question stayed unanswered beyond the limit.</summary>
    public sealed record CloseUnanswered : ApplicationCommand;

    /// <summary>Once: the review begins again with other people.</summary>
    public sealed record Appeal(string Reason) : ApplicationCommand;

    /// <summary>Takes the offer of a table instead of rows; the same panel decides on it.</summary>
    public sealed record TakeStatistics(IReadOnlyList<string> By) : ApplicationCommand;

    public sealed record DisputeFee(string Reason) : ApplicationCommand;

    /// <summary>The body sets the fee after a dispute: lower or the same, never higher.</summary>
    public sealed record SettleFee(decimal ReductionYen, string Reason) : ApplicationCommand;

    public sealed record ReportResults(Bilingual Summary, string Address) : ApplicationCommand;
}

/// <summary>What a person is to one application. Exactly one: nobody sits on two sides (EHDS Art. 55).</summary>
public enum Relation
{
    Applicant,

    /// <summary>Named in the application as somebody who will process the data.</summary>
    Member,

    /// <summary>Assigned, and without a conflict of interest.</summary>
    Reviewer,

    /// <summary>As <see cref="Reviewer"/>, sitting for patients and citizens (E5).</summary>
    CitizenReviewer,

    /// <summary>A holder who was asked about this application.</summary>
    Holder,

    /// <summary>The operator's office, which runs the procedure and has no vote.</summary>
    Secretariat,
    Auditor,

    /// <summary>The software itself, which may stop a use but never start one (F5).</summary>
    Harbour,
    Public,
}

/// <summary>One row of the permission table: the commands (by name) that a relation may give in a state.</summary>
public sealed record PermissionRule(ApplicationState State, Relation Relation, IReadOnlyList<string> Commands);

/// <summary>A purpose of <c>standards/purposes/</c>; <paramref name="Applicants"/> are the kinds of applicants it is open to.</summary>
public sealed record Purpose(string Id, Bilingual Label, Bilingual Meaning, IReadOnlyList<string> Applicants, bool OnBehalfOfPublicBody, IReadOnlyList<string> Sources);

/// <summary>A criterion of <c>standards/review-criteria/</c>. An approval needs every essential one to be met.</summary>
public sealed record Criterion(string Id, bool Essential, Bilingual Label, Bilingual Question, IReadOnlyList<string> Sources);

/// <summary>How the review is doing (I4, I7). Days are medians over decided applications, without the time spent waiting for answers.</summary>
public sealed record AccessFigures(int Submitted, int Deciding, int Approved, int Refused, int InForce, double? MedianDaysToDecision, double ShareOfCitizenVotes);

/// <summary>The register of decided uses, counted: by purpose, by dataset (the twelve most asked for), by month of decision (the last 24, oldest first), and how many have a permit.</summary>
public sealed record PublishedUses(IReadOnlyList<(string Purpose, int Count)> ByPurpose, IReadOnlyList<(string Dataset, int Count)> ByDataset, IReadOnlyList<(string Month, int Count)> ByMonth, int Permitted);

/// <summary>Applications, review, permits, fees. Every refusal says which rule of the table refused.</summary>
public interface IAccess
{
    Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default);

    Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default);

    ApplicationView? Find(ApplicationId application);

    /// <summary>What this person may see: their own, those they review, all for operators and auditors.</summary>
    IReadOnlyList<ApplicationView> VisibleTo(Actor actor);

    /// <summary>One application as this person may see it; null where they may not.</summary>
    ApplicationView? FindFor(ApplicationId application, Actor actor) => VisibleTo(actor).FirstOrDefault(a => a.Id == application);

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

/// <param name="Id">Fields named <c>use.…</c> are answered by <see cref="RequestedUse"/>, all others by <see cref="ApplicationDraft.Answers"/>.</param>
/// <param name="Kind">One of <c>use text long-text lines choice boolean declaration number email country</c>. Booleans are <c>true</c> or <c>false</c>, a declaration must be <c>true</c>.</param>
public sealed record FormField(string Id, Bilingual Label, Bilingual Help, string Kind, bool Required, IReadOnlyList<string> Options)
{
    public IReadOnlyDictionary<string, Bilingual> OptionLabels { get; init; } = new Dictionary<string, Bilingual>();

    /// <summary>Required, too, where another field has one of these values (<c>*</c>: any).</summary>
    public RequiredWhen? RequiredWhen { get; init; }

    /// <summary>Characters.</summary>
    public int MaxLength { get; init; } = 4000;

    /// <summary>Published with the decision.</summary>
    public bool Public { get; init; }

    /// <summary>The article or form the field comes from.</summary>
    public string Source { get; init; } = "";
}

public sealed record RequiredWhen(string Field, IReadOnlyList<string> Values);

/// <summary>What the window needs beside the port: the standards in force, an estimate, the figures.</summary>
public interface IAccessDesk : IAccess
{
    /// <summary>Entries of <see cref="IAccess.Published"/> with these words, as they are written, in title or summary; all where none are given.</summary>
    IReadOnlyList<ApplicationView> SearchPublished(string words);

    /// <summary>One entry of <see cref="IAccess.Published"/>; null where it is none.</summary>
    ApplicationView? FindPublished(ApplicationId application);

    /// <summary>The entry of a permit.</summary>
    ApplicationView? FindPublished(PermitId permit);

    PublishedUses Uses { get; }

    /// <summary>Who may do what in which state: the one table.</summary>
    IReadOnlyList<PermissionRule> Permissions { get; }

    IReadOnlyList<Purpose> Purposes { get; }

    /// <summary>What this person is to the application; <see cref="Relation.Public"/> where there is none.</summary>
    Relation RelationTo(ApplicationId application, Actor actor);

    /// <summary>The criteria an application is reviewed by (those in force when its reviewers were named, else those in force now).</summary>
    IReadOnlyList<Criterion> CriteriaFor(ApplicationId application);

    /// <summary>The completeness check and the quote of a draft that need not be saved: known before applying (I6).</summary>
    (IReadOnlyList<CheckResult> Checks, Outcome<FeeQuote> Quote) Preview(ApplicationDraft draft);

    AccessFigures Figures { get; }

    /// <summary>An application for a change of a permit in force; its draft begins as the permit stands. By the permit's applicant only.</summary>
    Task<Outcome<ApplicationId>> FollowAsync(FollowUp follows, Actor by, CancellationToken ct = default);

    /// <summary>The permit as a signed document (JWS, ES384). For its people, the secretariat and auditors.</summary>
    Outcome<string> SignedPermit(PermitId permit, Uri issuer, Actor actor);

    /// <summary>GA4GH visas of this member, one for each dataset of the permit in force.</summary>
    Outcome<IReadOnlyList<string>> Visas(PermitId permit, Uri issuer, Actor member);

    /// <summary>The node's public keys for permits, as a JWK set.</summary>
    string PublicKeys { get; }

    /// <summary>Every limit of time that runs or ran for an application. Empty for who may not see it.</summary>
    IReadOnlyList<RunningClock> ClocksOf(ApplicationId application, Actor actor);

    /// <summary>The limits that run now, overdue ones first: all for operators and auditors, else those this person sees.</summary>
    IReadOnlyList<RunningClock> Clocks(Actor actor);
}
