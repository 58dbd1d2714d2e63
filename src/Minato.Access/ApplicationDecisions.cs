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

    public static Outcome<IReadOnlyList<AccessEvent>> Create(ApplicationCase? existing, FollowUp? follows, Actor actor, DateTimeOffset now, AccessRules rules)
    {
        if (existing is not null)
        {
            return Finding.Error("access.id-taken", "An application with this id exists", "Create it again");
        }

        if (!actor.Is(Role.Researcher))
        {
            return Finding.Error("access.not-a-researcher", "Only a researcher can apply", "Sign in as a researcher");
        }

        if (Exclusion(actor, rules) is { } excluded)
        {
            return excluded;
        }

        var created = new E.Created(actor.Id, actor.Affiliation.Trim(), follows);
        return follows is null ? Events(created)
            : FollowUps.Permit(follows, actor.Id, now, rules).Map<IReadOnlyList<AccessEvent>>(original => [created, new E.DraftSaved(FollowUps.DraftOf(original, follows.Kind))]);
    }

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
            C.Submit => Exclusion(actor, rules) is { } excluded ? excluded : Submit(application, now, rules),
            C.Withdraw c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Withdrawn(reason)]),
            C.AssignReviewers c => Criteria(application, now, rules).Then(criteria => ReviewPanel.Assign(application, c.Reviewers, c.Body ?? application.Bodies[0], criteria)).Map<IReadOnlyList<AccessEvent>>(e => [e]),
            C.DeclareConflict c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.ConflictRecorded(actor.Id, reason, Declared: true)]),
            C.Ask c => Text(c.Question, "question").Map<IReadOnlyList<AccessEvent>>(question => [new E.Asked(question)]),
            C.Answer c => Text(c.Text, "answer").Then(answer => Answer(application, answer, now, rules)),
            C.CastVote c => Criteria(application, now, rules).Then(criteria => Ballot.Check(c, criteria, application)).Map<IReadOnlyList<AccessEvent>>(e => [e]),
            C.Decide => Criteria(application, now, rules).Then(criteria => Close(application, criteria, now, rules)),
            C.AcceptFee => Issue(application, now, rules),
            C.Suspend c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Suspended(reason)]),
            C.Resume c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Resumed(reason)]),
            C.End c => Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.Ended(reason)]),
            C.ConfirmDuties => application.Confirmed.Contains(actor.Id) ? Finding.Error("access.confirmed", "The duties are confirmed already", "Nothing more is needed") : Events(new E.DutiesConfirmed()),
            C.InviteMember c => Invite(application, c.Member),
            C.RemoveMember c => Remove(application, c),
            C.ExtendDeadline c => Text(c.Reason, "reason").Then(reason => Extend(application, c.Clock, reason, rules)),
            C.AskHolder c => Text(c.Question, "question").Then(question => HolderTasks.Ask(application, c.Kind, c.Holder, question, rules)),
            C.AnswerAsHolder c => Text(c.Text, "answer").Then(answer => HolderTasks.Answer(application, c, answer, actor)),
            C.CloseUnanswered => CloseUnanswered(application, now, rules),
            C.Appeal c => Text(c.Reason, "reason").Then(reason => application.Appeal is null
                ? Events(new E.Appealed(reason))
                : Finding.Error("access.appeal-once", "This application was appealed already", "A court can be asked; the decision names it")),
            C.TakeStatistics c => TakeStatistics(application, c.By),
            C.DisputeFee c => Text(c.Reason, "reason").Then(reason => application.FeeDispute is null
                ? Events(new E.FeeDisputed(reason))
                : Finding.Error("access.fee-disputed", "The fee is in dispute already", "Wait for the body's answer")),
            C.SettleFee c => Text(c.Reason, "reason").Then(reason => Settle(application, c.ReductionYen, reason)),
            C.ReportResults c => Report(c),
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}"),
        };
    }

    private static Finding? Exclusion(Actor actor, AccessRules rules) => rules.IsExcluded(actor.Id, actor.Affiliation)
        ? Finding.Error("access.excluded", "A measure in force keeps this person or organisation from applying", "The measure says until when; it can be appealed there")
        : null;

    private static Outcome<IReadOnlyList<AccessEvent>> Invite(ApplicationCase application, ActorId member) =>
        !Slug.IsValid(member.Value) ? Finding.Error("access.member", "The member's id is not well formed", "Use the id with which the person signs in")
        : application.HasMember(member) || member == application.Applicant ? Finding.Error("access.member", "This person belongs to the permit already", "Nothing more is needed")
        : application.Reviewers.Any(r => r.Id == member) || application.Barred.Contains(member) ? Finding.Error("access.member", "This person reviewed the application", "Name somebody else: nobody sits on two sides")
        : Events(new E.MemberInvited(member));

    private static Outcome<IReadOnlyList<AccessEvent>> Remove(ApplicationCase application, C.RemoveMember c) =>
        c.Member == application.Applicant ? Finding.Error("access.member", "The applicant answers for the permit and cannot be removed", "End the permit instead")
        : !application.HasMember(c.Member) ? Finding.Error("access.member", "There is no such member", "Check the id")
        : Text(c.Reason, "reason").Map<IReadOnlyList<AccessEvent>>(reason => [new E.MemberRemoved(c.Member, reason)]);

    private static Outcome<IReadOnlyList<AccessEvent>> Extend(ApplicationCase application, string clock, string reason, AccessRules rules) =>
        rules.Clocks(application).FirstOrDefault(c => c.Id == clock) is not { StoppedAt: null } running
            ? Finding.Error("access.no-clock", "No such limit runs", "Name a limit of this application that has not stopped")
            : running.ExtensionsLeft == 0 ? Finding.Error("access.no-extension", $"The limit cannot be extended (again) by {running.Law}", "Act within the limit")
            : running.State == ClockState.Overdue ? Finding.Error("access.too-late", "The limit has passed, and only a running one can be extended", "Act at once; the delay is published")
            : Events(new E.DeadlineExtended(clock, reason));

    /// <summary>Only after the limit: until then the applicant has the time that the law gives.</summary>
    private static Outcome<IReadOnlyList<AccessEvent>> CloseUnanswered(ApplicationCase application, DateTimeOffset now, AccessRules rules) =>
        rules.Clocks(application).FirstOrDefault(c => c is { Id: "complete", StoppedAt: null }) is { State: ClockState.Overdue } late
            ? Criteria(application, now, rules).Map<IReadOnlyList<AccessEvent>>(criteria =>
                [new E.Refused(criteria.Name(), $"Refused: the question of {application.Exchanges[^1].AskedAt:yyyy-MM-dd} was not answered by {late.Due:yyyy-MM-dd} ({late.Law}).")])
            : Finding.Error("access.still-time", "The applicant still has time to answer", "Wait until the limit has passed");

    private static Outcome<IReadOnlyList<AccessEvent>> TakeStatistics(ApplicationCase application, IReadOnlyList<string>? by) =>
        !application.StatisticsOffered ? Finding.Error("access.no-offer", "No table was offered instead of rows", "Appeal, or apply anew")
        : by is not { Count: > 0 and <= TableRequest.MostDimensions } || by.Any(b => string.IsNullOrWhiteSpace(b) || b.Length > 100) ? Finding.Error("access.table", "The table has no dimensions, or too many", $"Name one to {TableRequest.MostDimensions} columns")
        : Events(new E.StatisticsTaken(new TableRequest([.. by])));

    private static Outcome<IReadOnlyList<AccessEvent>> Settle(ApplicationCase application, decimal reductionYen, string reason)
    {
        var fee = application.Fee!;
        return application.FeeDispute is null ? Finding.Error("access.no-dispute", "The fee is not in dispute", "Nothing is to be settled")
            : reductionYen < 0 || reductionYen > fee.TotalYen || reductionYen != decimal.Truncate(reductionYen) ? Finding.Error("access.settlement", "The reduction is not between nothing and the whole fee, in whole yen", "A settlement never raises a fee")
            : Events(new E.FeeSettled(reason, reductionYen == 0 ? fee : fee with
            {
                Lines = [.. fee.Lines, new FeeLine("settlement", new Bilingual("協議による減額", "Reduction after the dispute"), 1, "settlement", -reductionYen, -reductionYen)],
                TotalYen = fee.TotalYen - reductionYen,
            }));
    }

    private static Outcome<IReadOnlyList<AccessEvent>> Report(C.ReportResults c) =>
        c.Summary is not { Ja.Length: > 0 and <= 4000, En.Length: > 0 and <= 4000 } ? Finding.Error("access.results", "The results need a summary in plain Japanese and English, of up to 4000 characters", "Write what was found so that anybody understands it")
        : !Uri.TryCreate(c.Address, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http" or "doi") || c.Address.Length > 500 ? Finding.Error("access.results", "The address of the results is not one", "Give a web address or a DOI (https://doi.org/…)")
        : Events(new E.ResultsReported(c.Summary, c.Address));

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
        Checked(application, now, rules).Map<IReadOnlyList<AccessEvent>>(checks => [new E.Submitted(rules.Forms.InForce(now).Name(), rules.Purposes.InForce(now).Name(), checks, Bodies(application, now, rules))]);

    private static Outcome<IReadOnlyList<AccessEvent>> Answer(ApplicationCase application, string answer, DateTimeOffset now, AccessRules rules) =>
        Checked(application, now, rules).Map<IReadOnlyList<AccessEvent>>(checks => [new E.Answered(answer, rules.Forms.InForce(now).Name(), rules.Purposes.InForce(now).Name(), checks, Bodies(application, now, rules))]);

    private static IReadOnlyList<string> Bodies(ApplicationCase application, DateTimeOffset now, AccessRules rules) =>
        rules.Bodies.InForce(now).For(application.Draft!.Use, id => rules.Dataset(id) is { } d ? (d.Dataset.Holder, d.Dataset.Category) : null);

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

        if (!verdict.Approved)
        {
            return Events(new E.Refused(criteria.Name(), verdict.Decision, verdict.StatisticsOffered));
        }

        var use = Granted(application.Draft!.Use, verdict.Without);
        return rules.Tariffs.InForce(now).Quote(use, application.Draft.Answers)
            .Map<IReadOnlyList<AccessEvent>>(fee => [new E.Approved(criteria.Name(), verdict.Decision, verdict.Conditions, fee, verdict.Without)]);
    }

    private static RequestedUse Granted(RequestedUse use, IReadOnlyList<DatasetId> without) =>
        without.Count == 0 ? use : use with { Datasets = [.. use.Datasets.Where(d => !without.Contains(d.Dataset))] };

    /// <summary>The permit names those who confirmed their duties; the others come in when they do.</summary>
    private static Outcome<IReadOnlyList<AccessEvent>> Issue(ApplicationCase application, DateTimeOffset now, AccessRules rules)
    {
        if (application.FeeDispute is not null)
        {
            return Finding.Error("access.fee-disputed", "The fee is in dispute", "Wait until the body has settled it");
        }

        var use = Granted(application.Draft!.Use, application.Without);
        use = use with { Members = [.. use.Members.Where(m => m == application.Applicant || application.Confirmed.Contains(m))] };
        var accepted = new E.FeeAccepted(application.Fee!.Tariff, application.Fee.TotalYen);
        if (application.Follows is { } follows)
        {
            return FollowUps.Permit(follows, application.Applicant, now, rules)
                .Map<IReadOnlyList<AccessEvent>>(original => [accepted, new E.Applied(FollowUps.Next(original, application, use, follows.Kind))]);
        }

        var permit = new Permit(
            PermitNumber.For(application.Id), application.Id, use, application.Conditions, now, now.AddMonths(use.MonthsOfUse), application.Criteria!, application.Fee!);
        return Events(accepted, new E.PermitIssued(permit));
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
