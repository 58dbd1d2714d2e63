using System.Data;
using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;

namespace Minato.Tables.Engines;

/// <summary>DuckDB in this process, in memory, without extensions from outside.</summary>
internal sealed class DuckDbSession : ITableSession
{
    /// <summary>DuckDB's own vector multiple nearest to 120 k rows: one row group is one unit of parallel reading.</summary>
    private const int RowGroup = 122_880;

    private readonly DuckDBConnection connection;

    public DuckDbSession(SessionOptions options)
    {
        connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        try
        {
            Configure(options);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private DuckDbSession(DuckDBConnection connection)
    {
        this.connection = connection;
        connection.Open();
    }

    public ISqlDialect Dialect => DuckDbDialect.Instance;

    public int Threads
    {
        get => (int)Scalar<long>("select current_setting('threads')");
        set => Execute($"set threads = {value.ToString(CultureInfo.InvariantCulture)}");
    }

    public ITableSession Beside() => new DuckDbSession(connection.Duplicate());

    public void AttachTable(string view, TableShape shape, IReadOnlyList<string> parquetFiles)
    {
        string Columns(Func<Column, string> value) => string.Join(", ", shape.Columns.Select(c => $"cast({value(c)} as {Dialect.TypeName(c.Type)}) as {Dialect.Quote(c.Name)}"));
        var body = parquetFiles.Count == 0
            ? $"select {Columns(_ => "null")} where false"
            : $"select {Columns(c => Dialect.Quote(c.Name))} from read_parquet([{string.Join(", ", parquetFiles.Select(f => Dialect.Literal(f)))}])";
        Execute($"create or replace temporary view {Dialect.Quote(view)} as {body}");
    }

    public void Execute(string sql, params IReadOnlyList<object?> parameters)
    {
        using var command = Command(sql, parameters);

        // Not ExecuteScalar: of several statements it runs only those up to the first result.
        command.ExecuteNonQuery();
    }

    public void Define(string name, Func<string, string> function) =>
        connection.RegisterScalarFunction<string, string>(
            name,
            (inputs, output, rows) =>
            {
                // The engine calls with NULLs among the rows, whatever it is told of them.
                for (ulong i = 0; i < rows; i++)
                {
                    if (inputs[0].IsValid(i))
                    {
                        output.WriteValue(function(inputs[0].GetValue<string>(i)), i);
                    }
                    else
                    {
                        output.WriteNull(i);
                    }
                }
            },
            new ScalarFunctionOptions { HandlesNulls = true, IsPureFunction = true });

    public IEnumerable<object?[]> Query(string sql, params IReadOnlyList<object?> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            }

            yield return row;
        }
    }

    public T Scalar<T>(string sql, params IReadOnlyList<object?> parameters)
    {
        foreach (var row in Query(sql, parameters))
        {
            return row[0] is T value
                ? value
                : row[0] is null
                    ? default!
                    : (T)System.Convert.ChangeType(row[0]!, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("The query gave no row");
    }

    public void CreateTable(TableShape shape, bool temporary = true) =>
        Execute($"create {(temporary ? "temporary " : "")}table {Dialect.Quote(shape.Name)} ({string.Join(", ", shape.Columns.Select(c => $"{Dialect.Quote(c.Name)} {Dialect.TypeName(c.Type)}{(c.Nullable ? "" : " not null")}"))})");

    public IRowAppender Insert(TableShape shape) => new DuckDbRowAppender(connection.CreateAppender(shape.Name));

    /// <summary>Level 1: on records like ours files are no larger than by the default level, and half the time.</summary>
    public long WriteParquet(string selectSql, string absolutePath) =>
        Copy(selectSql, absolutePath, $"format parquet, compression zstd, compression_level 1, row_group_size {RowGroup}");

    public long WriteCsv(string selectSql, string absolutePath) => Copy(selectSql, absolutePath, "format csv, header true, delimiter ',', quote '\"', escape '\"', nullstr ''");

    public void Dispose() => connection.Dispose();

    private void Configure(SessionOptions options)
    {
        var temp = options.TempFolder is { } folder ? Path.GetFullPath(folder) : null;
        string[] settings =
        [
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
            "set allow_community_extensions = false",
            "set preserve_insertion_order = true",
            "set enable_progress_bar = false",
            $"set memory_limit = '{(options.MemoryMegabytes > 0 ? options.MemoryMegabytes : 1024).ToString(CultureInfo.InvariantCulture)}MiB'",
            $"set temp_directory = {Dialect.Literal(temp ?? "")}",
        ];
        foreach (var setting in settings)
        {
            Execute(setting);
        }

        Threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        if (options.AllowedFolders is { } allowed)
        {
            // The order matters: once access is off, nothing can be allowed any more; once locked, nothing changes.
            Execute($"set allowed_directories = [{string.Join(", ", allowed.Select(a => Dialect.Literal(Path.TrimEndingDirectorySeparator(Path.GetFullPath(a)) + Path.DirectorySeparatorChar)))}]");
            Execute("set enable_external_access = false");
            Execute("set lock_configuration = true");
        }
    }

    private long Copy(string selectSql, string absolutePath, string format)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"copy ({selectSql}) to {Dialect.Literal(absolutePath)} ({format})";
        return command.ExecuteNonQuery();
    }

    private DuckDBCommand Command(string sql, IReadOnlyList<object?> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(parameter ?? DBNull.Value));
        }

        return command;
    }

    /// <summary>Engine values as the query model's values: every whole number a long, every date a DateOnly.</summary>
    private static object Plain(object value) => value switch
    {
        sbyte or short or int or byte or ushort or uint or ulong => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
        BigInteger big => (long)big,
        float f => (double)f,
        DateTime time when time.TimeOfDay == TimeSpan.Zero => DateOnly.FromDateTime(time),
        _ => value,
    };
}
