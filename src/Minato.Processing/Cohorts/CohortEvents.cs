using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Cohorts;

/// <summary>What a cohort is evaluated over: the linked events of all datasets, under project pseudonyms.</summary>
internal interface ICohortEvents
{
    /// <summary>Events of a domain, with the columns of <see cref="EventColumns"/>.</summary>
    Query Of(CohortDomain domain);

    /// <summary>Those columns of the events that are in the set (null: of all events). Narrow from the start: a criterion looks at few columns.</summary>
    Query Of(CohortDomain domain, ConceptFilter? set, IReadOnlyList<string> columns) => set is null
        ? Of(domain).Keep(columns)
        : Of(domain).Keep([.. columns.Union(set.Columns)]).Where(set.Predicate).Keep(columns);

    /// <summary>Who was linked, once each: <c>person</c>.</summary>
    Query Persons { get; }

    /// <summary>One row per person: <see cref="EventColumns.People"/>.</summary>
    Query People { get; }

    /// <summary>Observation periods: <c>person, start, end</c>.</summary>
    Query Observation { get; }

    /// <summary>Who acted: <c>dataset, provider, specialty</c>.</summary>
    Query Providers { get; }

    /// <summary>Where care was given: <c>dataset, care_site, place</c>.</summary>
    Query CareSites { get; }
}

internal static class EventColumns
{
    /// <summary>
    /// What only some kinds of events know; null elsewhere. <c>visit</c> is the row of the visit, <c>count</c> and <c>gap</c> are an era's,
    /// what is named after a plan or its payer a payer plan period's.
    /// </summary>
    public static IReadOnlyList<Column> More { get; } =
    [
        new("source_concept", ColumnType.Integer), new("visit", ColumnType.Integer), new("type", ColumnType.Integer), new("status", ColumnType.Integer), new("value_concept", ColumnType.Integer),
        new("value_text", ColumnType.Text), new("operator", ColumnType.Integer), new("qualifier", ColumnType.Integer), new("modifier", ColumnType.Integer), new("range_low", ColumnType.Decimal),
        new("range_high", ColumnType.Decimal), new("quantity", ColumnType.Decimal), new("days_supply", ColumnType.Integer), new("refills", ColumnType.Integer), new("route", ColumnType.Integer),
        new("lot", ColumnType.Text), new("device", ColumnType.Text), new("site", ColumnType.Integer), new("stop_reason", ColumnType.Text), new("count", ColumnType.Integer), new("gap", ColumnType.Integer),
        new("provider", ColumnType.Integer), new("care_site", ColumnType.Integer), new("disease_status", ColumnType.Integer), new("source_id", ColumnType.Text), new("plan", ColumnType.Integer),
        new("sponsor", ColumnType.Integer), new("stop_reason_concept", ColumnType.Integer), new("plan_source", ColumnType.Integer), new("sponsor_source", ColumnType.Integer),
        new("stop_reason_source", ColumnType.Integer),
    ];

    /// <summary><c>code</c> is the source code without dots; <c>row</c> orders events that are alike in all else. An <c>end</c> that nobody knows is null and meets nothing.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("person", ColumnType.Uuid, false), new("start", ColumnType.Date, false), new("end", ColumnType.Date), new("concept", ColumnType.Integer),
        new("system", ColumnType.Text), new("code", ColumnType.Text), new("value", ColumnType.Decimal), new("unit", ColumnType.Integer),
        new("suspected", ColumnType.Boolean, false), new("dataset", ColumnType.Text, false), new("row", ColumnType.Integer, false), .. More,
    ];

    public static IReadOnlyList<Column> People { get; } =
    [
        new("person", ColumnType.Uuid, false), new("year_of_birth", ColumnType.Integer), new("gender", ColumnType.Integer), new("race", ColumnType.Integer), new("ethnicity", ColumnType.Integer),
    ];

    public static IReadOnlyList<Column> Observation { get; } = [new("person", ColumnType.Uuid, false), new("start", ColumnType.Date, false), new("end", ColumnType.Date, false)];

    public static IReadOnlyList<Column> Providers { get; } = [new("dataset", ColumnType.Text, false), new("provider", ColumnType.Integer, false), new("specialty", ColumnType.Integer)];

    public static IReadOnlyList<Column> CareSites { get; } = [new("dataset", ColumnType.Text, false), new("care_site", ColumnType.Integer, false), new("place", ColumnType.Integer)];
}

/// <summary>What a cohort asks of the vocabularies.</summary>
/// <param name="Descendants">All concepts below one, itself included.</param>
/// <param name="Mapped">The source concepts that are mapped to one.</param>
internal sealed record ConceptTree(Func<long, IEnumerable<long>> Descendants, Func<long, IEnumerable<long>> Mapped);

/// <summary>A concept set made concrete: the concepts in it (what is excluded taken away), what was excluded, and source codes that are in or out.</summary>
internal sealed record ConceptFilter(IReadOnlyList<long> Concepts, IReadOnlyList<long> Excluded, IReadOnlyList<ConceptItem> IncludedCodes, IReadOnlyList<ConceptItem> ExcludedCodes)
{
    public static ConceptFilter Of(ConceptSet set, ConceptTree tree)
    {
        IEnumerable<long> Meant(ConceptItem item)
        {
            var concepts = item.IncludeDescendants ? tree.Descendants(item.Concept!.Value).Append(item.Concept.Value) : [item.Concept!.Value];
            return item.IncludeMapped ? concepts.SelectMany(c => tree.Mapped(c).Append(c)) : concepts;
        }

        long[] Concepts(bool excluded) => [.. set.Items.Where(i => i.Excluded == excluded && i.Concept is not null).SelectMany(Meant).Distinct().Order()];
        ConceptItem[] Codes(bool excluded) => [.. set.Items.Where(i => i.Excluded == excluded && i.Source is not null)];
        var excluded = Concepts(true);
        return new ConceptFilter([.. Concepts(false).Except(excluded)], excluded, Codes(false), Codes(true));
    }

    /// <summary>Whether source codes play a part.</summary>
    public bool ByCode => IncludedCodes.Count > 0 || ExcludedCodes.Count > 0;

    /// <summary>What <see cref="Predicate"/> looks at.</summary>
    public IReadOnlyList<string> Columns => ByCode ? ["concept", "system", "code"] : ["concept"];

    /// <summary>Whether an event is meant: by its concept, or by its source code. A bare list where codes play no part, so that engines can skip what cannot match.</summary>
    public Expr Predicate
    {
        get
        {
            if (!ByCode)
            {
                return Has(Expr.Col("concept"));
            }

            var concept = Expr.Coalesce(Expr.Col("concept"), 0L);
            return Expr.All(Expr.Any([Has(concept), .. IncludedCodes.Select(Written)]), Expr.Any([concept.In(Excluded), .. ExcludedCodes.Select(Written)]).Not());
        }
    }

    /// <summary>Whether a concept in some other column is in the set; unknown where the column is.</summary>
    public Expr Has(Expr concept) => concept.In(Concepts);

    private static Expr Written(ConceptItem item)
    {
        var code = Expr.Coalesce(Expr.Col("code"), "");
        return Expr.Coalesce(Expr.Col("system"), "").Eq(item.Source!.System).And(item.IncludeDescendants ? code.StartsWith(item.Source.Code) : code.Eq(item.Source.Code));
    }
}
