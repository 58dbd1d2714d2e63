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
    public static Scan Materialise(this ITableSession session, string table, Query query)
    {
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"create temporary table {session.Dialect.Quote(table)} as {Sql.Compile(query, session.Dialect)}"));
        return new Scan(table, query.Columns);
    }

    public static void Drop(this ITableSession session, Scan table) => session.Execute($"drop table {session.Dialect.Quote(table.Table)}");

    /// <summary>Writes the rows sorted by those columns and then all others, so that the file depends on the rows alone. Returns the row count.</summary>
    public static long WriteParquet(this ITableSession session, Query query, string absolutePath, params IReadOnlyList<SortKey> sortedBy) =>
        session.WriteParquet(Sql.Compile(query.Sorted(sortedBy), session.Dialect), absolutePath);

    /// <inheritdoc cref="WriteParquet"/>
    public static long WriteCsv(this ITableSession session, Query query, string absolutePath, params IReadOnlyList<SortKey> sortedBy) =>
        session.WriteCsv(Sql.Compile(query.Sorted(sortedBy), session.Dialect), absolutePath);
}
