using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>
/// Small queries in one line, for every room that keeps a SQLite file; parameters are <c>$a</c>, <c>$b</c> … in order
/// (<see cref="DBNull.Value"/> for null).
/// </summary>
public static class SqliteQueries
{
    /// <summary>Every row, read before it returns.</summary>
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

    /// <summary>The one whole number that the query gives.</summary>
    public static long Number(this SqliteConnection connection, string sql, params IReadOnlyList<object> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return (long)command.ExecuteScalar()!;
    }

    /// <returns>How many rows were changed.</returns>
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

    /// <summary>
    /// What reading a damaged file throws: SQLite's own word, a value of another kind, or a null where none may be
    /// (<see cref="InvalidOperationException"/>, but not a refusal, which says its own reason).
    /// </summary>
    internal static bool IsDamage(Exception e) => e is SqliteException or InvalidDataException or InvalidCastException or InvalidOperationException and not (ObjectDisposedException or RefusedException);
}
