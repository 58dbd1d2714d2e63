using System.Globalization;
using Microsoft.Data.Sqlite;
using Minato.Linkage.Matching;
using Minato.Linkage.Persons;

namespace Minato.Linkage.Store;

/// <summary>An identity's row.</summary>
/// <param name="Digest">Token of the identity as written (for one kept apart: of its dataset or ticket too).</param>
/// <param name="Sealed">Its <see cref="SealedIdentity"/>.</param>
internal sealed record IdentityRow(KnownIdentity Known, UInt128 Digest, byte[] Sealed);

/// <summary>Something to be told to the ledger once the transaction stands: one append.</summary>
internal sealed record Telling(string Stream, ActorId By, IReadOnlyList<Ledger.NewEvent> Events);

/// <summary>
/// <c>linkage.db</c>: persons, sealed identities, tickets, merges, uses. One transaction per call, flushed to the disk
/// before the call answers; what the ledger must hear waits in an outbox in the same transaction.
/// </summary>
internal sealed class LinkageStore : IDisposable
{
    public const string FileName = "linkage.db";

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS persons (node INTEGER PRIMARY KEY, handle BLOB NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS identities (
            id INTEGER PRIMARY KEY, node INTEGER NOT NULL, digest BLOB NOT NULL, origin INTEGER NOT NULL, joined_by INTEGER NOT NULL, sealed BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS seen (
            identity INTEGER PRIMARY KEY, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, ended INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS deliveries (
            id INTEGER PRIMARY KEY, holder TEXT NOT NULL, dataset TEXT NOT NULL, delivery TEXT NOT NULL, UNIQUE (holder, dataset, delivery));
        CREATE TABLE IF NOT EXISTS tickets (
            delivery INTEGER NOT NULL, ticket INTEGER NOT NULL, identity INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (delivery, ticket, identity)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS holdings (
            node INTEGER NOT NULL, dataset TEXT NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (node, dataset)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS merges (
            id TEXT PRIMARY KEY, seq INTEGER NOT NULL, kept INTEGER NOT NULL, merged INTEGER NOT NULL, rule TEXT NOT NULL, in_force INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS uses (
            citizen BLOB NOT NULL, permit TEXT NOT NULL, extraction TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (citizen, permit, extraction)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, append TEXT NOT NULL, stream TEXT NOT NULL, by TEXT NOT NULL, type TEXT NOT NULL, json BLOB NOT NULL);
        """;

    private readonly SqliteConnection connection;
    private long dataVersion;

    private LinkageStore(SqliteConnection connection) => this.connection = connection;

    public static LinkageStore Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, FileName), Pooling = false }.ToString());
        try
        {
            connection.Open();
            var store = new LinkageStore(connection);
            store.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000");
            store.Run(Schema);
            return store;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>True where another process has written since <see cref="NoteVersion"/>: what is in memory is old.</summary>
    public bool ChangedElsewhere => Number("PRAGMA data_version") != dataVersion;

    public void NoteVersion() => dataVersion = Number("PRAGMA data_version");

    /// <summary>Begins the one writing transaction; other processes wait.</summary>
    public SqliteTransaction Begin() => connection.BeginTransaction(deferred: false);

    public string? Meta(string name)
    {
        using var command = Command("SELECT value FROM meta WHERE name = $a", name);
        return command.ExecuteScalar() as string;
    }

    public void SetMeta(string name, string value) => Run("INSERT INTO meta VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET value = $b", name, value);

    public IEnumerable<UInt128> Handles() => Rows("SELECT handle FROM persons ORDER BY node", r => Token(r, 0));

    public IEnumerable<(KnownIdentity Known, UInt128 Digest)> Identities(Seal seal) =>
        Rows("SELECT id, node, digest, origin, joined_by, sealed, first_day, last_day, ended FROM identities JOIN seen ON identity = id ORDER BY id", r =>
        {
            var digest = (byte[])r[2];
            var known = new KnownIdentity(r.GetInt32(0), r.GetInt32(1), SealedIdentity.Open(seal, (byte[])r[5], digest).Evidence, (IdentityOrigin)r.GetInt32(3), (LinkClass)r.GetInt32(4));
            known.Seen(r.GetInt32(6), r.GetInt32(7), r.GetInt32(8));
            return (known, Token(r, 2));
        });

    public IReadOnlyList<(int Id, byte[] Digest, byte[] Sealed)> SealedIdentities() =>
        [.. Rows("SELECT id, digest, sealed FROM identities ORDER BY id", r => (r.GetInt32(0), (byte[])r[1], (byte[])r[2]))];

    public void SetSealed(int id, byte[] sealedIdentity) => Run("UPDATE identities SET sealed = $a WHERE id = $b", sealedIdentity, id);

    public IReadOnlyList<MergeEdge> Merges() =>
        [.. Rows("SELECT id, seq, kept, merged, rule, in_force FROM merges ORDER BY seq", r => new MergeEdge(r.GetString(0), r.GetInt64(1), r.GetInt32(2), r.GetInt32(3), r.GetString(4), r.GetInt32(5) == 1))];

    public IReadOnlyDictionary<LinkClass, long> TicketsByClass() =>
        Rows("SELECT class, COUNT(*) FROM tickets GROUP BY class", r => ((LinkClass)r.GetInt32(0), r.GetInt64(1))).ToDictionary(p => p.Item1, p => p.Item2);

    public long DeliveryRow(HolderId holder, DatasetId dataset, DeliveryId delivery) => Number(
        "INSERT INTO deliveries (holder, dataset, delivery) VALUES ($a, $b, $c) ON CONFLICT DO UPDATE SET delivery = $c RETURNING id", holder.Value, dataset.Value, delivery.Value);

    /// <summary>The tickets of one delivery, to be written in the running transaction.</summary>
    public TicketBook TicketBook(long delivery) => new(connection, delivery);

    public void AddPersons(IReadOnlyList<(int Node, UInt128 Handle)> persons)
    {
        using var insert = Command("INSERT INTO persons VALUES ($a, $b)", 0, Array.Empty<byte>());
        foreach (var (node, handle) in persons)
        {
            Run(insert, node, Bytes(handle));
        }
    }

    public void AddIdentities(IReadOnlyList<IdentityRow> rows)
    {
        using var insert = Command("INSERT INTO identities VALUES ($a, $b, $c, $d, $e, $f)", 0, 0, 0, 0, 0, 0);
        using var seen = Command("INSERT INTO seen VALUES ($a, $b, $c, $d)", 0, 0, 0, 0);
        foreach (var (known, digest, box) in rows)
        {
            Run(insert, known.Id, known.Node, Bytes(digest), (int)known.Origin, (int)known.JoinedBy, box);
            Run(seen, known.Id, known.From, known.To, known.Ended);
        }
    }

    public void SetSeen(IEnumerable<KnownIdentity> seen)
    {
        using var update = Command("UPDATE seen SET first_day = $a, last_day = $b, ended = $c WHERE identity = $d", 0, 0, 0, 0);
        foreach (var k in seen)
        {
            Run(update, k.From, k.To, k.Ended, k.Id);
        }
    }

    public void NoteHoldings(IEnumerable<int> nodes, DatasetId dataset, DateTimeOffset at)
    {
        using var upsert = Command("INSERT INTO holdings VALUES ($a, $b, $c, $c) ON CONFLICT (node, dataset) DO UPDATE SET last_at = $c", 0, 0, 0);
        foreach (var node in nodes)
        {
            Run(upsert, node, dataset.Value, Text(at));
        }
    }

    public IReadOnlyList<PersonalHolding> Holdings(IReadOnlyList<int> nodes) =>
        [.. nodes
            .SelectMany(n => Rows("SELECT dataset, first_at, last_at FROM holdings WHERE node = $a", r => new PersonalHolding(new DatasetId(r.GetString(0)), Moment(r, 1), Moment(r, 2)), n))
            .GroupBy(h => h.Dataset)
            .Select(g => new PersonalHolding(g.Key, g.Min(h => h.FirstDelivery), g.Max(h => h.LastDelivery)))
            .OrderBy(h => h.Dataset.Value, StringComparer.Ordinal)];

    public void AddMerge(MergeEdge e) => Run("INSERT INTO merges VALUES ($a, $b, $c, $d, $e, $f)", e.Id, e.Sequence, e.Kept, e.Merged, e.Rule, e.InForce ? 1 : 0);

    public void EndMerge(string id) => Run("UPDATE merges SET in_force = 0 WHERE id = $a", id);

    public void AddUses(IEnumerable<UInt128> citizens, PermitId permit, string extraction, DateTimeOffset at)
    {
        using var insert = Command("INSERT INTO uses VALUES ($a, $b, $c, $d) ON CONFLICT DO NOTHING", 0, 0, 0, 0);
        foreach (var citizen in citizens)
        {
            Run(insert, Bytes(citizen), permit.Value, extraction, Text(at));
        }
    }

    public IReadOnlyList<PersonalUse> Uses(IEnumerable<UInt128> citizens) =>
        [.. citizens
            .SelectMany(c => Rows("SELECT permit, extraction, at FROM uses WHERE citizen = $a", r => new PersonalUse(new PermitId(r.GetString(0)), r.GetString(1), Moment(r, 2)), Bytes(c)))
            .Distinct()
            .OrderByDescending(u => u.At).ThenBy(u => u.Permit.Value, StringComparer.Ordinal)];

    public void Tell(Telling telling, string append)
    {
        foreach (var e in telling.Events)
        {
            Run("INSERT INTO outbox (append, stream, by, type, json) VALUES ($a, $b, $c, $d, $e)", append, telling.Stream, telling.By.Value, e.Type, e.Json.ToArray());
        }
    }

    /// <summary>What still waits for the ledger, in order.</summary>
    public IReadOnlyList<(string Append, Telling Telling)> Untold() =>
        [.. Rows("SELECT append, stream, by, type, json FROM outbox ORDER BY id", r => (Append: r.GetString(0), Stream: r.GetString(1), By: r.GetString(2), Event: new Ledger.NewEvent(r.GetString(3), (byte[])r[4])))
            .GroupBy(r => (r.Append, r.Stream, r.By))
            .Select(g => (g.Key.Append, new Telling(g.Key.Stream, new ActorId(g.Key.By), [.. g.Select(r => r.Event)])))];

    public void Told(string append) => Run("DELETE FROM outbox WHERE append = $a", append);

    public void Dispose() => connection.Dispose();

    private static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(SqliteDataReader r, int column) => DateTimeOffset.Parse(r.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    private static UInt128 Token(SqliteDataReader r, int column) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian((byte[])r[column]);

    private SqliteCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${(char)('a' + i)}", values[i]));
        }

        return command;
    }

    private static void Run(SqliteCommand prepared, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            prepared.Parameters[i].Value = values[i];
        }

        prepared.ExecuteNonQuery();
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private long Number(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return (long)command.ExecuteScalar()!;
    }

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
