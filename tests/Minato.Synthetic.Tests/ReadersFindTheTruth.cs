using Minato.Formats;

namespace Minato.Synthetic.Tests;

/// <summary>Writers and readers were made apart; between them nothing is lost but what was damaged on purpose.</summary>
public class ReadersFindTheTruth(SmallNation nation)
{
    [Fact]
    public void Every_file_is_recognised_and_gives_the_keys_of_the_truth_and_nothing_else()
    {
        var found = new HashSet<(string, string)>();
        var bad = new Dictionary<string, int>();
        foreach (var (dataset, item) in Items())
        {
            switch (item)
            {
                case ReadItem.Good good:
                    found.Add((dataset, good.Record.Key));
                    break;
                case ReadItem.Bad:
                    bad[dataset] = bad.GetValueOrDefault(dataset) + 1;
                    break;
            }
        }

        var truth = nation.Csv("truth/records.csv").Select(r => (r[0], r[1])).ToArray();
        Assert.Equal(truth.Length, truth.Distinct().Count());
        Assert.Empty(truth.Except(found).Take(5));
        Assert.Empty(found.Except(truth).Take(5));
        var damaged = nation.Csv("truth/malformed.csv").GroupBy(r => r[0]).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(damaged.OrderBy(d => d.Key, StringComparer.Ordinal), bad.OrderBy(d => d.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_reader_says_of_the_person_is_among_the_persons_traces()
    {
        var people = nation.Csv("truth/persons.csv").ToDictionary(p => p[0]);
        var owner = nation.Csv("truth/records.csv").ToDictionary(r => (r[0], r[1]), r => r[2]);
        var checkedNames = 0;
        foreach (var (dataset, item) in Items())
        {
            if (item is not ReadItem.Good { Record: var record })
            {
                continue;
            }

            var person = people[owner[(dataset, record.Key)]];
            var who = record.Identity;
            if (who.NameKanji is { } name)
            {
                checkedNames++;
                Assert.True(person[4].Split('|').Concat(person[5].Split('|')).Contains(name), $"a name of {dataset} is not in the truth");
            }

            if (who.NameKana is { } kana)
            {
                Assert.True(person[5].Split('|').Contains(kana), $"a reading of {dataset} is not in the truth");
            }

            if (who.Address is { } address)
            {
                Assert.True(person[7].Split('|').Contains(address), $"an address of {dataset} is not in the truth");
            }

            if (who.InsuredNumber is { } number)
            {
                Assert.True(person[6].Split('|').Any(i => i.Split(':')[2] == number), $"a number of {dataset} is not in the truth");
            }
        }

        Assert.True(checkedNames > 1000);
    }

    [Fact]
    public void No_record_key_contains_anybodys_number()
    {
        var numbers = nation.Csv("truth/persons.csv").SelectMany(p => p[6].Split('|').Select(i => i.Split(':')).Where(i => i.Length > 2).Select(i => i[2]).Concat(p[8].Split('|').Select(l => l[(l.IndexOf(':') + 1)..])))
            .Where(n => n.Length >= 7).Distinct().ToArray();
        Assert.True(numbers.Length > 1000);
        var search = System.Buffers.SearchValues.Create(numbers, StringComparison.Ordinal);
        Assert.All(nation.Csv("truth/records.csv"), r => Assert.False(r[1].AsSpan().ContainsAny(search)));
    }

    [Fact]
    public void A_corrected_receipt_comes_later_under_its_old_key()
    {
        var deliveries = nation.Files().Where(f => f.Path.EndsWith(".UKE", StringComparison.Ordinal)).SelectMany(f => Read(f.Path).OfType<ReadItem.Good>().Select(g => (f.Dataset, g.Record.Key, Cost: g.Record.Facts.Where(x => x.Kind == FactKind.Cost).Sum(x => x.Value), f.Path)))
            .GroupBy(r => (r.Dataset, r.Key)).Where(g => g.Count() > 1).ToArray();
        Assert.NotEmpty(deliveries);
        Assert.All(deliveries, g => Assert.Equal(2, g.Count()));
        Assert.Contains(deliveries, g => g.First().Cost != g.Last().Cost);
        Assert.Contains(deliveries, g => g.First().Cost == g.Last().Cost);
    }

    private IEnumerable<(string Dataset, ReadItem Item)> Items() => nation.Files().SelectMany(f => Read(f.Path).Select(i => (f.Dataset, i)));

    private static IEnumerable<ReadItem> Read(string path)
    {
        foreach (var (name, bytes) in SmallNation.Unwrap(path))
        {
            var reader = SmallNation.ReaderOf(name, bytes);
            Assert.True(reader is not null, $"no reader knows {Path.GetExtension(path)}");
            foreach (var item in reader.Read(new MemoryStream(bytes), name))
            {
                yield return item;
            }
        }
    }
}
