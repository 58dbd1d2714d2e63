using System.IO.Compression;
using System.Text.Json;
using Minato.Formats;
using Minato.Synthetic;

namespace Minato.Linkage.Tests;

/// <summary>One record of the synthetic nation: where it came from, whom it names, and whose it truly is.</summary>
internal sealed record NationRecord(HolderId Holder, DatasetId Dataset, string Delivery, string Key, PersonIdentity Identity, int Truth);

/// <summary>The synthetic nation's files, read by the rooms' own readers, with the truth beside each record.</summary>
internal sealed record SyntheticNation(IReadOnlyList<NationRecord> Records, IReadOnlyList<NumberHistory> History)
{
    public static SyntheticNation Make(int people, ulong seed)
    {
        var folder = Directory.CreateTempSubdirectory("minato-nation-").FullName;
        try
        {
            SyntheticRoom.Write(new NationOptions(people, seed), Path.Combine(folder, "n"));
            return Read(Path.Combine(folder, "n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SyntheticNation Read(string folder)
    {
        var truth = File.ReadLines(Path.Combine(folder, "truth", "records.csv")).Skip(1).Select(l => l.Split(',')).GroupBy(f => (f[0], f[1])).ToDictionary(g => g.Key, g => int.Parse(g.First()[2]));
        using var nation = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "nation.json")));
        var records = new List<NationRecord>();
        foreach (var d in nation.RootElement.GetProperty("deliveries").EnumerateArray())
        {
            var (holder, dataset, place) = (d.GetProperty("holder").GetString()!, d.GetProperty("dataset").GetString()!, d.GetProperty("folder").GetString()!);
            foreach (var record in Directory.EnumerateFiles(Path.Combine(folder, place), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(RecordsOf))
            {
                if (truth.TryGetValue((dataset, record.Key), out var person))
                {
                    records.Add(new NationRecord(new HolderId(holder), new DatasetId(dataset), $"{dataset}-{d.GetProperty("number").GetRawText().Trim('"')}", record.Key, record.Identity, person));
                }
            }
        }

        return new SyntheticNation(records, [.. File.ReadLines(Path.Combine(folder, "number-history.csv")).Skip(1).Select(Change)]);
    }

    private static IEnumerable<DeliveredRecord> RecordsOf(string file)
    {
        if (file.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = ZipFile.OpenRead(file);
            foreach (var entry in zip.Entries.Where(e => e.Length > 0))
            {
                using var content = entry.Open();
                foreach (var record in RecordsOf(entry.FullName, content))
                {
                    yield return record;
                }
            }

            yield break;
        }

        using var stream = File.OpenRead(file);
        using Stream plain = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        foreach (var record in RecordsOf(file.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file, plain))
        {
            yield return record;
        }
    }

    private static IEnumerable<DeliveredRecord> RecordsOf(string name, Stream content)
    {
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        var head = new FileHead(Path.GetFileName(name), whole.ToArray().AsMemory(0, (int)Math.Min(whole.Length, FormatsRoom.HeadSize)));
        whole.Position = 0;
        return FormatsRoom.ReaderFor(head) is { } reader ? [.. reader.Read(whole, name).OfType<ReadItem.Good>().Select(g => g.Record)] : [];
    }

    private static NumberHistory Change(string line)
    {
        var f = line.Split(',');
        PersonIdentity Side(int at) => new()
        {
            InsurerNumber = f[at],
            InsuredSymbol = f[at + 1],
            InsuredNumber = f[at + 2],
            InsuredBranch = f[at + 3],
            NameKana = f[9],
            BirthDate = DateOnly.Parse(f[10]),
            Sex = (Sex)int.Parse(f[11]),
        };
        return new NumberHistory(Side(1), Side(5), DateOnly.Parse(f[0]));
    }
}

/// <summary>Pairwise quality: of all pairs of records put together, how many rightly; of all that belong together, how many found.</summary>
internal readonly record struct PairQuality(double Precision, double Recall, long Found, long True)
{
    public static PairQuality Of<T>(IEnumerable<(T Cluster, int Truth)> records) where T : notnull
    {
        var cells = records.GroupBy(r => r).ToDictionary(g => g.Key, g => g.LongCount());
        static long Pairs(long n) => n * (n - 1) / 2;
        var right = cells.Values.Sum(Pairs);
        var found = cells.GroupBy(c => c.Key.Cluster).Sum(g => Pairs(g.Sum(c => c.Value)));
        var belong = cells.GroupBy(c => c.Key.Truth).Sum(g => Pairs(g.Sum(c => c.Value)));
        return new PairQuality(found == 0 ? 1 : (double)right / found, belong == 0 ? 1 : (double)right / belong, found, belong);
    }
}
