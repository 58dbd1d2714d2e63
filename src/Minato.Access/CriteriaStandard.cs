namespace Minato.Access;

/// <summary>The published review criteria (I3), and how large the panel is.</summary>
internal sealed record CriteriaStandard(string Id, string Version, DateOnly ValidFrom, Bilingual Title, Panel Panel, IReadOnlyList<Criterion> Criteria) : IStandard
{
    // Three people, one of them a citizen, is what a permit means here (E5); a file may ask for more, never for less.
    public string? Defect =>
        Panel.Reviewers < 3 ? "a panel has at least three reviewers"
        : Panel.Citizens < 1 ? "a panel has at least one citizen"
        : Panel.Citizens > Panel.Reviewers ? "a panel cannot have more citizens than reviewers"
        : Criteria.Count == 0 ? "it has no criteria"
        : Criteria.FirstOrDefault(c => !Slug.IsValid(c.Id)) is { } bad ? $"'{bad.Id}' is not a valid id"
        : Criteria.DistinctBy(c => c.Id).Count() != Criteria.Count ? "a criterion is listed twice"
        : null;
}

internal sealed record Panel(int Reviewers, int Citizens);
