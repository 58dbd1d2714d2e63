namespace Minato.Warehouse.Quality;

/// <summary>
/// A check as three pieces of SQL: which rows (<paramref name="Source"/>), which of them it is about, which of those break it. Checks of one source
/// are counted in one pass.
/// </summary>
/// <param name="Weight">How many of the table's rows one row of the source stands for.</param>
/// <param name="Settled">Of checks of form, which need no row: whether it is broken.</param>
internal sealed record QualityCheck(
    string Name, string Table, string? Field, string Source, string Applies, string Violates, string Weight = "1", string? About = null, bool? Settled = null)
{
    public QualityCategory Category => Name switch
    {
        _ when Name.StartsWith("plausible", StringComparison.Ordinal) || Name == "withinVisitDates" => QualityCategory.Plausibility,
        _ when Name.StartsWith("measure", StringComparison.Ordinal) || Name.EndsWith("Completeness", StringComparison.Ordinal) => QualityCategory.Completeness,
        _ => QualityCategory.Conformance,
    };

    /// <summary>A check that looks at the table's shape alone.</summary>
    public static QualityCheck OfForm(string name, string table, string? field, bool broken) => new(name, table, field, "", "", "", Settled: broken);
}
