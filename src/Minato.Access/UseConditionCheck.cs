using System.Globalization;
using Minato.Catalogue;

namespace Minato.Access;

/// <summary>
/// The conditions on each dataset's use against what the application declares (GA4GH DUO). What a machine can tell is told before the submission; what it cannot is
/// left to the reviewers, who see that it is.
/// </summary>
internal static class UseConditionCheck
{
    public static IEnumerable<CheckResult> Run(AccessRules rules, ApplicationDraft draft) =>
        draft.Use.Datasets.Select(d => rules.Dataset(d.Dataset)).OfType<DatasetDescription>().DistinctBy(d => d.Dataset.Id)
            .SelectMany(d => d.Conditions.Select(c => Check(d.Dataset.Id, c, draft)));

    private static CheckResult Check(DatasetId dataset, DatasetCondition condition, ApplicationDraft draft)
    {
        var term = condition.Term;
        var holds = term.All.Count > 0 && term.All.All(t => Holds(t, condition.Value, draft));
        var outcome = holds ? "met" : term.Otherwise;
        var of = condition.Value is { } value ? $" ({value})" : "";
        return new($"conditions.{dataset}.{term.Short}", outcome != "refused", outcome switch
        {
            "met" => new($"「{dataset}」の利用の条件「{term.Name.Ja}」{of}を満たします。", $"'{dataset}': the condition '{term.Name.En}'{of} is met ({term.Code})."),
            "duty" => new($"「{dataset}」の利用の条件「{term.Name.Ja}」{of}は、許可の後に守ることです。", $"'{dataset}': the condition '{term.Name.En}'{of} is a duty once permitted ({term.Code})."),
            "people" => new($"「{dataset}」の利用の条件「{term.Name.Ja}」{of}に合うかは、審査で確かめます。", $"'{dataset}': whether the condition '{term.Name.En}'{of} is met is for the reviewers ({term.Code})."),
            _ => new($"「{dataset}」の利用の条件「{term.Name.Ja}」{of}に合いません。{term.Meaning.Ja}", $"'{dataset}': the condition '{term.Name.En}'{of} is not met ({term.Code}). {term.Meaning.En}"),
        });
    }

    private static bool Holds(UseTest test, string? value, ApplicationDraft draft)
    {
        var answer = test.Field switch
        {
            "use.purpose" => draft.Use.Purpose,
            "use.months" => draft.Use.MonthsOfUse.ToString(CultureInfo.InvariantCulture),
            _ => draft.Answers.GetValueOrDefault(test.Field, ""),
        };
        return (test.In is null || test.In.Contains(answer))
            && (!test.Filled || answer.Trim().Length > 0)
            && (!test.InValue || (value ?? "").Split([' ', ',', '、'], StringSplitOptions.RemoveEmptyEntries).Contains(answer.Trim(), StringComparer.OrdinalIgnoreCase))
            && (!test.AtMostValue || (decimal.TryParse(answer, CultureInfo.InvariantCulture, out var n) && decimal.TryParse(value, CultureInfo.InvariantCulture, out var most) && n <= most));
    }
}
