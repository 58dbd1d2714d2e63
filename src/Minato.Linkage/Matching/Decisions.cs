namespace Minato.Linkage.Matching;

/// <summary>From weights to links: rivals, one-to-one, the threshold that needs no labels.</summary>
internal static class Decisions
{
    internal sealed record Setting(IdentityColumns Columns, Scorer Scorer, LinkModel Model, MatchOptions Options, double PriorBits, double Matches, bool OneToOne);

    /// <param name="links">Sorted by rows; weights are bits of posterior odds.</param>
    public static MatchResult Make(List<Link> links, Setting setting)
    {
        var options = setting.Options;
        var scored = new List<ScoredLink>();
        if (setting.OneToOne)
        {
            var (rowsA, rowsB) = (options.Split, setting.Columns.Count - options.Split);
            var probabilities = Rivals(links, rowsA, rowsB, setting.Matches);
            var shifted = new List<Link>(links.Count);
            foreach (var link in links)
            {
                // Positive for all that passed the floor: who may link at all is the threshold's business, not the assignment's.
                shifted.Add(new Link(link.A, link.B - options.Split, link.Weight + 20));
            }

            foreach (var k in Assignment.Best(shifted, rowsA, rowsB))
            {
                scored.Add(new ScoredLink(links[k].A, links[k].B, links[k].Weight, probabilities[k]));
            }
        }
        else
        {
            foreach (var link in links)
            {
                scored.Add(new ScoredLink(link.A, link.B, link.Weight, (float)Probability(link.Weight)));
            }
        }

        scored = BestFirst(scored);
        var (made, wrong, missed) = Threshold(scored, setting);
        var clusters = options.Split > 0 ? null : Clusters.Of(setting.Columns, setting.Scorer, setting.PriorBits, scored, made);
        return new MatchResult(setting.Model, setting.PriorBits, scored, made, made > 0 ? scored[made - 1].Probability : 1, wrong, missed, setting.OneToOne, [], 0, 0, [], clusters);
    }

    /// <summary>By probability, then weight; what is equal in both stays in the order of rows.</summary>
    private static List<ScoredLink> BestFirst(List<ScoredLink> scored)
    {
        var (keys, order) = (new ulong[scored.Count], new int[scored.Count]);
        for (var k = 0; k < keys.Length; k++)
        {
            (keys[k], order[k]) = (~(((ulong)Ordered(scored[k].Probability) << 32) | Ordered(scored[k].Weight)), k);
        }

        Array.Sort(keys, order);
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
            {
                to++;
            }

            Array.Sort(order, from, to - from);
            from = to;
        }

        return [.. order.Select(k => scored[k])];
    }

    // The bits of a float, turned so that they sort as the numbers do.
    private static uint Ordered(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static double Probability(double bits) => 1 / (1 + Math.Pow(2, -bits));

    /// <summary>
    /// The probability of each link where a person has at most one partner on the other side: of all ways to pair the rows, each as likely as the product of the
    /// odds of its links, the share that has this link. By belief propagation, exact where rivals form no rings. Odds of pairs do not know how likely a row is to have
    /// a partner at all; all are multiplied by what that is worth, and how likely it is follows from the links that are then expected.
    /// </summary>
    private static float[] Rivals(List<Link> links, int rowsA, int rowsB, double matches)
    {
        const double MostPaired = 0.99;
        var made = new float[links.Count];
        var rivalry = new Rivalry(links, rowsA + rowsB);
        for (var (round, change) = (0, double.MaxValue); round < 20 && change > 1e-4 * matches; round++)
        {
            var paired = Math.Min(matches, MostPaired * Math.Min(rowsA, rowsB));
            var expected = rivalry.Expected(-Math.Log2((1 - (paired / rowsA)) * (1 - (paired / rowsB))), made);
            (change, matches) = (Math.Abs(expected - matches), expected);
        }

        return made;
    }

    /// <summary>
    /// A link is made where it is likelier right than wrong, and only as many, best first, as keep the estimated share of wrong links within the bound.
    /// The bound counts links between rivals that nothing but a coin could tell apart; it never cuts into those that are nearly sure.
    /// </summary>
    private static (int Made, double Wrong, double Missed) Threshold(List<ScoredLink> scored, Setting setting)
    {
        const double NearlySure = 0.99;
        var (wrong, kept) = (0.0, 0.0);
        var made = 0;
        foreach (var link in scored)
        {
            var more = wrong + 1 - link.Probability;
            if (setting.Options.Posterior is { } least ? link.Probability < least
                : link.Probability <= 0.5 || (link.Probability < NearlySure && more > setting.Options.FalseDiscovery * (made + 1)))
            {
                break;
            }

            (wrong, kept) = (more, kept + link.Probability);
            made++;
        }

        var all = scored.Sum(s => (double)s.Probability);
        return (made, made == 0 ? 0 : wrong / made, all <= 0 ? 0 : (all - kept) / Math.Max(all, setting.Matches));
    }
}
