using Minato.Tests;
using Minato.Workspace.Devices;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Tests;

/// <summary>Devices that the operator lends: those alone, to those projects alone, to one at a time. The stand-in for a card is a device that each machine has.</summary>
public sealed class DeviceStories : IDisposable
{
    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    private string Write(string json)
    {
        var file = village.At("devices.json");
        File.WriteAllText(file, json);
        return file;
    }

    private string Card(string node, string projects = "") => Write($$$"""
        {"devices":[{"name":"card","title":{"ja":"計算用の装置","en":"A card"},"nodes":["{{{node}}}"],"read":[],"controlTypes":[70],"controls":[3221243393],"environment":{"CARD":"1"},"projects":[{{{projects}}}]}]}
        """);

    /// <summary>A character device that sandboxes do not have by themselves.</summary>
    private static string? Spare() => Directory.EnumerateFiles("/dev").FirstOrDefault(d =>
        Path.GetFileName(d) is not ("null" or "zero" or "full" or "random" or "urandom" or "tty" or "console" or "ptmx") && Spawn.KindOf(d) == FileKind.CharacterDevice);

    [Fact]
    public async Task A_job_sees_the_device_that_it_asked_for_and_no_other_job_does()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        Assert.SkipWhen(Spare() is null, "this machine has no character device to lend");
        var (node, token) = (Spare()!, TestContext.Current.CancellationToken);
        var workspace = village.OpenWorkspace(o => o with { DeviceFile = Card(node) });
        Assert.Equal("card", Assert.Single(workspace.Devices(Village.Permit)).Name);

        var code = $$"""
            import ctypes, errno, os
            libc = ctypes.CDLL(None, use_errno=True)
            def ask(request):
                libc.ioctl(0, ctypes.c_ulong(request), 0)
                return errno.errorcode.get(ctypes.get_errno(), "0")
            print(os.path.exists("{{node}}"), os.environ.get("CARD"), ask(0x4601) == "EPERM", ask(0xc0004701) == "EPERM", ask(0x5412) == "EPERM")
            """;
        async Task<string> Said(string? device) => (await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Python, code, Device: device), Village.Researcher, ct: token)).Value is var run ? $"{run.Log.Trim()} {run.Sandbox.EndsWith("device card", StringComparison.Ordinal)}" : "";
        Assert.Equal("True 1 False True True True", await Said("card"));
        Assert.Equal("False None True True True False", await Said(null));

        Assert.Equal("workspace.device-unknown", (await workspace.QueueAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true", Device: "other"), Village.Researcher, ct: token)).Findings[0].Code);
        Assert.Equal("workspace.device-engine", (await workspace.QueueAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true", Engine: SandboxEngine.GVisor, Device: "card"), Village.Researcher, ct: token)).Findings[0].Code);
    }

    [Fact]
    public async Task One_has_it_at_a_time_and_who_needs_none_does_not_wait()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        var token = TestContext.Current.CancellationToken;
        var workspace = village.OpenWorkspace(o => o with { DeviceFile = Card("/dev/full") });
        using (new DeviceDesk([], Path.Join(village.At("workspace"), "devices")).Take("card"))
        {
            var waits = (await workspace.QueueAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true", Device: "card"), Village.Researcher, ct: token)).Value;
            Assert.Equal(JobState.Succeeded, (await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true"), Village.Researcher, ct: token)).Value.State);
            Assert.Equal(JobState.Queued, workspace.Runs(Village.Permit).Single(r => r.Id == waits.Id).State);
            Assert.Equal("session.device-taken", (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.Python, Village.Researcher, device: "card", ct: token)).Findings[0].Code);
        }

        // The next job that ends looks who waits.
        Assert.Equal(JobState.Succeeded, (await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, "true", Device: "card"), Village.Researcher, ct: token)).Value.State);
        Assert.All(workspace.Runs(Village.Permit), r => Assert.Equal(JobState.Succeeded, r.State));
    }

    [Fact]
    public void A_file_that_lends_too_much_is_refused()
    {
        Assert.Empty(DeviceFile.Read(null));
        Assert.Single(DeviceFile.Read(Card("/dev/full", "\"p-2026-0001\"")));
        Assert.Empty(new DeviceDesk(DeviceFile.Read(Card("/dev/full", "\"p-2026-0001\"")), village.At("d")).For(Village.Other));
        foreach (var (node, says) in new[] { ("/dev/../etc/passwd", "character devices"), ("/etc/passwd", "character devices"), ("/dev/none-such", "character devices") })
        {
            Assert.Contains(says, Assert.Throws<InvalidDataException>(() => DeviceFile.Read(Card(node))).Message, StringComparison.Ordinal);
        }

        var terminals = File.ReadAllText(Card("/dev/full")).Replace("[70]", "[84]", StringComparison.Ordinal);
        Assert.Contains("terminals", Assert.Throws<InvalidDataException>(() => DeviceFile.Read(Write(terminals))).Message, StringComparison.Ordinal);
    }
}
