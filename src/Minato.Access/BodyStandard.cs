namespace Minato.Access;

/// <summary>
/// Which bodies review what (H2, H10, I1): data, because the five institutional options differ in just this. One body for all; or
/// each for the datasets of its holders, their decisions gathered at one window.
/// </summary>
internal sealed record BodyStandard(string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<BodyRule> Bodies) : IStandard
{
    public string? Defect =>
        Bodies.Count == 0 ? "it has no bodies"
        : Bodies.Any(b => !Slug.IsValid(b.Id)) ? "a body has no valid id"
        : Bodies.DistinctBy(b => b.Id).Count() != Bodies.Count ? "a body is listed twice"
        : Bodies.Count(b => b.TakesAll) != 1 ? "exactly one body takes what no other does (it names no holders and no categories)"
        : null;

    /// <summary>The bodies for these datasets, at least one.</summary>
    public IReadOnlyList<string> For(RequestedUse use, Func<DatasetId, (HolderId Holder, DataCategory Category)?> dataset)
    {
        var rest = Bodies.First(b => b.TakesAll);
        string[] bodies = [.. use.Datasets.Select(g => g.Dataset).Distinct().Select(id => (dataset(id) is { } d ? Bodies.FirstOrDefault(b => b.Takes(d.Holder, d.Category)) : null) ?? rest).Select(b => b.Id).Distinct()];
        return bodies.Length == 0 ? [rest.Id] : bodies;
    }
}

internal sealed record BodyRule(string Id, Bilingual Name, IReadOnlyList<string>? Holders = null, IReadOnlyList<string>? Categories = null)
{
    public bool TakesAll => Holders is null && Categories is null;

    public bool Takes(HolderId holder, DataCategory category) =>
        Holders?.Contains(holder.Value) == true || Categories?.Contains(category.ToString(), StringComparer.OrdinalIgnoreCase) == true;

    public ReviewBody ToPort() => new(Id, Name);
}
