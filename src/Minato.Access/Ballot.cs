namespace Minato.Access;

/// <summary>One reviewer's vote: every criterion answered, reasons given, and the vote not against its own marks.</summary>
internal static class Ballot
{
    // Small enough that all texts of the largest panel fit into the one event of the decision.
    private const int MostCharacters = 4000;
    private const int MostConditions = 20;
    private const int MostConditionCharacters = 500;

    public static Outcome<AccessEvent.VoteCast> Check(ApplicationCommand.CastVote vote, CriteriaStandard criteria, ApplicationCase application)
    {
        var reasons = vote.Reasons?.Trim() ?? "";
        var marks = vote.Criteria ?? new Dictionary<string, bool>();
        string[] conditions = [.. (vote.Conditions ?? []).Select(c => c?.Trim() ?? "").Where(c => c.Length > 0).Distinct()];
        DatasetId[] without = [.. (vote.Without ?? []).Distinct()];
        List<Finding> findings = [];

        if (!Enum.IsDefined(vote.Vote))
        {
            findings.Add(Finding.Error("access.vote", "There is no such vote", "Approve, approve with conditions, or refuse"));
        }

        if (reasons.Length is 0 or > MostCharacters || conditions.Length > MostConditions || conditions.Any(c => c.Length > MostConditionCharacters))
        {
            findings.Add(Finding.Error("access.vote-reasons", "The vote has no reasons, or texts that are too long", $"Give reasons of up to {MostCharacters} characters, and at most {MostConditions} conditions of up to {MostConditionCharacters}"));
        }

        string[] unanswered = [.. criteria.Criteria.Where(c => !marks.ContainsKey(c.Id)).Select(c => c.Id)];
        if (unanswered.Length > 0 || marks.Count != criteria.Criteria.Count)
        {
            findings.Add(Finding.Error(
                "access.vote-criteria",
                unanswered.Length > 0 ? $"Not every criterion of {criteria.Name()} is answered: {string.Join(", ", unanswered)}" : $"The vote answers criteria that {criteria.Name()} does not have",
                "Answer each criterion of that standard, and no other"));
        }
        else
        {
            string[] unmet = [.. criteria.Criteria.Where(c => c.Essential && !marks[c.Id]).Select(c => c.Id)];
            if (IsFor(vote) && unmet.Length > 0)
            {
                findings.Add(Finding.Error("access.vote-contradiction", $"An essential criterion is marked as not met ({string.Join(", ", unmet)}), yet the vote approves", "Refuse, or ask the applicant to mend it first"));
            }

            if (vote.Vote is Vote.Refuse or Vote.StatisticsInstead && marks.Values.All(met => met))
            {
                findings.Add(Finding.Error("access.vote-contradiction", "The vote refuses, yet every criterion is marked as met", "Mark the criterion that is not met: a refusal is published with its reason"));
            }
        }

        if (vote.Vote == Vote.ApproveWithConditions != conditions.Length > 0)
        {
            findings.Add(Finding.Error("access.vote-conditions", "Conditions belong to an approval with conditions, and only to that", "Name the conditions, or vote otherwise"));
        }

        if (without.Length > 0 && (!IsFor(vote) || without.Any(d => application.Draft!.Use.Datasets.All(g => g.Dataset != d)) || application.Draft!.Use.Datasets.All(g => without.Contains(g.Dataset))))
        {
            findings.Add(Finding.Error("access.vote-without", "A vote in part leaves out some of the datasets applied for, and approves the rest", "Name datasets of the application and keep at least one, or refuse"));
        }

        return findings.Count > 0
            ? Outcome<AccessEvent.VoteCast>.Refused(findings)
            : new AccessEvent.VoteCast(criteria.Name(), vote.Vote, reasons, new SortedDictionary<string, bool>(marks.ToDictionary(), StringComparer.Ordinal), conditions, without);
    }

    private static bool IsFor(ApplicationCommand.CastVote vote) => vote.Vote is Vote.Approve or Vote.ApproveWithConditions;
}
