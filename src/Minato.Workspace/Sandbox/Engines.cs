using System.Collections.Concurrent;
using System.Diagnostics;
using Minato.Workspace.Images;

namespace Minato.Workspace.Sandbox;

/// <summary>An engine that was tried here over these programs, and what it gives.</summary>
internal sealed record TriedEngine(ISandboxEngine With, string Description, SystemFiles System, SystemImage? Image);

/// <summary>The sandboxes of this node. Each is let to try to get out of itself before it is used; one that does not start, or does not hold, is not used.</summary>
internal sealed class Engines
{
    private readonly WorkspaceOptions options;
    private readonly RunnerUser runner;
    private readonly Staging staging;
    private readonly ImageDesk images;
    private readonly ConcurrentDictionary<(SandboxEngine Engine, string Digest), Lazy<Outcome<TriedEngine>>> tried = new();

    public Engines(WorkspaceOptions options, RunnerUser runner, Staging staging, ImageDesk images)
    {
        (this.options, this.runner, this.staging, this.images) = (options, runner, staging, images);
        Delegated = ControlGroup.FindDelegated(options.ControlGroup);
    }

    /// <summary>The control group to make others in; null: there is none.</summary>
    public string? Delegated { get; }

    /// <param name="asked">Null: bubblewrap, or gVisor where that does not work.</param>
    /// <param name="image">Null: the node's own programs.</param>
    public Outcome<TriedEngine> Choose(SandboxEngine? asked, SystemImage? image = null)
    {
        Outcome<TriedEngine> Of(SandboxEngine engine) => tried.GetOrAdd((engine, image?.Digest ?? ""), key => new(() => Try(key.Engine == SandboxEngine.GVisor ? new GVisor(options.GVisor, runner, staging) : new Bubblewrap(options.Bubblewrap, runner), image))).Value;
        var chosen = Of(asked ?? SandboxEngine.Bubblewrap);
        return chosen.IsOk || asked is not null ? chosen
            : Of(SandboxEngine.GVisor) is { IsOk: true } other ? other
            : Outcome<TriedEngine>.Refused([.. chosen.Findings, .. Of(SandboxEngine.GVisor).Findings]);
    }

    private Outcome<TriedEngine> Try(ISandboxEngine engine, SystemImage? image)
    {
        if ((engine.Missing ?? JobProgram.Missing(JobLanguage.Python, null, image)) is { } missing)
        {
            return missing;
        }

        if (image is not null && !images.IsUnchanged(image))
        {
            return Finding.Error("image.changed", $"The files of the image {image.Name} are not what was catalogued", "Withdraw it and catalogue it anew");
        }

        var system = image is null ? SystemFiles.OfTheNode : SystemFiles.Of(images.RootOf(image));

        string? data = null;
        try
        {
            data = staging.NewFolder();
            staging.GiveToRunner(data);
            var log = new JobLog();
            var end = Batch.RunAsync(engine, JobProgram.SelfTest(data, engine.OwnKernel) with { System = system }, Path.Join(data, "out"), null, null, log, Delegated, CancellationToken.None).GetAwaiter().GetResult();
            var lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var open = lines.Where(l => l.StartsWith("open: ", StringComparison.Ordinal)).Select(l => l[6..]).ToList();
            if (open.Count > 0)
            {
                return Finding.Error($"workspace.{engine.Name}-open", $"The sandbox is not closed here: {string.Join(", ", open)}", "Run no jobs on this machine before this is mended");
            }

            if (end.ExitCode != 0 || lines.LastOrDefault()?.StartsWith("tried ", StringComparison.Ordinal) != true)
            {
                return Finding.Error(
                    $"workspace.{engine.Name}-fails",
                    $"{engine.Name} does not start here: {lines.LastOrDefault() ?? Describe(end)}",
                    "Allow unprivileged user namespaces (user.max_user_namespaces above 0; on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0 or a profile for bwrap)");
            }

            if (engine.OwnKernel && end.PeakMemoryBytes == 0 && Delegated is null)
            {
                return Finding.Error($"workspace.{engine.Name}-unmeasured", "The memory of this sandbox cannot be measured by this user", "Delegate a control group to the node, or run it as root");
            }

            var kernel = engine.OwnKernel ? "own kernel" : $"{SystemCalls.Allowed.Count} system calls, no sockets";
            var memory = Delegated is null ? "memory by watchdog" : "memory by control group";
            var over = image is null ? "" : $"; image {image.Id}";
            return new TriedEngine(engine, $"{engine.Name} {Version(engine.OwnKernel ? options.GVisor : options.Bubblewrap)}; {(runner.User is { } id ? $"user {id}" : "the node's user")}; {kernel}; {memory}; {lines[^1][6..]} tries to get out refused{over}", system, image);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return Finding.Error($"workspace.{engine.Name}-fails", $"{engine.Name} cannot be started ({e.GetType().Name}: {e.Message})", "Run 'minato doctor', or tell the operator");
        }
        finally
        {
            if (data is not null)
            {
                Staging.Remove(data);
            }
        }

        static string Describe(BatchEnd end) => end.Stopped is { } limit ? limit.ToString() : $"exit code {end.ExitCode}";
    }

    private static string Version(string program)
    {
        var start = new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        return line.Split(' ')[^1];
    }
}
