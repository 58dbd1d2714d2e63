using CsCheck;
using Minato.Tables;

namespace Minato.Warehouse.Tests;

/// <summary>The rule of corrections against a dictionary: of each record key the last word counts, whatever was delivered, merged and compacted before.</summary>
public sealed class LastWordTests
{
    private static readonly string[] Diseases = ["2500015", "8833421", "4939008", "9999999"];

    [Fact]
    public void Of_each_record_the_last_word_counts_and_every_snapshot_keeps_its_own_state()
    {
        Gen.Int[0, int.MaxValue - 1].Sample(
            seed =>
            {
                var random = new Random(seed);
                using var quay = new Quay(with: o => o with { MostFilesPerTable = 2 });
                var words = new Dictionary<string, (int Person, HealthFact[] Facts)>();
                var states = new List<(Snapshot Snapshot, string[] Conditions, string[] Persons)>();
                for (var delivery = 0; delivery < 5; delivery++)
                {
                    var records = Enumerable.Range(0, random.Next(6)).Select(_ => (Person: random.Next(4), Key: $"k{random.Next(10)}", Facts: Enumerable.Range(0, random.Next(4)).Select(i =>
                        Facts.Condition($"2024-0{1 + random.Next(9)}-10", Diseases[random.Next(4)], random.Next(3) == 0)).ToArray())).ToArray();
                    foreach (var (person, key, facts) in records)
                    {
                        words[key] = (person, facts);
                    }

                    var result = quay.Deliver($"d{delivery}", records);
                    states.Add((
                        result.Snapshot,
                        [.. words.SelectMany(w => w.Value.Facts.Select(f => $"p{w.Value.Person}|{w.Key}|{f.Code}|{f.Start:yyyy-MM-dd}|{(f.Suspected ? 32899 : 32893)}")).Order(StringComparer.Ordinal)],
                        [.. words.Values.Select(w => $"p{w.Person}").Distinct().Order(StringComparer.Ordinal)]));
                }

                foreach (var (snapshot, conditions, persons) in states)
                {
                    Assert.Equal(conditions, quay.Read("select person_id, record_key, condition_source_value, condition_start_date, condition_status_concept_id from condition_occurrence", snapshot: snapshot).Order(StringComparer.Ordinal));
                    Assert.Equal(persons, quay.Read("select person_id from person", snapshot: snapshot).Order(StringComparer.Ordinal));
                    Assert.Equal(["true"], quay.Read("select count(*) = count(distinct condition_occurrence_id) from condition_occurrence", snapshot: snapshot).Select(b => b.ToLowerInvariant()));
                }
            },
            iter: 8,
            threads: 1,
            seed: "0000KlFJh2Q3");
    }
}
