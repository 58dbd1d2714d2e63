using Minato.Formats.Views;
using Minato.Tables;

namespace Minato.Cli;

/// <summary>
/// Parquet (zstd) by the SQL engine. Rows are collected in the engine, which spills beside the file when they do not fit in
/// memory; text becomes lists and points in time on the way out.
/// </summary>
internal sealed class ParquetView : IViewOutput
{
    private readonly IReadOnlyList<ViewColumn> columns;
    private readonly string path;
    private readonly string spill;
    private readonly ITableSession session;
    private readonly IRowAppender rows;

    public ParquetView(string path, IReadOnlyList<ViewColumn> columns)
    {
        (this.columns, this.path, spill) = (columns, path, path + ".spill");
        session = TablesRoom.OpenSession(new() { MemoryMegabytes = 512, TempFolder = spill });
        var shape = new TableShape("rows", [.. columns.Select(c => new Column(c.Name, TypeOf(c)))], []);
        session.CreateTable(shape, temporary: true);
        rows = session.Insert(shape);
    }

    public void Row(ReadOnlySpan<ViewCell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i];
            _ = TypeOf(columns[i]) switch
            {
                ColumnType.Boolean => rows.Add(cell.Boolean),
                ColumnType.Integer => rows.Add(cell.Integer),
                ColumnType.Decimal => rows.Add(cell.Number),
                ColumnType.Date => rows.Add(cell.Date),
                _ => rows.Add(cell.Text),
            };
        }

        rows.EndRow();
    }

    public void Complete()
    {
        rows.Dispose();
        session.WriteParquet($"select {string.Join(", ", columns.Select(Out))} from {session.Dialect.Quote("rows")}", path);
    }

    public void Dispose()
    {
        session.Dispose();
        if (Directory.Exists(spill))
        {
            Directory.Delete(spill, recursive: true);
        }
    }

    private static ColumnType TypeOf(ViewColumn column) => column.IsCollection ? ColumnType.Text : column.Type switch
    {
        SqlType.Boolean => ColumnType.Boolean,
        SqlType.Integer or SqlType.BigInteger => ColumnType.Integer,
        SqlType.Decimal => ColumnType.Decimal,
        SqlType.Date => ColumnType.Date,
        _ => ColumnType.Text,
    };

    private string Out(ViewColumn column)
    {
        var name = session.Dialect.Quote(column.Name);
        return column switch
        {
            { IsCollection: true } => $"from_json({name}, '[\"{(column.Type switch { SqlType.Boolean => "BOOLEAN", SqlType.Integer or SqlType.BigInteger => "BIGINT", _ => "VARCHAR" })}\"]') as {name}",
            { Type: SqlType.Integer } => $"cast({name} as integer) as {name}",
            { Type: SqlType.Timestamp } => $"try_cast({name} as timestamptz) as {name}",
            _ => name,
        };
    }
}
