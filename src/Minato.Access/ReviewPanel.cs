namespace Minato.Access;

/// <summary>Naming the reviewers: three at least, a citizen among them, nobody with a conflict (E5, I1).</summary>
internal static class ReviewPanel
{
    public static Outcome<AccessEvent.ReviewersAssigned> Assign(ApplicationCase application, IReadOnlyList<Actor>? named, string body, CriteriaStandard criteria)
    {
        if (named is null || named.Count is 0 or > 15 || named.Any(a => a is not { Id.Value: not null, Affiliation: not null }))
        {
            return Finding.Error("access.no-reviewers", "No reviewers were named, or too many", "Name the reviewers with their ids and affiliations");
        }

        if (!application.Bodies.Contains(body))
        {
            return Finding.Error("access.no-body", "That body does not review this application", $"Name one of {string.Join(", ", application.Bodies)}");
        }

        List<Finding> findings = [];
        Seat[] seats = [.. named.Select(a => new Seat(a.Id, a.Is(Role.CitizenReviewer), a.Affiliation.Trim(), body))];
        foreach (var (actor, seat) in named.Zip(seats))
        {
            if (!actor.Is(Role.Reviewer) && !actor.Is(Role.CitizenReviewer))
            {
                findings.Add(Finding.Error("access.not-a-reviewer", $"{seat.Id} is not a reviewer", "Name people who have the role of a reviewer"));
            }
            else if (!seat.Citizen && seat.Affiliation.Length == 0)
            {
                findings.Add(Finding.Error("access.reviewer-affiliation", $"The affiliation of {seat.Id} is not known, so a conflict of interest cannot be ruled out", "Complete the reviewer's affiliation"));
            }
            else if (application.Barred.Contains(seat.Id))
            {
                findings.Add(Finding.Error("access.sat-before", $"{seat.Id} sat on the panel whose refusal was appealed against", "Name somebody else"));
            }
            else if (application.Conflicts.Any(c => c.Reviewer == seat.Id))
            {
                findings.Add(Finding.Error("access.conflict", $"{seat.Id} had a conflict of interest in this application", "Name somebody else"));
            }
            else if (ConflictOfInterest.Of(seat, application, application.Draft) is { } conflict)
            {
                findings.Add(Finding.Error("access.conflict", $"{seat.Id} {conflict}", "Name somebody else"));
            }
        }

        if (application.Reviewers.Concat(seats).GroupBy(s => s.Id).Any(g => g.Count() > 1))
        {
            findings.Add(Finding.Error("access.reviewer-twice", "Somebody is named twice", "Name each reviewer once"));
        }

        Seat[] before = [.. application.Reviewers.Where(s => s.Body == body)];
        Seat[] all = [.. before, .. seats];
        if (application.PanelSizes.TryGetValue(body, out var size) && all.Length > size)
        {
            findings.Add(Finding.Error("access.panel-full", $"The panel has {size} seats, and {before.Length} are taken", "Name reviewers only for the seats that became empty"));
        }

        var (reviewers, citizens) = (criteria.Panel.Reviewers, criteria.Panel.Citizens);
        if (all.Length < reviewers)
        {
            findings.Add(Finding.Error("access.panel-too-small", $"{all.Length} reviewers are too few; {criteria.Name()} asks for {reviewers}", "Name more reviewers"));
        }

        if (all.Count(s => s.Citizen) < citizens)
        {
            findings.Add(Finding.Error("access.no-citizen", $"{criteria.Name()} asks for {citizens} reviewer(s) who sit for citizens", "Name a citizen reviewer"));
        }

        return findings.Count > 0 ? Outcome<AccessEvent.ReviewersAssigned>.Refused(findings) : new AccessEvent.ReviewersAssigned(criteria.Name(), seats, body);
    }
}
