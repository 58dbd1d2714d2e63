using System.Diagnostics;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>
/// The two trust modes give different names and the same joins: on the synthetic nation, within each dataset, across datasets in two
/// projects, and with the same people left out. More people by <c>MINATO_SPLIT_PEOPLE</c>; a person has some forty records.
/// </summary>
public sealed class JoinsTests(ITestOutputHelper output)
{
    private static readonly int People = KilledRun.Setting("MINATO_SPLIT_PEOPLE", 40);
    private static readonly PermitId[] Permits = [SplitQuay.P1, SplitQuay.P2];

    [Fact]
    public async Task Both_trust_modes_lead_to_the_same_joins()
    {
        var nation = SyntheticNation.Make(People, seed: 34);
        using var authority = new Quay();
        using var split = new SplitQuay(enrolledADay: 10_000_000);
        var one = await JoinsAsync(authority.Room, nation, authority.Clock.Now);
        var clock = Stopwatch.StartNew();
        var other = await JoinsAsync(split.Linkage, nation, split.Clock.Now);
        var names = other.Domains.Sum(d => d.Value.Count);
        output.WriteLine(
            $"{nation.Records.Count} identities of {People} people in {other.Datasets.Count} datasets: {names} names in {other.Domains.Count} domains, {other.Withheld} withheld; " +
            $"the same joins in both modes; {clock.Elapsed.TotalSeconds:0} s in split trust");
        Assert.True(names > 4 * People, $"only {names} names");
        Assert.True(other.Withheld > 0, "nobody was withheld");
        Assert.Equal(one.Datasets, other.Datasets);
        Assert.Equal(one.Projects, other.Projects);
        Assert.Equal(one.Withheld, other.Withheld);

        // No name means anything in another domain, nor in the other mode.
        var all = one.Domains.Values.Concat(other.Domains.Values).SelectMany(d => d).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    private sealed record Joins(IReadOnlyDictionary<string, string> Datasets, int[] Projects, int Withheld, IReadOnlyDictionary<string, HashSet<UInt128>> Domains);

    private static async Task<Joins> JoinsAsync(ILinkage linkage, SyntheticNation nation, DateTimeOffset now)
    {
        var domains = new Dictionary<string, HashSet<UInt128>>();
        HashSet<UInt128> Domain(string name) => domains.TryGetValue(name, out var known) ? known : domains[name] = [];

        _ = (await linkage.ImportHistoryAsync(nation.History, SplitQuay.Desk)).Value;
        var linked = new List<(DatasetId Dataset, Pseudonym<Dataset> Person)>();
        foreach (var delivery in nation.Records.GroupBy(r => (r.Holder, r.Dataset, r.Delivery)))
        {
            var tickets = delivery.Select((r, i) => new IdentityTicket(i, r.Identity)).ToArray();
            var answers = (await linkage.LinkAsync(delivery.Key.Holder, delivery.Key.Dataset, new DeliveryId(delivery.Key.Delivery), tickets)).Value;
            linked.AddRange(answers.Select(a => (delivery.Key.Dataset, a.Person)));
        }

        foreach (var (dataset, person) in linked)
        {
            Domain(dataset.Value).Add(person.Value);
        }

        // Every seventh person signs in, as one of their records writes them, and refuses.
        var refused = new List<Pseudonym<Citizen>>();
        foreach (var record in nation.Records.Where(r => r.Truth % 7 == 0).DistinctBy(r => r.Truth))
        {
            var citizen = await linkage.IdentifyAsync(record.Identity);
            if (citizen.IsOk && Domain("citizen").Add(citizen.Value.Value))
            {
                refused.Add(citizen.Value);
            }
        }

        var (projects, withheld) = (new List<UInt128?>(), 0);
        var datasets = linked.Select(l => l.Dataset).Distinct().ToArray();
        foreach (var permit in Permits)
        {
            _ = (await linkage.OpenProjectAsync(permit, datasets, now.AddYears(1), SplitQuay.Desk)).Value;
            foreach (var dataset in datasets)
            {
                var people = linked.Where(l => l.Dataset == dataset).Select(l => l.Person).Distinct().ToArray();
                var set = new RefusalSet($"opt-out-v1@1/0/{permit}", now, permit == SplitQuay.P1 ? refused : []);
                var conversion = (await linkage.ConvertAsync(new ConversionRequest(permit, dataset, people, set, SplitQuay.Desk))).Value;
                projects.AddRange(conversion.People.Select(p => p?.Value));
                Domain(permit.Value).UnionWith(conversion.People.Where(p => p is not null).Select(p => p!.Value.Value));
                withheld += conversion.Withheld;
            }

        }

        var patterns = linked.GroupBy(l => l.Dataset.Value).ToDictionary(g => g.Key, g => string.Join(' ', Pattern([.. g.Select(l => (UInt128?)l.Person.Value)])));
        return new(patterns, Pattern(projects), withheld, domains);
    }

    /// <summary>For each place the first place with the same name; -1 where nobody is.</summary>
    private static int[] Pattern(IReadOnlyList<UInt128?> names)
    {
        var first = new Dictionary<UInt128, int>();
        return [.. names.Select((n, i) => n is not { } name ? -1 : first.TryAdd(name, i) ? i : first[name])];
    }
}
