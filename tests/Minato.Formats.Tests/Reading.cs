using System.Text;

namespace Minato.Formats.Tests;

/// <summary>What a reader said of one file.</summary>
internal sealed record Reading(IReadOnlyList<ReadItem> Items)
{
    static Reading() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public List<DeliveredRecord> Records => [.. Items.OfType<ReadItem.Good>().Select(g => g.Record)];

    public List<ReadItem.Bad> Bad => [.. Items.OfType<ReadItem.Bad>()];

    public List<Finding> Remarks => [.. Items.OfType<ReadItem.Remark>().Select(r => r.Finding)];

    public IEnumerable<string> BadCodes => Bad.Select(b => b.Finding.Code);

    public IEnumerable<string> RemarkCodes => Remarks.Select(b => b.Code);

    public DeliveredRecord Only => Assert.Single(Records);

    /// <summary>Through the room's door: the head decides the reader.</summary>
    public static Reading Of(string name, byte[] bytes)
    {
        var reader = FormatsRoom.ReaderFor(new FileHead(name, bytes.AsMemory(0, Math.Min(bytes.Length, FormatsRoom.HeadSize))));
        Assert.NotNull(reader);
        return With(reader, name, bytes);
    }

    public static Reading Of(string name, string utf8) => Of(name, Encoding.UTF8.GetBytes(utf8));

    public static Reading With(IFormatReader reader, string name, byte[] bytes) => new([.. reader.Read(new Dribble(bytes), name)]);

    public static byte[] Cp932(string text) => Encoding.GetEncoding(932).GetBytes(text);

    /// <summary>All texts of all facts and keys: what goes to the Warehouse.</summary>
    public string MedicalHalf => string.Join('\n', Records.SelectMany(r => r.Facts.SelectMany(f => new[] { f.System, f.Code, f.Display, f.Unit, f.ValueCode, f.VisitKey, f.Facility }).Append(r.Key).Append(r.Demographics.Prefecture).Append(r.Demographics.Municipality)));

    /// <summary>All texts of all findings: what goes to receipts and the ledger.</summary>
    public string Said => string.Join('\n', Bad.Select(b => b.Finding).Concat(Remarks).Select(f => f.ToString()));
}

/// <summary>A stream that gives its bytes in uneven small pieces, as networks do.</summary>
internal sealed class Dribble(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    private int turn;

    public override int Read(Span<byte> buffer)
    {
        var piece = new byte[Math.Min(buffer.Length, 1 + (turn++ * 7919 % 5003))];
        var n = base.Read(piece, 0, piece.Length);
        piece.AsSpan(0, n).CopyTo(buffer);
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}

/// <summary>Sample files that this project did not write; tests that need them are skipped where they are missing.</summary>
internal static class Samples
{
    public static string Folder(string name)
    {
        var root = Environment.GetEnvironmentVariable("MINATO_SAMPLES");
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); root is null && up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "Minato.slnx")))
            {
                root = Path.Combine(up.FullName, "..", "shared", "samples");
            }
        }

        var folder = Path.Combine(root ?? "", name);
        if (!Directory.Exists(folder))
        {
            Assert.Skip($"The sample files '{name}' are not here (../shared/samples, or MINATO_SAMPLES)");
        }

        return folder;
    }

    public static IEnumerable<string> Files(string name) => Directory.GetFiles(Folder(name)).Order(StringComparer.Ordinal);
}
