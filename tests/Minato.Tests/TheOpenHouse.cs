using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Minato.Ledger;

namespace Minato.Tests;

/// <summary>What anybody may take home or follow: open data and its dictionary, feeds, reports, the log's tiles, the program that checks it.</summary>
public sealed class TheOpenHouse(TheVoyage voyage)
{
    [Fact]
    public async Task Every_table_is_there_as_CSV_and_JSON_with_its_columns_described()
    {
        using var client = await SignedIn.ApiAsync(voyage, null);
        var dictionary = await client.GetFromJsonAsync<JsonElement>("/open-data/dictionary");
        Assert.Contains("creativecommons.org", dictionary.GetProperty("dc:license").GetProperty("@id").GetString(), StringComparison.Ordinal);
        foreach (var table in dictionary.GetProperty("tables").EnumerateArray())
        {
            var path = new Uri(table.GetProperty("url").GetString()!).AbsolutePath;
            var columns = table.GetProperty("tableSchema").GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToArray();
            var csv = await client.GetStringAsync(path);
            Assert.Equal(string.Join(',', columns), csv[..csv.IndexOf('\r', StringComparison.Ordinal)]);
            var json = await client.GetFromJsonAsync<JsonElement>(Path.ChangeExtension(path, "json"));
            Assert.All(json.EnumerateArray(), row => Assert.Equal(columns, row.EnumerateObject().Select(p => p.Name)));
        }

        var applications = await client.GetFromJsonAsync<JsonElement>("/open-data/applications.json");
        Assert.Equal(voyage.Harbour.Access.Published.Count, applications.GetArrayLength());
        Assert.DoesNotContain("r-sato", applications.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/open-data/people.csv")).StatusCode);
    }

    [Theory]
    [InlineData("/uses/p-0/report.pdf")]
    [InlineData("/open-data/people.csv")]
    public async Task What_is_not_there_is_said_so_to_a_visitor(string path)
    {
        using var browser = await SignedIn.BrowserAsync(voyage, null);
        using var answer = await browser.GetAsync(path + "?lang=en");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Page not found", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task Decisions_can_be_followed_in_a_feed(string language)
    {
        using var client = await SignedIn.ApiAsync(voyage, null);
        var feed = XDocument.Parse(await client.GetStringAsync($"/feed/uses.atom?lang={language}")).Root!;
        XNamespace atom = "http://www.w3.org/2005/Atom";
        Assert.Equal((atom + "feed", language), (feed.Name, feed.Attribute(XNamespace.Xml + "lang")!.Value));
        Assert.All(["id", "title", "updated"], name => Assert.NotEmpty(feed.Element(atom + name)!.Value));
        var entries = feed.Elements(atom + "entry").ToArray();
        Assert.NotEmpty(entries);
        Assert.All(entries, e => Assert.All(["id", "title", "updated", "author", "summary"], name => Assert.NotNull(e.Element(atom + name))));
        _ = XDocument.Parse(await client.GetStringAsync("/feed/results.atom"));
    }

    [Fact]
    public async Task A_report_agrees_with_the_ledger()
    {
        using var client = await SignedIn.ApiAsync(voyage, null);
        var year = JapaneseDay.Today(TimeProvider.System).Year;
        var lines = (await client.GetStringAsync($"/reports/{year - 1}-{year}.csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')).ToArray();
        string Value(string section, string line) => lines.Single(l => l[0] == section && l[1] == line)[^3];
        Assert.Equal(voyage.Harbour.Ledger.ReadAll().Count(e => e.Type == "access.permit-issued"), int.Parse(Value("permits", "issued"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(voyage.Harbour.Ledger.ReadAll().Count(e => e.Type == "choice.made"), int.Parse(Value("persons", "choices"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual("0", Value("persons", "choices"));
        Assert.NotEqual("0", Value("environment", "extractions"));
        Assert.NotEqual("0", Value("holders", "deliveries"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/reports/2024-2026.csv")).StatusCode);
    }

    [Fact]
    public async Task The_tiles_lead_to_the_signed_root_and_the_program_checks_it()
    {
        using var client = await SignedIn.ApiAsync(voyage, null);
        Assert.True(VerifierKey.TryParse((await client.GetStringAsync("/tlog/key")).Trim(), out var key));
        _ = voyage.Harbour.Ledger.MakeCheckpoint();
        var note = await client.GetStringAsync("/tlog/checkpoint");
        Assert.True(TreeHead.TryOpen(note, key, out var head));

        // All leaf hashes from the tiles, folded up.
        List<byte[]> level = [];
        for (long n = 0; n * 256 < head.Size; n++)
        {
            var width = Math.Min(256, head.Size - (n * 256));
            var path = $"/tlog/tile/0/{(n < 1000 ? "" : $"x{n / 1000:000}/")}{n % 1000:000}{(width == 256 ? "" : $".p/{width}")}";
            level.AddRange((await client.GetByteArrayAsync(path)).Chunk(32));
        }

        Assert.Equal(head.RootHash.ToArray(), Fold(level));
        if (head.Size >= 256)
        {
            Assert.Equal(Fold(level[..256]), (await client.GetByteArrayAsync("/tlog/tile/1/000.p/1"))[..32]);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/tlog/tile/0/x999/999")).StatusCode);

        if (!File.Exists("/usr/bin/python3"))
        {
            return;
        }

        var script = Path.Combine(voyage.Folder, "verify.py");
        await File.WriteAllTextAsync(script, await client.GetStringAsync("/_content/Minato.Portal/verify.py"), TestContext.Current.CancellationToken);
        Assert.Equal(0, await RunAsync(script, "event", "3"));
        var kept = Path.Combine(voyage.Folder, "kept.txt");
        await File.WriteAllTextAsync(kept, note, TestContext.Current.CancellationToken);
        _ = await voyage.Harbour.Inquiries.AskAsync(Access.InquiryKind.Question, "One more event.", TestContext.Current.CancellationToken);
        _ = voyage.Harbour.Ledger.MakeCheckpoint();
        Assert.Equal(0, await RunAsync(script, "growth", kept));

        // A past that was another one.
        var lines = note.Split('\n');
        lines[2] = Convert.ToBase64String(new byte[32]);
        await File.WriteAllTextAsync(kept, string.Join('\n', lines), TestContext.Current.CancellationToken);
        Assert.Equal(1, await RunAsync(script, "growth", kept));
    }

    private async Task<int> RunAsync(string script, string what, string of)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, what, voyage.Address.AbsoluteUri, of]) { RedirectStandardOutput = true })!;
        await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return python.ExitCode;
    }

    /// <summary>RFC 9162 2.1.1: the left part is the greatest power of two below the size.</summary>
    private static byte[] Fold(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1)
        {
            return leaves[0];
        }

        var left = 1;
        while (left * 2 < leaves.Count)
        {
            left *= 2;
        }

        return System.Security.Cryptography.SHA256.HashData([1, .. Fold([.. leaves.Take(left)]), .. Fold([.. leaves.Skip(left)])]);
    }
}
