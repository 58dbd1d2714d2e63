using System.Globalization;

namespace Minato.Tables.Queries;

/// <summary>Queries of the model run in a session.</summary>
public static class SessionQueries
{
    /// <summary>Rows in the query's column order; in order only where the query ends in a <see cref="Sort"/>.</summary>
    public static IEnumerable<object?[]> Read(this ITableSession session, Query query) => session.Query(Sql.Compile(query, session.Dialect));

    public static long CountRows(this ITableSession session, Query query) =>
        session.Scalar<long>(Sql.Compile(query.GroupBy([], Folded.Count("n")), session.Dialect));

    /// <summary>Stores the rows as a temporary table and gives the relation that reads it.</summary>
    /// <param name="near">Rows that agree in these columns are stored near one another: what asks for some of them reads little.</param>
    /// <param name="temporary">Otherwise sessions beside this one read it too.</param>
    public static Scan Materialise(this ITableSession session, string table, Query query, IReadOnlyList<string>? near = null, bool temporary = true)
    {
        var order = near is { Count: > 0 } ? $" order by {string.Join(", ", near.Select(session.Dialect.Quote))}" : "";
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"create {(temporary ? "temporary " : "")}table {session.Dialect.Quote(table)} as {Sql.Compile(query, session.Dialect)}{order}"));
        return new Scan(table, query.Columns);
    }

    public static void Drop(this ITableSession session, params IReadOnlyList<Scan> tables)
    {
        if (tables.Count > 0)
        {
            session.Execute(string.Join("; ", tables.Select(t => $"drop table {session.Dialect.Quote(t.Table)}")));
        }
    }

    /// <summary>Writes the rows sorted by those columns and then all others, so that the file depends on the rows alone. Returns the row count.</summary>
    public static long WriteParquet(this ITableSession session, Query query, string absolutePath, params IReadOnlyList<SortKey> sortedBy) =>
        session.WriteParquet(Sql.Compile(query.Sorted(sortedBy), session.Dialect), absolutePath);

    /// <inheritdoc cref="WriteParquet"/>
    public static long WriteCsv(this ITableSession session, Query query, string absolutePath, params IReadOnlyList<SortKey> sortedBy) =>
        session.WriteCsv(Sql.Compile(query.Sorted(sortedBy), session.Dialect), absolutePath);
}
