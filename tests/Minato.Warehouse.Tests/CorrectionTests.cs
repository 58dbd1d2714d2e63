using Minato.Tables;

namespace Minato.Warehouse.Tests;

/// <summary>What Linkage says later of who is who reaches every row, once, in any order, and whole or not at all.</summary>
public sealed class CorrectionTests
{
    private const string WhoHasWhat = "select record_key, person_id from condition_occurrence order by 1";

    private static PersonCorrection Merged(long number, int name, int person) => new(number, PersonChange.Merged, Quay.Person(name), Quay.Person(person), []);

    private static PersonCorrection Parted(long number, int name, int person) => new(number, PersonChange.Parted, Quay.Person(name), Quay.Person(person), []);

    private static PersonCorrection Moved(long number, int to, string delivery, params int[] tickets) =>
        new(number, PersonChange.Moved, null, Quay.Person(to), [.. tickets.Select(t => new RecordTicket(new(delivery), t))]);

    private static CorrectionResult Correct(Quay quay, params PersonCorrection[] corrections) => quay.Room.CorrectAsync(Quay.Claims.Id, corrections).GetAwaiter().GetResult().Value;

    /// <summary>Two people, one record each of every kind.</summary>
    private static Quay TwoPeople(string? folder = null)
    {
        var quay = new Quay(folder);
        quay.DeliverAs(
            Quay.Claims,
            "1",
            (1, "a", new(1960, 4, Sex.Female, null), [Facts.Visit("2024-01-05"), Facts.Condition("2024-01-05", "2500015"), Facts.Month("2024-01-01"), Facts.Death("2024-05-02")]),
            (2, "b", new(1961, null, Sex.Unknown, "13"), [Facts.Visit("2024-02-05"), Facts.Condition("2024-02-05", "8833421"), Facts.Month("2024-02-01"), Facts.Death("2024-05-01", "I219")]));
        return quay;
    }

    [Fact]
    public void Of_two_persons_who_are_one_there_is_one_person_one_period_and_one_death()
    {
        using var quay = TwoPeople();
        var result = Correct(quay, Merged(3, 2, 1));
        Assert.Equal((1, 1L, 2L, 1L), (result.Applied, result.Records, result.PersonsBefore, result.PersonsAfter));
        foreach (var table in (string[])["visit_occurrence", "condition_occurrence", "payer_plan_period", "death_signal"])
        {
            Assert.Equal(["p1|2"], quay.Read($"select person_id, count(*) from {table} group by 1"));
        }

        Assert.Equal(["p1|1961|4|8532|13"], quay.Read("select person_id, year_of_birth, month_of_birth, gender_concept_id, prefecture from person"));
        Assert.Equal(["p1|2024-01-01|2024-02-29"], quay.Read("select person_id, observation_period_start_date, observation_period_end_date from observation_period"));
        Assert.Equal(["p1|2024-05-01"], quay.Read("select person_id, death_date from death"));
        Assert.Equal("linkage corrections: 1 merged, 0 parted, 0 moved", quay.Room.Latest(Quay.Claims.Id)!.Cause);
    }

    [Fact]
    public void A_later_record_under_the_former_name_is_the_remaining_persons()
    {
        using var quay = TwoPeople();
        Correct(quay, Merged(3, 2, 1));
        var later = quay.Deliver("2", (2, "c", [Facts.Condition("2024-03-05", "4939008")]));
        Assert.Equal(0, later.PersonsAdded);
        Assert.Equal(["a|p1", "b|p1", "c|p1"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public void Who_is_parted_again_has_exactly_what_was_theirs()
    {
        using var quay = TwoPeople();
        const string All = "select person_id, year_of_birth, month_of_birth, gender_concept_id, prefecture, observation_period_start_date, death_date from person join observation_period using (person_id) join death using (person_id) order by 1";
        var before = quay.Read(All);
        Correct(quay, Merged(3, 2, 1));
        quay.DeliverAs(Quay.Claims, "2", (2, "c", new(null, null, Sex.Unknown, null), []));
        Assert.NotEqual(before, quay.Read(All));
        Correct(quay, Parted(5, 2, 2));
        Assert.Equal(before, quay.Read(All));
        Assert.Equal(["a|p1", "b|p2"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public void A_moved_record_goes_alone_and_a_person_left_with_nothing_is_no_more()
    {
        using var quay = new Quay();
        quay.DeliverAs(Quay.Claims, "1", (1, "a", new(1960, 4, Sex.Female, null), [Facts.Condition("2024-01-05", "2500015")]), (1, "b", new(1999, 9, Sex.Male, null), [Facts.Condition("2024-02-05", "8833421")]));
        Correct(quay, Moved(4, 7, "1", 1), Moved(4, 7, "another-delivery", 0));
        Assert.Equal(["a|p1", "b|p7"], quay.Read(WhoHasWhat));
        Assert.Equal(["p1|1960|8532", "p7|1999|8507"], quay.Read("select person_id, year_of_birth, gender_concept_id from person order by 1"));
        Correct(quay, Moved(5, 7, "1", 0), Merged(6, 7, 9));
        Assert.Equal(["p9|1999"], quay.Read("select person_id, year_of_birth from person"));
        Assert.Equal(["a|p9", "b|p9"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public void The_same_again_makes_no_snapshot_and_any_order_and_division_the_same_rows()
    {
        PersonCorrection[] all = [Merged(2, 2, 1), Moved(3, 3, "1", 0), Parted(5, 2, 2), Merged(7, 3, 2), Moved(8, 1, "1", 0), Merged(9, 1, 2)];
        string[]? expected = null;
        var random = new Random(5);
        for (var round = 0; round < 4; round++)
        {
            using var quay = TwoPeople();
            if (round > 0)
            {
                random.Shuffle(all);
            }

            var divided = random.Next(all.Length);
            Correct(quay, all[..divided]);
            Correct(quay, all[Math.Max(0, divided - 1)..]);
            var snapshot = quay.Room.Latest(Quay.Claims.Id)!.Id;
            Assert.Equal((0, snapshot), (Correct(quay, all).Applied, quay.Room.Latest(Quay.Claims.Id)!.Id));
            expected ??= quay.Read(WhoHasWhat);
            Assert.Equal(expected, quay.Read(WhoHasWhat));
        }
    }

    [Fact]
    public void What_was_heard_before_the_record_came_holds_when_it_comes()
    {
        using var quay = TwoPeople();
        Correct(quay, Merged(3, 4, 1), Moved(6, 5, "2", 1));
        quay.Deliver("2", (4, "c", [Facts.Condition("2024-03-05", "4939008")]), (4, "d", [Facts.Condition("2024-03-06", "4939008")]));
        Assert.Equal(["a|p1", "b|p2", "c|p1", "d|p5"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public async Task A_new_key_gives_everybody_a_new_name_and_the_merged_stay_merged()
    {
        using var quay = TwoPeople();
        Correct(quay, Merged(3, 2, 1));
        Assert.Equal([Quay.Person(1), Quay.Person(2)], quay.Room.NamesOf(Quay.Claims.Id));
        var map = quay.Room.NamesOf(Quay.Claims.Id).Select(n => (n, Quay.Person((int)(ulong)n.Value + 10))).ToList();
        var renewed = (await quay.Room.RenewAsync(Quay.Claims.Id, map)).Value;
        Assert.Equal((2, 2L, 1L), (renewed.Applied, renewed.Records, renewed.PersonsAfter));
        Assert.Equal(["a|p11", "b|p11"], quay.Read(WhoHasWhat));
        Assert.Equal(0, (await quay.Room.RenewAsync(Quay.Claims.Id, map)).Value.Applied);
        Assert.DoesNotContain(Quay.Person(2), quay.Room.NamesOf(Quay.Claims.Id));
        Correct(quay, Parted(5, 12, 12));
        Assert.Equal(["a|p11", "b|p12"], quay.Read(WhoHasWhat));
        quay.Deliver("2", (12, "c", [Facts.Condition("2024-03-05", "4939008")]));
        Assert.Equal(["a|p11", "b|p12", "c|p12"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public void A_crash_between_the_rows_and_the_ledger_is_made_good_and_the_corrections_are_not_applied_twice()
    {
        var folder = Directory.CreateTempSubdirectory("minato-").FullName;
        try
        {
            string committed;
            using (var quay = TwoPeople(folder))
            {
                // The ledger is closed under the warehouse: the snapshot is renamed into place, and its event cannot be said.
                quay.Ledger.Dispose();
                Assert.ThrowsAny<Exception>(() => Correct(quay, Merged(3, 2, 1)));
                committed = quay.Room.Latest(Quay.Claims.Id)!.Id;
            }

            using var again = new Quay(folder);
            Assert.Equal(committed, again.Room.Latest(Quay.Claims.Id)!.Id);
            Assert.Contains(again.Ledger.ReadStream("dataset/claims"), e => System.Text.Encoding.UTF8.GetString(e.Json.Span).Contains(committed, StringComparison.Ordinal));
            Assert.Equal((0, committed), (Correct(again, Merged(3, 2, 1)).Applied, again.Room.Latest(Quay.Claims.Id)!.Id));
            Assert.Equal(["a|p1", "b|p1"], again.Read(WhoHasWhat));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_crash_before_the_snapshot_stands_leaves_rows_and_corrections_as_they_were()
    {
        using var quay = TwoPeople();
        var before = quay.Room.Latest(Quay.Claims.Id)!;
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => quay.Room.CorrectAsync(Quay.Claims.Id, [Merged(3, 2, 1)], stop.Token));
        Assert.Equal(before.Id, quay.Room.Latest(Quay.Claims.Id)!.Id);
        Assert.Equal(1, Correct(quay, Merged(3, 2, 1)).Applied);
        Assert.Equal(["a|p1", "b|p1"], quay.Read(WhoHasWhat));
    }

    [Fact]
    public void No_pseudonym_is_on_the_ledger()
    {
        using var quay = TwoPeople();
        Correct(quay, Merged(3, 2, 1), Moved(4, 7, "1", 0));
        var said = string.Join("\n", quay.Ledger.ReadAll().Select(e => System.Text.Encoding.UTF8.GetString(e.Json.Span)));
        Assert.Contains("1 merged, 0 parted, 1 moved", said, StringComparison.Ordinal);
        foreach (var person in (int[])[1, 2, 7])
        {
            Assert.DoesNotContain(Quay.Person(person).ToGuid().ToString(), said, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Quay.Person(person).ToString(), said, StringComparison.OrdinalIgnoreCase);
        }
    }
}
