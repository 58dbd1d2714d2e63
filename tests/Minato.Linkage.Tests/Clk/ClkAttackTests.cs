using System.Numerics;
using Minato.Linkage.Clk;

namespace Minato.Linkage.Tests;

/// <summary>
/// What somebody learns who has a file of CLKs <em>without its seal</em>, knows the schema but not the key, and has a list of people of whom a part (the overlap) is in the file, names, birth dates
/// and addresses and all. A record counts as re-identified where the attack names its person. What shipped schemas promise is measured here.
/// </summary>
public sealed class ClkAttackTests(ITestOutputHelper output)
{
    private const int InFile = 600;
    private const double Gate = 0.005;

    [Theory]
    [InlineData("clk-v1-salted")]
    [InlineData("clk-v1")]
    public void What_an_attack_finds_is_within_what_the_schema_promises(string name)
    {
        var schema = ClkTown.Schema(name);
        var worst = 0.0;
        foreach (var overlap in (double[])[0.1, 0.5, 1.0])
        {
            var (file, known, truth) = Scene(schema, overlap);
            foreach (var (attack, guesses) in new (string, int[])[] { ("frequency", Frequency(schema, file, known)), ("pattern mining", Mining(schema, file, known)), ("graph matching", Graph(schema, file, known)) })
            {
                // Whom the list lacks nobody can name: the share is of those it has.
                var share = guesses.Where((g, i) => g >= 0 && truth[i] == g).Count() / (InFile * overlap);
                worst = Math.Max(worst, share);
                output.WriteLine($"{name,-14} overlap {overlap,4:P0}  {attack,-15} {share,7:P2} re-identified");
            }
        }

        Assert.True(schema.EnclaveOnly || worst <= Gate, $"{name} is not kept to the enclave, and {worst:P2} were re-identified");
        if (schema.EnclaveOnly)
        {
            Assert.True(worst > Gate, $"{name} resists: it need not be kept to the enclave");
        }
    }

    [Fact]
    public void Without_the_key_the_same_name_is_as_far_away_as_any_other()
    {
        var schema = ClkTown.Schema("clk-v1");
        var people = ClkTown.People(300, 5);
        var (a, b) = (ClkTown.Encode(schema, ClkTown.Key(1), people), ClkTown.Encode(schema, ClkTown.Key(2), people));
        var (same, other) = (0.0, 0.0);
        for (var i = 0; i < people.Count; i++)
        {
            same += Dice(a, i, b, i) / people.Count;
            other += Dice(a, i, b, (i + 1) % people.Count) / people.Count;
        }

        Assert.InRange(same - other, -0.02, 0.02);
    }

    /// <summary>The file, the attacker's list in an order of its own, and for each record of the file its place on the list (-1: not on it).</summary>
    private static (ClkSet File, List<ClkTown.Person> Known, int[] Truth) Scene(ClkSchema schema, double overlap)
    {
        var shared = (int)(InFile * overlap);
        var people = ClkTown.People((2 * InFile) - shared, 11);
        var inFile = people.Take(InFile).ToList();
        var order = Enumerable.Range(InFile - shared, InFile).ToArray();
        new Random(3).Shuffle(order);
        var place = order.Select((p, at) => (p, at)).ToDictionary(x => x.p, x => x.at);
        return (ClkTown.Encode(schema, ClkTown.Key(1), inFile), [.. order.Select(p => people[p])], [.. Enumerable.Range(0, InFile).Select(i => place.GetValueOrDefault(i, -1))]);
    }

    /// <summary>The most frequent value of a segment is the most frequent value of the field, and so on down; a record is the person whose fields have the guessed values.</summary>
    private static int[] Frequency(ClkSchema schema, ClkSet file, List<ClkTown.Person> known)
    {
        var table = new SegmentTable(file, schema);
        var meaning = new Dictionary<ulong, string>[table.Fields];
        for (var f = 0; f < table.Fields; f++)
        {
            var values = Ranked(Enumerable.Range(0, file.Count).Select(i => table.Value(f, i)).Where(v => v != 0));
            var texts = Ranked(known.Select(p => Text(p, schema.Fields[f].From)));
            meaning[f] = values.Zip(texts).ToDictionary(x => x.First, x => x.Second);
        }

        return [.. Enumerable.Range(0, file.Count).Select(i =>
        {
            var scores = known.Select(p => Enumerable.Range(0, table.Fields).Count(f => meaning[f].GetValueOrDefault(table.Value(f, i)) == Text(p, schema.Fields[f].From))).ToList();
            return Best(scores.ConvertAll(s => (double)s));
        })];
    }

    /// <summary>Bits that always come together are the positions of a bigram; the most frequent such set is the most frequent bigram.</summary>
    private static int[] Mining(ClkSchema schema, ClkSet file, List<ClkTown.Person> known)
    {
        var grams = new List<(ClkPart Part, string Gram, int[] Bits)>();
        foreach (var field in schema.Fields.Where(f => f.From is ClkPart.Family or ClkPart.Given))
        {
            var columns = Enumerable.Range(field.At, field.Bits).ToDictionary(k => k, k => Enumerable.Range(0, file.Count).Where(i => (file[i][k >> 6] >> (k & 63) & 1) != 0).ToHashSet());
            var free = columns.Keys.ToHashSet();
            var sets = new List<(int[] Bits, int Count)>();
            while (free.Count > 0 && sets.Count < 30)
            {
                var head = free.MaxBy(k => columns[k].Count);
                var together = free.Where(k => columns[k].Count(columns[head].Contains) > 0.95 * columns[head].Count).ToArray();
                sets.Add((together, columns[head].Count));
                free.ExceptWith(together);
                free.Remove(head);
            }

            var ranked = Ranked(known.SelectMany(p => Bigrams(Text(p, field.From)).Distinct()));
            grams.AddRange(sets.OrderByDescending(s => s.Count).Zip(ranked, (s, g) => (field.From, g, s.Bits)));
        }

        return [.. Enumerable.Range(0, file.Count).Select(i =>
        {
            var clk = file[i].ToArray();
            var read = grams.Where(g => g.Bits.Length > 0 && g.Bits.All(k => (clk[k >> 6] >> (k & 63) & 1) != 0)).Select(g => (g.Part, g.Gram)).ToHashSet();
            var mined = grams.Select(g => (g.Part, g.Gram)).ToHashSet();
            return Best(known.ConvertAll(p =>
            {
                var own = Bigrams(Text(p, ClkPart.Family)).Select(g => (ClkPart.Family, g)).Concat(Bigrams(Text(p, ClkPart.Given)).Select(g => (ClkPart.Given, g))).Where(mined.Contains).ToHashSet();
                return own.Count + read.Count == 0 ? 0.0 : 2.0 * own.Count(read.Contains) / (own.Count + read.Count);
            }));
        })];
    }

    /// <summary>
    /// Who is similar to whom does not depend on the key: the attacker encodes the list under a key of its own and compares the two graphs. First by how each record's similarities to all others are
    /// distributed, segment by segment; then, from the surest pairs outwards, by the similarities to those already named.
    /// </summary>
    private static int[] Graph(ClkSchema schema, ClkSet file, List<ClkTown.Person> known)
    {
        var list = ClkTown.Encode(schema, ClkTown.Key(99), known);
        var (x, y) = (new SegmentTable(file, schema), new SegmentTable(list, schema));
        var (simX, simY) = (Similarities(x), Similarities(y));
        var score = Compare(Shapes(x, simX), Shapes(y, simY));
        var match = Mutual(score, 40);
        for (var round = 0; round < 4; round++)
        {
            score = Compare(ToSeeds(simX, [.. match.Select(m => m.X)], x), ToSeeds(simY, [.. match.Select(m => m.Y)], y));
            match = Mutual(score, 40 * (round + 2));
        }

        var guesses = Enumerable.Repeat(-1, file.Count).ToArray();
        for (var i = 0; i < guesses.Length; i++)
        {
            guesses[i] = Enumerable.Range(0, list.Count).MinBy(j => score[i, j]);
        }

        return guesses;
    }

    private static float[][,] Similarities(SegmentTable t)
    {
        var made = new float[t.Fields][,];
        Parallel.For(0, t.Fields, f =>
        {
            made[f] = new float[t.Count, t.Count];
            for (var i = 0; i < t.Count; i++)
            {
                for (var j = 0; j < t.Count; j++)
                {
                    made[f][i, j] = (float)SegmentTable.Dice(t, f, i, t, f, j) is var d && float.IsNaN(d) ? 0 : d;
                }
            }
        });
        return made;
    }

    private static float[][] Shapes(SegmentTable t, float[][,] sim) => [.. Enumerable.Range(0, t.Count).Select(i =>
    {
        var shape = new float[t.Fields * 16];
        for (var f = 0; f < t.Fields; f++)
        {
            var own = Enumerable.Range(0, t.Count).Where(j => j != i).Select(j => sim[f][i, j]).OrderDescending().ToArray();
            for (var q = 0; q < 16; q++)
            {
                // The nearest neighbours one by one, then quantiles of the rest.
                shape[(f * 16) + q] = q < 8 ? own[q] : own[(own.Length - 1) * (q - 7) / 8];
            }
        }

        return shape;
    })];

    private static float[][] ToSeeds(float[][,] sim, int[] seeds, SegmentTable t) =>
        [.. Enumerable.Range(0, t.Count).Select(i => Enumerable.Range(0, t.Fields).SelectMany(f => seeds.Select(s => sim[f][i, s])).ToArray())];

    private static float[,] Compare(float[][] a, float[][] b)
    {
        var made = new float[a.Length, b.Length];
        Parallel.For(0, a.Length, i =>
        {
            for (var j = 0; j < b.Length; j++)
            {
                var sum = 0f;
                var k = 0;
                for (; k + Vector<float>.Count <= a[i].Length; k += Vector<float>.Count)
                {
                    var d = new Vector<float>(a[i], k) - new Vector<float>(b[j], k);
                    sum += Vector.Dot(d, d);
                }

                for (; k < a[i].Length; k++)
                {
                    sum += (a[i][k] - b[j][k]) * (a[i][k] - b[j][k]);
                }

                made[i, j] = sum;
            }
        });
        return made;
    }

    /// <summary>Pairs each of which is the other's nearest, those first that are nearest by far.</summary>
    private static List<(int X, int Y)> Mutual(float[,] score, int most)
    {
        var (rows, columns) = (score.GetLength(0), score.GetLength(1));
        var nearest = Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).MinBy(i => score[i, j])).ToArray();
        var found = new List<(int X, int Y, float Margin)>();
        for (var i = 0; i < rows; i++)
        {
            var order = Enumerable.Range(0, columns).OrderBy(j => score[i, j]).Take(2).ToArray();
            if (nearest[order[0]] == i)
            {
                found.Add((i, order[0], score[i, order[0]] / (score[i, order[1]] + 1e-6f)));
            }
        }

        return [.. found.OrderBy(f => f.Margin).Take(most).Select(f => (f.X, f.Y))];
    }

    private static int Best(List<double> scores)
    {
        var best = scores.Max();
        return best > 0 && scores.Count(s => s == best) == 1 ? scores.IndexOf(best) : -1;
    }

    private static List<T> Ranked<T>(IEnumerable<T> values) where T : notnull => [.. values.GroupBy(v => v).OrderByDescending(g => g.Count()).Select(g => g.Key)];

    private static string Text(ClkTown.Person p, ClkPart part) => part switch
    {
        ClkPart.Family => p.Family,
        ClkPart.Given => p.Given,
        ClkPart.Birth => p.Birth.ToString("yyyyMMdd"),
        ClkPart.Sex => p.Sex.ToString(),
        ClkPart.Postal => p.Postal,
        ClkPart.Municipality => p.Municipality,
        ClkPart.Town => p.Town,
        ClkPart.Lot => p.Lot,
        _ => "",
    };

    private static IEnumerable<string> Bigrams(string text) => Enumerable.Range(0, text.Length + 1).Select(i => $"{(i == 0 ? ' ' : text[i - 1])}{(i == text.Length ? ' ' : text[i])}");

    private static double Dice(ClkSet a, int i, ClkSet b, int j) => DiceBound.Dice(ClkBits.Common(a[i], b[j]), a.SetBits(i) + b.SetBits(j));
}
