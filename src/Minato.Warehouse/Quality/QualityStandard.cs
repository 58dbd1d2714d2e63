using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Warehouse.Quality;

/// <summary>How much may fail, and beyond what a value cannot be true: <c>standards/quality</c>.</summary>
internal sealed record QualityStandard(
    string Version, DateOnly Earliest, IReadOnlyList<QualityStandard.Threshold> Thresholds, IReadOnlyList<QualityStandard.Limits> Values,
    IReadOnlyList<QualityStandard.Measured> Measurements, IReadOnlyList<QualityStandard.OneSex> Sexes)
{
    public static QualityStandard Current { get; } = JsonSerializer.Deserialize(Resource("quality/quality-v1.json"), StandardJson.Default.QualityStandard)!;

    /// <summary>Percent of the rows that may fail; the most exact entry holds.</summary>
    public decimal PercentOf(string check, string table, string? field) => Thresholds
        .Where(t => t.Check == check && Pattern.Matches(t.Table, table) && Pattern.Matches(t.Field, field ?? ""))
        .OrderByDescending(t => (t.Table == "*" ? 0 : 2) + (t.Field == "*" ? 0 : 1))
        .Select(t => t.Percent).FirstOrDefault();

    internal static Stream Resource(string name) => typeof(QualityStandard).Assembly.GetManifestResourceStream(name)!;

    /// <param name="Table"><c>*</c>: any; <paramref name="Field"/> may begin with <c>*</c>.</param>
    internal sealed record Threshold(string Check, string Table, string Field, decimal Percent);

    internal sealed record Limits(string Table, string Field, decimal? Low = null, decimal? High = null);

    /// <param name="Units">UCUM concepts in which the item may be written; the limits are in the first, the others must be equal to it.</param>
    internal sealed record Measured(long Concept, string Name, IReadOnlyList<long> Units, decimal Low, decimal High);

    /// <param name="Sex"><c>male</c> or <c>female</c>.</param>
    internal sealed record OneSex(long Concept, string Name, string Sex);
}

/// <summary>Where the warehouse departs from the CDM on purpose: <c>standards/cdm/departures-v1.json</c>.</summary>
internal sealed record Departures(string Version, [property: JsonPropertyName("departures")] IReadOnlyList<Departures.Departure> All)
{
    public static Departures Current { get; } = JsonSerializer.Deserialize(QualityStandard.Resource("cdm/departures-v1.json"), StandardJson.Default.Departures)!;

    /// <summary>Null where the CDM is to be kept to.</summary>
    public string? ReasonFor(string check, string table, string? field) =>
        All.FirstOrDefault(d => d.Check == check && Pattern.Matches(d.Table, table) && Pattern.Matches(d.Field, field ?? ""))?.Reason;

    internal sealed record Departure(string Check, string Table, string Field, string Reason);
}

/// <summary><c>*</c> for anything, <c>*_datetime</c> for what ends so, else the very name.</summary>
internal static class Pattern
{
    public static bool Matches(string pattern, string name) =>
        pattern.StartsWith('*') ? name.EndsWith(pattern[1..], StringComparison.Ordinal) : pattern == name;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QualityStandard))]
[JsonSerializable(typeof(Departures))]
internal sealed partial class StandardJson : JsonSerializerContext;
