using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Access;
using Minato.Disclosure;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Processing.Cohorts;
using Minato.Processing.Extracting;
using Minato.Processing.Linked;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using static Minato.Tables.Queries.Expr;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Statistics;

/// <summary>The statistics-only request: the cohort is extracted as any other, but no further than into a table, and the table is made safe before anybody sees it.</summary>
internal sealed class StatisticsDesk
{
    private const string Unknown = "(unknown)";

    /// <summary>More combinations than this are not a table to be read.</summary>
    private const int MostCells = 20_000;

    private readonly ProcessingOptions options;
    private readonly IAccess access;
    private readonly ILinkage linkage;
    private readonly IWarehouse warehouse;
    private readonly Linking linking;
    private readonly TimeProvider clock;
    private readonly Projection<TableHistory, StatisticsEvent> history;

    public StatisticsDesk(ProcessingOptions options, ILedger ledger, IAccess access, ILinkage linkage, IWarehouse warehouse, Linking linking, TimeProvider clock)
    {
        (this.options, this.access, this.linkage, this.warehouse, this.linking, this.clock) = (options, access, linkage, warehouse, linking, clock);
        history = new(ledger, "processing", "statistics/", (before, e, _) => TableHistory.Evolve(before, e));
    }

    public IReadOnlyList<StatisticsTable> All => [.. history.All.SelectMany(h => h.Tables)];

    public IReadOnlyList<StatisticsTable> Tables(PermitId permit) => history.Find(TableHistory.Stream(permit))?.Tables ?? [];

    public async Task<Outcome<StatisticsTable>> TabulateAsync(PermitId permit, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        var found = access.InForce(permit);
        if (!found.Try(out var inForce))
        {
            return Outcome<StatisticsTable>.Refused(found.Findings);
        }

        if (!by.Is(Role.Operator) && !by.Is(Role.System) && !inForce.Use.Members.Contains(by.Id))
        {
            return Finding.Error("processing.not-allowed", "Only the operator and members of the project may have the table made", "Ask one of them");
        }

        if (inForce.Use.Table is not { By.Count: > 0 } request)
        {
            return Finding.Error("statistics.not-asked", "The permit does not ask for a table", "Name the table's dimensions in the application");
        }

        var ordered = Order.From(inForce, warehouse, options.StandardsFolder, options.Keys, JapaneseDay.Today(clock), null);
        if (!ordered.Try(out var order))
        {
            return Outcome<StatisticsTable>.Refused(ordered.Findings);
        }

        var given = order.Columns(warehouse.Shapes["person"]).Select(c => c.Column.Name).Append(TableRequest.CohortYear).ToHashSet(StringComparer.Ordinal);
        if (request.By.FirstOrDefault(v => !given.Contains(v)) is { } unknown)
        {
            return Finding.Error(
                "statistics.variable", "The table names a variable that the permit or its processing standard does not give", $"Use of {string.Join(", ", given.Order(StringComparer.Ordinal))}", new Place(Field: Slug.IsValid(unknown) ? unknown : null));
        }

        var opened = await linkage.OpenProjectAsync(permit, [.. order.Datasets.Select(d => d.Info.Id)], inForce.Until, by.Id, ct).ConfigureAwait(false);
        return opened.IsOk ? await MakeAsync(order, request.By, by, progress, ct).ConfigureAwait(false) : Outcome<StatisticsTable>.Refused(opened.Findings);
    }

    private async Task<Outcome<StatisticsTable>> MakeAsync(Order order, IReadOnlyList<string> dimensions, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        var permit = order.Permit;
        var spill = Directory.CreateTempSubdirectory("minato-statistics-").FullName;
        try
        {
            using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = options.MemoryMegabytes, TempFolder = spill });
            var linked = await linking.RunAsync(
                session, permit.Id, "statistics", info => Intended.Use(access, permit, info), [.. order.Datasets.Select(d => (d.Info, d.Snapshot))], clock.GetUtcNow(), by, progress, ct).ConfigureAwait(false);
            if (!linked.Try(out var people))
            {
                return Outcome<StatisticsTable>.Refused(linked.Findings);
            }

            order.Standard.Prepare(session);
            var events = new LinkedEvents(session, people.Datasets, warehouse.Shapes, warehouse.Vocabulary, permit.Use.StudyFrom, permit.Use.StudyTo);
            var (cohort, _) = CohortPlan.Run(session, events, order.Cohort, new(c => warehouse.Vocabulary.Descendants(c), c => warehouse.Vocabulary.MappedTo(c)), ct: ct);
            Query persons = session.Materialise("cohort_persons", cohort.Keep("person").Distinct());
            var counted = Count(session, order, events, cohort, persons, dimensions);
            var rule = options.CellRule([.. order.Datasets.Select(d => d.Info.Id)], dimensions);
            var protectedTable = Protect(dimensions, counted, rule);
            if (!protectedTable.Try(out var safe))
            {
                return Outcome<StatisticsTable>.Refused(protectedTable.Findings);
            }

            var before = Tables(permit.Id).Select(t => new ComparableTable(t.ToCells())).ToList();
            var now = new ComparableTable(safe.Table);
            if (before.Any(t => Differencing.Check(t, now, rule).Count > 0) || Differencing.Together(before, now, rule).Count > 0)
            {
                return Finding.Error("statistics.differencing", "Together with a table that was made before, this one would tell of few people", "Use the earlier table, or wait until more data has come in");
            }

            var table = Named(new StatisticsTable(
                "", permit.Id.Value, dimensions,
                [.. Enumerable.Range(0, safe.Table.Count).Where(c => safe.Table.State(c) != CellState.Absent)
                    .Select(c => new StatisticsCell(safe.Table.Coordinates(c), safe.Table.State(c) == CellState.Shown ? (long)safe.Table.Value(c) : null))],
                new(safe.Primary.Count, safe.Secondary.Count),
                order.Datasets.ToDictionary(d => d.Info.Id.Value, d => d.Snapshot.Id),
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(permit.Use.CohortJson))),
                $"{order.Standard.Name}@{order.Standard.Version}", people.Refusals, people.AsOf));

            // A use is a use, also where only numbers come of it: each person sees it.
            var used = await linkage.RecordUseAsync(permit.Id, table.Id, [.. session.Read(persons.Sorted("person")).Select(r => Pseudonym<Project>.FromGuid((Guid)r[0]!))], ct).ConfigureAwait(false);
            if (!used.IsOk)
            {
                return Outcome<StatisticsTable>.Refused(used.Findings);
            }

            var recorded = await history.DecideAsync(
                TableHistory.Stream(permit.Id), by.Id, _ => Outcome<IReadOnlyList<StatisticsEvent>>.Ok([new StatisticsEvent.Tabulated(table)]), ct: ct).ConfigureAwait(false);
            return recorded.IsOk ? table : Outcome<StatisticsTable>.Refused(recorded.Findings);
        }
        finally
        {
            Directory.Delete(spill, recursive: true);
        }
    }

    /// <summary>Persons by combination of categories.</summary>
    private List<(string[] Of, long Persons)> Count(ITableSession session, Order order, LinkedEvents events, Query cohort, Query persons, IReadOnlyList<string> dimensions)
    {
        var file = PersonFile.Of(order, events, warehouse.Shapes["person"], persons) ?? persons;
        var first = cohort.GroupBy(["person"], Folded.Min("first", "start")).Select(("y_person", Col("person")), ("y_year", Col("first").Year()));
        var rows = file.InnerJoin(first, Col("person").Eq(Col("y_person")));
        var texts = rows.Select([.. dimensions.Select((d, i) =>
        {
            var column = d == TableRequest.CohortYear ? "y_year" : d;
            var value = rows.Columns.TypeOf(column) == ColumnType.Text ? Col(column) : Col(column).As(ColumnType.Text);
            return ($"v_{i}", Coalesce(value, Unknown));
        })]);
        string[] names = [.. dimensions.Select((_, i) => $"v_{i}")];
        return [.. session.Read(texts.GroupBy(names, Folded.Count("persons")).Sorted([.. names.Select(n => new Minato.Tables.Queries.SortKey(n))])).Select(r => (Of: r[..^1].Select(v => (string)v!).ToArray(), Persons: (long)r[^1]!))];
    }

    /// <summary>The table with all its totals, small cells and what would betray them hidden.</summary>
    private static Outcome<BoxSuppressedTable> Protect(IReadOnlyList<string> dimensions, List<(string[] Of, long Persons)> counted, OutputRule rule)
    {
        var cells = new Dictionary<string, (string[] Of, long Persons)>(StringComparer.Ordinal);
        foreach (var (of, persons) in counted)
        {
            for (var totals = 0; totals < 1 << of.Length; totals++)
            {
                string[] place = [.. of.Select((v, i) => (totals & (1 << i)) != 0 ? StatisticsTable.Total : v)];
                var key = string.Join('\u001f', place);
                cells[key] = (place, persons + cells.GetValueOrDefault(key).Persons);
            }

            if (cells.Count > MostCells)
            {
                return Finding.Error("statistics.too-fine", string.Create(CultureInfo.InvariantCulture, $"The table has more than {MostCells} cells"), "Use fewer or coarser variables");
            }
        }

        if (cells.Count == 0)
        {
            return Finding.Error("statistics.empty", "Nobody is in the cohort", "Widen it; counts before applying would have told");
        }

        var table = CellTable.FromRows(dimensions, [.. cells.Values.Select(c => ((IReadOnlyList<string>)c.Of, (decimal?)c.Persons))], dimensions.Distinct().ToDictionary(d => d, _ => StatisticsTable.Total));
        return table.Then(t => BoxSuppression.Suppress(t, rule, rule.MinimumCell));
    }

    private static StatisticsTable Named(StatisticsTable table) => table with
    {
        Id = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            table with { MadeAt = default, Refusals = [], Snapshots = new SortedDictionary<string, string>(table.Snapshots.ToDictionary(), StringComparer.Ordinal) }, JsonSerializerOptions.Web))),
    };
}
