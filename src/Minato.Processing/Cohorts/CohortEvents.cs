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
        new("suspected", ColumnType.Boolean, false), new("dataset", ColumnType.Text, false), new("row", ColumnType.Integer, false),
    ];

    public static IReadOnlyList<Column> People { get; } = [new("person", ColumnType.Uuid, false), new("year_of_birth", ColumnType.Integer), new("gender", ColumnType.Integer)];

    public static IReadOnlyList<Column> Observation { get; } = [new("person", ColumnType.Uuid, false), new("start", ColumnType.Date, false), new("end", ColumnType.Date, false)];
}

/// <summary>A concept set made concrete: what is in, minus what is out.</summary>
internal sealed record ConceptFilter(IReadOnlySet<long> Included, IReadOnlySet<long> Excluded, IReadOnlyList<ConceptItem> IncludedCodes, IReadOnlyList<ConceptItem> ExcludedCodes)
{
    /// <param name="descendants">All concepts below one, itself included.</param>
    public static ConceptFilter Of(ConceptSet set, Func<long, IEnumerable<long>> descendants)
    {
        HashSet<long> Concepts(bool excluded) =>
            [.. set.Items.Where(i => i.Excluded == excluded && i.Concept is not null).SelectMany(i => i.IncludeDescendants ? descendants(i.Concept!.Value).Append(i.Concept.Value) : [i.Concept!.Value])];
        ConceptItem[] Codes(bool excluded) => [.. set.Items.Where(i => i.Excluded == excluded && i.Source is not null)];
        return new ConceptFilter(Concepts(false), Concepts(true), Codes(false), Codes(true));
    }

    public Expr Predicate => Expr.All(Matches(Included, IncludedCodes), Matches(Excluded, ExcludedCodes).Not());

    private static Expr Matches(IReadOnlySet<long> concepts, IReadOnlyList<ConceptItem> codes)
    {
        var system = Expr.Coalesce(Expr.Col("system"), "");
        var code = Expr.Coalesce(Expr.Col("code"), "");
        List<Expr> any = [Expr.Coalesce(Expr.Col("concept"), 0L).In(concepts.Order())];
        any.AddRange(codes.Select(c => system.Eq(c.Source!.System).And(c.IncludeDescendants ? code.StartsWith(c.Source.Code) : code.Eq(c.Source.Code))));
        return Expr.Any(any);
    }
}
