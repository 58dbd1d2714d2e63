using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minato.Workspace.Sessions;

/// <summary>Notebooks as Jupyter keeps them (nbformat 4.5), so that they can be opened by every program that knows them.</summary>
internal static class NotebookFile
{
    private const string TableType = "application/vnd.minato.table+json";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JobLanguage language, IEnumerable<CellView> cells)
    {
        var (name, display, plain) = language == JobLanguage.R ? ("ir", "R", "R") : ("python3", "Python 3", "python");
        return new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(c => new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = $"cell-{c.Id}",
                ["metadata"] = new JsonObject(),
                ["execution_count"] = c.Number,
                ["source"] = c.Code,
                ["outputs"] = new JsonArray([.. c.Outputs.Select(Output)]),
            })]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["name"] = name, ["display_name"] = display, ["language"] = plain },
                ["language_info"] = new JsonObject { ["name"] = plain },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString(Options);
    }

    /// <summary>The texts of its cells of code; other cells are left out.</summary>
    public static Outcome<IReadOnlyList<string>> Codes(Stream stream)
    {
        const int most = 500;
        try
        {
            var cells = JsonNode.Parse(stream)?["cells"]?.AsArray() ?? [];
            return Outcome<IReadOnlyList<string>>.Ok([.. cells.Where(c => (string?)c?["cell_type"] == "code").Take(most).Select(c => c!["source"] switch
            {
                JsonArray lines => string.Concat(lines.Select(l => (string?)l)),
                JsonValue text => (string?)text ?? "",
                _ => "",
            })]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or InvalidDataException or FormatException)
        {
            return Finding.Error("session.notebook", "The file is no notebook", "Name a file that ends in .ipynb");
        }
    }

    private static JsonObject Output(CellOutput output) => output switch
    {
        CellOutput.Text t => new() { ["output_type"] = "stream", ["name"] = t.IsError ? "stderr" : "stdout", ["text"] = t.Content },
        CellOutput.Picture p => Shown(new JsonObject { ["image/png"] = p.Png }),
        CellOutput.Table t => Shown(new JsonObject
        {
            ["text/plain"] = string.Join('\n', t.Lines.Prepend(t.Columns).Select(l => string.Join('\t', l))),
            [TableType] = new JsonObject { ["rows"] = t.Rows, ["columns"] = new JsonArray([.. t.Columns.Select(c => JsonValue.Create(c))]) },
        }),
        _ => [],
    };

    private static JsonObject Shown(JsonObject data) => new() { ["output_type"] = "display_data", ["data"] = data, ["metadata"] = new JsonObject() };
}
