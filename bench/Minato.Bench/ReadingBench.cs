using BenchmarkDotNet.Attributes;
using Minato.Formats;
using Minato.Synthetic;

/// <summary>How fast the readers are on the synthetic nation's claims; the bytes are in memory.</summary>
[MemoryDiagnoser]
public class ReadingBench
{
    private string folder = "";
    private List<byte[]> claims = [];

    [GlobalSetup]
    public void Write()
    {
        folder = Directory.CreateTempSubdirectory("minato-bench-").FullName;
        SyntheticRoom.Write(new NationOptions(People: 1000), Path.Combine(folder, "nation"), null, CancellationToken.None);
        claims = [.. Directory.EnumerateFiles(folder, "*.UKE", SearchOption.AllDirectories).Select(File.ReadAllBytes)];
        Console.WriteLine($"{claims.Sum(c => (long)c.Length) / 1e6:0.0} MB of claims");
    }

    [GlobalCleanup]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [Benchmark]
    public int Claims()
    {
        var facts = 0;
        foreach (var bytes in claims)
        {
            var reader = FormatsRoom.ReaderFor(new FileHead("RECEIPTC.UKE", bytes.AsMemory(0, Math.Min(bytes.Length, FormatsRoom.HeadSize))))!;
            foreach (var item in reader.Read(new MemoryStream(bytes), "RECEIPTC.UKE"))
            {
                facts += item is ReadItem.Good good ? good.Record.Facts.Count : 0;
            }
        }

        return facts;
    }
}
