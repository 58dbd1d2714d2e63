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

        scored.Sort((x, y) => x.Probability != y.Probability ? y.Probability.CompareTo(x.Probability) : x.Weight != y.Weight ? y.Weight.CompareTo(x.Weight) : x.A != y.A ? x.A.CompareTo(y.A) : x.B.CompareTo(y.B));
        var (made, wrong, missed) = Threshold(scored, setting);
        var clusters = options.Split > 0 ? null : Clusters.Of(setting.Columns, setting.Scorer, setting.PriorBits, scored, made);
        return new MatchResult(setting.Model, setting.PriorBits, scored, made, made > 0 ? scored[made - 1].Probability : 1, wrong, missed, setting.OneToOne, [], 0, 0, [], clusters);
    }

    private static double Probability(double bits) => 1 / (1 + Math.Pow(2, -bits));

    /// <summary>
    /// The probability of each link where a person has at most one partner on the other side. Odds are scaled iteratively (Sinkhorn 1967) against the chance
    /// that each of the two rows has another partner. Prior odds of pairs do not know that nearly every row has a partner, if so; therefore all odds are
    /// multiplied by the one factor that makes the expected number of links the number of matches learned from the patterns.
    /// </summary>
    private static float[] Rivals(List<Link> links, int split, int rowsB, double matches)
    {
        var odds = new double[links.Count];
        var made = new float[links.Count];
        var (freeA, freeB) = (new double[split], new double[rowsB]);
        Array.Fill(freeA, 1);
        Array.Fill(freeB, 1);
        double low = -2, high = 14, shift = 0;
        for (var step = 0; step < 12; step++)
        {
            for (var k = 0; k < links.Count; k++)
            {
                odds[k] = Math.Pow(2, Math.Min(links[k].Weight + shift, 60));
            }

            var expected = Scale(links, odds, split, freeA, freeB, made);
            if (expected > matches)
            {
                high = shift;
            }
            else
            {
                low = shift;
            }

            shift = (low + high) / 2;
        }

        return made;
    }

    private static double Scale(List<Link> links, double[] odds, int split, double[] freeA, double[] freeB, float[] made)
    {
        var (sumA, sumB) = (new double[freeA.Length], new double[freeB.Length]);
        for (var round = 0; round < 20; round++)
        {
            Array.Clear(sumA);
            for (var k = 0; k < odds.Length; k++)
            {
                sumA[links[k].A] += odds[k] * freeB[links[k].B - split];
            }

            for (var a = 0; a < sumA.Length; a++)
            {
                freeA[a] = 1 / (1 + sumA[a]);
            }

            Array.Clear(sumB);
            for (var k = 0; k < odds.Length; k++)
            {
                sumB[links[k].B - split] += odds[k] * freeA[links[k].A];
            }

            for (var b = 0; b < sumB.Length; b++)
            {
                freeB[b] = 1 / (1 + sumB[b]);
            }
        }

        var expected = 0.0;
        for (var k = 0; k < odds.Length; k++)
        {
            made[k] = (float)Math.Min(1, odds[k] * freeA[links[k].A] * freeB[links[k].B - split]);
            expected += made[k];
        }

        return expected;
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
