using Minato.Tables.Engines;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Tables.Tests;

public sealed class QueryTests
{
    private static readonly TableShape Drugs = new("drugs", [new("person", ColumnType.Uuid), new("concept", ColumnType.Integer), new("start", ColumnType.Date), new("days", ColumnType.Integer)], []);
    private static readonly Scan Scan = new("drugs", Drugs);

    [Fact]
    public void New_users_are_found_by_a_window_and_an_anti_join()
    {
        using var session = TablesRoom.OpenSession();
        session.CreateTable(Drugs);
        var (anna, ben, eva) = (Person(1), Person(2), Person(3));
        using (var rows = session.Insert(Drugs))
        {
            void Add(Guid person, long concept, string day) => rows.Add((Guid?)person).Add((long?)concept).Add((DateOnly?)DateOnly.Parse(day)).Add(30L).EndRow();
            Add(anna, 10, "2020-05-01");
            Add(anna, 10, "2020-06-01");
            Add(ben, 20, "2020-01-15");
            Add(ben, 10, "2020-05-01");
            Add(eva, 10, "2019-01-01");
        }

        var first = Scan.Where(Col("concept").In([10L])).FirstBy(["person"], "start");
        var earlier = Scan.Where(Col("concept").Eq(20L)).Keep("person", "start").Prefixed("other_");
        var fresh = first.AntiJoin(earlier, All(Col("other_person").Eq(Col("person")), Col("other_start").DaysTo(Col("start")).Between(0L, 365L)));
        Assert.Equal([anna, eva], session.Read(fresh.Keep("person").Sorted("person")).Select(r => r[0]));
        Assert.Equal(2, session.CountRows(fresh));

        var stored = session.Materialise("fresh users", fresh.With(("end", Col("start").AddDays(Col("days")))));
        Assert.Equal(new DateOnly(2020, 5, 31), session.Read(stored.Where(Col("person").Eq(anna)).Keep("end")).Single()[0]);
    }

    [Fact]
    public void Periods_that_touch_become_one()
    {
        using var session = TablesRoom.OpenSession();
        var person = Person(1);
        var months = new Rows(
            [("person", ColumnType.Uuid), ("start", ColumnType.Date), ("end", ColumnType.Date)],
            [
                [person, new DateOnly(2020, 1, 1), new DateOnly(2020, 1, 31)], [person, new DateOnly(2020, 2, 1), new DateOnly(2020, 2, 29)],
                [person, new DateOnly(2020, 1, 5), new DateOnly(2020, 1, 7)], [person, new DateOnly(2020, 6, 1), new DateOnly(2020, 6, 30)],
            ]);
        var merged = months
            .Over("end_before", WindowFunction.MaxBefore, Col("end"), ["person"], "start")
            .With(("opens", Case([(Col("end_before").AddDays(1L).Ge(Col("start")), 0L)], 1L)))
            .Over("period", WindowFunction.RunningSum, Col("opens"), ["person"], "start")
            .GroupBy(["person", "period"], Folded.Min("from", "start"), Folded.Max("to", "end"))
            .Keep("from", "to").Sorted("from");
        object?[][] expected = [[new DateOnly(2020, 1, 1), new DateOnly(2020, 2, 29)], [new DateOnly(2020, 6, 1), new DateOnly(2020, 6, 30)]];
        Assert.Equal(expected, session.Read(merged).ToArray());
    }

    [Fact]
    public void Labels_codes_and_functions_answer_as_the_oracle_does()
    {
        using var session = TablesRoom.OpenSession();
        session.Define("shout", t => t + "!");
        var texts = new Rows([("t", ColumnType.Text), ("n", ColumnType.Integer)], [["E11", 7L], ["two words", 90L], ["肺", null], [null, 3L], ["", 1007L]]);
        var many = Enumerable.Range(0, 200).Select(i => ((object)(long)(i * 10), (object)$"g{i}")).ToArray();
        var asked = texts.Select(
            ("code", Col("t").IsCode(3)),
            ("few", Col("t").Mapped([("E11", "E"), ("肺", "J")])),
            ("many", Col("n").Mapped([(3L, "three"), .. many.Skip(1)])),
            ("loud", Col("t").Through("shout", t => t + "!"))).Sorted("loud");
        var rows = session.Read(asked).ToArray();
        Assert.Equal(["!", "E11!", "two words!", "肺!", null], rows.Select(r => r[3]));
        Assert.Equal([false, true, false, false, null], rows.Select(r => r[0]));
        Assert.Equal([null, "E", null, "J", null], rows.Select(r => r[1]));
        Assert.Equal([null, null, "g9", null, "three"], rows.Select(r => r[2]));
        Assert.Equal(rows, Oracle.Evaluate(asked, _ => []).ToArray());
        Assert.Throws<QueryException>(() => texts.Select(("x", Col("n").Mapped([(1L, "a"), (1L, "b")]))));
    }

    [Fact]
    public void A_wrong_query_does_not_come_into_being()
    {
        Assert.Throws<QueryException>(() => Scan.Where(Col("no_such_column").Eq(1L)));
        Assert.Throws<QueryException>(() => Scan.Where(Col("start").Eq(1L)));
        Assert.Throws<QueryException>(() => Scan.Where(Col("concept")));
        Assert.Throws<QueryException>(() => Scan.InnerJoin(Scan, Col("person").Eq(Col("person"))));
        Assert.Throws<QueryException>(() => Scan.Union(Scan.Keep("person")));
        Assert.Throws<QueryException>(() => Scan.GroupBy(["person"], Folded.Sum("s", "start")));
        Assert.Throws<QueryException>(() => Scan.Sorted("no_such_column"));
        Assert.Throws<QueryException>(() => new Rows([("a", ColumnType.Integer)], [["text"]]));
    }

    [Fact]
    public void A_node_used_twice_is_computed_once()
    {
        var shared = Scan.Where(Col("concept").Gt(5L)).Keep("person");
        var sql = Sql.Compile(shared.SemiJoin(shared.Prefixed("o_"), Col("o_person").Eq(Col("person"))), DuckDbDialect.Instance);
        Assert.StartsWith("with \"shared1\" as materialized (", sql);
        Assert.Equal(1, sql.Split("from \"drugs\"").Length - 1);
    }

    [Fact]
    public void The_dialects_differ_only_where_the_engines_do()
    {
        var query = Scan.Select(("code", Col("concept").As(ColumnType.Text)), ("who", Col("person"))).AntiJoin(Scan.Keep("person"), Col("who").Eq(Col("person"))).Sorted("code");
        Assert.Contains("anti join", Sql.Compile(query, DuckDbDialect.Instance));
        var postgres = Sql.Compile(query, PostgresDialect.Instance);
        Assert.Contains("where not exists (select 1 from", postgres);
        Assert.Contains("(\"code\" collate \"C\") asc nulls last", postgres);
    }

    private static Guid Person(byte n) => new(new byte[] { 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n }, bigEndian: true);
}
