using System.Globalization;
using Minato.Disclosure;

namespace Minato.Processing.Media;

/// <summary>One allele, as a question names it.</summary>
public sealed record GenomeAllele(string Contig, long Position, string Reference, string Alternative)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Contig}:{Position}:{Reference}>{Alternative}");
}

/// <summary>What a beacon says: whether the allele is here, and by about how many it is carried (tens, downwards; 0 where it says no).</summary>
public sealed record BeaconAnswer(bool Exists, long AtLeast);

/// <summary>
/// Beacon-style questions about a genome cohort, each answered at a price that its carriers pay: once all answers together could make somebody's presence
/// <paramref name="mostRatio"/> times as likely, that person is not counted any more, whatever is asked (after Raisaro et al. 2017, doi 10.1093/jamia/ocw167, with
/// the price of this rule instead of theirs). An attacker whose false alarms are a share a is therefore right in at most mostRatio · a of the members.
/// An allele that fewer than <paramref name="leastCarriers"/> paying persons carry is not there. The same question has the same answer and costs nothing again.
/// </summary>
/// <param name="carriersOf">Who carries an allele: numbers of persons from 0.</param>
/// <param name="persons">In the cohort.</param>
/// <param name="frequency">Of the allele in the population, between 0 and 1; null: unknown, taken as rare (1 in 10,000), which is dear.</param>
/// <param name="leastCarriers">2 at least.</param>
public sealed class GenomeBeacon(
    Func<GenomeAllele, IReadOnlyList<int>> carriersOf, int persons, Func<GenomeAllele, double?> frequency, IBudgetLog log, double mostRatio = 2, int leastCarriers = 2)
{
    private const double Rare = 1e-4;
    private const int Step = 10;

    private readonly int least = Math.Max(2, leastCarriers);
    private readonly Lock turn = new();
    private readonly double[] left = [.. Enumerable.Repeat(Math.Log(mostRatio), persons)];
    private readonly Dictionary<string, BeaconAnswer> answers = new(StringComparer.Ordinal);
    private int read;

    /// <summary>The answer; it is in the log before it is given, so that a crash forgets no payment.</summary>
    public BeaconAnswer Ask(GenomeAllele allele)
    {
        lock (turn)
        {
            while (true)
            {
                Follow();
                var question = allele.ToString();
                if (answers.TryGetValue(question, out var known))
                {
                    return known;
                }

                var (paying, price) = Paying(allele);
                var answer = paying.Count >= least ? new BeaconAnswer(true, Bucket(paying.Count)) : new BeaconAnswer(false, 0);
                if (log.TryAppend(read, new BudgetLine(question, answer.Exists ? 1 : 0, answer.Exists ? answer.AtLeast : -1)))
                {
                    Take(question, answer, paying, price);
                    read++;
                    return answer;
                }
            }
        }
    }

    /// <summary>Replays what was asked before: who has paid follows from the questions in their order.</summary>
    private void Follow()
    {
        var lines = log.Read();
        for (; read < lines.Count; read++)
        {
            var line = lines[read];
            var parts = line.Question.Split(':', '>');
            var (paying, price) = Paying(new GenomeAllele(parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3]));
            Take(line.Question, new BeaconAnswer(line.Answer >= 0, Math.Max(0, line.Answer ?? 0)), paying, price);
        }
    }

    private void Take(string question, BeaconAnswer answer, List<int> paying, double price)
    {
        if (answer.Exists)
        {
            foreach (var person in paying)
            {
                left[person] -= price;
            }
        }

        answers[question] = answer;
    }

    /// <summary>Who can pay for the answer that they make together; fewer make another answer at another price, so it is asked until nobody drops out.</summary>
    private (List<int> Paying, double Price) Paying(GenomeAllele allele)
    {
        var paying = carriersOf(allele).Distinct().Order().ToList();
        var carrying = 1 - Math.Pow(1 - Math.Clamp(frequency(allele) ?? Rare, 1e-9, 1 - 1e-9), 2);
        while (paying.Count >= least)
        {
            var price = Price(carrying, Bucket(paying.Count));
            if (paying.RemoveAll(p => left[p] < price) == 0)
            {
                return (paying, price);
            }
        }

        return (paying, 0);
    }

    private static long Bucket(int carriers) => carriers / Step * Step;

    /// <summary>
    /// The logarithm of how much likelier the answer is where a carrier is in the cohort: 'between from and to carry it' with them and with one stranger
    /// more. A 'no' never speaks for presence.
    /// </summary>
    private double Price(double carrying, long bucket)
    {
        var (from, to) = (Math.Max(least, bucket), Math.Min(persons, bucket + Step - 1));
        var with = Chance(persons - 1, from - 1, to - 1, carrying);
        var without = Chance(persons, from, to, carrying);
        return without <= 0 ? double.PositiveInfinity : Math.Max(0, Math.Log(with / without));
    }

    /// <summary>That of n persons from–to carry an allele.</summary>
    private static double Chance(int n, long from, long to, double carrying)
    {
        var sum = 0.0;
        for (var k = from; k <= Math.Min(to, n); k++)
        {
            var log = (k * Math.Log(carrying)) + ((n - k) * Math.Log(1 - carrying));
            for (var i = 1; i <= k; i++)
            {
                log += Math.Log((n - k + i) / (double)i);
            }

            sum += Math.Exp(log);
        }

        return sum;
    }
}
