namespace Minato.Access;

/// <summary>What the votes say, once everybody who may vote has voted.</summary>
/// <param name="StatisticsOffered">Refused, but most of those who refused would give a table.</param>
/// <param name="Without">Datasets that are not given although the rest is.</param>
internal sealed record Verdict(bool Approved, string Decision, IReadOnlyList<string> Conditions, bool StatisticsOffered, IReadOnlyList<DatasetId> Without);

/// <summary>At every body: every seat taken and heard, no seat in conflict, more than half for it. One body's refusal refuses.</summary>
internal static class Quorum
{
    public static Outcome<Verdict> Close(ApplicationCase application, CriteriaStandard criteria)
    {
        List<Finding> findings = [];
        foreach (var body in application.Bodies)
        {
            findings.AddRange(Lacking(application, body, criteria));
        }

        // Checked again here: the text may have changed since the reviewers were named.
        foreach (var seat in application.Reviewers.Where(s => ConflictOfInterest.Of(s, application, application.Draft) is not null))
        {
            findings.Add(Finding.Error("access.conflict", $"{seat.Id} {ConflictOfInterest.Of(seat, application, application.Draft)}", "Let the reviewer declare the conflict and name somebody else"));
        }

        if (findings.Count > 0)
        {
            return Outcome<Verdict>.Refused(findings);
        }

        var panels = application.Bodies.Select(b => application.Votes.Where(v => v.Body == b).OrderBy(v => v.At).ToArray()).ToArray();
        var approved = panels.All(votes => 2 * votes.Count(v => v.IsFor) > votes.Length);
        ReviewVote[] carrying = [.. panels.SelectMany(votes => votes.Where(v => v.IsFor == approved))];
        ReviewVote[] dissenting = [.. panels.SelectMany(votes => votes.Where(v => v.IsFor != approved))];
        DatasetId[] without = approved ? [.. panels.SelectMany(NotGiven).Distinct()] : [];
        if (approved && application.Draft!.Use.Datasets.All(d => without.Contains(d.Dataset)))
        {
            return Finding.Error("access.nothing-left", "The votes approve, yet between them leave out every dataset", "Ask the reviewers to refuse, or to agree on what is given");
        }

        string[] conditions = approved ? [.. carrying.SelectMany(v => v.Conditions).Distinct()] : [];
        string[] unmet = [.. criteria.Criteria.Where(c => carrying.Any(v => !v.Criteria[c.Id])).Select(c => c.Id)];
        var (citizens, votes) = (application.Votes.Count(v => v.Citizen), application.Votes.Count);
        string[] lines =
        [
            $"{(approved ? without.Length == 0 ? "Approved" : "Approved in part" : "Refused")} by {carrying.Length} of {votes} votes ({citizens} of the votes by citizens), under {criteria.Name()}.",
            .. application.Bodies.Count < 2 ? Array.Empty<string>() : [$"Bodies: {string.Join(", ", application.Bodies.Zip(panels).Select(x => $"{x.First} {x.Second.Count(v => v.IsFor)} of {x.Second.Length}"))}."],
            .. without.Length == 0 ? Array.Empty<string>() : [$"Not given: {string.Join(", ", without)}."],
            .. approved || unmet.Length == 0 ? Array.Empty<string>() : [$"Criteria not met: {string.Join(", ", unmet)}."],
            .. carrying.Select(v => $"- {v.Reasons}"),
            .. dissenting.Length == 0 ? Array.Empty<string>() : ["Dissent:"],
            .. dissenting.Select(v => $"- {v.Reasons}"),
        ];
        var table = !approved && application.Draft!.Use.Table is null && 2 * carrying.Count(v => v.Vote == Vote.StatisticsInstead) > carrying.Length;
        return new Verdict(approved, string.Join('\n', lines), conditions, table, without);
    }

    private static IEnumerable<Finding> Lacking(ApplicationCase application, string body, CriteriaStandard criteria)
    {
        Seat[] seats = [.. application.Reviewers.Where(s => s.Body == body)];
        var at = application.Bodies.Count < 2 ? "" : $" of {body}";
        if (seats.Length < criteria.Panel.Reviewers || seats.Count(s => s.Citizen) < criteria.Panel.Citizens)
        {
            yield return Finding.Error(
                "access.quorum-panel",
                $"The panel{at} has {seats.Length} reviewers, {seats.Count(s => s.Citizen)} of them citizens; {criteria.Name()} asks for {criteria.Panel.Reviewers} and {criteria.Panel.Citizens}",
                "Name reviewers for the empty seats");
        }

        var silent = seats.Count(s => application.Votes.All(v => v.Reviewer != s.Id));
        if (silent > 0)
        {
            yield return Finding.Error("access.quorum-votes", $"{silent} of {seats.Length} reviewers{at} have not voted", "Wait for their votes, or replace those who cannot vote");
        }
    }

    /// <summary>What fewer than half of a panel's votes would give: an approval without it, and a refusal, both withhold it.</summary>
    private static IEnumerable<DatasetId> NotGiven(ReviewVote[] votes) =>
        votes.SelectMany(v => v.Without).Distinct().Where(d => 2 * votes.Count(v => v.IsFor && !v.Without.Contains(d)) <= votes.Length);
}
