using Minato.Linkage.Matching;
using static System.FormattableString;

namespace Minato.Linkage;

/// <summary>A comparison in words for people at the desk.</summary>
internal static class DeskWords
{
    private static readonly IReadOnlyDictionary<Field, Bilingual> Fields = new Dictionary<Field, Bilingual>
    {
        [Field.Number] = new("被保険者番号(枝番まで)", "Insured number with branch"),
        [Field.Household] = new("記号・番号", "Symbol and number"),
        [Field.Period] = new("番号の有効期間", "Period of the number"),
        [Field.Local] = new("患者番号", "The holder's patient number"),
        [Field.Birth] = new("生年月日", "Birth date"),
        [Field.Sex] = new("性別", "Sex"),
        [Field.Kana] = new("カナ氏名", "Kana name"),
        [Field.Kanji] = new("漢字氏名", "Kanji name"),
        [Field.Address] = new("住所", "Address"),
        [Field.Insurance] = new("保険の重なり", "Insurance at one time"),
        [Field.Id1] = new("ID1", "ID1"),
        [Field.Id2] = new("ID2", "ID2"),
        [Field.Id4] = new("ID4", "ID4"),
        [Field.Id5] = new("ID5", "ID5"),
    };

    /// <summary>The fields that say anything, in the order of the rules; how rare the name is; and what all of it weighs.</summary>
    public static IReadOnlyList<DeskEvidence> Of(Levels levels, LinkWeights? weights)
    {
        var said = Fields.Where(f => levels[f.Key] != Level.Unknown).Select(f => new DeskEvidence(f.Value, WordsOf(levels[f.Key]))).ToList();
        if (levels[Field.Name] >= Level.Same)
        {
            said.Add(new DeskEvidence(new("氏名の珍しさ", "How rare the name is"), RarityOf(levels[Field.Name] == Level.Same ? 0 : levels[Field.Name] - Level.Lapsed)));
        }

        if (weights is not null)
        {
            var (bits, likely) = (weights.Bits(levels), weights.Probability(levels));
            said.Add(new DeskEvidence(
                new("重みの合計", "Weight of all of it"),
                new(Invariant($"{bits:0.0}ビット(同じ人である確率 {likely:0.0000})"), Invariant($"{bits:0.0} bits: one person with probability {likely:0.0000}"))));
        }

        return said;
    }

    private static Bilingual RarityOf(int rarity)
    {
        var (from, to) = NameFrequencies.BearersOf(rarity);
        return rarity switch
        {
            0 => new(Invariant($"{to:N0}人に一人より多い"), Invariant($"more than one person in {to:N0} bears it")),
            Levels.Rarities => new(Invariant($"{from:N0}人に一人より少ない"), Invariant($"fewer than one person in {from:N0} bears it")),
            _ => new(Invariant($"{from:N0}人から{to:N0}人に一人"), Invariant($"one person in {from:N0} to {to:N0} bears it")),
        };
    }

    private static Bilingual WordsOf(Level level) => level switch
    {
        Level.Different => new("不一致", "differs"),
        Level.Municipality => new("市区町村まで一致", "the municipality agrees"),
        Level.Family => new("姓のみ一致", "only the family name agrees"),
        Level.Given => new("名のみ一致", "only the given name agrees"),
        Level.Near => new("書き間違い程度の違い", "differs as by a slip of the pen"),
        Level.Same => new("一致", "agrees"),
        Level.Rival => new("二つの番号が同じ時期に使われている", "two numbers in use at the same time"),
        Level.Lapsed => new("番号の期間外", "the number had ended"),
        _ => new("不明", "not known"),
    };
}
