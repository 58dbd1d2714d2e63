using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Standards;

/// <summary>Values that too few persons of the extraction have: left out, or given as coarsely as enough persons share.</summary>
internal static class RareValues
{
    /// <param name="rows">A column <c>m_person</c>, the rule's column and others; read several times.</param>
    /// <returns>The rows without rare values, and how many rows were left out. Rows whose value is NULL stay.</returns>
    public static (Query Rows, long LeftOut) Apply(ITableSession session, Scan rows, RareRule rule)
    {
        var column = rule.Column;
        Expr value = Col(column);
        var enough = (long)rule.Persons;
        if (rule.RollUp is not { } ladder)
        {
            var few = rows.Where(value.IsNotNull()).GroupBy([column], Folded.CountDistinct("persons", "m_person")).Where(Col("persons").Lt(enough)).Prefixed("rare_");
            var kept = rows.AntiJoin(few, value.Eq(Col("rare_" + column)));
            return (kept, session.CountRows(rows) - session.CountRows(kept));
        }

        // Level by level: whoever is too few at one is asked again at the next, among those who are left.
        var known = rows.Where(value.IsNotNull()).Select(("m_person", Col("m_person")), ("v", value));
        var map = session.Materialise($"{rows.Table}_level_0", known.GroupBy(["v"], Folded.CountDistinct("persons", "m_person")).Where(Col("persons").Ge(enough)).Select(("v", Col("v")), ("label", Col("v"))));
        List<Query> maps = [map];
        foreach (var level in ladder.Levels)
        {
            var left = known.AntiJoin(Union(maps).Select(("done", Col("v"))), Col("v").Eq(Col("done"))).With(("label", level.Apply(Col("v"))));
            var large = left.Where(Col("label").IsNotNull()).GroupBy(["label"], Folded.CountDistinct("persons", "m_person")).Where(Col("persons").Ge(enough)).Select(("large", Col("label")));
            maps.Add(session.Materialise($"{rows.Table}_level_{maps.Count}", left.SemiJoin(large, Col("label").Eq(Col("large"))).Keep("v", "label").Distinct()));
        }

        var climbed = rows.LeftJoin(Union(maps).Select(("rolled$value", Col("v")), ("rolled$label", Col("label"))), value.Eq(Col("rolled$value")))
            .Where(value.IsNull().Or(Col("rolled$label").IsNotNull()));
        var finer = (rule.With ?? []).ToHashSet(StringComparer.Ordinal);
        var result = climbed.Select([.. rows.Columns.List.Select(c => (c.Name,
            c.Name == column ? Col("rolled$label")
            : finer.Contains(c.Name) ? Case([(Coalesce(Col("rolled$label").Ne(value), false), Null(c.Type))], Col(c.Name))
            : Col(c.Name)))]);
        return (result, session.CountRows(rows) - session.CountRows(result));
    }

    private static Query Union(List<Query> maps) => maps.Count == 1 ? maps[0] : maps[0].Union([.. maps.Skip(1)]);
}
