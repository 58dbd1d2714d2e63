using DuckDB.NET.Data;

namespace Minato.Bench.Linkage;

/// <summary>
/// What a Splink model for these columns runs in DuckDB: blocking rules as joins, comparison levels as a CASE of Jaro–Winkler, given
/// weights added up. Written for this benchmark after the tool's published method; the weights are ours.
/// </summary>
internal static class SplinkLike
{
    private const string Columns = "person integer, family varchar, given varchar, kanji varchar, birth integer, y integer, md integer, sex tinyint";

    private const string Pairs = """
        create or replace table pairs as
        select a.person pa, b.person pb,
          case when a.family = b.family then 9.0 when jaro_winkler_similarity(a.family, b.family) >= 0.92 then 5.0 when a.family is null or b.family is null then 0 else -4.0 end
          + case when a.given = b.given then 7.0 when jaro_winkler_similarity(a.given, b.given) >= 0.92 then 4.0 when a.given is null or b.given is null then 0 else -5.0 end
          + case when a.kanji = b.kanji then 4.0 when jaro_winkler_similarity(a.kanji, b.kanji) >= 0.9 then 2.0 when a.kanji is null or b.kanji is null then 0 else -1.0 end
          + case when a.birth = b.birth then 14.0 when a.md = b.md or (a.y = b.y and levenshtein(a.birth::varchar, b.birth::varchar) <= 2) then 4.0 else -7.0 end
          + case when a.sex = b.sex then 1.0 when a.sex = 0 or b.sex = 0 then 0 else -6.0 end weight
        from candidates c join a on a.rowid = c.i join b on b.rowid = c.j
        """;

    private static readonly string[] Rules = ["a.birth = b.birth and a.sex = b.sex", "a.family = b.family and a.given = b.given and a.y = b.y", "a.kanji = b.kanji and a.y = b.y", "a.given = b.given and a.md = b.md"];

    public static (double Seconds, long Pairs, double Precision, double Recall) Run(Row[] left, Row[] right)
    {
        using var duck = new Duck();
        Fill(duck, "a", left);
        Fill(duck, "b", right);
        var seconds = Timing.BestWall(1, () =>
        {
            duck.Run($"create or replace table candidates as select distinct i, j from ({string.Join(" union all ", Rules.Select(r => $"select a.rowid i, b.rowid j from a join b on {r}"))})");
            duck.Run(Pairs);
            duck.Run("create or replace table links as select pa, pb from pairs where weight >= 12");
        });
        var (links, right1) = (duck.Number("select count(*) from links"), duck.Number("select count(*) from links where pa = pb"));
        var belong = duck.Number("select count(*) from a join b using (person)");
        return (seconds, duck.Number("select count(*) from candidates"), (double)right1 / Math.Max(1, links), (double)right1 / Math.Max(1, belong));
    }

    private static void Fill(Duck duck, string table, Row[] rows) => duck.Fill(table, Columns, rows, (to, row) =>
    {
        var kana = row.Identity.NameKana?.Split([' ', '　'], 2);
        to.AppendValue(row.Person);
        Text(to, kana?[0]);
        Text(to, kana is { Length: 2 } ? kana[1] : null);
        Text(to, row.Identity.NameKanji?.Replace('　', ' '));
        var birth = row.Identity.BirthDate ?? default;
        to.AppendValue((birth.Year * 10_000) + (birth.Month * 100) + birth.Day);
        to.AppendValue(birth.Year);
        to.AppendValue((birth.Month * 100) + birth.Day);
        to.AppendValue((sbyte)row.Identity.Sex);
    });

    private static void Text(IDuckDBAppenderRow to, string? text) => _ = text is null ? to.AppendNullValue() : to.AppendValue(text);
}
