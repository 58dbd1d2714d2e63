using Minato.Linkage.Matching;

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

    /// <summary>The fields that say anything, in the order of the rules.</summary>
    public static IReadOnlyList<DeskEvidence> Of(Levels levels) =>
        [.. Fields.Where(f => levels[f.Key] != Level.Unknown).Select(f => new DeskEvidence(f.Value, WordsOf(levels[f.Key])))];

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
