using System.Globalization;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// A control group (version 2) of one job: the kernel itself holds memory and number of processes, and ends all at once.
/// Used where a group was delegated to us (systemd: <c>Delegate=memory pids</c> with <c>DelegateSubgroup=</c>); elsewhere
/// the watchdog measures.
/// </summary>
internal sealed class ControlGroup : IDisposable
{
    private readonly string folder;

    private ControlGroup(string folder) => this.folder = folder;

    /// <summary>The delegated folder to make groups in: the given one, else the parent of our own; null where it lacks controllers or we may not write.</summary>
    public static string? FindDelegated(string? given, string root = "/sys/fs/cgroup", string self = "/proc/self/cgroup")
    {
        try
        {
            var own = File.ReadLines(self).FirstOrDefault(l => l.StartsWith("0::/", StringComparison.Ordinal))?[4..];
            var folder = given ?? (string.IsNullOrEmpty(own) ? null : Path.GetDirectoryName(Path.Join(root, own)));
            if (folder is null || !File.Exists(Path.Join(folder, "cgroup.controllers")))
            {
                return null;
            }

            string Read(string file) => File.ReadAllText(Path.Join(folder, file)).Trim();

            // A group that holds processes itself cannot give controllers to groups below it.
            if (!Has(Read("cgroup.controllers")) || Read("cgroup.procs").Length > 0)
            {
                return null;
            }

            if (!Has(Read("cgroup.subtree_control")))
            {
                File.WriteAllText(Path.Join(folder, "cgroup.subtree_control"), "+memory +pids");
            }

            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static bool Has(string controllers) => controllers.Split(' ').Intersect(["memory", "pids"]).Count() == 2;
    }

    public static ControlGroup Make(string delegated, string name, EffectiveLimits limits)
    {
        var group = new ControlGroup(Directory.CreateDirectory(Path.Join(delegated, name)).FullName);

        // Scratch is memory too: tmpfs pages are charged to the job that wrote them.
        var memory = (long)(limits.MemoryMiB + limits.ScratchMiB + limits.WorkMiB + EffectiveLimits.OutMiB + EffectiveLimits.TemporaryMiB) << 20;
        group.Write("memory.max", memory.ToString(CultureInfo.InvariantCulture));
        if (File.Exists(Path.Join(group.folder, "memory.swap.max")))
        {
            group.Write("memory.swap.max", "0");
        }

        // The sandbox's own few processes come on top.
        group.Write("pids.max", (limits.Processes + 8).ToString(CultureInfo.InvariantCulture));
        return group;
    }

    /// <summary>The command with joining the group before it: a process that joins later would leave its first children outside.</summary>
    public (string Program, IReadOnlyList<string> Arguments) Starting(string program, IReadOnlyList<string> arguments) =>
        (SandboxPlan.Shell, ["-c", "echo $$ > \"$0\" && exec \"$@\"", Path.Join(folder, "cgroup.procs"), program, .. arguments]);

    public bool RanOutOfMemory => Number("memory.events", "oom_kill ") > 0;

    public long PeakBytes => Number("memory.peak", "");

    public void KillAll() => Write("cgroup.kill", "1");

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Somebody is still dying in it; an empty group costs nothing and the next start of the node removes it.
        }
    }

    private long Number(string file, string key)
    {
        try
        {
            return File.ReadLines(Path.Join(folder, file)).Where(l => l.StartsWith(key, StringComparison.Ordinal)).Select(l => long.Parse(l.AsSpan(key.Length), CultureInfo.InvariantCulture)).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private void Write(string file, string value) => File.WriteAllText(Path.Join(folder, file), value);
}
