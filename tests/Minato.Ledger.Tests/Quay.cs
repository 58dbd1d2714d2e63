using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Minato.Ledger.Tests;

/// <summary>A ledger in a folder of its own, with a clock that ticks a second each time it is asked.</summary>
internal sealed class Quay : IDisposable
{
    public const string Origin = "minato.example/ledger";
    public static readonly ActorId Operator = new("operator-1");

    private Quay(string folder)
    {
        Folder = folder;
        Ledger = Open();
    }

    public string Folder { get; }

    public LedgerRoom Ledger { get; private set; }

    public static Quay New() => new(Directory.CreateTempSubdirectory("minato-ledger-").FullName);

    /// <summary>A ledger with ten events in three streams, a checkpoint after six, another after ten.</summary>
    public static Quay WithTenEvents()
    {
        var quay = New();
        for (var i = 0; i < 10; i++)
        {
            var stream = (i % 3) switch { 0 => "application/a-1", 1 => "application/a-2", _ => "choice/c-1" };
            quay.Append(stream, i % 2 == 0 ? "access.submitted" : "access.voted", $$"""{"n":{{i}}}""");
            if (i is 5 or 9)
            {
                quay.Ledger.MakeCheckpoint();
            }
        }

        return quay;
    }

    public Appended Append(string stream, string type = "access.noted", string json = """{"text":"hello"}""") =>
        Ledger.AppendAsync(stream, -1, Operator, [Event(type, json)]).GetAwaiter().GetResult().Value;

    public static NewEvent Event(string type = "access.noted", string json = """{"text":"hello"}""") => new(type, Encoding.UTF8.GetBytes(json));

    public void Reopen()
    {
        Ledger.Dispose();
        Ledger = Open();
    }

    public IReadOnlyList<Finding> Verify() => [.. Ledger.Verify()];

    /// <summary>Changes the file behind the ledger's back.</summary>
    public int Tamper(string sql, params IReadOnlyList<object> parameters)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "ledger.db")};Pooling=False");
        connection.Open();
        return connection.Run(sql, parameters);
    }

    public T Peek<T>(string sql, params IReadOnlyList<object> parameters)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "ledger.db")};Pooling=False");
        connection.Open();
        return connection.One(sql, r => r.GetFieldValue<T>(0), parameters)!;
    }

    public void Dispose()
    {
        Ledger.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private LedgerRoom Open() => LedgerRoom.Open(new LedgerOptions(Folder, Origin), new NamedKeys(), new TickingClock());
}

/// <summary>Keys that are the hash of their name: the same in every process.</summary>
internal sealed class NamedKeys(string world = "test") : IKeyStore
{
    public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"{world}/{name}"));

    public void Destroy(string name) => throw new NotSupportedException();

    public bool IsDestroyed(string name) => false;
}

internal sealed class TickingClock : TimeProvider
{
    private long now = DateTimeOffset.Parse("2026-04-01T09:00:00Z", CultureInfo.InvariantCulture).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref now, TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
