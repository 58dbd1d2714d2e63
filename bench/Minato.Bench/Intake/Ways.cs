using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Minato.Formats;
using Minato.Intake;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Warehouse;
using Sylvan.Data.Csv;

namespace Minato.Bench.Intake;

/// <summary>What one way through the files came to. <paramref name="Items"/>: records, rows or resources, whatever the way counts.</summary>
internal sealed record Passed(double Seconds, double CpuSeconds, long Bytes, long Items, long Rows, long PeakBytes, string Note);

/// <summary>Ways through a folder of files: ours, our parts, and those of peers. Each is run in a process of its own.</summary>
internal static class Ways
{
    public static readonly IReadOnlyDictionary<string, Func<string, (long Items, long Rows, string Note)>> All = new Dictionary<string, Func<string, (long Items, long Rows, string Note)>>
    {
        ["snapshot"] = Snapshot,
        ["read"] = Read,
        ["raw"] = Raw,
        ["raw-utf8"] = folder => Decode(folder, Encoding.UTF8),
        ["raw-cp932"] = folder => Decode(folder, Cp932()),
        ["firely"] = Firely,
        ["firely-2"] = FirelyTwo,
        ["duckdb-json"] = DuckJson,
        ["sylvan"] = Sylvan,
    };

    /// <summary>Runs one way and prints what it came to as JSON: for the process that was started for it.</summary>
    public static int Child(string way, string folder)
    {
        var clock = Stopwatch.StartNew();
        var (items, rows, note) = All[way](folder);
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(new Passed(
            seconds, Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, Files(folder).Sum(f => new FileInfo(f).Length), items, rows, Linkage.Machine.Peak(), note)));
        return 0;
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>From files to a committed snapshot, with linkage, OMOP, ledger and receipt: a node's whole way in.</summary>
    private static (long, long, string) Snapshot(string folder)
    {
        var home = Directory.CreateTempSubdirectory("minato-bench-intake-").FullName;
        try
        {
            var (keys, clock, desk) = (new BenchKeys(), TimeProvider.System, new Actor(new ActorId("desk"), Role.Operator, "Desk"));
            using var ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(home, "ledger"), "bench"), keys, clock);
            using var linkage = LinkageRoom.Open(new LinkageOptions(Path.Combine(home, "linkage"), Standards()), ledger, keys, clock);
            var warehouse = WarehouseRoom.Open(new WarehouseOptions(Path.Combine(home, "warehouse")), ledger, clock);
            var intake = IntakeRoom.Open(new IntakeOptions(Path.Combine(home, "intake")), ledger, keys, linkage, warehouse, clock);
            var (holder, dataset) = (new HolderId("bench"), new DatasetId("bench-records"));
            _ = intake.RegisterAsync(new HolderRegistration(holder, new Bilingual("計測", "Bench"), "hospital", [new DatasetInfo(dataset, holder, DataCategory.MedicalRecord, new("計測", "Bench"))]), desk).GetAwaiter().GetResult().Value;
            var receipt = intake.ReceiveFolderAsync(holder, dataset, folder, desk).GetAwaiter().GetResult().Value;
            var size = Directory.EnumerateFiles(Path.Combine(home, "warehouse"), "*.parquet", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
            (intake as IDisposable)?.Dispose();
            (warehouse as IDisposable)?.Dispose();
            var counts = receipt.ByFormat.Values;
            return (counts.Sum(c => c.Records), counts.Sum(c => c.Facts), $"{counts.Sum(c => c.Quarantined):N0} quarantined, {size / 1e6:0.0} MB of Parquet");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Our readers alone, one file after the other: records are made and thrown away. A long FHIR file is parsed on all cores.</summary>
    private static (long, long, string) Read(string folder)
    {
        var (records, facts, bad) = (0L, 0L, 0L);
        foreach (var path in Files(folder))
        {
            using var stream = File.OpenRead(path);
            var head = new byte[FormatsRoom.HeadSize];
            var n = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            var name = Path.GetFileName(path);
            foreach (var item in FormatsRoom.ReaderFor(new FileHead(name, head.AsMemory(0, n)))!.Read(stream, name))
            {
                switch (item)
                {
                    case ReadItem.Good good:
                        records++;
                        facts += good.Record.Facts.Count;
                        break;
                    case ReadItem.Bad:
                        bad++;
                        break;
                }
            }
        }

        return (records, facts, $"one file after the other; {bad:N0} quarantined");
    }

    private static (long, long, string) Raw(string folder)
    {
        var buffer = new byte[1 << 20];
        var n = 0L;
        foreach (var path in Files(folder))
        {
            using var stream = File.OpenRead(path);
            while (stream.Read(buffer) is > 0 and var read)
            {
                n += buffer.AsSpan(0, read).Count((byte)'\n');
            }
        }

        return (n, 0, "one thread, lines counted");
    }

    private static (long, long, string) Decode(string folder, Encoding encoding)
    {
        var (buffer, chars, n) = (new byte[1 << 20], new char[(1 << 20) + 16], 0L);
        foreach (var path in Files(folder))
        {
            var decoder = encoding.GetDecoder();
            using var stream = File.OpenRead(path);
            while (stream.Read(buffer) is > 0 and var read)
            {
                n += chars.AsSpan(0, decoder.GetChars(buffer.AsSpan(0, read), chars, flush: false)).Count('\n');
            }
        }

        return (n, 0, "one thread, lines counted");
    }

    private static (long, long, string) Firely(string folder)
    {
        var n = 0L;
        var read = FirelyReader();
        foreach (var line in Lines(folder))
        {
            n += read(line) ? 1 : 0;
        }

        return (n, 0, "one thread, POCO, not validating (SYNTAXONLY)");
    }

    private static (long, long, string) FirelyTwo(string folder)
    {
        var n = 0L;
        var read = FirelyReader();
        Parallel.ForEach(Lines(folder), new ParallelOptions { MaxDegreeOfParallelism = 2 }, line => Interlocked.Add(ref n, read(line) ? 1 : 0));
        return (n, 0, "two threads, POCO, not validating (SYNTAXONLY)");
    }

    private static Func<byte[], bool> FirelyReader()
    {
        var deserializer = new FhirJsonDeserializer(new DeserializerSettings().UsingMode(DeserializationMode.SyntaxOnly));
        return line =>
        {
            var reader = new Utf8JsonReader(line);
            return deserializer.TryDeserializeResource(ref reader, out var resource, out _) || resource is not null;
        };
    }

    private static IEnumerable<byte[]> Lines(string folder)
    {
        foreach (var path in Files(folder))
        {
            foreach (var line in File.ReadLines(path))
            {
                if (line.Length > 0)
                {
                    yield return Encoding.UTF8.GetBytes(line);
                }
            }
        }
    }

    /// <summary>DuckDB takes eight columns that all kinds of resources have or lack: less than a record of ours, and nobody is linked.</summary>
    private static (long, long, string) DuckJson(string folder)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        var to = Path.Combine(Path.GetTempPath(), $"minato-bench-{Environment.ProcessId}.parquet");
        command.CommandText = $$"""
            copy (select * from read_ndjson('{{folder}}/**/*.ndjson', columns = {resourceType: 'VARCHAR', id: 'VARCHAR', status: 'VARCHAR', subject: 'STRUCT(reference VARCHAR)', encounter: 'STRUCT(reference VARCHAR)',
                code: 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])', period: 'STRUCT("start" VARCHAR, "end" VARCHAR)', authoredOn: 'VARCHAR', recordedDate: 'VARCHAR'}))
            to '{{to}}' (format parquet, compression zstd)
            """;
        var rows = command.ExecuteNonQuery();
        File.Delete(to);
        return (rows, rows, "two threads, nine columns to Parquet; nobody is linked");
    }

    private static (long, long, string) Sylvan(string folder)
    {
        var (n, cells) = (0L, 0L);
        var options = new CsvDataReaderOptions { HasHeaders = false, BufferSize = 1 << 18, ResultSetMode = ResultSetMode.SingleResult };
        foreach (var path in Files(folder))
        {
            using var text = new StreamReader(path, Cp932(), false, 1 << 16);
            using var csv = CsvDataReader.Create(text, options);
            while (csv.Read())
            {
                n++;
                for (var i = 0; i < csv.RowFieldCount; i++)
                {
                    cells += csv.GetFieldSpan(i).Length > 0 ? 1 : 0;
                }
            }
        }

        return (n, cells, "one thread: rows and cells looked at, nothing made of them");
    }

    private static Encoding Cp932()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(932);
    }

    private static string Standards()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "standards")))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? throw new DirectoryNotFoundException("standards");
        }

        return Path.Combine(folder, "standards");
    }

    private sealed class BenchKeys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes("bench/" + name));

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }
}
