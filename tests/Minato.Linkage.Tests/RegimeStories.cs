namespace Minato.Linkage.Tests;

/// <summary>The failures that Japanese linkage is known for (regime facts §2.2), each as a story of people.</summary>
public sealed class RegimeStories : IDisposable
{
    private readonly Quay quay = new();
    private int tickets;

    private static PersonIdentity Ichiro => new()
    {
        InsurerNumber = "06270011",
        InsuredSymbol = "25",
        InsuredNumber = "1001",
        InsuredBranch = "00",
        NameKanji = "渡辺　一郎",
        NameKana = "ワタナベ イチロウ",
        BirthDate = new DateOnly(1948, 6, 15),
        Sex = Sex.Male,
        AsOf = new DateOnly(2019, 4, 1),
    };

    private static string Hash(string of) => System.Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of)));

    /// <summary>A record of the national database: no name, no number, the hashes only.</summary>
    private async Task<LinkedTicket> Ndb(DateOnly birth, Sex sex, string? id1 = null, string? id2 = null, string? id4 = null, string? id5 = null, DateOnly? asOf = null)
    {
        static string? Of(string? x) => x is null or "9" or "" or "NULL" ? x : Hash(x);
        var ticket = new IdentityTicket(++tickets, new PersonIdentity { BirthDate = birth, Sex = sex, AsOf = asOf }, new NationalIds(Of(id1), Of(id2), Of(id4), Of(id5)));
        return (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("ndb-1"), [ticket])).Value[0];
    }

    [Fact]
    public async Task A_new_insurer_gives_a_new_number_and_the_history_says_who_it_is()
    {
        var later = new PersonIdentity { InsurerNumber = "01130012", InsuredSymbol = "77", InsuredNumber = "4", InsuredBranch = "00", BirthDate = Ichiro.BirthDate, Sex = Sex.Male, AsOf = new DateOnly(2020, 6, 1) };
        var (a, b) = (await quay.Link(Ichiro), await quay.Link(later));
        Assert.False(await quay.AreOne(a, b));
        await quay.Room.ImportHistoryAsync([new NumberHistory(Ichiro with { NameKanji = null, AsOf = null }, later with { NameKana = Ichiro.NameKana, AsOf = null }, new DateOnly(2020, 4, 1))], Quay.Desk);
        Assert.True(await quay.AreOne(a, b));
    }

    [Fact]
    public async Task A_wrong_row_of_the_history_harms_nobody()
    {
        var stranger = Ichiro with { InsuredNumber = "2002", NameKanji = "鈴木　次郎", NameKana = "スズキ ジロウ", BirthDate = new DateOnly(1990, 1, 20) };
        var (a, b) = (await quay.Link(Ichiro), await quay.Link(stranger));
        await quay.Room.ImportHistoryAsync([new NumberHistory(Ichiro with { NameKanji = null, AsOf = null }, Ichiro with { InsuredNumber = "2002", NameKanji = null, AsOf = null }, new DateOnly(2020, 4, 1))], Quay.Desk);
        Assert.False(await quay.AreOne(a, b));
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
        Assert.Equal(1, (await quay.Room.FiguresAsync()).NumbersOfSeveralPersons);
    }

    [Fact]
    public async Task A_woman_who_marries_keeps_her_records_where_number_or_home_stay()
    {
        var before = Ichiro with { NameKanji = "高橋　美咲", NameKana = "タカハシ ミサキ", Sex = Sex.Female, BirthDate = new DateOnly(1992, 8, 3), InsuredBranch = "01", Address = "大阪府大阪市北区中之島1-3-20" };
        var married = before with { NameKanji = "伊藤　美咲", NameKana = "イトウ ミサキ", AsOf = new DateOnly(2020, 11, 1) };
        var newNumber = married with { InsuredSymbol = "9", InsuredNumber = "5", AsOf = new DateOnly(2021, 4, 1) };
        var (a, b, c) = (await quay.Link(before), await quay.Link(married), await quay.Link(newNumber));
        Assert.True(await quay.AreOne(a, b));
        Assert.True(await quay.AreOne(b, c));
    }

    [Fact]
    public async Task Kana_against_kanji_and_every_spelling_of_either_is_one_person()
    {
        var a = await quay.Link(Ichiro);
        foreach (var other in (PersonIdentity[])[
            Ichiro with { NameKanji = "渡邉　一郎", NameKana = null, InsuredBranch = null },
            Ichiro with { NameKanji = null, NameKana = "ワタナヘ イチロー", InsuredBranch = null },
            new() { NameKana = "わたなべ　いちろう", BirthDate = Ichiro.BirthDate, Sex = Sex.Male },
            new() { NameKanji = "渡邊一郎", BirthDate = Ichiro.BirthDate, Sex = Sex.Male }])
        {
            Assert.True(await quay.AreOne(a, await quay.Link(other)), other.NameKanji ?? other.NameKana);
        }
    }

    [Fact]
    public async Task Full_width_half_width_and_filled_up_numbers_are_one_number()
    {
        var a = await quay.Link(Ichiro);
        foreach (var other in (PersonIdentity[])[
            Ichiro with { InsurerNumber = "０６２７００１１", InsuredSymbol = "２５", InsuredNumber = "１００１", InsuredBranch = "００", NameKana = "ﾜﾀﾅﾍﾞ ｲﾁﾛｳ", NameKanji = null },
            Ichiro with { InsuredNumber = "00001001", InsuredBranch = "0", NameKana = null, NameKanji = null },
            Ichiro with { InsuredSymbol = "２-５", NameKana = null, NameKanji = null }])
        {
            Assert.True(await quay.AreOne(a, await quay.Link(other)));
        }
    }

    [Fact]
    public async Task Twins_of_one_sex_whom_ID1_cannot_tell_apart_stay_two_by_ID2()
    {
        var birth = new DateOnly(2014, 2, 11);
        var haru = await Ndb(birth, Sex.Male, id1: "household", id2: "haru");
        var natsu = await Ndb(birth, Sex.Male, id1: "household", id2: "natsu");
        var again = await Ndb(birth, Sex.Male, id1: "household", id2: "haru", asOf: new DateOnly(2020, 1, 1));
        Assert.False(await quay.AreOne(haru, natsu));
        Assert.True(await quay.AreOne(haru, again));
        var either = await Ndb(birth, Sex.Male, id1: "household");
        Assert.Equal(LinkClass.Unlinked, either.Class);
        Assert.False(await quay.AreOne(haru, either) || await quay.AreOne(natsu, either));
    }

    [Fact]
    public async Task At_seventy_five_a_person_gets_a_number_of_their_own_and_stays_the_same()
    {
        var old = Ichiro with { BirthDate = new DateOnly(1945, 9, 9), InsuredBranch = "02" };
        var late = old with { InsurerNumber = "39270001", InsuredSymbol = null, InsuredNumber = "12345678", InsuredBranch = null, AsOf = new DateOnly(2020, 10, 1) };
        var (a, b) = (await quay.Link(old), await quay.Link(late));
        Assert.True(await quay.AreOne(a, b));
        Assert.Equal(LinkClass.RuleMatched, b.Class);
        var nameless = await quay.Link(late with { NameKana = null, NameKanji = null });
        Assert.Equal(LinkClass.NumberVerified, nameless.Class);
        Assert.True(await quay.AreOne(a, nameless));
    }

    [Fact]
    public async Task An_ID5_that_is_null_or_nine_joins_nobody()
    {
        var linked = new List<LinkedTicket>();
        foreach (var missing in (string?[])["9", "", null, "NULL", new string('9', 64), new string('0', 64)])
        {
            linked.Add(await Ndb(new DateOnly(1960, 1, 1).AddDays(linked.Count), Sex.Female, id1: $"number-{linked.Count}", id5: missing));
        }

        Assert.Equal(linked.Count, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task One_ID5_of_two_people_does_not_make_them_one_and_is_counted()
    {
        var man = await Ndb(new DateOnly(1960, 5, 1), Sex.Male, id1: "a", id5: "shared");
        var woman = await Ndb(new DateOnly(1960, 5, 1), Sex.Female, id1: "b", id5: "shared");
        var child = await Ndb(new DateOnly(1999, 12, 24), Sex.Male, id1: "c", id5: "shared");
        Assert.False(await quay.AreOne(man, woman) || await quay.AreOne(man, child) || await quay.AreOne(woman, child));
        Assert.Equal(1, (await quay.Room.FiguresAsync()).Id5OfSeveralPersons);
    }

    [Fact]
    public async Task One_person_with_two_ID5_is_one_by_ID1_and_ID2_and_is_counted()
    {
        var birth = new DateOnly(1970, 7, 7);
        var a = await Ndb(birth, Sex.Female, id1: "n", id2: "hanako", id5: "first");
        var b = await Ndb(birth, Sex.Female, id1: "n", id2: "hanako", id5: "second");
        Assert.True(await quay.AreOne(a, b));
        Assert.Equal(LinkClass.NumberVerified, b.Class);
        Assert.Equal(1, (await quay.Room.FiguresAsync()).PersonsOfSeveralId5);
    }

    [Fact]
    public async Task ID5_follows_a_person_through_new_numbers_and_new_names()
    {
        var birth = new DateOnly(1988, 3, 3);
        var a = await Ndb(birth, Sex.Female, id1: "before", id2: "maiden", id5: "oldest", asOf: new DateOnly(2018, 1, 1));
        var b = await Ndb(birth, Sex.Female, id1: "after", id2: "married", id5: "oldest", asOf: new DateOnly(2021, 1, 1));
        var byName = await Ndb(birth, Sex.Female, id2: "married", asOf: new DateOnly(2022, 1, 1));
        Assert.True(await quay.AreOne(a, b));
        Assert.Equal(LinkClass.HistoryClosed, b.Class);
        Assert.True(await quay.AreOne(a, byName));
    }

    [Fact]
    public async Task What_the_national_database_sent_is_on_the_disk_under_our_own_key_only()
    {
        await Ndb(new DateOnly(1988, 3, 3), Sex.Female, id5: "oldest");
        var aliases = new NationalAliases(quay.Keys);
        var mine = aliases.Of(new NationalIds(Id5: Hash("oldest")))!.Id5!;
        Assert.NotEqual(mine, new NationalAliases(new OtherKeys()).Of(new NationalIds(Id5: Hash("oldest")))!.Id5);
        Assert.NotEqual(mine, aliases.Of(new NationalIds(Id1: Hash("oldest")))!.Id1);
        var bytes = quay.EverythingOnDisk().AsSpan();
        Assert.True(bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(Hash("oldest"))) < 0);
        Assert.True(bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(mine)) < 0);
    }

    [Fact]
    public async Task A_number_given_to_somebody_else_after_it_ended_joins_nobody_by_itself()
    {
        var next = Ichiro with { InsurerNumber = "01130012", InsuredSymbol = "8", InsuredNumber = "8", NameKanji = null, AsOf = null };
        var a = await quay.Link(Ichiro with { AsOf = new DateOnly(2019, 6, 1) });
        await quay.Room.ImportHistoryAsync([new NumberHistory(Ichiro with { NameKanji = null, AsOf = null }, next, new DateOnly(2020, 4, 1))], Quay.Desk);
        var inTime = await quay.Link(Ichiro with { NameKana = null, NameKanji = null, AsOf = new DateOnly(2020, 6, 1) });
        var reissued = await quay.Link(Ichiro with { NameKana = null, NameKanji = null, PostalCode = "530-0005", AsOf = new DateOnly(2023, 6, 1), Sex = Sex.Unknown });
        Assert.True(await quay.AreOne(a, inTime));
        Assert.False(await quay.AreOne(a, reissued));
    }

    public void Dispose() => quay.Dispose();

    private sealed class OtherKeys : IKeyStore
    {
        public byte[] Key(string name) => [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

        public void Destroy(string name) => throw new NotSupportedException();

        public bool IsDestroyed(string name) => false;
    }
}
