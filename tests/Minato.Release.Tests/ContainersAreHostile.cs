using System.Text;
using System.Text.Json;
using CsCheck;
using Minato.Ledger.Age;
using Minato.Release.HandingOver;

namespace Minato.Release.Tests;

/// <summary>Whoever opens a container opens a stranger's file: nothing in it may throw, leave its folder, or leave anything half.</summary>
public sealed class ContainersAreHostile : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-hostile-").FullName;
    private readonly AgeIdentity key = AgeIdentity.Create();
    private int opened;

    public void Dispose()
    {
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Open(byte[] container, AgeIdentity? with = null)
    {
        var to = Path.Join(folder, $"o{Interlocked.Increment(ref opened)}");
        var outcome = SealedContainer.Open(new MemoryStream(container), with ?? key, to);
        Assert.Equal(outcome.IsOk, Directory.Exists(to));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder, "*.half"));
        return outcome.IsOk ? "ok" : outcome.Findings[0].Code;
    }

    private byte[] Good(params (string Path, byte[] Content)[] files)
    {
        using var to = new MemoryStream();
        var list = List([.. files.Select(f => new PackedFile(f.Path, f.Content.Length, FileVault.Hash(f.Content)))]);
        Assert.True(SealedContainer.Write(to, key.Recipient, list, path => new MemoryStream(files.Single(f => f.Path == path).Content)).IsOk);
        return to.ToArray();
    }

    private static PackingList List(PackedFile[] files) => new("h-1", "p-1", "r-1", "e", "s", "t", [new("条件", "Terms")], new(2027, 1, 1), files);

    /// <summary>A container of somebody who knows the format: any entries in any order.</summary>
    private byte[] Sealed(params (TarHeader Header, byte[] Content)[] entries)
    {
        using var to = new MemoryStream();
        using (var sealing = AgeFile.Write(to, key.Recipient))
        {
            foreach (var (header, content) in entries)
            {
                header.Write(sealing);
                sealing.Write(content);
                sealing.Write(new byte[TarHeader.PaddingOf(content.Length)]);
            }

            sealing.Write(new byte[2 * TarHeader.Block]);
            sealing.Complete();
        }

        return to.ToArray();
    }

    private static (TarHeader Header, byte[] Content) Entry(string name, byte[] content, byte kind = (byte)'0', long? size = null) => (new(name, size ?? content.Length, kind, "", 0b110_100_100, 0), content);

    private static (TarHeader Header, byte[] Content) ListOf(params PackedFile[] files) =>
        Entry(SealedContainer.ListName, JsonSerializer.SerializeToUtf8Bytes(List(files), JsonSerializerOptions.Web));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(131_072)]
    [InlineData(200_001)]
    public void What_was_sealed_opens_for_its_key_only(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var container = Good(("data/x.parquet", content), ("cohort.csv", [1]));
        Assert.Equal("ok", Open(container));
        Assert.Equal(content, File.ReadAllBytes(Path.Join(folder, $"o{opened}", "data", "x.parquet")));
        using var other = AgeIdentity.Create();
        Assert.Equal("handover.not-sealed", Open(container, other));
    }

    /// <summary>Changed in any place, cut off anywhere, or with something behind it.</summary>
    [Fact]
    public void What_was_changed_does_not_open()
    {
        var container = Good(("data/x.parquet", new byte[70_000]), ("cohort.csv", [1, 2, 3]));
        Gen.Select(Gen.Int[0, container.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, by) =>
            {
                byte[] changed = [.. container];
                changed[at] ^= by;
                Assert.Equal("handover.not-sealed", Open(changed));
                Assert.Equal("handover.not-sealed", Open(container[..at]));
            },
            iter: 150, seed: "0000KO4Y3N8I", threads: 1);
        Assert.Equal("handover.not-sealed", Open([.. container, 0]));
        Assert.Equal("ok", Open(container));
    }

    [Fact]
    public void What_is_no_container_is_refused()
    {
        var header = "age-encryption.org/v1\n";
        foreach (var text in new[]
        {
            "", "PK", header, header + "--- AAAA\n", header + "-> X25519 AAAA\nAAAA\n--- AAAA\n", header + "-> X25519 " + new string('A', 43) + "\n" + new string('A', 43) + "\n--- " + new string('A', 43) + "\n",
            header + "-> scrypt x 30\n" + new string('A', 43) + "\n--- AAAA\n", header + string.Concat(Enumerable.Repeat("-> x\n\n", 20_000)), header + "-> " + new string('x', 100_000), "age-encryption.org/v2\n",
        })
        {
            Assert.Equal("handover.not-sealed", Open(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void What_is_not_as_listed_is_refused_as_a_whole()
    {
        var one = new PackedFile("a.csv", 1, FileVault.Hash([7]));
        Assert.Equal("ok", Open(Sealed(ListOf(one), Entry("a.csv", [7]))));
        foreach (var (code, container) in new[]
        {
            ("handover.not-as-listed", Sealed(Entry("a.csv", [7]), ListOf(one))),
            ("handover.not-as-listed", Sealed(ListOf(one), Entry("b.csv", [7]))),
            ("handover.not-as-listed", Sealed(ListOf(one), Entry("a.csv", [8]))),
            ("handover.not-as-listed", Sealed(ListOf(one), Entry("a.csv", [7, 7]))),
            ("handover.not-as-listed", Sealed(ListOf(one), Entry("a.csv", [7], (byte)'2'))),
            ("handover.not-as-listed", Sealed(ListOf(one), Entry("a.csv", [7]), Entry("b.csv", [7]))),
            ("handover.not-as-listed", Sealed(ListOf(one))),
            ("handover.not-sealed", Sealed(ListOf(new PackedFile("a.csv", long.MaxValue, one.Sha256)), Entry("a.csv", [7], size: long.MaxValue))),
            ("handover.list", Sealed(Entry(SealedContainer.ListName, "{}"u8.ToArray()))),
            ("handover.list", Sealed(Entry(SealedContainer.ListName, "[1"u8.ToArray()))),
            ("handover.list", Sealed(Entry(SealedContainer.ListName, """{"handOver":"h","permit":"p","recipient":"r","extraction":"e","processingStandard":"s","terms":"t","says":[],"useUntil":"2027-01-01","files":[null]}"""u8.ToArray()))),
            ("handover.list", Sealed(ListOf(one, one), Entry("a.csv", [7]), Entry("a.csv", [7]))),
            ("handover.list", Sealed(ListOf(one, new PackedFile("a.csv/b", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("../a.csv", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("/etc/passwd", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("data\\a.csv", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("hand-over.json", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("a/b/c/d/e", 1, one.Sha256)))),
            ("handover.list", Sealed(ListOf(new PackedFile("a.csv", -1, one.Sha256)))),
            ("handover.not-as-listed", Sealed(Entry(SealedContainer.ListName, [], size: 1L << 40))),
        })
        {
            Assert.Equal(code, Open(container));
        }
    }

    [Fact]
    public void An_existing_folder_is_left_as_it_is()
    {
        var to = Directory.CreateDirectory(Path.Join(folder, "mine")).FullName;
        Assert.Equal("handover.folder", SealedContainer.Open(new MemoryStream(Good(("a.csv", [7]))), key, to).Findings[0].Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(to));
    }

    [Fact]
    public void A_key_file_is_read_as_it_was_written_and_a_mistyped_one_is_not()
    {
        var path = Path.Join(folder, "key.txt");
        key.WriteFile(path);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using var read = AgeIdentity.ReadFile(path).Value;
        Assert.Equal(key.Recipient.ToString(), read.Recipient.ToString());
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text[..^3] + (text[^3] == 'Q' ? 'P' : 'Q') + text[^2..]);
        Assert.Equal("age.key", AgeIdentity.ReadFile(path).Findings[0].Code);
        Assert.Equal("age.key", AgeIdentity.ReadFile(Path.Join(folder, "none")).Findings[0].Code);
        Assert.Throws<IOException>(() => key.WriteFile(path));
    }
}
