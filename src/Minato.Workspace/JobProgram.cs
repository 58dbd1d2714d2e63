using System.Text;
using Minato.Workspace.Images;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace;

/// <summary>How code of a language becomes a command in the sandbox.</summary>
internal static class JobProgram
{
    private const string Folder = "/opt/minato";

    public const string Engine = Folder + "/libduckdb.so";

    private static readonly Lazy<IReadOnlyList<PlantedFile>> Common = new(() =>
    [
        new(SandboxPlan.Wrapper, Resource("run.sh")),
        new(Folder + "/minato.py", Resource("minato.py")),
        new(Folder + "/minato.R", Resource("minato.R")),
        new("/etc/passwd", Resource("passwd")),
        new("/etc/group", Resource("group")),
        new("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"u8.ToArray()),
    ]);

    private static readonly string[] SessionFiles = ["session.py", "kernel.py", "kernel.R"];

    public static SandboxPlan Plan(JobLanguage language, string code, IReadOnlyList<ReadOnlyBind> binds, EffectiveLimits limits)
    {
        var (file, command) = language switch
        {
            JobLanguage.R => ("/job/main.R", new[] { "/usr/bin/Rscript", "/job/main.R" }),
            JobLanguage.Python => ("/job/main.py", ["/usr/bin/python3", "-u", "/job/main.py"]),
            JobLanguage.Sql => ("/job/main.sql", ["/usr/bin/python3", "-u", "-m", "minato", "script", "/job/main.sql"]),
            _ => ("/job/main.sh", ["/bin/sh", "/job/main.sh"]),
        };
        return new SandboxPlan(command, binds, [.. Common.Value, new PlantedFile(file, Encoding.UTF8.GetBytes(code))], Environment(limits), limits);
    }

    /// <summary>A kernel of R or Python that runs cells as they come.</summary>
    public static SandboxPlan Session(JobLanguage language, IReadOnlyList<ReadOnlyBind> binds, EffectiveLimits limits) => new(
        ["/usr/bin/python3", "-u", Folder + "/session.py", language.ToString()],
        binds,
        [.. Common.Value, .. SessionFiles.Select(f => new PlantedFile($"{Folder}/{f}", Resource(f)))],
        Environment(limits), limits) { IsWrapped = false };

    public static SandboxPlan SelfTest(string dataFolder, bool ownKernel)
    {
        var limits = new EffectiveLimits(WallSeconds: 30, CpuSeconds: 20, MemoryMiB: 256, Processes: 16, ScratchMiB: 8);
        return new SandboxPlan(
            ["/usr/bin/python3", "/job/selftest.py"],
            [new(dataFolder, "/data")],
            [.. Common.Value, new("/job/selftest.py", Resource("selftest.py"))],
            new Dictionary<string, string>(Environment(limits)) { ["MINATO_KERNEL"] = ownKernel ? "own" : "shared" },
            limits);
    }

    /// <summary>What of the system a language needs, or what to install.</summary>
    /// <param name="image">Null: the node's own programs.</param>
    public static Finding? Missing(JobLanguage language, string? sqlEngine, SystemImage? image) => language switch
    {
        _ when image is not null => image.Languages.Contains(language) ? null : Finding.Error("workspace.not-in-image", $"{language} is not in the image {image.Name}", "Use another image, or the node's own programs"),
        JobLanguage.R when !File.Exists("/usr/bin/Rscript") => Finding.Error("workspace.r-missing", "R is not installed", "apt-get install r-base-core"),
        JobLanguage.Python or JobLanguage.Sql when !File.Exists("/usr/bin/python3") => Finding.Error("workspace.python-missing", "Python is not installed", "apt-get install python3 python3-pandas python3-numpy python3-matplotlib"),
        JobLanguage.Sql when sqlEngine is null => Finding.Error("workspace.sql-missing", "The SQL engine's library is not beside the program", "Build the node again, or run it on linux-x64 or linux-arm64"),
        _ => null,
    };

    private static Dictionary<string, string> Environment(EffectiveLimits limits) => new()
    {
        ["PATH"] = "/usr/bin:/bin",
        ["HOME"] = "/work",
        ["TMPDIR"] = "/scratch",
        ["LANG"] = "C.UTF-8",
        ["TZ"] = "UTC",
        ["OPENBLAS_NUM_THREADS"] = "2",
        ["OMP_NUM_THREADS"] = "2",
        ["PYTHONPATH"] = Folder,
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["MPLBACKEND"] = "Agg",
        ["MPLCONFIGDIR"] = "/scratch/.matplotlib",
        ["R_PROFILE_USER"] = Folder + "/minato.R",
        ["MINATO_SQL_MEMORY"] = $"{Math.Max(64, limits.MemoryMiB / 2)}MiB",
    };

    private static byte[] Resource(string name)
    {
        using var stream = typeof(JobProgram).Assembly.GetManifestResourceStream("image/" + name) ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
