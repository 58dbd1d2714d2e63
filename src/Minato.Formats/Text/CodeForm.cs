namespace Minato.Formats.Text;

/// <summary>How the code systems write their codes.</summary>
internal static class CodeForm
{
    /// <summary>The code as the harbour writes it; null where it is none of its system.</summary>
    public static string? Of(string system, string code) => system switch
    {
        CodeSystem.Icd10 => Icd10Code.Plain(code),
        _ => FieldText.IsCode(code) && HasForm(system, code) ? code : null,
    };

    /// <summary>Whether the form alone keeps words out.</summary>
    public static bool IsFixed(string system) =>
        system is CodeSystem.Icd10 or CodeSystem.Disease or CodeSystem.Procedure or CodeSystem.Drug or CodeSystem.Yj or CodeSystem.Hot or CodeSystem.Jlac10;

    private static bool HasForm(string system, string code) => system switch
    {
        CodeSystem.Disease => FieldText.IsDigits(code, 7),
        CodeSystem.Procedure or CodeSystem.Drug => FieldText.IsDigits(code, 9),
        CodeSystem.Yj => code.Length == 12,
        CodeSystem.Hot => code.Length is 7 or 9 or 13 && FieldText.IsDigits(code, code.Length),
        CodeSystem.Jlac10 => code.Length is 15 or 17,
        _ => true,
    };
}
