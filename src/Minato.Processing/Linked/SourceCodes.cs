using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Linked;

/// <summary>How the warehouse writes the source's own codes, and that a diagnosis is only suspected (疑い).</summary>
internal static class SourceCodes
{
    /// <summary>OMOP condition status 'Preliminary diagnosis'.</summary>
    private const long Preliminary = 32899;

    public static Expr System(TableShape shape) => Has(shape, "source_system") ? Col("source_system") : Null(ColumnType.Text);

    public static Expr Code(CdmTable table, TableShape shape) =>
        table.Source is { } source && Has(shape, source) ? Col(source) : Null(ColumnType.Text);

    public static Expr Suspected(TableShape shape) =>
        Has(shape, "condition_status_concept_id") ? Coalesce(Col("condition_status_concept_id"), 0L).Eq(Preliminary) : false;

    private static bool Has(TableShape shape, string column) => shape.Columns.Any(c => c.Name == column);
}
