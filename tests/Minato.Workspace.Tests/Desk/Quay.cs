using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Minato.Tests;
using Minato.Workspace.Desk;

namespace Minato.Workspace.Tests;

/// <summary>A village with an import desk, and things to bring in.</summary>
public sealed class Quay : IDisposable
{
    public Village Village { get; } = new();

    public FakeDoor Door { get; } = new();

    internal ImportDesk Desk { get; }

    public Quay() => Desk = Open();

    /// <summary>The repository's own rules.</summary>
    public static string Standards { get; } = Path.GetFullPath(Path.Join(Path.GetDirectoryName(Here()), "..", "..", "..", "standards"));

    internal ImportDesk Open(string? standards = null, IReadOnlyList<string>? scanners = null, TimeProvider? clock = null) =>
        (ImportDesk)ImportRoom.Open(new ImportOptions(Village.At("workspace"), standards ?? Standards, Door, scanners ?? [Scanner(0)]), Village.Ledger, Village.Keys, Village.Access, clock ?? TimeProvider.System);

    /// <summary>A program that answers as ClamAV does.</summary>
    public string Scanner(int answer, string version = "ClamAV 1.4.3/27800/Wed Nov 25 2026")
    {
        var path = Path.Join(Directory.CreateDirectory(Village.At($"scanner-{Guid.NewGuid():n}")).FullName, "clamscan");
        File.WriteAllText(path, $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{version}'; exit 0; fi\nexit {answer}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public static ImportDeclaration CodeList(string file = "icd10.csv", ImportKind kind = ImportKind.Reference) =>
        new(kind, "A list of codes", "https://example.org/codes", "CC BY 4.0", "To group diagnoses", file) { Category = kind == ImportKind.PersonData ? DataCategory.Registry : null };

    internal static async Task<ImportView> HandIn(ImportDesk desk, byte[] content, ImportDeclaration? declaration = null)
    {
        var declared = Ok(await desk.DeclareAsync(Village.Permit, declaration ?? CodeList(), Village.Researcher));
        Ok(await desk.AttachAsync(declared.Id, new MemoryStream(content), Village.Researcher));
        return Ok(await desk.SubmitAsync(declared.Id, Village.Researcher));
    }

    internal async Task<ImportView> BringIn(byte[] content, ImportDeclaration? declaration = null) =>
        Ok(await Desk.DecideAsync((await HandIn(Desk, content, declaration)).Id, true, "A public list", Village.Checker));

    public static T Ok<T>(Outcome<T> outcome)
    {
        Assert.True(outcome.IsOk, string.Join("\n", outcome.Findings));
        return outcome.Value;
    }

    public static string Code<T>(Outcome<T> outcome) => outcome.IsOk ? "ok" : outcome.Findings[0].Code;

    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return packed.ToArray();
    }

    public static byte[] TarGz(params TarEntry[] entries)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return packed.ToArray();
    }

    public static PaxTarEntry Plain(string name, string text) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    public void Dispose() => Village.Dispose();

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>Intake seen from the desk.</summary>
public sealed class FakeDoor : IPersonDataDoor
{
    public List<string> Delivered { get; } = [];

    public bool Closed { get; set; }

    public Task<Outcome<HandedOver>> DeliverAsync(ImportView import, string path, CancellationToken ct = default)
    {
        if (Closed)
        {
            return Task.FromResult<Outcome<HandedOver>>(Finding.Error("intake.refused", "No", "Later"));
        }

        Delivered.Add(File.ReadAllText(path));
        return Task.FromResult<Outcome<HandedOver>>(new HandedOver(new DatasetId($"imp-{import.Id}"), new DeliveryId("d-1")));
    }
}
