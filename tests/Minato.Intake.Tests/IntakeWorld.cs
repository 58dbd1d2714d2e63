using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake.Tests;

/// <summary>A node's way in, with real rooms, in a folder of its own.</summary>
internal sealed class IntakeWorld : IDisposable
{
    public static readonly HolderId City = new("city");
    public static readonly DatasetId Deaths = new("deaths");
    public static readonly DatasetId Shots = new("shots");
    public static readonly Actor Desk = new(new ActorId("desk"), Role.Operator, "Desk");
    public static readonly Actor CityClerk = new(new ActorId("clerk"), Role.Holder, "Clerk", "city");
    public static readonly Actor Stranger = new(new ActorId("stranger"), Role.Holder, "Stranger", "elsewhere");
    public const string DeathHeader = "record_id,municipality_code,name,name_kana,birth_date,sex,address,died_on,place_code,underlying_cause_icd10\n";

    private readonly List<IDisposable> open = [];

    private readonly bool isKept;

    /// <param name="folder">Where the node lives, and goes on living after this; null: a folder of its own that goes with it.</param>
    /// <param name="policy">Whether deliveries need an agreement.</param>
    public IntakeWorld(Func<ILinkage, ILinkage>? wrapLinkage = null, string? folder = null, DeliveryPolicy? policy = null)
    {
        isKept = folder is not null;
        Folder = folder is null ? Directory.CreateTempSubdirectory("minato-intake-").FullName : Directory.CreateDirectory(folder).FullName;
        var keys = Keys;
        var clock = Clock;
        Ledger = Own(LedgerRoom.Open(new LedgerOptions(At("ledger"), "test"), keys, clock));
        Linkage = Own(LinkageRoom.Open(new LinkageOptions(At("linkage"), Path.Combine(Root(), "standards")), Ledger, keys, clock));
        if (wrapLinkage is not null)
        {
            Linkage = wrapLinkage(Linkage);
        }

        Warehouse = Own(WarehouseRoom.Open(new WarehouseOptions(At("warehouse")), Ledger, clock));
        Intake = Own(IntakeRoom.Open(new IntakeOptions(At("intake"), RecordsLinkedAtOnce: 50, Policy: policy), Ledger, keys, Linkage, Warehouse, clock));
        var registered = Intake.RegisterAsync(new HolderRegistration(City, new Bilingual("市", "City"), "municipality",
            [new DatasetInfo(Deaths, City, DataCategory.Death, new("死亡", "Deaths")), new DatasetInfo(Shots, City, DataCategory.Vaccination, new("接種", "Shots"))]), Desk).GetAwaiter().GetResult();
        Assert.True(registered.IsOk, string.Join(";", registered.Findings));
    }

    public string Folder { get; }

    public MovableClock Clock { get; } = new();

    public IKeyStore Keys { get; } = new TestKeys();

    public ILedger Ledger { get; }

    public ILinkage Linkage { get; }

    public IWarehouse Warehouse { get; }

    public IIntake Intake { get; }

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>A delivery folder with these files.</summary>
    public string Delivery(params (string Name, byte[] Content)[] files)
    {
        var folder = Directory.CreateDirectory(At("in-" + Guid.NewGuid().ToString("N"))).FullName;
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }

    public static byte[] DeathCsv(params IEnumerable<string> rows) => Encoding.UTF8.GetBytes(DeathHeader + string.Concat(rows.Select(r => r + "\n")));

    public static string DeathRow(int n, string died = "20250301") => $"d{n},131001,架空　太郎{n},カクウ タロウ,{new DateOnly(1930, 1, 1).AddDays(n):yyyyMMdd},1,架空県架空市{n},{died},1,I219";

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var s = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                s.Write(content);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gz = new GZipStream(memory, CompressionLevel.SmallestSize))
        {
            gz.Write(content);
        }

        return memory.ToArray();
    }

    public async Task<Receipt> Receive(DatasetId dataset, string folder)
    {
        var outcome = await Intake.ReceiveFolderAsync(City, dataset, folder, CityClerk);
        Assert.True(outcome.IsOk, string.Join("; ", outcome.Findings));
        return outcome.Value;
    }

    public long RowsOf(DatasetId dataset, string table)
    {
        if (Warehouse.Latest(dataset) is not { } snapshot)
        {
            return 0;
        }

        using var session = Warehouse.OpenSession();
        Warehouse.Attach(session, snapshot);
        return session.Scalar<long>($"select count(*) from {session.Dialect.Quote(table)}");
    }

    public void Dispose()
    {
        for (var i = open.Count - 1; i >= 0; i--)
        {
            open[i].Dispose();
        }

        if (!isKept)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    public static string Root([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private T Own<T>(T room)
    {
        if (room is IDisposable d)
        {
            open.Add(d);
        }

        return room;
    }

    /// <summary>The system's time, moved by so many days.</summary>
    internal sealed class MovableClock : TimeProvider
    {
        public int Days { get; set; }

        public DateOnly Today => JapaneseDay.Today(this);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(Days);
    }

    private sealed class TestKeys : IKeyStore
    {
        private readonly HashSet<string> destroyed = [];

        public byte[] Key(string name)
        {
            lock (destroyed)
            {
                // The same in every process of a test; a new array each time, for who takes a key wipes it.
                return destroyed.Contains(name) ? throw new KeyDestroyedException(name) : SHA256.HashData(Encoding.UTF8.GetBytes("test/" + name));
            }
        }

        public void Destroy(string name) => destroyed.Add(name);

        public bool IsDestroyed(string name) => destroyed.Contains(name);
    }
}
