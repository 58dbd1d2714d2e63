namespace Minato.Linkage.Clk;

/// <summary>
/// Fellegi–Sunter over the levels of the segments. It starts from how often each pattern occurs among <em>all</em> pairs of the two sides, nearly all of which are of two
/// people, and a guess of what one person's two records look like; <see cref="Learn"/> replaces the guess. A field that is not known says nothing either way.
/// </summary>
internal sealed class ClkModel
{
    private readonly int fields;
    private readonly IReadOnlyDictionary<uint, double> all;
    private readonly double pairs;
    private readonly int most;
    private readonly double[,] m;
    private readonly double[,] u;
    private readonly double[] swapped = [0.02, 0.001];

    /// <param name="all">For each pattern, how many of all pairs have it (scaled up from a sample where not all were looked at).</param>
    /// <param name="most">At most so many pairs can be of one person: the smaller side.</param>
    public ClkModel(int fields, IReadOnlyDictionary<uint, double> all, int most)
    {
        (this.fields, this.all, this.most) = (fields, all, most);
        (m, u) = (new double[fields, ClkPattern.Levels], new double[fields, ClkPattern.Levels]);
        pairs = all.Values.Sum();
        Learn(new Dictionary<uint, double>());
        Matches = most / 2.0;
        for (var f = 0; f < fields; f++)
        {
            for (var level = 1; level < ClkPattern.Levels; level++)
            {
                m[f, level] = level switch { ClkPattern.Same => 0.7, 6 or 5 or 4 => 0.06, _ => 0.04 };
            }
        }

        (swapped[0], swapped[1]) = (0.02, 0.001);
    }

    /// <summary>Expected number of pairs that are of one person.</summary>
    public double Matches { get; private set; }

    /// <summary>Odds that two records drawn at random are of one person.</summary>
    public double PriorOdds => Matches / (pairs - Matches);

    /// <summary>One step of maximisation.</summary>
    /// <param name="matches">For each pattern, how many pairs of it are expected to be of one person.</param>
    public void Learn(IReadOnlyDictionary<uint, double> matches)
    {
        var (match, other) = (new double[fields, ClkPattern.Levels], new double[fields, ClkPattern.Levels]);
        Span<double> swaps = [0.1, 0.1];
        Span<double> totals = [10, 1000];
        var sum = 0.0;
        foreach (var (pattern, count) in all)
        {
            var yes = matches.GetValueOrDefault(pattern);
            var no = Math.Max(0, count - yes);
            for (var f = 0; f < fields; f++)
            {
                var level = ClkPattern.Level(pattern, f);
                match[f, level] += yes;
                other[f, level] += no;
            }

            sum += yes;
            totals[0] += yes;
            totals[1] += no;
            if (ClkPattern.IsSwapped(pattern, fields))
            {
                swaps[0] += yes;
                swaps[1] += no;
            }
        }

        for (var f = 0; f < fields; f++)
        {
            Share(match, m, f, 0.5);
            Share(other, u, f, 0.5);
        }

        (swapped[0], swapped[1]) = (swaps[0] / totals[0], swaps[1] / totals[1]);
        Matches = Math.Clamp(sum, 1, most);
    }

    /// <summary>Natural logarithm of how much likelier the pattern is between two records of one person.</summary>
    public double LogRatio(uint pattern)
    {
        var sum = 0.0;
        for (var f = 0; f < fields; f++)
        {
            if (ClkPattern.Level(pattern, f) is > 0 and var level)
            {
                sum += Math.Log(m[f, level] / u[f, level]);
            }
        }

        return sum + (ClkPattern.IsSwapped(pattern, fields) ? Math.Log(swapped[0] / swapped[1]) : Math.Log((1 - swapped[0]) / (1 - swapped[1])));
    }

    /// <summary>What to add where a field is the same and the value's share of all people is known: a rare name says more than a common one.</summary>
    public double Rarity(int field, double share) => Math.Log(u[field, ClkPattern.Same] / share);

    /// <summary>Shares of the known levels; a little is added to each, so that what was never seen is unlikely and not impossible.</summary>
    private static void Share(double[,] counts, double[,] shares, int field, double added)
    {
        var sum = 0.0;
        for (var level = 1; level < ClkPattern.Levels; level++)
        {
            sum += counts[field, level] + added;
        }

        for (var level = 1; level < ClkPattern.Levels; level++)
        {
            shares[field, level] = (counts[field, level] + added) / sum;
        }
    }
}
