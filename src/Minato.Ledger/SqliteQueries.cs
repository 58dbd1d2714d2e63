using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>Small queries in one line; parameters are <c>$a</c>, <c>$b</c> … in order.</summary>
internal static class SqliteQueries
{
    public static IReadOnlyList<T> All<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params IReadOnlyList<object> parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>The first row, or the type's default where there is none.</summary>
    public static T? One<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params IReadOnlyList<object> parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        return reader.Read() ? row(reader) : default;
    }

    public static int Run(this SqliteConnection connection, string sql, params IReadOnlyList<object> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static SqliteCommand Command(this SqliteConnection connection, string sql, params IReadOnlyList<object> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters.Count; i++)
        {
            command.Parameters.AddWithValue("$" + (char)('a' + i), parameters[i]);
        }

        return command;
    }
}
