using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Xunit;

namespace Minato.Linkage.Tests.Matching;

public sealed class MatchingTests
{
    private static readonly LinkModel Model = LinkModel.Parse(File.ReadAllText(Path.Combine(TypoNation.Standards, "linkage", "model-v1.json")));

    [Fact]
    public void Learning_without_labels_finds_the_probabilities_that_made_the_pairs()
    {
        // 4% matches; three fields of two levels and one of three.
        var random = new Random(7);
        var counts = new PatternCounts();
        for (var k = 0; k < 200_000; k++)
        {
            var match = random.NextDouble() < 0.04;
            var pattern = default(Pattern)
                .With(PatternField.Sex, random.NextDouble() < (match ? 0.97 : 0.5) ? 2 : 1)
                .With(PatternField.Local, random.NextDouble() < (match ? 0.85 : 0.01) ? 2 : 1)
                .With(PatternField.Given, random.NextDouble() is var x && match ? x < 0.8 ? (int)NameLevel.Exact : x < 0.9 ? (int)NameLevel.Edit : 1 : x < 0.02 ? (int)NameLevel.Exact : 1)
                .With(PatternField.Birth, random.NextDouble() < (match ? 0.9 : 0.005) ? (int)BirthLevel.Same : 1);
            counts.Add(pattern);
        }

        var fitted = Em.Fit([new Stratum(counts, new HashSet<PatternField>(), true, 0.1)], Model);
        Assert.Equal(0.04, fitted.Shares[0], 0.003);
        Assert.Equal(0.97, fitted.Model.M(PatternField.Sex, 2), 0.01);
        Assert.Equal(0.85, fitted.Model.M(PatternField.Local, 2), 0.015);
        Assert.Equal(0.80, fitted.Model.M(PatternField.Given, (int)NameLevel.Exact), 0.015);
        Assert.Equal(0.90, fitted.Model.M(PatternField.Birth, (int)BirthLevel.Same), 0.015);
        Assert.Equal(0.02, fitted.Model.U(PatternField.Given, (int)NameLevel.Exact), 0.002);
        Assert.Equal(0.005, fitted.Model.U(PatternField.Birth, (int)BirthLevel.Same), 0.001);
    }

    [Fact]
    public void The_assignment_is_worth_as_much_as_the_best_of_all()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var (rows, columns) = (random.Next(1, 6), random.Next(1, 6));
            var links = new List<Link>();
            for (var a = 0; a < rows; a++)
            {
                for (var b = 0; b < columns; b++)
                {
                    if (random.NextDouble() < 0.6)
                    {
                        links.Add(new Link(a, b, random.Next(-3, 12)));
                    }
                }
            }

            var chosen = Assignment.Best(links, rows, columns);
            Assert.Equal(chosen.Count, chosen.Select(k => links[k].A).Distinct().Count());
            Assert.Equal(chosen.Count, chosen.Select(k => links[k].B).Distinct().Count());
            Assert.Equal(BestOf(links, 0, 0, 0), chosen.Sum(k => links[k].Weight), 3);
        }
    }

    private static float BestOf(List<Link> links, int at, int usedA, int usedB) => at == links.Count ? 0
        : Math.Max(
            BestOf(links, at + 1, usedA, usedB),
            (usedA & (1 << links[at].A)) != 0 || (usedB & (1 << links[at].B)) != 0 ? float.MinValue : links[at].Weight + BestOf(links, at + 1, usedA | (1 << links[at].A), usedB | (1 << links[at].B)));

    [Fact]
    public void Blocks_hold_exactly_the_pairs_whose_keys_agree()
    {
        var nation = TypoNation.Make(250, seed: 3);
        foreach (var split in (int[])[0, nation.Split])
        {
            foreach (var pass in Model.Passes)
            {
                var found = new List<(int, int)>[2];
                new Blocks(nation.Columns, split) { Threads = 2 }.Visit(pass, t => new Noting(found[t] = []));
                var expected = new HashSet<(int, int)>();
                for (var i = 0; i < (split == 0 ? nation.Columns.Count : split); i++)
                {
                    for (var j = split == 0 ? i + 1 : split; j < nation.Columns.Count; j++)
                    {
                        if (pass.KeyOf(nation.Columns[i], nation.Columns) is var key and not 0 && key == pass.KeyOf(nation.Columns[j], nation.Columns))
                        {
                            expected.Add((i, j));
                        }
                    }
                }

                var all = found.Where(f => f is not null).SelectMany(f => f).ToList();
                Assert.Equal(expected.Count, all.Count);
                Assert.True(expected.SetEquals(all), pass.ToString());
            }
        }
    }

    [Fact]
    public void Two_files_of_names_and_birth_dates_are_matched_without_labels()
    {
        var nation = TypoNation.Make(1500, seed: 5);
        var result = new Matcher(nation.Columns, Model, new MatchOptions(nation.Split)).Run();
        Assert.True(result.OneToOne);
        var (precision, recall) = nation.Quality(result);
        Assert.InRange(precision, 0.995, 1);
        Assert.InRange(recall, 0.97, 1);
    }

    [Fact]
    public void Blocking_finds_what_comparing_everything_finds()
    {
        var nation = TypoNation.Make(1200, seed: 6);
        var all = nation.Quality(new Matcher(nation.Columns, Model, new MatchOptions(nation.Split)).Run());
        var blocked = nation.Quality(new Matcher(nation.Columns, Model, new MatchOptions(nation.Split) { CompareAllUpTo = 0 }).Run());
        Assert.InRange(blocked.Precision, all.Precision - 0.01, 1);
        Assert.InRange(blocked.Recall, all.Recall - 0.03, 1);
    }

    [Fact]
    public void Persons_of_one_file_do_not_depend_on_the_order_of_its_rows()
    {
        var nation = TypoNation.Make(400, seed: 8);
        var first = Persons(nation.Parts, [.. Enumerable.Range(0, nation.Parts.Count)]);
        for (var seed = 0; seed < 2; seed++)
        {
            var order = Enumerable.Range(0, nation.Parts.Count).ToArray();
            new Random(seed).Shuffle(order);
            Assert.Equal(first, Persons(nation.Parts, order));
        }
    }

    /// <summary>The partition, as the sorted sets of original rows.</summary>
    private static string Persons(IReadOnlyList<IdentityParts> parts, int[] order)
    {
        var columns = new IdentityColumns(TypoNation.Classes);
        foreach (var at in order)
        {
            columns.Add(parts[at]);
        }

        var clusters = new Matcher(columns, Model, new MatchOptions()).Run().Clusters!;
        return string.Join(' ', clusters.Select((c, i) => (c, Row: order[i])).GroupBy(x => x.c).Select(g => string.Join(',', g.Select(x => x.Row).Order())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_model_is_written_and_read_without_loss()
    {
        var again = LinkModel.Parse(Model.ToJson());
        Assert.Equal(Model.ToJson(), again.ToJson());
        Assert.Equal(Model.Passes.Select(p => p.ToString()), again.Passes.Select(p => p.ToString()));
        Assert.Throws<FormatException>(() => LinkModel.Parse("{}"));
        Assert.Throws<FormatException>(() => BlockPass.Parse("given+colour"));
    }

    private readonly struct Noting(List<(int, int)> into) : IPairVisitor
    {
        public void Visit(int i, int j) => into.Add((i, j));
    }
}
