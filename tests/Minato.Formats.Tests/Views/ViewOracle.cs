using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hl7.Fhir.ElementModel;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.FhirPath;
using Hl7.FhirPath.Expressions;

namespace Minato.Formats.Tests.Views;

/// <summary>
/// The specification's processing algorithm word for word, each path evaluated by the reference implementation (Firely):
/// slow and plain, to compare with. It knows of keys and boundaries only what the shipped views use.
/// </summary>
internal sealed class ViewOracle
{
    private readonly JsonObject view;
    private readonly FhirPathCompilerCache paths;
    private Dictionary<string, string> bundle = [];
    private string? own;
    private PocoNode? root;

    public ViewOracle(string json)
    {
        view = JsonNode.Parse(json)!.AsObject();
        var functions = new SymbolTable(FhirPathCompiler.DefaultSymbolTable).AddFhirExtensions();
        functions.Add("getResourceKey", (PocoNode r) => own ?? (Child(r, "id") is { } id ? $"{TypeOf(root!)}/{id}" : null)!, true);
        functions.Add("getReferenceKey", (PocoNode r, string t) => KeyOf(r, t)!, true);
        functions.Add("lowBoundary", (PocoNode d) => Low(ValueOf(d)!.ToString()!), true);
        paths = new(new FhirPathCompiler(functions));
    }

    /// <summary>The values of a path over a resource, for comparing paths alone.</summary>
    public static List<string> Path(string resource, string path)
    {
        var node = Node(resource);
        return [.. node.Select(path).Where(x => x.Value is not null).Select(x => Convert.ToString(x.Value, CultureInfo.InvariantCulture)! switch { "True" => "true", "False" => "false", var s => s })];
    }

    /// <summary>Rows of a resource or Bundle.</summary>
    public IEnumerable<JsonObject> Rows(string json)
    {
        var node = JsonNode.Parse(json)!;
        if (node["resourceType"]!.GetValue<string>() != "Bundle")
        {
            (bundle, own) = ([], null);
            return Of(json);
        }

        var entries = node["entry"]!.AsArray();
        bundle = entries.Where(e => e!["fullUrl"]?.GetValue<string>().StartsWith("urn:", StringComparison.Ordinal) == true)
            .ToDictionary(e => e!["fullUrl"]!.GetValue<string>(), e => e!["resource"]!["resourceType"]!.GetValue<string>());
        return entries.SelectMany(e =>
        {
            own = e!["fullUrl"]?.GetValue<string>() is { } url && bundle.ContainsKey(url) ? url : null;
            return Of(e["resource"]!.ToJsonString()).ToList();
        });
    }

    // Forgiving: some of the samples break rules on purpose.
    private static PocoNode Node(string json)
    {
        new FhirJsonDeserializer().TryDeserializeResource(json, out var resource, out _);
        return resource!.ToPocoNode(ModelInfo.ModelInspector);
    }

    private static object? ValueOf(PocoNode node) => ((ITypedElement)node).Value;

    private static string TypeOf(PocoNode node) => ((ITypedElement)node).InstanceType!;

    private static object? Child(PocoNode node, string name) => ((ITypedElement)node).Children(name).FirstOrDefault()?.Value;

    private static string Low(string date) => date.Split('T')[0] switch
    {
        { Length: 4 } y => y + "-01-01",
        { Length: 7 } m => m + "-01",
        var d => d,
    };

    private IEnumerable<JsonObject> Of(string json)
    {
        root = Node(json);
        return TypeOf(root) == view["resource"]!.GetValue<string>() && Items(view, "where").All(w => Eval(w["path"]!, root, 0) is [var only] && ValueOf(only) is true)
            ? Product([.. Items(view, "select").Select(s => Process(s, root).ToList())])
            : [];
    }

    private IEnumerable<JsonObject> Process(JsonObject s, PocoNode node)
    {
        var each = s["forEach"] ?? s["forEachOrNull"];
        var foci = each is null ? [node] : Eval(each, node, 0);
        var i = 0;
        foreach (var f in foci)
        {
            var parts = new List<List<JsonObject>> { new() { new(Items(s, "column").Select(c => KeyValuePair.Create(c["name"]!.GetValue<string>(), Value(c, f, i)))) } };
            parts.AddRange(Items(s, "select").Select(x => Process(x, f).ToList()));
            if (s["unionAll"] is not null)
            {
                parts.Add([.. Items(s, "unionAll").SelectMany(u => Process(u, f))]);
            }

            foreach (var row in Product(parts))
            {
                yield return row;
            }

            i++;
        }

        if (i == 0 && s["forEachOrNull"] is not null)
        {
            yield return new(Items(s, "column").Select(c => KeyValuePair.Create(c["name"]!.GetValue<string>(), c["path"]!.GetValue<string>() == "%rowIndex" ? (JsonNode?)0 : null)));
        }
    }

    private JsonNode? Value(JsonObject column, PocoNode focus, int row)
    {
        var found = Eval(column["path"]!, focus, row).Select(ValueOf).ToList();
        JsonNode? value = found switch
        {
            [] or [null] => null,
            [bool b] => b,
            [int n] => n,
            [long n] => n,
            [decimal d] => d,
            [{ } other] => other.ToString(),
            _ => throw new InvalidOperationException("several values"),
        };
        if (column["tag"]?[0]?["value"]?.GetValue<string>() == "DATE" && value is not null)
        {
            var text = value.GetValue<string>();
            return text.Length >= 10 ? text[..10] : null;
        }

        return value;
    }

    private static IEnumerable<JsonObject> Product(List<List<JsonObject>> parts) => parts.Aggregate(
        (IEnumerable<JsonObject>)[[]], (rows, part) => rows.SelectMany(_ => part, (a, b) => new JsonObject(a.Concat(b).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())))));

    private static IEnumerable<JsonObject> Items(JsonObject holder, string name) => holder[name]?.AsArray().Select(x => x!.AsObject()) ?? [];

    private List<PocoNode> Eval(JsonNode path, PocoNode focus, int row)
    {
        var text = Regex.Replace(path.GetValue<string>(), "%([A-Za-z0-9_]+)", m => m.Groups[1].Value == "rowIndex"
            ? row.ToString(CultureInfo.InvariantCulture)
            : $"'{Items(view, "constant").First(c => c["name"]!.GetValue<string>() == m.Groups[1].Value)["valueUri"]!.GetValue<string>()}'");
        text = Regex.Replace(text, @"getReferenceKey\((\w+)\)", "getReferenceKey('$1')");
        return [.. paths.Select(focus, text)];
    }

    private string? KeyOf(PocoNode reference, string type) => Child(reference, "reference") is string text
        ? text.StartsWith("urn:", StringComparison.Ordinal) ? bundle.GetValueOrDefault(text) == type ? text : null
            : Regex.Match(text, @"^(?:https?://.*/)?(\w+)/([^/]+)$") is { Success: true } m && m.Groups[1].Value == type ? $"{type}/{m.Groups[2].Value}" : null
        : null;
}
