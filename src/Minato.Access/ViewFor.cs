namespace Minato.Access;

/// <summary>An application as different people may see it.</summary>
internal static class ViewFor
{
    /// <summary>Everything: for the secretariat, for auditors and for other rooms.</summary>
    public static ApplicationView Office(ApplicationCase a, IReadOnlyList<CheckResult> checks, DateTimeOffset now) => new(
        a.Id, a.Applicant, a.Affiliation, a.StateAt(now), a.Draft, checks, [.. a.Reviewers.Select(r => r.Id)], a.Votes, a.Conflicts,
        a.Exchanges is [.., { AnsweredAt: null } open] ? open.Question : null,
        a.Decision, a.Conditions, a.Fee, a.Permit, a.CreatedAt, a.SubmittedAt, a.DecidedAt, a.Version)
    {
        Exchanges = a.Exchanges,
        QuestionTime = a.QuestionTime,
        Standards = a.Standards,
        Measures = a.Measures,
        Follows = a.Follows,
        Confirmed = a.Confirmed,
        Invited = a.Invited,
        Holders = a.Holders,
        Results = a.Results,
        PermitVersions = a.Permits,
        Appeal = a.Appeal,
        StatisticsOffered = a.StatisticsOffered,
        FeeDispute = a.FeeDispute,
    };

    /// <summary>A reviewer sees the others' votes only after voting, so that each judges alone first.</summary>
    public static ApplicationView Reviewer(ApplicationView view, ActorId reviewer) =>
        view.DecidedAt is not null || view.Votes.Any(v => v.Reviewer == reviewer) ? view : view with { Votes = [] };

    /// <summary>A holder sees what is asked for and what it was asked, not who judges, nor what other holders said.</summary>
    public static ApplicationView Holder(ApplicationView view, HolderId holder) => Project(view) with
    {
        Holders = [.. view.Holders.Where(h => h.Holder == holder)],
        Exchanges = [],
    };

    /// <summary>The project does not learn who judges it, nor any vote before the decision.</summary>
    public static ApplicationView Project(ApplicationView view) => view with
    {
        Reviewers = [],
        Conflicts = [],
        Votes = view.DecidedAt is null ? [] : Unnamed(view.Votes),
    };

    /// <summary>
    /// What the public sees (I7; EHDS Art. 57(1)(j), 58): who, what for, which data, what was decided and why, on what conditions
    /// and at what fee. No names of people, no addresses, no contact, and no answer that the form does not call public.
    /// </summary>
    public static ApplicationView Public(ApplicationView view, IEnumerable<string> publicFields) => Project(view) with
    {
        Applicant = new ActorId("withheld"),
        Draft = view.Draft is { } draft ? PublicDraft(draft, publicFields) : null,
        Exchanges = [],
        Confirmed = [],
        Invited = [],
        Holders = [],
        FeeDispute = null,
        PermitVersions = [.. view.PermitVersions.Select(p => p with { Use = PublicUse(p.Use) })],
        Measures = [.. view.Measures.Select(m => m with { Reason = "" })],
        Permit = view.Permit is { } permit ? permit with { Use = PublicUse(permit.Use) } : null,
    };

    private static ApplicationDraft PublicDraft(ApplicationDraft draft, IEnumerable<string> publicFields) => new(
        PublicUse(draft.Use),
        publicFields.Where(draft.Answers.ContainsKey).ToDictionary(f => f, f => draft.Answers[f]));

    private static RequestedUse PublicUse(RequestedUse use) => use with { Members = [], CohortJson = "{}" };

    private static ReviewVote[] Unnamed(IReadOnlyList<ReviewVote> votes) =>
        [.. votes.OrderBy(v => v.Citizen).ThenBy(v => v.Vote).Select((v, i) => v with { Reviewer = new ActorId($"reviewer-{i + 1}"), At = default })];
}
