using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Tables.Snapshots;

/// <summary>
/// Which manifests of a dataset are in force: <c>history.json</c>, there only once snapshots were let go or written again. Renaming it into place
/// is what does either.
/// </summary>
/// <param name="Folder">Where the manifests are.</param>
/// <param name="First">The number of the oldest kept snapshot; its parent was <paramref name="Parent"/>.</param>
/// <param name="Successors">Former ids of snapshots that were written again, with the present ones.</param>
internal sealed record History(string Folder, int First, string? Parent, IReadOnlyDictionary<string, string> Successors)
{
    public const string FileName = "history.json";
    public const string FirstFolder = "snapshots";

    public static History Whole { get; } = new(FirstFolder, 1, null, new Dictionary<string, string>());

    public static History Of(string dataset)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(dataset, FileName)), HistoryJson.Default.History)!;
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Whole;
        }
    }

    public void Write(Disk disk, string dataset)
    {
        var path = Path.Combine(dataset, FileName);
        disk.Write(path + DatasetLayout.Temporary, JsonSerializer.SerializeToUtf8Bytes(this, HistoryJson.Default.History));
        disk.Rename(path + DatasetLayout.Temporary, path);
        disk.FlushFolder(dataset);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(History))]
internal sealed partial class HistoryJson : JsonSerializerContext;
