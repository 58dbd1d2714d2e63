using System.Diagnostics;
using Minato.Demo;
using Minato.Federation;
using Minato.Ledger.Age;
using Minato.Linkage;
using Minato.Processing;
using Minato.Tables;

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
            await WaysBackAsync(harbour, voyage.Value.Extraction);
            return voyage.Value;
        }
    }

    /// <summary>The ways back to the holders lead through the other node too (decision 0108): it alone knows whose patients the project's persons are.</summary>
    private static async Task WaysBackAsync(Harbour harbour, ExtractionManifest made)
    {
        using var key = AgeIdentity.Create();
        using var session = TablesRoom.OpenSession();
        var (permit, nobody, by) = (new PermitId(made.Permit), new RefusalSet("nobody", harbour.Clock.GetUtcNow(), []), new ActorId("rev-ito"));
        var file = Directory.EnumerateFiles(harbour.Processing.FolderOf(permit, made.Id), "person.parquet", SearchOption.AllDirectories).Single();
        var people = session.Query($"select cast(person_id as uuid) from read_parquet({session.Dialect.Literal(file)}) order by 1 limit 40").Select(r => Pseudonym<Project>.FromGuid((Guid)r[0]!)).ToList();
        var homes = harbour.Intake.Holders.Select(h => new FindingHome(h.Id, key.Recipient.ToString()!)).ToList();
        var ways = new List<WayHome>();
        foreach (var person in people)
        {
            var found = await harbour.Linkage.FindWayHomeAsync(permit, person, homes, nobody, by, TestContext.Current.CancellationToken);
            Assert.True(found.IsOk, string.Join("\n", found.Findings));
            ways.Add(found.Value);
        }

        var holder = ways.First(w => w.Holder is not null).Holder!.Value;
        var addressed = await harbour.Linkage.AddressRowsAsync(permit, people, homes.First(h => h.Holder == holder), [nobody], by, TestContext.Current.CancellationToken);
        Assert.True(addressed.IsOk, string.Join("\n", addressed.Findings));
        Assert.Superset(Enumerable.Range(0, people.Count).Where(i => ways[i].Holder == holder).ToHashSet(), addressed.Value.Rows.ToHashSet());
        using var lines = new StreamReader(AgeFile.Read(new MemoryStream(addressed.Value.Sealed), key));
        Assert.Equal(addressed.Value.Rows.Count + 1, (await lines.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
