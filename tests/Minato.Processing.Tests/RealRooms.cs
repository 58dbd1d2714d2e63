using System.Diagnostics;
using System.Text;
using Minato.Access;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Warehouse;

namespace Minato.Processing.Tests;

/// <summary>The real rooms around Processing: linkage by insured number, choices on the ledger, OMOP snapshots.</summary>
public class RealRooms
{
    private static readonly DatasetInfo[] Datasets =
    [
        new(new("claims"), new("review-body"), DataCategory.Claims, new("レセプト", "Claims")),
        new(new("hospital"), new("hospital-a"), DataCategory.MedicalRecord, new("病院", "Hospital")),
    ];

    private static readonly string Cohort = File.ReadAllText(Path.Join(Village.Standards, "cohorts", "t2d-new-users-sglt2-dpp4.json"));

    private static DatasetGrant Everything(DatasetInfo d, IWarehouse warehouse) => new(d.Id, [.. new[] { "person", "condition_occurrence", "drug_exposure", "measurement", "visit_occurrence", "observation_period", "death" }
        .Select(t => new TableGrant(t, [.. warehouse.Shapes[t].Columns.Select(c => c.Name)]))]);

    [Fact]
    public async Task Refused_persons_are_out_projects_do_not_meet_and_bytes_come_again()
    {
        using var harbour = new SmallHarbour();
        await harbour.DeliverAsync(200, events: 6);
        var one = (await harbour.Processing.ExtractAsync(harbour.Grant("p-1", Cohort, Everything), Village.Operator)).Value;
        Assert.Equal(one.Flow.Select(f => f.Name), ["linked", "entry", "type 2 diabetes, on the day or before", "adults", "no type 1 diabetes before", "no end-stage renal disease before", "cohort"]);

        // Every second person has diabetes in the hospital and, a year into observation, the drug in the claims.
        Assert.Equal((200L, 200L, 100L), (one.Flow[0].Persons, one.Flow[1].Persons, one.Persons));
        var people = harbour.PeopleOf(one);
        Assert.Equal(100, people.Count);

        var citizen = (await harbour.Linkage.IdentifyAsync(SmallHarbour.Identity(2))).Value;
        harbour.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.True((await harbour.OptOut.ChooseAsync(citizen, ChoiceScope.Everything, refuse: true, null, new Actor(new("citizen-2"), Role.Citizen, "2"))).IsOk);
        harbour.Clock.Pass(TimeSpan.FromMinutes(1));
        var two = (await harbour.Processing.ExtractAsync(new("p-1"), Village.Operator)).Value;
        Assert.Equal(99, two.Persons);
        Assert.All(two.Refusals, r => Assert.Equal((200L, 1L), (r.PersonsBefore, r.Withheld)));
        var gone = Assert.Single(people.Except(harbour.PeopleOf(two)));
        Assert.DoesNotContain(gone, harbour.Everything(two));

        var again = (await harbour.Processing.ExtractAsync(new("p-1"), Village.Operator)).Value;
        Assert.Equal(two.Files, again.Files);
        Assert.Equal(two.Id, again.Id);
        var repeated = await harbour.Processing.ExtractAsync(new("p-1"), Village.Operator, one);
        Assert.Equal(one.Files, repeated.Value.Files);

        var other = (await harbour.Processing.ExtractAsync(harbour.Grant("p-2", Cohort, Everything), Village.Operator)).Value;
        Assert.Empty(harbour.PeopleOf(other).Intersect(people));
        Assert.Equal(["p-1", "p-2"], (await harbour.Linkage.UsesOfAsync((await harbour.Linkage.IdentifyAsync(SmallHarbour.Identity(4))).Value)).Select(u => u.Permit.Value).Distinct().Order());
        Assert.Empty(harbour.Ledger.Verify());
    }

    [Fact]
    public async Task An_extraction_repeated_after_deliveries_a_compaction_and_a_restart_is_the_same_to_the_byte()
    {
        using var harbour = new SmallHarbour();
        await harbour.DeliverAsync(40, events: 4);
        var permit = harbour.Grant("p-1", Cohort, Everything);
        harbour.Clock.Pass(TimeSpan.FromMinutes(1));
        var citizen = (await harbour.Linkage.IdentifyAsync(SmallHarbour.Identity(2))).Value;
        Assert.True((await harbour.OptOut.ChooseAsync(citizen, ChoiceScope.Everything, refuse: true, null, new Actor(new("citizen-2"), Role.Citizen, "2"))).IsOk);
        harbour.Clock.Pass(TimeSpan.FromMinutes(1));
        var one = (await harbour.Processing.ExtractAsync(permit, Village.Operator)).Value;
        var proved = harbour.Processing.ProveRefusals(permit, one.Id, new Actor(new("abe"), Role.Auditor, "Abe"));
        Assert.True(proved.IsOk, string.Join("; ", proved.Findings));
        Assert.All(proved.Value, r => Assert.Equal((40L, 1L, 39L), (r.PersonsBefore, r.Withheld, r.PersonsAfter)));

        // More deliveries than a table keeps files for: the oldest files are compacted into one.
        var before = harbour.Warehouse.Latest(Datasets[1].Id)!.Files.Count(f => f.Table == "measurement");
        for (var i = 2; i < 6; i++)
        {
            await harbour.DeliverAsync(40 + i, events: 2, delivery: $"d-{i}");
        }

        Assert.InRange(harbour.Warehouse.Latest(Datasets[1].Id)!.Files.Count(f => f.Table == "measurement"), before, 3);
        Assert.DoesNotContain(harbour.Warehouse.Latest(Datasets[1].Id)!.Files, f => harbour.Warehouse.Find(Datasets[1].Id, one.Snapshots["hospital"])!.Files.Any(o => o.Path == f.Path && o.Table == "measurement"));
        harbour.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.NotEqual(one.Id, (await harbour.Processing.ExtractAsync(permit, Village.Operator)).Value.Id);
        harbour.Restart();
        Directory.Delete(harbour.Processing.FolderOf(permit, one.Id), recursive: true);
        var again = await harbour.Processing.ExtractAsync(permit, Village.Operator, harbour.Processing.Extractions(permit)[0]);
        Assert.DoesNotContain(again.Findings, f => f.Code == "processing.repeat-differs");
        Assert.Equal(one.Files, again.Value.Files);
        Assert.All(one.Files, f => Assert.Equal(f.Sha256, Minato.Processing.Extracting.Durable.Seal(Path.Join(harbour.Processing.FolderOf(permit, one.Id), f.Path)).Sha256));
        Assert.True(harbour.Processing.ProveRefusals(permit, one.Id, Village.Operator).IsOk);
    }

    [Fact]
    public async Task Provisions_of_a_separated_permit_do_not_join_and_each_comes_again()
    {
        using var harbour = new SmallHarbour();
        await harbour.DeliverAsync(60, events: 6);
        var permit = harbour.Grant("p-1", Cohort, Everything);
        _ = (await harbour.Linkage.OpenProjectAsync(permit, [.. Datasets.Select(d => d.Id)], harbour.Clock.GetUtcNow().AddYears(1), Village.Operator.Id)).Value;
        _ = (await ((ILinkageKeys)harbour.Linkage).SeparateProvisionsAsync(permit, Village.Operator.Id)).Value;
        var one = (await harbour.Processing.ExtractAsync(permit, Village.Operator)).Value;
        var two = (await harbour.Processing.ExtractAsync(permit, Village.Operator)).Value;
        Assert.Equal((30L, 30L), (one.Persons, two.Persons));
        Assert.Empty(harbour.PeopleOf(one).Intersect(harbour.PeopleOf(two)));
        Assert.NotEqual(one.KeyEpoch, two.KeyEpoch);
        Assert.Equal(one.Files, (await harbour.Processing.ExtractAsync(permit, Village.Operator, one)).Value.Files);
        Assert.Equal(two.Files, (await harbour.Processing.ExtractAsync(permit, Village.Operator, two)).Value.Files);
    }

    /// <summary>The figure in the room's README; run by name.</summary>
    [Fact(Explicit = true)]
    public async Task Ten_thousand_people_in_seconds()
    {
        using var harbour = new SmallHarbour();
        await harbour.DeliverAsync(10_000, events: 180);
        var permit = harbour.Grant("p-1", Cohort, Everything);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var m = (await harbour.Processing.ExtractAsync(permit, Village.Operator)).Value;
        var rows = m.Files.Where(f => f.Path.EndsWith(".csv", StringComparison.Ordinal)).Sum(f => f.Rows);
        TestContext.Current.SendDiagnosticMessage($"{m.Persons} persons, {rows:n0} rows, {m.Files.Sum(f => f.Bytes) / 1e6:n0} MB in {clock.Elapsed.TotalSeconds:n1} s, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:n1} s of processor");
        Assert.True(Environment.CpuUsage.TotalTime - cpu < TimeSpan.FromSeconds(30), $"{rows} rows took too much of the processor");
    }

    private sealed class SmallHarbour : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("minato-real-").FullName;
        private readonly KeyRing keys = new();
        private readonly VillageAccess access = new();
        private LedgerRoom ledger = null!;
        private LinkageRoom linkage = null!;

        public SmallHarbour() => Open();

        /// <summary>Everything anew from what is on disk.</summary>
        public void Restart()
        {
            Close();
            Open();
        }

        private void Open()
        {
            ledger = LedgerRoom.Open(new LedgerOptions(Path.Join(folder, "ledger"), "test.example/ledger"), keys, Clock);
            linkage = LinkageRoom.Open(new LinkageOptions(Path.Join(folder, "linkage"), Village.Standards), ledger, keys, Clock);
            Warehouse = WarehouseRoom.Open(new WarehouseOptions(Path.Join(folder, "warehouse")) { MostFilesPerTable = 2 }, ledger, Clock);
            OptOut = OptOutRoom.Open(new OptOutOptions(Village.Standards, "opt-out-v1"), ledger, keys, Clock);
            Processing = ProcessingRoom.Open(new ProcessingOptions(Path.Join(folder, "projects"), Village.Standards, "test", keys), ledger, access, OptOut, linkage, Warehouse, Clock);
        }

        public Hands Clock { get; } = new();

        public ILedger Ledger => ledger;

        public ILinkage Linkage => linkage;

        public IWarehouse Warehouse { get; private set; } = null!;

        public IOptOut OptOut { get; private set; } = null!;

        public IProcessing Processing { get; private set; } = null!;

        public static PersonIdentity Identity(int person) => new()
        {
            InsurerNumber = "06139999",
            InsuredSymbol = "12",
            InsuredNumber = $"{100_000 + person}",
            InsuredBranch = "01",
            NameKanji = $"港　{(char)(0x4E00 + (person % 2000))}{(char)(0x5E00 + (person % 1777))}",
            NameKana = $"ミナト　{(char)(0x30A2 + (2 * (person % 5)))}{(char)(0x30AB + (2 * (person / 5 % 12)))}",
            BirthDate = new DateOnly(1940, 1, 1).AddDays(person * 3 % 15_000),
            Sex = person % 3 == 0 ? Sex.Male : Sex.Female,
            AsOf = new DateOnly(2016, 4, 1),
        };

        public PermitId Grant(string id, string cohort, Func<DatasetInfo, IWarehouse, DatasetGrant> grant)
        {
            var use = new RequestedUse(new("題", "Title"), new("概要", "Summary"), "research", [.. Datasets.Select(d => grant(d, Warehouse))], cohort, new(2015, 1, 1), new(2024, 12, 31), "pseudonymised-v1", [], 12) { Forms = [ExtractionForm.Csv] };
            access.Permits[new(id)] = new Permit(new(id), new(id), use, [], Clock.GetUtcNow(), Clock.GetUtcNow().AddYears(1), "criteria", new("tariff", [], 0));
            return new(id);
        }

        public async Task DeliverAsync(int people, int events, string delivery = "d-1")
        {
            foreach (var dataset in Datasets)
            {
                if (Warehouse.Datasets.All(d => d.Id != dataset.Id))
                {
                    Assert.True(Warehouse.Register(dataset).IsOk);
                }

                var tickets = Enumerable.Range(1, people).Select(i => new IdentityTicket(i, Identity(i))).ToArray();
                var linked = (await linkage.LinkAsync(dataset.Holder, dataset.Id, new(delivery), tickets)).Value;
                using var batch = Warehouse.Begin(dataset.Id, new(delivery));
                foreach (var t in linked)
                {
                    batch.Add(t.Ticket, t.Person, (int)t.Class, $"{delivery}-record-{t.Ticket}", new Demographics(Identity(t.Ticket).BirthDate!.Value.Year, 4, Identity(t.Ticket).Sex, "13"), [.. Facts(dataset.Id.Value == "claims", t.Ticket, events)]);
                }

                Assert.True((await batch.CommitAsync()).IsOk);
            }
        }

        private static IEnumerable<HealthFact> Facts(bool claims, int person, int events)
        {
            var start = new DateOnly(2016, 4, 1);
            if (claims)
            {
                yield return new HealthFact { Kind = FactKind.Coverage, Start = start, End = new(2024, 3, 31) };
                yield return new HealthFact { Kind = FactKind.Drug, Start = start.AddDays(500), System = CodeSystem.Drug, Code = person % 4 < 2 ? "622401201" : "621951001", Days = 28 };
            }
            else if (person % 2 == 0)
            {
                yield return new HealthFact { Kind = FactKind.Condition, Start = start.AddDays(400), System = CodeSystem.Icd10, Code = "E119" };
            }

            for (var i = 0; i < events; i++)
            {
                yield return new HealthFact { Kind = claims ? FactKind.Drug : FactKind.Measurement, Start = start.AddDays(i * 2900 / events), System = claims ? CodeSystem.Drug : CodeSystem.Jlac10, Code = claims ? "612170710" : "3D046000001906202", Value = 6 + (i % 30 / 10m), Unit = claims ? null : "%", Days = claims ? 28 : null };
            }
        }

        public HashSet<string> PeopleOf(ExtractionManifest m) => [.. File.ReadLines(Path.Join(Processing.FolderOf(new(m.Permit), m.Id), "data", "person.csv")).Skip(1).Select(l => l.Split(',')[0])];

        public string Everything(ExtractionManifest m) => string.Concat(Directory.EnumerateFiles(Processing.FolderOf(new(m.Permit), m.Id), "*.csv", SearchOption.AllDirectories).Select(f => File.ReadAllText(f, Encoding.Latin1)));

        public void Dispose()
        {
            Close();
            Directory.Delete(folder, recursive: true);
        }

        private void Close()
        {
            (Processing as IDisposable)?.Dispose();
            (OptOut as IDisposable)?.Dispose();
            linkage.Dispose();
            (Warehouse as IDisposable)?.Dispose();
            ledger.Dispose();
        }
    }
}
