using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Minato.Access;
using Minato.Catalogue;
using Minato.Ledger;
using Minato.Warehouse;
using Minato.Web;

namespace Minato.Bench.Web;

/// <summary>
/// Public pages and the search of the catalogue under wrk on loopback, both on the same two cores, with as many datasets and applications as a nation might have. The
/// applications are written straight to the ledger, as the room would have written them.
/// </summary>
internal static partial class SiteBench
{
    private static readonly string[] Subjects = ["糖尿病", "高血圧", "がん", "脳卒中", "心不全", "腎臓病", "認知症", "肺炎", "骨折", "ぜんそく"];
    private static readonly string[] SubjectsEn = ["diabetes", "hypertension", "cancer", "stroke", "heart failure", "kidney disease", "dementia", "pneumonia", "fracture", "asthma"];

    public static int Run(string[] args)
    {
        if (!File.Exists("/usr/bin/wrk"))
        {
            Console.Error.WriteLine("wrk is not installed: sudo apt-get install wrk");
            return 69;
        }

        var (datasets, applications) = args.Contains("--quick") ? (1_000, 2_000) : (10_000, 100_000);
        var folder = Directory.CreateTempSubdirectory("minato-site-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            using var harbour = Harbour.Open(new HarbourOptions(folder, Rules()));
            FillAsync(harbour, datasets, applications).GetAwaiter().GetResult();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{datasets:N0} datasets and {applications:N0} applications written in {watch.Elapsed.TotalSeconds:0} s; {harbour.Access.Published.Count:N0} published"));
            var address = new Uri($"http://127.0.0.1:{FreePort()}/");
            var app = Site.Build(harbour, new SiteOptions(address, ChooseWhoYouAre: true)).Value;
            app.StartAsync().GetAwaiter().GetResult();
            Measure(folder, datasets, address, "/", 4);
            Console.WriteLine($"{"wrk, 2 threads, 16 connections, 8 s",-58}{"requests/s",12}{"p50 ms",9}{"p99 ms",9}{"errors",8}");
            foreach (var (name, path) in new[]
            {
                ("home", "/"), ("catalogue, first page", "/catalogue"), ("catalogue, search", $"/catalogue?q={Uri.EscapeDataString("糖尿病")}"), ("search, API", "/api/v1/catalogue/search?text=dementia"),
                ("one dataset", "/catalogue/d-00042"), ("register of uses", "/uses"), ("uses, search", $"/uses?q={Uri.EscapeDataString("ぜんそく")}"), ("one use", "/uses/a-2026-0042"), ("figures", "/figures"), ("about", "/about"),
                ("a search, made anew", $"/catalogue?q={Uri.EscapeDataString("糖尿病")}&n=#"), ("API search, made anew", "/api/v1/catalogue/search?text=dementia&n=#"),
                ("datasets, one after the other", "/catalogue/d-0#"), ("uses, one after the other", "/uses/a-2026-#"), ("home, made anew", "/?n=#"), ("figures, made anew", "/figures?n=#"),
            })
            {
                Measure(folder, datasets, address, path, 1);
                var (perSecond, p50, p99, errors) = Measure(folder, datasets, address, path, 8);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name + "  " + path,-58}{perSecond,12:N0}{p50,9:0.0}{p99,9:0.0}{errors,8}"));
            }

            app.StopAsync().GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(Harbour harbour, int datasets, int applications)
    {
        var by = new Actor(new("operator"), Role.Operator, "Operator");
        var categories = Enum.GetValues<DataCategory>();
        var many = new ParallelOptions { MaxDegreeOfParallelism = 256 };
        DatasetId IdOf(int n) => new(string.Create(CultureInfo.InvariantCulture, $"d-{n:00000}"));
        Bilingual TitleOf(int n) => new($"{Subjects[n % Subjects.Length]}の登録 {n}", $"Registry of {SubjectsEn[n % Subjects.Length]} {n}");
        for (var n = 0; n < datasets; n++)
        {
            _ = harbour.Warehouse.Register(new DatasetInfo(IdOf(n), new HolderId($"h-{n % 200}"), categories[n % categories.Length], TitleOf(n))).Value;
        }

        await Parallel.ForAsync(0, datasets, many, async (n, ct) =>
        {
            var subject = n % Subjects.Length;
            var (id, title) = (IdOf(n), TitleOf(n));
            _ = (await harbour.Catalogue.DescribeAsync(
                id,
                new HolderDescription(title, new($"{Subjects[subject]}の人の経過", $"The course of people with {SubjectsEn[subject]}"), new("研究者", "Researchers"), "standard", 30, [SubjectsEn[subject]], "desk@example.org", "monthly"),
                by, ct).ConfigureAwait(false)).Value;
        }).ConfigureAwait(false);

        var use = new RequestedUse(new("", ""), new("", ""), "research", [], "{}", new(2016, 1, 1), new(2025, 12, 31), "pseudonymised-v1", [new("r-1")], 12);
        var fee = new FeeQuote("tariff@1.0.0/fixed", [new("base", new("基本利用料", "Base fee"), 1, "application", 50_000, 50_000)], 50_000);
        await Parallel.ForAsync(0, applications, many, async (n, ct) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"a-2026-{n:0000}");
            var subject = n % Subjects.Length;
            var mine = use with
            {
                Title = new($"{Subjects[subject]}の薬 {n}", $"Medicines for {SubjectsEn[subject]} {n}"), PlainSummary = new($"{Subjects[subject]}の人によい薬を調べます。", $"Which medicine is good for people with {SubjectsEn[subject]}?"),
                Datasets = [new DatasetGrant(new(string.Create(CultureInfo.InvariantCulture, $"d-{n % datasets:00000}")), [new("person", ["person_id"])])],
            };
            AccessEvent[] events =
            [
                new AccessEvent.Created(new("r-1"), "Minato Medical University"), new AccessEvent.DraftSaved(new(mine, new Dictionary<string, string>())), new AccessEvent.Submitted("common-form@1.0.0", "purposes@1.0.0", [], ["committee"]),
                n % 10 == 0 ? new AccessEvent.Refused("review-criteria@1.0.0", "Refused by 3 of 3 votes.") : new AccessEvent.Approved("review-criteria@1.0.0", "Approved by 3 of 3 votes.", [], fee),
            ];
            _ = (await harbour.Ledger.AppendAsync($"application/{id}", 0, by.Id, [.. events.Select(e => EventJson.Write("access", e))], ct: ct).ConfigureAwait(false)).Value;
        }).ConfigureAwait(false);
    }

    /// <summary>A <c>#</c> in the path is another number of four digits with each request, so that what is kept for everybody does not help: the page is made anew.</summary>
    private static (double PerSecond, double P50, double P99, int Errors) Measure(string folder, int below, Uri address, string path, int seconds)
    {
        var script = Path.Combine(folder, "request.lua");
        File.WriteAllText(script, $$"""
            function init(args) math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647) end
            function request() return wrk.format("GET", (("{{path}}"):gsub("#", string.format("%04d", math.random(0, {{below - 1}})))) ) end
            """);
        using var wrk = Process.Start(new ProcessStartInfo("/usr/bin/wrk", ["-t2", "-c16", $"-d{seconds}s", "--latency", .. path.Contains('#', StringComparison.Ordinal) ? new[] { "-s", script } : [],
            new Uri(address, path.Split('#')[0]).AbsoluteUri]) { RedirectStandardOutput = true })!;
        var said = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        return (double.Parse(PerSecond().Match(said).Groups[1].Value, CultureInfo.InvariantCulture), Milliseconds(said, "50%"), Milliseconds(said, "99%"),
            Errors().Match(said) is { Success: true } bad ? int.Parse(bad.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    private static double Milliseconds(string said, string percentile)
    {
        var m = Regex.Match(said, $@"{percentile}\s+([\d.]+)(us|ms|s)");
        return double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * m.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
    }

    private static string Rules()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found above this program");
        }

        return folder;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Errors();
}
