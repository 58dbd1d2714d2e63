using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Minato.Linkage.Persons;

namespace Minato.Linkage.Tests;

/// <summary>Pairs that no rule joins: the weight of all that agrees decides, or the desk is asked, or nobody is joined.</summary>
public sealed class WeightTests : IDisposable
{
    private static readonly Actor Desk = new(Quay.Desk, Role.LinkageDesk, "test.example", "Desk");
    private static readonly LinkWeights Weights = LinkWeights.Parse(File.ReadAllText(Standard("weights-v1.json")));
    private static readonly LinkRules Rules = LinkRules.Parse(File.ReadAllText(Standard("rules-v2.json"))) with { Weights = Weights };
    private static readonly NameTables Names = new(KanjiClasses.Parse(File.ReadAllText(Standard("kanji-classes-v1.txt"))), NameFrequencies.Parse("v", File.ReadAllText(Standard("name-frequencies-v1.txt"))));

    private readonly Quay quay = new();

    [Fact]
    public async Task A_rare_name_outweighs_a_slip_in_the_birth_date()
    {
        var first = await quay.Link(Named("ﾇｸﾐｽﾞ ﾏﾕｶ", "温水　真結花", new DateOnly(1961, 8, 11)));
        var second = await quay.Link(Named("ヌクミズ　マユカ", "温水　真結花", new DateOnly(1960, 8, 11)));
        Assert.True(await quay.AreOne(first, second));
        Assert.Equal(LinkClass.Probabilistic, second.Class);
        Assert.Equal(1, (await quay.Room.FiguresAsync()).TicketsByClass[LinkClass.Probabilistic]);
    }

    [Fact]
    public async Task A_common_name_does_not_and_the_desk_is_asked()
    {
        var first = await quay.Link(Named("サトウ　ダイスケ", "佐藤　大輔", new DateOnly(1980, 8, 11), "大阪府大阪市北区中之島1-1-1"));
        var second = await quay.Link(Named("サトウ　ダイスケ", "佐藤　大輔", new DateOnly(1981, 8, 11)));
        Assert.False(await quay.AreOne(first, second));
        Assert.NotEqual(LinkClass.Probabilistic, second.Class);
    }

    [Fact]
    public async Task What_is_likely_and_not_likely_enough_is_a_case_with_its_weight_and_the_desks_word_holds()
    {
        // The kana agree, the kanji are of a namesake or of a clerk who missed one.
        var first = await quay.Link(Named("サトウ　ハルジ", "佐藤　春路", new DateOnly(1950, 6, 3)));
        var second = await quay.Link(Named("サトウ　ハルジ", "佐藤　春", new DateOnly(1950, 6, 3)) with { Sex = Sex.Unknown });
        Assert.False(await quay.AreOne(first, second));
        var asked = Assert.Single((await quay.Room.DeskAsync(Desk)).Value);
        Assert.Contains("not enough", asked.Rule.En, StringComparison.Ordinal);
        Assert.Contains(asked.Evidence, e => e.Field.En == "Weight of all of it" && e.Agreement.En.Contains("bits: one person with probability 0.9", StringComparison.Ordinal));
        Assert.Contains(asked.Evidence, e => e.Field.En == "How rare the name is");
        _ = (await quay.Room.DecideAsync(asked.Id, DeskVerdict.Same, "the paper register", Desk)).Value;
        Assert.True(await quay.AreOne(first, second));
        Assert.Empty((await quay.Room.DeskAsync(Desk)).Value);
    }

    [Fact]
    public async Task What_the_desk_keeps_apart_no_weight_joins()
    {
        var first = await quay.Link(Named("サトウ　ハルジ", "佐藤　春路", new DateOnly(1950, 6, 3)));
        var second = await quay.Link(Named("サトウ　ハルジ", "佐藤　春", new DateOnly(1950, 6, 3)) with { Sex = Sex.Unknown });
        var asked = Assert.Single((await quay.Room.DeskAsync(Desk)).Value);
        _ = (await quay.Room.DecideAsync(asked.Id, DeskVerdict.Different, "two people at the counter", Desk)).Value;
        Assert.Empty((await quay.Room.DeskAsync(Desk)).Value);
        quay.Reopen();
        Assert.False(await quay.AreOne(first, second));
    }

    [Fact]
    public async Task No_weight_joins_whom_a_conflict_keeps_apart()
    {
        var first = await quay.Link(Named("ヌクミズ　マユカ", "温水　真結花", new DateOnly(1961, 8, 11)));
        var second = await quay.Link(Named("ヌクミズ　マユカ", "温水　真結花", new DateOnly(1985, 2, 3)));
        Assert.False(await quay.AreOne(first, second));
        Assert.Empty((await quay.Room.DeskAsync(Desk)).Value);
    }

    [Fact]
    public void Whatever_weight_joins_shares_a_block()
    {
        var today = new DateOnly(2026, 4, 1);
        Traits[] all = [.. SyntheticNation.Make(50, seed: 5).Records
            .SelectMany(r => new[] { r.Identity, new PersonIdentity { NameKana = r.Identity.NameKana, NameKanji = r.Identity.NameKanji, BirthDate = r.Identity.BirthDate, Sex = r.Identity.Sex } })
            .Distinct().Select(i => Traits.Of(i, null, null, today, Names))];
        var blocks = new BlockIndex(Weights);
        var keys = all.Select(t =>
        {
            Span<uint> own = stackalloc uint[BlockIndex.Most];
            return own[..blocks.KeysOf(t, own)].ToArray().ToHashSet();
        }).ToArray();
        var memory = new RuleMemory(Rules);
        var joined = 0;
        for (var a = 0; a < all.Length; a++)
        {
            for (var b = a + 1; b < all.Length; b++)
            {
                if (memory.Judge(Traits.Compare(all[a], all[b])).JoinRank is >= LinkWeights.FirstRank and <= LinkWeights.LastRank)
                {
                    joined++;
                    Assert.True(keys[a].Overlaps(keys[b]), $"no block for {memory.Rules.Weights!.Bits(Traits.Compare(all[a], all[b]))} bits, levels {Traits.Compare(all[a], all[b]).Bits:x}");
                }
            }
        }

        Assert.True(joined > 20, $"{joined} pairs joined by weight");
    }

    [Fact]
    public void The_rarer_the_name_the_more_it_weighs_and_rules_do_not_see_it()
    {
        Level[] steps = [.. Enumerable.Range(0, Levels.Rarities + 1).Select(Levels.Rare)];
        var levels = steps.Select(s => default(Levels).With(Field.Kana, Level.Same).With(Field.Birth, Level.Same).With(Field.Name, s).With(Field.Given, s)).ToList();
        Assert.Equal(levels.Select(Weights.Of).Order(), levels.Select(Weights.Of));
        Assert.All(levels, l => Assert.Equal(levels[0], l.Plain));
        Assert.Equal(default, default(Levels).Plain);
        Assert.Equal(new Levels(0x5566_1234_0000_5566).With(Field.Name, Level.Family).With(Field.Given, Level.Near), new Levels(0x5566_1234_0000_5566).With(Field.Name, Level.Family).With(Field.Given, Level.Near).Plain);
    }

    [Theory]
    [InlineData("サトウ　ダイスケ", "佐藤　大輔")]
    [InlineData("ヌクミズ　マユカ", "温水　真結花")]
    public void A_name_without_a_space_is_as_rare_as_it_is_at_most_with_one(string kana, string kanji)
    {
        static Traits Of(string kana, string kanji) => Traits.Of(Named(kana, kanji, new DateOnly(1980, 1, 2)), null, null, new DateOnly(2026, 4, 1), Names);
        var (apart, together) = (Of(kana, kanji), Of(kana.Replace("　", "", StringComparison.Ordinal), kanji.Replace("　", "", StringComparison.Ordinal)));
        Assert.InRange(together.KanaRarity, 0, apart.KanaRarity);
        Assert.InRange(together.KanjiRarity, 0, apart.KanjiRarity);
    }

    [Theory]
    [InlineData("\"people\": 1000000", "\"people\": 0", "'people' is more than 1")]
    [InlineData("\"wrongAtMost\": ", "\"wrongAtMost\": 1", "'wrongAtMost' lies between 0 and 1")]
    [InlineData("\"rare1\"", "\"rare8\"", "there is no level 'rare8'")]
    [InlineData("[\"birth\"]", "[\"shoe\"]", "there is no field 'shoe'")]
    [InlineData("\"same same\"", "\"same\"", "does not name one level for each field")]
    public void Weights_that_cannot_be_read_say_where(string from, string to, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => LinkWeights.Parse(File.ReadAllText(Standard("weights-v1.json")).Replace(from, to, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_line_of_frequencies_that_says_nothing_is_named() =>
        Assert.Contains("line 2", Assert.Throws<FormatException>(() => NameFrequencies.Parse("v", "= FamilyReading 100\nサトウ\n")).Message, StringComparison.Ordinal);

    public void Dispose() => quay.Dispose();

    private static PersonIdentity Named(string kana, string kanji, DateOnly birth, string? address = null) =>
        new() { NameKana = kana, NameKanji = kanji, BirthDate = birth, Sex = Sex.Female, Address = address };

    private static string Standard(string file) => Path.Combine(Quay.Standards, "linkage", file);
}
