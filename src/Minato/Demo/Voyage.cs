using System.Globalization;
using Minato.Access;
using Minato.Intake;
using Minato.OptOut;
using Minato.OptOut.Desk;
using Minato.Primary;
using Minato.Processing;
using Minato.Release;
using Minato.Synthetic;
using Minato.Warehouse;
using Minato.Workspace;

namespace Minato.Demo;

/// <summary>What the voyage was, in figures.</summary>
public sealed record VoyageReport(
    int People,
    IReadOnlyDictionary<string, FormatCounts> ByFormat,
    int Deliveries,
    LinkageAgainstTruth Linkage,
    IReadOnlyList<string> RefusingCitizens,
    long RefusedByChoice,
    ExtractionManifest Extraction,
    bool RepeatedBitForBit,
    IReadOnlyList<JobRun> Jobs,
    string Result,
    IReadOnlyList<SubmissionView> Submissions,
    StatisticsTable Table,
    long LedgerEvents,
    string Checkpoint,
    double Seconds);

/// <summary>
/// One whole voyage on a synthetic nation, through every room and by the same doors that people use: deliveries, linkage,
/// warehouse, catalogue, choices, application, review, permit, extraction, analysis, exit, publication. A nation that stands in the folder is
/// taken as it is.
/// </summary>
internal sealed class Voyage(Harbour h, string nation, int people, ulong seed, Teller teller)
{
    private const int OldestOnPaper = 80;
    private readonly People register = new(h.Options.Folder);

    public async Task<Outcome<VoyageReport>> RunAsync(CancellationToken ct)
    {
        try
        {
            return await SailAsync(ct).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            return Outcome<VoyageReport>.Refused(e.Findings);
        }
    }

    private async Task<VoyageReport> SailAsync(CancellationToken ct)
    {
        if (!File.Exists(NationFile.In(nation)))
        {
            await teller.Tell("A synthetic nation is born", () => Task.Run(() => SyntheticRoom.Write(new NationOptions(People: people, Seed: seed), nation, teller, ct), ct),
                s => $"{s.Persons:N0} people who lived there, {s.Formats.Sum(f => f.Bytes) >> 20} MiB of files").ConfigureAwait(false);
        }

        var file = NationFile.Read(nation);
        CastOfTheDemo.Save(register, file, nation);

        await teller.Tell("Holders register and agree what they deliver", () => RegisterAsync(file, ct), n => $"{n} holders").ConfigureAwait(false);
        await teller.Tell("Insurers' number history", () => ImportHistoryAsync(ct), n => $"{n:N0} changes").ConfigureAwait(false);
        var receipts = await teller.Tell("Deliveries: split, link, store", () => DeliverAsync(file, ct), r => $"{r.Count} deliveries, {r.Sum(x => x.ByFormat.Values.Sum(f => f.Records)):N0} records").ConfigureAwait(false);
        await teller.Tell("Holders confirm what they delivered", () => ConfirmAsync(file, ct), n => $"{n} datasets").ConfigureAwait(false);
        await teller.Tell("Quality checks of the claims", () => MeasureAsync(ct), n => $"{n.Passed:N0} passed, {n.Failed:N0} below their threshold").ConfigureAwait(false);
        var linkage = await teller.Tell("Persons found, against the truth", async () => (await LinkageTruth.MeasureAsync(h, nation, Operator, ct).ConfigureAwait(false)).Value,
            l => $"precision {l.Precision:P2}, recall {l.Recall:P2}").ConfigureAwait(false);
        await teller.Tell("Linkage tells its quality", async () => (await h.Linkage.QualityAsync(null, Operator.Id, ct).ConfigureAwait(false)).Try(out var told) ? told.Count : 0, n => $"{n} datasets").ConfigureAwait(false);
        await teller.Tell("The catalogue counts itself", () => Task.Run(() => { h.Catalogue.Refresh(teller); return h.Catalogue.All.Count; }, ct), n => $"{n} datasets").ConfigureAwait(false);
        var refusing = await teller.Tell("Citizens choose", () => ChooseAsync(ct), c => $"{c.Count:N0} choices").ConfigureAwait(false);
        await teller.Tell("A parent chooses for a child, a paper is read twice, a doctor looks in an emergency", () => NeedAsync(ct), n => $"{n} readings for care").ConfigureAwait(false);
        var permit = await teller.Tell("Application, review, permit", () => ApplyAsync(DemoStudy.Use(h), ct), p => $"{p.Id}, {p.Fee.TotalYen:N0} yen").ConfigureAwait(false);
        var extraction = await teller.Tell("Link, leave out, select, process", () => ExtractAsync(permit.Id, null, ct), m => $"{m.Persons:N0} people, {m.Files.Sum(f => f.Rows):N0} rows").ConfigureAwait(false);
        var again = await teller.Tell("The same extraction again", () => ExtractAsync(permit.Id, extraction, ct), m => m.Id == extraction.Id ? "the same bytes" : "DIFFERENT BYTES").ConfigureAwait(false);
        var jobs = await teller.Tell("Analysis in the sandbox", () => AnalyseAsync(permit.Id, ct), j => string.Join(", ", j.Select(x => $"{x.Language} {x.State}"))).ConfigureAwait(false);
        var submissions = await teller.Tell("Exit control", () => ReleaseAsync(permit.Id, jobs, ct),
            s => $"{s.Count(x => x.State == SubmissionState.Released)} left, {s.Count(x => x.State == SubmissionState.Stopped)} stopped").ConfigureAwait(false);
        var table = await teller.Tell("A second study asks for a table only", () => TabulateAsync(ct), t => $"{t.Cells.Count} cells, {t.Hidden.Small + t.Hidden.Others} hidden; nobody saw rows").ConfigureAwait(false);
        var checkpoint = await teller.Tell("The ledger is signed and verified", () => Task.Run(VerifyLedger, ct), c => $"{h.Ledger.Size:N0} events").ConfigureAwait(false);

        return new VoyageReport(
            people,
            receipts.SelectMany(r => r.ByFormat).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => new FormatCounts(
                g.Sum(f => f.Value.Files), g.Sum(f => f.Value.Bytes), g.Sum(f => f.Value.Records), g.Sum(f => f.Value.Facts), g.Sum(f => f.Value.Quarantined))),
            receipts.Count, linkage, refusing, extraction.Refusals.Sum(r => r.Withheld), extraction, again.Id == extraction.Id && again.Files.Select(f => f.Sha256).SequenceEqual(extraction.Files.Select(f => f.Sha256)),
            jobs, ResultOf(permit.Id, jobs), submissions, table, h.Ledger.Size, checkpoint, teller.Elapsed.TotalSeconds);
    }

    private static Actor Operator => Cli.Verb.Operator;

    private Actor Who(string id) => register.Find(id).Value;

    private async Task<int> RegisterAsync(NationFile file, CancellationToken ct)
    {
        foreach (var holder in file.Holders)
        {
            _ = (await h.Intake.RegisterAsync(holder.AsRegistration(), Operator, ct).ConfigureAwait(false)).Value;
            foreach (var d in holder.Datasets)
            {
                _ = (await h.Catalogue.DescribeAsync(new DatasetId(d.Id), d.AsDescription(), Operator, ct).ConfigureAwait(false)).Value;
                _ = (await h.Intake.Agreements.MakeAsync(new Agreement(new DatasetId(d.Id), JapaneseDay.Today(h.Clock), Cadence: Cadence.Yearly, GraceDays: 30), Operator, ct).ConfigureAwait(false)).Value;
            }
        }

        return file.Holders.Count;
    }

    private async Task<int> ImportHistoryAsync(CancellationToken ct) =>
        (await h.Linkage.ImportHistoryAsync(NumberHistoryFile.Read(Path.Combine(nation, "number-history.csv")).Value, Operator.Id, ct).ConfigureAwait(false)).Value;

    private async Task<IReadOnlyList<Receipt>> DeliverAsync(NationFile file, CancellationToken ct)
    {
        var receipts = new List<Receipt>();
        foreach (var d in file.Deliveries)
        {
            var received = await h.Intake.ReceiveFolderAsync(new HolderId(d.Holder), new DatasetId(d.Dataset), Path.Combine(nation, d.Folder), Operator, teller, ct).ConfigureAwait(false);
            receipts.Add(received.Value);
        }

        return receipts;
    }

    private async Task<(int Passed, int Failed)> MeasureAsync(CancellationToken ct)
    {
        var (passed, failed) = (0, 0);
        foreach (var dataset in h.Warehouse.Datasets.Where(d => d.Category == DataCategory.Claims && h.Warehouse.Latest(d.Id) is not null))
        {
            var report = (await h.Warehouse.MeasureAsync(dataset.Id, null, ct).ConfigureAwait(false)).Value;
            (passed, failed) = (passed + report.Count(QualityStatus.Passed), failed + report.Count(QualityStatus.Failed));
        }

        return (passed, failed);
    }

    /// <summary>データ確定 by all but the registry, whose survey is still preliminary.</summary>
    private async Task<int> ConfirmAsync(NationFile file, CancellationToken ct)
    {
        var datasets = file.Holders.SelectMany(x => x.Datasets).Where(d => d.Category != DataCategory.Registry && file.Deliveries.Any(x => x.Dataset == d.Id)).ToList();
        foreach (var d in datasets)
        {
            _ = (await h.Intake.ConfirmPeriodAsync(new DatasetId(d.Id), JapaneseDay.Today(h.Clock), Operator, ct).ConfigureAwait(false)).Value;
        }

        return datasets.Count;
    }

    /// <summary>About one person in fifty refuses everything, and as many refuse one kind of data.</summary>
    private async Task<IReadOnlyList<string>> ChooseAsync(CancellationToken ct)
    {
        var made = new List<string>();
        foreach (var (n, person) in TruthPerson.Read(nation).Index())
        {
            var scope = (n % 50) switch { 7 => ChoiceScope.Everything, 19 => new ChoiceScope(Category: DataCategory.Claims), _ => null };
            if (scope is not null && await IdentifyAsync(person, ct).ConfigureAwait(false) is { } citizen)
            {
                _ = (await h.OptOut.ChooseAsync(citizen, scope, refuse: true, from: null, Who("counter"), ct).ConfigureAwait(false)).Value;
                if (scope == ChoiceScope.Everything)
                {
                    made.Add(person.Id);
                }
            }
        }

        return made;
    }

    /// <summary>Some of each: who chooses for whom, on paper; consent and emergency in care.</summary>
    private async Task<int> NeedAsync(CancellationToken ct)
    {
        if (register.All.FirstOrDefault(p => p.Id == "citizen-1") is not { } parent || register.All.FirstOrDefault(p => p.Id == "citizen-2") is not { } patient)
        {
            return 0; // a very small nation
        }

        var today = JapaneseDay.Today(h.Clock);
        const int OldestChild = 14;
        var mother = (await h.Linkage.IdentifyAsync(parent.Identity!, ct).ConfigureAwait(false)).Value;
        if (await FirstKnownAsync(p => !p.Dead && p.Birth > today.AddYears(-OldestChild), ct).ConfigureAwait(false) is { } child)
        {
            await ByPaperAsync(new DeskOrder(OrderKind.ActFor, ChoiceChannel.Paper, child.Card, parent.Identity, Ground: "parent", Evidence: ["insurance-record"]), ct).ConfigureAwait(false);
            _ = (await h.OptOut.ChooseForAsync(child.Citizen, new ChoiceScope(DataCategory.Genome), refuse: true, new ChoiceWay(Proxy: mother), parent.AsActor(), ct).ConfigureAwait(false)).Value;
        }

        if (await FirstKnownAsync(p => !p.Dead && p.Birth < today.AddYears(-OldestOnPaper), ct).ConfigureAwait(false) is { } elder)
        {
            await ByPaperAsync(new DeskOrder(OrderKind.Choose, ChoiceChannel.Paper, elder.Card, Scope: new ChoiceScope(Users: "company")), ct).ConfigureAwait(false);
        }

        var doctor = Who("dr-minami");
        _ = (await h.Primary.ConsentAsync(mother, new HolderId(doctor.Affiliation), today.AddDays(90), parent.AsActor(), ct).ConfigureAwait(false)).Value;
        _ = (await h.Primary.OpenAsync(parent.Identity!, ReadingGround.Consent, "", doctor, ct).ConfigureAwait(false)).Value;
        _ = (await h.Primary.OpenAsync(patient.Identity!, ReadingGround.Emergency, "救急搬送。意識がなく、服薬とアレルギーを確かめるため。", doctor, ct).ConfigureAwait(false)).Value;
        return 2;
    }

    private async Task ByPaperAsync(DeskOrder order, CancellationToken ct)
    {
        var taken = (await h.ChoiceDesk.TakeAsync(order, Who("counter"), ct).ConfigureAwait(false)).Value;
        _ = (await h.ChoiceDesk.LookAgainAsync(taken.Id, order, Who("counter-2"), ct).ConfigureAwait(false)).Value;
    }

    private async Task<(PersonIdentity Card, Pseudonym<Citizen> Citizen)?> FirstKnownAsync(Func<TruthPerson, bool> isOne, CancellationToken ct)
    {
        foreach (var card in TruthPerson.Read(nation).Where(isOne).SelectMany(p => p.Identities()))
        {
            if ((await h.Linkage.IdentifyAsync(card, ct).ConfigureAwait(false)).Try(out var citizen))
            {
                return (card, citizen);
            }
        }

        return null;
    }

    private async Task<Pseudonym<Citizen>?> IdentifyAsync(TruthPerson person, CancellationToken ct)
    {
        foreach (var identity in person.Identities())
        {
            if ((await h.Linkage.IdentifyAsync(identity, ct).ConfigureAwait(false)).Try(out var citizen))
            {
                return citizen;
            }
        }

        return null;
    }

    private async Task<StatisticsTable> TabulateAsync(CancellationToken ct)
    {
        var permit = await ApplyAsync(DemoStudy.TableOnly(h), ct).ConfigureAwait(false);
        return (await h.Processing.TabulateAsync(permit.Id, Operator, teller, ct).ConfigureAwait(false)).Value;
    }

    private async Task<Permit> ApplyAsync(RequestedUse use, CancellationToken ct)
    {
        var researcher = Who("r-sato");
        var id = (await h.Access.CreateAsync(researcher, ct).ConfigureAwait(false)).Value;
        var answers = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(
            await File.ReadAllTextAsync(Path.Combine(h.Standards, "application-form", "examples", "sglt2-and-kidney.json"), ct).ConfigureAwait(false))!;
        await Do(new ApplicationCommand.SaveDraft(new ApplicationDraft(use, answers)), researcher).ConfigureAwait(false);
        await Do(new ApplicationCommand.Submit(), researcher).ConfigureAwait(false);
        var panel = DemoStudy.Panel.Select(Who).ToList();
        await Do(new ApplicationCommand.AssignReviewers(panel), Operator).ConfigureAwait(false);
        await Do(new ApplicationCommand.Ask("介護のデータが必要な理由を教えてください。"), panel[0]).ConfigureAwait(false);
        await Do(new ApplicationCommand.Answer("要介護の状態は結果に影響するため、年齢とともに調整します。"), researcher).ConfigureAwait(false);
        var criteria = DemoStudy.Criteria(h, id);
        foreach (var reviewer in panel)
        {
            await Do(new ApplicationCommand.CastVote(
                reviewer.Is(Role.CitizenReviewer) ? Vote.ApproveWithConditions : Vote.Approve, "目的に公益性があり、方法と範囲が適切である。", criteria.ToDictionary(c => c, _ => true),
                reviewer.Is(Role.CitizenReviewer) ? ["結果を平易な言葉で公表すること"] : []), reviewer).ConfigureAwait(false);
        }

        await Do(new ApplicationCommand.Decide(), Operator).ConfigureAwait(false);
        var permitted = await Do(new ApplicationCommand.AcceptFee(), researcher).ConfigureAwait(false);
        return permitted.Permit!;

        async Task<ApplicationView> Do(ApplicationCommand command, Actor by) => (await h.Access.ExecuteAsync(id, command, by, ct).ConfigureAwait(false)).Value;
    }

    private async Task<ExtractionManifest> ExtractAsync(PermitId permit, ExtractionManifest? repeat, CancellationToken ct) =>
        (await h.Processing.ExtractAsync(permit, Operator, repeat, teller, ct).ConfigureAwait(false)).Value;

    private async Task<IReadOnlyList<JobRun>> AnalyseAsync(PermitId permit, CancellationToken ct)
    {
        foreach (var (course, person) in h.Training.Courses.Where(c => c.Required).SelectMany(c => CastOfTheDemo.Trained.Select(p => (c, p))))
        {
            _ = (await h.Training.RecordAsync(Who(person).Id, course.Id, DateOnly.FromDateTime(h.Clock.GetUtcNow().UtcDateTime), course.Issuers[0], Operator, ct).ConfigureAwait(false)).Value;
        }

        var runs = new List<JobRun>();
        foreach (var (language, name) in DemoStudy.Programs)
        {
            var code = await File.ReadAllTextAsync(Path.Combine(h.Options.RulesFolder, "samples", "analysis", name), ct).ConfigureAwait(false);
            var run = (await h.Workspace.RunAsync(new JobRequest(permit, language, code), Who("r-sato"), teller, ct).ConfigureAwait(false)).Value;
            runs.Add(run.State == JobState.Succeeded ? run : throw new RefusedException([Finding.Error("demo.job", $"The job {name} ended as {run.State} ({run.Ended})", run.Log)]));
        }

        return runs;
    }

    /// <summary>What a careless, a careful and a correct submission do.</summary>
    private async Task<IReadOnlyList<SubmissionView>> ReleaseAsync(PermitId permit, IReadOnlyList<JobRun> jobs, CancellationToken ct)
    {
        var (r, python) = (jobs[0].Id, jobs[1].Id);
        var submissions = new List<SubmissionView>();
        foreach (var files in new[] { DemoStudy.Careless(r), DemoStudy.HalfMended(r), DemoStudy.RowLevel(r), DemoStudy.Correct(r, python) })
        {
            var s = (await h.Release.SubmitAsync(permit, files, Who("r-sato"), null, ct).ConfigureAwait(false)).Value;
            submissions.Add(s.State == SubmissionState.InReview
                ? await DecideAsync(s, ct).ConfigureAwait(false)
                : s);
        }

        return submissions;
    }

    /// <summary>As many checkers as the submission needs, each for themselves.</summary>
    private async Task<SubmissionView> DecideAsync(SubmissionView s, CancellationToken ct)
    {
        foreach (var checker in CastOfTheDemo.Checkers.Take(s.PeopleNeeded))
        {
            s = (await h.Release.DecideAsync(s.Id, ExitVerdict.Release, "集計表のみで、最小の数と補数を確認した。", Who(checker), ct).ConfigureAwait(false)).Value;
        }

        return s;
    }

    private string ResultOf(PermitId permit, IReadOnlyList<JobRun> jobs)
    {
        using var stream = h.Workspace.OpenOutbox(permit, jobs[0].Id, "result.txt").Value;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }

    private string VerifyLedger()
    {
        var checkpoint = h.Ledger.MakeCheckpoint();
        var errors = h.Ledger.Verify(teller).Where(f => f.Severity == Severity.Error).ToList();
        return errors.Count > 0 ? throw new RefusedException(errors) : string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Size} {Convert.ToHexStringLower(checkpoint.RootHash.Span)}");
    }
}
