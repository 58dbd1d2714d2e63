using Microsoft.Data.Sqlite;

namespace Minato.Ledger;

/// <summary>
/// <c>ledger.db</c>: the tables, and how rows become events. SQLite in WAL mode with <c>synchronous=FULL</c>: a commit
/// has reached the disk when it returns. Readers never wait for the writer. Several processes may open the file.
/// </summary>
internal sealed class LedgerFile : IDisposable
{
    public const string FileName = "ledger.db";
    private const int Format = 1;
    private const int PageRows = 500;

    // 'room' is the stream's first slug: projections of one room read only their own events, however long the ledger is.
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS events (
            idx INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            version INTEGER NOT NULL,
            type TEXT NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            commitment BLOB NOT NULL,
            leaf BLOB NOT NULL,
            salt BLOB,
            payload BLOB,
            room TEXT GENERATED ALWAYS AS (substr(stream, 1, instr(stream || '/', '/') - 1)) VIRTUAL
        ) STRICT;
        CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, version);
        CREATE INDEX IF NOT EXISTS events_by_room ON events (room, idx);
        CREATE TABLE IF NOT EXISTS nodes (level INTEGER NOT NULL, position INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, position)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS checkpoints (size INTEGER PRIMARY KEY, root BLOB NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, stream TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """;

    private const string EventColumns = "idx, stream, version, type, payload, at, actor, leaf";

    private readonly string readOnly;

    public LedgerFile(string folder)
    {
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, FileName);
        readOnly = new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, Pooling = true, DefaultTimeout = 60 }.ToString();
        using var connection = OpenForWriting();
        using var transaction = connection.BeginTransaction(deferred: false);
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        switch ((long)version.ExecuteScalar()!)
        {
            case 0:
                version.CommandText = Schema + $"PRAGMA user_version = {Format}";
                version.ExecuteNonQuery();
                break;
            case Format:
                break;
            case var other:
                throw new RefusedException([Finding.Error(
                    "ledger.format", $"The ledger's file has format {other}, this program writes {Format}", "Use the program's version that wrote the ledger", new Place(FileName))]);
        }

        transaction.Commit();
    }

    public string Path { get; }

    /// <summary>A connection that waits for other writers, flushes each commit and overwrites what it deletes.</summary>
    public SqliteConnection OpenForWriting()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 60 }.ToString());
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;";
        pragma.ExecuteNonQuery();
        return connection;
    }

    public SqliteConnection OpenForReading()
    {
        var connection = new SqliteConnection(readOnly);
        connection.Open();
        return connection;
    }

    public long Size()
    {
        using var connection = OpenForReading();
        return connection.One("SELECT max(idx) + 1 FROM events", r => r.IsDBNull(0) ? 0 : r.GetInt64(0));
    }

    public IReadOnlyList<RecordedEvent> Stream(string stream, long fromVersion)
    {
        using var connection = OpenForReading();
        return connection.All($"SELECT {EventColumns} FROM events WHERE stream = $a AND version >= $b ORDER BY version", ReadEvent, stream, fromVersion);
    }

    /// <summary>Lazily, a page at a time, so that no reader keeps the file's old state alive while its caller thinks.</summary>
    public IEnumerable<RecordedEvent> Events(long fromIndex, string? streamPrefix)
    {
        var slash = streamPrefix?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        var (filter, first) = (streamPrefix, slash) switch
        {
            (null or "", _) => ("", ""),
            (_, < 0) => ("AND substr(stream, 1, length($b)) = $b", streamPrefix),
            _ => ("AND room = $c AND substr(stream, 1, length($b)) = $b", streamPrefix),
        };
        object[] fixedParameters = slash < 0 ? [first] : [first, streamPrefix![..slash]];
        for (var next = Math.Max(0, fromIndex); ;)
        {
            IReadOnlyList<RecordedEvent> page;
            using (var connection = OpenForReading())
            {
                page = connection.All(
                    $"SELECT {EventColumns} FROM events WHERE idx >= $a {filter} ORDER BY idx LIMIT {PageRows}", ReadEvent, [next, .. fixedParameters]);
            }

            foreach (var e in page)
            {
                yield return e;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            next = page[^1].Index + 1;
        }
    }

    public Checkpoint? LatestCheckpoint()
    {
        using var connection = OpenForReading();
        return LatestCheckpointOf(connection);
    }

    public static Checkpoint? LatestCheckpointOf(SqliteConnection connection) =>
        connection.One("SELECT size, root, at, note FROM checkpoints ORDER BY size DESC LIMIT 1", ReadCheckpoint);

    public static IReadOnlyList<Checkpoint> Checkpoints(SqliteConnection connection) =>
        connection.All("SELECT size, root, at, note FROM checkpoints ORDER BY size", ReadCheckpoint);

    public static Appended? Answer(SqliteConnection connection, string key, out string stream)
    {
        var (found, from) = connection.One(
            "SELECT first, last, version, stream FROM answers WHERE key = $a",
            r => (new Appended(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), Repeated: true), r.GetString(3)), key);
        stream = from ?? "";
        return found;
    }

    /// <summary>Complete subtrees as stored; level 0 is the events' leaf hashes.</summary>
    public static MerkleTree.NodeAt Nodes(SqliteConnection connection) => (level, position) =>
        (level == 0
            ? connection.One("SELECT leaf FROM events WHERE idx = $a", r => r.GetFieldValue<byte[]>(0), position)
            : connection.One("SELECT hash FROM nodes WHERE level = $a AND position = $b", r => r.GetFieldValue<byte[]>(0), level, position))
        ?? throw new InvalidDataException($"The ledger's tree has no node at level {level}, position {position}; run the verification");

    public void Dispose()
    {
        using var connection = new SqliteConnection(readOnly);
        SqliteConnection.ClearPool(connection);
    }

    private static Checkpoint ReadCheckpoint(SqliteDataReader r) => new(r.GetInt64(0), r.GetFieldValue<byte[]>(1), EventLeaf.Time(r.GetInt64(2)), r.GetString(3));

    private static RecordedEvent ReadEvent(SqliteDataReader r)
    {
        var index = r.GetInt64(0);
        var actor = r.GetString(6);
        return !Slug.IsValid(actor)
            ? throw new InvalidDataException($"Event {index} has a damaged actor; run the verification")
            : new RecordedEvent(
                index, r.GetString(1), r.GetInt64(2), r.GetString(3), r.IsDBNull(4) ? default : r.GetFieldValue<byte[]>(4),
                EventLeaf.Time(r.GetInt64(5)), new ActorId(actor), Erased: r.IsDBNull(4), r.GetFieldValue<byte[]>(7));
    }
}
