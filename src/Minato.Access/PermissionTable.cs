using System.Text;
using static Minato.Access.ApplicationState;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access;

/// <summary>Who may do what in which state. What is not listed here is refused; nothing else in the room grants anything.</summary>
internal static class PermissionTable
{
    private static readonly string[] Review = [nameof(C.CastVote), nameof(C.Ask), nameof(C.DeclareConflict)];

    public static IReadOnlyList<PermissionRule> Rules { get; } =
    [
        new(Draft, Relation.Applicant, [nameof(C.SaveDraft), nameof(C.Submit), nameof(C.Withdraw)]),
        new(Draft, Relation.Member, [nameof(C.SaveDraft)]),

        new(Submitted, Relation.Applicant, [nameof(C.Withdraw)]),
        new(Submitted, Relation.Secretariat, [nameof(C.AssignReviewers), nameof(C.Ask)]),

        new(InReview, Relation.Applicant, [nameof(C.Withdraw)]),
        new(InReview, Relation.Reviewer, Review),
        new(InReview, Relation.CitizenReviewer, Review),
        new(InReview, Relation.Secretariat, [nameof(C.AssignReviewers), nameof(C.Ask), nameof(C.Decide)]),

        // A question may show that the text must change; a changed text voids the votes that were cast on the old one.
        new(QuestionAsked, Relation.Applicant, [nameof(C.SaveDraft), nameof(C.Answer), nameof(C.Withdraw)]),
        new(QuestionAsked, Relation.Member, [nameof(C.SaveDraft)]),
        new(QuestionAsked, Relation.Reviewer, [nameof(C.DeclareConflict)]),
        new(QuestionAsked, Relation.CitizenReviewer, [nameof(C.DeclareConflict)]),
        new(QuestionAsked, Relation.Secretariat, [nameof(C.AssignReviewers)]),

        // EHDS Art. 62: the estimate comes before the permit, with the option to withdraw.
        new(Approved, Relation.Applicant, [nameof(C.AcceptFee), nameof(C.Withdraw)]),

        new(Permitted, Relation.Applicant, [nameof(C.End)]),
        new(Permitted, Relation.Secretariat, [nameof(C.Suspend), nameof(C.End)]),
        new(Permitted, Relation.Harbour, [nameof(C.Suspend)]),

        new(Suspended, Relation.Applicant, [nameof(C.End)]),
        new(Suspended, Relation.Secretariat, [nameof(C.Resume), nameof(C.End)]),
    ];

    private static readonly Dictionary<(ApplicationState, Relation), IReadOnlyList<string>> ByStateAndRelation =
        Rules.ToDictionary(r => (r.State, r.Relation), r => r.Commands);

    public static IReadOnlyList<string> Commands(ApplicationState state, Relation relation) =>
        ByStateAndRelation.GetValueOrDefault((state, relation), []);

    /// <summary>Null where the table allows it; else the refusal, naming the rule.</summary>
    public static Finding? Refusal(ApplicationState state, Relation relation, ApplicationCommand command)
    {
        var allowed = Commands(state, relation);
        return allowed.Contains(command.GetType().Name)
            ? null
            : Finding.Error(
                "access.not-permitted",
                $"{command.GetType().Name} is not permitted by rule {state} × {relation}, which allows {(allowed.Count == 0 ? "nothing" : string.Join(", ", allowed))}",
                "Ask somebody whom the permission table allows it, or wait for the state that allows it");
    }

    /// <summary>The table as the README shows it.</summary>
    public static string ToMarkdown()
    {
        Relation[] relations = [.. Rules.Select(r => r.Relation).Distinct().Order()];
        var text = new StringBuilder($"| state | {string.Join(" | ", relations)} |\n|---|{string.Concat(relations.Select(_ => "---|"))}\n");
        foreach (var state in Enum.GetValues<ApplicationState>())
        {
            text.Append($"| {state} | {string.Join(" | ", relations.Select(r => string.Join(", ", Commands(state, r))))} |\n");
        }

        return text.ToString();
    }
}
