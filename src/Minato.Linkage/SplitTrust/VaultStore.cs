using Microsoft.Data.Sqlite;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>A person of a vault.</summary>
/// <param name="Name">The pseudonym that was told, for good.</param>
/// <param name="Tag">What the person's point is recognised by at the handle's version.</param>
/// <param name="B">With <paramref name="C"/> the linkage handle: the point, encrypted to both transcryptors together.</param>
internal sealed record VaultRow(UInt128 Name, UInt128 Tag, Point B, Point C, int Version);

/// <summary>
/// One vault's SQLite file: names, tags and linkage handles, 96 bytes of content a person; nothing in it can be linked with another vault's.
/// One transaction a call, on the disk before the call answers.
/// </summary>
internal sealed class VaultStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS people (
            name BLOB PRIMARY KEY, tag BLOB NOT NULL UNIQUE, b BLOB NOT NULL, c BLOB NOT NULL, version INTEGER NOT NULL, follows BLOB, letter BLOB) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS versions ON people (version);
        CREATE INDEX IF NOT EXISTS followers ON people (follows) WHERE follows IS NOT NULL;
        CREATE TABLE IF NOT EXISTS uses (
            name BLOB NOT NULL, permit TEXT NOT NULL, extraction TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (name, permit, extraction)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection connection;

    private VaultStore(SqliteConnection connection) => this.connection = connection;

    public static VaultStore Open(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var store = new VaultStore(connection);
            store.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
            store.Run(Schema);
            return store;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteTransaction Begin() => connection.BeginTransaction(deferred: false);

    public string? Meta(string name)
    {
        using var command = Command("SELECT value FROM meta WHERE name = $a", name);
        return command.ExecuteScalar() as string;
    }

    public void SetMeta(string name, string value) => Run("INSERT INTO meta VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET value = $b", name, value);

    public UInt128? NameOf(UInt128 tag)
    {
        using var command = Command("SELECT name FROM people WHERE tag = $a", Bytes(tag));
        return command.ExecuteScalar() is byte[] name ? Value(name) : null;
    }

    public void Add(VaultRow row) => Run("INSERT INTO people (name, tag, b, c, version) VALUES ($a, $b, $c, $d, $e)", Bytes(row.Name), Bytes(row.Tag), row.B.ToBytes(), row.C.ToBytes(), row.Version);

    public void Move(VaultRow row) => Run("UPDATE people SET tag = $b, b = $c, c = $d, version = $e WHERE name = $a", Bytes(row.Name), Bytes(row.Tag), row.B.ToBytes(), row.C.ToBytes(), row.Version);

    /// <summary>From now on whoever has this name is converted as the other (after a merge); as itself again where the two are one.</summary>
    public void Follow(UInt128 name, UInt128 stays) => Run("UPDATE people SET follows = $b WHERE name = $a", Bytes(name), name == stays ? DBNull.Value : Bytes(stays));

    /// <summary>The row that stands for the name in conversions; null where the vault does not know the name.</summary>
    public VaultRow? Standing(UInt128 name) =>
        One("SELECT s.name, s.tag, s.b, s.c, s.version FROM people p JOIN people s ON s.name = coalesce(p.follows, p.name) WHERE p.name = $a", Bytes(name));

    /// <summary>The name that stands, then those that follow it; empty where it is unknown.</summary>
    public IReadOnlyList<UInt128> Names(UInt128 name) =>
        Standing(name) is { } row
            ? [row.Name, .. Rows("SELECT name FROM people WHERE follows = $a ORDER BY name", r => Value((byte[])r[0]), Bytes(row.Name))]
            : [];

    /// <summary>Some of the people who are still at an older version.</summary>
    public IReadOnlyList<VaultRow> Behind(int version, int atMost) =>
        Rows("SELECT name, tag, b, c, version FROM people WHERE version < $a ORDER BY name LIMIT $b", Row, version, atMost);

    public IReadOnlyList<int> Versions() => Rows("SELECT DISTINCT version FROM people", r => r.GetInt32(0));

    public long Count
    {
        get
        {
            using var command = Command("SELECT count(*) FROM people");
            return (long)command.ExecuteScalar()!;
        }
    }

    public void SetLetter(UInt128 name, byte[] letter) => Run("UPDATE people SET letter = $b WHERE name = $a", Bytes(name), letter);

    public byte[]? Letter(UInt128 name)
    {
        using var command = Command("SELECT letter FROM people WHERE name = $a", Bytes(name));
        return command.ExecuteScalar() as byte[];
    }

    public void AddUse(UInt128 name, string permit, string extraction, string at) =>
        Run("INSERT INTO uses VALUES ($a, $b, $c, $d) ON CONFLICT DO NOTHING", Bytes(name), permit, extraction, at);

    public IReadOnlyList<(string Permit, string Extraction, string At)> Uses(UInt128 name) =>
        Rows("SELECT permit, extraction, at FROM uses WHERE name = $a", r => (r.GetString(0), r.GetString(1), r.GetString(2)), Bytes(name));

    public void Dispose() => connection.Dispose();

    internal static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    internal static UInt128 Value(byte[] bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private static VaultRow Row(SqliteDataReader r) =>
        Point.TryRead((byte[])r[2], out var b) && Point.TryRead((byte[])r[3], out var c)
            ? new VaultRow(Value((byte[])r[0]), Value((byte[])r[1]), b, c, r.GetInt32(4))
            : throw new InvalidDataException("A linkage handle of the vault is no point; restore the vault from a backup");

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

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private VaultRow? One(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Row(reader) : null;
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
