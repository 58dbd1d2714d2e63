using CsCheck;

namespace Minato.Linkage.Tests;

/// <summary>
/// Persons are a function of the set of what is known: in whatever order and however divided it comes, before or after the
/// history, once or again, they are those that all of it at once would make.
/// </summary>
public sealed class OrderTests(ITestOutputHelper output)
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("MINATO_LINKAGE_ROUNDS"), out var n) ? n : 12;

    private static readonly HolderId[] Holders = [Quay.Hospital, Quay.Review];

    /// <summary>A village so small that numbers, names, dates and homes collide all the time; some names are rare enough for weights.</summary>
    private static readonly Gen<NationRecord> Record =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 7], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 4]), (number, branch, family, given, birth, asOf, rest) =>
        {
            var (sex, home, more) = rest;
            var holder = Holders[home % 2];
            return new NationRecord(holder, holder == Quay.Review ? Quay.Claims : Quay.Records, $"d-{asOf % 3}", "", new PersonIdentity
            {
                InsurerNumber = number < 8 ? "01130012" : null,
                InsuredSymbol = number < 8 ? "1" : null,
                InsuredNumber = number < 8 ? $"{100 + (number % 4)}" : null,
                InsuredBranch = number < 8 && branch < 3 ? $"0{branch}" : null,
                NameKana = family == 3 ? null : $"{new[] { "ヤマダ", "サトウ", "ヌクミズ" }[family]} {new[] { "ハナコ", "ハル", "ナツ", "ケンイチ", "ハナコ", "マユカ" }[given]}",
                NameKanji = (given + more) % 3 == 0 ? null : $"{new[] { "山田", "佐藤", "温水", "温水" }[family]}　{new[] { "花子", "春", "夏", "健一", "華子", "真結花" }[given]}",
                BirthDate = birth == 3 ? null : birth == 2 ? new DateOnly(1986, 3, 8) : new DateOnly(1985, 1, 1).AddDays(birth * 66),
                Sex = (Sex)Math.Min(2, sex % 4),
                Address = home == 3 ? null : $"東京都新宿区西新宿2-8-{home}",
                LocalPatientId = more == 4 ? $"{given + 1}" : null,
                AsOf = new DateOnly(2018, 1, 15).AddMonths(asOf * 5),
            }, 0);
        });

    private static readonly Gen<NumberHistory> Change = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 7], (from, to, birth, given, on) =>
    {
        PersonIdentity Side(int number) => new()
        {
            InsurerNumber = "01130012",
            InsuredSymbol = "1",
            InsuredNumber = $"{100 + number}",
            InsuredBranch = "00",
            NameKana = $"ヤマダ {new[] { "ハナコ", "ハル", "ナツ", "ケンイチ", "ハナコ", "ハル" }[given]}",
            BirthDate = new DateOnly(1985, 1, 1).AddDays(birth * 66),
        };
        return new NumberHistory(Side(from), Side(to), new DateOnly(2018, 1, 1).AddMonths(on * 5));
    });

    [Fact]
    public void Any_order_and_any_division_of_colliding_identities_gives_the_same_persons() =>
        Gen.Select(Record.Array[2, 40], Change.Array[0, 4], Gen.Int).Sample(
            (records, history, seed) =>
            {
                var atOnce = Persons(records, history, seed: null).GetAwaiter().GetResult();
                Assert.Equal(atOnce, Persons(records, history, seed).GetAwaiter().GetResult());
            },
            iter: Rounds,
            threads: 1);

    [Fact]
    public async Task Any_order_and_any_division_of_a_nation_gives_the_same_persons()
    {
        var nation = SyntheticNation.Make(int.TryParse(Environment.GetEnvironmentVariable("MINATO_LINKAGE_ORDER_PEOPLE"), out var n) ? n : 150, seed: 7);
        var atOnce = await Persons(nation.Records, nation.History, seed: null);
        var shuffled = await Persons(nation.Records, nation.History, seed: 11);
        var differing = atOnce.Zip(shuffled).Count(p => p.First != p.Second);
        output.WriteLine($"{nation.Records.Count} records, {atOnce.Distinct().Count()} persons, {differing} records elsewhere");
        Assert.Equal(0, differing);
    }

    /// <summary>
    /// For each record the first record of its person, after everything has been linked: in one call for each delivery with the
    /// history before it, or (with a seed) in small calls of any order, some of them twice, the history strewn between and
    /// the room opened anew now and then.
    /// </summary>
    private static async Task<int[]> Persons(IReadOnlyList<NationRecord> records, IReadOnlyList<NumberHistory> history, int? seed)
    {
        using var quay = new Quay();
        var random = new Random(seed ?? 0);
        var order = Enumerable.Range(0, records.Count).ToArray();
        var changes = history.ToArray();
        if (seed is not null)
        {
            random.Shuffle(order);
            random.Shuffle(changes);
        }

        var calls = order.GroupBy(i => (records[i].Holder, records[i].Dataset, records[i].Delivery, Part: seed is null ? 0 : random.Next(6))).Select(g => g.ToArray()).ToArray();
        if (seed is null)
        {
            _ = (await quay.Room.ImportHistoryAsync(changes, Quay.Desk)).Value;
        }
        else
        {
            random.Shuffle(calls);
        }

        var told = 0;
        foreach (var call in calls)
        {
            if (seed is not null)
            {
                var more = random.Next(0, (changes.Length / 4) + 2);
                _ = (await quay.Room.ImportHistoryAsync([.. changes.Skip(told).Take(more)], Quay.Desk)).Value;
                told += more;
                if (random.Next(6) == 0)
                {
                    quay.Reopen();
                }

                if (random.Next(4) == 0)
                {
                    await Link(quay, records, [.. call.Take(call.Length / 2)]);
                }
            }

            await Link(quay, records, call);
        }

        _ = (await quay.Room.ImportHistoryAsync([.. changes.Skip(told)], Quay.Desk)).Value;
        return await PersonsAsTold(quay, records, calls);
    }

    private static async Task<int[]> PersonsAsTold(Quay quay, IReadOnlyList<NationRecord> records, int[][] calls)
    {
        var datasets = records.Select(r => r.Dataset).Distinct().ToList();
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, datasets, quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        var person = new Pseudonym<Project>[records.Count];
        foreach (var call in calls)
        {
            var linked = await Link(quay, records, call);
            var converted = (await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, records[call[0]].Dataset, [.. linked.Select(l => l.Person)], quay.Nobody, Quay.Desk))).Value;
            for (var i = 0; i < call.Length; i++)
            {
                person[call[i]] = converted.People[i]!.Value;
            }
        }

        var first = new Dictionary<Pseudonym<Project>, int>();
        return [.. person.Select((p, i) => first.TryAdd(p, i) ? i : first[p])];
    }

    private static async Task<IReadOnlyList<LinkedTicket>> Link(Quay quay, IReadOnlyList<NationRecord> records, int[] call) =>
        call.Length == 0 ? [] : (await quay.Room.LinkAsync(
            records[call[0]].Holder, records[call[0]].Dataset, new DeliveryId(records[call[0]].Delivery), [.. call.Select(i => new IdentityTicket(i, records[i].Identity))])).Value;
}
