using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Workspace.Space;

namespace Minato.Workspace;

/// <summary>
/// What comes out of a sandbox: for a job a line with its exit code and two with CPU times, then an archive of /out and /work. All of it comes
/// from inside, where the job may have written what it liked: names are data, of /out nothing but plain files with slugs for names is
/// taken, and sizes are counted here.
/// </summary>
internal sealed record Outbox(int? ExitCode, double CpuSeconds, IReadOnlyList<OutboxFile> Files, IReadOnlyList<Finding> Findings)
{
    public const int MaxFiles = 200;

    public const long MaxBytes = 32L << 20;

    private const string Work = "work/";
    private const int LongestPath = 1000;

    /// <summary>Reads a job's stream to its end; what was taken is in <paramref name="folder"/>.</summary>
    /// <param name="key">Seals what is taken, and it is named by its SHA-256; null: it lies open under its own name.</param>
    /// <param name="work">Takes what lies in /work; null: nothing is kept of it.</param>
    public static Outbox Collect(Stream stream, string folder, byte[]? key = null, WorkDraft? work = null)
    {
        int? exit = null;
        double cpu = 0;
        IReadOnlyList<OutboxFile> files = [];
        IReadOnlyList<Finding> findings = [];
        if (Line(stream) is { Length: 8 } first && int.TryParse(first.AsSpan(5), CultureInfo.InvariantCulture, out var code))
        {
            exit = code;
            cpu = new[] { Line(stream), Line(stream) }.Sum(Seconds);
            (files, findings) = Unpack(stream, folder, key, work);
        }

        stream.CopyTo(Stream.Null);
        return new Outbox(exit, cpu, files, findings);
    }

    /// <summary>Without files: a job that was stopped has no results.</summary>
    public Outbox Emptied(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return this with { Files = [] };
    }

    /// <summary>Takes an archive of /out (names begin with <c>./</c>) and /work.</summary>
    public static (IReadOnlyList<OutboxFile> Files, IReadOnlyList<Finding> Findings) Unpack(Stream stream, string folder, byte[]? key, WorkDraft? work)
    {
        Directory.CreateDirectory(folder);
        var files = new List<OutboxFile>();
        var findings = new List<Finding>();
        var left = MaxBytes;
        void Say(Finding finding)
        {
            if (findings.All(f => f.Code != finding.Code))
            {
                findings.Add(finding);
            }
        }

        try
        {
            Archive.Read(stream, (entry, copy) =>
            {
                if (work is not null && entry.Name.StartsWith(Work, StringComparison.Ordinal))
                {
                    TakeWork(entry, copy, work, Say);
                    return;
                }

                var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (entry.Kind == ArchiveKind.Folder && name.Length == 0)
                {
                    return;
                }

                var problem = entry.Kind != ArchiveKind.File ? Finding.Warning("workspace.outbox-kind", "Something in /out is no plain file and was left", "Write plain files straight into /out")
                    : !Slug.IsValid(name) ? Finding.Warning("workspace.outbox-name", "A file's name in /out is not allowed and it was left", "Name files with a-z, 0-9, '-', '_', '.', at most 80, and no folders")
                    : files.Any(f => f.Name == name) ? Finding.Warning("workspace.outbox-twice", "A name came twice out of /out", "Write each file once")
                    : files.Count >= MaxFiles || entry.Size > left ? Finding.Warning("workspace.outbox-full", $"/out holds more than {MaxFiles} files or {MaxBytes >> 20} MiB; the rest was left", "Write fewer or smaller results")
                    : null;
                if (problem is not null)
                {
                    Say(problem);
                    return;
                }

                files.Add(new OutboxFile(name, entry.Size, Write(folder, name, key, copy)));
                left -= entry.Size;
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Say(Finding.Error(Broken, "What came out of the sandbox is no archive", "Let nothing of the job write to the collector"));
        }

        return (files, findings);
    }

    public const string Broken = "workspace.outbox-broken";

    private static void TakeWork(ArchiveEntry entry, Action<Stream> copy, WorkDraft work, Action<Finding> say)
    {
        var path = entry.Name[Work.Length..].TrimEnd('/');
        if (path.Length == 0)
        {
            return;
        }

        if (path.Length > LongestPath || path.Contains('\ufffd') || path.Any(char.IsControl) || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            say(Finding.Warning("workspace.work-name", "A name in /work is not allowed and was not saved", "Name files in UTF-8, without control characters, with paths of at most 1000"));
        }
        else if (entry.Kind == ArchiveKind.File)
        {
            work.File(path, entry.Size, entry.Executable, entry.Modified, copy);
        }
        else if (entry.Kind == ArchiveKind.Folder)
        {
            work.Folder(path, entry.Modified);
        }
        else if (entry.Kind == ArchiveKind.Link)
        {
            work.Link(path, entry.Link, entry.Modified);
        }
        else
        {
            say(Finding.Warning("workspace.work-kind", "Something in /work is no file, folder or symbolic link and was not saved", "Keep pipes and sockets in /scratch"));
        }
    }

    /// <summary>SHA-256 (hex) of what was copied.</summary>
    private static string Write(string folder, string name, byte[]? key, Action<Stream> copy)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (key is null)
        {
            using var open = new FileStream(Path.Join(folder, name), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            copy(new HashingStream(open, hash));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        var half = Path.Join(folder, $"{Guid.NewGuid():n}.half");
        using (var file = SealedBlob.Create(half, key))
        {
            copy(new HashingStream(file, hash));
            file.Complete();
        }

        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        File.Move(half, Path.Join(folder, sha256), overwrite: true);
        return sha256;
    }

    private static string Line(Stream stream)
    {
        const int longest = 80;
        var line = new StringBuilder();
        for (int c; (c = stream.ReadByte()) is not (-1 or '\n') && line.Length < longest;)
        {
            line.Append((char)c);
        }

        return line.ToString();
    }

    /// <summary>Seconds in a line of the shell's <c>times</c>: <c>0m1.25s 0m0.03s</c>.</summary>
    private static double Seconds(string times)
    {
        double total = 0;
        foreach (var time in times.Split(' '))
        {
            var parts = time.TrimEnd('s').Split('m');
            if (parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var minutes) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var seconds) && minutes >= 0 && seconds >= 0)
            {
                total += (60 * minutes) + seconds;
            }
        }

        return double.IsFinite(total) ? total : 0;
    }
}
