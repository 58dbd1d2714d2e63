using System.IO.Compression;
using System.Text.Json;
using Minato.Formats;

[assembly: AssemblyFixture(typeof(Minato.Synthetic.Tests.SmallNation))]

namespace Minato.Synthetic.Tests;

/// <summary>One written nation that the stories of this room share.</summary>
public sealed class SmallNation : IDisposable
{
    public SmallNation()
    {
        Folder = Directory.CreateTempSubdirectory("minato-nation-").FullName;
        Summary = SyntheticRoom.Write(Options, Folder);
    }

    public static NationOptions Options { get; } = new(500, 11, new(2019, 1, 1), new(2021, 12, 31), new MessRates { Malformed = 0.02 });

    public string Folder { get; }

    public NationSummary Summary { get; }

    /// <summary>Dataset and file of every delivery, in order.</summary>
    public IEnumerable<(string Dataset, string Path)> Files()
    {
        using var nation = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "nation.json")));
        foreach (var delivery in nation.RootElement.GetProperty("deliveries").EnumerateArray())
        {
            var folder = Path.Combine(Folder, delivery.GetProperty("folder").GetString()!);
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                yield return (delivery.GetProperty("dataset").GetString()!, file);
            }
        }
    }

    /// <summary>The plain files inside a file: of a gzip its content, of a zip its entries.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Unwrap(string path)
    {
        var raw = File.ReadAllBytes(path);
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var inner = new MemoryStream();
            new GZipStream(new MemoryStream(raw), CompressionMode.Decompress).CopyTo(inner);
            yield return (Path.GetFileNameWithoutExtension(path), inner.ToArray());
        }
        else if (path.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(new MemoryStream(raw));
            foreach (var entry in zip.Entries)
            {
                using var inner = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(inner);
                yield return (entry.FullName, inner.ToArray());
            }
        }
        else
        {
            yield return (Path.GetFileName(path), raw);
        }
    }

    public static IFormatReader? ReaderOf(string name, byte[] bytes) => FormatsRoom.ReaderFor(new FileHead(name, bytes.AsMemory(0, Math.Min(bytes.Length, FormatsRoom.HeadSize))));

    /// <summary>A CSV of ours without its header; good enough for files that quote addresses only.</summary>
    public string[][] Csv(string name) => [.. File.ReadAllLines(Path.Combine(Folder, name)).Skip(1).Select(Split)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == line.Length || (line[i] == ',' && !quoted))
            {
                cells.Add(line[start..i].Trim('"'));
                start = i + 1;
            }
        }

        return [.. cells];
    }
}
