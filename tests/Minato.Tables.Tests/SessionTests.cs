using System.Security.Cryptography;
using System.Text;

namespace Minato.Tables.Tests;

public sealed class SessionTests
{
    private static readonly TableShape Everything = new(
        "everything",
        [
            new("id", ColumnType.Integer, Nullable: false), new("text", ColumnType.Text), new("amount", ColumnType.Decimal),
            new("day", ColumnType.Date), new("person", ColumnType.Uuid), new("flag", ColumnType.Boolean),
        ],
        ["id"]);

    [Fact]
    public void Every_column_type_comes_back_as_it_went_in()
    {
        using var session = TablesRoom.OpenSession();
        var person = new Guid("f0000000-0000-4000-8000-000000000001");
        session.CreateTable(Everything);
        using (var rows = session.Insert(Everything))
        {
            rows.Add(1L).Add("糖尿病 '\"😀").Add(1.123456m).Add(new DateOnly(1912, 7, 30)).Add(person).Add(true).EndRow();
            rows.Add(long.MinValue).Add((string?)null).Add((decimal?)null).Add((DateOnly?)null).Add((Guid?)null).Add((bool?)null).EndRow();
        }

        object?[][] expected = [[long.MinValue, null, null, null, null, null], [1L, "糖尿病 '\"😀", 1.123456m, new DateOnly(1912, 7, 30), person, true]];
        Assert.Equal(expected, session.Query("select * from everything order by id").ToArray());
        Assert.Equal([[2L]], session.Query("select count(*) from everything").ToArray());
        Assert.Equal([[1L]], session.Query("select id from everything where person = $1 and day = $2 and text = $3", person, new DateOnly(1912, 7, 30), "糖尿病 '\"😀").ToArray());
    }

    [Fact]
    public void A_pseudonym_has_the_same_text_and_the_same_order_in_the_engine_as_in_the_kernel()
    {
        var random = new Random(7);
        var pseudonyms = Enumerable.Range(0, 500).Select(_ => new Pseudonym<Dataset>(new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue))))
            .Append(default).Append(new(UInt128.MaxValue)).Append(new(UInt128.One << 127)).ToList();
        var shape = new TableShape("people", [new("person", ColumnType.Uuid), new("hex", ColumnType.Text)], []);
        using var session = TablesRoom.OpenSession();
        session.CreateTable(shape);
        using (var rows = session.Insert(shape))
        {
            foreach (var p in pseudonyms)
            {
                rows.Add(p.ToGuid()).Add(p.ToString()).EndRow();
            }
        }

        Assert.Equal(0L, session.Scalar<long>("select count(*) from people where replace(cast(person as varchar), '-', '') <> hex"));
        var sorted = session.Query("select person from people order by person").Select(r => Pseudonym<Dataset>.FromGuid((Guid)r[0]!)).ToList();
        Assert.Equal(pseudonyms.Order().ToList(), sorted);
        Assert.Equal(pseudonyms[3], Pseudonym<Dataset>.FromGuid(session.Scalar<Guid>("select person from people where person = $1", pseudonyms[3].ToGuid())));
        Assert.Equal(pseudonyms[3], Pseudonym<Dataset>.FromGuid(session.Scalar<Guid>($"select {session.Dialect.Literal(pseudonyms[3].ToGuid())}")));
    }

    [Fact]
    public void The_same_rows_make_the_same_bytes_whatever_the_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        var hashes = new HashSet<string>();
        var run = 0;
        foreach (var threads in (int[])[1, 2, 4, 2])
        {
            using var session = TablesRoom.OpenSession(new() { Threads = threads, MemoryMegabytes = 512, TempFolder = folder["spill"] });
            session.Execute("create temp table numbers as select i, (i * 7919) % 100003 as k, 'x' || ((i * 31) % 977) as t, cast((i % 1000) / 8.0 as decimal(18, 6)) as d, date '2020-01-01' + cast(i % 3000 as integer) as day from range(300000) r(i)");
            var (parquet, csv) = (folder[$"{run}.parquet"], folder[$"{run++}.csv"]);
            Assert.Equal(300_000, session.WriteParquet("select * from numbers order by k, i", parquet));
            Assert.Equal(300_000, session.WriteCsv("select * from numbers order by k, i", csv));
            hashes.Add(Hash(parquet) + Hash(csv));
        }

        Assert.Single(hashes);
    }

    [Fact]
    public void Csv_is_utf8_with_a_header_and_line_feeds()
    {
        using var folder = new TemporaryFolder();
        using var session = TablesRoom.OpenSession();
        session.WriteCsv("select 1 as \"番号\", 'a,\"b\"' as t, cast(null as varchar) as n, cast(1.5 as decimal(18, 6)) as d", folder["t.csv"]);
        Assert.Equal("番号,t,n,d\n1,\"a,\"\"b\"\"\",,1.500000\n", File.ReadAllText(folder["t.csv"], new UTF8Encoding(false, true)));
    }

    [Fact]
    public void A_table_without_files_is_an_empty_view_of_the_right_types_and_with_files_it_is_their_rows()
    {
        using var folder = new TemporaryFolder();
        using var session = TablesRoom.OpenSession();
        session.AttachTable("ds1_everything", Everything, []);
        Assert.Equal(0L, session.Scalar<long>("select count(*) from ds1_everything"));
        Assert.Equal("UUID", session.Query("describe ds1_everything").Single(r => "person".Equals(r[0]))[1]);

        session.Execute("create temp table t as select 1 as id, 'a' as text, 1.5 as amount, date '2020-02-29' as day, uuid() as person, false as flag");
        session.WriteParquet("select * from t", folder["o'brien 1.parquet"]);
        session.WriteParquet("select * from t", folder["2.parquet"]);
        session.AttachTable("ds1_everything", Everything, [folder["o'brien 1.parquet"], folder["2.parquet"]]);
        Assert.Equal([[2L, 3.0m]], session.Query("select count(*), sum(amount) from ds1_everything").ToArray());
    }

    [Fact]
    public void A_locked_session_reads_and_writes_only_where_it_may_and_cannot_unlock_itself()
    {
        using var folder = new TemporaryFolder();
        var (inside, outside) = (folder["inside"], folder["outside"]);
        Directory.CreateDirectory(inside);
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "secret.csv"), "a\n1\n");
        using var session = TablesRoom.OpenSession(new() { AllowedFolders = [inside] });

        Assert.Equal(1, session.WriteParquet("select 1 as a", Path.Combine(inside, "a.parquet")));
        Assert.Equal(1L, session.Scalar<long>($"select a from read_parquet({session.Dialect.Literal(Path.Combine(inside, "a.parquet"))})"));
        string[] tries =
        [
            $"select * from read_csv('{outside}/secret.csv')", $"select * from '{inside}/../outside/secret.csv'", "select * from read_text('/etc/passwd')",
            $"copy (select 1) to '{outside}/b.csv'", $"attach '{outside}/x.db' as x", "install httpfs", "load httpfs", "set enable_external_access = true",
            "set memory_limit = '100GB'", "reset lock_configuration", $"export database '{outside}/all'", $"set allowed_directories = ['{outside}']",
        ];
        Assert.All(tries, sql => Assert.ThrowsAny<Exception>(() => session.Execute(sql)));
        Assert.Equal(["secret.csv"], Directory.GetFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public void A_locked_session_may_still_spill_where_it_was_told_to()
    {
        using var folder = new TemporaryFolder();
        var inside = Directory.CreateDirectory(folder["inside"]).FullName;
        using var session = TablesRoom.OpenSession(new() { AllowedFolders = [inside], MemoryMegabytes = 64, Threads = 2, TempFolder = folder["spill"] });
        Assert.Equal(1_500_000, session.WriteParquet("select i, md5(cast(i as varchar)) as h from range(1500000) r(i) order by h", Path.Combine(inside, "sorted.parquet")));
        Assert.ThrowsAny<Exception>(() => session.Execute($"copy (select 1) to '{folder["spill"]}/../out.csv'"));
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        using var session = TablesRoom.OpenSession();
        foreach (var text in (string[])["'; drop table t; --", "\\'", "''", "$1", "\u0001\n\r\t", "E'\\\\'", "/*", "𠮟る"])
        {
            Assert.Equal(text, session.Scalar<string>($"select {session.Dialect.Literal(text)}"));
            Assert.Equal(1L, session.Scalar<long>($"select {session.Dialect.Quote(text)} from (select 1 as {session.Dialect.Quote(text)}) as q"));
        }

        Assert.Throws<ArgumentException>(() => session.Dialect.Literal("a\0b"));
    }

    [Fact]
    public void Every_statement_of_a_text_is_run_and_a_failing_one_is_heard()
    {
        using var session = TablesRoom.OpenSession();
        session.Execute("create temp table t(a int); insert into t values (1); insert into t values (2)");
        Assert.Equal(2L, session.Scalar<long>("select count(*) from t"));
        Assert.ThrowsAny<Exception>(() => session.Execute("select 1; select no_such_column from t"));
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
