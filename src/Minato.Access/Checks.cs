namespace Minato.Access;

/// <summary>All automatic checks of a draft, live while it is written and binding when it is submitted.</summary>
internal static class Checks
{
    public static IReadOnlyList<CheckResult> Run(AccessRules rules, ApplicationDraft draft, DateTimeOffset now) =>
    [
        .. FormCheck.Run(rules.Forms.InForce(now), draft),
        .. PurposeCheck.Run(rules.Purposes.InForce(now), draft),
        .. UseCheck.Run(rules, draft, now),
        .. UseConditionCheck.Run(rules, draft),
    ];

    public static IReadOnlyList<Finding> Failures(IReadOnlyList<CheckResult> checks) =>
        [.. checks.Where(c => !c.Passed).Select(c => Finding.Error("access.check", c.Explanation.En, "Mend it in the draft and submit again", new Place(Field: c.Rule)))];
}
