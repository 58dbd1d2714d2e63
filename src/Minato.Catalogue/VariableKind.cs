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
    public static VariableKind Of(Column column)
    {
        var name = column.Name;
        return name switch
        {
            "record_key" or "source_line" => VariableKind.Plumbing,
            "link_class" => VariableKind.Category,
            _ when column.Type == ColumnType.Uuid => VariableKind.Identifier,

            // Institutions are identified by these in Japan; they are marked items of the third-party provision guideline.
            _ when name.Contains("care_site", StringComparison.Ordinal) || name.Contains("provider", StringComparison.Ordinal) || name.Contains("facility", StringComparison.Ordinal) => VariableKind.Identifier,
            _ when name.EndsWith("_concept_id", StringComparison.Ordinal) => VariableKind.Concept,
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

    /// <summary>The concept that says what a row of the table is: <c>condition_concept_id</c> of <c>condition_occurrence</c>.</summary>
    public static Column? MainConcept(TableShape table) =>
        table.Name == "person" ? null : table.Columns.FirstOrDefault(c =>
            c.Name.EndsWith("_concept_id", StringComparison.Ordinal) && !c.Name.EndsWith("_type_concept_id", StringComparison.Ordinal) && !c.Name.EndsWith("_source_concept_id", StringComparison.Ordinal));

    /// <summary>The day a row of the table happened or began.</summary>
    public static Column? MainDate(TableShape table) => table.Columns.FirstOrDefault(c => c.Type == ColumnType.Date);
}
