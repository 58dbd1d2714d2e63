using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Minato.Workspace.Tests;

/// <summary>What comes out of a sandbox was made by whoever was inside.</summary>
public sealed class OutboxIsHostile : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-outbox-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Outbox Collect(byte[] bytes, out string at)
    {
        at = Path.Join(folder, Guid.NewGuid().ToString("n"));
        return Outbox.Collect(new MemoryStream(bytes), at);
    }

    private static byte[] Archive(params IEnumerable<TarEntry> entries)
    {
        var stream = new MemoryStream();
        stream.Write(Head);
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static ReadOnlySpan<byte> Head => "exit 007\n0m0.01s 0m0.00s\n1m2.50s 0m0.25s\n"u8;

    private static UstarTarEntry Plain(string name, byte[] content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    [Fact]
    public void Plain_files_arrive_whole_with_their_hashes() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Byte.Array[0, 600]).Sample((a, b) =>
        {
            var box = Collect(Archive(Plain("./a.csv", a), Plain("b.png", b)), out var at);
            Assert.Equal((7, 62.76), (box.ExitCode, Math.Round(box.CpuSeconds, 6)));
            Assert.Equal([new("a.csv", a.Length, Convert.ToHexStringLower(SHA256.HashData(a))), new("b.png", b.Length, Convert.ToHexStringLower(SHA256.HashData(b)))], box.Files);
            Assert.Equal(a, File.ReadAllBytes(Path.Join(at, "a.csv")));
            Assert.Empty(box.Findings);
        }, iter: 50, threads: 1);

    [Theory]
    [InlineData("../../etc/cron.d/x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("Ａ.csv")]
    [InlineData("x\ny")]
    public void A_name_that_is_a_path_is_left(string name)
    {
        var box = Collect(Archive(Plain(name, [1]), Plain("good.csv", [2])), out var at);
        Assert.Equal(["good.csv"], box.Files.Select(f => f.Name));
        Assert.Equal(["good.csv"], Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Where(File.Exists).Select(Path.GetFileName));
        Assert.Equal("workspace.outbox-name", Assert.Single(box.Findings).Code);
        Assert.True(Directory.Exists(at));
    }

    [Fact]
    public void Links_and_devices_are_left()
    {
        var box = Collect(Archive(
            new UstarTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "/etc/shadow" },
            new UstarTarEntry(TarEntryType.HardLink, "b") { LinkName = "a" },
            new UstarTarEntry(TarEntryType.Fifo, "c"),
            new UstarTarEntry(TarEntryType.CharacterDevice, "d"),
            Plain("e", [1])), out var at);
        Assert.Equal(["e"], Directory.EnumerateFileSystemEntries(at).Select(Path.GetFileName));
        Assert.Equal("workspace.outbox-kind", Assert.Single(box.Findings).Code);
    }

    [Fact]
    public void Too_many_files_and_too_many_bytes_are_left()
    {
        var many = Collect(Archive(Enumerable.Range(0, Outbox.MaxFiles + 5).Select(i => Plain($"f{i}", []))), out _);
        Assert.Equal(Outbox.MaxFiles, many.Files.Count);
        Assert.Equal("workspace.outbox-full", Assert.Single(many.Findings).Code);

        // A size that lies: more than there is, and more than there may be.
        var lying = Archive(Plain("a", [1]));
        Encoding.ASCII.GetBytes("77777777777").CopyTo(lying, Head.Length + 124);
        Assert.Empty(Collect(lying, out _).Files);
    }

    [Fact]
    public void The_same_name_twice_is_taken_once()
    {
        var box = Collect(Archive(Plain("a", [1]), Plain("a", [2])), out var at);
        Assert.Equal([1], File.ReadAllBytes(Path.Join(at, Assert.Single(box.Files).Name)));
    }

    [Fact]
    public void Any_bytes_are_survived() =>
        Gen.Select(Gen.Byte.Array[0, 5000], Gen.Bool, Gen.Int[0, 2000]).Sample((noise, begun, keep) =>
        {
            var start = begun ? Archive(Plain("a.csv", [1, 2, 3]), Plain("b.csv", new byte[700])) : [];
            var box = Collect([.. start.AsSpan(0, Math.Min(keep, start.Length)), .. noise], out var at);
            Assert.All(box.Files, f => Assert.Equal(f.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Join(at, f.Name))))));
        }, iter: 300, threads: 1);
}
