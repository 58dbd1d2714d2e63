using System.Security.Cryptography;
using System.Text;
using Minato.Disclosure;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing.Cohorts;
using Minato.Processing.Extracting;
using Minato.Processing.Linked;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Feasibility;

/// <summary>
/// Counts of a draft cohort before anybody applies: by the plan that would extract it, over the latest snapshots, without those who refused.
/// What is told is <see cref="ToldNumbers"/>' affair, how much of it the budget's.
/// </summary>
internal sealed class FeasibilityDesk(ProcessingOptions options, ILedger ledger, ILinkage linkage, IWarehouse warehouse, Linking linking, TimeProvider clock) : IDisposable
{
    /// <summary>A standing project of the harbour's own: the same person is the same group member at every asking.</summary>
    private static readonly PermitId Standing = new("feasibility");

    /// <summary>The standing project has no end; its pseudonyms never leave this class.</summary>
    private static readonly DateTimeOffset Always = new(2999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly SemaphoreSlim turn = new(1);
    private NumberMemory? memory;

    public static bool MayAsk(Actor by) => by.Is(Role.Researcher | Role.Operator);

    /// <summary>New numbers that are left to somebody this month.</summary>
    public Outcome<long> Left(Actor by) => FeasibilityStandard.Read(options.StandardsFolder).Map(rule => new NoiseBudget(LogOf(by), rule.NumbersPerMonth).Left);

    public async Task<Outcome<FeasibilityAnswer>> AskAsync(FeasibilityQuestion question, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        if (!MayAsk(by))
        {
            return Finding.Error("feasibility.role", "Only researchers may ask for counts", "Sign in as a researcher");
        }

        if (options.Keys is not { } keys)
        {
            return Finding.Error("feasibility.no-key-store", "Counts need keys of the node", "Open the room with a key store");
        }

        var ruled = FeasibilityStandard.Read(options.StandardsFolder);
        var read = CirceReader.Read(question.CohortJson);
        if (!ruled.Try(out var rule) || !read.Try(out var cohort))
        {
            return Outcome<FeasibilityAnswer>.Refused([.. ruled.Findings, .. read.Findings]);
        }

        List<Finding> findings = [.. read.Findings];
        var datasets = Datasets(question, findings);
        findings.AddRange(Order.NamedDatasets(cohort, question.Datasets));
        findings.AddRange(LinkedEvents.Unknown(cohort, warehouse.Shapes));
        if (question.From > question.To)
        {
            findings.Add(Finding.Error("processing.study-period", "The study period ends before it begins", "Exchange the days"));
        }

        if (findings.Any(f => f.Severity == Severity.Error))
        {
            return Outcome<FeasibilityAnswer>.Refused(findings);
        }

        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            memory ??= new NumberMemory(ledger, keys, rule);
            var asked = await CountAsync(question, cohort, datasets, by, progress, ct).ConfigureAwait(false);
            return asked.Try(out var counted) ? await TellAsync(question, counted, rule, datasets, findings, by, ct).ConfigureAwait(false) : Outcome<FeasibilityAnswer>.Refused(asked.Findings);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private List<(DatasetInfo Info, Snapshot Snapshot)> Datasets(FeasibilityQuestion question, List<Finding> findings)
    {
        var datasets = new List<(DatasetInfo, Snapshot)>();
        if (question.Datasets.Count == 0)
        {
            findings.Add(Finding.Error("processing.dataset-missing", "The question names no dataset", "Choose at least one"));
        }

        foreach (var id in question.Datasets.Distinct())
        {
            var info = warehouse.Datasets.FirstOrDefault(d => d.Id == id);
            var usable = UsableSnapshot.Of(warehouse, id, JapaneseDay.Today(clock));
            if (info is null || usable.Snapshot is null)
            {
                findings.Add(Finding.Error("processing.dataset-missing", "The question names a dataset of which nothing may be used yet", "Leave it out, or wait", new Place(Field: id.Value)));
                continue;
            }

            datasets.Add((info, usable.Snapshot));
        }

        return datasets;
    }

    private sealed record Counted(IReadOnlyList<(string Name, PersonGroup Group)> Steps, DateTimeOffset AsOf);

    private async Task<Outcome<Counted>> CountAsync(
        FeasibilityQuestion question, CohortDefinition cohort, IReadOnlyList<(DatasetInfo Info, Snapshot Snapshot)> datasets, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        var opened = await linkage.OpenProjectAsync(Standing, [.. warehouse.Datasets.Select(d => d.Id)], Always, Actor.Harbour.Id, ct).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return Outcome<Counted>.Refused(opened.Findings);
        }

        var spill = Directory.CreateTempSubdirectory("minato-feasibility-").FullName;
        try
        {
            using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 2048, TempFolder = spill });
            var linked = await linking.RunAsync(session, Standing, "standing", info => new IntendedUse(question.Purpose, info.Id, info.Holder, info.Category), datasets, clock.GetUtcNow(), by, progress, ct).ConfigureAwait(false);
            if (!linked.Try(out var people))
            {
                return Outcome<Counted>.Refused(linked.Findings);
            }

            progress?.Report(new("Selecting", 0));
            var events = new LinkedEvents(session, people.Datasets, warehouse.Shapes, warehouse.Vocabulary, question.From, question.To);
            var keys = PersonGroup.Keys(session, "group_keys", memory!.Secret, session.Read(events.People.Keep("person").Distinct()).Select(r => Pseudonym<Project>.FromGuid((Guid)r[0]!)));
            List<(string, PersonGroup)> steps = [("linked", PersonGroup.Of(session, events.People, keys))];
            CohortPlan.Run(
                session, events, cohort, new(c => warehouse.Vocabulary.Descendants(c), c => warehouse.Vocabulary.MappedTo(c)), (name, left) => steps.Add((name, PersonGroup.Of(session, left, keys))), ct);
            return new Counted(steps, people.AsOf);
        }
        finally
        {
            Directory.Delete(spill, recursive: true);
        }
    }

    private async Task<Outcome<FeasibilityAnswer>> TellAsync(
        FeasibilityQuestion question, Counted counted, FeasibilityRule rule, IReadOnlyList<(DatasetInfo Info, Snapshot Snapshot)> datasets, IReadOnlyList<Finding> remarks, Actor by, CancellationToken ct)
    {
        var snapshots = new SortedDictionary<string, string>(datasets.ToDictionary(d => d.Info.Id.Value, d => d.Snapshot.Id), StringComparer.Ordinal);
        var asked = new FeasibilityEvent.Asked(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question.CohortJson))), snapshots, question.Purpose, counted.Steps.Count, $"{rule.Id}@{rule.Version}");
        var noted = await ledger.AppendAsync($"feasibility-asked/{by.Id}", -1, by.Id, [EventJson.Write<FeasibilityEvent>("processing", asked)], ct: ct).ConfigureAwait(false);
        if (!noted.IsOk)
        {
            return Outcome<FeasibilityAnswer>.Refused(noted.Findings);
        }

        // All or nothing: half a flow would only waste what is left.
        var log = LogOf(by);
        var budget = new NoiseBudget(log, rule.NumbersPerMonth);
        var known = log.Read().Select(l => l.Question).ToHashSet(StringComparer.Ordinal);
        if (counted.Steps.Select(s => memory!.NameOf(s.Group)).Distinct().Count(g => !known.Contains(g)) > budget.Left)
        {
            return Finding.Error("budget.spent", "This question has more new numbers than you have left this month", "Ask again what you asked before, which is free, or wait for the next month");
        }

        var flow = new List<FeasibilityStep>();
        foreach (var (name, group) in counted.Steps)
        {
            var told = budget.Answer(memory!.NameOf(group), 1, () => memory.NumberOf(group, by.Id));
            if (!told.Try(out var number))
            {
                return Outcome<FeasibilityAnswer>.Refused(told.Findings);
            }

            // A step cannot leave more than the one before: noise that says so would only confuse.
            var shown = number == ToldNumbers.Few || flow is [.., { Persons: null }] ? (long?)null : flow is [.., { Persons: { } before }] ? Math.Min(number, before) : number;
            flow.Add(new FeasibilityStep(name, shown));
        }

        return Outcome<FeasibilityAnswer>.Ok(new FeasibilityAnswer(flow, snapshots, counted.AsOf, rule, budget.Left), remarks);
    }

    private LedgerBudgetLog LogOf(Actor by)
    {
        var today = JapaneseDay.Today(clock);
        return new LedgerBudgetLog(ledger, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"feasibility/{by.Id}/{today:yyyy-MM}"), by.Id);
    }
}
