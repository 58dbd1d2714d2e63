namespace Minato.Tables;

/// <summary>Engine-neutral column types. <see cref="Uuid"/> holds a pseudonym (16 bytes, big-endian text order).</summary>
public enum ColumnType
{
    Integer,
    Text,
    Decimal,
    Date,
    Uuid,
    Boolean,
}

public sealed record Column(string Name, ColumnType Type, bool Nullable = true);

/// <summary>The shape of a table, and the order its files are sorted in.</summary>
public sealed record TableShape(string Name, IReadOnlyList<Column> Columns, IReadOnlyList<string> SortedBy);

/// <summary>One immutable Parquet file of a snapshot.</summary>
/// <param name="Path">Relative to the dataset's folder, '/' separated.</param>
/// <param name="Sha256">Lower-case hex of the file's bytes.</param>
public sealed record TableFile(string Table, string Path, long Rows, long Bytes, string Sha256);

/// <summary>
/// An immutable state of a dataset: the files that make it up. <paramref name="Id"/> is the SHA-256 (hex) of the
/// manifest's content, so that naming a snapshot names its bytes.
/// </summary>
public sealed record Snapshot(string Id, DatasetId Dataset, int Number, string? Parent, DateTimeOffset At, string Cause, IReadOnlyList<TableFile> Files);

/// <summary>
/// Datasets as snapshots of Parquet files. A snapshot exists when its manifest has been renamed into place; a crash
/// before that leaves the previous snapshot whole, and left-over files are swept at the next start.
/// </summary>
public interface ISnapshotStore
{
    Snapshot? Latest(DatasetId dataset);

    Snapshot? Find(DatasetId dataset, string snapshotId);

    IReadOnlyList<DatasetId> Datasets { get; }

    /// <summary>The absolute path of a snapshot's file.</summary>
    string PathOf(DatasetId dataset, TableFile file);

    /// <summary>Begins a change on top of the latest snapshot.</summary>
    ISnapshotChange Begin(DatasetId dataset, string cause);

    /// <summary>The snapshots that are kept, oldest first.</summary>
    IReadOnlyList<Snapshot> History(DatasetId dataset);

    /// <summary>Former ids of snapshots that were written again, with the present ones.</summary>
    IReadOnlyDictionary<string, string> Successors(DatasetId dataset);

    /// <summary>Begins to write the kept snapshots again without rows that must not be kept any more.</summary>
    ISnapshotRewrite Rewrite(DatasetId dataset);

    /// <summary>
    /// Lets go of the snapshots before that number, and of the files that no later one has. Refused with <c>snapshot.unknown</c> where no kept
    /// snapshot has the number. Returns what was let go.
    /// </summary>
    Outcome<IReadOnlyList<Snapshot>> DropBefore(DatasetId dataset, int number);

    /// <summary>Reads every manifest and file again and compares the hashes; a finding names the snapshot and file that differ.</summary>
    IEnumerable<Finding> Verify(DatasetId dataset);
}

/// <summary>A change being prepared. Disposing without <see cref="Commit"/> discards it.</summary>
public interface ISnapshotChange : IDisposable
{
    /// <summary>The state the change starts from; null for the first one.</summary>
    Snapshot? Base { get; }

    /// <summary>A new absolute path for a Parquet file of that table; write it, then call <see cref="Add"/>.</summary>
    string NewFile(string table);

    /// <summary>Takes a finished file into the snapshot to be (flushes it to disk and hashes it).</summary>
    TableFile Add(string table, string absolutePath, long rows);

    /// <summary>Leaves a file of the base out (it was replaced).</summary>
    void Remove(TableFile file);

    /// <summary>Commits atomically. Refused with <c>snapshot.conflict</c> where another change was committed meanwhile.</summary>
    Outcome<Snapshot> Commit(DateTimeOffset at);
}

/// <summary>All kept snapshots of a dataset written again. Disposing without <see cref="Commit"/> discards it.</summary>
public interface ISnapshotRewrite : IDisposable
{
    /// <summary>The snapshots as they are, oldest first.</summary>
    IReadOnlyList<Snapshot> Snapshots { get; }

    string NewFile(string table);

    /// <summary>Takes a finished file in, as <see cref="ISnapshotChange.Add"/>.</summary>
    TableFile Add(string table, string absolutePath, long rows);

    /// <summary>
    /// Puts files in the place of others in every snapshot (by path; null: nothing in its place), at once for all or not at all. The
    /// replaced files are deleted. Returns each snapshot's former id with its new one; the former ids go on being found. Refused with
    /// <c>snapshot.conflict</c> where a change was committed meanwhile.
    /// </summary>
    Outcome<IReadOnlyDictionary<string, string>> Commit(IReadOnlyDictionary<string, TableFile?> replaced);
}

/// <summary>
/// One SQL engine session (D3): DuckDB in process by default. A session is used by one thread at a time.
/// Values are passed as parameters or through <see cref="Insert"/>; SQL text is made by our own compilers only.
/// </summary>
public interface ITableSession : IDisposable
{
    ISqlDialect Dialect { get; }

    /// <summary>How many threads a query may use, in this session and all beside it. Many small queries side by side are faster with one each.</summary>
    int Threads { get; set; }

    /// <summary>
    /// A session for another thread, with this one's tables (not the temporary ones, and no views) and within its limits. To be disposed before this one.
    /// </summary>
    ITableSession Beside();

    /// <summary>Makes the snapshot's table visible as a view of that name over its Parquet files (an empty, typed view if it has none).</summary>
    void AttachTable(string view, TableShape shape, IReadOnlyList<string> parquetFiles);

    void Execute(string sql, params IReadOnlyList<object?> parameters);

    /// <summary>Lets queries call a function of text by that name. It must be pure and safe to call from several threads; NULL is never given to it.</summary>
    void Define(string name, Func<string, string> function);

    /// <summary>Rows as arrays in column order; DBNull is null; UUIDs are <see cref="Guid"/>, dates <see cref="DateOnly"/>.</summary>
    IEnumerable<object?[]> Query(string sql, params IReadOnlyList<object?> parameters);

    T Scalar<T>(string sql, params IReadOnlyList<object?> parameters);

    /// <summary>Creates a (temporary) table of that shape.</summary>
    void CreateTable(TableShape shape, bool temporary = true);

    /// <summary>Bulk appender into a table made by <see cref="CreateTable"/>; rows are visible once it is disposed.</summary>
    IRowAppender Insert(TableShape shape);

    /// <summary>Writes a query's rows, in the query's order, to one Parquet file (zstd), byte for byte the same for the same rows. Returns the row count.</summary>
    long WriteParquet(string selectSql, string absolutePath);

    /// <summary>Writes a query's rows to CSV (UTF-8, header, LF), byte for byte the same for the same rows.</summary>
    long WriteCsv(string selectSql, string absolutePath);
}

/// <summary>Appends rows column by column; call the setters in column order, then <see cref="EndRow"/>.</summary>
public interface IRowAppender : IDisposable
{
    IRowAppender Add(long? value);

    IRowAppender Add(string? value);

    IRowAppender Add(decimal? value);

    IRowAppender Add(DateOnly? value);

    IRowAppender Add(Guid? value);

    IRowAppender Add(bool? value);

    void EndRow();
}

/// <summary>How one engine writes what engines write differently.</summary>
public interface ISqlDialect
{
    string Name { get; }

    /// <summary>An identifier, quoted.</summary>
    string Quote(string identifier);

    string Literal(object? value);

    /// <summary>A date expression moved by a whole number of days.</summary>
    string AddDays(string dateSql, int days);

    /// <summary>Whole days from one date to another.</summary>
    string DaysBetween(string fromDateSql, string toDateSql);

    string TypeName(ColumnType type);

    /// <summary>A text expression that compares and sorts by its UTF-8 bytes.</summary>
    string ByteOrder(string textSql);

    /// <summary>Whether a text is 1 to <paramref name="most"/> visible ASCII characters without a blank.</summary>
    string IsCode(string textSql, int most);

    /// <summary>The first row of each partition.</summary>
    /// <param name="columnsSql">All columns; those of the partition and of the order together.</param>
    /// <param name="order">A column, what sorts by it (NULL last), and whether that is descending; no two rows of a partition are alike in all of them and differ.</param>
    string SelectFirst(IReadOnlyList<string> columnsSql, IReadOnlyList<string> partitionSql, IReadOnlyList<(string ColumnSql, string OrderSql, bool Descending)> order, string fromSql);

    /// <summary>A select of those columns of the left rows with (or, where <paramref name="anti"/>, without) a partner on the right.</summary>
    string SelectWithPartner(string columnsSql, string leftSql, string rightSql, string onSql, bool anti);
}
