using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Tests;

/// <summary>The small decisions around a job, without one.</summary>
public sealed class LimitsHold
{
    private static readonly EffectiveLimits Limits = new(WallSeconds: 10, CpuSeconds: 20, MemoryMiB: 100, Processes: 8, ScratchMiB: 1);

    [Fact]
    public void A_limit_is_named_when_it_is_passed_and_not_before()
    {
        Limit? At(long mib = 0, double cpu = 0, int processes = 0, long inodes = 0, double wall = 0) => Watchdog.Exceeded(new(mib << 20, cpu, processes, inodes), TimeSpan.FromSeconds(wall), Limits);

        Assert.Null(At(100, 20, 32, 100_000, 10));
        Assert.Equal(Limit.Memory, At(mib: 101));
        Assert.Equal(Limit.Cpu, At(cpu: 20.1));
        Assert.Equal(Limit.Processes, At(processes: 33));
        Assert.Equal(Limit.Inodes, At(inodes: 100_001));
        Assert.Equal(Limit.WallClock, At(wall: 10.1));
    }

    [Fact]
    public void What_is_asked_counts_between_the_least_and_the_ceiling()
    {
        var defaults = new JobLimits(MemoryMiB: 500);
        Assert.Equal(500, EffectiveLimits.From(null, defaults, null).MemoryMiB);
        Assert.Equal(100, EffectiveLimits.From(new(MemoryMiB: 100), defaults, null).MemoryMiB);
        Assert.Equal(500, EffectiveLimits.From(new(MemoryMiB: 10_000), defaults, null).MemoryMiB);
        Assert.Equal(900, EffectiveLimits.From(new(MemoryMiB: 10_000), defaults, new(MemoryMiB: 900)).MemoryMiB);
        Assert.Equal(1, EffectiveLimits.From(new(WallSeconds: -5), defaults, null).WallSeconds);
    }

    [Fact]
    public void Root_changes_to_a_user_of_its_own_and_others_stay_who_they_are()
    {
        string[] passwd = ["root:x:0:0:root:/root:/bin/sh", "minato:x:777:777::/nonexistent:/usr/sbin/nologin"];
        Assert.Equal((20001u, null), Facts(RunnerUser.Choose(null, 0, passwd)));
        Assert.Equal((777u, null), Facts(RunnerUser.Choose("minato", 0, passwd)));
        Assert.Equal((null, "workspace.runner-user"), Facts(RunnerUser.Choose("nobody-here", 0, passwd)));
        Assert.Equal((null, "workspace.runner-user"), Facts(RunnerUser.Choose("root", 0, passwd)));
        Assert.Equal((null, "workspace.runner-user"), Facts(RunnerUser.Choose(null, 0, [.. passwd, "somebody:x:20001:20001::/home/s:/bin/sh"])));
        Assert.Equal((null, null), Facts(RunnerUser.Choose(null, 1000, passwd)));
        Assert.Equal((null, "workspace.runner-user"), Facts(RunnerUser.Choose("minato", 1000, passwd)));
        Assert.DoesNotContain(RunnerUser.Choose(null, 1000, passwd).Starting("/p", []).Arguments, a => a.StartsWith("--reuid", StringComparison.Ordinal));
        Assert.Equal(["--reuid=20001", "--regid=20001", "--clear-groups", "--inh-caps=-all", "--no-new-privs", "/p", "x"], RunnerUser.Choose(null, 0, passwd).Starting("/p", ["x"]).Arguments);

        static (uint?, string?) Facts(RunnerUser user) => (user.User, user.Problem?.Code);
    }

    [Fact]
    public void What_the_runner_cannot_reach_is_copied_for_it_alone()
    {
        using var open = new PassableFolder();
        var root = RunnerUser.Choose(null, 0, []);
        var closed = Directory.CreateDirectory(Path.Join(open.Path, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        File.WriteAllText(Path.Join(closed, "a.csv"), "x");
        Assert.False(root.Reaches(closed));
        Assert.False(root.Reaches(Path.Join(closed, "a.csv")));
        Assert.True(RunnerUser.Choose(null, 1000, []).Reaches(closed));
        Assert.SkipUnless(Spawn.EffectiveUser == 0, "only root gives files away");

        var staging = new Staging(Path.Join(open.Path, "staging"), root);
        var (copy, after) = staging.For(closed);
        Assert.Equal("x", File.ReadAllText(Path.Join(copy, "a.csv")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(copy)!));
        after!();
        Assert.False(Directory.Exists(copy));

        var public1 = Directory.CreateDirectory(Path.Join(open.Path, "public")).FullName;
        Assert.Equal((public1, null), staging.For(public1));
        Directory.CreateDirectory(Path.Join(open.Path, "staging", "99999999-1", "left"));
        var (kept, _) = staging.For(closed);
        staging.Sweep();
        Assert.False(Directory.Exists(Path.Join(open.Path, "staging", "99999999-1")));
        Assert.True(Directory.Exists(kept));
    }

    [Fact]
    public void A_delegated_control_group_is_found_by_its_controllers_and_gets_the_limits()
    {
        // A folder with the files of a group: the kernel's part is not here, ours is.
        using var open = new PassableFolder();
        var service = Directory.CreateDirectory(Path.Join(open.Path, "service")).FullName;
        Directory.CreateDirectory(Path.Join(service, "main"));
        var self = Path.Join(open.Path, "self");
        File.WriteAllText(self, "1:name=systemd:/\n0::/service/main\n");
        Assert.Null(ControlGroup.FindDelegated(null, open.Path, self));

        File.WriteAllText(Path.Join(service, "cgroup.controllers"), "cpu hugetlb\n");
        File.WriteAllText(Path.Join(service, "cgroup.procs"), "");
        File.WriteAllText(Path.Join(service, "cgroup.subtree_control"), "");
        Assert.Null(ControlGroup.FindDelegated(null, open.Path, self));

        File.WriteAllText(Path.Join(service, "cgroup.controllers"), "cpu memory pids\n");
        Assert.Equal(service, ControlGroup.FindDelegated(null, open.Path, self));
        Assert.Equal("+memory +pids", File.ReadAllText(Path.Join(service, "cgroup.subtree_control")));

        File.WriteAllText(Path.Join(service, "cgroup.procs"), "1\n");
        Assert.Null(ControlGroup.FindDelegated(null, open.Path, self));

        using var group = ControlGroup.Make(service, "job-1", Limits);
        Assert.Equal($"{(100L + 1 + EffectiveLimits.LeastWorkMiB + EffectiveLimits.OutMiB + EffectiveLimits.TemporaryMiB) << 20}", File.ReadAllText(Path.Join(service, "job-1", "memory.max")));
        Assert.Equal("16", File.ReadAllText(Path.Join(service, "job-1", "pids.max")));
        File.WriteAllText(Path.Join(service, "job-1", "memory.events"), "low 0\noom 1\noom_kill 1\n");
        Assert.True(group.RanOutOfMemory);
        var (program, arguments) = group.Starting("/usr/bin/bwrap", ["--args", "3"]);
        Assert.Equal("/bin/sh", program);
        Assert.Equal([Path.Join(service, "job-1", "cgroup.procs"), "/usr/bin/bwrap", "--args", "3"], arguments.Skip(2));
    }

    [Theory]
    [InlineData("12 (python3) S 1 12 12 0 -1 4194304 1 2 3 4 150 50 25 75 20 0 1 0 100 200 300", 3.0)]
    [InlineData("12 (a) b) S 9 9 (x) S 1 12 12 0 -1 4194304 1 2 3 4 100 0 0 0 20 0 1 0 100 200 300", 1.0)]
    public void CPU_time_is_read_past_any_program_name(string stat, double seconds) => Assert.Equal(seconds, ProcessTree.CpuSeconds(stat));
}
