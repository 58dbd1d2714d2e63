using Minato.Disclosure;

namespace Minato.Disclosure.Tests;

public sealed class NoiseTests
{
    private static ExactNoise Seeded(int seed) => new(new Random(seed).NextBytes);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    [InlineData(1, 10)]
    public void LaplaceIsAsItsFormula(int numerator, int denominator)
    {
        var rate = (double)numerator / denominator;
        var whole = (1 + Math.Exp(-rate)) / (1 - Math.Exp(-rate));
        Fits(300_000, Seeded(1), n => n.Laplace(numerator, denominator), x => Math.Exp(-Math.Abs(x) * rate) / whole);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    [InlineData(100, 3)]
    public void GaussianIsAsItsFormula(int numerator, int denominator)
    {
        var variance = (double)numerator / denominator;
        var whole = Enumerable.Range(-2000, 4001).Sum(x => Math.Exp(-(double)x * x / (2 * variance)));
        Fits(300_000, Seeded(2), n => n.Gaussian(numerator, denominator), x => Math.Exp(-(double)x * x / (2 * variance)) / whole);
    }

    /// <summary>χ² over the values that are expected at least ten times, within five deviations.</summary>
    private static void Fits(int draws, ExactNoise noise, Func<ExactNoise, long> draw, Func<long, double> probability)
    {
        var counts = new Dictionary<long, int>();
        for (var i = 0; i < draws; i++)
        {
            var x = draw(noise);
            counts[x] = counts.GetValueOrDefault(x) + 1;
        }

        double chi = 0, rest = 1;
        var (cells, others) = (0, draws);
        for (long x = -5000; x <= 5000; x++)
        {
            var expected = probability(x) * draws;
            if (expected >= 10)
            {
                var seen = counts.GetValueOrDefault(x);
                chi += (seen - expected) * (seen - expected) / expected;
                (rest, others, cells) = (rest - probability(x), others - seen, cells + 1);
            }
        }

        Assert.InRange(chi, 0, cells + (5 * Math.Sqrt(2 * cells)));
        Assert.InRange(others, 0, (rest * draws) + (6 * Math.Sqrt((rest * draws) + 1)));
    }

    private sealed class MemoryLog : IBudgetLog
    {
        private readonly List<BudgetLine> lines = [];

        /// <summary>Dies at the n-th append: before it is written, or after.</summary>
        public int DieAt { get; set; } = -1;

        public bool AfterWriting { get; set; }

        public IReadOnlyList<BudgetLine> Read()
        {
            lock (lines)
            {
                return [.. lines];
            }
        }

        public bool TryAppend(int expected, BudgetLine line)
        {
            lock (lines)
            {
                var dies = DieAt-- == 0;
                if (dies && !AfterWriting)
                {
                    throw new IOException("died before writing");
                }

                if (lines.Count != expected)
                {
                    return false;
                }

                lines.Add(line);
                return dies ? throw new IOException("died after writing") : true;
            }
        }
    }

    [Fact]
    public void ManyAtOnceNeverSpendMoreThanThereIs()
    {
        var log = new MemoryLog();
        var answers = new System.Collections.Concurrent.ConcurrentBag<(string Question, long Answer)>();
        var refused = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var question = $"q{i % 40}";
            var outcome = new NoiseBudget(log, 1_000).Answer(question, 100, () => i);
            if (outcome.Try(out var answer))
            {
                answers.Add((question, answer));
            }
            else
            {
                Assert.Equal("budget.spent", outcome.Findings[0].Code);
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal(1_000, log.Read().Sum(l => l.Cost));
        Assert.Equal(10, answers.Select(a => a.Question).Distinct().Count());
        Assert.Equal((100, 300), (answers.Count, refused));
        Assert.All(answers.GroupBy(a => a.Question), g => Assert.Single(g.Select(a => a.Answer).Distinct()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void ACrashNeitherPaysTwiceNorShowsTwoAnswers(int dieAt, bool afterWriting)
    {
        var log = new MemoryLog { DieAt = dieAt, AfterWriting = afterWriting };
        var draws = 0;
        Assert.Throws<IOException>(() => new NoiseBudget(log, 250).Answer("persons", 200, () => ++draws));
        var after = new NoiseBudget(log, 250).Answer("persons", 200, () => ++draws).Value;
        Assert.Equal(after, new NoiseBudget(log, 250).Answer("persons", 200, () => ++draws).Value);
        Assert.Equal(50, new NoiseBudget(log, 250).Left);
        Assert.Equal("budget.spent", new NoiseBudget(log, 250).Answer("others", 51, () => 0).Findings[0].Code);
    }

    [Fact]
    public void ACostThatWouldOverflowIsRefused()
    {
        var log = new MemoryLog();
        var budget = new NoiseBudget(log, long.MaxValue);
        Assert.True(budget.Answer("a", long.MaxValue - 1, () => 1).IsOk);
        Assert.False(budget.Answer("b", long.MaxValue, () => 1).IsOk);
    }

    [Fact]
    public void ARoundedTableStillAddsUp()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var cells = new long[random.Next(1, 8), random.Next(1, 8)];
            for (var i = 0; i < cells.GetLength(0); i++)
            {
                for (var j = 0; j < cells.GetLength(1); j++)
                {
                    cells[i, j] = random.Next(3) == 0 ? 0 : random.Next(60);
                }
            }

            var b = random.Next(2, 12);
            var rounded = ControlledRounding.Round(cells, b);
            var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
            for (var i = 0; i <= rows; i++)
            {
                for (var j = 0; j <= columns; j++)
                {
                    long exact = 0;
                    for (var a = 0; a < rows; a++)
                    {
                        for (var c = 0; c < columns; c++)
                        {
                            exact += (a == i || i == rows) && (c == j || j == columns) ? cells[a, c] : 0;
                        }
                    }

                    Assert.Equal(0, rounded[i, j] % b);
                    Assert.True(Math.Abs(rounded[i, j] - exact) < b && rounded[i, j] >= 0);
                }

                Assert.Equal(rounded[i, columns], Enumerable.Range(0, columns).Sum(j => rounded[i, j]));
            }

            for (var j = 0; j <= columns; j++)
            {
                Assert.Equal(rounded[rows, j], Enumerable.Range(0, rows).Sum(i => rounded[i, j]));
            }
        }
    }

    // The attacks. Cell-key noise: D = 15, variance 30, results 1 to 9 never shown.
    private static readonly CellKeyNoise Noise = new(15, 30, 9);

    private static ulong[] Persons(int from, int count) => [.. Enumerable.Range(from, count).Select(i => CellKeyNoise.RecordKey([9, 9, 9], BitConverter.GetBytes(i)))];

    [Fact]
    public void AskingAgainTeachesNothing()
    {
        // The same group under other names and in other tables: averaging a thousand answers leaves the one error.
        var group = Persons(0, 57);
        Assert.Single(Enumerable.Range(0, 1_000).Select(i => Noise.Count(group.OrderBy(k => k ^ (ulong)i))).Distinct());
    }

    [Fact]
    public void TheDifferenceOfTwoGroupsHidesThePersonBetweenThem()
    {
        // Two groups that differ by one person. By the difference alone an attacker would say 'one'; how often does it say so?
        var differences = Enumerable.Range(0, 4_000).Select(i => Noise.Count([.. Persons(i * 100, 50), .. Persons((i * 100) + 99, 1)]) - Noise.Count(Persons(i * 100, 50))).ToArray();
        var one = differences.Count(d => d == 1) / 4_000.0;
        var near = Enumerable.Range(-3, 9).Max(x => differences.Count(d => d == x)) / 4_000.0;

        // Differences of two independent noises of variance 30: no value, the true one included, is likelier than about 1 / √(4π·30).
        Assert.InRange(one, 0, 0.07);
        Assert.InRange(near, 0, 0.07);
        Assert.InRange(differences.Sum(d => (double)(d - 1) * (d - 1)) / 4_000, 60 * 0.9, 60 * 1.1);
    }

    [Fact]
    public void SummingPartsDoesNotGiveTheTotal()
    {
        // Parts are perturbed each by its own key: the error of a sum of m parts grows as √m · √V, it does not cancel.
        var errors = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var parts = Enumerable.Range(0, 12).Select(p => Persons((i * 10_000) + (p * 200), 30 + p)).ToArray();
            errors.Add(parts.Sum(Noise.Count) - parts.Sum(p => p.Length));
        }

        var variance = errors.Sum(e => e * e) / errors.Count;
        Assert.InRange(variance, 12 * 30 * 0.75, 12 * 30 * 1.25);
    }
}
