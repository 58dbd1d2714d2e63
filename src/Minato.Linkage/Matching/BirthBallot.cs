namespace Minato.Linkage.Matching;

/// <summary>
/// A person's own birth date is the one that most of their identities state. The first of January counts half, because
/// systems write it where the day is unknown. Where the votes are even, all of them stand.
/// </summary>
internal sealed class BirthBallot
{
    private readonly List<(DateOnly Date, int Votes)> votes = new(2);

    public void Cast(DateOnly? birth)
    {
        if (birth is not { } date)
        {
            return;
        }

        var vote = date is { Month: 1, Day: 1 } ? 1 : 2;
        for (var i = 0; i < votes.Count; i++)
        {
            if (votes[i].Date == date)
            {
                votes[i] = (date, votes[i].Votes + vote);
                return;
            }
        }

        votes.Add((date, vote));
    }

    public IEnumerable<DateOnly> Winners()
    {
        var most = 0;
        foreach (var (_, count) in votes)
        {
            most = Math.Max(most, count);
        }

        foreach (var (date, count) in votes)
        {
            if (count == most)
            {
                yield return date;
            }
        }
    }
}
