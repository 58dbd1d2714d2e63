namespace Minato.Workspace.Tests;

/// <summary>
/// Tries to get out, from inside. Each try prints OPEN where it succeeds; the list is a test of what the workspace promises,
/// the same on every machine.
/// </summary>
public sealed class EscapesFail(Harbourside here) : IClassFixture<Harbourside>
{
    /// <summary>Runs Python tries: each is a name and a statement that must raise.</summary>
    private async Task<string> Try(string setup, params (string Name, string Statement)[] tries)
    {
        var code = "import ctypes, os, socket, sys\nlibc = ctypes.CDLL(None, use_errno=True)\ndef must(result):\n    if result < 0: raise OSError(ctypes.get_errno(), 'refused')\n" + setup + "\n" +
            string.Concat(tries.Select(t => $"try:\n    {t.Statement}\n    print('OPEN', {Quoted(t.Name)})\nexcept (OSError, ValueError) as e:\n    print('closed', {Quoted(t.Name)}, e)\n")) + "print('done')\n";
        var run = await here.Run(JobLanguage.Python, code);
        Assert.EndsWith("done\n", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("OPEN", run.Log, StringComparison.Ordinal);
        Assert.Equal(tries.Length, run.Log.Split("closed ").Length - 1);
        return run.Log;

        static string Quoted(string text) => $"'{text}'";
    }

    [Fact]
    public async Task There_is_no_network_of_any_family() => await Try(
        "",
        ("TCP", "socket.create_connection(('198.51.100.1', 80), 1)"),
        ("UDP", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"),
        ("TCP version 6", "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)"),
        ("unix", "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)"),
        ("unix abstract", "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', '\\0minato')"),
        ("hypervisor (vsock)", "socket.socket(40, socket.SOCK_STREAM)"),
        ("netlink", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
        ("packet", "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
        ("kernel crypto", "socket.socket(38, socket.SOCK_SEQPACKET)"),
        ("every other family", "[must(-1) if libc.socket(f, 1, 0) < 0 else None for f in range(64)]"),
        ("metadata service of a cloud", "socket.create_connection(('169.254.169.254', 80), 1)"),
        ("metadata service of a cloud by its other address", "socket.create_connection(('fd00:ec2::254', 80), 1)"),
        ("metadata service by name", "socket.getaddrinfo('metadata.google.internal', 80)"),
        ("raw packets", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
        ("bluetooth", "socket.socket(31, socket.SOCK_RAW)"),
        ("CAN bus", "socket.socket(29, socket.SOCK_RAW)"),
        ("reliable datagrams (RDS)", "socket.socket(21, socket.SOCK_SEQPACKET)"),
        ("clusters (TIPC)", "socket.socket(30, socket.SOCK_STREAM)"),
        ("express data path (XDP)", "socket.socket(44, socket.SOCK_RAW)"),
        ("socket of a daemon on the host", "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect('/var/run/docker.sock')"),
        ("name lookup", "socket.getaddrinfo('example.org', 80)"));

    [Fact]
    public async Task There_is_no_file_but_what_was_given()
    {
        var secret = Path.Join(here.Village.At("projects"), "another-permit.csv");
        await File.WriteAllTextAsync(secret, "secret");
        await Try(
            "",
            ("passwords", "open('/etc/shadow')"),
            ("host name of users", "os.listdir('/home')"),
            ("home of root", "os.listdir('/root')"),
            ("host settings", "open('/etc/hosts')"),
            ("services", "os.listdir('/run')"),
            ("variable data", "os.listdir('/var/lib')"),
            ("tools of the operator", "os.listdir('/usr/local')"),
            ("host temporary files", "must(-1) if os.listdir('/tmp') == [] else 0"),
            ("folder of the node", $"os.listdir('{here.Village.At("projects")}')"),
            ("another permit", $"open('{secret}')"),
            ("disks", "os.open('/dev/vda', os.O_RDONLY)"),
            ("memory", "os.open('/dev/mem', os.O_RDONLY)"),
            ("virtual machines", "os.open('/dev/kvm', os.O_RDWR)"),
            ("devices of the kernel", "must(-1) if os.listdir('/sys') == [] else 0"),
            ("environment of the first process", "must(-1) if open('/proc/1/environ').read().strip(chr(0)) == '' else 0"),
            ("paths of the host", "must(-1) if '/data' not in open('/proc/1/cmdline').read() else 0"),
            ("root of the first process", "os.listdir('/proc/1/root/home')"),
            ("processes of the host", "must(-1) if all(int(p) < 20 for p in os.listdir('/proc') if p.isdigit()) else 0"),
            ("descriptors that were left open", "must(-1) if sorted(os.listdir('/proc/self/fd')) == ['0', '1', '2', '3'] else print(os.listdir('/proc/self/fd'))"),
            ("a first process that is freer than the job", "must(-1) if all(w in open('/proc/1/status').read() for w in ('Seccomp:\\t2', 'CapEff:\\t0000000000000000', 'NoNewPrivs:\\t1')) else 0"),
            ("memory of the kernel", "open('/proc/kcore', 'rb').read(1)"),
            ("messages of the kernel", "open('/proc/kmsg')"),
            ("keys of the operator", "open('/root/.ssh/id_ed25519')"),
            ("settings of the node", "open('/etc/minato/node.json')"),
            ("clock of the host", "open('/dev/rtc0')"),
            ("logs of the host", "os.listdir('/var/log')"),
            ("packages of the host", "os.listdir('/var/lib/dpkg')"),
            ("memory of the host", "open('/proc/meminfo')"),
            ("kernel addresses", "open('/proc/kallsyms')"));
    }

    [Fact]
    public async Task Nothing_can_be_written_but_scratch_and_out()
    {
        await Try(
            "data = '/data/data/person.csv'",
            ("write data", "open(data, 'w')"),
            ("append to data", "open(data, 'a')"),
            ("delete data", "os.unlink(data)"),
            ("change modes of data", "os.chmod(data, 0o777)"),
            ("add data", "open('/data/new', 'w')"),
            ("symbolic link as data", "os.symlink('/out', '/data/link')"),
            ("rename data", "os.rename(data, '/data/other')"),
            ("hard link to data", "os.link(data, '/out/link')"),
            ("system", "open('/usr/bin/new', 'w')"),
            ("settings", "open('/etc/new', 'w')"),
            ("root", "open('/new', 'w')"),
            ("helper", "open('/opt/minato/minato.py', 'a')"),
            ("the job", "open('/job/main.py', 'a')"),
            ("devices", "open('/dev/new', 'w')"),
            ("kernel settings", "open('/proc/sys/kernel/core_pattern', 'w')"),
            ("kernel setting 2", "open('/proc/sys/vm/overcommit_memory', 'w')"),
            ("system request", "open('/proc/sysrq-trigger', 'w')"));
        var run = await here.Run(JobLanguage.Shell, "find / -xdev -writable ! -type l 2>/dev/null | sort; for d in /tmp /work /scratch /out /dev/shm; do echo x > $d/try && rm $d/try || echo $d; done; head -1 /data/data/person.csv");
        Assert.Equal("/out\n/scratch\n/tmp\n/work\nperson_id,sex,year_of_birth,diabetes,first_seen,hba1c\n", run.Log);
    }

    [Fact]
    public async Task The_kernel_refuses_what_could_open_a_wall()
    {
        var numbers = "x = os.uname().machine == 'x86_64'\nn = lambda a, b: a if x else b\ncall = lambda a, b, *rest: must(libc.syscall(n(a, b), *rest))";
        var log = await Try(
            numbers,
            ("trace", "must(libc.ptrace(0, 0, None, None))"),
            ("trace the first process", "must(libc.ptrace(16, 1, None, None))"),
            ("read memory of another", "call(310, 270, 1, None, 0, None, 0, 0)"),
            ("keys", "call(250, 219, 0, -3, 1)"),
            ("add a key", "call(248, 217, b'user', b'x', b'y', 1, -3)"),
            ("new user namespace", "must(libc.unshare(0x10000000))"),
            ("new user namespace by clone", "call(56, 220, 0x10000000 | 17, None, None, None, None)"),
            ("new network namespace", "must(libc.unshare(0x40000000))"),
            ("join a namespace", "must(libc.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0))"),
            ("mount", "must(libc.mount(b'none', b'/work', b'tmpfs', 0, None))"),
            ("unmount", "must(libc.umount2(b'/data', 2))"),
            ("remount writable", "must(libc.mount(None, b'/data', None, 32 | 4096, None))"),
            ("change root", "os.chroot('/work')"),
            ("pivot", "call(155, 41, b'/work', b'/work')"),
            ("become root", "os.setuid(0)"),
            ("make a device", "os.mknod('/work/disk', 0o60600, os.makedev(254, 0))"),
            ("bpf", "call(321, 280, 0, None, 0)"),
            ("performance counters", "call(298, 241, None, 0, -1, -1, 0)"),
            ("io_uring", "call(425, 425, 8, None)"),
            ("userfaultfd", "call(323, 282, 1)"),
            ("open by handle", "call(304, 265, 3, None, 0)"),
            ("personality", "call(135, 92, 0x0040000)"),
            ("load a module", "call(313, 273, 0, b'', 0)"),
            ("new kernel", "call(246, 104, 0, 0, None, 0)"),
            ("reboot", "call(169, 142, 0, 0, 0, None)"),
            ("shared memory of System V", "call(29, 194, 0, 4096, 0o1600)"),
            ("memory that nobody is charged for", "os.memfd_create('x')"),
            ("type into the terminal", "__import__('fcntl').ioctl(0, 0x5412, b'x')"),
            ("handle of the first process", "call(434, 434, 1, 0)"),
            ("descriptor of another process", "call(438, 438, 3, 0, 0)"),
            ("open a tree of mounts", "call(428, 428, -100, b'/data', 1)"),
            ("move a mount", "call(429, 429, -100, b'/data', -100, b'/work', 0)"),
            ("open a file system", "call(430, 430, b'proc', 0)"),
            ("change a mount", "call(442, 442, -100, b'/data', 0, None, 0)"),
            ("advise about foreign memory", "call(440, 440, 3, None, 0, 0, 0)"),
            ("compare kernel objects", "call(312, 272, 1, 1, 0, 0, 0)"),
            ("name to handle", "call(303, 264, -100, b'/data', None, None, 0)"),
            ("watch all files", "call(300, 262, 0, 0)"),
            ("swap", "call(167, 224, b'/work/swap', 0)"),
            ("account processes", "call(163, 89, b'/work/acct')"),
            ("read the log of the kernel", "call(103, 116, 3, ctypes.create_string_buffer(16), 16)"),
            ("set the clock", "call(227, 112, 0, None)"),
            ("rename the host", "call(170, 161, b'x', 1)"),
            ("quotas", "call(179, 60, 0, None, 0, None)"),
            ("secret memory", "call(447, 447, 0)"),
            ("ports of the machine", "call(172, -1, 3)"),
            ("raise a limit", "__import__('resource').setrlimit(6, (10000, 10000))"),
            ("real-time scheduling", "os.sched_setscheduler(0, 1, os.sched_param(99))"),
            ("more than its share", "os.setpriority(0, 0, -20)"),
            ("descriptors without end", "[os.open('/dev/null', os.O_RDONLY) for _ in range(400)]"));
        Assert.Contains("closed trace [Errno 1]", log, StringComparison.Ordinal);
        var status = await here.Run(JobLanguage.Shell, "grep -E '^(CapEff|CapBnd|CapPrm|NoNewPrivs|Seccomp|Uid):' /proc/self/status | tr '\\t' ' '");
        Assert.Equal("Uid: 1000 1000 1000 1000\nCapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\nSeccomp: 2\n", status.Log);
    }

    [Fact]
    public async Task The_old_x32_door_kills_who_tries_it()
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "x32 is of x86-64 only");
        var run = await here.Run(JobLanguage.Python, "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)\nprint('OPEN')");
        Assert.Equal((JobState.Failed, 128 + 31), (run.State, run.ExitCode));
        Assert.DoesNotContain("OPEN", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fork_bomb_stops_at_its_limit_and_the_next_job_runs()
    {
        var bomb = await here.Run(JobLanguage.Python, """
            import os, time
            n = 0
            try:
                while True:
                    if os.fork() == 0:
                        time.sleep(60)
                        os._exit(0)
                    n += 1
            except OSError as e:
                print("forks:", n, e)
            """, new JobLimits(Processes: 32));
        Assert.Matches(@"^forks: (2\d|3[0-2]) \[Errno 11\]", bomb.Log);
        Assert.InRange(bomb.WallSeconds, 0, 20);

        var shell = await here.Run(JobLanguage.Shell, "bomb() { bomb | bomb & }; bomb; sleep 60", new JobLimits(Processes: 32, WallSeconds: 1));
        Assert.NotEqual(JobState.Succeeded, shell.State);
        Assert.InRange(shell.WallSeconds, 0, 5);
        await NextJobRuns();
    }

    [Fact]
    public async Task A_memory_bomb_of_one_process_or_of_many_is_stopped_and_the_next_job_runs()
    {
        var one = await here.Run(JobLanguage.Python, "b = bytearray()\nwhile True: b.extend(b'x' * (16 << 20))", new JobLimits(MemoryMiB: 128));
        Assert.Equal((JobState.Stopped, "memory: 128 MiB"), (one.State, one.Ended));

        // Each is small, all together are not: a limit per process does not see this.
        var many = await here.Run(JobLanguage.Python, """
            import os, time
            for _ in range(8):
                if os.fork() == 0:
                    b = os.urandom(1) * (48 << 20)
                    time.sleep(60)
            time.sleep(60)
            """, new JobLimits(MemoryMiB: 256));
        Assert.Equal((JobState.Stopped, "memory: 256 MiB"), (many.State, many.Ended));

        // Shared anonymous memory is nobody's own, and memory all the same.
        var shared = await here.Run(JobLanguage.Python, "import mmap, time\nm = mmap.mmap(-1, 200 << 20)\nm.write(b'x' * (200 << 20))\ntime.sleep(60)", new JobLimits(MemoryMiB: 128));
        Assert.Equal((JobState.Stopped, "memory: 128 MiB"), (shared.State, shared.Ended));
        await NextJobRuns();
    }

    [Fact]
    public async Task Bombs_are_stopped_under_a_kernel_of_its_own_too()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/runsc"), "gVisor is not installed: apt-get install runsc");
        var memory = await here.Run(JobLanguage.Python, "import time\nb = b'x' * (300 << 20)\ntime.sleep(60)", new JobLimits(MemoryMiB: 200, WallSeconds: 30), SandboxEngine.GVisor);
        Assert.Equal((JobState.Stopped, "memory: 200 MiB"), (memory.State, memory.Ended));
        var forks = await here.Run(JobLanguage.Python, "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)", new JobLimits(Processes: 8, WallSeconds: 30), SandboxEngine.GVisor);
        Assert.Equal((JobState.Stopped, "processes: 8"), (forks.State, forks.Ended));
        var asleep = await here.Run(JobLanguage.Shell, "sleep 1000", new JobLimits(WallSeconds: 2), SandboxEngine.GVisor);
        Assert.Equal((JobState.Stopped, "wall clock: 2 s"), (asleep.State, asleep.Ended));
        await NextJobRuns();
    }

    [Fact]
    public async Task Forked_processes_that_share_their_memory_are_not_counted_twice()
    {
        var run = await here.Run(JobLanguage.Python, """
            import os, time
            b = bytearray(os.urandom(1) * (100 << 20))
            children = []
            for _ in range(4):
                child = os.fork()
                if child == 0:
                    time.sleep(0.5)
                    os._exit(0)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)
            """, new JobLimits(MemoryMiB: 256));
        Assert.True(run.State == JobState.Succeeded, $"{run.Ended} {run.Log}");
        Assert.InRange(run.PeakMemoryBytes, 100 << 20, 256 << 20);
    }

    [Fact]
    public async Task A_disk_bomb_fills_its_scratch_and_nothing_else_and_the_next_job_runs()
    {
        var bytes = await here.Run(JobLanguage.Shell, """
            for d in /scratch /work /out /tmp /dev/shm; do cat /dev/zero > $d/bomb; done 2>/dev/null
            i=0; while [ $i -lt 20 ]; do i=$((i+1)); cat /dev/zero > /scratch/bomb$i; cat /dev/zero > /work/bomb$i; done 2>/dev/null
            du -sm /scratch /work /out /tmp /dev/shm; rm /work/bomb*
            """, new JobLimits(ScratchMiB: 24));
        Assert.Equal("24\t/scratch\n64\t/work\n32\t/out\n16\t/tmp\n1\t/dev/shm\n", bytes.Log);

        var files = await here.Run(JobLanguage.Python, "n = 0\nwhile True:\n    n += 1\n    open('/work/%d' % n, 'w').close()");
        Assert.Equal((JobState.Stopped, "files in all: 100000"), (files.State, files.Ended));
        await NextJobRuns();
    }

    [Fact]
    public async Task The_wall_clock_ends_a_job_that_sleeps_or_has_stopped_itself()
    {
        var asleep = await here.Run(JobLanguage.Shell, "sleep 1000", new JobLimits(WallSeconds: 1));
        Assert.Equal((JobState.Stopped, "wall clock: 1 s"), (asleep.State, asleep.Ended));
        Assert.InRange(asleep.WallSeconds, 1, 5);

        // Its children go with it, though they have left its session.
        var stopped = await here.Run(JobLanguage.Python, "import os, signal\nif os.fork() == 0:\n    os.setsid()\n    while True: pass\nos.kill(os.getpid(), signal.SIGSTOP)", new JobLimits(WallSeconds: 1));
        Assert.Equal((JobState.Stopped, "wall clock: 1 s"), (stopped.State, stopped.Ended));
        await NextJobRuns();
    }

    [Fact]
    public async Task CPU_time_is_counted_over_all_processes()
    {
        var run = await here.Run(JobLanguage.Python, "import os\nos.fork()\nos.fork()\nwhile True: pass", new JobLimits(CpuSeconds: 1));
        Assert.Equal((JobState.Stopped, "CPU time: 1 s"), (run.State, run.Ended));
        Assert.InRange(run.CpuSeconds, 1, 10);

        var spent = await here.Run(JobLanguage.Python, "import os, time\nif os.fork() == 0:\n    while time.process_time() < 0.3: pass\n    os._exit(0)\nos.wait()");
        Assert.InRange(spent.CpuSeconds, 0.3, 2);
    }

    [Fact]
    public async Task What_a_job_leaves_running_ends_with_it()
    {
        var run = await here.Run(JobLanguage.Shell, "setsid sleep 1000 & echo x > /out/x.csv");
        Assert.Equal(JobState.Succeeded, run.State);
        Assert.Single(run.Outbox);
        Assert.InRange(run.WallSeconds, 0, 5);
    }

    [Fact]
    public async Task A_flood_of_log_is_cut()
    {
        var run = await here.Run(JobLanguage.Shell, "head -c 30000000 /dev/zero | tr '\\0' x");
        Assert.Equal(JobState.Succeeded, run.State);
        Assert.EndsWith("[cut after 64 KiB]\n", run.Log, StringComparison.Ordinal);
        Assert.InRange(run.Log.Length, 64 * 1024, (64 * 1024) + 30);
    }

    [Fact]
    public async Task A_job_that_kills_its_wrapper_loses_its_results_only()
    {
        var killer = await here.Run(JobLanguage.Shell, "echo x > /out/x.csv; kill -KILL -1; kill -KILL $PPID; sleep 5");
        Assert.Equal(JobState.Failed, killer.State);
        Assert.Empty(killer.Outbox);
        await NextJobRuns();
    }

    [Fact]
    public async Task A_cancelled_job_ends_and_is_recorded()
    {
        here.NeedsSandbox();
        using var cancel = new CancellationTokenSource();
        var running = here.Workspace.RunAsync(new JobRequest(Minato.Tests.Village.Permit, JobLanguage.Shell, "sleep 1000"), Minato.Tests.Village.Researcher, ct: cancel.Token);
        while (here.Workspace.Runs(Minato.Tests.Village.Permit).All(r => r.State != JobState.Running))
        {
            await Task.Yield();
        }

        await cancel.CancelAsync();
        var run = (await running).Value;
        Assert.Equal((JobState.Cancelled, "cancelled"), (run.State, run.Ended));
    }

    private async Task NextJobRuns()
    {
        var run = await here.Run(JobLanguage.Sql, "select count(*) as n from person");
        Assert.Equal("n\n400\n", here.Output(run, "result-1.csv"));
    }
}
