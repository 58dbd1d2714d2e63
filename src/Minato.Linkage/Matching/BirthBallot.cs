namespace Minato.Linkage.Matching;

/// <summary>
/// A person's own birth date is the one that most of their identities state. The first of January counts half, because
/// systems write it where the day is unknown. Where the votes are even, all of them stand.
/// </summary>
internal static class BirthBallot
{
    public static IReadOnlyList<DateOnly> Of(IEnumerable<KnownIdentity> identities)
    {
        var votes = new List<(DateOnly Date, int Votes)>(2);
        foreach (var known in identities)
        {
            if (known.Evidence.Birth is not { } birth || known.Origin == IdentityOrigin.Apart)
            {
                continue;
            }

            var vote = birth is { Month: 1, Day: 1 } ? 1 : 2;
            var at = votes.FindIndex(v => v.Date == birth);
            if (at < 0)
            {
                votes.Add((birth, vote));
            }
            else
            {
                votes[at] = (birth, votes[at].Votes + vote);
            }
        }

        if (votes.Count <= 1)
        {
            return [.. votes.Select(v => v.Date)];
        }

        var most = votes.Max(v => v.Votes);
        return [.. votes.Where(v => v.Votes == most).Select(v => v.Date)];
    }
}
