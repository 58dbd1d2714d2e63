using Microsoft.Data.Sqlite;
using Minato.Ledger;
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
            connection.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
            connection.Run(Schema);
            return store;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteTransaction Begin() => connection.BeginTransaction(deferred: false);

    public string? Meta(string name) => connection.One("SELECT value FROM meta WHERE name = $a", r => r.GetString(0), name);

    public void SetMeta(string name, string value) => connection.Run("INSERT INTO meta VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET value = $b", name, value);

    public UInt128? NameOf(UInt128 tag) => connection.One("SELECT name FROM people WHERE tag = $a", r => (UInt128?)Value((byte[])r[0]), Bytes(tag));

    public void Add(VaultRow row) => connection.Run("INSERT INTO people (name, tag, b, c, version) VALUES ($a, $b, $c, $d, $e)", Bytes(row.Name), Bytes(row.Tag), row.B.ToBytes(), row.C.ToBytes(), row.Version);

    public void Move(VaultRow row) => connection.Run("UPDATE people SET tag = $b, b = $c, c = $d, version = $e WHERE name = $a", Bytes(row.Name), Bytes(row.Tag), row.B.ToBytes(), row.C.ToBytes(), row.Version);

    /// <summary>From now on whoever has this name is converted as the other (after a merge); as itself again where the two are one.</summary>
    public void Follow(UInt128 name, UInt128 stays) => connection.Run("UPDATE people SET follows = $b WHERE name = $a", Bytes(name), name == stays ? DBNull.Value : Bytes(stays));

    /// <summary>The row that stands for the name in conversions; null where the vault does not know the name.</summary>
    public VaultRow? Standing(UInt128 name) =>
        connection.One("SELECT s.name, s.tag, s.b, s.c, s.version FROM people p JOIN people s ON s.name = coalesce(p.follows, p.name) WHERE p.name = $a", Row, Bytes(name));

    /// <summary>The name that stands, then those that follow it; empty where it is unknown.</summary>
    public IReadOnlyList<UInt128> Names(UInt128 name) =>
        Standing(name) is { } row
            ? [row.Name, .. connection.All("SELECT name FROM people WHERE follows = $a ORDER BY name", r => Value((byte[])r[0]), Bytes(row.Name))]
            : [];

    /// <summary>Some of the people who are still at an older version.</summary>
    public IReadOnlyList<VaultRow> Behind(int version, int atMost) =>
        connection.All("SELECT name, tag, b, c, version FROM people WHERE version < $a ORDER BY name LIMIT $b", Row, version, atMost);

    public IReadOnlyList<int> Versions() => connection.All("SELECT DISTINCT version FROM people", r => r.GetInt32(0));

    public long Count => connection.Number("SELECT count(*) FROM people");

    public void SetLetter(UInt128 name, byte[] letter) => connection.Run("UPDATE people SET letter = $b WHERE name = $a", Bytes(name), letter);

    public byte[]? Letter(UInt128 name) => connection.One("SELECT letter FROM people WHERE name = $a", r => r[0] as byte[], Bytes(name));

    public void AddUse(UInt128 name, string permit, string extraction, string at) =>
        connection.Run("INSERT INTO uses VALUES ($a, $b, $c, $d) ON CONFLICT DO NOTHING", Bytes(name), permit, extraction, at);

    public IReadOnlyList<(string Permit, string Extraction, string At)> Uses(UInt128 name) =>
        connection.All("SELECT permit, extraction, at FROM uses WHERE name = $a", r => (r.GetString(0), r.GetString(1), r.GetString(2)), Bytes(name));

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
}
