namespace Minato.Access;

/// <summary>Questions to the holders of the data (feasibility and cost; a trusted holder's assessment; the data itself), and their answers.</summary>
internal static class HolderTasks
{
    private const decimal MostYen = 1_000_000_000;

    public static Outcome<IReadOnlyList<AccessEvent>> Ask(ApplicationCase application, string kind, HolderId holder, string question, AccessRules rules) =>
        !HolderTask.All.Contains(kind) ? Finding.Error("access.holder-task", "Holders are not asked for that", $"Ask for one of {string.Join(", ", HolderTask.All)}")
        : kind == HolderTask.Delivery == (application.Permit is null) ? Finding.Error("access.holder-task", "Data is asked for under a permit, everything else before it", "Wait for the decision, or ask for the data")
        : application.Draft!.Use.Datasets.All(d => rules.Dataset(d.Dataset)?.Dataset.Holder != holder) ? Finding.Error("access.not-the-holder", "This holder has none of the datasets applied for", "Name a holder of one of them")
        : application.Holders.Any(h => h.Holder == holder && h.Kind == kind && h.AnsweredAt is null) ? Finding.Error("access.holder-asked", "The holder was asked that and has not answered yet", "Wait for the answer")
        : Outcome<IReadOnlyList<AccessEvent>>.Ok([new AccessEvent.HolderAsked(kind, holder.Value, question)]);

    public static Outcome<IReadOnlyList<AccessEvent>> Answer(ApplicationCase application, ApplicationCommand.AnswerAsHolder answer, string text, Actor by) =>
        application.Holders.All(h => h.Holder.Value != by.Affiliation || h.Kind != answer.Kind || h.AnsweredAt is not null) ? Finding.Error("access.not-asked", "Nothing is open for this holder", "Answer what was asked")
        : answer.CostYen is < 0 or > MostYen || answer.CostYen is { } yen && yen != decimal.Truncate(yen) ? Finding.Error("access.holder-cost", "The cost is not an amount in whole yen", "Give the cost without fractions, or leave it out")
        : Outcome<IReadOnlyList<AccessEvent>>.Ok([new AccessEvent.HolderAnswered(answer.Kind, by.Affiliation, answer.Feasible, text, answer.CostYen)]);
}
