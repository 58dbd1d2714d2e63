using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Tables;

namespace Minato.Warehouse.Tests;

/// <summary>A warehouse on an empty folder, with its ledger.</summary>
internal sealed class Quay : IDisposable
{
    public static readonly DatasetInfo Claims = new(new("claims"), new("review-body"), DataCategory.Claims, new("レセプト", "Claims"));

    private readonly Keys keys = new();
    private readonly string folder;
    private readonly bool owned;

    public Quay(string? folder = null, Func<WarehouseOptions, WarehouseOptions>? with = null)
    {
        owned = folder is null;
        this.folder = folder ?? Directory.CreateTempSubdirectory("minato-").FullName;
        Ledger = LedgerRoom.Open(new(Path.Combine(this.folder, "ledger"), "minato.test/ledger"), keys, Clock);
        var options = new WarehouseOptions(Path.Combine(this.folder, "warehouse")) { MemoryMegabytes = 512, Threads = 2 };
        Room = WarehouseRoom.Open(with?.Invoke(options) ?? options, Ledger, Clock);
    }

    public LedgerRoom Ledger { get; }

    public IWarehouse Room { get; }

    public Noon Clock { get; } = new();

    public string Folder => folder;

    public static Pseudonym<Dataset> Person(int n) => new(new UInt128(0xF000_0000_0000_0000, (ulong)n));

    public static DateOnly Day(string day) => DateOnly.Parse(day);

    public BatchResult Deliver(string delivery, params (int Person, string Key, HealthFact[] Facts)[] records) =>
        DeliverAs(Claims, delivery, [.. records.Select(r => (r.Person, r.Key, new Demographics(1960, 4, Sex.Female, "13"), r.Facts))]);

    public BatchResult DeliverAs(DatasetInfo dataset, string delivery, params (int Person, string Key, Demographics About, HealthFact[] Facts)[] records)
    {
        Assert.True(Room.Register(dataset).IsOk);
        using var batch = Room.Begin(dataset.Id, new(delivery));
        var ticket = 0;
        foreach (var (person, key, about, facts) in records)
        {
            batch.Add(ticket++, Person(person), 1, key, about, facts);
        }

        return batch.CommitAsync().GetAwaiter().GetResult().Value;
    }

    /// <summary>Rows of the latest snapshot as text, '|' between columns.</summary>
    public string[] Read(string sql, DatasetInfo? dataset = null, Snapshot? snapshot = null)
    {
        using var session = Room.OpenSession();
        Room.Attach(session, snapshot ?? Room.Latest((dataset ?? Claims).Id)!);
        return [.. session.Query(sql).Select(row => string.Join("|", row.Select(v => v switch
        {
            null => "",
            DateOnly d => d.ToString("yyyy-MM-dd"),
            decimal d => d.ToString("0.######"),
            Guid g => "p" + (ulong)Pseudonym<Dataset>.FromGuid(g).Value,
            _ => v.ToString(),
        })))];
    }

    public void Dispose()
    {
        (Room as IDisposable)?.Dispose();
        Ledger.Dispose();
        if (owned)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 4, 1, 3, 0, 0, TimeSpan.Zero);
    }

    private sealed class Keys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }
}
