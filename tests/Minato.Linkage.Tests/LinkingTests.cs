using Minato.Linkage.Matching;

namespace Minato.Linkage.Tests;

/// <summary>Who is it? Stories of people whose records must, or must not, come together.</summary>
public sealed class LinkingTests : IDisposable
{
    private readonly Quay quay = new();

    private static PersonIdentity Hanako => new()
    {
        InsurerNumber = "01130012",
        InsuredSymbol = "1234",
        InsuredNumber = "567",
        InsuredBranch = "02",
        NameKanji = "山田　花子",
        NameKana = "ﾔﾏﾀﾞ ﾊﾅｺ",
        BirthDate = new DateOnly(1985, 3, 9),
        Sex = Sex.Female,
        Address = "東京都新宿区西新宿二丁目8番1号",
        AsOf = new DateOnly(2020, 5, 1),
    };

    [Fact]
    public async Task The_same_identity_is_one_person_and_verifies_itself_the_second_time()
    {
        var first = await quay.Link(Hanako);
        var again = await quay.Link(Hanako with { AsOf = new DateOnly(2021, 1, 1) });
        Assert.Equal(LinkClass.Unlinked, first.Class);
        Assert.Equal(LinkClass.NumberVerified, again.Class);
        Assert.Equal(first.Person, again.Person);
    }

    [Fact]
    public async Task The_number_links_whatever_the_writing()
    {
        var a = await quay.Link(Hanako);
        var b = await quay.Link(new PersonIdentity { InsurerNumber = "０１１３００１２", InsuredSymbol = "１２-３４", InsuredNumber = "0000567", InsuredBranch = "2", BirthDate = Hanako.BirthDate, Sex = Sex.Female });
        Assert.True(await quay.AreOne(a, b));
        Assert.Equal(LinkClass.NumberVerified, b.Class);
    }

    [Fact]
    public async Task Twins_of_one_household_stay_two_with_and_without_branch()
    {
        var haru = Hanako with { InsuredBranch = "03", NameKanji = "山田　春", NameKana = "ヤマダ ハル", BirthDate = new DateOnly(2015, 4, 1), Address = null };
        var natsu = haru with { InsuredBranch = "04", NameKanji = "山田　夏", NameKana = "ヤマダ ナツ" };
        var a = await quay.Link(haru);
        var b = await quay.Link(natsu);
        var a2 = await quay.Link(haru with { InsuredBranch = null });
        var b2 = await quay.Link(natsu with { InsuredBranch = null, NameKanji = null });
        var b3 = await quay.Link(natsu with { InsuredBranch = "03" }); // the clerk took the other twin's branch
        Assert.False(await quay.AreOne(a, b));
        Assert.True(await quay.AreOne(a, a2));
        Assert.True(await quay.AreOne(b, b2));
        Assert.True(await quay.AreOne(b, b3));
    }

    [Fact]
    public async Task Of_twins_a_record_without_a_name_and_branch_belongs_to_nobody_known()
    {
        var haru = Hanako with { InsuredBranch = "03", NameKanji = null, NameKana = "ヤマダ ハル", BirthDate = new DateOnly(2015, 4, 1), Address = null };
        await quay.Link(haru);
        await quay.Link(haru with { InsuredBranch = "04", NameKana = "ヤマダ ナツ" });
        var nameless = await quay.Link(haru with { InsuredBranch = null, NameKana = null });
        Assert.Equal(LinkClass.Unlinked, nameless.Class);
        Assert.Equal(1, (await quay.Room.FiguresAsync()).Ambiguous);
        Assert.Equal(3, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task Boy_and_girl_twins_stay_two_though_number_and_birth_agree()
    {
        var boy = Hanako with { InsuredBranch = null, NameKanji = null, NameKana = "ヤマダ ハル", BirthDate = new DateOnly(2015, 4, 1), Sex = Sex.Male };
        Assert.False(await quay.AreOne(await quay.Link(boy), await quay.Link(boy with { Sex = Sex.Female, NameKana = "ヤマダ ナツ" })));
    }

    [Fact]
    public async Task Marriage_changes_the_family_name_and_the_person_stays()
    {
        var before = await quay.Link(Hanako);
        var sameInsurer = await quay.Link(Hanako with { NameKanji = "佐藤　花子", NameKana = "サトウ ハナコ" });
        var sameHome = await quay.Link(Hanako with { NameKanji = "佐藤　花子", NameKana = "サトウ ハナコ", InsurerNumber = "06270011", InsuredSymbol = "9", InsuredNumber = "88", InsuredBranch = "00" });
        Assert.True(await quay.AreOne(before, sameInsurer));
        Assert.True(await quay.AreOne(before, sameHome));
    }

    [Fact]
    public async Task Marriage_with_a_new_insurer_and_a_new_home_needs_the_history()
    {
        var before = Hanako;
        var after = Hanako with { NameKanji = "佐藤　花子", NameKana = "サトウ ハナコ", InsurerNumber = "06270011", InsuredSymbol = "9", InsuredNumber = "88", InsuredBranch = "00", Address = "大阪府大阪市北区中之島1-3-20" };
        var a = await quay.Link(before);
        var b = await quay.Link(after);
        Assert.False(await quay.AreOne(a, b));

        var used = await quay.Room.ImportHistoryAsync([Moved(before, after, "ヤマダ ハナコ")], Quay.Desk);
        Assert.Equal(1, used.Value);
        Assert.True(await quay.AreOne(a, b));
        var merged = Assert.IsType<LinkageEvent.PersonsMerged>(Assert.Single(quay.Events(LedgerStreams.Persons)));
        Assert.Equal("number", merged.Rule);
    }

    [Fact]
    public async Task A_history_that_comes_first_closes_the_gap_when_the_records_come()
    {
        var after = Hanako with { NameKanji = null, NameKana = null, InsurerNumber = "06270011", InsuredSymbol = "9", InsuredNumber = "88", InsuredBranch = "00", Address = null };
        await quay.Room.ImportHistoryAsync([Moved(Hanako, after, "ヤマダ ハナコ")], Quay.Desk);
        Assert.Equal(0, (await quay.Room.FiguresAsync()).Persons);
        var a = await quay.Link(Hanako);
        var b = await quay.Link(after);
        Assert.True(await quay.AreOne(a, b));
        Assert.Equal(LinkClass.HistoryClosed, b.Class);
        Assert.Equal(1, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task A_chain_of_numbers_joins_in_whatever_order_the_changes_are_told()
    {
        PersonIdentity At(int n) => new() { InsurerNumber = "01130012", InsuredSymbol = "5", InsuredNumber = $"{100 + n}", InsuredBranch = "00", BirthDate = Hanako.BirthDate, Sex = Sex.Female };
        var links = new List<LinkedTicket>();
        foreach (var n in (int[])[3, 0, 2, 1])
        {
            links.Add(await quay.Link(At(n)));
        }

        foreach (var n in (int[])[2, 0, 1])
        {
            await quay.Room.ImportHistoryAsync([new NumberHistory(At(n), At(n + 1), new DateOnly(2018 + n, 4, 1))], Quay.Desk);
        }

        Assert.True(await quay.AreOne(links[0], links[1]));
        Assert.True(await quay.AreOne(links[2], links[3]));
        Assert.True(await quay.AreOne(links[0], links[3]));
        var again = await quay.Room.ImportHistoryAsync([new NumberHistory(At(0), At(1), new DateOnly(2018, 4, 1))], Quay.Desk);
        Assert.True(again.IsOk);
        Assert.Equal(3, (await quay.Room.FiguresAsync()).Merges);
    }

    [Fact]
    public async Task A_wrong_number_never_joins_two_people_of_different_birth_and_name()
    {
        var a = await quay.Link(Hanako);
        var stranger = await quay.Link(Hanako with { NameKanji = "鈴木　一", NameKana = "スズキ ハジメ", BirthDate = new DateOnly(1950, 11, 20), Sex = Sex.Male, Address = null });
        Assert.False(await quay.AreOne(a, stranger));
        Assert.Equal(1, (await quay.Room.FiguresAsync()).NumbersOfSeveralPersons);
    }

    [Fact]
    public async Task A_parent_and_child_of_one_number_stay_two()
    {
        var mother = await quay.Link(Hanako with { InsuredBranch = null });
        var daughter = await quay.Link(Hanako with { InsuredBranch = null, NameKanji = "山田　咲", NameKana = "ヤマダ サキ", BirthDate = new DateOnly(2012, 7, 1) });
        Assert.False(await quay.AreOne(mother, daughter));
    }

    [Fact]
    public async Task A_mistyped_birth_date_or_sex_is_forgiven_where_number_and_name_agree()
    {
        var a = await quay.Link(Hanako);
        Assert.True(await quay.AreOne(a, await quay.Link(Hanako with { BirthDate = new DateOnly(1985, 9, 3) })));
        Assert.True(await quay.AreOne(a, await quay.Link(Hanako with { BirthDate = new DateOnly(1985, 3, 8), InsuredBranch = null })));
        Assert.True(await quay.AreOne(a, await quay.Link(Hanako with { Sex = Sex.Male })));
        Assert.True(await quay.AreOne(a, await quay.Link(Hanako with { BirthDate = null, Sex = Sex.Unknown })));
    }

    [Fact]
    public async Task A_mistyped_birth_date_without_number_needs_the_address()
    {
        var a = await quay.Link(Hanako);
        var nameOnly = Hanako with { InsurerNumber = null, InsuredSymbol = null, InsuredNumber = null, InsuredBranch = null, BirthDate = new DateOnly(1985, 9, 3) };
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly)));
        Assert.False(await quay.AreOne(a, await quay.Link(nameOnly with { Address = "大阪府大阪市北区中之島1-3-20", BirthDate = new DateOnly(1985, 3, 19) })));
    }

    [Fact]
    public async Task Without_a_number_the_name_in_other_letters_and_the_birth_date_find_the_person()
    {
        var a = await quay.Link(Hanako with { NameKanji = "渡邊　裕子", NameKana = "ワタナベ ユウコ" });
        var nameOnly = new PersonIdentity { NameKanji = "渡辺裕子", NameKana = "ﾜﾀﾅﾍﾞﾕｳｺ", BirthDate = Hanako.BirthDate, Sex = Sex.Female };
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly)));
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly with { NameKana = null })));
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly with { NameKanji = null })));
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly with { NameKana = "ワタナヘ ユーコ" })));
        Assert.True(await quay.AreOne(a, await quay.Link(nameOnly with { NameKanji = "●辺　裕子" })));
    }

    [Fact]
    public async Task Two_people_of_one_name_and_birth_date_are_told_apart_by_kanji_or_address_or_not_at_all()
    {
        var kenichi = new PersonIdentity { NameKanji = "佐藤　健一", NameKana = "サトウ ケンイチ", BirthDate = new DateOnly(1960, 6, 6), Sex = Sex.Male, Address = "東京都新宿区西新宿2-8-1" };
        var other = kenichi with { NameKanji = "佐藤　賢一", Address = "大阪府大阪市北区中之島1-3-20" };
        var a = await quay.Link(kenichi);
        var b = await quay.Link(other);
        Assert.False(await quay.AreOne(a, b));
        Assert.True(await quay.AreOne(a, await quay.Link(kenichi with { NameKanji = null, Address = "新宿区西新宿二丁目8番1号" })));
        Assert.True(await quay.AreOne(b, await quay.Link(other with { Address = null })));
        var neither = await quay.Link(kenichi with { NameKanji = null, Address = null });
        Assert.Equal(LinkClass.Unlinked, neither.Class);
        Assert.False(await quay.AreOne(a, neither) || await quay.AreOne(b, neither));
    }

    [Fact]
    public async Task Two_people_who_were_each_given_the_first_of_january_stay_two()
    {
        // Same name, same town, same year; each was once written down with the placeholder.
        var a = Hanako with { NameKanji = null };
        var b = a with { InsuredNumber = "999", BirthDate = new DateOnly(1985, 11, 25), Address = "東京都新宿区新宿1-1-1" };
        var first = await quay.Link(a);
        var second = await quay.Link(b);
        await quay.Link(a with { BirthDate = new DateOnly(1985, 1, 1) });
        await quay.Link(b with { BirthDate = new DateOnly(1985, 1, 1) });
        Assert.False(await quay.AreOne(first, second));
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task Two_numbers_in_use_at_once_speak_against_one_person()
    {
        var a = new PersonIdentity { InsurerNumber = "01130012", InsuredSymbol = "1", InsuredNumber = "1", InsuredBranch = "00", NameKana = "サトウ ヒロシ", BirthDate = new DateOnly(1960, 6, 6), Sex = Sex.Male };
        var b = a with { InsurerNumber = "06270011", InsuredSymbol = "7", InsuredNumber = "77" };
        IdentityTicket[] claims = [.. Enumerable.Range(0, 24).SelectMany(m => (IdentityTicket[])[
            new(m * 2, a with { AsOf = new DateOnly(2018, 1, 1).AddMonths(m) }),
            new((m * 2) + 1, b with { AsOf = new DateOnly(2018, 1, 1).AddMonths(m) })])];
        var linked = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId("claims-1"), claims)).Value;
        Assert.False(await quay.AreOne(linked[0], linked[1]));
        Assert.Equal(2, (await quay.Room.FiguresAsync()).Persons);
    }

    [Fact]
    public async Task The_hospitals_own_number_links_within_the_hospital_only()
    {
        var chart = new PersonIdentity { LocalPatientId = "0001234", NameKana = "ヤマダ ハナコ", BirthDate = Hanako.BirthDate, Sex = Sex.Female };
        var bare = new PersonIdentity { LocalPatientId = "１２３４" };
        var a = await quay.Link(chart);
        var b = await quay.Link(bare);
        Assert.Equal(LinkClass.LocalVerified, b.Class);
        Assert.True(await quay.AreOne(a, b));
        var elsewhere = (await quay.Link(new HolderId("hospital-b"), Quay.Records, bare))[0];
        Assert.Equal(LinkClass.Unlinked, elsewhere.Class);
        Assert.False(await quay.AreOne(a, elsewhere));
    }

    [Fact]
    public async Task Records_that_say_too_little_are_each_a_person_of_their_own()
    {
        var linked = await quay.Link(Quay.Hospital, Quay.Records, new PersonIdentity { NameKana = "ヤマダ ハナコ" }, new PersonIdentity { NameKana = "ヤマダ ハナコ" }, new PersonIdentity());
        Assert.Equal(3, linked.Select(l => l.Person).Distinct().Count());
        Assert.All(linked, l => Assert.Equal(LinkClass.Unlinked, l.Class));
    }

    [Fact]
    public async Task Later_evidence_joins_persons_made_before_and_says_so()
    {
        var byNumber = await quay.Link(new PersonIdentity { InsurerNumber = "01130012", InsuredSymbol = "1234", InsuredNumber = "567", InsuredBranch = "02", NameKanji = "山田　花子", BirthDate = Hanako.BirthDate, Sex = Sex.Female });
        var byKana = await quay.Link(new PersonIdentity { NameKana = "ヤマダ ハナコ", BirthDate = Hanako.BirthDate, Sex = Sex.Female });
        Assert.False(await quay.AreOne(byNumber, byKana));
        var both = await quay.Link(Hanako);
        Assert.True(await quay.AreOne(byNumber, byKana));
        Assert.True(await quay.AreOne(byNumber, both));
        Assert.Equal(byNumber.Person, both.Person);
        Assert.Single(quay.Told(LedgerStreams.Persons));
    }

    [Fact]
    public async Task The_same_evidence_gives_the_same_persons_in_every_order()
    {
        PersonIdentity[] evidence =
        [
            Hanako,
            Hanako with { InsuredBranch = null, NameKanji = null },
            Hanako with { NameKanji = "佐藤　花子", NameKana = "サトウ ハナコ" },
            new() { NameKana = "ヤマダ ハナコ", BirthDate = Hanako.BirthDate, Sex = Sex.Female, LocalPatientId = "77" },
            new() { LocalPatientId = "77", NameKana = "サトウ ハナコ", BirthDate = Hanako.BirthDate, Sex = Sex.Female },
            Hanako with { InsuredBranch = "01", NameKanji = "山田　太郎", NameKana = "ヤマダ タロウ", Sex = Sex.Male, BirthDate = new DateOnly(1984, 1, 30) },
        ];
        var random = new Random(20260401);
        for (var round = 0; round < 6; round++)
        {
            using var fresh = new Quay();
            var linked = new LinkedTicket[evidence.Length];
            foreach (var i in Enumerable.Range(0, evidence.Length).OrderBy(_ => random.Next()))
            {
                linked[i] = await fresh.Link(evidence[i]);
            }

            var people = (await fresh.ToProject([.. linked.Select(l => l.Person)])).People;
            Assert.Single(people.Take(5).Distinct());
            Assert.NotEqual(people[0], people[5]);
        }
    }

    [Fact]
    public void The_rules_that_ship_are_readable_and_explained_in_both_languages()
    {
        var rules = LinkRules.Parse(File.ReadAllText(Path.Combine(Quay.Standards, "linkage", "rules-v2.json")));
        Assert.Equal("linkage-rules@2", rules.Version);
        Assert.All(rules.Rules, r => Assert.True(r.Text.Ja.Length > 10 && r.Text.En.Length > 10));
    }

    [Theory]
    [InlineData("""{"birht":["same"]}""", "birht")]
    [InlineData("""{"birth":["equal"]}""", "equal")]
    [InlineData("{}", "at least one")]
    public void A_mistake_in_the_rules_is_named(string when, string said)
    {
        var json = $$"""{"version":"x@1","conflicts":[],"whenSeveral":[],"rules":[{"id":"r","class":"RuleMatched","joins":true,"when":{{when}},"ja":"","en":""}]}""";
        Assert.Contains(said, Assert.Throws<FormatException>(() => LinkRules.Parse(json)).Message);
    }

    public void Dispose() => quay.Dispose();

    private static NumberHistory Moved(PersonIdentity before, PersonIdentity after, string kana) => new(OnlyNumber(before, kana), OnlyNumber(after, kana), new DateOnly(2020, 10, 1));

    /// <summary>As the insurers' history service tells it: number, kana name, birth date, sex.</summary>
    private static PersonIdentity OnlyNumber(PersonIdentity i, string kana) => new()
    {
        InsurerNumber = i.InsurerNumber,
        InsuredSymbol = i.InsuredSymbol,
        InsuredNumber = i.InsuredNumber,
        InsuredBranch = i.InsuredBranch,
        NameKana = kana,
        BirthDate = i.BirthDate,
        Sex = i.Sex,
    };
}
