using System.Diagnostics;
using Minato.Linkage.Tests;
using Minato.Tests;
using Minato.Workspace.Desk;
using Minato.Workspace.Space;

namespace Minato.Workspace.Tests;

/// <summary><c>kill -9</c> in every step of an import: afterwards every state is true, nothing lies where it should not, and what was approved is whole. More by <c>MINATO_IMPORT_KILLS</c>.</summary>
public sealed class ImportKillTests(ITestOutputHelper output)
{
    private static readonly int Imports = KilledRun.Setting("MINATO_IMPORTS", 4);
    private static readonly int Kills = KilledRun.Setting("MINATO_IMPORT_KILLS", 3);

    [Fact]
    public async Task After_kills_what_is_approved_is_whole_and_nothing_else_is_there()
    {
        var folder = Directory.CreateTempSubdirectory("minato-import-kill-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            BringIn(Path.Join(folder, "undisturbed"), 0, _ => { });
            var killed = Path.Join(folder, "killed");
            var (kills, resumed) = await KilledRun.ToTheEndAsync(
                typeof(ImportKillTests), nameof(The_child_brings_in_until_it_is_killed), killed, Imports, Kills, clock.Elapsed.TotalMilliseconds, TestContext.Current.CancellationToken);

            using var village = new Village(killed);
            var desk = Open(village);
            var all = desk.RecordOf(Village.Permit).Concat(desk.VisibleTo(Village.Researcher)).DistinctBy(i => i.Id).ToList();
            output.WriteLine($"{kills} kills, {resumed} times resumed; {string.Join(", ", all.CountBy(i => i.State))}");
            Assert.True(kills * 2 >= Kills, $"only {kills} of {Kills} kills fell into the run");
            Assert.True(all.Count(i => i.State == ImportState.Approved) >= Imports);
            var at = Path.Join(village.At("workspace"), Village.Permit.Value, "imports");
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(at, "open")));

            // Copies are those of imports, and each is what its state says.
            var hashes = all.SelectMany(i => new[] { i.Sha256, i.ContentsSha256 }).OfType<string>().ToHashSet();
            Assert.Subset(hashes, Directory.EnumerateFiles(Path.Join(at, "copy")).Select(f => Path.GetFileName(f)!).ToHashSet());
            var store = new ImportStore(village.At("workspace"), permit => village.Keys.Key(ProjectSpaces.KeyName(permit)));
            Assert.All(all.Where(i => i.Sha256 is not null), i => Assert.True(store.IsWhole(i.Permit, i.Sha256!), $"{i.Id} {i.State}"));

            foreach (var tool in desk.Of(Village.Permit, ownKernel: false))
            {
                using var there = desk.LayOut(Village.Permit, tool)!;
                Assert.Equal([.. (await desk.ContentsAsync(all.First(i => i.Sha256 == tool.Sha256 && i.State == ImportState.Approved).Id, Village.Researcher)).Value.Select(f => $"{f.Name} {f.Bytes}").Order(StringComparer.Ordinal)],
                    Directory.EnumerateFiles(there.Path, "*", SearchOption.AllDirectories).Select(f => $"{Path.GetRelativePath(there.Path, f)} {new FileInfo(f).Length}").Order(StringComparer.Ordinal).ToArray());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_child_brings_in_until_it_is_killed() => KilledRun.InChild(BringIn);

    private static ImportDesk Open(Village village) =>
        (ImportDesk)ImportRoom.Open(new ImportOptions(village.At("workspace"), Quay.Standards, null, []), village.Ledger, village.Keys, village.Access, TimeProvider.System);

    private static void BringIn(string folder, int from, Action<string> progress)
    {
        using var village = new Village(folder);
        var desk = Open(village);
        progress("open");
        for (var n = from; n < Imports; n++)
        {
            var content = Quay.Zip([.. Enumerable.Range(0, 60).Select(i => ($"lists/{n}-{i}.csv", string.Concat(Enumerable.Range(0, 500).Select(x => $"{n},{i},{x}\n"))))]);
            var handedIn = Quay.HandIn(desk, content, Quay.CodeList("lists.zip")).GetAwaiter().GetResult();
            Quay.Ok(desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker, unscanned: true).GetAwaiter().GetResult());
            desk.LayOut(Village.Permit, desk.Of(Village.Permit, ownKernel: false)[^1])!.Dispose();
            progress($"call {n + 1}");
        }
    }
}
