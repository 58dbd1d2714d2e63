using System.Text;
using Minato.Linkage.Store;

namespace Minato.Linkage.Tests;

/// <summary>What stays after crashes, restarts, repeats and other processes; and what never reaches the disk in clear.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly Quay quay = new();

    private static PersonIdentity Person(int n) => new()
    {
        InsurerNumber = "01130012",
        InsuredSymbol = "記７",
        InsuredNumber = $"{770000 + n}",
        InsuredBranch = "00",
        NameKanji = "長宗我部　元親",
        NameKana = "チョウソカベ モトチカ",
        BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37),
        Sex = Sex.Male,
        Address = "高知県高知市長浜字若宮857番地",
        LocalPatientId = $"KARTE-{n}",
    };

    private static IdentityTicket[] Tickets(int count) => [.. Enumerable.Range(0, count).Select(i => new IdentityTicket(i, Person(i % 7) with { AsOf = new DateOnly(2020, 1, 1).AddDays(i) }))];

    [Fact]
    public async Task The_same_delivery_twice_is_linked_once()
    {
        var once = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40))).Value;
        var figures = await quay.Room.FiguresAsync();
        quay.Reopen();
        var twice = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40))).Value;
        Assert.Equal(once, twice);
        Assert.Equivalent(figures, await quay.Room.FiguresAsync());
        Assert.Single(quay.Events(LedgerStreams.Deliveries));
        Assert.Equal(7, figures.Persons);
        Assert.Equal(40, figures.TicketsByClass.Values.Sum());
    }

    [Fact]
    public async Task A_delivery_in_chunks_that_overlap_counts_each_ticket_once()
    {
        await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(25));
        await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40));
        Assert.Equal(40, (await quay.Room.FiguresAsync()).TicketsByClass.Values.Sum());
    }

    [Fact]
    public async Task A_ticket_number_that_comes_again_with_another_identity_is_another_record()
    {
        var delivery = new DeliveryId("d-1");
        var first = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, delivery, [new IdentityTicket(0, Person(0))])).Value[0];
        var second = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, delivery, [new IdentityTicket(0, Person(1))])).Value[0];
        Assert.NotEqual(first.Person, second.Person);
        Assert.Equal(2, (await quay.Room.FiguresAsync()).TicketsByClass.Values.Sum());
        Assert.Equal(first, (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, delivery, [new IdentityTicket(0, Person(0))])).Value[0]);
    }

    [Fact]
    public async Task A_record_that_says_too_little_is_the_same_person_when_it_is_sent_again()
    {
        IdentityTicket[] empty = [new(0, new PersonIdentity()), new(1, new PersonIdentity())];
        var once = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), empty)).Value;
        quay.Reopen();
        Assert.Equal(once, (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), empty)).Value);
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task After_a_restart_everything_is_as_it_was()
    {
        var a = await quay.Link(Person(0));
        var b = await quay.Link(new PersonIdentity { NameKana = "ベツノ ヒト", BirthDate = new DateOnly(1999, 5, 5), Sex = Sex.Female });
        var me = (await quay.Room.IdentifyAsync(Person(0))).Value;
        quay.Reopen();
        Assert.Equal(me, (await quay.Room.IdentifyAsync(Person(0))).Value);
        Assert.Equal(a.Person, (await quay.Link(Person(0) with { NameKanji = null })).Person);
        Assert.Equal(b.Person, (await quay.Link(new PersonIdentity { NameKana = "べつの ひと", BirthDate = new DateOnly(1999, 5, 5), Sex = Sex.Female })).Person);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_call_that_breaks_midway_leaves_nothing_in_memory_or_on_disk(int questions)
    {
        quay.Clock.BreaksAfter = questions;
        await Assert.ThrowsAsync<InvalidOperationException>(() => quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40)));
        quay.Clock.BreaksAfter = null;
        Assert.Equal(0, (await quay.Room.FiguresAsync()).Identities);
        Assert.Equal(40, (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40))).Value.Count);
        Assert.Equal(7, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_changes_nothing()
    {
        using var stop = new CancellationTokenSource();
        var tickets = new StoppingList(Tickets(40), after: 30, stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), tickets, stop.Token));
        Assert.Equal(0, (await quay.Room.FiguresAsync()).Identities);
    }

    [Fact]
    public async Task What_the_ledger_missed_in_a_crash_it_is_told_at_the_next_start_once()
    {
        quay.Ledger.Fails = true;
        var linked = await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(5));
        Assert.Equal("linkage.ledger-behind", Assert.Single(linked.Findings).Code);
        Assert.Empty(quay.Told(LedgerStreams.Deliveries));
        quay.Ledger.Fails = false;
        quay.Reopen();
        quay.Reopen();
        Assert.Single(quay.Told(LedgerStreams.Deliveries));
    }

    [Fact]
    public async Task A_correction_that_only_the_ledger_knows_is_taken_in_at_the_next_start()
    {
        await quay.Link(Quay.Hospital, Quay.Records, Person(0), Person(1));
        var (a, b) = ((await quay.Room.IdentifyAsync(Person(0))).Value, (await quay.Room.IdentifyAsync(Person(1))).Value);
        await quay.Ledger.AppendAsync(LedgerStreams.Persons, -1, Quay.Desk, [Ledger.EventJson.Write<LinkageEvent>("linkage", new LinkageEvent.PersonsMerged("m-0001", a.ToString(), b.ToString(), "desk", "seen"))]);
        quay.Reopen();
        Assert.Equal(a, (await quay.Room.IdentifyAsync(Person(1))).Value);
        await quay.Ledger.AppendAsync(LedgerStreams.Persons, -1, Quay.Desk, [Ledger.EventJson.Write<LinkageEvent>("linkage", new LinkageEvent.PersonsSplit("m-0001", "not so"))]);
        quay.Reopen();
        Assert.Equal(b, (await quay.Room.IdentifyAsync(Person(1))).Value);
    }

    [Fact]
    public async Task Two_processes_on_one_folder_see_each_other()
    {
        using var other = quay.Open();
        var a = await quay.Link(Person(0));
        var there = (await other.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("e-1"), [new IdentityTicket(0, Person(0)), new IdentityTicket(1, Person(1))])).Value;
        Assert.Equal(a.Person, there[0].Person);
        Assert.Equal(there[1].Person, (await quay.Link(Person(1))).Person);
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task Another_table_of_kanji_reads_all_identities_anew()
    {
        var a = await quay.Link(new PersonIdentity { NameKanji = "甲田　一", BirthDate = new DateOnly(1970, 2, 3), Sex = Sex.Male });
        quay.Room.Dispose();
        var standards = Directory.CreateDirectory(Path.Combine(quay.Folder, "standards", "linkage")).FullName;
        foreach (var file in (string[])["rules-v2.json", "weights-v1.json", "name-frequencies-v1.txt", "conversion-v1.json"])
        {
            File.Copy(Path.Combine(Quay.Standards, "linkage", file), Path.Combine(standards, file));
        }
        File.WriteAllText(Path.Combine(standards, "kanji-classes-v1.txt"), "甲乙\n");
        using var room = quay.Open(Path.Combine(quay.Folder, "standards"));
        var b = (await room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("e-1"), [new IdentityTicket(0, new PersonIdentity { NameKanji = "乙田　一", BirthDate = new DateOnly(1970, 2, 3), Sex = Sex.Male })])).Value[0];
        Assert.Equal(a.Person, b.Person);
        Assert.Single(quay.Events(LedgerStreams.Deliveries).OfType<LinkageEvent.NormalisedAnew>());
    }

    [Fact]
    public async Task Nothing_that_names_anybody_is_on_the_disk_in_clear()
    {
        await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40));
        await quay.Room.ImportHistoryAsync([new NumberHistory(Person(1), Person(2) with { BirthDate = Person(1).BirthDate }, new DateOnly(2020, 1, 1))], Quay.Desk);
        await quay.Room.IdentifyAsync(Person(0));
        var bytes = quay.EverythingOnDisk();
        Assert.True(bytes.Length > 10_000);
        foreach (var word in (string[])["長宗我部", "元親", "チョウソカベ", "チヨウソカヘ", "770000", "770003", "KARTE-1", "高知市", "若宮", "01130012", "記７"])
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) < 0, $"'{word}' is on the disk");
            Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(word)) < 0, $"'{word}' is on the disk");
        }
    }

    [Theory]
    [InlineData("UPDATE log SET page = zeroblob(200) WHERE seq = 2", "page 2")]
    [InlineData("DELETE FROM log WHERE seq = 2", "page 2 is missing")]
    [InlineData("UPDATE log SET page = (SELECT page FROM log WHERE seq = 1) WHERE seq = 2", "page 2")]
    [InlineData("UPDATE log SET topic = topic + 1 WHERE kind = 3", "Seen")]
    public async Task A_page_that_was_changed_lost_or_exchanged_is_named_and_nothing_is_opened(string damage, string said)
    {
        await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40));
        await quay.Link(Person(8));
        Damage(damage);
        var refused = Assert.Throws<RefusedException>(() => quay.Open()).Findings[0];
        Assert.Equal("linkage.store-damaged", refused.Code);
        Assert.Contains(said, refused.Reason);
        Assert.True(refused.Remedy.Length > 10);
    }

    [Fact]
    public async Task A_store_of_another_version_is_refused_with_what_to_do()
    {
        await quay.Link(Person(0));
        Damage("PRAGMA user_version = 1");
        Assert.Equal("linkage.store-version", Assert.Throws<RefusedException>(() => quay.Open()).Findings[0].Code);
        Damage("PRAGMA user_version = 0");
        Assert.Equal("linkage.store-version", Assert.Throws<RefusedException>(() => quay.Open()).Findings[0].Code);
    }

    [Fact]
    public async Task A_damaged_page_of_tickets_refuses_its_delivery_and_no_other()
    {
        await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40));
        Damage("UPDATE log SET page = zeroblob(200) WHERE kind = 4");
        using var room = quay.Open();
        Assert.Equal("linkage.store-damaged", (await room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-1"), Tickets(40))).Findings[0].Code);
        Assert.True((await room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("d-2"), Tickets(40))).IsOk);
    }

    private void Damage(string sql)
    {
        quay.Room.Dispose();
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(quay.Folder, LinkageStore.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public void A_sealed_row_cannot_be_changed_or_moved()
    {
        using var seal = new Seal(quay.Keys);
        var box = seal.Close("somebody"u8, "row 1"u8);
        Assert.Equal("somebody"u8.ToArray(), seal.Open(box, "row 1"u8));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => seal.Open(box, "row 2"u8));
        box[^1] ^= 1;
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => seal.Open(box, "row 1"u8));
    }

    public void Dispose() => quay.Dispose();

    /// <summary>A list that pulls the plug while it is read.</summary>
    private sealed class StoppingList(IdentityTicket[] tickets, int after, CancellationTokenSource stop) : IReadOnlyList<IdentityTicket>
    {
        public int Count => tickets.Length;

        public IdentityTicket this[int index] => tickets[index];

        public IEnumerator<IdentityTicket> GetEnumerator()
        {
            for (var i = 0; i < tickets.Length; i++)
            {
                if (i == after)
                {
                    stop.Cancel();
                }

                yield return tickets[i];
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
