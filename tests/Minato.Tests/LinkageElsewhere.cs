using System.Diagnostics;
using Minato.Demo;
using Minato.Federation;
using Minato.Linkage;

namespace Minato.Tests;

/// <summary>
/// A function is a port (D6): Linkage runs in a second process, everything else here, over gRPC with pinned keys, and the
/// voyage comes to the same result.
/// </summary>
public class LinkageElsewhere(TheVoyage alone)
{
    [Fact]
    public async Task The_voyage_is_the_same_with_linkage_in_another_process()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MINATO_TWO_NODES") is { Length: > 0 }, "A second whole voyage takes minutes: set MINATO_TWO_NODES=1");
        var folder = TheVoyage.NewFolder("two-nodes");
        var ct = TestContext.Current.CancellationToken;
        try
        {
            var here = Directory.CreateDirectory(Path.Combine(folder, "here")).FullName;
            using var keys = Harbour.OpenKeys(here);
            using var self = NodeIdentity.From(keys, "state", TimeProvider.System);
            var start = new ProcessStartInfo(Environment.ProcessPath is { } p && Path.GetFileName(p) == "dotnet" ? p : "dotnet")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MINATO_RULES"] = TheVoyage.Root() },
            };
            foreach (var word in new[] { typeof(Harbour).Assembly.Location, "node", "linkage", "--data", Path.Combine(folder, "elsewhere"), "--listen", $"https://127.0.0.1:{TheVoyage.FreePort()}", "--caller", self.KeySha256 })
            {
                start.ArgumentList.Add(word);
            }

            using var process = Process.Start(start)!;
            try
            {
                // "linkage at https://… key <hex>"
                var line = await process.StandardOutput.ReadLineAsync(ct);
                var words = (line ?? await process.StandardError.ReadToEndAsync(ct)).Split(' ');
                Assert.True(words.Length == 5 && words[0] == "linkage", string.Join(' ', words));
                using var remote = RemoteLinkage.Connect(new NodeAddress("linkage", new Uri(words[2]), words[4]), self);
                var together = await SailAsync(remote);

                Assert.Equal(alone.Report.Linkage with { Groups = [] }, together.Linkage with { Groups = [] });
                Assert.Equivalent(alone.Report.Linkage.Groups, together.Linkage.Groups, strict: true);
                Assert.Equal(alone.Report.ByFormat.OrderBy(f => f.Key), together.ByFormat.OrderBy(f => f.Key));
                Assert.Equal(alone.Report.Extraction.Flow, together.Extraction.Flow);
                Assert.Equal(alone.Report.Extraction.Persons, together.Extraction.Persons);
                Assert.Equal(alone.Report.Extraction.Refusals.Select(r => (r.Dataset, r.PersonsBefore, r.Withheld)), together.Extraction.Refusals.Select(r => (r.Dataset, r.PersonsBefore, r.Withheld)));
                Assert.Equal(alone.Report.Result, together.Result);
                Assert.False(Directory.Exists(Path.Combine(here, "linkage")), "this node keeps no identities");
                Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(folder, "elsewhere", "linkage")));
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        finally
        {
            await TheVoyage.DeleteAsync(folder);
        }

        // The same nation as the voyage that stayed at home.
        async Task<VoyageReport> SailAsync(ILinkage linkage)
        {
            using var harbour = Harbour.Open(new HarbourOptions(Path.Combine(folder, "here"), TheVoyage.Root(), Linkage: linkage));
            var voyage = await new Voyage(harbour, alone.Nation, TheVoyage.People, TheVoyage.Seed, new Teller(TextWriter.Null, rewrite: false)).RunAsync(ct);
            Assert.True(voyage.IsOk, string.Join("\n", voyage.Findings));
            return voyage.Value;
        }
    }
}
