using System.Security.Cryptography;
using System.Text;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// Copies for the runner user of what it cannot reach: a node run by root may keep its data where no other user can look,
/// and its runner user is another one. Nobody else can read the copies, and they go when the job has ended.
/// </summary>
internal sealed class Staging
{
    private readonly string folder;
    private readonly RunnerUser runner;

    /// <param name="preferred">Used where the runner can pass to it; else a folder only root can write beside.</param>
    public Staging(string preferred, RunnerUser runner)
    {
        this.runner = runner;
        folder = FolderFor(preferred, runner);
    }

    /// <summary>The folder itself where the runner can pass to it; else one of its own where it can.</summary>
    public static string FolderFor(string preferred, RunnerUser runner) => runner.User is null || RunnerUser.Passes(preferred)
        ? preferred
        : Path.Join("/var/lib/minato-staging", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(preferred)))[..16]);

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Passable for everybody, listable for nobody but us.</summary>
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Open = Passable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A new empty folder, readable by us alone until it is given to the runner.</summary>
    public string NewFolder()
    {
        var own = Directory.CreateDirectory(Path.Join(Directory.CreateDirectory(folder, Passable).FullName, ProcessMark.Own), Passable).FullName;
        return Directory.CreateDirectory(Path.Join(own, $"s{Guid.NewGuid():n}"), Private).FullName;
    }

    /// <summary>The path itself where the runner reaches it; else a copy, and what to do with it afterwards.</summary>
    public (string Path, Action? AfterUse) For(string path)
    {
        if (runner.Reaches(path))
        {
            return (path, null);
        }

        // The folder around the copy is the runner's alone; what is in it is open, because a kernel in user space may see
        // another owner than there is.
        var around = NewFolder();
        var copy = Path.Join(around, "copy");
        foreach (var file in File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            var target = file == path ? copy : Path.Join(copy, Path.GetRelativePath(path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, Open);
            File.Copy(file, target);
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        GiveToRunner(around);
        return (copy, () => Remove(around));
    }

    public void GiveToRunner(string path)
    {
        if (runner.User is not { } user)
        {
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Prepend(path))
        {
            Spawn.ChangeOwner(entry, user);
        }
    }

    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something of the job still holds it; the sweep at the next start removes it.
        }
    }

    /// <summary>Leaves nothing behind where nothing is in use.</summary>
    public void RemoveIfEmpty()
    {
        try
        {
            Directory.Delete(Path.Join(folder, ProcessMark.Own));
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // In use, or never made.
        }
    }

    /// <summary>Removes what processes left that are no more.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var left in Directory.EnumerateDirectories(folder).Where(d => !ProcessMark.IsAlive(Path.GetFileName(d))))
        {
            Remove(left);
        }
    }
}
