using System.Globalization;
using Minato.Tables;

namespace Minato.Processing.Extracting;

/// <summary>
/// <c>extraction.duckdb</c>: the extraction's tables as views over its Parquet files, with the dictionary as comments. To be opened in the
/// extraction's folder, as the views name the files from there. Nothing is stored twice, and the same extraction gives the same bytes.
/// </summary>
internal static class DatabaseFile
{
    public const string Name = "extraction.duckdb";

    /// <param name="tables">By name: the Parquet files, relative to the folder, and the columns.</param>
    public static void Write(string folder, IEnumerable<(string Table, IReadOnlyList<string> Files, DataDictionary Dictionary)> tables)
    {
        // One thread: the engine's blocks then come in the order of the statements.
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1, MemoryMegabytes = 256 });
        string Text(string text) => session.Dialect.Literal(text);
        session.Execute($"attach {Text(Path.Join(folder, Name))} as extraction");
        foreach (var (table, files, dictionary) in tables)
        {
            // The engine reads the files to know the columns; the view keeps only their names from the folder on.
            var view = $"extraction.{session.Dialect.Quote(table)}";
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"set file_search_path = {Text(folder)}"));
            session.Execute($"create view {view} as select * from read_parquet([{string.Join(", ", files.Select(Text))}])");
            foreach (var (column, meaning) in dictionary.Of(table))
            {
                session.Execute($"comment on column {view}.{session.Dialect.Quote(column)} is {Text(meaning)}");
            }
        }

        session.Execute("detach extraction");
    }
}
