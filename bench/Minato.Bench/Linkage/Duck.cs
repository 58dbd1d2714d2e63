using DuckDB.NET.Data;

namespace Minato.Bench.Linkage;

/// <summary>An embedded DuckDB as peer: the same data, its best plan for it.</summary>
internal sealed class Duck : IDisposable
{
    private readonly DuckDBConnection connection = new("DataSource=:memory:");

    public Duck() => connection.Open();

    public void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Fill<T>(string table, string columns, IReadOnlyList<T> rows, Action<IDuckDBAppenderRow, T> append)
    {
        Run($"create table {table} ({columns})");
        using var appender = connection.CreateAppender(table);
        foreach (var row in rows)
        {
            var to = appender.CreateRow();
            append(to, row);
            to.EndRow();
        }
    }

    public void Dispose() => connection.Dispose();
}
