using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Ledger;
using Minato.Tables;
using Minato.Warehouse.Keeping;
using Minato.Warehouse.Standing;

namespace Minato.Warehouse;

/// <summary><c>warehouse.dataset-registered</c> on stream <c>dataset/&lt;id&gt;</c>.</summary>
internal sealed record DatasetRegistered(string Dataset, string Holder, string Category, string TitleJa, string TitleEn)
{
    public const string Type = "warehouse.dataset-registered";

    public DatasetInfo ToInfo() => new(new(Dataset), new(Holder), Enum.Parse<DataCategory>(Category), new(TitleJa, TitleEn));

    public static DatasetRegistered Of(DatasetInfo info) => new(info.Id.Value, info.Holder.Value, info.Category.ToString(), info.Title.Ja, info.Title.En);
}

/// <summary><c>warehouse.snapshot-committed</c> on stream <c>dataset/&lt;id&gt;</c>: the snapshot names its bytes, so the ledger pins them.</summary>
internal sealed record SnapshotCommitted(string Dataset, string Snapshot, int Number, string? Parent, string Cause, IReadOnlyDictionary<string, long> Rows)
{
    public const string Type = "warehouse.snapshot-committed";

    public static SnapshotCommitted Of(Snapshot snapshot) => new(
        snapshot.Dataset.Value,
        snapshot.Id,
        snapshot.Number,
        snapshot.Parent,
        snapshot.Cause,
        new SortedDictionary<string, long>(snapshot.Files.GroupBy(f => f.Table).ToDictionary(g => g.Key, g => g.Sum(f => f.Rows)), StringComparer.Ordinal));
}

/// <summary><c>warehouse.quality-measured</c> on stream <c>dataset/&lt;id&gt;</c>: how many checks passed, failed and depart on purpose, by category. No row is counted here.</summary>
/// <param name="Report">SHA-256 of the report's file, in hex.</param>
internal sealed record QualityMeasured(string Dataset, string Snapshot, string? Delivery, string Standard, string Departures, IReadOnlyDictionary<string, QualityMeasured.Tally> Categories, string Report)
{
    public const string Type = "warehouse.quality-measured";

    public static QualityMeasured Of(QualityReport report, string hash) => new(
        report.Dataset,
        report.Snapshot,
        report.Delivery,
        report.Standard,
        report.Departures,
        new SortedDictionary<string, Tally>(
            Enum.GetValues<QualityCategory>().ToDictionary(
                c => JsonNamingPolicy.CamelCase.ConvertName(c.ToString()),
                c => new Tally(report.Count(QualityStatus.Passed, c), report.Count(QualityStatus.Failed, c), report.Count(QualityStatus.Departure, c), report.Count(QualityStatus.NotApplicable, c))),
            StringComparer.Ordinal),
        hash);

    internal sealed record Tally(int Passed, int Failed, int Departures, int NotApplicable);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DatasetRegistered))]
[JsonSerializable(typeof(SnapshotCommitted))]
[JsonSerializable(typeof(QualityMeasured))]
[JsonSerializable(typeof(PersonRemoved))]
[JsonSerializable(typeof(SnapshotsDropped))]
internal sealed partial class DatasetJson : JsonSerializerContext;

/// <summary>The warehouse's part of the ledger: one stream per dataset.</summary>
internal sealed class DatasetEvents(ILedger ledger)
{
    private const string Prefix = "dataset/";

    public IEnumerable<DatasetInfo> Registered() => ledger.ReadAll(0, Prefix)
        .Where(e => e.Type == DatasetRegistered.Type && !e.Erased)
        .Select(e => JsonSerializer.Deserialize(e.Json.Span, DatasetJson.Default.DatasetRegistered)!.ToInfo());

    public Outcome<Appended> Append(DatasetInfo info)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(DatasetRegistered.Of(info), DatasetJson.Default.DatasetRegistered);
        return ledger.AppendAsync(Prefix + info.Id, -1, Actor.Harbour.Id, [new(DatasetRegistered.Type, payload)]).GetAwaiter().GetResult();
    }

    /// <summary>Recorded once, however often it is said.</summary>
    public Task<Outcome<Appended>> AppendAsync(Snapshot snapshot, CancellationToken ct)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(SnapshotCommitted.Of(snapshot), DatasetJson.Default.SnapshotCommitted);
        return ledger.AppendAsync(Prefix + snapshot.Dataset, -1, Actor.Harbour.Id, [new(SnapshotCommitted.Type, payload)], $"snapshot:{snapshot.Id}", ct);
    }

    /// <summary>Recorded once per report.</summary>
    public Task<Outcome<Appended>> AppendAsync(QualityReport report, string hash, CancellationToken ct)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(QualityMeasured.Of(report, hash), DatasetJson.Default.QualityMeasured);
        return ledger.AppendAsync(Prefix + report.Dataset, -1, Actor.Harbour.Id, [new(QualityMeasured.Type, payload)], $"quality:{hash}", ct);
    }

    /// <summary>Recorded once per removal: its commitment is its own.</summary>
    public Task<Outcome<Appended>> AppendAsync(PersonRemoved removed, ActorId by, CancellationToken ct)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(removed, DatasetJson.Default.PersonRemoved);
        return ledger.AppendAsync(Prefix + removed.Dataset, -1, by, [new(PersonRemoved.Type, payload)], $"removed:{removed.Commitment}", ct);
    }

    public Task<Outcome<Appended>> AppendAsync(SnapshotsDropped dropped, ActorId by, CancellationToken ct)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(dropped, DatasetJson.Default.SnapshotsDropped);
        return ledger.AppendAsync(Prefix + dropped.Dataset, -1, by, [new(SnapshotsDropped.Type, payload)], $"dropped:{dropped.Snapshots[^1]}", ct);
    }

    /// <summary>The deliveries whose snapshots were said, with their numbers, oldest first.</summary>
    public List<(DeliveryId Delivery, int Number)> Deliveries(DatasetId dataset) =>
        [.. ledger.ReadStream(Prefix + dataset).Where(e => e.Type == SnapshotCommitted.Type && !e.Erased)
            .Select(e => JsonSerializer.Deserialize(e.Json.Span, DatasetJson.Default.SnapshotCommitted)!)
            .Select(s => (Delivery: SnapshotCause.DeliveryOf(s.Cause), s.Number)).Where(s => s.Delivery is not null).Select(s => (s.Delivery!.Value, s.Number)).OrderBy(s => s.Number)];

    /// <summary>The snapshots that were said: committed, or what committed ones became.</summary>
    public HashSet<string> Snapshots(DatasetId dataset) =>
        [.. ledger.ReadStream(Prefix + dataset).Where(e => !e.Erased).SelectMany(e => e.Type switch
        {
            SnapshotCommitted.Type => [JsonSerializer.Deserialize(e.Json.Span, DatasetJson.Default.SnapshotCommitted)!.Snapshot],
            PersonRemoved.Type => JsonSerializer.Deserialize(e.Json.Span, DatasetJson.Default.PersonRemoved)!.Snapshots.Values,
            _ => Enumerable.Empty<string>(),
        })];
}
