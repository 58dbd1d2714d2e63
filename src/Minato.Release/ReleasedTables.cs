using System.Collections.Concurrent;
using Minato.Access;
using Minato.Disclosure;
using Minato.Processing;
using Minato.Release.Checks;

namespace Minato.Release;

/// <summary>Every table that left, read once and kept ready to be compared with: a released file never changes.</summary>
internal sealed class ReleasedTables(FileVault vault, OutputRuleBook rules, IAccess access, Func<IReadOnlyList<StatisticsTable>> madeHere)
{
    private readonly ConcurrentDictionary<(string Submission, string File), ComparableTable?> tables = new();

    private readonly ConcurrentDictionary<string, ComparableTable> made = new(StringComparer.Ordinal);

    public ReleasedBefore Of(PermitId permit, IEnumerable<SubmissionView> submissions)
    {
        var datasets = DatasetsOf(permit);
        List<ComparableTable> own = [], linked = [];
        List<ComparableTable>? ListFor(PermitId other) => other == permit ? own : DatasetsOf(other).Overlaps(datasets) ? linked : null;
        foreach (var submission in submissions.Where(s => s.IsOut))
        {
            ListFor(submission.Permit)?.AddRange(submission.Files.Select(f => tables.GetOrAdd((submission.Id, f.FileName), _ => Read(submission, f))).OfType<ComparableTable>());
        }

        foreach (var table in madeHere())
        {
            ListFor(new(table.Permit))?.Add(made.GetOrAdd(table.Id, _ => new(table.ToCells())));
        }

        return new(own, linked);
    }

    public HashSet<DatasetId> DatasetsOf(PermitId permit) => [.. access.FindPermit(permit)?.Use.Datasets.Select(d => d.Dataset) ?? []];

    private ComparableTable? Read(SubmissionView submission, OutputDeclaration file) =>
        vault.Read(submission.Sha256ByFile[file.FileName]) is { } content && Inspection.CellsOf(file, content, rules.Named(submission.OutputRules)) is { } cells ? new(cells) : null;
}
