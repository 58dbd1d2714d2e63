using Minato.Tables.Snapshots;

namespace Minato.Tables.Tests;

public sealed class SnapshotTests
{
    private static readonly DatasetId Claims = new("claims");
    private static readonly DateTimeOffset Noon = new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_snapshot_names_its_bytes_and_follows_its_parent()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        Assert.Null(store.Latest(Claims));
        Assert.Empty(store.Datasets);

        var first = Put(store, "first", "person", "drug_exposure");
        var second = Put(store, "second", "person");
        Assert.Equal((1, null, 2), (first.Number, first.Parent, first.Files.Count));
        Assert.Equal((2, first.Id, 3), (second.Number, second.Parent, second.Files.Count));
        Assert.Equal([Claims], store.Datasets);

        var again = TablesRoom.OpenSnapshots(folder.Path);
        Assert.Equal(second.Id, again.Latest(Claims)!.Id);
        Assert.Equal("first", again.Find(Claims, first.Id)!.Cause);
        Assert.Equal(Noon, again.Find(Claims, first.Id)!.At);
        Assert.Null(again.Find(Claims, new string('0', 64)));
        Assert.Null(again.Find(Claims, "../../etc/passwd"));
        Assert.All(second.Files, f => Assert.Equal(f.Bytes, new FileInfo(again.PathOf(Claims, f)).Length));
        Assert.Empty(again.Verify(Claims));
        Assert.Empty(Directory.GetFileSystemEntries(folder["claims/changes"]));
    }

    [Fact]
    public void Of_two_changes_on_one_base_the_second_is_refused_and_nothing_of_it_is_seen()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        using var mine = store.Begin(Claims, "mine");
        using var theirs = TablesRoom.OpenSnapshots(folder.Path).Begin(Claims, "theirs");
        Write(mine, "person", "a");
        Write(theirs, "person", "b");
        Assert.True(theirs.Commit(Noon).IsOk);
        Assert.Equal("snapshot.conflict", mine.Commit(Noon).Findings.Single().Code);
        Assert.Equal("theirs", store.Latest(Claims)!.Cause);
    }

    [Fact]
    public void A_replaced_file_leaves_the_snapshot_but_stays_for_the_earlier_one()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        var first = Put(store, "first", "person");
        using (var change = store.Begin(Claims, "second"))
        {
            change.Remove(change.Base!.Files.Single());
            Write(change, "person", "new");
            Assert.Single(change.Commit(Noon).Value.Files);
        }

        Assert.Equal("first person", File.ReadAllText(TablesRoom.OpenSnapshots(folder.Path).PathOf(Claims, first.Files.Single())));
    }

    [Fact]
    public void A_change_that_another_process_is_preparing_survives_the_sweep()
    {
        using var folder = new TemporaryFolder();
        using var change = TablesRoom.OpenSnapshots(folder.Path).Begin(Claims, "slow");
        Write(change, "person", "prepared");
        var other = TablesRoom.OpenSnapshots(folder.Path);
        Assert.True(change.Commit(Noon).IsOk);
        Assert.Equal("slow", other.Latest(Claims)!.Cause);
        Assert.Empty(other.Verify(Claims));
    }

    [Fact]
    public void One_changed_byte_in_any_file_is_found_and_the_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        Put(store, "first", "person");
        Put(store, "second", "death");
        foreach (var path in Directory.GetFiles(folder.Path, "*.*", SearchOption.AllDirectories).Where(f => !f.EndsWith("commit.lock", StringComparison.Ordinal)))
        {
            var bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(path, bytes);
            var findings = TablesRoom.OpenSnapshots(folder.Path).Verify(Claims).ToList();
            Assert.EndsWith(Path.GetFileName(path), findings.Single().Place.File, StringComparison.Ordinal);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        var (kept, moved) = (Directory.GetFiles(folder["claims/snapshots"]).Order().First(), folder["aside"]);
        File.Move(kept, moved);
        Assert.Equal("snapshot.chain-broken", TablesRoom.OpenSnapshots(folder.Path).Verify(Claims).Single().Code);
        File.Move(moved, kept);
        File.Delete(Directory.GetFiles(folder["claims/data"])[0]);
        Assert.Equal("snapshot.file-missing", TablesRoom.OpenSnapshots(folder.Path).Verify(Claims).Single().Code);
    }

    [Fact]
    public void A_damaged_manifest_stops_the_sweep_so_that_nothing_it_may_name_is_lost()
    {
        using var folder = new TemporaryFolder();
        Put(TablesRoom.OpenSnapshots(folder.Path), "first", "person");
        var manifest = Directory.GetFiles(folder["claims/snapshots"]).Single();
        File.WriteAllText(manifest, "{}");
        var store = TablesRoom.OpenSnapshots(folder.Path);
        Assert.Single(Directory.GetFiles(folder["claims/data"]));
        Assert.Throws<InvalidDataException>(() => store.Latest(Claims));
    }

    [Fact]
    public void A_crash_before_any_file_operation_leaves_the_previous_snapshot_whole_or_the_new_one()
    {
        var steps = new List<string>();
        using (var folder = new TemporaryFolder())
        {
            var store = new SnapshotStore(folder.Path, new Disk(steps.Add));
            Put(store, "first", "person", "death");
            steps.Clear();
            Put(store, "second", "person", "death");
        }

        Assert.Contains("write-rest", steps);
        var seen = new HashSet<string?>();
        for (var crashAt = 0; crashAt < steps.Count; crashAt++)
        {
            using var folder = new TemporaryFolder();
            var first = Put(TablesRoom.OpenSnapshots(folder.Path), "first", "person", "death");
            var (left, armed) = (crashAt, false);
            var dying = new SnapshotStore(folder.Path, new Disk(_ =>
            {
                if (armed && left-- <= 0)
                {
                    throw new MachineDied();
                }
            }));
            armed = true;
            Assert.Throws<MachineDied>(() => Put(dying, "second", "person", "death"));

            var again = TablesRoom.OpenSnapshots(folder.Path);
            var latest = again.Latest(Claims)!;
            seen.Add(latest.Cause);
            Assert.Equal("first", again.Find(Claims, first.Id)!.Cause);
            Assert.Empty(again.Verify(Claims));
            Assert.Equal(latest.Files.Select(f => Path.GetFileName(f.Path)).Order(), Directory.GetFiles(folder["claims/data"]).Select(Path.GetFileName).Order());
            Assert.Empty(Directory.GetFileSystemEntries(folder["claims/changes"]));
            Assert.DoesNotContain(Directory.GetFiles(folder["claims/snapshots"]), f => f.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.Equal(latest.Number + 1, Put(again, "third", "person").Number);
        }

        // Only what comes after the manifest's rename may show the new snapshot; everything before shows the old one.
        Assert.Equal(["first", "second"], seen.Order());
    }

    [Fact]
    public void A_process_killed_while_it_commits_leaves_whole_snapshots_only()
    {
        using var folder = new TemporaryFolder();
        for (var round = 1; round <= 3; round++)
        {
            using var child = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(SnapshotTests).Assembly.Location, "-explicit", "on", "-method", "*." + nameof(Commits_without_end_when_started_as_a_child)])
            {
                Environment = { ["MINATO_COMMIT_FOREVER"] = folder.Path },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var snapshots = folder["claims/snapshots"];
            int Count() => Directory.Exists(snapshots) ? Directory.GetFiles(snapshots, "*.json").Length : 0;
            var enough = Count() + 3;
            Assert.True(SpinWait.SpinUntil(() => Count() >= enough || child.HasExited, TimeSpan.FromSeconds(60)) && !child.HasExited, "The child did not commit");
            child.Kill();
            child.WaitForExit();

            var store = TablesRoom.OpenSnapshots(folder.Path);
            Assert.True(store.Latest(Claims)!.Number >= enough);
            Assert.Empty(store.Verify(Claims));
            Assert.Empty(Directory.GetFileSystemEntries(folder["claims/changes"]));
        }
    }

    [Fact(Explicit = true)]
    public void Commits_without_end_when_started_as_a_child()
    {
        var folder = Environment.GetEnvironmentVariable("MINATO_COMMIT_FOREVER");
        Assert.SkipWhen(folder is null, "Runs only as the child of the test that kills it");
        var store = TablesRoom.OpenSnapshots(folder!);
        while (true)
        {
            Put(store, "again " + Guid.NewGuid(), "person", "death", "cost");
        }
    }

    [Fact]
    public void History_written_again_has_the_new_file_everywhere_and_former_ids_find_their_successors()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        var (first, second) = (Put(store, "first", "person", "death"), Put(store, "second", "person"));
        var old = first.Files.Single(f => f.Table == "person");
        for (var time = 0; time < 2; time++)
        {
            var ids = Rewrite(store, old.Path, $"again {time}");
            old = store.History(Claims)[0].Files.Single(f => f.Table == "person");
            Assert.All(ids, i => Assert.Equal(i.Value, store.Find(Claims, i.Key)!.Id));
        }

        Assert.Equal([(1, "first"), (2, "second")], store.History(Claims).Select(s => (s.Number, s.Cause)));
        Assert.Equal(store.Latest(Claims)!.Id, store.Find(Claims, second.Id)!.Id);
        var again = TablesRoom.OpenSnapshots(folder.Path);
        Assert.Empty(again.Verify(Claims));
        Assert.Equal(again.History(Claims).SelectMany(s => s.Files).Select(f => Path.GetFileName(f.Path)).Distinct().Order(), Directory.GetFiles(folder["claims/data"]).Select(Path.GetFileName).Order());
        Assert.Equal(2, Put(again, "third", "person").Number - 1);
        Assert.Empty(again.Verify(Claims));
    }

    [Fact]
    public void Snapshots_that_were_let_go_are_gone_with_their_files_and_the_rest_is_whole()
    {
        using var folder = new TemporaryFolder();
        var store = TablesRoom.OpenSnapshots(folder.Path);
        var first = Put(store, "first", "person");
        using (var change = store.Begin(Claims, "second"))
        {
            change.Remove(first.Files.Single());
            Write(change, "person", "new");
            Assert.True(change.Commit(Noon).IsOk);
        }

        Assert.Equal("snapshot.unknown", store.DropBefore(Claims, 3).Findings.Single().Code);
        Assert.Equal([first.Id], store.DropBefore(Claims, 2).Value.Select(s => s.Id));
        Assert.Null(store.Find(Claims, first.Id));
        Assert.Empty(TablesRoom.OpenSnapshots(folder.Path).Verify(Claims));
        Assert.Single(Directory.GetFiles(folder["claims/data"]));
        Assert.Empty(store.DropBefore(Claims, 2).Value);
    }

    [Fact]
    public void A_crash_anywhere_in_writing_history_again_leaves_all_of_it_as_it_was_or_all_of_it_new()
    {
        var steps = new List<string>();
        var seen = new HashSet<bool>();
        for (var crashAt = -1; crashAt < Math.Max(steps.Count, 1); crashAt++)
        {
            using var folder = new TemporaryFolder();
            var first = Put(TablesRoom.OpenSnapshots(folder.Path), "first", "person", "death");
            Put(TablesRoom.OpenSnapshots(folder.Path), "second", "person");
            var (left, armed) = (crashAt, false);
            var dying = new SnapshotStore(folder.Path, new Disk(step =>
            {
                if (armed && crashAt < 0)
                {
                    steps.Add(step);
                }

                if (armed && crashAt >= 0 && left-- <= 0)
                {
                    throw new MachineDied();
                }
            }));
            armed = true;
            var old = first.Files.Single(f => f.Table == "person").Path;
            if (crashAt < 0)
            {
                Rewrite(dying, old, "again");
                continue;
            }

            Assert.Throws<MachineDied>(() => Rewrite(dying, old, "again"));
            var again = TablesRoom.OpenSnapshots(folder.Path);
            Assert.Empty(again.Verify(Claims));
            var history = again.History(Claims);
            Assert.Equal(2, history.Count);
            var done = history.Select(s => s.Files.All(f => f.Path != old)).Distinct().Single();
            seen.Add(done);
            Assert.Equal(history[0].Id, again.Find(Claims, first.Id)!.Id);
            Assert.Equal(history.SelectMany(s => s.Files).Select(f => Path.GetFileName(f.Path)).Distinct().Order(), Directory.GetFiles(folder["claims/data"]).Select(Path.GetFileName).Order());
        }

        Assert.Equal([false, true], seen.Order());
    }

    private static IReadOnlyDictionary<string, string> Rewrite(ISnapshotStore store, string path, string content)
    {
        using var rewrite = store.Rewrite(Claims);
        var file = rewrite.NewFile("person");
        File.WriteAllText(file, content);
        return rewrite.Commit(new Dictionary<string, TableFile?> { [path] = rewrite.Add("person", file, 1) }).Value;
    }

    private static Snapshot Put(ISnapshotStore store, string cause, params string[] tables)
    {
        using var change = store.Begin(Claims, cause);
        foreach (var table in tables)
        {
            Write(change, table, $"{cause} {table}");
        }

        return change.Commit(Noon).Value;
    }

    private static void Write(ISnapshotChange change, string table, string content)
    {
        var path = change.NewFile(table);
        File.WriteAllText(path, content);
        change.Add(table, path, 1);
    }

    private sealed class MachineDied : Exception;
}
