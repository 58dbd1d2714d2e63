using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Minato.Formats.Sharing;

namespace Minato.Primary;

/// <summary>
/// <c>primary.db</c>: sealed documents under a keyed hash of their person. Written whole or not at all (SQLite in WAL mode, <c>synchronous=FULL</c>), so that a killed process leaves what was there. Who has the file
/// without the keys sees how many documents somebody has, and nothing else.
/// </summary>
internal sealed class RecordStore
{
    private const string PersonKey = "primary-persons";
    private const string SealKey = "primary-records";
    private const int HashLength = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly IKeyStore keys;
    private readonly string connection;

    public RecordStore(string folder, IKeyStore keys)
    {
        this.keys = keys;
        Directory.CreateDirectory(folder);
        connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "primary.db"), DefaultTimeout = 60 }.ToString();
        using var open = Open();
        Run(open, null, "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS documents (person BLOB NOT NULL, document BLOB NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (person, document)) STRICT, WITHOUT ROWID");
    }

    /// <summary>A person's name in this room: in streams and in the store.</summary>
    public string NameOf(Pseudonym<Citizen> citizen)
    {
        Span<byte> bytes = stackalloc byte[HashLength];
        citizen.Write(bytes);
        return Convert.ToHexStringLower(Hash(bytes));
    }

    public void Put(IReadOnlyList<(string Person, HolderId From, SharedDocument Document)> documents)
    {
        using var open = Open();
        using var transaction = open.BeginTransaction(deferred: false);
        foreach (var (person, from, d) in documents)
        {
            var id = Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes($"{from}\n{d.Id}")));
            var text = JsonSerializer.Serialize(new OpenedDocument(from, d.Kind, d.Title, d.Date, d.Items, d.NotTold), Json);
            Run(open, transaction, "INSERT INTO documents (person, document, sealed) VALUES ($person, $document, $sealed) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
                ("$person", Convert.FromHexString(person)), ("$document", Convert.FromHexString(id)), ("$sealed", SealedText.Close(keys, SealKey, text, $"{person}/{id}")));
        }

        transaction.Commit();
    }

    /// <exception cref="CryptographicException">A document was changed, or put under another person.</exception>
    public IReadOnlyList<OpenedDocument> Of(string person)
    {
        using var open = Open();
        using var command = open.CreateCommand();
        command.CommandText = "SELECT document, sealed FROM documents WHERE person = $person";
        command.Parameters.AddWithValue("$person", Convert.FromHexString(person));
        using var rows = command.ExecuteReader();
        var found = new List<OpenedDocument>();
        while (rows.Read())
        {
            var id = Convert.ToHexStringLower((byte[])rows[0]);
            found.Add(JsonSerializer.Deserialize<OpenedDocument>(SealedText.Open(keys, SealKey, rows.GetString(1), $"{person}/{id}"), Json)!);
        }

        return [.. found.OrderByDescending(d => d.Date).ThenBy(d => d.Kind)];
    }

    private byte[] Hash(ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(keys.Key(PersonKey), bytes)[..HashLength];

    private SqliteConnection Open()
    {
        var open = new SqliteConnection(connection);
        open.Open();
        Run(open, null, "PRAGMA synchronous=FULL");
        return open;
    }

    private static void Run(SqliteConnection open, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = open.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
