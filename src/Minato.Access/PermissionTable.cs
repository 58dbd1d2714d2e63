using System.Text;
using static Minato.Access.ApplicationState;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access;

/// <summary>Who may do what in which state. What is not listed here is refused; nothing else in the room grants anything.</summary>
internal static class PermissionTable
{
    private static readonly string[] Review = [nameof(C.CastVote), nameof(C.Ask), nameof(C.DeclareConflict)];
    private static readonly string[] Panel = [nameof(C.AssignReviewers), nameof(C.Ask), nameof(C.AskHolder), nameof(C.ExtendDeadline)];

    public static IReadOnlyList<PermissionRule> Rules { get; } =
    [
        new(Draft, Relation.Applicant, [nameof(C.SaveDraft), nameof(C.Submit), nameof(C.Withdraw)]),
        new(Draft, Relation.Member, [nameof(C.SaveDraft), nameof(C.ConfirmDuties)]),

        new(Submitted, Relation.Applicant, [nameof(C.Withdraw)]),
        new(Submitted, Relation.Member, [nameof(C.ConfirmDuties)]),
        new(Submitted, Relation.Holder, [nameof(C.AnswerAsHolder)]),
        new(Submitted, Relation.Secretariat, Panel),

        new(InReview, Relation.Applicant, [nameof(C.Withdraw)]),
        new(InReview, Relation.Member, [nameof(C.ConfirmDuties)]),
        new(InReview, Relation.Reviewer, Review),
        new(InReview, Relation.CitizenReviewer, Review),
        new(InReview, Relation.Holder, [nameof(C.AnswerAsHolder)]),
        new(InReview, Relation.Secretariat, [.. Panel, nameof(C.Decide)]),

        // A question may show that the text must change; a changed text voids the votes that were cast on the old one.
        new(QuestionAsked, Relation.Applicant, [nameof(C.SaveDraft), nameof(C.Answer), nameof(C.Withdraw)]),
        new(QuestionAsked, Relation.Member, [nameof(C.SaveDraft), nameof(C.ConfirmDuties)]),
        new(QuestionAsked, Relation.Reviewer, [nameof(C.DeclareConflict)]),
        new(QuestionAsked, Relation.CitizenReviewer, [nameof(C.DeclareConflict)]),
        new(QuestionAsked, Relation.Holder, [nameof(C.AnswerAsHolder)]),
        new(QuestionAsked, Relation.Secretariat, [nameof(C.AssignReviewers), nameof(C.CloseUnanswered)]),

        // EHDS Art. 62: the estimate comes before the permit, with the option to withdraw; a dispute is settled by the body.
        new(Approved, Relation.Applicant, [nameof(C.AcceptFee), nameof(C.DisputeFee), nameof(C.Withdraw)]),
        new(Approved, Relation.Member, [nameof(C.ConfirmDuties)]),
        new(Approved, Relation.Secretariat, [nameof(C.SettleFee)]),

        new(Refused, Relation.Applicant, [nameof(C.Appeal), nameof(C.TakeStatistics)]),

        new(Permitted, Relation.Applicant, [nameof(C.InviteMember), nameof(C.RemoveMember), nameof(C.ReportResults), nameof(C.End)]),
        new(Permitted, Relation.Member, [nameof(C.ConfirmDuties), nameof(C.ReportResults)]),
        new(Permitted, Relation.Holder, [nameof(C.AnswerAsHolder)]),
        new(Permitted, Relation.Secretariat, [nameof(C.AskHolder), nameof(C.ExtendDeadline), nameof(C.RemoveMember), nameof(C.Suspend), nameof(C.End)]),
        new(Permitted, Relation.Harbour, [nameof(C.RemoveMember), nameof(C.Suspend), nameof(C.End)]),

        new(Suspended, Relation.Applicant, [nameof(C.RemoveMember), nameof(C.ReportResults), nameof(C.End)]),
        new(Suspended, Relation.Secretariat, [nameof(C.Resume), nameof(C.RemoveMember), nameof(C.End)]),
        // Only where a measure that suspended it is taken back.
        new(Suspended, Relation.Harbour, [nameof(C.Resume), nameof(C.RemoveMember), nameof(C.End)]),

        // What research found is published after its end, and the limit for it may be extended (EHDS 61(4)).
        new(Ended, Relation.Applicant, [nameof(C.ReportResults)]),
        new(Ended, Relation.Member, [nameof(C.ReportResults)]),
        new(Ended, Relation.Secretariat, [nameof(C.ExtendDeadline)]),
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
