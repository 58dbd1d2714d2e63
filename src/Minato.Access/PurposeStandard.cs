namespace Minato.Access;

/// <summary>The permitted purposes (EHDS Art. 53) and prohibited uses (Art. 54), with what Japanese law adds.</summary>
/// <param name="ExplanationField">The form's field in which the applicant explains words that sound like a prohibited use.</param>
internal sealed record PurposeStandard(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<Purpose> Purposes, IReadOnlyList<ProhibitedUse> Prohibited, string ExplanationField) : IStandard
{
    public string? Defect =>
        Purposes.Count == 0 ? "it permits no purpose"
        : Purposes.Select(p => p.Id).Concat(Prohibited.Select(p => p.Id)).FirstOrDefault(id => !Slug.IsValid(id)) is { } bad ? $"'{bad}' is not a valid id"
        : Purposes.DistinctBy(p => p.Id).Count() != Purposes.Count ? "a purpose is listed twice"
        : Prohibited.DistinctBy(p => p.Id).Count() != Prohibited.Count ? "a prohibited use is listed twice"
        : null;
}

/// <param name="Declaration">The form's field in which the applicant declares not to do it.</param>
/// <param name="Words">Lower-case parts of words at which the check stops and asks for an explanation. A hint for people, never a proof.</param>
internal sealed record ProhibitedUse(string Id, Bilingual Label, string Declaration, IReadOnlyList<string> Words, IReadOnlyList<string> Sources);
