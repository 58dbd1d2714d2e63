namespace Minato.Linkage.Matching;

/// <summary>
/// Persons of one file: constrained agglomeration. The best link first, two clusters join unless two of their members are impossible together
/// (twins) or their members on the whole speak against it. Links of equal weight go by the digests of what they link, so that the result is a
/// function of the set of identities, not of their order.
/// </summary>
internal static class Clusters
{
    /// <summary>Members of each side that are compared with one another; the evidence of larger clusters does not change much more.</summary>
    private const int MostCompared = 12;

    /// <returns>For each row the smallest row of its cluster.</returns>
    public static int[] Of(IdentityColumns columns, Scorer scorer, double priorBits, IReadOnlyList<ScoredLink> links, int made)
    {
        var n = columns.Count;
        var home = new int[n];
        var members = new List<int>?[n];
        for (var i = 0; i < n; i++)
        {
            home[i] = i;
        }

        var order = links.Take(made)
            .Select(l => (Link: l, One: columns.DigestOf(l.A), Two: columns.DigestOf(l.B)))
            .OrderByDescending(x => x.Link.Weight).ThenBy(x => Math.Min(x.One, x.Two)).ThenBy(x => Math.Max(x.One, x.Two));
        foreach (var (link, _, _) in order)
        {
            var (a, b) = (home[link.A], home[link.B]);
            if (a == b)
            {
                continue;
            }

            var (left, right) = (members[a] ?? [a], members[b] ?? [b]);
            if (left.Count + right.Count > 2 && !Agree(columns, scorer, priorBits, left, right))
            {
                continue;
            }

            var (keep, drop) = a < b ? (a, b) : (b, a);
            foreach (var row in members[drop] ?? [drop])
            {
                home[row] = keep;
            }

            members[keep] = [.. left, .. right];
            members[drop] = null;
        }

        return home;
    }

    private static bool Agree(IdentityColumns columns, Scorer scorer, double priorBits, List<int> left, List<int> right)
    {
        double sum = 0;
        var count = 0;
        foreach (var a in Some(columns, left))
        {
            foreach (var b in Some(columns, right))
            {
                if (scorer.AreOthers(scorer.Compare(a, b)))
                {
                    return false;
                }

                // One member who agrees in everything must not outvote three who disagree.
                sum += Math.Clamp(scorer.Weight(a, b) + priorBits, -15, 15);
                count++;
            }
        }

        return sum / count > 0;
    }

    private static IEnumerable<int> Some(IdentityColumns columns, List<int> rows) =>
        rows.Count <= MostCompared ? rows : rows.OrderBy(columns.DigestOf).Take(MostCompared);
}
