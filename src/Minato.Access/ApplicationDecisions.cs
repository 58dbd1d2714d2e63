using C = Minato.Access.ApplicationCommand;
using E = Minato.Access.AccessEvent;

namespace Minato.Access;

/// <summary>
/// What follows from a command: events, or a refusal. Pure. The permission table is asked first, so nothing below is ever
/// reached by somebody whom the table does not name.
/// </summary>
internal static class ApplicationDecisions
{
    private const int MostTextCharacters = 20_000;

    public static Outcome<IReadOnlyList<AccessEvent>> Create(ApplicationCase? existing, Actor actor) =>
        existing is not null ? Finding.Error("access.id-taken", "An application with this id exists", "Create it again")
        : !actor.Is(Role.Researcher) ? Finding.Error("access.not-a-researcher", "Only a researcher can apply", "Sign in as a researcher")
        : Events(new E.Created(actor.Id, actor.Affiliation.Trim()));

    public static Outcome<IReadOnlyList<AccessEvent>> Decide(ApplicationCase? application, ApplicationCommand command, Actor actor, DateTimeOffset now, AccessRules rules)
    {
        if (application is null)
        {
            return Finding.Error("access.unknown-application", "There is no such application", "Check the id");
        }

        if (PermissionTable.Refusal(application.StateAt(now), RelationOf.To(application, actor), command) is { } refusal)
        {
            return refusal;
        }

        return command switch
        {
            C.SaveDraft c => SaveDraft(application, c.Draft),
            C.Submit => Submit(application, now, rules),
            C.Withdraw c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Withdrawn(reason)]),
            C.AssignReviewers c => Criteria(application, now, rules).Then(criteria => ReviewPanel.Assign(application, c.Reviewers, criteria)).Map<IReadOnlyList<AccessEvent>>(e => [e]),
            C.DeclareConflict c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.ConflictRecorded(actor.Id, reason, Declared: true)]),
            C.Ask c => Text(c.Question, "question").Map<IReadOnlyList<AccessEvent>>(question => [new E.Asked(question)]),
            C.Answer c => Text(c.Text, "answer").Then(answer => Answer(application, answer, now, rules)),
            C.CastVote c => Criteria(application, now, rules).Then(criteria => Ballot.Check(c, criteria)).Map<IReadOnlyList<AccessEvent>>(e => [e]),
            C.Decide => Criteria(application, now, rules).Then(criteria => Close(application, criteria, now, rules)),
            C.AcceptFee => Issue(application, now),
            C.Suspend c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Suspended(reason)]),
            C.Resume c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Resumed(reason)]),
            C.End c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Ended(reason)]),
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}"),
        };
    }

    private static Outcome<IReadOnlyList<AccessEvent>> SaveDraft(ApplicationCase application, ApplicationDraft draft)
    {
        if (DraftShape.Defect(draft) is { } defect)
        {
            return defect;
        }

        // The changed text may name a reviewer or a reviewer's organisation: that reviewer leaves at once.
        var conflicted = application.Reviewers
            .Select(seat => (seat.Id, Conflict: ConflictOfInterest.Of(seat, application, draft)))
            .Where(x => x.Conflict is not null)
            .Select(x => new E.ConflictRecorded(x.Id, x.Conflict!, Declared: false));
        return Outcome<IReadOnlyList<AccessEvent>>.Ok([.. conflicted, new E.DraftSaved(draft)]);
    }

    private static Outcome<IReadOnlyList<AccessEvent>> Submit(ApplicationCase application, DateTimeOffset now, AccessRules rules) =>
        Checked(application, now, rules).Map<IReadOnlyList<AccessEvent>>(checks => [new E.Submitted(rules.Forms.InForce(now).Name(), rules.Purposes.InForce(now).Name(), checks)]);

    private static Outcome<IReadOnlyList<AccessEvent>> Answer(ApplicationCase application, string answer, DateTimeOffset now, AccessRules rules) =>
        Checked(application, now, rules).Map<IReadOnlyList<AccessEvent>>(checks => [new E.Answered(answer, rules.Forms.InForce(now).Name(), rules.Purposes.InForce(now).Name(), checks)]);

    private static Outcome<IReadOnlyList<CheckResult>> Checked(ApplicationCase application, DateTimeOffset now, AccessRules rules)
    {
        if (application.Draft is not { } draft)
        {
            return Finding.Error("access.no-draft", "There is nothing to submit yet", "Fill in the form and save it");
        }

        var checks = Checks.Run(rules, draft, now);
        var failures = Checks.Failures(checks);
        return failures.Count > 0 ? Outcome<IReadOnlyList<CheckResult>>.Refused(failures) : Outcome<IReadOnlyList<CheckResult>>.Ok(checks);
    }

    private static Outcome<IReadOnlyList<AccessEvent>> Close(ApplicationCase application, CriteriaStandard criteria, DateTimeOffset now, AccessRules rules)
    {
        var closed = Quorum.Close(application, criteria);
        if (!closed.Try(out var verdict))
        {
            return Outcome<IReadOnlyList<AccessEvent>>.Refused(closed.Findings);
        }

        return verdict.Approved
            ? rules.Tariffs.InForce(now).Quote(application.Draft!.Use, application.Draft.Answers)
                .Map<IReadOnlyList<AccessEvent>>(fee => [new E.Approved(criteria.Name(), verdict.Decision, verdict.Conditions, fee)])
            : Events(new E.Refused(criteria.Name(), verdict.Decision));
    }

    private static Outcome<IReadOnlyList<AccessEvent>> Issue(ApplicationCase application, DateTimeOffset now)
    {
        var use = application.Draft!.Use;
        var permit = new Permit(
            PermitNumber.For(application.Id), application.Id, use, application.Conditions, now, now.AddMonths(use.MonthsOfUse), application.Criteria!, application.Fee!);
        return Outcome<IReadOnlyList<AccessEvent>>.Ok([new E.FeeAccepted(application.Fee!.Tariff, application.Fee.TotalYen), new E.PermitIssued(permit)]);
    }

    /// <summary>The criteria the panel was named under; before that, those in force.</summary>
    private static Outcome<CriteriaStandard> Criteria(ApplicationCase application, DateTimeOffset now, AccessRules rules) =>
        application.Criteria is not { } name ? rules.Criteria.InForce(now)
        : rules.Criteria.Find(name) is { } criteria ? criteria
        : Finding.Error("access.standard-missing", $"The standard {name}, under which this review began, is not in the folder of standards", "Put the file back: standards under which something was begun are kept");

    private static Outcome<string> Text(string? text, string what) =>
        text?.Trim() is { Length: > 0 and <= MostTextCharacters } trimmed
            ? trimmed
            : Finding.Error($"access.no-{what}", $"The {what} is empty or too long", $"Write the {what}, up to {MostTextCharacters} characters");

    private static Outcome<IReadOnlyList<AccessEvent>> Events(params AccessEvent[] events) => Outcome<IReadOnlyList<AccessEvent>>.Ok(events);
}
