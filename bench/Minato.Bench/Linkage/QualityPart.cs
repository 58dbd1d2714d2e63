using Minato.Kernel;
using Minato.Linkage;
using Minato.Linkage.Quality;
using Minato.Synthetic;

namespace Minato.Bench.Linkage;

/// <summary>The room on the whole nation against the truth, by subgroup, and what each kind of knowledge is worth.</summary>
internal sealed class QualityPart : Part
{
    private const int Batch = 200_000;
    private const int AblationPeople = 50_000;

    public override string Name => "quality";

    public override string About => "the room on ten years of the nation, against the truth";

    public override IEnumerable<Figure> Measure(World world)
    {
        var whole = Run(world, world.Nation, i => i, history: true);
        foreach (var figure in Table(whole, "numbers and history"))
        {
            yield return figure;
        }

        var names = Run(world, world.Nation, Engines.NameBirthSex, history: false);
        yield return Of("name, birth and sex alone", "precision", names.All.Precision).AtLeast(0.999);
        yield return Of("name, birth and sex alone", "recall", names.All.Recall).AtLeast(0.97);

        var small = world.People <= AblationPeople ? world.Nation : SyntheticRoom.Identities(new NationOptions(AblationPeople, world.Settings.Seed));
        foreach (var (what, only, history) in new (string, Func<PersonIdentity, PersonIdentity>, bool)[]
        {
            ("everything", i => i, true),
            ("without the number history", i => i, false),
            ("without numbers", i => i with { InsurerNumber = null, InsuredSymbol = null, InsuredNumber = null, InsuredBranch = null }, false),
            ("without local patient numbers", i => i with { LocalPatientId = null }, true),
            ("without addresses", i => i with { Address = null, PostalCode = null }, true),
            ("without kana", i => i with { NameKana = null }, true),
            ("without kanji", i => i with { NameKanji = null }, true),
            ("numbers alone", i => new PersonIdentity { InsurerNumber = i.InsurerNumber, InsuredSymbol = i.InsuredSymbol, InsuredNumber = i.InsuredNumber, InsuredBranch = i.InsuredBranch, AsOf = i.AsOf }, true),
        })
        {
            if (world.Settings.Quick && what is not ("everything" or "without the number history"))
            {
                continue;
            }

            yield return Ablation(what, Run(world, small, only, history), small);
        }

        yield return Ablation("by rules alone", Run(world, small, i => i, history: true, weights: false), small);
        yield return Ablation("name, birth and sex by rules alone", Run(world, small, Engines.NameBirthSex, history: false, weights: false), small);
    }

    private static Figure Ablation(string what, TruthQuality q, SyntheticIdentities nation) =>
        new($"ablation, {what}: F1", q.All.F1, "share", FormattableString.Invariant($"P {q.All.Precision.Value:0.000000} R {q.All.Recall.Value:0.000000}; {nation.People.Count():N0} people"));

    private static IEnumerable<Figure> Table(TruthQuality q, string what)
    {
        yield return Of(what, "precision", q.All.Precision).AtLeast(0.9995);
        yield return Of(what, "recall", q.All.Recall).AtLeast(0.999);
        yield return new Figure($"{what}: persons who are one cluster exactly", q.ClusterRecall, "share", $"{q.Records:N0} records, {q.Persons:N0} persons, {q.Clusters:N0} clusters, {q.PersonsSplit:N0} split, {q.ClustersMixed:N0} mixed");
        foreach (var g in q.Groups)
        {
            var figure = Of($"  {g.Group} {g.Value}", "recall", g.Recall) with { Note = FormattableString.Invariant($"95 % {g.Recall.Low:0.0000}–{g.Recall.High:0.0000}; P {g.Precision.Value:0.000000}; {g.Persons:N0} persons, {g.Records:N0} records") };
            yield return g.Persons >= 100 ? figure.AtLeast(0.995) : figure;
        }
    }

    private static Figure Of(string what, string measure, Ratio ratio) =>
        new($"{what}: {measure}", ratio.Value, "share", FormattableString.Invariant($"95 % {ratio.Low:0.000000}–{ratio.High:0.000000}"));

    /// <summary>All deliveries through the room; then everybody as one project sees them, which is the only way in which anybody ever does.</summary>
    private static TruthQuality Run(World world, SyntheticIdentities nation, Func<PersonIdentity, PersonIdentity> only, bool history, bool weights = true)
    {
        using var room = Engines.Room(world, weights);
        var by = Actor.Harbour.Id;
        if (history)
        {
            _ = room.Linkage.ImportHistoryAsync([.. nation.History().Select(c => new NumberHistory(only(c.Before), only(c.After), c.On))], by).GetAwaiter().GetResult().Value;
        }

        var datasets = new List<string>();
        var (truth, dataset, local) = (new List<int>(), new List<byte>(), new List<int>());
        var pseudonyms = new List<List<Pseudonym<Dataset>>>();
        var numbers = new List<Dictionary<Pseudonym<Dataset>, int>>();
        var batch = 0;
        foreach (var block in nation.Records().Chunk(Batch))
        {
            foreach (var delivery in block.GroupBy(r => (r.Holder, r.Dataset)))
            {
                var at = datasets.IndexOf(delivery.Key.Dataset);
                if (at < 0)
                {
                    at = datasets.Count;
                    datasets.Add(delivery.Key.Dataset);
                    pseudonyms.Add([]);
                    numbers.Add([]);
                }

                var records = delivery.ToList();
                var answers = room.Linkage.LinkAsync(
                    new HolderId(delivery.Key.Holder), new DatasetId(delivery.Key.Dataset), new DeliveryId($"{delivery.Key.Dataset}-{batch}"), [.. records.Select((r, i) => new IdentityTicket(i, only(r.Identity)))]).GetAwaiter().GetResult().Value;
                for (var i = 0; i < records.Count; i++)
                {
                    truth.Add(records[i].Person);
                    dataset.Add((byte)at);
                    if (!numbers[at].TryGetValue(answers[i].Person, out var number))
                    {
                        numbers[at].Add(answers[i].Person, number = pseudonyms[at].Count);
                        pseudonyms[at].Add(answers[i].Person);
                    }

                    local.Add(number);
                }
            }

            batch++;
        }

        var clusters = Clusters(room, datasets, pseudonyms);
        var cluster = new int[truth.Count];
        for (var i = 0; i < cluster.Length; i++)
        {
            cluster[i] = clusters[dataset[i]][local[i]];
        }

        return TruthQuality.Of(cluster, truth, [.. Groupings(nation, truth), new Grouping("dataset", datasets, i => dataset[i])]);
    }

    private static int[][] Clusters(Engines.OpenRoom room, List<string> datasets, List<List<Pseudonym<Dataset>>> pseudonyms)
    {
        var (permit, by, now) = (new PermitId("quality"), Actor.Harbour.Id, TimeProvider.System);
        _ = room.Linkage.OpenProjectAsync(permit, [.. datasets.Select(d => new DatasetId(d))], now.GetUtcNow().AddDays(1), by).GetAwaiter().GetResult().Value;
        var persons = new Dictionary<Pseudonym<Project>, int>();
        return [.. datasets.Select((d, at) =>
        {
            var converted = room.Linkage.ConvertAsync(new ConversionRequest(permit, new DatasetId(d), pseudonyms[at], new RefusalSet("none", now.GetUtcNow(), []), by)).GetAwaiter().GetResult().Value;
            return converted.People.Select(p =>
            {
                if (!persons.TryGetValue(p!.Value, out var person))
                {
                    persons.Add(p.Value, person = persons.Count);
                }

                return person;
            }).ToArray();
        })];
    }

    private static IEnumerable<Grouping> Groupings(SyntheticIdentities nation, List<int> truth)
    {
        var people = nation.People.ToDictionary(p => p.Id);
        string[] prefectures = [.. people.Values.Select(p => p.Prefecture).Distinct().Order(StringComparer.Ordinal)];
        Grouping By(string name, IReadOnlyList<string> values, Func<SyntheticPerson, int> of) => Grouping.OfPersons(name, values, truth, id => of(people[id]));
        yield return By("sex", ["1", "2"], p => (int)p.Sex - 1);
        yield return By("age at the end", ["0–14", "15–39", "40–64", "65–74", "75+"], p => (2025 - p.Birth.Year) switch { < 15 => 0, < 40 => 1, < 65 => 2, < 75 => 3, _ => 4 });
        yield return By("prefecture", prefectures, p => Array.IndexOf(prefectures, p.Prefecture));
        yield return By("family name changed", ["yes"], p => p.NameChanged ? 0 : -1);
        yield return By("moved to another town", ["yes"], p => p.Moved ? 0 : -1);
        yield return By("from abroad", ["yes"], p => p.Foreigner ? 0 : -1);
        yield return By("twin", ["yes"], p => p.Twin ? 0 : -1);
        yield return By("born in these years", ["yes"], p => p.Newborn ? 0 : -1);
    }
}
