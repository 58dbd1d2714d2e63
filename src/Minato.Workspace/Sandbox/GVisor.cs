using System.Text.Json;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// gVisor (<c>runsc</c>): a kernel of its own in user space, for software that users bring (H7). Slower at files and process
/// starts; the system-call filter is its own. Rootless, started by the runner user, with no network.
/// </summary>
internal sealed class GVisor(string program, RunnerUser runner, Staging staging) : ISandboxEngine
{
    private static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount"];

    private static readonly string[] OwnFolders = ["proc", "dev", "sys", "tmp", "scratch", "work", "out"];

    /// <summary>A mount of an OCI runtime configuration.</summary>
    private sealed record Mount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

    public string Name => "gvisor";

    public bool OwnKernel => true;

    public Finding? Missing =>
        !File.Exists(program) ? Finding.Error("workspace.gvisor-missing", $"{program} is not there", "Install it: apt-get install runsc")
        : runner.Problem;

    public Launch Prepare(SandboxPlan plan)
    {
        var bundle = staging.NewFolder();
        Directory.CreateDirectory(Path.Join(bundle, "state"));
        Directory.CreateDirectory(Path.Join(bundle, "planted"));
        foreach (var folder in OwnFolders)
        {
            Directory.CreateDirectory(Path.Join(bundle, "root", folder));
        }

        var mounts = new List<Mount> { new("/proc", "proc", "proc", []), new("/dev", "tmpfs", "tmpfs", ["size=1m"]) };
        void Bind(string host, string inside)
        {
            // The mount point must be there: the root is read-only.
            var point = Path.Join(bundle, "root", inside);
            Directory.CreateDirectory(Path.GetDirectoryName(point)!);
            if (Directory.Exists(host))
            {
                Directory.CreateDirectory(point);
            }
            else
            {
                File.WriteAllBytes(point, []);
            }

            mounts.Add(new(inside, "bind", host, ["rbind", "ro"]));
        }

        foreach (var bind in plan.System.Binds)
        {
            Bind(bind.Host, bind.Inside);
        }

        foreach (var (target, link) in plan.System.Links)
        {
            var at = Path.Join(bundle, "root", link);
            Directory.CreateDirectory(Path.GetDirectoryName(at)!);
            File.CreateSymbolicLink(at, target);
        }

        foreach (var bind in plan.Binds)
        {
            Bind(bind.Host, bind.Inside);
        }

        for (var i = 0; i < plan.Files.Count; i++)
        {
            var copy = Path.Join(bundle, "planted", $"{i}");
            File.WriteAllBytes(copy, plan.Files[i].Content.Span);
            Bind(copy, plan.Files[i].Inside);
        }

        foreach (var (folder, mib) in plan.Writable)
        {
            mounts.Add(new(folder, "tmpfs", "tmpfs", [$"size={mib}m", "mode=1777"]));
        }

        var config = new
        {
            ociVersion = "1.0.0",
            process = new
            {
                user = new { uid = 1000, gid = 1000 },
                args = plan.LimitedCommand(ownKernel: true),
                env = plan.Environment.Select(e => $"{e.Key}={e.Value}"),
                cwd = "/work",
                capabilities = new { },
                noNewPrivileges = true,
            },
            root = new { path = "root", @readonly = true },
            hostname = "minato",
            mounts,
            linux = new { namespaces = Namespaces.Select(type => new { type }) },
        };
        File.WriteAllBytes(Path.Join(bundle, "config.json"), JsonSerializer.SerializeToUtf8Bytes(config, JsonSerializerOptions.Web));
        staging.GiveToRunner(bundle);

        var (launcher, arguments) = runner.Starting(
            program,
            ["--rootless", "--network=none", "--platform=ptrace", "--ignore-cgroups", "--root", Path.Join(bundle, "state"), "run", "--bundle", bundle, Path.GetFileName(bundle)]);
        return new Launch(launcher, arguments, [], () => Staging.Remove(bundle));
    }
}
