using System.Diagnostics;
using System.Globalization;
using Minato.Bench.Linkage;
using Minato.Processing;
using Minato.Tables;

namespace Minato.Bench.Extract;

/// <summary>
/// <c>./minato bench extract [millions …]</c>: rows a second from a snapshot of claims to a permit's folder, as the room does it (linked, without who refused, new keys and
/// pseudonyms, total order, one manifest), beside DuckDB's plain copy of the same rows under the same limit. 100 rows a person, nine columns, one in twenty refuses.
/// </summary>
internal static class ExtractBench
{
    private const int RowsEach = 100;

    public static int Run(string[] args)
    {
        int[] millions = args.Length == 0 ? [5, 10, 20] : [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        Console.WriteLine(Machine.Here());
        Console.WriteLine("rows handed over   seconds  CPU seconds   rows/s (M)  rows/CPU-s (M)  peak MiB   plain copy rows/s (M)  rows/CPU-s (M)");
        foreach (var million in millions)
        {
            var folder = Directory.CreateTempSubdirectory("minato-extract-").FullName;
            try
            {
                using var world = new ExtractWorld(folder, million * 1_000_000 / RowsEach, RowsEach);
                Machine.ForgetPeak();
                var (seconds, cpu, manifest) = Timed(() => world.Processing.ExtractAsync(ExtractWorld.Permit, ExtractWorld.Operator).GetAwaiter().GetResult().Value);
                var peak = Machine.Peak() >> 20;
                var rows = manifest.Files.Where(f => f.Table == "drug_exposure").Sum(f => f.Rows);
                var (plainSeconds, plainCpu, plain) = Timed(() => Plain(world, Path.Join(folder, "plain.parquet")));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{rows,16:N0} {seconds,9:F2} {cpu,12:F2} {rows / seconds / 1e6,12:F2} {rows / cpu / 1e6,15:F2} {peak,9:N0} {plain / plainSeconds / 1e6,23:F2} {plain / plainCpu / 1e6,15:F2}"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    /// <summary>The peer: one COPY of the same columns with a map of pseudonyms, in no order, by DuckDB's own defaults.</summary>
    private static long Plain(ExtractWorld world, string path)
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { MemoryMegabytes = 4096, TempFolder = Directory.CreateDirectory(path + "-spill").FullName });
        session.Execute("set preserve_insertion_order = false");
        session.Execute($"create temporary table map as select person_id, row_number() over () as n from '{world.PersonFile}' where hash(person_id) % 20 <> 7");
        session.Execute($"copy (select n, drug_exposure_id, drug_concept_id, drug_exposure_start_date, drug_exposure_end_date, days_supply, quantity, drug_source_value, source_system from '{world.DrugFile}' inner join map using (person_id)) to '{path}' (format parquet, compression zstd, row_group_size 122880)");
        return session.Scalar<long>($"select count(*) from '{path}'");
    }

    private static (double Seconds, double Cpu, T Made) Timed<T>(Func<T> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var made = work();
        return (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, made);
    }
}
