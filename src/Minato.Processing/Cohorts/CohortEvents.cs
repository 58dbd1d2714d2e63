using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Cohorts;

/// <summary>What a cohort is evaluated over: the linked events of all datasets, under project pseudonyms.</summary>
internal interface ICohortEvents
{
    /// <summary>Events of a domain, with the columns of <see cref="EventColumns"/>.</summary>
    Query Of(CohortDomain domain);

    /// <summary>One row per person: <c>person, year_of_birth, gender</c>.</summary>
    Query People { get; }

    /// <summary>Disjoint observation periods: <c>person, start, end</c>.</summary>
    Query Observation { get; }
}

internal static class EventColumns
{
    /// <summary><c>code</c> is the source code without dots; <c>row</c> orders events that are alike in all else.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("person", ColumnType.Uuid, false), new("start", ColumnType.Date, false), new("end", ColumnType.Date, false), new("concept", ColumnType.Integer),
        new("system", ColumnType.Text), new("code", ColumnType.Text), new("value", ColumnType.Decimal), new("unit", ColumnType.Integer),
        new("suspected", ColumnType.Boolean, false), new("dataset", ColumnType.Text, false), new("row", ColumnType.Integer, false), .. More,
    ];

    /// <summary>What only some kinds of events know; null elsewhere. <c>visit</c> is the row of the visit, <c>count</c> and <c>gap</c> are an era's.</summary>
    public static IReadOnlyList<Column> More =>
    [
        new("source_concept", ColumnType.Integer), new("visit", ColumnType.Integer), new("type", ColumnType.Integer), new("status", ColumnType.Integer), new("value_concept", ColumnType.Integer),
        new("value_text", ColumnType.Text), new("operator", ColumnType.Integer), new("qualifier", ColumnType.Integer), new("modifier", ColumnType.Integer), new("range_low", ColumnType.Decimal),
        new("range_high", ColumnType.Decimal), new("quantity", ColumnType.Decimal), new("days_supply", ColumnType.Integer), new("refills", ColumnType.Integer), new("route", ColumnType.Integer),
        new("lot", ColumnType.Text), new("device", ColumnType.Text), new("site", ColumnType.Integer), new("stop_reason", ColumnType.Text), new("count", ColumnType.Integer), new("gap", ColumnType.Integer),
    ];

    public static IReadOnlyList<Column> People { get; } = [new("person", ColumnType.Uuid, false), new("year_of_birth", ColumnType.Integer), new("gender", ColumnType.Integer)];

    public static IReadOnlyList<Column> Observation { get; } = [new("person", ColumnType.Uuid, false), new("start", ColumnType.Date, false), new("end", ColumnType.Date, false)];
}

/// <summary>What a cohort asks of the vocabularies.</summary>
/// <param name="Descendants">All concepts below one, itself included.</param>
/// <param name="Mapped">The source concepts that are mapped to one.</param>
internal sealed record ConceptTree(Func<long, IEnumerable<long>> Descendants, Func<long, IEnumerable<long>> Mapped);

/// <summary>A concept set made concrete: what is in, minus what is out.</summary>
internal sealed record ConceptFilter(IReadOnlySet<long> Included, IReadOnlySet<long> Excluded, IReadOnlyList<ConceptItem> IncludedCodes, IReadOnlyList<ConceptItem> ExcludedCodes)
{
    public static ConceptFilter Of(ConceptSet set, ConceptTree tree)
    {
        IEnumerable<long> Meant(ConceptItem item)
        {
            var concepts = item.IncludeDescendants ? tree.Descendants(item.Concept!.Value).Append(item.Concept.Value) : [item.Concept!.Value];
            return item.IncludeMapped ? concepts.SelectMany(c => tree.Mapped(c).Append(c)) : concepts;
        }

        HashSet<long> Concepts(bool excluded) => [.. set.Items.Where(i => i.Excluded == excluded && i.Concept is not null).SelectMany(Meant)];
        ConceptItem[] Codes(bool excluded) => [.. set.Items.Where(i => i.Excluded == excluded && i.Source is not null)];
        return new ConceptFilter(Concepts(false), Concepts(true), Codes(false), Codes(true));
    }

    public Expr Predicate => Expr.All(Matches(Included, IncludedCodes), Matches(Excluded, ExcludedCodes).Not());

    /// <summary>Whether a concept in some other column is in the set; unknown where the column is.</summary>
    public Expr Has(Expr concept) => concept.In(Included.Except(Excluded).Order());

    private static Expr Matches(IReadOnlySet<long> concepts, IReadOnlyList<ConceptItem> codes)
    {
        var system = Expr.Coalesce(Expr.Col("system"), "");
        var code = Expr.Coalesce(Expr.Col("code"), "");
        List<Expr> any = [Expr.Coalesce(Expr.Col("concept"), 0L).In(concepts.Order())];
        any.AddRange(codes.Select(c => system.Eq(c.Source!.System).And(c.IncludeDescendants ? code.StartsWith(c.Source.Code) : code.Eq(c.Source.Code))));
        return Expr.Any(any);
    }
}
