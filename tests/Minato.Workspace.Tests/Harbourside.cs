using Minato.Tests;

namespace Minato.Workspace.Tests;

/// <summary>One workspace for the tests of a class: opening it includes the self-test.</summary>
public sealed class Harbourside : IDisposable
{
    public Village Village { get; } = new();

    public IWorkspace Workspace { get; }

    public Harbourside() => Workspace = Village.OpenWorkspace();

    /// <summary>Skips where this machine has no sandbox; the build machine installs one.</summary>
    public void NeedsSandbox() => Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");

    public async Task<JobRun> Run(JobLanguage language, string code, JobLimits? limits = null, SandboxEngine? engine = null)
    {
        NeedsSandbox();
        var outcome = await Workspace.RunAsync(new JobRequest(Minato.Tests.Village.Permit, language, code, limits, engine), Minato.Tests.Village.Researcher);
        Assert.True(outcome.IsOk, string.Join("\n", outcome.Findings));
        return outcome.Value;
    }

    public string Output(JobRun run, string name)
    {
        var opened = Workspace.OpenOutbox(run.Permit, run.Id, name);
        Assert.True(opened.IsOk, string.Join("\n", opened.Findings) + "\n" + run.Log);
        using var reader = new StreamReader(opened.Value);
        return reader.ReadToEnd();
    }

    public void Dispose() => Village.Dispose();
}
