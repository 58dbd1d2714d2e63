using Minato.Access;
using Minato.Processing.Cohorts;
using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Warehouse;
using Criterion = Minato.Processing.Cohorts.Criterion;

namespace Minato.Processing.Extracting;

/// <summary>A permit, checked against what there is: what exactly is to be made. Making it cannot fail on the permit's account any more.</summary>
internal sealed record Order(
    Permit Permit,
    ProcessingStandard Standard,
    CohortDefinition Cohort,
    IReadOnlyList<(DatasetInfo Info, Snapshot Snapshot, DatasetGrant Grant)> Datasets,
    IReadOnlyList<StandingEvidence> Standings)
{
    /// <summary>What tells one allele from another.</summary>
    public static IReadOnlyList<string> Alleles { get; } = ["reference_sequence", "chromosome", "position", "reference_allele", "alternate_allele"];

    /// <summary>Tables to be handed over, in the CDM's order.</summary>
    public IReadOnlyList<CdmTable> Tables { get; } =
        [.. CdmTable.All.Where(t => Datasets.Any(d => d.Grant.Tables.Any(g => g.Table == t.Name)))];

    /// <summary>The granted columns of a dataset's table.</summary>
    public static IReadOnlySet<string> Granted(DatasetGrant grant, string table) =>
        grant.Tables.Where(t => t.Table == table).SelectMany(t => t.Columns).ToHashSet(StringComparer.Ordinal);

    /// <summary>A table's columns to be handed over: granted by some dataset, and kept by the standard; in the shape's order.</summary>
    public IReadOnlyList<(Column Column, IReadOnlyList<ColumnAction> Actions)> Columns(TableShape shape) =>
    [
        .. shape.Columns
            .Where(c => c.Name != "person_id" && Datasets.Any(d => Granted(d.Grant, shape.Name).Contains(c.Name)))
            .Select(c => (c, Standard.Tables.TryGetValue(shape.Name, out var rule) ? rule.For(c.Name) : null))
            .Where(x => x.Item2 is not null)
            .Select(x => (x.c, x.Item2!)),
    ];

    /// <summary>Columns of a table that hold numbers of the extraction's own.</summary>
    public IReadOnlySet<string> Numbered(string table) => SourceForm.IsTable(table) ? SourceForm.Numbered : Standard.Tables.TryGetValue(table, out var rule)
        ? rule.Columns.Where(c => c.Value.Any(a => a is ColumnAction.Renumber)).Select(c => c.Key).ToHashSet(StringComparer.Ordinal)
        : new HashSet<string>();

    /// <param name="today">Decides what is under embargo.</param>
    /// <param name="repeat">The snapshots of that extraction instead of the latest.</param>
    public static Outcome<Order> From(Permit permit, IWarehouse warehouse, string standardsFolder, IKeyStore? keys, DateOnly today, ExtractionManifest? repeat)
    {
        List<Finding> findings = [];
        var use = permit.Use;
        ProcessingStandard? standard = null;
        if (ProcessingStandard.Find(Path.Join(standardsFolder, "processing"), use.ProcessingStandard) is var found && !found.Try(out standard))
        {
            findings.AddRange(found.Findings);
        }

        // A table that the harbour makes goes nowhere as rows.
        if (use.Table is null && standard?.Refuses(DataPlace.Environment) is { } refused)
        {
            findings.Add(refused);
        }

        if (standard is { Shifts: true } && keys is null)
        {
            findings.Add(Finding.Error("processing.no-key-store", "The processing standard shifts dates, which needs a key of the project", "Open the room with a key store"));
        }

        var read = CirceReader.Read(use.CohortJson);
        findings.AddRange(read.Findings);
        if (use.StudyFrom > use.StudyTo)
        {
            findings.Add(Finding.Error("processing.study-period", "The study period ends before it begins", "Correct the permit"));
        }

        var datasets = new List<(DatasetInfo, Snapshot, DatasetGrant)>();
        var standings = new List<StandingEvidence>();
        foreach (var grant in use.Datasets)
        {
            var place = new Place(Field: grant.Dataset.Value);
            var info = warehouse.Datasets.FirstOrDefault(d => d.Id == grant.Dataset);
            var named = repeat?.Snapshots.GetValueOrDefault(grant.Dataset.Value);
            var usable = UsableSnapshot.Of(warehouse, grant.Dataset, today);
            var snapshot = repeat is null ? usable.Snapshot : named is null ? null : warehouse.Find(grant.Dataset, named);
            if (info is null || snapshot is null)
            {
                findings.Add(repeat is not null
                    ? Finding.Error("processing.snapshot-missing", "The snapshot to be repeated is not there any more", "Restore it, or extract anew", place)
                    : usable.Embargoed.Count > 0
                        ? Finding.Error("processing.embargo", $"Nothing of the dataset may be used before {usable.EmbargoUntil:yyyy-MM-dd}: no kept snapshot is without deliveries under embargo", "Extract after that day, or leave the dataset out", place)
                        : Finding.Error("processing.dataset-missing", "The permit names a dataset of which nothing was delivered", "Wait for its first delivery, or amend the permit", place));
                continue;
            }

            if (repeat is null)
            {
                standings.Add(new(
                    grant.Dataset.Value, usable.Standing.Deliveries, usable.Standing.Preliminary, usable.Standing.ConfirmedThrough, [.. usable.Embargoed.Select(d => d.Delivery.Value)], usable.EmbargoUntil));
                if (usable.Embargoed.Count > 0)
                {
                    findings.Add(Finding.Warning(
                        "processing.embargo", $"{usable.Embargoed.Count} deliveries are under embargo, the last until {usable.EmbargoUntil:yyyy-MM-dd}; they and what came after the first of them were left out", "Extract again after that day if the study needs them", place));
                }
            }

            Check(findings, grant, warehouse.Shapes, standard);
            datasets.Add((info, snapshot, grant));
        }

        if (use.Datasets.Count == 0)
        {
            findings.Add(Finding.Error("processing.dataset-missing", "The permit names no dataset", "Amend the permit"));
        }

        if (read.Try(out var cohort))
        {
            findings.AddRange(NamedDatasets(cohort, [.. use.Datasets.Select(d => d.Dataset)]));
            findings.AddRange(LinkedEvents.Unknown(cohort, warehouse.Shapes));
        }

        return findings.Any(f => f.Severity == Severity.Error)
            ? Outcome<Order>.Refused(findings)
            : Outcome<Order>.Ok(new Order(permit, standard!, cohort!, datasets, repeat?.Standings ?? standings), findings);
    }

    /// <summary>Datasets that a cohort names must be among those it is counted on.</summary>
    public static IEnumerable<Finding> NamedDatasets(CohortDefinition cohort, IReadOnlyList<DatasetId> given) => cohort.Criteria.SelectMany(c => c.Datasets)
        .Where(n => given.All(d => d.Value != n)).Distinct()
        .Select(n => Finding.Error("cohort.dataset", "The cohort names a dataset that is not given", "Leave it out, or ask for the dataset", new Place(Field: Slug.IsValid(n) ? n : null)));

    private static void Check(List<Finding> findings, DatasetGrant grant, IReadOnlyDictionary<string, TableShape> shapes, ProcessingStandard? standard)
    {
        foreach (var table in grant.Tables)
        {
            var place = new Place(Field: $"{grant.Dataset}.{table.Table}");
            if (CdmTable.Find(table.Table) is null || !shapes.TryGetValue(table.Table, out var shape))
            {
                findings.Add(Finding.Error("processing.table-unknown", "The permit names a table that cannot be handed over", $"Use one of {string.Join(", ", CdmTable.All.Select(t => t.Name))}", place));
                continue;
            }

            if (table.Table == WarehouseRoom.Variants && standard is { GivesGenomes: false })
            {
                findings.Add(Finding.Error("media.not-granted", "The processing standard gives no genomes", "Apply under a standard that does", place));
                continue;
            }

            if (table.Table == WarehouseRoom.Variants && standard?.Media?.LeastCarriers > 1
                && Alleles.Where(c => !table.Columns.Contains(c) || standard.Tables.GetValueOrDefault(table.Table)?.For(c) is null).ToArray() is { Length: > 0 } lacking)
            {
                findings.Add(Finding.Error("processing.alleles", $"The processing standard leaves out alleles that few carry, and what tells alleles apart is not granted: {string.Join(", ", lacking)}", "Amend the permit", place));
            }

            var rule = standard?.Tables.GetValueOrDefault(table.Table);
            foreach (var name in table.Columns.Distinct())
            {
                var at = new Place(Field: $"{grant.Dataset}.{table.Table}.{name}");
                if (shape.Columns.FirstOrDefault(c => c.Name == name) is not { } column)
                {
                    findings.Add(Finding.Error("processing.column-unknown", "The permit names a column that the table does not have", "Amend the permit", at));
                }
                else if (name != "person_id" && standard is not null && rule?.For(name) is null)
                {
                    // Fail-closed: what the standard does not name does not leave, whatever the permit says.
                    findings.Add(Finding.Warning("processing.column-dropped", "The processing standard drops this column", "Ask for it under another standard if the study needs it", at));
                }
                else if (rule?.For(name)?.FirstOrDefault(a => !a.Fits(column.Type)) is { } misfit)
                {
                    findings.Add(Finding.Error("standard.action-type", $"The standard's action '{misfit.Name}' cannot be applied to a column of type {column.Type}", "Correct the standard", at));
                }
            }
        }
    }
}
