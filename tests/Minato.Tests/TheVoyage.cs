using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Minato.Demo;
using Minato.Web;

[assembly: AssemblyFixture(typeof(Minato.Tests.TheVoyage))]

namespace Minato.Tests;

/// <summary>One small voyage, made once, and the site served on it; the tests of this project look at what it left behind.</summary>
public sealed class TheVoyage : IAsyncLifetime
{
    private WebApplication? app;

    /// <summary>As few as the stories bear: the study must have so many people in each arm that its two-by-two table may leave.</summary>
    public const int People = 3000;

    public const ulong Seed = 7;

    public string Folder { get; } = NewFolder("voyage");

    public string Nation => Path.Combine(Folder, "nation");

    public Harbour Harbour { get; private set; } = null!;

    public VoyageReport Report { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("MINATO_RULES", Root());
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(DemoCommand.MarkOf(Folder), "test");
        Harbour = Harbour.Open(new HarbourOptions(Folder, Root()));
        var log = new StringWriter();
        var voyage = await new Voyage(Harbour, Nation, People, Seed, new Teller(log, rewrite: false)).RunAsync(CancellationToken.None);
        Assert.True(voyage.IsOk, string.Join("\n", voyage.Findings) + "\n" + log);
        Report = voyage.Value;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        app = Site.Build(Harbour, new SiteOptions(Address, ChooseWhoYouAre: true)).Value;
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Harbour?.Dispose();
        await DeleteAsync(Folder);
    }

    /// <summary>A process that was told to end may still be writing its last line: the folder goes once it has.</summary>
    public static async Task DeleteAsync(string folder)
    {
        const int Tries = 20;
        for (var tried = 1; Directory.Exists(folder); tried++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (tried < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }

    /// <summary>
    /// An empty folder, in memory where the machine has the room: a voyage is flushed to the disk some thousand times, and what
    /// a power cut leaves is tested elsewhere.
    /// </summary>
    public static string NewFolder(string name)
    {
        const string Memory = "/dev/shm";
        const long Enough = 4L << 30;
        return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Enough
            ? Directory.CreateDirectory(Path.Combine(Memory, $"minato-{name}-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory($"minato-{name}-").FullName;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Root([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
