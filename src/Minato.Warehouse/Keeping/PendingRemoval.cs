using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Warehouse.Keeping;

/// <summary>
/// A removal between its preparation and its word on the ledger, in a file beside the snapshots: a process that dies there leaves it, and the
/// next start says what was done.
/// </summary>
internal sealed record PendingRemoval(string By, PersonRemoved Removed)
{
    private const string Name = "removal.json";

    public static string PathIn(string datasets, DatasetId dataset) => Path.Combine(datasets, dataset.Value, Name);

    public static PendingRemoval? In(string datasets, DatasetId dataset) =>
        File.Exists(PathIn(datasets, dataset)) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(datasets, dataset)), PendingJson.Default.PendingRemoval) : null;

    public void Write(string datasets)
    {
        var path = PathIn(datasets, new DatasetId(Removed.Dataset));
        using (var file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, PendingJson.Default.PendingRemoval);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }
}

[JsonSerializable(typeof(PendingRemoval))]
internal sealed partial class PendingJson : JsonSerializerContext;
