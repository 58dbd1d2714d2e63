using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Images;

/// <summary>What was found in an image while it was copied.</summary>
/// <param name="Digest">SHA-256 (hex) of the manifest: one line an entry, sorted by path, <c>d path</c>, <c>f mode sha256 path</c>, <c>l target path</c>.</param>
internal sealed record ImageContents(string Digest, long Files, long Bytes, IReadOnlyList<ImagePackage> Packages, IReadOnlyList<JobLanguage> Languages, IReadOnlyList<string> Warnings);

/// <summary>A root file system as a tree of plain files: which part of it a sandbox may see, its copy without privileges, its digest.</summary>
internal static class ImageTree
{
    private const int MostFiles = 2_000_000;

    private const long MostBytes = 64L << 30;

    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Program = Folder & ~UnixFileMode.UserWrite;

    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Privileged = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    /// <summary>Programs and libraries, and nothing of which a machine or a person could be told: /home, /root, /var, /run, /srv, /boot and the like stay out.</summary>
    private static readonly HashSet<string> AtRoot = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "opt", "etc", "var"];

    /// <summary>Ours, or of the machine that made the image.</summary>
    private static readonly HashSet<string> NotTaken =
    [
        "/opt/minato", "/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-", "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/subuid", "/etc/subgid", "/etc/nsswitch.conf",
        "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/machine-id", "/etc/mtab", "/etc/fstab", "/etc/ssh", "/etc/ssl/private", "/etc/sudoers", "/etc/sudoers.d",
    ];

    /// <summary>Of /var only what programs are slow without.</summary>
    private static readonly string[] OfVar = ["/var", "/var/cache", "/var/cache/fontconfig"];

    private static readonly (string Program, string Why)[] Needed =
    [
        ("/bin/sh", "runs the job's frame"), ("/usr/bin/tar", "brings files in and out"), ("/usr/bin/prlimit", "sets the limits (package util-linux)"), ("/usr/bin/python3", "tries the sandbox from inside"),
    ];

    /// <summary>Folders whose entries are bound one by one, because the sandbox plants files of its own in them.</summary>
    public static bool IsOpened(string path) => path is "/etc" or "/opt" or "/var" or "/var/cache";

    /// <param name="path">Within the image, with a slash before it.</param>
    public static bool IsTaken(string path)
    {
        var first = path.IndexOf('/', 1) is > 0 and var end ? path[1..end] : path[1..];
        return AtRoot.Contains(first) && !NotTaken.Contains(path) && (first != "var" || OfVar.Contains(path) || path.StartsWith(OfVar[^1] + "/", StringComparison.Ordinal));
    }

    /// <summary>The root of what was brought: a directory, or the one that an OCI runtime bundle names.</summary>
    public static Outcome<(string Root, string Source)> RootOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return Finding.Error("image.not-found", "There is no such folder on this node", "Name the root directory of a system, or an OCI bundle (config.json beside a rootfs)");
        }

        var config = Path.Join(path, "config.json");
        if (!File.Exists(config))
        {
            return (path, "directory");
        }

        try
        {
            using var read = JsonDocument.Parse(File.ReadAllBytes(config));
            var root = read.RootElement.GetProperty("root").GetProperty("path").GetString() ?? "";
            var full = Path.GetFullPath(Path.Join(path, root));
            var isWithin = !Path.IsPathRooted(root) && full.StartsWith(Path.GetFullPath(path) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && new DirectoryInfo(full) is { Exists: true, LinkTarget: null };
            return isWithin
                ? (full, "oci-bundle")
                : Finding.Error("image.bundle", "The bundle's config.json names a root that is not a folder within the bundle", "Unpack the image into a bundle (config.json beside its rootfs), and name the bundle's folder");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Finding.Error("image.bundle", "config.json beside it is not the configuration of an OCI bundle (root.path)", "Name the root directory itself, or a whole bundle");
        }
    }

    /// <summary>Copies what a sandbox may see and writes its manifest and packages beside it. Set-user-id bits, owners and times are not copied.</summary>
    /// <param name="to">A new folder: <c>root/</c>, <c>manifest</c>, <c>packages.json</c> are made in it.</param>
    public static Outcome<ImageContents> Take(string from, string to, IProgress<Step>? progress, CancellationToken ct)
    {
        var root = Directory.CreateDirectory(Path.Join(to, "root"), Folder).FullName;
        var (findings, warnings, lines) = (new List<Finding>(), new List<string>(), new List<(string Path, string Line)>());
        var (files, bytes, privileged, open) = (0L, 0L, 0, 0);
        foreach (var (at, entry) in Entries(from, "", IsTaken))
        {
            ct.ThrowIfCancellationRequested();
            if (at.Any(char.IsControl) || entry.LinkTarget?.Any(char.IsControl) == true)
            {
                findings.Add(Finding.Error("image.name", $"A file under {Path.GetDirectoryName(at)} has control characters in its name or target", "Leave it out of the image"));
            }
            else if (entry.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(root + at, target);
                lines.Add((at, $"l {target} {at}"));
            }
            else if (entry is DirectoryInfo)
            {
                open += entry.UnixFileMode.HasFlag(UnixFileMode.OtherWrite) ? 1 : 0;
                Directory.CreateDirectory(root + at, Folder);
                lines.Add((at, $"d {at}"));
            }
            else if (Spawn.KindOf(entry.FullName) != FileKind.Plain)
            {
                findings.Add(Finding.Error("image.special", $"{at} is a device, a socket or a pipe", "An image holds plain files, folders and links only"));
            }
            else
            {
                privileged += (entry.UnixFileMode & Privileged) != 0 ? 1 : 0;
                open += entry.UnixFileMode.HasFlag(UnixFileMode.OtherWrite) ? 1 : 0;
                var mode = (entry.UnixFileMode & Executable) != 0 ? Program : Plain;
                var (hash, length) = Copy(entry.FullName, root + at, mode);
                (files, bytes) = (files + 1, bytes + length);
                lines.Add((at, $"f {(mode == Program ? "x" : "-")} {hash} {at}"));
            }

            if (files > MostFiles || bytes > MostBytes)
            {
                findings.Add(Finding.Error("image.size", $"An image has at most {MostFiles:N0} files and {MostBytes >> 30} GiB", "Leave out what jobs do not need"));
            }

            if (findings.Count > 0)
            {
                break;
            }

            if (lines.Count % 1000 == 0)
            {
                progress?.Report(new Step("copying the image", lines.Count, null, "files"));
            }
        }

        if (findings.Count == 0)
        {
            findings.AddRange(Needed.Where(n => Resolve(root, n.Program) is null).Select(n => Finding.Error("image.needs", $"{n.Program} is not in the image; it {n.Why}", "Build the image with the packages dash, tar, util-linux and python3")));
        }

        if (findings.Count > 0)
        {
            return Outcome<ImageContents>.Refused(findings);
        }

        Warn(privileged, "files had set-user-id or set-group-id bits, which were taken off");
        Warn(open, "files or folders could be written by everybody; here they cannot");
        var packages = PackagesOf(from);
        if (packages.Count == 0)
        {
            warnings.Add("It has no list of packages (dpkg): its contents are known by file only");
        }

        var manifest = Encoding.UTF8.GetBytes(string.Concat(lines.OrderBy(l => l.Path, StringComparer.Ordinal).Select(l => l.Line + "\n")));
        File.WriteAllBytes(Path.Join(to, "manifest"), manifest);
        File.WriteAllBytes(Path.Join(to, "packages.json"), JsonSerializer.SerializeToUtf8Bytes(packages, JsonSerializerOptions.Web));
        IReadOnlyList<JobLanguage> languages = [.. Enum.GetValues<JobLanguage>().Where(l => l != JobLanguage.R || Resolve(root, "/usr/bin/Rscript") is not null)];
        return new ImageContents(Convert.ToHexStringLower(SHA256.HashData(manifest)), files, bytes, packages, languages, warnings);

        void Warn(int count, string what)
        {
            if (count > 0)
            {
                warnings.Add($"{count.ToString("N0", CultureInfo.InvariantCulture)} {what}");
            }
        }
    }

    /// <summary>Whether what lies there is still what the digest says.</summary>
    /// <param name="folder">As <see cref="Take"/> made it.</param>
    public static bool IsUnchanged(string folder, string digest)
    {
        var root = Path.Join(folder, "root");
        if (!Directory.Exists(root))
        {
            return false;
        }

        var lines = new List<(string Path, string Line)>();
        foreach (var (at, entry) in Entries(root, "", _ => true))
        {
            lines.Add((at, entry.LinkTarget is { } target ? $"l {target} {at}" : entry is DirectoryInfo ? $"d {at}" : $"f {((entry.UnixFileMode & Executable) != 0 ? "x" : "-")} {HashOf(entry.FullName)} {at}"));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines.OrderBy(l => l.Path, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line.Line + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == digest;
    }

    /// <summary>The file that a path of the image means, with links followed inside it; null where there is none.</summary>
    public static string? Resolve(string root, string path)
    {
        const int mostLinks = 40;
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var at = new List<string>();
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part is "." or "..")
            {
                at.RemoveRange(Math.Max(0, at.Count - (part == ".." ? 1 : 0)), part == ".." && at.Count > 0 ? 1 : 0);
                continue;
            }

            var host = Path.Join([root, .. at, part]);
            if (new FileInfo(host).LinkTarget is not { } target)
            {
                at.Add(part);
                continue;
            }

            if (++links > mostLinks)
            {
                return null;
            }

            if (target.StartsWith('/'))
            {
                at.Clear();
            }

            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(step);
            }
        }

        var found = Path.Join([root, .. at]);
        return File.Exists(found) ? found : null;
    }

    /// <summary>What lies in a folder, each folder before what is in it; links are not followed.</summary>
    private static IEnumerable<(string At, FileSystemInfo Entry)> Entries(string folder, string inside, Func<string, bool> isTaken)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var at = $"{inside}/{entry.Name}";
            if (!isTaken(at))
            {
                continue;
            }

            yield return (at, entry);
            foreach (var below in entry is DirectoryInfo { LinkTarget: null } ? Entries(entry.FullName, at, isTaken) : [])
            {
                yield return below;
            }
        }
    }

    /// <summary>Installed packages by dpkg's own list.</summary>
    private static List<ImagePackage> PackagesOf(string root)
    {
        var status = Path.Join(root, "var/lib/dpkg/status");
        if (new FileInfo(status) is not { Exists: true, LinkTarget: null })
        {
            return [];
        }

        var found = new List<ImagePackage>();
        var (name, version, installed) = ("", "", false);
        foreach (var line in File.ReadLines(status).Append(""))
        {
            if (line.Length == 0)
            {
                if (installed && name.Length > 0)
                {
                    found.Add(new(name, version));
                }

                (name, version, installed) = ("", "", false);
            }

            string? After(string field) => line.StartsWith(field, StringComparison.Ordinal) ? line[field.Length..].Trim() : null;
            name = After("Package:") ?? name;
            version = After("Version:") ?? version;
            installed = After("Status:")?.EndsWith(" installed", StringComparison.Ordinal) ?? installed;
        }

        return [.. found.OrderBy(p => p.Name, StringComparer.Ordinal)];
    }

    private static (string Sha256, long Length) Copy(string from, string to, UnixFileMode mode)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        using var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = mode | UnixFileMode.UserWrite });
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        long length = 0;
        for (int read; (read = source.Read(buffer)) > 0; length += read)
        {
            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        File.SetUnixFileMode(target.SafeFileHandle, mode);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
    }

    private static string HashOf(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
