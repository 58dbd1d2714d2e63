using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Minato.Tests;
using Minato.Workspace.Desk;

namespace Minato.Workspace.Tests;

/// <summary>Tries to bring in what must not come in; each is blocked, none leaves its folder, none breaks the desk.</summary>
public sealed class ArchivesAreHostile(Quay quay) : IClassFixture<Quay>
{
    private static PaxTarEntry Link(TarEntryType kind, string name, string target) => new(kind, name) { LinkName = target };

    private static byte[] ZipLink()
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("link");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write("/etc/shadow"u8);
        }

        return packed.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>What is tried, what it is called, what stops it.</summary>
    private static IEnumerable<(string What, string Name, byte[] Content, string Code, ImportKind Kind)> Tries()
    {
        const ImportKind list = ImportKind.Reference;
        yield return ("a zip whose name leads out", "a.zip", Quay.Zip(("../../out.txt", "x")), "imports.path", list);
        yield return ("a zip with an absolute name", "a.zip", Quay.Zip(("/etc/cron.d/x", "x")), "imports.path", list);
        yield return ("a zip with a backslash", "a.zip", Quay.Zip(("..\\out.txt", "x")), "imports.path", list);
        yield return ("a zip with a symbolic link", "a.zip", ZipLink(), "imports.link", list);
        yield return ("a zip with one name twice", "a.zip", Quay.Zip(("a", "x"), ("A", "y")), "imports.twice", list);
        yield return ("a file where a folder is", "a.zip", Quay.Zip(("a", "x"), ("a/b", "y")), "imports.twice", list);
        yield return ("a tar whose name leads out", "a.tar.gz", Quay.TarGz(Quay.Plain("../out.txt", "x")), "imports.path", list);
        yield return ("a tar with a long name that leads out", "a.tar.gz", Quay.TarGz(Quay.Plain(new string('a', 120) + "/../../../out.txt", "x")), "imports.path", list);
        yield return ("a tar with a symbolic link", "a.tar.gz", Quay.TarGz(Link(TarEntryType.SymbolicLink, "link", "/etc/shadow")), "imports.link", list);
        yield return ("a tar with a hard link", "a.tar.gz", Quay.TarGz(Quay.Plain("a", "x"), Link(TarEntryType.HardLink, "b", "../../../a")), "imports.link", list);
        yield return ("a tar with a pipe", "a.tar.gz", Quay.TarGz(new PaxTarEntry(TarEntryType.Fifo, "pipe")), "imports.link", list);
        yield return ("a tar with a device", "a.tar.gz", Quay.TarGz(new PaxTarEntry(TarEntryType.BlockDevice, "disk") { DeviceMajor = 254, DeviceMinor = 0 }), "imports.link", list);
        yield return ("a gzip bomb", "a.csv.gz", Gzip(new byte[3 << 20]), "imports.unpacked-size", list);
        yield return ("a zip bomb of many small parts", "a.zip", Quay.Zip([.. Enumerable.Range(0, 30).Select(i => ($"f{i}", new string('0', 100_000)))]), "imports.unpacked-size", list);
        yield return ("a tar bomb", "a.tar.gz", Quay.TarGz(Quay.Plain("a", new string('0', 3 << 20))), "imports.unpacked-size", list);
        yield return ("too many files", "a.zip", Quay.Zip([.. Enumerable.Range(0, 60).Select(i => ($"f{i}", "x"))]), "imports.unpacked-size", list);
        yield return ("a torn zip", "a.zip", Quay.Zip(("a", "x"))[..40], "imports.corrupt", list);
        yield return ("a torn tar", "a.tar.gz", Quay.TarGz(Quay.Plain("a", new string('x', 5000)))[..60], "imports.corrupt", list);
        yield return ("nothing in a zip", "a.zip", Quay.Zip(), "imports.empty", list);
        yield return ("a program as a code list", "codes.csv", [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0], "imports.type", list);
        yield return ("a program within an archive of code lists", "a.zip", Quay.Zip(("lists/codes.csv", "a,b\n"), ("lists/x.csv", "#!/bin/sh\nrm -rf /\n")), "imports.type", list);
        yield return ("a pickle as a reference", "m.csv", [0x80, 0x04, 0x95, 1], "imports.type", list);
        yield return ("an archive that cannot be looked into", "a.rar", "Rar!\u001a\u0007"u8.ToArray(), "imports.type", ImportKind.Software);
        yield return ("a program for another system", "a.exe", "MZ\0\0"u8.ToArray(), "imports.type", ImportKind.Software);
    }

    [Fact]
    public async Task Nothing_that_must_not_come_in_comes_in()
    {
        var desk = quay.Open(Small());
        foreach (var (what, name, content, code, kind) in Tries())
        {
            var view = await Quay.HandIn(desk, content, Quay.CodeList(name, kind));
            Assert.True(view.State == ImportState.Blocked && view.Findings.Any(f => f.Code == code), $"{what}: {view.State} {string.Join("; ", view.Findings)}");
            Assert.Equal("imports.not-now", Quay.Code(await desk.DecideAsync(view.Id, true, "all the same", Village.Checker)));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(quay.Village.At("workspace"), Village.Permit.Value, "imports", "open")));
        Assert.False(File.Exists(Path.Join(quay.Village.At("workspace"), "out.txt")));
        var large = Quay.Ok(await desk.DeclareAsync(Village.Permit, Quay.CodeList(), Village.Researcher));
        Assert.Equal("imports.size", Quay.Code(await desk.AttachAsync(large.Id, new MemoryStream(new byte[3 << 20]), Village.Researcher)));
    }

    [Fact]
    public async Task What_is_well_packed_comes_in_as_it_was_packed()
    {
        var deep = string.Join('/', Enumerable.Repeat("folder", 20)) + "/病名.csv";
        foreach (var (name, content) in new[] { ("a.zip", Quay.Zip(("a.csv", "1\n"), (deep, "2\n"))), ("a.tar.gz", Quay.TarGz(new PaxTarEntry(TarEntryType.Directory, "folder"), Quay.Plain("./a.csv", "1\n"), Quay.Plain(deep, "2\n"))) })
        {
            var view = await quay.BringIn(content, Quay.CodeList(name));
            using var there = quay.Desk.LayOut(Village.Permit, quay.Desk.Of(Village.Permit, false).Single(t => t.Sha256 == view.Sha256))!;
            Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Join(there.Path, "a.csv")));
            Assert.Equal("2\n", await File.ReadAllTextAsync(Path.Join(there.Path, deep)));
            Assert.Equal(["text"], view.Types.Keys);
        }

        var packed = await quay.BringIn(Gzip("x,y\n"u8.ToArray()), Quay.CodeList("t.csv.gz"));
        Assert.Equal("t.csv", Quay.Ok(await quay.Desk.ContentsAsync(packed.Id, Village.Researcher)).Single().Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a..b")]
    [InlineData("a b")]
    public async Task A_declaration_needs_a_plain_name(string name) =>
        Assert.Equal("imports.file-name", Quay.Code(await quay.Desk.DeclareAsync(Village.Permit, Quay.CodeList(name), Village.Researcher)));

    /// <summary>The repository's rules with small limits.</summary>
    private string Small()
    {
        var rules = JsonNode.Parse(File.ReadAllText(Path.Join(Quay.Standards, "imports", "v1.json")))!;
        (rules["maximumBytes"], rules["maximumUnpackedBytes"], rules["maximumFiles"]) = (2 << 20, 2 << 20, 50);
        var folder = quay.Village.At("standards");
        Directory.CreateDirectory(Path.Join(folder, "imports"));
        File.WriteAllText(Path.Join(folder, "imports", "v1.json"), rules.ToJsonString());
        return folder;
    }
}
