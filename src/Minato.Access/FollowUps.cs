namespace Minato.Access;

/// <summary>
/// Amendments and renewals: an application of its own, reviewed and paid like any other, whose end is not a permit but the next
/// version of one. The permit's id stays, so the project's space, its work and its history do too.
/// </summary>
internal static class FollowUps
{
    /// <summary>The permit that is to be followed, if that can be done now by this person.</summary>
    public static Outcome<ApplicationCase> Permit(FollowUp follows, ActorId applicant, DateTimeOffset now, AccessRules rules)
    {
        if (rules.PermitCase(follows.Permit) is not { Permit: { } permit } original || original.Applicant != applicant)
        {
            return Finding.Error("access.unknown-permit", "This person has no such permit", "Check the permit's id; its applicant asks for changes");
        }

        return original.StateAt(now) != ApplicationState.Permitted ? Finding.Error("access.permit-not-in-force", $"The permit {permit.Id} is not in force", "Apply anew")
            : follows.Kind == FollowKind.Renewal && permit.Renewals > 0 ? Finding.Error("access.renewed-once", $"The permit {permit.Id} was renewed already, and a permit is renewed once (EHDS 68(12))", "Apply anew")
            : follows.Kind == FollowKind.Renewal && now > permit.Until.AddMonths(-1) ? Finding.Error("access.renewal-late", $"A renewal is asked for a month before the end, {permit.Until:yyyy-MM-dd} (EHDS 68(12))", "Apply anew")
            : original;
    }

    public static ApplicationDraft DraftOf(ApplicationCase original, FollowKind kind) =>
        original.Draft! with { Use = original.Permit!.Use with { Members = [.. original.Permit.Use.Members.Union(original.Invited)] } };

    public static Permit Next(ApplicationCase original, ApplicationCase change, RequestedUse use, FollowKind kind)
    {
        var permit = original.Permit!;

        // Who was in the permit has confirmed its duties once; a change does not throw anybody out who is still named.
        var members = change.Draft!.Use.Members.Where(m => use.Members.Contains(m) || permit.Use.Members.Contains(m)).ToArray();
        return permit with
        {
            Version = permit.Version + 1,
            Renewals = permit.Renewals + (kind == FollowKind.Renewal ? 1 : 0),
            Use = use with { Members = members },
            Conditions = [.. permit.Conditions.Union(change.Conditions)],
            Until = kind == FollowKind.Renewal ? permit.Until.AddMonths(use.MonthsOfUse) : permit.Until,
            ReviewCriteria = change.Criteria!,
            Fee = change.Fee!,
        };
    }
}
