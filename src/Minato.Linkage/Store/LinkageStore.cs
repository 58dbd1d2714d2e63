using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Minato.Ledger;

namespace Minato.Linkage.Store;

/// <summary>What a page of the log holds.</summary>
internal enum PageKind : byte
{
    /// <summary>New identities, as written.</summary>
    Identities = 1,

    /// <summary>New persons' handles, and which person each identity's records are answered under.</summary>
    Homes = 2,

    /// <summary>Which identities a delivery carried, and on which days.</summary>
    Seen = 3,

    /// <summary>Which ticket of a delivery carried which identity, and with which class it was answered.</summary>
    Tickets = 4,

    /// <summary>Number changes told by the history service.</summary>
    History = 5,

    /// <summary>The desk's word on which identities are, or are not, of one person.</summary>
    Decisions = 6,

    /// <summary>Merges drawn and taken back.</summary>
    Merges = 7,

    /// <summary>What later evidence changed about answers given before.</summary>
    Corrections = 8,

    /// <summary>Cases that the desk looked at and left open.</summary>
    Open = 9,
}

/// <summary>Something to be told to the ledger once the transaction stands: one append.</summary>
internal sealed record Telling(string Stream, ActorId By, IReadOnlyList<NewEvent> Events);

/// <summary>A delivery known to Linkage, by its number here.</summary>
internal readonly record struct DeliveryRow(int Id, HolderId Holder, DatasetId Dataset, DeliveryId Delivery);

/// <summary>
/// <c>linkage.db</c>: an append-only log of sealed pages, each for many identities, and beside it what needs no seal. One
/// transaction for a call, flushed to the disk before the call answers; what the ledger must hear waits in an outbox in the
/// same transaction. Nothing is ever changed in place: the state is the log, read from the beginning.
/// </summary>
internal sealed class LinkageStore : IDisposable
{
    public const string FileName = "linkage.db";

    /// <summary>Version of the file. 0 with tables in it is the first design, which kept a row for each identity.</summary>
    private const long Version = 2;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, topic INTEGER NOT NULL, page BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS log_by_topic ON log (kind, topic);
        CREATE TABLE IF NOT EXISTS deliveries (
            id INTEGER PRIMARY KEY, holder TEXT NOT NULL, dataset TEXT NOT NULL, delivery TEXT NOT NULL, UNIQUE (holder, dataset, delivery));
        CREATE TABLE IF NOT EXISTS classes (class INTEGER PRIMARY KEY, tickets INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS uses (
            citizen BLOB NOT NULL, permit TEXT NOT NULL, extraction TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (citizen, permit, extraction)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, append TEXT NOT NULL, stream TEXT NOT NULL, by TEXT NOT NULL, type TEXT NOT NULL, json BLOB NOT NULL);
        """;

    private readonly SqliteConnection connection;
    private readonly Seal seal;
    private long dataVersion;

    private LinkageStore(SqliteConnection connection, Seal seal) => (this.connection, this.seal) = (connection, seal);

    /// <exception cref="RefusedException">The file is of another version, or no database.</exception>
    public static LinkageStore Open(string folder, IKeyStore keys)
    {
        Directory.CreateDirectory(folder);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, FileName), Pooling = false }.ToString());
        var store = new LinkageStore(connection, new Seal(keys));
        try
        {
            connection.Open();
            connection.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 4000");
            var version = connection.Number("PRAGMA user_version");
            if (version != Version && (version != 0 || connection.Number("SELECT COUNT(*) FROM sqlite_schema") > 0))
            {
                throw new RefusedException([Finding.Error(
                    "linkage.store-version",
                    $"{FileName} was written by another version of the linkage room ({version}, not {Version})",
                    "Move the file away and deliver again: persons are made out of the deliveries, the history and the ledger's corrections",
                    new Place(FileName))]);
            }

            connection.Run(Schema);
            connection.Run($"PRAGMA user_version = {Version}");
            return store;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)
        {
            store.Dispose();
            throw new RefusedException([Damaged($"the database cannot be read (SQLite {e.SqliteErrorCode})")]);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>True where another process has written since <see cref="NoteVersion"/>: what is in memory is behind.</summary>
    public bool ChangedElsewhere => connection.Number("PRAGMA data_version") != dataVersion;

    public void NoteVersion() => dataVersion = connection.Number("PRAGMA data_version");

    /// <summary>Begins the one writing transaction; other processes wait.</summary>
    public SqliteTransaction Begin() => connection.BeginTransaction(deferred: false);

    public string? Meta(string name) => connection.One("SELECT value FROM meta WHERE name = $a", r => r.GetString(0), name);

    public void SetMeta(string name, string value) => connection.Run("INSERT INTO meta VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET value = $b", name, value);

    /// <summary>The number of the last page.</summary>
    public long LastPage => connection.Number("SELECT COALESCE(MAX(seq), 0) FROM log");

    /// <param name="topic">Of <see cref="PageKind.Tickets"/> and <see cref="PageKind.Seen"/>: the delivery; otherwise 0.</param>
    public void Append(PageKind kind, int topic, ReadOnlySpan<byte> page)
    {
        var seq = LastPage + 1;
        connection.Run("INSERT INTO log VALUES ($a, $b, $c, $d)", seq, (int)kind, topic, seal.Close(page, Row(seq, kind, topic)));
    }

    /// <summary>
    /// The pages after one, opened, in order, but for the tickets: those are read delivery by delivery.
    /// </summary>
    /// <exception cref="RefusedException">A page is missing or was changed.</exception>
    public IEnumerable<(PageKind Kind, int Topic, byte[] Page)> Pages(long after)
    {
        var expected = after;
        using var command = connection.Command("SELECT seq, kind, topic, CASE kind WHEN 4 THEN x'' ELSE page END FROM log WHERE seq > $a ORDER BY seq", after);
        using var reader = Guarded(command.ExecuteReader);
        while (Guarded(reader.Read))
        {
            if (reader.GetInt64(0) != ++expected)
            {
                throw new RefusedException([Damaged($"page {expected} is missing")]);
            }

            var (kind, topic) = ((PageKind)reader.GetInt32(1), reader.GetInt32(2));
            if (kind != PageKind.Tickets)
            {
                yield return (kind, topic, Opened(expected, kind, topic, (byte[])reader[3]));
            }
        }
    }

    /// <summary>One page, opened.</summary>
    public byte[] Page(long seq, PageKind kind) =>
        connection.All("SELECT page FROM log WHERE seq = $a", r => Opened(seq, kind, 0, (byte[])r[0]), seq) is [var page] ? page : throw new RefusedException([Damaged($"page {seq} is missing")]);

    /// <summary>The ticket pages of a delivery, in order, with their numbers.</summary>
    public IEnumerable<(long Seq, byte[] Page)> Tickets(int delivery)
    {
        using var command = connection.Command("SELECT seq, page FROM log WHERE kind = $a AND topic = $b ORDER BY seq", (int)PageKind.Tickets, delivery);
        using var reader = Guarded(command.ExecuteReader);
        while (Guarded(reader.Read))
        {
            yield return (reader.GetInt64(0), Opened(reader.GetInt64(0), PageKind.Tickets, delivery, (byte[])reader[1]));
        }
    }

    public IReadOnlyDictionary<LinkClass, long> TicketsByClass() => connection.All("SELECT class, tickets FROM classes", r => ((LinkClass)r.GetInt32(0), r.GetInt64(1))).ToDictionary(p => p.Item1, p => p.Item2);

    public void CountTickets(LinkClass linkClass, long more) => connection.Run("INSERT INTO classes VALUES ($a, $b) ON CONFLICT (class) DO UPDATE SET tickets = tickets + $b", (int)linkClass, more);

    public int DeliveryId(HolderId holder, DatasetId dataset, DeliveryId delivery) => (int)connection.Number(
        "INSERT INTO deliveries (holder, dataset, delivery) VALUES ($a, $b, $c) ON CONFLICT DO UPDATE SET delivery = $c RETURNING id", holder.Value, dataset.Value, delivery.Value);

    public IReadOnlyList<DeliveryRow> Deliveries(int after) => connection.All(
        "SELECT id, holder, dataset, delivery FROM deliveries WHERE id > $a ORDER BY id",
        r => new DeliveryRow(r.GetInt32(0), new HolderId(r.GetString(1)), new DatasetId(r.GetString(2)), new DeliveryId(r.GetString(3))),
        after);

    public void AddUses(IEnumerable<UInt128> citizens, PermitId permit, string extraction, DateTimeOffset at)
    {
        using var insert = connection.Command("INSERT INTO uses VALUES ($a, $b, $c, $d) ON CONFLICT DO NOTHING", 0, 0, 0, 0);
        foreach (var citizen in citizens)
        {
            insert.Parameters[0].Value = Bytes(citizen);
            insert.Parameters[1].Value = permit.Value;
            insert.Parameters[2].Value = extraction;
            insert.Parameters[3].Value = Text(at);
            insert.ExecuteNonQuery();
        }
    }

    public IReadOnlyList<PersonalUse> Uses(IEnumerable<UInt128> citizens) =>
        [.. citizens
            .SelectMany(c => connection.All("SELECT permit, extraction, at FROM uses WHERE citizen = $a", r => new PersonalUse(new PermitId(r.GetString(0)), r.GetString(1), Moment(r, 2)), Bytes(c)))
            .Distinct()
            .OrderByDescending(u => u.At).ThenBy(u => u.Permit.Value, StringComparer.Ordinal)];

    /// <summary>When a project first received each of these citizens; those it never did are left out.</summary>
    public IReadOnlyDictionary<UInt128, DateTimeOffset> Received(PermitId permit, IEnumerable<UInt128> citizens) =>
        citizens.Distinct()
            .SelectMany(c => connection.All("SELECT MIN(at) FROM uses WHERE citizen = $a AND permit = $b HAVING COUNT(*) > 0", r => (c, Moment(r, 0)), Bytes(c), permit.Value))
            .ToDictionary(p => p.c, p => p.Item2);

    public void Tell(Telling telling, string append)
    {
        foreach (var e in telling.Events)
        {
            connection.Run("INSERT INTO outbox (append, stream, by, type, json) VALUES ($a, $b, $c, $d, $e)", append, telling.Stream, telling.By.Value, e.Type, e.Json.ToArray());
        }
    }

    /// <summary>What still waits for the ledger, in order.</summary>
    public IReadOnlyList<(string Append, Telling Telling)> Untold() =>
        [.. connection.All("SELECT append, stream, by, type, json FROM outbox ORDER BY id", r => (Append: r.GetString(0), Stream: r.GetString(1), By: r.GetString(2), Event: new NewEvent(r.GetString(3), (byte[])r[4])))
            .GroupBy(r => (r.Append, r.Stream, r.By))
            .Select(g => (g.Key.Append, new Telling(g.Key.Stream, new ActorId(g.Key.By), [.. g.Select(r => r.Event)])))];

    public void Told(string append) => connection.Run("DELETE FROM outbox WHERE append = $a", append);

    public void Dispose()
    {
        connection.Dispose();
        seal.Dispose();
    }

    public static Finding Damaged(string how) => Finding.Error(
        "linkage.store-damaged", $"The store of the linkage room is damaged: {how}", "Nothing was opened. Put back the last backup of the folder, and deliver again what came after it", new Place(FileName));

    private byte[] Opened(long seq, PageKind kind, int topic, byte[] box)
    {
        try
        {
            return seal.Open(box, Row(seq, kind, topic));
        }
        catch (CryptographicException)
        {
            throw new RefusedException([Damaged($"page {seq} ({kind}) was changed, or was sealed under another key")]);
        }
    }

    /// <summary>A page is bound to its place, so that no two can be exchanged unnoticed.</summary>
    private static byte[] Row(long seq, PageKind kind, int topic)
    {
        var row = new byte[13];
        BinaryPrimitives.WriteInt64BigEndian(row, seq);
        row[8] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(9), topic);
        return row;
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)
        {
            throw new RefusedException([Damaged($"the database cannot be read (SQLite {e.SqliteErrorCode})")]);
        }
    }

    private static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(SqliteDataReader r, int column) => DateTimeOffset.Parse(r.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}
