using System.Text.Json;
using Minato.Tables;

namespace Minato.Warehouse.Tests;

public sealed class SnapshotStoryTests
{
    [Fact]
    public void A_corrected_record_replaces_the_earlier_one_and_the_earlier_snapshot_still_shows_it()
    {
        using var quay = new Quay();
        var first = quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]), (2, "b", [Facts.Condition("2024-04-11", "8833421")]), (3, "c", [Facts.Condition("2024-04-12", "4939008")]));
        var second = quay.Deliver("2", (1, "a", [Facts.Condition("2024-04-10", "8844106"), Facts.Drug("2024-04-10", "622401201", 5)]), (4, "d", [Facts.Condition("2024-04-13", "4939008")]));
        Assert.Equal((3L, 0L), (first.PersonsAdded, first.RecordsReplaced));
        Assert.Equal((1L, 1L), (second.PersonsAdded, second.RecordsReplaced));

        const string Conditions = "select person_id, condition_source_value from condition_occurrence order by 1";
        Assert.Equal(["p1|8844106", "p2|8833421", "p3|4939008", "p4|4939008"], quay.Read(Conditions));
        Assert.Equal(["p1|2500015", "p2|8833421", "p3|4939008"], quay.Read(Conditions, snapshot: quay.Room.Find(Quay.Claims.Id, first.Snapshot.Id)));
        Assert.Equal(["4|4"], quay.Read("select count(*), count(distinct condition_occurrence_id) from condition_occurrence"));
    }

    [Fact]
    public void A_record_that_moves_to_another_person_takes_everything_along()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Visit("2024-04-10"), Facts.Month("2024-04-01"), Facts.Death("2024-04-30")]), (2, "b", [Facts.Visit("2024-04-11")]));
        quay.Deliver("2", (2, "a", [Facts.Visit("2024-04-10"), Facts.Month("2024-04-01"), Facts.Death("2024-04-30")]));
        foreach (var table in (string[])["person", "visit_occurrence", "observation_period", "death", "death_signal", "payer_plan_period"])
        {
            Assert.Equal(["p2"], quay.Read($"select distinct person_id from {table}"));
        }
    }

    [Fact]
    public void Of_two_records_with_one_key_in_a_delivery_the_later_one_counts()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]), (1, "a", [Facts.Condition("2024-04-10", "8833421")]));
        Assert.Equal(["8833421"], quay.Read("select condition_source_value from condition_occurrence"));
    }

    [Fact]
    public void An_empty_correction_takes_the_record_away_but_not_the_person_who_has_others()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]), (1, "b", [Facts.Condition("2024-05-10", "8833421")]));
        quay.Deliver("2", (1, "a", []));
        Assert.Equal(["8833421"], quay.Read("select condition_source_value from condition_occurrence"));
        Assert.Equal(["p1|2024-05-10|2024-05-10"], quay.Read("select person_id, observation_period_start_date, observation_period_end_date from observation_period"));
    }

    [Fact]
    public void Months_of_coverage_that_touch_are_one_observation_period()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Month("2024-01-01")]), (1, "b", [Facts.Month("2024-02-01")]), (1, "c", [Facts.Month("2024-06-01"), Facts.Visit("2024-06-09")]), (2, "d", [Facts.Visit("2024-01-05"), Facts.Condition("2024-03-05", "2500015")]));
        quay.Deliver("2", (1, "e", [Facts.Month("2024-03-01"), Facts.Month("2024-03-01")]));
        Assert.Equal(
            ["1|p1|2024-01-01|2024-03-31|32813", "2|p1|2024-06-01|2024-06-30|32813", "3|p2|2024-01-05|2024-03-05|32880"],
            quay.Read("select * from observation_period order by 1"));
    }

    [Fact]
    public void Newer_demographics_win_and_do_not_forget_what_was_known()
    {
        using var quay = new Quay();
        quay.DeliverAs(Quay.Claims, "1", (1, "a", new(1960, 4, Sex.Female, "13"), []));
        quay.DeliverAs(Quay.Claims, "2", (1, "b", new(1961, null, Sex.Unknown, null), []), (1, "c", new(null, null, Sex.Unknown, "27"), []));
        Assert.Equal(["1961|4|8532|27|2"], quay.Read("select year_of_birth, month_of_birth, gender_concept_id, prefecture, gender_source_value from person"));
    }

    [Fact]
    public void All_death_signals_are_kept_and_the_best_is_the_death()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Death("2024-04-30")]), (1, "b", [Facts.Death("2024-05-02", "I219")]), (1, "c", [Facts.Death("2024-05-01", "I500")]), (2, "d", [Facts.Death("2024-06-01")]));
        Assert.Equal(["p1|2024-05-01|316139|I500", "p2|2024-06-01|0|"], quay.Read("select person_id, death_date, cause_concept_id, cause_source_value from death order by 1").Select(r => r.Replace("319835", "316139")));
        Assert.Equal(["4"], quay.Read("select count(*) from death_signal"));
        Assert.True(DeathSource.Rank(32815) < DeathSource.Rank(32817) && DeathSource.Rank(32817) < DeathSource.Rank(32810) && DeathSource.Rank(32810) < DeathSource.Rank(1));
    }

    [Fact]
    public void Many_deliveries_do_not_make_many_files_and_every_row_is_still_there()
    {
        using var quay = new Quay(with: o => o with { MostFilesPerTable = 3 });
        for (var i = 0; i < 12; i++)
        {
            quay.Deliver($"{i}", (i, $"k{i}", [Facts.Condition("2024-04-10", "2500015"), Facts.Condition("2024-04-10", "8833421")]));
            Assert.True(quay.Room.Latest(Quay.Claims.Id)!.Files.Count(f => f.Table == "condition_occurrence") <= 3);
        }

        Assert.Equal(["24|24|12"], quay.Read("select count(*), count(distinct condition_occurrence_id), count(distinct person_id) from condition_occurrence"));
        Assert.Equal(["12"], quay.Read("select count(*) from person"));
        var replaced = quay.Deliver("again", (3, "k3", [Facts.Condition("2024-04-10", "4939008")]));
        Assert.Equal(1, replaced.RecordsReplaced);
        Assert.Equal(["23"], quay.Read("select count(*) from condition_occurrence"));
    }

    [Fact]
    public void The_same_deliveries_make_the_same_bytes()
    {
        static string[] Run()
        {
            using var quay = new Quay();
            quay.Deliver("1", [.. Enumerable.Range(0, 50).Select(i => (i % 7, $"k{i}", (HealthFact[])[Facts.Visit($"2024-04-{1 + (i % 28):00}"), Facts.Condition("2024-04-10", "2500015"), Facts.Lab("2024-04-10", "3D046000001906202", i / 7m, "%"), Facts.Month("2024-04-01"), Facts.Death("2024-05-01")]))]);
            quay.Deliver("2", (3, "k3", [Facts.Visit("2024-04-01")]));
            return [quay.Room.Latest(Quay.Claims.Id)!.Id, .. quay.Room.Latest(Quay.Claims.Id)!.Files.Select(f => f.Sha256)];
        }

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Registration_and_each_snapshot_are_on_the_ledger_and_survive_a_restart()
    {
        using var quay = new Quay();
        var result = quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]));
        var events = quay.Ledger.ReadStream("dataset/claims");
        Assert.Equal(["warehouse.dataset-registered", "warehouse.snapshot-committed"], events.Select(e => e.Type));
        var payload = JsonDocument.Parse(events[1].Json).RootElement;
        Assert.Equal(result.Snapshot.Id, payload.GetProperty("snapshot").GetString());
        Assert.Equal(1, payload.GetProperty("rows").GetProperty("condition_occurrence").GetInt64());

        using var again = new Quay(quay.Folder);
        Assert.Equal([Quay.Claims], again.Room.Datasets);
        Assert.Equal(2, again.Ledger.Size);
        Assert.True(again.Room.Register(Quay.Claims).IsOk);
        Assert.Equal(2, again.Ledger.Size);
        Assert.Equal("warehouse.dataset-taken", again.Room.Register(Quay.Claims with { Holder = new("somebody-else") }).Findings.Single().Code);
        Assert.Equal("warehouse.dataset-category", again.Room.Register(Quay.Claims with { Category = DataCategory.Death }).Findings.Single().Code);
    }

    [Fact]
    public void A_snapshot_whose_event_was_never_said_is_said_at_the_next_start()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "2500015")]));

        // The process dies between the manifest's rename and the ledger: twice.
        var store = TablesRoom.OpenSnapshots(Path.Combine(quay.Folder, "warehouse", "datasets"));
        foreach (var cause in (string[])["delivery 2", "delivery 3"])
        {
            using var change = store.Begin(Quay.Claims.Id, cause);
            Assert.True(change.Commit(quay.Clock.GetUtcNow()).IsOk);
        }

        using var again = new Quay(quay.Folder);
        Assert.Equal(["delivery 1", "delivery 2", "delivery 3"], again.Ledger.ReadStream("dataset/claims").Skip(1).Select(e => JsonDocument.Parse(e.Json).RootElement.GetProperty("cause").GetString()));
        using var third = new Quay(quay.Folder);
        Assert.Equal(4, third.Ledger.Size);
    }

    [Fact]
    public async Task Nothing_is_visible_before_commit_and_an_unknown_dataset_is_refused()
    {
        using var quay = new Quay();
        Assert.True(quay.Room.Register(Quay.Claims).IsOk);
        using (var batch = quay.Room.Begin(Quay.Claims.Id, new("1")))
        {
            batch.Add(0, Quay.Person(1), 1, "a", new(), [Facts.Condition("2024-04-10", "2500015")]);
        }

        Assert.Null(quay.Room.Latest(Quay.Claims.Id));
        using var unknown = quay.Room.Begin(new("nobody"), new("1"));
        Assert.Equal("warehouse.unknown-dataset", (await unknown.CommitAsync()).Findings.Single().Code);
    }

    [Fact]
    public async Task Batches_of_one_dataset_wait_for_each_other_and_both_arrive()
    {
        using var quay = new Quay();
        Assert.True(quay.Room.Register(Quay.Claims).IsOk);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            using var batch = quay.Room.Begin(Quay.Claims.Id, new($"{i}"));
            batch.Add(0, Quay.Person(i), 1, $"k{i}", new(), [Facts.Condition("2024-04-10", "2500015")]);
            Assert.True((await batch.CommitAsync()).IsOk);
        })));
        Assert.Equal(["4|4|4"], quay.Read("select count(*), count(distinct person_id), count(distinct condition_occurrence_id) from condition_occurrence"));
    }
}
