using Minato.Tables;

namespace Minato.Catalogue;

/// <summary>How a column may be described without describing a person.</summary>
internal enum VariableKind
{
    /// <summary>The warehouse's own bookkeeping: not a variable at all.</summary>
    Plumbing,

    /// <summary>Names a person, a row, a clinic: only how many are missing is said.</summary>
    Identifier,

    /// <summary>OMOP concept: most frequent values with names.</summary>
    Concept,

    /// <summary>Text, class or flag: most frequent values.</summary>
    Category,
    Number,

    /// <summary>A year within a number column.</summary>
    Year,
    Date,
}

internal static class VariableKinds
{
    public const string SourceSystem = "source_system";

    private const string Concept = "_concept_id";

    private static readonly string[] MarkedItems = ["care_site", "provider", "facility", "payer_source", "plan_source", "sponsor_source"];

    private static readonly string[] WithoutCodes = ["person", "observation_period", "cost", "payer_plan_period"];

    public static VariableKind Of(Column column)
    {
        var name = column.Name;
        return name switch
        {
            "record_key" or "source_line" => VariableKind.Plumbing,
            "link_class" => VariableKind.Category,
            _ when column.Type == ColumnType.Uuid => VariableKind.Identifier,

            // Institutions and insurers are identified by these in Japan; they are marked items of the third-party provision guideline.
            _ when MarkedItems.Any(m => name.Contains(m, StringComparison.Ordinal)) => VariableKind.Identifier,
            _ when name.EndsWith(Concept, StringComparison.Ordinal) => VariableKind.Concept,
            _ when name.EndsWith("_id", StringComparison.Ordinal) => VariableKind.Identifier,
            "person_source_value" => VariableKind.Identifier,
            _ when column.Type is ColumnType.Integer && name.StartsWith("year_", StringComparison.Ordinal) => VariableKind.Year,
            _ => column.Type switch
            {
                ColumnType.Integer or ColumnType.Decimal => VariableKind.Number,
                ColumnType.Date => VariableKind.Date,
                _ => VariableKind.Category,
            },
        };
    }

    /// <summary>The concept that says what a row of the table is (<c>condition_concept_id</c> of <c>condition_occurrence</c>); null where rows have no code of their own.</summary>
    public static Column? MainConcept(TableShape table) =>
        WithoutCodes.Contains(table.Name) ? null : table.Columns.FirstOrDefault(c =>
            c.Name.EndsWith(Concept, StringComparison.Ordinal) && !c.Name.EndsWith("_type_concept_id", StringComparison.Ordinal) && !c.Name.EndsWith("_source_concept_id", StringComparison.Ordinal));

    /// <summary>The code that <see cref="MainConcept"/> was mapped from; its system stands in <see cref="SourceSystem"/>.</summary>
    public static Column? MainSourceValue(TableShape table) =>
        MainConcept(table) is { } concept && table.Columns.Any(c => c.Name == SourceSystem)
            ? table.Columns.FirstOrDefault(c => c.Name == concept.Name[..^Concept.Length] + "_source_value")
            : null;

    /// <summary>The day a row of the table happened or began.</summary>
    public static Column? MainDate(TableShape table) => table.Columns.FirstOrDefault(c => c.Type == ColumnType.Date);
}
