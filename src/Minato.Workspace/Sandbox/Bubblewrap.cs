using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// Namespaces over a read-only system image, with the system-call allow-list (D7). Never started by root: a payload whose
/// kernel user is 0 could write /proc/sys. Options go by descriptor, so that /proc/1/cmdline shows no path of the host.
/// </summary>
internal sealed class Bubblewrap(string program, RunnerUser runner) : ISandboxEngine
{
    // Host size, load and boot line are a side channel and nobody's business.
    private static readonly string[] Masked =
        ["/proc/cmdline", "/proc/diskstats", "/proc/interrupts", "/proc/kallsyms", "/proc/keys", "/proc/key-users", "/proc/loadavg", "/proc/meminfo", "/proc/modules", "/proc/stat", "/proc/timer_list", "/proc/vmstat", "/proc/zoneinfo"];

    private readonly byte[] filter = SeccompFilter.For(RuntimeInformation.ProcessArchitecture).ToBytes();

    public string Name => "bubblewrap";

    public bool OwnKernel => false;

    public Finding? Missing =>
        !File.Exists(program) ? Finding.Error("workspace.bubblewrap-missing", $"{program} is not there", "Install it: apt-get install bubblewrap")
        : runner.Problem;

    public Launch Prepare(SandboxPlan plan)
    {
        var options = new List<string>
        {
            "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv",
            "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--hostname", "minato",
        };
        foreach (var (name, value) in plan.Environment.Concat(plan.Device?.Environment ?? new Dictionary<string, string>()))
        {
            options.AddRange(["--setenv", name, value]);
        }

        foreach (var bind in plan.System.Binds)
        {
            options.AddRange(["--ro-bind", bind.Host, bind.Inside]);
        }

        foreach (var (target, link) in plan.System.Links)
        {
            options.AddRange(["--symlink", target, link]);
        }

        options.AddRange(["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"]);
        foreach (var file in Masked.Where(File.Exists))
        {
            options.AddRange(["--ro-bind", "/dev/null", file]);
        }

        // --dev alone makes a writable /dev/shm of half the memory.
        options.AddRange(["--dev", "/dev", "--size", "1048576", "--tmpfs", "/dev/shm"]);
        foreach (var node in plan.Device?.Nodes ?? [])
        {
            options.AddRange(["--dev-bind", node, node]);
        }

        options.AddRange(["--remount-ro", "/dev", "--size", "4096", "--tmpfs", "/sys", "--remount-ro", "/sys"]);
        foreach (var (folder, mib) in plan.Writable)
        {
            options.AddRange(["--size", ((long)mib << 20).ToString(CultureInfo.InvariantCulture), "--tmpfs", folder]);
        }

        foreach (var read in plan.System == SystemFiles.OfTheNode ? plan.Device?.Read ?? [] : [])
        {
            options.AddRange(["--ro-bind", read, read]);
        }

        foreach (var bind in plan.Binds)
        {
            options.AddRange(["--ro-bind", bind.Host, bind.Inside]);
        }

        // Standard output, log, options, filter come first: see Spawn.Start.
        const int firstFile = 5;
        var files = new List<SafeHandle>();
        foreach (var file in plan.Files)
        {
            options.AddRange(["--ro-bind-data", (firstFile + files.Count).ToString(CultureInfo.InvariantCulture), file.Inside]);
            files.Add(Spawn.MemoryFile(file.Content.Span));
        }

        // The root itself is a tmpfs without a size: closed last.
        options.AddRange(["--remount-ro", "/", "--chdir", "/work", "--seccomp", "4"]);
        var text = new MemoryStream();
        foreach (var option in options)
        {
            text.Write(Encoding.UTF8.GetBytes(option));
            text.WriteByte(0);
        }

        var (launcher, arguments) = runner.Starting(program, ["--args", "3", "--", .. plan.LimitedCommand(ownKernel: false)]);
        return new Launch(launcher, arguments, [Spawn.MemoryFile(text.ToArray()), Spawn.MemoryFile(plan.Device is null ? filter : SeccompFilter.For(RuntimeInformation.ProcessArchitecture, plan.Device).ToBytes()), .. files]);
    }
}
