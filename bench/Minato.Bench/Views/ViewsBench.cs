using System.IO.Compression;
using Hl7.Fhir.ElementModel;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.FhirPath;
using Minato.Formats.Views;
using Timing = Minato.Bench.Linkage.Timing;

namespace Minato.Bench.Views;

/// <summary>
/// <c>./minato bench views [samples]</c>: megabytes a second of one core from NDJSON in memory to the rows of each shipped view, as CSV into nothing,
/// beside the reference implementation (Firely), which parses the same lines and follows three simple paths. The folder holds Bulk Data by type, also gzipped.
/// </summary>
internal static class ViewsBench
{
    private const int Size = 48_000_000;

    public static int Run(string[] args)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Minato.slnx")))
        {
            root = root.Parent;
        }

        var samples = args is [var given, ..] ? given : Path.Combine(root!.FullName, "../shared/samples/fhir-synthea");
        if (!Directory.Exists(samples))
        {
            Console.Error.WriteLine($"no folder {samples}; give one with NDJSON of FHIR resources, one type a file");
            return 2;
        }

        Console.WriteLine("view                   MB/s a core  resources/s       rows/s   firely MB/s");
        foreach (var path in Directory.GetFiles(Path.Combine(root!.FullName, "standards", "views"), "*.json").Order(StringComparer.Ordinal))
        {
            var view = View.Compile(File.ReadAllBytes(path), path).Value;
            if (Directory.GetFiles(samples, view.Resource + ".ndjson*").FirstOrDefault() is not { } data)
            {
                continue;
            }

            var lines = Repeated(data, out var once);
            ViewFigures figures = null!;
            var seconds = Timing.BestCpu(3, () =>
            {
                using var output = new CsvView(Stream.Null, view.Columns);
                var run = new ViewRun(view, output);
                run.Read(new MemoryStream(lines), view.Resource + ".ndjson");
                figures = run.Figures;
            });
            var theirs = Timing.BestCpu(1, () => Firely(once));
            Console.WriteLine($"{view.Name,-22} {lines.Length / seconds / 1e6,11:F0} {figures.Resources / seconds,12:N0} {figures.Rows / seconds,12:N0} {once.Sum(l => (double)l.Length) / theirs / 1e6,13:F0}");
        }

        return 0;
    }

    private static byte[] Repeated(string path, out List<string> once)
    {
        using Stream file = File.OpenRead(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var held = new MemoryStream();
        stream.CopyTo(held);
        var bytes = held.ToArray();
        once = [.. System.Text.Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        var all = new MemoryStream();
        while (all.Length < Size)
        {
            all.Write(bytes);
        }

        return all.ToArray();
    }

    private static void Firely(List<string> lines)
    {
        var reader = new FhirJsonDeserializer();
        foreach (var line in lines)
        {
            reader.TryDeserializeResource(line, out var resource, out _);
            ITypedElement node = resource!.ToPocoNode(ModelInfo.ModelInspector);
            _ = node.Select("id").Count() + node.Select("subject.reference").Count() + node.Select("code.coding.code.first()").Count();
        }
    }
}
