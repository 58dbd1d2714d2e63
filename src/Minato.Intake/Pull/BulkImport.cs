using System.Text.Json;

namespace Minato.Intake;

/// <summary>
/// What a holder asks this node to fetch (FHIR <c>$import</c>, ping and pull): files by type and address, or the address of a Bulk Data manifest that lists them. All of
/// them at the server that was agreed for the dataset: a request cannot lead this node elsewhere.
/// </summary>
public sealed record BulkImport(Uri? Manifest, IReadOnlyList<(string Type, Uri Address)> Files)
{
    private const int MostFiles = 20_000;

    /// <summary>
    /// Reads the body of <c>$import</c>: a Parameters resource with <c>exportUrl</c> (and <c>exportType</c> static), or
    /// <c>{"inputFormat": "application/fhir+ndjson", "input": [{"type": …, "url": …}]}</c>.
    /// </summary>
    public static Outcome<BulkImport> Parse(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Wrong(null, "The body is no JSON object");
        }

        if (Text(body, "resourceType") == "Parameters")
        {
            var parameters = List(body, "parameter");
            var type = parameters.Where(p => Text(p, "name") == "exportType").Select(Value).FirstOrDefault() ?? "static";
            return type != "static"
                ? Wrong("exportType", "Only what has been exported (static) is fetched on request")
                : parameters.Where(p => Text(p, "name") == "exportUrl").Select(Value).FirstOrDefault() is { } url && Uri.TryCreate(url, UriKind.Absolute, out var manifest)
                    ? new BulkImport(manifest, [])
                    : Wrong("exportUrl", "There is no address of a manifest");
        }

        if (Text(body, "inputFormat") is { } format && format is not ("application/fhir+ndjson" or "application/ndjson" or "ndjson"))
        {
            return Wrong("inputFormat", "Only NDJSON is fetched");
        }

        var files = new List<(string, Uri)>();
        foreach (var file in List(body, "input"))
        {
            if (Text(file, "type") is not { } type || !Uri.TryCreate(Text(file, "url"), UriKind.Absolute, out var address) || files.Count == MostFiles)
            {
                return Wrong("input", $"A file has no type or no absolute address, or there are more than {MostFiles}");
            }

            files.Add((type, address));
        }

        return files.Count > 0 ? new BulkImport(null, files) : Wrong("input", "No file is named");

        static Finding Wrong(string? field, string reason) =>
            Finding.Error("import.body", reason, "Send Parameters with exportUrl, or inputFormat and input (type and url of NDJSON files)", new Place(Field: field));
    }

    private static List<JsonElement> List(JsonElement e, string name) => e.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement e, string name) => e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static string? Value(JsonElement p) => p.EnumerateObject().Where(v => v.Name.StartsWith("value", StringComparison.Ordinal) && v.Value.ValueKind == JsonValueKind.String).Select(v => v.Value.GetString()).FirstOrDefault();
}

public enum ImportStage
{
    Running,
    Done,
    Refused,
}

/// <summary>An import on request.</summary>
/// <param name="Receipt">Where it is done.</param>
/// <param name="Findings">Why it was refused, or remarks.</param>
public sealed record ImportState(string Id, HolderId Holder, DatasetId Dataset, ImportStage Stage, DateTimeOffset At, Receipt? Receipt, IReadOnlyList<Finding> Findings);
