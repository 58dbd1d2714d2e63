using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>A coded field <c>code^text^system^code^text^system</c> in the harbour's words: the preferred system first, a national one before a local one.</summary>
internal static class Hl7Code
{
    public static readonly string[] Drugs = [CodeSystem.Yj, CodeSystem.Drug, CodeSystem.Hot];

    /// <summary>Codes that only say that the true ones stand elsewhere: kinds of injection and of prescription.</summary>
    private static readonly string[] Placeholders = ["99I02", "JHSI0002"];

    public static (string System, string Code)? Best(Segment segment, int field, string[] preferred)
    {
        (string System, string Code)? best = null;
        var bestRank = int.MaxValue;
        for (var from = 1; from <= 4; from += 3)
        {
            var code = segment.Text(field, from);
            var said = segment.Text(field, from + 2) ?? "";
            if (code is null || Placeholders.Contains(said) || !FieldText.IsCode(code))
            {
                continue;
            }

            var system = SystemOf(said, code);
            code = system == CodeSystem.Icd10 ? Icd10Code.Plain(code) : code;
            if (code is null)
            {
                continue;
            }

            var at = Array.IndexOf(preferred, system);
            var rank = at >= 0 ? at : !system.StartsWith(CodeSystem.OtherPrefix, StringComparison.Ordinal) ? 50 : IsLocal(said) ? 70 : 60;
            if (rank < bestRank)
            {
                (best, bestRank) = ((system, code), rank);
            }
        }

        return best;
    }

    /// <summary>The unit's code (ISO+, MERIT-9), else its name.</summary>
    public static string? Unit(Segment segment, int field)
    {
        var unit = segment.Text(field) ?? segment.Text(field, 2);
        return unit is not null && FieldText.IsUnit(unit) ? unit : null;
    }

    private static string SystemOf(string said, string code) => said.ToUpperInvariant() switch
    {
        "I10" or "ICD10" or "I10P" => CodeSystem.Icd10,
        "JC10" when code.Length is 15 or 17 => CodeSystem.Jlac10,
        "LN" => CodeSystem.Loinc,
        "SCT" => CodeSystem.Snomed,
        "HOT7" or "HOT9" or "HOT13" or "HOT" when code.Length is 7 or 9 or 13 && FieldText.IsDigits(code, code.Length) => CodeSystem.Hot,
        "YJ" when code.Length == 12 => CodeSystem.Yj,
        "MDCDX2" => CodeSystem.OtherPrefix + "medis-disease-exchange",
        "MDCDX" => CodeSystem.OtherPrefix + "medis-disease",
        _ => FieldText.IsCode(said, 24) ? CodeSystem.OtherPrefix + said : CodeSystem.OtherPrefix + "unnamed",
    };

    /// <summary>HL7 table 0396: 99 and L begin local systems.</summary>
    private static bool IsLocal(string system) => system.Length == 0 || system.StartsWith("99", StringComparison.Ordinal) || system == "L";
}
