using System.Diagnostics;

namespace Minato.Linkage.Matching;

internal enum OneToOne
{
    /// <summary>Where hardly any identity has two sure partners.</summary>
    Auto,
    On,
    Off,
}

/// <param name="Split">Rows before it are one file, from it on the other; 0: one file, to be clustered.</param>
internal sealed record MatchOptions(int Split = 0)
{
    public OneToOne OneToOne { get; init; } = OneToOne.Auto;

    /// <summary>Learn m, u and the prior from these files; otherwise the model as given, with the prior only.</summary>
    public bool Learn { get; init; } = true;

    /// <summary>Up to so many pairs everything is compared and no pair can be missed by blocking.</summary>
    public long CompareAllUpTo { get; init; } = 100_000_000;

    /// <summary>Greatest share of wrong links, as the model itself estimates it.</summary>
    public double FalseDiscovery { get; init; } = 0.01;

    /// <summary>Posterior from which on a link is made, given in place of the estimate.</summary>
    public double? Posterior { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    public IProgress<Step>? Progress { get; init; }
}

/// <summary>A link with the probability that it is right, which takes its rivals into account.</summary>
internal readonly record struct ScoredLink(int A, int B, float Weight, float Probability);

/// <param name="Links">All considered, above the floor, best first; those made are the first <paramref name="Made"/>.</param>
internal sealed record MatchResult(
    LinkModel Model, double PriorBits, IReadOnlyList<ScoredLink> Links, int Made, double Threshold, double EstimatedFalseDiscovery, double EstimatedMissed, bool OneToOne,
    IReadOnlyList<PassFigures> Passes, long AllPairs, long Compared, IReadOnlyList<(string Step, double Seconds)> Times, int[]? Clusters);

/// <summary>Finds who is who in two files or in one: candidates, comparison, learning without labels, decision. Deterministic.</summary>
internal sealed class Matcher(IdentityColumns columns, LinkModel start, MatchOptions options)
{
    /// <summary>Bits of posterior odds under which a pair is forgotten at once.</summary>
    private const float Floor = -12;
    private const long LearnFromAllUpTo = 3_000_000;
    private const int RandomPairs = 400_000;
    private const int LearningPairs = 100_000;

    /// <summary>Bits of posterior odds from which on a link settles both its ends, and by which it must lead over the next.</summary>
    private const float Sure = 10;
    private const float Lead = 6;

    // What a pass of its own can teach about the fields that it does not fix.
    private static readonly string[] Lessons =
        ["birth", "names", "whole", "wholeKanji", "household", "birthMonthDay+givenSound", "given+postal", "given+place", "given+town+lot", "other1", "other2", "other3", "other4"];

    private readonly Comparer comparer = new(columns);
    private readonly List<(string, double)> times = [];
    private bool[] settled = [];

    private Blocks Blocks => new(columns, options.Split) { Threads = options.Threads, Settled = settled };

    public MatchResult Run()
    {
        var all = Blocks.AllPairs;
        var everything = all <= options.CompareAllUpTo;
        columns.Readings.Prepare();
        var (model, matches) = Timed("learn", () => all <= (columns.HasTexts ? LearnFromAllUpTo : options.CompareAllUpTo) ? LearnFromAll() : LearnFromSamples());
        var prior = PriorBits(matches, all);
        var passes = new List<PassFigures>();
        var scorer = new Scorer(columns, comparer, model);
        var links = Timed("compare", () => Candidates(scorer, prior, everything, passes));
        (prior, matches) = Recounted(links, prior, all, Math.Min(matches, Expected * 2));
        var oneToOne = options.Split > 0 && (settled.Length > 0 || MayPairUp(Partners.Of(links, columns.Count), 0));
        var setting = new Decisions.Setting(columns, scorer, model, options, prior, matches, oneToOne);
        return Timed("decide", () => Decisions.Make(links, setting)) with
        {
            Passes = passes,
            AllPairs = all,
            Compared = passes.Sum(p => p.Pairs),
            Times = times,
        };
    }

    private static double PriorBits(double matches, double all) => Math.Log2(Math.Clamp(matches / Math.Max(all, 1), 1e-15, 0.5));

    /// <summary>How many matches there are, from the weights of all candidates: the prior that expects as many as it finds.</summary>
    private static (double PriorBits, double Matches) Recounted(List<Link> links, double prior, double all, double learned)
    {
        // By weight, in steps of 1/32 bit: a million links are a few thousand numbers.
        var counts = new SortedDictionary<int, long>();
        foreach (var link in links)
        {
            var step = (int)Math.Round((link.Weight - prior) * 32);
            counts[step] = counts.GetValueOrDefault(step) + 1;
        }

        var (bits, matches, before) = (prior, 1.0, 0.0);
        for (var round = 0; round < 40 && Math.Abs(matches - before) > 1e-6 * matches; round++)
        {
            (before, matches) = (matches, 1);
            foreach (var (step, times) in counts)
            {
                matches += times / (1 + double.Exp2(-((step / 32.0) + bits)));
            }

            matches = Math.Max(matches, learned);
            bits = PriorBits(matches, all);
        }

        for (var k = 0; k < links.Count; k++)
        {
            links[k] = links[k] with { Weight = (float)(links[k].Weight - prior + bits) };
        }

        return (bits, matches);
    }

    private T Timed<T>(string step, Func<T> work)
    {
        options.Progress?.Report(new Step(step, 0, null, ""));
        var clock = Stopwatch.StartNew();
        var made = work();
        times.Add((step, clock.Elapsed.TotalSeconds));
        return made;
    }

    private (LinkModel Model, double Matches) LearnFromAll()
    {
        var mine = new PatternCounts[options.Threads];
        Blocks.VisitAll(t => new Counting(comparer, mine[t] = new PatternCounts()));
        var counts = PatternCounts.Sum(mine);

        var share = Expected / Math.Max(1, Blocks.AllPairs);
        var start = Living(counts);
        if (!options.Learn)
        {
            return (start, EstimatedShare(counts, start, share) * Blocks.AllPairs);
        }

        var fitted = Em.Fit([new Stratum(counts, new HashSet<PatternField>(), true, share)], start);
        return (fitted.Model, fitted.Shares[0] * Blocks.AllPairs);
    }

    private double Expected => (options.Split == 0 ? columns.Count : Math.Min(options.Split, columns.Count - options.Split)) * 0.5;

    private static double EstimatedShare(PatternCounts counts, LinkModel model, double share)
    {
        for (var round = 0; round < 20; round++)
        {
            var odds = share / (1 - share);
            var sum = 0.0;
            foreach (var (pattern, n) in counts.Sorted())
            {
                var o = odds * Math.Pow(2, model.Weight(pattern));
                sum += n * (o / (1 + o));
            }

            share = Math.Clamp(sum / Math.Max(1, counts.Total), 1e-15, 0.5);
        }

        return share;
    }

    private (LinkModel Model, double Matches) LearnFromSamples()
    {
        var all = (double)Blocks.AllPairs;
        var housemates = Sampled(BlockPass.Parse("town+lot"), out _);
        housemates.Add(Sampled(BlockPass.Parse("household"), out _));
        var start = Living(housemates);
        var strata = new List<Stratum> { new(RandomPatterns(), new HashSet<PatternField>(), true, Expected / all) };
        var sizes = new List<long> { 0 };
        foreach (var lesson in Lessons.Select(BlockPass.Parse).Where(Blocks.Knows))
        {
            var counts = Sampled(lesson, out var size);
            if (counts.Total > 50)
            {
                strata.Add(new Stratum(counts, lesson.Fields, false, Math.Clamp(Expected / size, 1e-4, 0.5)));
                sizes.Add(size);
            }
        }

        var fitted = options.Learn
            ? Em.Fit(strata, start)
            : new Em.Fitted(start, [.. strata.Select(s => s.Share)], 0);

        // The most matches that any lesson saw: each sees only those that agree in its own fields.
        var most = 1.0;
        for (var s = 1; s < strata.Count; s++)
        {
            most = Math.Max(most, fitted.Shares[s] * sizes[s]);
        }

        return (fitted.Model, Math.Min(most, Expected * 2));
    }

    private PatternCounts Sampled(BlockPass pass, out long size)
    {
        var mine = new PatternCounts[options.Threads];
        size = new Blocks(columns, options.Split) { Threads = options.Threads, LargestBlock = 200_000 }
            .Sample(pass, LearningPairs, t => new Counting(comparer, mine[t] = new PatternCounts()));
        return PatternCounts.Sum(mine);
    }

    /// <summary>
    /// Whether people of these files live together is seen in them: of those who share a household number or a lot, many are then relatives.
    /// Where hardly any are, sharing both says that it is one person, whose name and birth date came out wrong.
    /// </summary>
    private LinkModel Living(PatternCounts counts)
    {
        const double Hardly = 0.2;
        long housemates = 0, relatives = 0;
        foreach (var (pattern, times) in counts.Sorted())
        {
            var number = pattern.Number;
            if (number is NumberLevel.Household or NumberLevel.OtherInHousehold
                || (number != NumberLevel.Same && pattern[PatternField.Lot] == (int)TextLevel.Same && pattern[PatternField.Town] is 0 or (int)TextLevel.Same))
            {
                housemates += times;
                relatives += pattern[PatternField.Twins] == (int)TwinsLevel.Relatives ? times : 0;
            }
        }

        return housemates > 50 && relatives < Hardly * housemates ? start.Silent(PatternField.Twins) : start;
    }

    private PatternCounts RandomPatterns()
    {
        var (n, split) = (columns.Count, options.Split);
        var parts = new PatternCounts[16];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, part =>
        {
            var counts = parts[part] = new PatternCounts();
            var state = 0x2545_F491_4F6C_DD1DUL + ((ulong)part * 0x9E37_79B9_7F4A_7C15);
            int Next(int below)
            {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                return (int)(state % (uint)below);
            }

            for (var k = 0; k < RandomPairs / parts.Length; k++)
            {
                var (i, j) = split == 0 ? (Next(n), Next(n)) : (Next(split), split + Next(n - split));
                if (i != j)
                {
                    counts.Add(comparer.Compare(i, j));
                }
            }
        });
        return PatternCounts.Sum(parts);
    }

    private List<Link> Candidates(Scorer scorer, double prior, bool everything, List<PassFigures> passes)
    {
        var floor = (float)(Floor - prior);
        var kept = new List<Link>();
        void Gather(List<Link>[] mine)
        {
            foreach (var m in mine.Where(m => m is not null))
            {
                kept.AddRange(m);
            }
        }

        if (everything)
        {
            var mine = new List<Link>[options.Threads];
            passes.Add(new PassFigures("all", Blocks.VisitAll(t => new Keeping(scorer, floor, mine[t] = [])), 0, 0));
            Gather(mine);
        }
        else
        {
            var done = 0;
            foreach (var pass in start.Passes)
            {
                if (pass.IsSettling)
                {
                    Settle(kept, (float)prior);
                    continue;
                }

                var mine = new List<Link>[options.Threads];
                passes.Add(Blocks.Visit(pass, t => new Keeping(scorer, floor, mine[t] = [])));
                Gather(mine);
                options.Progress?.Report(new Step(pass.ToString(), ++done, start.Passes.Count, "passes"));
            }
        }

        return Distinct(kept, (float)prior);
    }

    /// <summary>Sorted by rows, each pair once.</summary>
    private static List<Link> Distinct(List<Link> kept, float prior)
    {
        var (pairs, weights) = (new ulong[kept.Count], new float[kept.Count]);
        for (var k = 0; k < pairs.Length; k++)
        {
            (pairs[k], weights[k]) = (((ulong)(uint)kept[k].A << 32) | (uint)kept[k].B, kept[k].Weight);
        }

        Array.Sort(pairs, weights);
        kept.Clear();
        for (var k = 0; k < pairs.Length; k++)
        {
            if (k == 0 || pairs[k] != pairs[k - 1])
            {
                kept.Add(new Link((int)(pairs[k] >> 32), (int)(uint)pairs[k], weights[k] + prior));
            }
        }

        return kept;
    }

    /// <summary>Takes the rows out of the coming passes that have a partner beyond doubt, if either side holds each person once.</summary>
    private void Settle(List<Link> kept, float prior)
    {
        var partners = Partners.Of(kept, columns.Count);
        if (options.Split > 0 && (settled.Length > 0 || MayPairUp(partners, prior)))
        {
            settled = partners.Settled(Sure - prior, Lead);
        }
    }

    private bool MayPairUp(Partners partners, float prior) =>
        options.OneToOne == OneToOne.On || (options.OneToOne == OneToOne.Auto && partners.LookSingle(5 - prior));

    private readonly struct Counting(Comparer comparer, PatternCounts counts) : IPairVisitor
    {
        public void Visit(int i, int j) => counts.Add(comparer.Compare(i, j));
    }

    private readonly struct Keeping(Scorer scorer, float floor, List<Link> kept) : IPairVisitor
    {
        public void Visit(int i, int j)
        {
            var weight = scorer.Weight(i, j, floor);
            if (weight >= floor)
            {
                kept.Add(new Link(i, j, weight));
            }
        }
    }
}
