using System.Reflection;
using System.Text.Json;

namespace Minato.Formats.OpenMHealth;

/// <summary>Which schemas are read and what their measures are called here: <c>standards/formats/open-mhealth-v1.json</c>.</summary>
internal sealed class MeasureBook
{
    private readonly Dictionary<(string Namespace, string Name), Schema> schemas = [];
    private readonly Dictionary<string, string> units;

    private MeasureBook(Written said)
    {
        units = said.Units;
        foreach (var schema in said.Schemas)
        {
            foreach (var space in schema.Namespaces)
            {
                schemas.Add((space, schema.Name), schema);
            }
        }
    }

    public static MeasureBook Shipped { get; } = Load();

    public Schema? Of(string space, string name) => schemas.GetValueOrDefault((space, name));

    /// <summary>UCUM for a unit as the schemas write it; null for units they do not have.</summary>
    public string? Ucum(string unit) => units.GetValueOrDefault(unit);

    private static MeasureBook Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("open-mhealth-v1.json")!;
        return new MeasureBook(JsonSerializer.Deserialize<Written>(stream, JsonSerializerOptions.Web)!);
    }

    private sealed record Written(Dictionary<string, string> Units, List<Schema> Schemas);
}

/// <param name="Versions">Versions that were looked at. A newer one of the same major version is read too: minor versions only add.</param>
internal sealed record Schema(string Name, IReadOnlyList<string> Namespaces, IReadOnlyList<string> Versions, IReadOnlyList<Measure> Measures)
{
    public bool Reads(string version)
    {
        var major = version.Split('.')[0];
        return Versions.Contains(version) || (version.Length < 8 && Versions.Any(v => v.Split('.')[0] == major));
    }
}

/// <param name="Field">Property of the body: a number with its unit.</param>
/// <param name="Bare">The unit where the property is a number alone.</param>
/// <param name="Units">The units for which this code stands; all where none are named.</param>
internal sealed record Measure(string Field, string System, string Code, string? Bare = null, IReadOnlyList<string>? Units = null);
