using System.Globalization;
using Minato.Linkage;
using Minato.Linkage.Quality;
using Minato.Warehouse;
using Sylvan.Data.Csv;

namespace Minato.Demo;

/// <summary>How good the linkage is against the synthetic nation's truth: over all pairs of records, across all datasets.</summary>
/// <param name="Precision">Share of the pairs that were joined which belong together.</param>
/// <param name="Recall">Share of the pairs that belong together which were joined.</param>
/// <param name="Groups">The same by sex, year of birth and dataset.</param>
public sealed record LinkageAgainstTruth(long Records, long PersonsFound, long PersonsTrue, double Precision, double Recall, IReadOnlyList<GroupQuality> Groups);

internal static class LinkageTruth
{
    /// <summary>
    /// Compares by converting every dataset to one throw-away project, which leaves its trace on the ledger like any other
    /// and whose key is destroyed afterwards.
    /// </summary>
    public static async Task<Outcome<LinkageAgainstTruth>> MeasureAsync(Harbour h, string nation, Actor by, CancellationToken ct)
    {
        var truth = ReadTruth(Path.Combine(nation, "truth", "records.csv"));
        var permit = new PermitId("linkage-evaluation");
        var datasets = h.Warehouse.Datasets.Select(d => d.Id).ToList();
        var opened = await h.Linkage.OpenProjectAsync(permit, datasets, h.Clock.GetUtcNow().AddHours(1), by.Id, ct).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return Outcome<LinkageAgainstTruth>.Refused(opened.Findings);
        }

        var found = new Dictionary<Pseudonym<Project>, int>();
        var (clusters, persons, ofDataset) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var dataset in datasets)
        {
            if (h.Warehouse.Latest(dataset) is not { } snapshot)
            {
                continue;
            }

            using var session = h.Warehouse.OpenSession();
            h.Warehouse.Attach(session, snapshot);
            var tables = h.Warehouse.Shapes.Values.Where(s => s.Columns.Any(c => c.Name == "record_key") && s.Columns.Any(c => c.Name == "person_id")).Select(s => $"select record_key, person_id from {session.Dialect.Quote(s.Name)}");
            var rows = session.Query(string.Join(" union ", tables)).Select(r => (Key: (string)r[0]!, Person: Pseudonym<Dataset>.FromGuid((Guid)r[1]!))).ToList();
            var people = rows.Select(r => r.Person).Distinct().ToList();
            var converted = await h.Linkage.ConvertAsync(new ConversionRequest(permit, dataset, people, new RefusalSet("none:evaluation", h.Clock.GetUtcNow(), []), by.Id), ct).ConfigureAwait(false);
            if (!converted.Try(out var conversion))
            {
                return Outcome<LinkageAgainstTruth>.Refused(converted.Findings);
            }

            var of = people.Zip(conversion.People).ToDictionary(p => p.First, p => p.Second!.Value);
            foreach (var (key, person) in rows)
            {
                if (truth.TryGetValue((dataset.Value, key), out var real))
                {
                    if (!found.TryGetValue(of[person], out var number))
                    {
                        found[of[person]] = number = found.Count;
                    }

                    clusters.Add(number);
                    persons.Add(real);
                    ofDataset.Add(datasets.IndexOf(dataset));
                }
            }
        }

        await h.Linkage.CloseProjectAsync(permit, by.Id, ct).ConfigureAwait(false);
        var truly = TruthPerson.Read(nation).ToDictionary(p => int.Parse(p.Id, CultureInfo.InvariantCulture));
        var quality = TruthQuality.Of(
            clusters, persons,
            Grouping.OfPersons("sex", ["1", "2"], persons, p => (int)truly[p].Sex - 1),
            Grouping.OfPersons("born", ["before 1950", "1950–1984", "1985–2010", "2011 and later"], persons, p => truly[p].Birth.Year switch { < 1950 => 0, < 1985 => 1, < 2011 => 2, _ => 3 }),
            new Grouping("dataset", [.. datasets.Select(d => d.Value)], i => ofDataset[i]));
        return new LinkageAgainstTruth(quality.Records, quality.Clusters, quality.Persons, quality.All.Precision.Value, quality.All.Recall.Value, quality.Groups);
    }

    private static Dictionary<(string, string), int> ReadTruth(string path)
    {
        using var csv = CsvDataReader.Create(path);
        var (dataset, key, person) = (csv.GetOrdinal("dataset"), csv.GetOrdinal("record_key"), csv.GetOrdinal("person_id"));
        var truth = new Dictionary<(string, string), int>();
        while (csv.Read())
        {
            truth[(string.Intern(csv.GetString(dataset)), csv.GetString(key))] = csv.GetInt32(person);
        }

        return truth;
    }
}
