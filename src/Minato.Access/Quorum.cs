namespace Minato.Access;

/// <summary>What the votes say, once everybody who may vote has voted.</summary>
internal sealed record Verdict(bool Approved, string Decision, IReadOnlyList<string> Conditions);

/// <summary>Every seat taken and heard, no seat in conflict, more than half for it.</summary>
internal static class Quorum
{
    public static Outcome<Verdict> Close(ApplicationCase application, CriteriaStandard criteria)
    {
        List<Finding> findings = [];
        var seats = application.Reviewers;
        if (seats.Count < criteria.Panel.Reviewers || seats.Count(s => s.Citizen) < criteria.Panel.Citizens)
        {
            findings.Add(Finding.Error(
                "access.quorum-panel",
                $"The panel has {seats.Count} reviewers, {seats.Count(s => s.Citizen)} of them citizens; {criteria.Name()} asks for {criteria.Panel.Reviewers} and {criteria.Panel.Citizens}",
                "Name reviewers for the empty seats"));
        }

        // Checked again here: the text may have changed since the reviewers were named.
        foreach (var seat in seats.Where(s => ConflictOfInterest.Of(s, application, application.Draft) is not null))
        {
            findings.Add(Finding.Error("access.conflict", $"{seat.Id} {ConflictOfInterest.Of(seat, application, application.Draft)}", "Let the reviewer declare the conflict and name somebody else"));
        }

        var silent = seats.Where(s => application.Votes.All(v => v.Reviewer != s.Id)).ToArray();
        if (silent.Length > 0)
        {
            findings.Add(Finding.Error("access.quorum-votes", $"{silent.Length} of {seats.Count} reviewers have not voted", "Wait for their votes, or replace those who cannot vote"));
        }

        if (findings.Count > 0)
        {
            return Outcome<Verdict>.Refused(findings);
        }

        var votes = application.Votes;
        var count = VoteCount.Of(votes);
        var approved = 2 * (count.Approve + count.WithConditions) > votes.Count;
        var carrying = votes.Where(v => (v.Vote != Vote.Refuse) == approved).OrderBy(v => v.At).ToArray();
        string[] conditions = approved ? [.. carrying.SelectMany(v => v.Conditions).Distinct()] : [];
        string[] unmet = [.. criteria.Criteria.Where(c => carrying.Any(v => !v.Criteria[c.Id])).Select(c => c.Id)];
        string[] lines =
        [
            $"{(approved ? "Approved" : "Refused")} by {carrying.Length} of {votes.Count} votes ({count.Citizens} of the votes by citizens), under {criteria.Name()}.",
            .. approved || unmet.Length == 0 ? Array.Empty<string>() : [$"Criteria not met: {string.Join(", ", unmet)}."],
            .. carrying.Select(v => $"- {v.Reasons}"),
        ];
        return new Verdict(approved, string.Join('\n', lines), conditions);
    }
}
