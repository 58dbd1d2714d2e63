namespace Minato.Warehouse.Keeping;

/// <summary><c>warehouse.person-removed</c> on stream <c>dataset/&lt;id&gt;</c>: that it was done, on which grounds, which files became which. It names nobody and counts no rows.</summary>
/// <param name="Commitment">Of the person, as the receipt opens it.</param>
/// <param name="Files">SHA-256 before → after, empty where nothing is left.</param>
/// <param name="Snapshots">Former ids → present ids.</param>
internal sealed record PersonRemoved(string Dataset, string Grounds, string Commitment, IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, string> Snapshots)
{
    public const string Type = "warehouse.person-removed";

    public static PersonRemoved Of(RemovalReceipt receipt) => new(
        receipt.Dataset, receipt.Grounds, receipt.Commitment, new SortedDictionary<string, string>(receipt.Files.ToDictionary(f => f.Before, f => f.After ?? ""), StringComparer.Ordinal), receipt.Snapshots);
}

/// <summary><c>warehouse.snapshots-dropped</c> on stream <c>dataset/&lt;id&gt;</c>: by how long a dataset's past is kept.</summary>
internal sealed record SnapshotsDropped(string Dataset, IReadOnlyList<string> Snapshots)
{
    public const string Type = "warehouse.snapshots-dropped";
}
