using System.Security.Cryptography;
using System.Text.Json;
using Minato.Tables;

namespace Minato.Warehouse.Tests;

/// <summary>The past of a dataset: looked back at, let go, and a person taken out of it.</summary>
public sealed class KeepingTests
{
    private static readonly Actor Operator = new(new ActorId("operator"), Role.Operator, "Operator");

    [Fact]
    public async Task A_removed_person_is_in_no_byte_of_any_kept_snapshot_and_the_ledger_can_prove_it()
    {
        using var quay = new Quay();
        var keeping = (IWarehouseKeeping)quay.Room;
        HealthFact[] facts = [Facts.Visit("2024-04-10"), Facts.Condition("2024-04-10", "2500015"), Facts.Month("2024-04-01"), Facts.Death("2024-04-30")];
        var first = quay.Deliver("1", (1, "a", facts), (2, "b", facts));
        quay.Deliver("2", (1, "c", [Facts.Drug("2024-04-10", "622401201", 5)]), (9, "e", [Facts.Drug("2024-04-10", "622401201", 5)]));
        quay.Deliver("3", (3, "d", facts));

        // Person 9 turns out to be person 1: both names are theirs.
        Assert.True((await quay.Room.CorrectAsync(Quay.Claims.Id, [new(1, PersonChange.Merged, Quay.Person(9), Quay.Person(1), [])])).IsOk);
        var before = keeping.History(Quay.Claims.Id);
        var others = quay.Read("select * from condition_occurrence where person_id <> cast('" + Quay.Person(1).ToGuid() + "' as uuid) order by 1");

        var receipt = (await keeping.RemovePersonAsync(Quay.Claims.Id, Quay.Person(1), "Court order 2026-17", Operator)).Value;
        var after = keeping.History(Quay.Claims.Id);
        Assert.Equal(4, after.Count);
        Assert.Equal(others, quay.Read("select * from condition_occurrence order by 1"));
        foreach (var snapshot in after)
        {
            foreach (var table in (string[])["person", "visit_occurrence", "condition_occurrence", "drug_exposure", "death", "observation_period", "payer_plan_period"])
            {
                Assert.DoesNotContain(quay.Read($"select person_id from {table}", snapshot: snapshot), p => p is "p1" or "p9");
            }
        }

        // Neither name is in any file of the dataset's folder, however it is compressed: every file is one that the snapshots name, and each was read.
        var data = Directory.GetFiles(Path.Combine(quay.Folder, "warehouse", "datasets", "claims", "data")).Select(Path.GetFileName).ToHashSet();
        Assert.Equal(data.Order(), after.SelectMany(s => s.Files).Select(f => Path.GetFileName(f.Path)).Distinct().Order());
        using (var session = quay.Room.OpenSession())
        {
            foreach (var file in Directory.GetFiles(Path.Combine(quay.Folder, "warehouse", "datasets", "claims", "data")))
            {
                Assert.Equal(0L, session.Scalar<long>($"select count(*) from read_parquet({session.Dialect.Literal(file)}) as rows where cast(rows as varchar) like '%{Quay.Person(1).ToGuid()}%' or cast(rows as varchar) like '%{Quay.Person(9).ToGuid()}%'"));
            }
        }

        // Former ids go on being found, the store is whole, and what was is gone.
        Assert.Equal(after[0].Id, quay.Room.Find(Quay.Claims.Id, first.Snapshot.Id)!.Id);
        Assert.Empty(TablesRoom.OpenSnapshots(Path.Combine(quay.Folder, "warehouse", "datasets")).Verify(Quay.Claims.Id));
        Assert.All(receipt.Files, f => Assert.DoesNotContain(after.SelectMany(s => s.Files), x => x.Sha256 == f.Before));
        Assert.All(receipt.Files.Where(f => f.After is not null), f => Assert.Contains(after.SelectMany(s => s.Files), x => x.Sha256 == f.After));
        Assert.Equal(before.Select(s => receipt.Snapshots[s.Id]), after.Select(s => s.Id));

        // The receipt opens the ledger's commitment; the ledger alone names nobody.
        var said = quay.Ledger.ReadStream("dataset/claims").Single(e => e.Type == "warehouse.person-removed");
        var payload = JsonDocument.Parse(said.Json).RootElement;
        Assert.Equal(payload.GetProperty("commitment").GetString(), Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(receipt.Salt), .. Quay.Person(1).ToGuid().ToByteArray(bigEndian: true)])));
        Assert.Equal(receipt.Files.Count, payload.GetProperty("files").EnumerateObject().Count());
        Assert.DoesNotContain(Quay.Person(1).ToGuid().ToString(), payload.GetRawText());

        Assert.Equal("warehouse.person-unknown", (await keeping.RemovePersonAsync(Quay.Claims.Id, Quay.Person(1), "again", Operator)).Findings.Single().Code);
        Assert.Equal("warehouse.grounds", (await keeping.RemovePersonAsync(Quay.Claims.Id, Quay.Person(2), " ", Operator)).Findings.Single().Code);

        // The dataset lives on, also after a restart, which has nothing to say.
        quay.Deliver("4", (2, "f", [Facts.Drug("2024-05-10", "622401201", 5)]));
        var size = quay.Ledger.Size;
        using var again = new Quay(quay.Folder);
        Assert.Equal(size, again.Ledger.Size);
        Assert.Equal(5, ((IWarehouseKeeping)again.Room).History(Quay.Claims.Id).Count);
    }

    [Fact]
    public void A_removal_whose_word_was_never_said_is_said_at_the_next_start()
    {
        using var quay = new Quay();
        const string Removal = """{"By":"operator","Removed":{"Dataset":"claims","Grounds":"g","Commitment":"00","Files":{"ffff":""},"Snapshots":{}}}""";
        quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]), (2, "b", [Facts.Condition("2024-04-10", "2500015")]));
        var datasets = Path.Combine(quay.Folder, "warehouse", "datasets");
        var pending = Path.Combine(datasets, "claims", "removal.json");

        // Prepared, and the process died before anything was done: nothing is said.
        var before = ((IWarehouseKeeping)quay.Room).History(Quay.Claims.Id).Single();
        var touched = before.Files.First(f => f.Table == "condition_occurrence");
        File.WriteAllText(pending, Removal.Replace("ffff", touched.Sha256, StringComparison.Ordinal));
        using (var undone = new Quay(quay.Folder))
        {
            Assert.False(File.Exists(pending));
            Assert.DoesNotContain(undone.Ledger.ReadStream("dataset/claims"), e => e.Type == "warehouse.person-removed");
        }

        // Done, and the process died before the ledger heard of it: none of the files is there any more.
        File.WriteAllText(pending, Removal);
        using var done = new Quay(quay.Folder);
        Assert.Single(done.Ledger.ReadStream("dataset/claims"), e => e.Type == "warehouse.person-removed");
        Assert.False(File.Exists(pending));
    }

    [Fact]
    public async Task Of_the_past_as_much_is_kept_as_was_asked_and_a_moment_finds_its_snapshot()
    {
        using var quay = new Quay();
        var keeping = (IWarehouseKeeping)quay.Room;
        for (var i = 1; i <= 4; i++)
        {
            quay.Deliver($"{i}", (i, $"k{i}", [Facts.Condition("2024-04-10", "2500015")]));
        }

        var all = keeping.History(Quay.Claims.Id);
        Assert.Equal(all[3].Id, keeping.AsOf(Quay.Claims.Id, quay.Clock.GetUtcNow())!.Id);
        Assert.Null(keeping.AsOf(Quay.Claims.Id, quay.Clock.GetUtcNow().AddDays(-1)));

        var gone = (await keeping.RetainAsync(Quay.Claims.Id, 2, Operator)).Value;
        Assert.Equal([1, 2], gone.Select(s => s.Number));
        Assert.Equal([3, 4], keeping.History(Quay.Claims.Id).Select(s => s.Number));
        Assert.Null(quay.Room.Find(Quay.Claims.Id, all[0].Id));
        Assert.Equal(["4"], quay.Read("select count(*) from condition_occurrence"));
        Assert.Equal(["3"], quay.Read("select count(*) from condition_occurrence", snapshot: all[2]));
        Assert.Empty(TablesRoom.OpenSnapshots(Path.Combine(quay.Folder, "warehouse", "datasets")).Verify(Quay.Claims.Id));
        Assert.Equal("warehouse.retain", (await keeping.RetainAsync(Quay.Claims.Id, 0, Operator)).Findings.Single().Code);
        Assert.Empty((await keeping.RetainAsync(Quay.Claims.Id, 2, Operator)).Value);
        Assert.Equal(2, JsonDocument.Parse(quay.Ledger.ReadStream("dataset/claims").Single(e => e.Type == "warehouse.snapshots-dropped").Json).RootElement.GetProperty("snapshots").GetArrayLength());
        quay.Deliver("5", (5, "k5", [Facts.Condition("2024-04-10", "2500015")]));
        Assert.Equal([3, 4, 5], keeping.History(Quay.Claims.Id).Select(s => s.Number));
    }

    /// <summary>What lets a scan skip: files sorted by person and date, with statistics per row group, dictionaries, zstd. Read from the files' own metadata.</summary>
    [Fact]
    public void Files_are_sorted_by_person_compressed_with_zstd_and_carry_statistics_and_dictionaries()
    {
        using var quay = new Quay();
        quay.Deliver("1", [.. Enumerable.Range(0, 400).Select(i => ((i * 7919) % 400, $"k{i}", (HealthFact[])[Facts.Visit($"2024-04-{1 + (i % 28):00}"), Facts.Condition($"2024-04-{1 + (i % 28):00}", i % 2 == 0 ? "2500015" : "8833421"), Facts.Drug("2024-04-10", "622401201", 28)]))]);
        using var session = quay.Room.OpenSession();
        foreach (var file in quay.Room.Latest(Quay.Claims.Id)!.Files.Where(f => f.Table is "condition_occurrence" or "drug_exposure" or "visit_occurrence"))
        {
            var path = session.Dialect.Literal(Path.Combine(quay.Folder, "warehouse", "datasets", "claims", file.Path));
            var columns = session.Query($"select path_in_schema, compression, encodings, stats_null_count, stats_min_value, stats_max_value, num_values from parquet_metadata({path})").ToList();
            Assert.All(columns, c => Assert.Equal("ZSTD", c[1]));
            var code = columns.Single(c => (string)c[0]! == file.Table.Split('_')[0] + "_source_value");
            Assert.Contains("DICTIONARY", (string)code[2]!);
            Assert.All(columns.Where(c => ((string)c[0]!).EndsWith("_start_date", StringComparison.Ordinal)), c => Assert.False(c[4] is null || c[5] is null));
            Assert.All(columns.Where(c => (string)c[0]! == "person_id"), c => Assert.Equal(0L, Convert.ToInt64(c[3])));
            Assert.Equal(0L, session.Scalar<long>($"select count(*) from (select person_id, lag(person_id) over (order by file_row_number) as before from read_parquet({path}, file_row_number = true)) as rows where before > person_id"));
        }
    }
}
