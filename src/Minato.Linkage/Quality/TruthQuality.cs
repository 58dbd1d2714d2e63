namespace Minato.Linkage.Quality;

/// <summary>Precision and recall of one group of persons or records.</summary>
/// <param name="Group">What divides: <c>all</c>, <c>sex</c>, <c>age</c>, <c>dataset</c> …</param>
/// <param name="Value">Which of them.</param>
/// <param name="Persons">True persons with a record in it.</param>
/// <param name="Precision">Of pairs of records put together with a record of the group, the share that belongs together.</param>
/// <param name="Recall">Of pairs that belong together, the share that was put together.</param>
public sealed record GroupQuality(string Group, string Value, long Persons, long Records, Ratio Precision, Ratio Recall)
{
    public double F1 => Precision.Value + Recall.Value == 0 ? 0 : 2 * Precision.Value * Recall.Value / (Precision.Value + Recall.Value);
}

/// <summary>A division of the records into groups.</summary>
/// <param name="Values">Names of the groups.</param>
/// <param name="Of">The group of a record by its position, an index into <paramref name="Values"/>; -1: none.</param>
public sealed record Grouping(string Name, IReadOnlyList<string> Values, Func<int, int> Of)
{
    /// <summary>A division of persons: each record falls where its true person falls.</summary>
    public static Grouping OfPersons(string name, IReadOnlyList<string> values, IReadOnlyList<int> truth, Func<int, int> ofPerson) => new(name, values, record => ofPerson(truth[record]));
}

/// <summary>
/// How good a linkage is where the truth is known: over all pairs of records, over clusters, and by subgroup, without ever
/// making a pair. A pair has two ends, and each end counts for its record's person; so all figures are sums over persons,
/// the pairs of a subgroup are those that touch it, and persons can be drawn again and again for the intervals.
/// </summary>
/// <param name="PersonsExact">True persons whose records are one cluster and the whole of it.</param>
/// <param name="PersonsSplit">True persons whose records lie in several clusters.</param>
/// <param name="ClustersMixed">Clusters with records of several true persons.</param>
public sealed record TruthQuality(
    long Records, long Persons, long Clusters, long PersonsExact, long PersonsSplit, long ClustersMixed, GroupQuality All, IReadOnlyList<GroupQuality> Groups)
{
    /// <summary>Draws for the intervals (Poisson bootstrap over true persons). Where nothing is wrong the interval is exact: 0.025^(1/persons) to 1.</summary>
    private const int Draws = 200;

    /// <summary>Share of the clusters that are one person exactly.</summary>
    public double ClusterPrecision => Clusters == 0 ? 1 : (double)PersonsExact / Clusters;

    /// <summary>Share of the persons who are one cluster exactly.</summary>
    public double ClusterRecall => Persons == 0 ? 1 : (double)PersonsExact / Persons;

    public double ClusterF1 => ClusterPrecision + ClusterRecall == 0 ? 0 : 2 * ClusterPrecision * ClusterRecall / (ClusterPrecision + ClusterRecall);

    /// <param name="clusters">Of each record, the cluster it was put into; any numbers.</param>
    /// <param name="truth">Of each record, its true person; any numbers.</param>
    /// <exception cref="ArgumentException">The two are not of one length.</exception>
    public static TruthQuality Of(IReadOnlyList<int> clusters, IReadOnlyList<int> truth, params IReadOnlyList<Grouping> groupings)
    {
        if (clusters.Count != truth.Count)
        {
            throw new ArgumentException("Clusters and truth must be of the same records", nameof(truth));
        }

        var n = truth.Count;
        var (keys, order) = (new ulong[n], new int[n]);
        var clusterSize = new Dictionary<int, int>();
        for (var i = 0; i < n; i++)
        {
            keys[i] = ((ulong)(uint)truth[i] << 32) | (uint)clusters[i];
            order[i] = i;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(clusterSize, clusters[i], out _)++;
        }

        Array.Sort(keys, order);
        var all = new Sum();
        var groups = groupings.Select(g => g.Values.Select(_ => new Sum()).ToArray()).ToArray();
        var (exact, split, persons) = (0L, 0L, 0L);
        var ofOneTruth = new HashSet<int>();
        var mixed = new HashSet<int>();
        var touched = new List<Sum>();
        for (var from = 0; from < n;)
        {
            // One true person: records from..to, in runs of one cluster.
            var to = from;
            while (to < n && keys[to] >> 32 == keys[from] >> 32)
            {
                to++;
            }

            persons++;
            var runs = 0;
            touched.Clear();
            for (var run = from; run < to; runs++)
            {
                var end = run;
                while (end < to && keys[end] == keys[run])
                {
                    end++;
                }

                var cluster = (int)(uint)keys[run];
                var (size, own) = (clusterSize[cluster], end - run);
                if (size != own && !ofOneTruth.Add(cluster))
                {
                    mixed.Add(cluster);
                }

                exact += own == to - from && own == size ? 1 : 0;
                var ends = new PairEnds(own - 1, size - 1, to - from - 1);
                for (var i = run; i < end; i++)
                {
                    Touch(all, ends);
                    for (var g = 0; g < groupings.Count; g++)
                    {
                        if (groupings[g].Of(order[i]) is >= 0 and var value)
                        {
                            Touch(groups[g][value], ends);
                        }
                    }
                }

                run = end;
            }

            split += runs > 1 ? 1 : 0;
            foreach (var sum in touched)
            {
                sum.EndPerson();
            }

            from = to;
        }

        return new TruthQuality(
            n, persons, clusterSize.Count, exact, split, mixed.Count, all.Quality("all", "", persons),
            [.. groupings.SelectMany((g, i) => g.Values.Select((value, v) => groups[i][v].Quality(g.Name, value, groups[i][v].Persons))).Where(q => q.Records > 0)]);

        void Touch(Sum sum, PairEnds ends)
        {
            if (sum.Add(ends))
            {
                touched.Add(sum);
            }
        }
    }

    /// <summary>The same of links between two files, where a pair has one end in each: the whole is left out.</summary>
    /// <param name="links">Pairs of records that were put together.</param>
    /// <param name="truth">Of each record, its true person; any numbers.</param>
    /// <param name="split">Records before it are of the first file.</param>
    public static IReadOnlyList<GroupQuality> OfLinks(IReadOnlyList<(int A, int B)> links, IReadOnlyList<int> truth, int split, params IReadOnlyList<Grouping> groupings)
    {
        var ends = new PairEnds[truth.Count];
        foreach (var (a, b) in links)
        {
            var end = new PairEnds(truth[a] == truth[b] ? 1 : 0, 1, 0);
            ends[a] += end;
            ends[b] += end;
        }

        var groups = groupings.Select(g => g.Values.Select(_ => new Sum()).ToArray()).ToArray();
        var touched = new List<Sum>();
        foreach (var person in Enumerable.Range(0, truth.Count).GroupBy(i => truth[i]))
        {
            var (first, second) = (person.Count(i => i < split), person.Count(i => i >= split));
            foreach (var i in person)
            {
                for (var g = 0; g < groupings.Count; g++)
                {
                    if (groupings[g].Of(i) is >= 0 and var value && groups[g][value] is var sum && sum.Add(ends[i] + new PairEnds(0, 0, i < split ? second : first)))
                    {
                        touched.Add(sum);
                    }
                }
            }

            touched.ForEach(sum => sum.EndPerson());
            touched.Clear();
        }

        return [.. groupings.SelectMany((g, i) => g.Values.Select((value, v) => groups[i][v].Quality(g.Name, value, groups[i][v].Persons))).Where(q => q.Records > 0)];
    }

    /// <summary>One group's ends, person by person; persons with nothing wrong are counted together by what they weigh.</summary>
    private sealed class Sum
    {
        private readonly Dictionary<PairEnds, int> persons = [];
        private PairEnds person;
        private bool open;
        private long records;

        public long Persons => persons.Values.Sum(n => (long)n);

        /// <summary>True at the first record of a person.</summary>
        public bool Add(PairEnds ends)
        {
            var first = !open;
            (person, open) = (person + ends, true);
            records++;
            return first;
        }

        public void EndPerson()
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(persons, person, out _)++;
            (person, open) = (default, false);
        }

        public GroupQuality Quality(string group, string value, long count)
        {
            var total = persons.Aggregate(default(PairEnds), (sum, p) => sum + new PairEnds(p.Key.Right * p.Value, p.Key.Found * p.Value, p.Key.Belong * p.Value));
            var (precisions, recalls) = (new double[Draws], new double[Draws]);
            // Persons who weigh the same are one term, and the sum of n Poisson draws is one Poisson draw of mean n.
            var kinds = persons.OrderBy(p => p.Key.Belong).ThenBy(p => p.Key.Found).ThenBy(p => p.Key.Right).ToArray();
            var random = new Random(20260101);
            for (var d = 0; d < Draws; d++)
            {
                var (right, found, belong) = (0.0, 0.0, 0.0);
                foreach (var (ends, times) in kinds)
                {
                    var drawn = Poisson(random, times);
                    right += (double)drawn * ends.Right;
                    found += (double)drawn * ends.Found;
                    belong += (double)drawn * ends.Belong;
                }

                precisions[d] = found == 0 ? 1 : right / found;
                recalls[d] = belong == 0 ? 1 : right / belong;
            }

            return new GroupQuality(group, value, count, records, Interval(total.Precision, precisions, total.Right == total.Found, count), Interval(total.Recall, recalls, total.Right == total.Belong, count));
        }

        private static Ratio Interval(double share, double[] drawn, bool faultless, long persons)
        {
            if (faultless)
            {
                return new Ratio(share, persons == 0 ? 0 : Math.Pow(0.025, 1.0 / persons), 1);
            }

            Array.Sort(drawn);
            return new Ratio(share, drawn[(int)(0.025 * Draws)], drawn[(int)(0.975 * Draws)]);
        }

        /// <summary>Knuth's product for small means, else the normal approximation.</summary>
        private static long Poisson(Random random, int mean)
        {
            if (mean < 30)
            {
                var (limit, product, k) = (Math.Exp(-mean), random.NextDouble(), 0L);
                while (product > limit)
                {
                    product *= random.NextDouble();
                    k++;
                }

                return k;
            }

            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * normal)));
        }
    }
}
