using System.Buffers.Binary;
using System.Security.Cryptography;
using Minato.Processing.Feasibility;
using Minato.Tables;
using Minato.Tables.Queries;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Tests;

/// <summary>
/// What somebody can learn of one person who asks as often as the budget allows. The attacker knows everybody but one bit: whether <c>x</c> belongs
/// to the group. The bound of decision 0083: nothing by groups that differ by few persons; by larger differences, right at most two times in three.
/// </summary>
public class FeasibilityAttacks
{
    private static readonly FeasibilityRule Rule = FeasibilityStandard.Read(Village.Standards).Value;
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly PersonGroup[] All = [.. Enumerable.Range(1, 800).Select(i => One(new Pseudonym<Project>((UInt128)i * 0x9E3779B97F4A7C15)))];
    private static readonly PersonGroup X = All[234];

    /// <summary>A group of one person, computed here slowly.</summary>
    private static PersonGroup One(Pseudonym<Project> person)
    {
        var name = new byte[16];
        person.Write(name);
        var hash = HMACSHA256.HashData(Secret, name);
        return new(1, BinaryPrimitives.ReadUInt64BigEndian(hash), [.. Enumerable.Range(0, PersonGroup.Signs).Select(i => ((BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(8 + (4 * (i / 32)))) >> (i % 32)) & 1) == 1 ? 1 : -1)]);
    }

    private static PersonGroup Sum(IEnumerable<PersonGroup> persons)
    {
        var (count, key, sketch) = (0L, 0UL, new int[PersonGroup.Signs]);
        foreach (var p in persons)
        {
            count++;
            key = unchecked(key + p.CellKey);
            for (var i = 0; i < sketch.Length; i++)
            {
                sketch[i] += p.Sketch[i];
            }
        }

        return new(count, key, sketch);
    }

    [Fact]
    public void The_engine_and_the_slow_way_make_the_same_group()
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1 });
        Pseudonym<Project>[] people = [.. Enumerable.Range(1, 300).Select(i => new Pseudonym<Project>((UInt128)i << 90))];
        var keys = PersonGroup.Keys(session, "keys", Secret, people);
        var some = new Rows([("person", ColumnType.Uuid)], [.. people.Take(170).Concat(people.Take(20)).Select(p => new object?[] { p.ToGuid() })]);
        var (engine, slow) = (PersonGroup.Of(session, some, keys), Sum(people.Take(170).Select(One)));
        Assert.Equal((slow.Count, slow.CellKey), (engine.Count, engine.CellKey));
        Assert.Equal(slow.Sketch, engine.Sketch);
        var nobody = PersonGroup.Of(session, some.Where(false), keys);
        Assert.Equal((0L, 0UL), (nobody.Count, nobody.CellKey));
        Assert.Equal(1, PersonGroup.Difference(slow.Sketch, Sum(people.Skip(1).Take(169).Select(One)).Sketch));
    }

    /// <summary>The harbour as the attacker sees it: numbers, and how many new ones were given.</summary>
    private sealed class Harbour
    {
        private readonly ToldNumbers told = new(Rule);

        public int New { get; private set; }

        public long Ask(IEnumerable<PersonGroup> persons)
        {
            var group = Sum(persons);
            if (told.Find(group) is { } known)
            {
                return known.Number;
            }

            New++;
            var number = told.New(group);
            told.Remember(number);
            return number.Number;
        }
    }

    private static IEnumerable<PersonGroup> Some(Random random, double share) => All.Where(p => p != X && random.NextDouble() < share);

    [Fact]
    public void Averaging_the_same_group_gives_one_number()
    {
        var harbour = new Harbour();
        var random = new Random(1);
        Assert.Single(Enumerable.Range(0, 200).Select(_ => harbour.Ask(All.Take(300).OrderBy(_ => random.Next()))).Distinct());
        Assert.Equal(1, harbour.New);
    }

    [Fact]
    public void Differencing_tells_nothing_of_few_persons()
    {
        var harbour = new Harbour();
        var random = new Random(2);
        for (var i = 0; i < 40; i++)
        {
            // With x and without, in either order, with up to eight others left out besides.
            var group = Some(random, 0.3).ToArray();
            IEnumerable<PersonGroup>[] asked = [group.Append(X), group, group.Skip(1 + (i % 8)).Append(X)];
            Assert.Single((i % 2 == 0 ? asked : asked.Reverse()).Select(harbour.Ask).Distinct());
        }
    }

    [Fact]
    public void The_complement_and_the_tracker_tell_nothing_of_one_person()
    {
        foreach (var inside in new[] { true, false })
        {
            var harbour = new Harbour();
            var all = harbour.Ask(All);
            Assert.Equal(all, harbour.Ask(All.Where(p => p != X)));

            // Schlörer's tracker T: (C or T) + (C or not T) - all would be the size of C, here one person or nobody.
            var tracker = All.Take(400).ToArray();
            var rest = All.Skip(400).Where(p => p != X).ToArray();
            IEnumerable<PersonGroup> c = inside ? [X] : [];
            long[] told = [harbour.Ask(tracker.Union(c)), harbour.Ask(rest.Union(c)), harbour.Ask(c)];
            Assert.Equal([harbour.Ask(tracker), harbour.Ask(rest), harbour.Ask([])], told);
            Assert.Equal(ToldNumbers.Few, told[2]);
        }
    }

    [Fact]
    public void A_small_group_is_never_told_apart_from_nobody()
    {
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal(ToldNumbers.Few, new Harbour().Ask(All.Skip(37 * n).Take(n)));
        }

        // Nor after a somewhat larger group that was told a number.
        var harbour = new Harbour();
        harbour.Ask(All.Take(30));
        Assert.Equal(harbour.Ask([X]), harbour.Ask([]));
    }

    [Fact]
    public void Larger_differences_by_the_whole_budget_are_right_at_most_two_times_in_three()
    {
        // Pairs that differ by a known block of 40 and perhaps by x: each pair has fresh noise, and all of them are averaged.
        var right = 0;
        const int Trials = 60;
        for (var trial = 0; trial < Trials; trial++)
        {
            var random = new Random(trial);
            var inside = trial % 2 == 0;
            var harbour = new Harbour();
            var (sum, pairs) = (0.0, 0);
            while (harbour.New + 2 <= Rule.NumbersPerMonth)
            {
                var without = Some(random, 0.3).ToArray();
                var block = All.Except(without).Where(p => p != X).Take(40);
                sum += harbour.Ask(inside ? without.Concat(block).Append(X) : without.Concat(block)) - harbour.Ask(without) - 40.5;
                pairs++;
            }

            Assert.Equal(Rule.NumbersPerMonth / 2, pairs);
            right += sum > 0 == inside ? 1 : 0;
        }

        // Two noises of variance 50 and two roundings to 10, over 100 pairs: a deviation of 1.08 persons; half a person of it is right 68 times in 100.
        Assert.InRange((double)right / Trials, 0, 0.8);
        var deviation = Math.Sqrt(2 * (Rule.NoiseVariance + (Rule.RoundedTo * Rule.RoundedTo / 12.0)) / (Rule.NumbersPerMonth / 2));
        Assert.True(deviation > 1, $"{deviation}");
    }
}
