using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Extracting;

/// <summary>One row per person: what the sources say of them, and what the standard leaves of it (decision 0042).</summary>
internal static class PersonFile
{
    /// <param name="persons">A column <c>person</c>.</param>
    /// <param name="asIs">As the sources have it, to measure what processing has done.</param>
    /// <returns><c>person</c> and the processed columns; null where no column of the person table was granted.</returns>
    public static Query? Of(Order order, LinkedEvents events, TableShape shape, Query persons, bool asIs = false)
    {
        if (order.Tables.All(t => t.Name != "person"))
        {
            return null;
        }

        var columns = order.Columns(shape);
        var context = new ActionContext(order.Permit.Use.StudyTo);
        var query = persons;
        foreach (var (column, _) in columns)
        {
            var prefix = $"{column.Name}$";
            query = query.LeftJoin(events.MostFrequent("person", column.Name).Prefixed(prefix), Col("person").Eq(Col(prefix + "person")));
        }

        return query.Select([("person", Col("person")), .. columns.Select(c => (c.Column.Name, asIs ? Col(c.Column.Name + "$value") : c.Actions.Aggregate(Col(c.Column.Name + "$value"), (v, a) => a.Apply(v, c.Column.Type, context))))]);
    }
}
