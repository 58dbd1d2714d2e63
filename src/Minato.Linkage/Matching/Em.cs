namespace Minato.Linkage.Matching;

/// <summary>Pairs that were drawn in one way.</summary>
/// <param name="Given">Fields that all pairs of the stratum agree in, because it was drawn so: they teach nothing in it.</param>
/// <param name="IsRandom">Drawn from all pairs evenly: only such pairs say how often two people agree.</param>
/// <param name="Share">Of pairs that are matches to begin with.</param>
internal sealed record Stratum(PatternCounts Counts, IReadOnlySet<PatternField> Given, bool IsRandom, double Share);

/// <summary>Without labels: which m, u and shares of matches make the patterns seen most likely (Dempster, Laird and Rubin 1977; Winkler 1988).</summary>
internal static class Em
{
    /// <summary>So many matches' worth of belief in the model we start from: keeps levels sane that are hardly ever seen.</summary>
    private const double Belief = 8;
    private const int MostRounds = 200;
    private const int Cells = Pattern.Fields * Pattern.Levels;

    /// <summary>Fields with a price instead of two probabilities: the exchange of names and twins are judgements on other fields.</summary>
    private static readonly HashSet<PatternField> Priced = [PatternField.Order, PatternField.Twins];

    public sealed record Fitted(LinkModel Model, IReadOnlyList<double> Shares, int Rounds);

    public static Fitted Fit(IReadOnlyList<Stratum> strata, LinkModel start, string version = "learned", string about = "Learned without labels.")
    {
        var all = strata.Select(s => s.Counts.Sorted().Where(c => c.Pattern.Bits != 0).ToArray()).ToArray();
        var shares = strata.Select(s => s.Share).ToArray();
        var (m, u) = (new double[Cells], new double[Cells]);
        foreach (var field in Pattern.All)
        {
            for (var level = 0; level < Pattern.Levels; level++)
            {
                m[At(field, level)] = start.M(field, level);
                u[At(field, level)] = start.U(field, level);
            }
        }

        // How two people agree is known at once and nearly exactly: almost every random pair is two people.
        Chances(strata, all, shares, start, m, u, first: true);
        var only = strata.Select((s, i) => OnlyField(s, all[i])).ToArray();
        var rounds = 0;
        for (double change = 1; change > 1e-5 && rounds < MostRounds; rounds++)
        {
            change = Round(strata, all, shares, only, start, m, u);
        }

        return new Fitted(start.With(version, about, m, u), shares, rounds);
    }

    /// <summary>
    /// The one field that tells matches from others in a stratum, if there is but one: then any share of matches explains what is seen, as long as enough
    /// of them differ, and that must not be learned. Sex alone tells nothing apart.
    /// </summary>
    private static PatternField? OnlyField(Stratum stratum, (Pattern Pattern, long Times)[] patterns)
    {
        const double Speaks = 0.01;
        var fields = Pattern.All.Where(f => f != PatternField.Sex && !Priced.Contains(f) && !stratum.Given.Contains(f)
            && patterns.Sum(p => p.Pattern[f] > 0 ? p.Times : 0) > Speaks * stratum.Counts.Total).ToList();
        return fields.Count == 1 ? fields[0] : null;
    }

    private static int At(PatternField field, int level) => ((int)field * Pattern.Levels) + level;

    private static void Chances(IReadOnlyList<Stratum> strata, (Pattern Pattern, long Times)[][] all, double[] shares, LinkModel start, double[] m, double[] u, bool first)
    {
        var seen = new double[Cells];
        for (var s = 0; s < strata.Count; s++)
        {
            if (strata[s].IsRandom)
            {
                foreach (var (pattern, times) in all[s])
                {
                    var match = first ? 0 : Posterior(pattern, shares[s], strata[s].Given, m, u);
                    Tally(seen, pattern, times * (1 - match), strata[s].Given);
                }
            }
        }

        Settle(seen, start.U, u, 1);
        Condition(u);
    }

    /// <summary>
    /// A family name is 'changed' only where the given name agrees: among those, two people's family names differ as often as anybody's. Counted
    /// among all pairs it would speak for one person as loudly as the given name does, a second time.
    /// </summary>
    private static void Condition(double[] u)
    {
        var (changed, different) = (At(PatternField.Family, (int)NameLevel.Changed), At(PatternField.Family, (int)NameLevel.Different));
        u[changed] = u[different] = u[different] + u[changed];
    }

    private static double Round(IReadOnlyList<Stratum> strata, (Pattern Pattern, long Times)[][] all, double[] shares, PatternField?[] only, LinkModel start, double[] m, double[] u)
    {
        var (matches, chances) = (new double[Cells], new double[Cells]);
        var change = 0.0;
        for (var s = 0; s < strata.Count; s++)
        {
            double sum = 0, total = 0;
            foreach (var (pattern, times) in all[s])
            {
                var match = only[s] is { } field && pattern[field] == 1 ? 0 : Posterior(pattern, shares[s], strata[s].Given, m, u);
                sum += times * match;
                total += times;
                Tally(matches, pattern, times * match, strata[s].Given);
                if (strata[s].IsRandom)
                {
                    Tally(chances, pattern, times * (1 - match), strata[s].Given);
                }
            }

            if (only[s] is { } alone)
            {
                // As many matches differ in the field as was believed to begin with.
                var differ = Enumerable.Range(1, Pattern.Levels - 1).Sum(level => start.M(alone, level)) is > 0 and var known ? start.M(alone, 1) / known : 0;
                matches[At(alone, 1)] += sum * differ / (1 - differ);
            }

            var share = Math.Clamp(sum / Math.Max(total, 1), 1e-12, 0.9999);
            change = Math.Max(change, Math.Abs(Math.Log(share / shares[s])));
            shares[s] = share;
        }

        var before = (double[])m.Clone();
        Settle(matches, start.M, m, Belief);
        Settle(chances, start.U, u, 1);
        Condition(u);
        for (var i = 0; i < Cells; i++)
        {
            change = Math.Max(change, Math.Abs(m[i] - before[i]));
        }

        return change;
    }

    private static void Tally(double[] into, Pattern pattern, double weight, IReadOnlySet<PatternField> given)
    {
        for (var bits = pattern.Bits; bits != 0;)
        {
            var nibble = System.Numerics.BitOperations.TrailingZeroCount(bits) >> 2;
            if (!given.Contains((PatternField)nibble))
            {
                into[(nibble * Pattern.Levels) + ((int)(bits >> (nibble * 4)) & 15)] += weight;
            }

            bits &= ~(15UL << (nibble * 4));
        }
    }

    private static void Settle(double[] seen, Func<PatternField, int, double> start, double[] into, double belief)
    {
        foreach (var field in Pattern.All)
        {
            if (field == PatternField.Twins || (Priced.Contains(field) && belief <= 1))
            {
                continue;
            }

            double sum = 0, prior = 0;
            for (var level = 1; level < Pattern.Levels; level++)
            {
                sum += seen[At(field, level)];
                prior += start(field, level);
            }

            for (var level = 1; level < Pattern.Levels && sum + prior > 0; level++)
            {
                var share = prior > 0 ? start(field, level) / prior : 0;
                into[At(field, level)] = (seen[At(field, level)] + (belief * share)) / (sum + (prior > 0 ? belief : 0));
            }
        }
    }

    private static double Posterior(Pattern pattern, double share, IReadOnlySet<PatternField> given, double[] m, double[] u)
    {
        double ifMatch = share, ifNot = 1 - share;
        for (var bits = pattern.Bits; bits != 0;)
        {
            var nibble = System.Numerics.BitOperations.TrailingZeroCount(bits) >> 2;
            if (!given.Contains((PatternField)nibble))
            {
                var at = (nibble * Pattern.Levels) + ((int)(bits >> (nibble * 4)) & 15);
                if (m[at] > 0 && u[at] > 0)
                {
                    ifMatch *= m[at];
                    ifNot *= u[at];
                }
            }

            bits &= ~(15UL << (nibble * 4));
        }

        return ifMatch / (ifMatch + ifNot);
    }
}
