using System.Text;
using System.Text.Json.Nodes;
using Minato.Formats.Views;

namespace Minato.Formats.Tests.Views;

/// <summary>Runs a view on texts, and gives its rows.</summary>
internal static class Viewing
{
    public static string Root { get; } = Find();

    public static Outcome<View> Compile(string json) => View.Compile(Encoding.UTF8.GetBytes(json), "test.json");

    public static (List<JsonObject> Rows, ViewFigures Figures) Run(View view, string text, string name = "a.ndjson") => Run(view, Encoding.UTF8.GetBytes(text), name);

    public static (List<JsonObject> Rows, ViewFigures Figures) Run(View view, byte[] bytes, string name = "a.ndjson")
    {
        var (text, figures) = Text(view, bytes, name, s => new NdjsonView(s, view.Columns));
        return ([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!.AsObject())], figures);
    }

    public static (string Text, ViewFigures Figures) Text(View view, byte[] bytes, string name, Func<Stream, IViewOutput> open)
    {
        using var stream = new MemoryStream();
        using var output = open(stream);
        var run = new ViewRun(view, output);
        run.Read(new MemoryStream(bytes), name, TestContext.Current.CancellationToken);
        output.Complete();
        return (Encoding.UTF8.GetString(stream.ToArray()), run.Figures);
    }

    /// <summary>Equal as JSON, numbers by value: 5.0 is 5.</summary>
    public static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(p => y.ContainsKey(p.Key) && Same(p.Value, y[p.Key])),
        (JsonValue x, JsonValue y) => x.TryGetValue(out decimal m) && y.TryGetValue(out decimal n) ? m == n : x.ToJsonString() == y.ToJsonString(),
        _ => false,
    };

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minato.slnx")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
