using System.Globalization;
using Minato.Tables;

namespace Minato.Warehouse.Quality;

/// <summary>What the CDM's published field list demands: tables, columns in their order, types, lengths, keys, concepts of the right domain.</summary>
internal sealed class ConformanceChecks(ISqlDialect sql, IReadOnlyDictionary<string, TableShape> shapes)
{
    /// <summary>Tables of the vocabulary itself: their concepts need not be standard ones.</summary>
    private static readonly HashSet<string> OfVocabulary = ["concept", "vocabulary", "domain", "concept_class", "concept_ancestor", "cdm_source"];

    public IEnumerable<QualityCheck> All()
    {
        foreach (var table in CdmField.All.GroupBy(f => f.Table))
        {
            var there = shapes.TryGetValue(table.Key, out var shape);
            yield return QualityCheck.OfForm("cdmTable", table.Key, null, !there);
            foreach (var check in there ? table.Index().SelectMany(f => Of(shape!, f.Index, f.Item)) : [])
            {
                yield return check;
            }
        }
    }

    private IEnumerable<QualityCheck> Of(TableShape shape, int position, CdmField field)
    {
        var (table, name) = (shape.Name, field.Name);
        var column = shape.Columns.FirstOrDefault(c => c.Name == name);
        yield return QualityCheck.OfForm("cdmField", table, name, shape.Columns.Count <= position || shape.Columns[position].Name != name);
        if (column is null)
        {
            yield break;
        }

        var (rows, value) = (sql.Quote(table), sql.Quote(name));
        yield return QualityCheck.OfForm("cdmDatatype", table, name, !field.Fits(column.Type));
        if (field.Longest is { } longest && column.Type == ColumnType.Text)
        {
            yield return new QualityCheck("cdmDatatype", table, name, rows, $"{value} is not null", $"length({value}) > {longest.ToString(CultureInfo.InvariantCulture)}", About: $"at most {longest.ToString(CultureInfo.InvariantCulture)} characters");
        }

        if (field.Required)
        {
            yield return new QualityCheck("isRequired", table, name, rows, "true", $"{value} is null");
        }

        if (field.IsKey)
        {
            yield return new QualityCheck("isPrimaryKey", table, name, $"(select count(*) as n from {rows} group by {value}) as k", "true", "n > 1", "n");
        }

        if (field.ForeignTable.Length == 0 || !shapes.ContainsKey(field.ForeignTable))
        {
            yield break;
        }

        // Grouped first: a table has few concepts, and each is looked up once.
        var source = $"(select {value} as id, count(*) as n from {rows} where {value} is not null group by 1) as f left join (select distinct * from {sql.Quote(field.ForeignTable)}) as k on k.{sql.Quote(field.ForeignField)} = f.id";
        yield return new QualityCheck("isForeignKey", table, name, source, "true", $"k.{sql.Quote(field.ForeignField)} is null", "n");
        if (field.Domain.Length > 0)
        {
            yield return new QualityCheck("fkDomain", table, name, source, "f.id <> 0", $"k.domain_id is distinct from {sql.Literal(field.Domain)}", "n");
        }

        if (field.ForeignTable == "concept" && !OfVocabulary.Contains(table) && !name.EndsWith("_source_concept_id", StringComparison.Ordinal))
        {
            yield return new QualityCheck("isStandardValidConcept", table, name, source, "f.id <> 0", "k.standard_concept is distinct from 'S' or k.invalid_reason is not null", "n");
            if (field.Required || name == "unit_concept_id")
            {
                yield return new QualityCheck("standardConceptRecordCompleteness", table, name, source, "true", "f.id = 0", "n");
            }
        }
    }
}
