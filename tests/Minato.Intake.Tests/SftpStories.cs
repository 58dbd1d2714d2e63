using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Minato.Intake.Raw;

namespace Minato.Intake.Tests;

/// <summary>A node fetches from a holder's drop folder, with Debian's own SSH server on this machine (package <c>openssh-server</c>, or <c>MINATO_SSHD</c>).</summary>
public sealed class SftpStories : IDisposable
{
    private readonly IntakeWorld world = new();
    private readonly Sshd server;

    public SftpStories()
    {
        Assert.SkipUnless(Sshd.IsThere, "No SSH server here: install openssh-server, or name it with MINATO_SSHD");
        server = new Sshd(world.Intake.SftpKey);
    }

    public void Dispose()
    {
        server?.Dispose();
        world.Dispose();
    }

    [Fact]
    public async Task What_is_marked_as_finished_is_taken_in_its_order_and_marked_so()
    {
        server.Put("2026-04.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1), IntakeWorld.DeathRow(2)));
        server.Put("2026-04.csv.done", []);
        server.Put("2026-05/deaths.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(3)));
        server.Put("2026-05/more/deaths.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(4)));
        server.Put("2026-05.done", []);
        server.Put("2026-06.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(5)));
        await Agree();
        var receipt = (await Pull()).Value!;
        Assert.Equal(2, receipt.ByFormat["death-csv"].Records);
        Assert.Equal(4, world.RowsOf(IntakeWorld.Deaths, "death"));
        Assert.Equal(["2026-04.csv", "2026-04.csv.taken", "2026-05", "2026-05.taken", "2026-06.csv"], server.Names());
        Assert.Equal(2, world.Intake.Receipts().Count);

        // Nothing more is finished: no delivery.
        var second = await Pull();
        Assert.True(second.IsOk && second.Value is null);
        var pull = Assert.Single(world.Intake.Pulls);
        Assert.Equal(pull.Last!.Value.AddHours(24), pull.DueAt);
        Assert.Empty(Directory.GetDirectories(world.At("intake/pulled")));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_made_anew_and_the_file_gone_on_with()
    {
        var content = new byte[2_400_000];
        new Random(2026).NextBytes(content);
        server.Put("big.bin", content);
        server.Put("big.bin.done", []);
        using var relay = new Relay(server.Port, breaksAfter: 1_200_000);
        await Agree(relay.Port);
        Assert.Equal(DeliveryFiles.Hash([new RawFile("big.bin", Path.Combine(server.Folder, "big.bin"))]), (await Pull()).Value!.ContentSha256);
        Assert.Equal(2, relay.Connections);
        Assert.InRange(relay.Bytes, 2_000_000, 4_200_000); // of 2.4 MB: not all of it twice
    }

    [Fact]
    public async Task Another_host_key_is_not_talked_to_and_a_stranger_does_not_get_in()
    {
        server.Put("a.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1)));
        server.Put("a.csv.done", []);
        await Agree(hostKey: "SHA256:" + new string('A', 43));
        Assert.Equal("sftp.host-key", (await Pull()).Findings[0].Code);
        server.Forbid();
        await Agree();
        Assert.Equal("sftp.sign-in", (await Pull()).Findings[0].Code);
        Assert.Empty(world.Intake.Receipts());
    }

    [Fact]
    public async Task What_is_marked_and_not_there_is_a_finding()
    {
        server.Put("gone.csv.done", []);
        await Agree();
        Assert.Equal("sftp.path", (await Pull()).Findings[0].Code);
        await Agree(folder: "/no/such/folder");
        Assert.Equal("sftp.path", (await Pull()).Findings[0].Code);
    }

    private async Task Agree(int? port = null, string? hostKey = null, string? folder = null) => _ = (await world.Intake.AgreeDropAsync(
        IntakeWorld.Deaths, new SftpSource("127.0.0.1", server.User, hostKey ?? server.HostKey, folder ?? server.Folder, port ?? server.Port), IntakeWorld.Desk)).Value;

    private Task<Outcome<Receipt?>> Pull() => world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Desk, null, TestContext.Current.CancellationToken);

    /// <summary>Passes on to the server, and breaks its first connection off.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stop = new();
        private long bytes;
        private int connections;

        public Relay(int to, long breaksAfter)
        {
            listener.Start();
            _ = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var here = await listener.AcceptTcpClientAsync(stop.Token);
                    var there = new TcpClient();
                    await there.ConnectAsync(IPAddress.Loopback, to);
                    var limit = Interlocked.Increment(ref connections) == 1 ? breaksAfter : long.MaxValue;
                    _ = Copy(here, there, long.MaxValue);
                    _ = Copy(there, here, limit);
                }
            });
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Connections => connections;

        public long Bytes => Interlocked.Read(ref bytes);

        public void Dispose()
        {
            stop.Cancel();
            listener.Dispose();
        }

        private async Task Copy(TcpClient from, TcpClient to, long most)
        {
            try
            {
                var buffer = new byte[16 << 10];
                for (var left = most; left > 0;)
                {
                    var n = await from.GetStream().ReadAsync(buffer, stop.Token);
                    if (n == 0)
                    {
                        break;
                    }

                    left -= n;
                    Interlocked.Add(ref bytes, n);
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, n), stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
            }
            finally
            {
                from.Close();
                to.Close();
            }
        }
    }

    /// <summary>An SSH server of its own on a free port, for one user, with a drop folder.</summary>
    private sealed class Sshd : IDisposable
    {
        private static readonly string Program = Environment.GetEnvironmentVariable("MINATO_SSHD") is { Length: > 0 } named ? named : "/usr/sbin/sshd";
        private readonly string home = Directory.CreateTempSubdirectory("minato-sshd-").FullName;
        private readonly Process process;

        public Sshd(string authorized)
        {
            // A server started by root wants a user of its own, which only the package makes; another user may serve itself.
            var asOther = Environment.UserName == "root" && !File.ReadLines("/etc/passwd").Any(l => l.StartsWith("sshd:", StringComparison.Ordinal));
            User = asOther ? "nobody" : Environment.UserName;
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Port = ((IPEndPoint)free.LocalEndpoint).Port;
            }

            Folder = Directory.CreateDirectory(Path.Combine(home, "drop")).FullName;
            File.WriteAllText(Path.Combine(home, "authorized"), authorized + "\n");
            Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(home, "host"));
            HostKey = Run("ssh-keygen", "-lf", Path.Combine(home, "host.pub")).Split(' ')[1];
            File.WriteAllText(Path.Combine(home, "config"), $"""
                Port {Port}
                ListenAddress 127.0.0.1
                HostKey {home}/host
                AuthorizedKeysFile {home}/authorized
                PidFile none
                StrictModes no
                UsePAM yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                ForceCommand internal-sftp
                Subsystem sftp internal-sftp
                """);
            if (asOther)
            {
                Run("chown", "-R", "nobody", home);
            }
            else if (Environment.UserName == "root")
            {
                Directory.CreateDirectory("/run/sshd");
            }

            string[] words = [Program, "-D", "-e", "-f", Path.Combine(home, "config")];
            process = Process.Start(new ProcessStartInfo(asOther ? "setpriv" : words[0], asOther ? ["--reuid=nobody", "--clear-groups", .. words] : words[1..]) { RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    using var probe = new TcpClient();
                    probe.Connect(IPAddress.Loopback, Port);
                    return;
                }
                catch (SocketException)
                {
                    Thread.Sleep(100);
                }
            }

            throw new InvalidOperationException("The SSH server does not answer");
        }

        public static bool IsThere => File.Exists(Program);

        public int Port { get; }

        public string User { get; }

        public string HostKey { get; }

        public string Folder { get; }

        public void Put(string name, byte[] content)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        public string[] Names() => [.. Directory.GetFileSystemEntries(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

        public void Forbid() => File.WriteAllText(Path.Combine(home, "authorized"), "");

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
            Directory.Delete(home, recursive: true);
        }

        private static string Run(string program, params string[] words)
        {
            using var run = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
            var said = run.StandardOutput.ReadToEnd();
            run.WaitForExit();
            return run.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} ended with {run.ExitCode}");
        }
    }
}
