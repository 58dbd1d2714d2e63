using System.Text.Json;
using Minato.Disclosure;

namespace Minato.Processing.Feasibility;

/// <summary>The rule in force: the file <c>feasibility/*.json</c> of the highest name.</summary>
internal static class FeasibilityStandard
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    /// <returns>Refused with <c>standard.unknown</c> or <c>standard.broken</c>.</returns>
    public static Outcome<FeasibilityRule> Read(string standardsFolder)
    {
        var folder = Path.Join(standardsFolder, "feasibility");
        if ((Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Max(StringComparer.Ordinal) : null) is not { } file)
        {
            return Finding.Error("standard.unknown", "There is no rule for counts before applying", "Put one into standards/feasibility");
        }

        try
        {
            var rule = JsonSerializer.Deserialize<FeasibilityRule>(File.ReadAllBytes(file), Json);
            if (rule is { Smallest: >= 1, RoundedTo: >= 1, CloseBelow: >= 1, NumbersPerMonth: >= 0 })
            {
                _ = new CellKeyNoise(rule.GreatestNoise, rule.NoiseVariance, neverShown: 0);
                return rule;
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
        }

        return Finding.Error(
            "standard.broken", "The rule for counts before applying cannot be used", "Give smallest, roundedTo, closeBelow and numbersPerMonth, and a greatest noise and variance that fit them", new Place(File: Path.GetFileName(file)));
    }
}
