using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Minato.Tables;

namespace Minato.Warehouse.Quality;

/// <summary>Reports beside the dataset's manifests: <c>&lt;dataset&gt;/quality/NNNNNN-&lt;snapshot&gt;[-&lt;delivery&gt;].json</c>.</summary>
internal sealed class QualityShelf(string datasets)
{
    /// <returns>The SHA-256 of the file, in hex.</returns>
    public string Keep(QualityReport report)
    {
        var folder = FolderOf(new DatasetId(report.Dataset));
        Directory.CreateDirectory(folder);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, QualityJson.Default.QualityReport);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{report.Number:D6}-{report.Snapshot}{(report.Delivery is { } d ? "-" + d : "")}.json"));
        File.WriteAllBytes(path + ".tmp", bytes);
        File.Move(path + ".tmp", path, overwrite: true);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
    }

    /// <summary>Summaries by file, so that a report of a thousand lines is read once.</summary>
    private readonly ConcurrentDictionary<(string Path, DateTime Written), QualityShares?> shares = new();

    /// <summary>What was measured of whole snapshots, oldest first.</summary>
    public IReadOnlyList<QualityShares> SharesOf(DatasetId dataset) => !Directory.Exists(FolderOf(dataset))
        ? []
        : [.. Directory.GetFiles(FolderOf(dataset), "*.json").Select(f => shares.GetOrAdd((f, File.GetLastWriteTimeUtc(f)), x => Read(x.Path) is { Delivery: null } r ? QualityShares.Of(r) : null)).OfType<QualityShares>().OrderBy(r => r.Number)];

    private static QualityReport Read(string path) => JsonSerializer.Deserialize(File.ReadAllBytes(path), QualityJson.Default.QualityReport)!;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<QualityReport> Of(DatasetId dataset) => !Directory.Exists(FolderOf(dataset))
        ? []
        : [.. Directory.GetFiles(FolderOf(dataset), "*.json").Select(Read).OrderBy(r => r.Number).ThenBy(r => r.Delivery, StringComparer.Ordinal)];

    private string FolderOf(DatasetId dataset) => Path.Combine(datasets, Slug.Check(dataset.Value ?? "", "dataset id"), "quality");
}
