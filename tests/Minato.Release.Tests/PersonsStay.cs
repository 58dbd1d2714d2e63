using System.Text;
using CsCheck;
using Minato.Release.Checks;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>Persons in what is said to be statistics.</summary>
public sealed class PersonsStay(PersonsStay.OneExit one) : IClassFixture<PersonsStay.OneExit>
{
    public sealed class OneExit : IDisposable
    {
        public Exit Exit { get; } = new();

        public void Dispose() => Exit.Dispose();
    }

    private readonly Exit exit = one.Exit;

    private IEnumerable<string[]> Extraction() =>
        File.ReadLines(Path.Join(exit.Outbox.DataOf(Village.Permit, Exit.Run)!, "data", "person.csv")).Skip(1).Select(l => l.Split(','));

    [Fact]
    public async Task The_extraction_itself_is_stopped()
    {
        var rows = string.Concat(Extraction().Select(p => string.Join(',', p) + "\n"));
        var view = await exit.Submit("people.csv", "person_id,sex,year_of_birth,diabetes,first_seen,hba1c\n" + rows, "person_id", "sex", "year_of_birth", "diabetes", "first_seen", "hba1c");
        Assert.Equal(SubmissionState.Stopped, view.State);
        Assert.Contains("person-id", Exit.Stops(view));
        Assert.Contains("row-level", Exit.Stops(view));
        Assert.Contains("declared-columns", Exit.Stops(view));
        Assert.All(view.Checks, c => Assert.DoesNotContain("0f5e0000", $"{c.Reason} {c.Where}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_of_persons_with_an_invented_count_are_stopped_under_their_own_names_and_under_others()
    {
        var rows = string.Concat(Extraction().Select(p => $"{p[1]},{p[2]},{p[5]},25\n").Distinct());
        var own = await exit.Submit("t.csv", "sex,year_of_birth,hba1c,persons\n" + rows, "sex", "year_of_birth", "hba1c");
        Assert.Equal(["row-level"], Exit.Stops(own));

        var shorter = string.Concat(Extraction().Where(p => p[1] == "F").Select(p => $"{p[1]},{p[2]},25\n").Distinct());
        var counted = await exit.Submit("t.csv", "sex,year_of_birth,persons\n" + shorter, "sex", "year_of_birth");
        Assert.Contains("false-count", Exit.Stops(counted));

        var disguised = await exit.Submit("t.csv", "a,b,c,persons\n" + string.Concat(Extraction().Select(p => $"{p[3]},{p[2]},{p[5]},25\n").Distinct()), "a", "b", "c");
        Assert.Contains("row-level", Exit.Stops(disguised));
    }

    [Fact]
    public async Task Rows_counted_as_persons_are_found_out()
    {
        Assert.Equal(["impossible-count"], Exit.Stops(await exit.Submit("t.csv", "sex,persons\nF,2000\nM,100\n", "sex")));

        // 30 rows of 6 persons are 6 persons.
        var born = Extraction().GroupBy(p => p[2]).First(g => g.Count() < 10).Key;
        var other = Extraction().GroupBy(p => p[2]).Select(g => g.Key).First(y => y != born);
        Assert.Contains("false-count", Exit.Stops(await exit.Submit("t.csv", $"year_of_birth,persons\n{born},30\n{other},0\n", "year_of_birth")));
    }

    [Theory]
    [InlineData("code,persons\n0f5e0000-0000-4000-8000-000000001eef,20\nb,30\n", "person-id")]
    [InlineData("code,persons\n0f5e0000000040008000000000001eef,20\nb,30\n", "person-id")]
    [InlineData("code,persons\n7b1c6f6e-1d1b-4a53-9d3b-1f7f7f0a9c11,20\nb,30\n", "identifier-pattern")]
    [InlineData("code,persons\n1234567890,20\nb,30\n", "identifier-pattern")]
    [InlineData("code,persons\n090-1234-5678,20\nb,30\n", "identifier-pattern")]
    [InlineData("code,persons\nhanako@example.jp,20\nb,30\n", "identifier-pattern")]
    [InlineData("code,persons,seen\na,20,2020-04-01\nb,30,2020-05-01\n", "exact-date")]
    [InlineData("code,persons\n=HYPERLINK(\"x\"),20\nb,30\n", "csv-form")]
    [InlineData("code,persons\n\"=HYPERLINK(\"\"x\"\")\",20\nb,30\n", "formula")]
    [InlineData("code,persons\n@sum,20\nb,30\n", "formula")]
    [InlineData("code,persons,note\na,20,seen by Dr. A\nb,30,-\n", "declared-columns")]
    [InlineData("code,persons\n\"a\nb\",20\nb,30\n", "free-text")]
    [InlineData("code,persons\na,20\na,30\n", "table-shape")]
    [InlineData("code,persons\na,20.5\nb,30\n", "table-shape")]
    [InlineData("code,persons\na,many\nb,30\n", "table-shape")]
    [InlineData("code,n\na,20\nb,30\n", "declared-columns")]
    [InlineData("code,persons\na,20,1\nb,30\n", "csv-form")]
    [InlineData("code,code\na,20\nb,30\n", "csv-form")]
    [InlineData("code,persons\n", "csv-form")]
    [InlineData("", "file-size")]
    [InlineData("code,persons\nall,50\na,20\nb,31\n", "totals")]
    [InlineData("code,persons,share\na,20,40.0\nb,*,10.0\nc,20,40.0\nd,*,*\n", "suppressed-row")]
    [InlineData("code,persons,share\na,20,40.0\nb,*,\nc,20,40.0\nd,*,\n", "derived-column")]
    public async Task A_table_is_stopped_for_what_it_holds(string csv, string rule) => Assert.Contains(rule, Exit.Stops(await exit.Submit("t.csv", csv, "code")));

    [Fact]
    public async Task Days_as_categories_and_one_sided_groups_go_to_a_person()
    {
        var view = await exit.Submit("t.csv", "day,persons\n2020-04-01,20\n2020-04-02,30\n", "day");
        Assert.True(view.State == SubmissionState.InReview, Exit.Failed(view));
        Assert.Contains(view.Checks, c => c is { Rule: "exact-date-category", Passed: false, Hard: false });

        var all = await exit.Submit("t.csv", "region,outcome,persons\nnorth,yes,0\nnorth,no,40\nsouth,yes,30\nsouth,no,60\n", "region", "outcome");
        Assert.True(all.State == SubmissionState.InReview, Exit.Failed(all));
        Assert.Contains(all.Checks, c => c is { Rule: "class-disclosure", Passed: false, Hard: false, Where: "line 3, column 3" });
    }

    [Fact]
    public async Task A_table_of_too_many_rows_is_stopped()
    {
        var view = await exit.Submit("t.csv", "code,persons\n" + string.Concat(Enumerable.Range(0, 5001).Select(i => $"c{i},20\n")), "code");
        Assert.Equal(["file-rows"], Exit.Stops(view));
    }

    [Fact]
    public async Task The_mean_of_a_cost_is_checked_for_dominance_where_contributions_are_given()
    {
        const string table = "group,persons,cost\na,12,1300\nb,10,1000\n";
        exit.Outbox.Put("cost.csv", Encoding.UTF8.GetBytes(table));
        string Contributions(int largest) => "group,contribution\n" + string.Concat(Enumerable.Repeat("a,100\n", 11)) + $"a,{largest}\n" + string.Concat(Enumerable.Repeat("b,100\n", 10));

        var unchecked1 = await exit.Submit(Exit.Table("cost.csv", ["group"], kind: OutputKind.MagnitudeTable));
        Assert.True(unchecked1.State == SubmissionState.InReview, Exit.Failed(unchecked1));
        Assert.Contains(unchecked1.Checks, c => c is { Rule: "dominance-unchecked", Passed: false, Hard: false });

        exit.Outbox.Put("contributions.csv", Encoding.UTF8.GetBytes(Contributions(200)));
        var safe = await exit.Submit(Exit.Table("cost.csv", ["group"], kind: OutputKind.MagnitudeTable, underlying: "contributions.csv"));
        Assert.Contains(safe.Checks, c => c is { Rule: "dominance", Passed: true });
        Assert.DoesNotContain("contributions.csv", safe.Sha256ByFile.Keys);

        exit.Outbox.Put("contributions.csv", Encoding.UTF8.GetBytes(Contributions(100_000)));
        var one = await exit.Submit(Exit.Table("cost.csv", ["group"], kind: OutputKind.MagnitudeTable, underlying: "contributions.csv"));
        Assert.Equal(["dominance"], Exit.Stops(one));
        Assert.Equal("line 2, column 2", one.Checks.Single(c => c is { Hard: true, Passed: false }).Where);
    }

    [Fact]
    public async Task Whatever_a_file_holds_it_gets_checks_and_never_an_exception()
    {
        var gen = Gen.OneOf(
            Gen.Byte.Array[0, 400],
            Gen.OneOfConst("sex,persons", "F,12", "M,*", "total,30", "\"", ",", "\n", "\r\n", "=1", "2020-01-01", "1e400", "-5", "９", "\u0000", "sex", "persons", "0f5e0000-0000-4000-8000-000000001eef").List[0, 30].Select(l => Encoding.UTF8.GetBytes(string.Concat(l))));
        var rules = new OutputRuleBook(Path.Join(Exit.Standards, "output-rules")).InForce(DateTimeOffset.UtcNow, [new("claims-1")]);
        var mirror = new ExtractionMirror(exit.Outbox.DataOf(Village.Permit, Exit.Run)!);
        gen.Sample(bytes =>
        {
            foreach (var kind in Enum.GetValues<OutputKind>())
            {
                var file = new SubmittedFile(Exit.Table("t" + rules.Class(kind).Files[0], ["sex"], kind: kind) with { DegreesOfFreedomColumn = "total" }, bytes, bytes);
                var report = Assert.Single(Inspection.Inspect([file], new([], []), _ => mirror, rules));
                Assert.NotEmpty(report.Checks);
                if (kind != OutputKind.Figure)
                {
                    Mending.Mend(file, report);
                }
            }
        }, iter: 200, threads: 1);
        await Task.CompletedTask;
    }

    [Fact]
    public void The_rules_in_force_are_those_of_the_day_and_say_where_they_come_from()
    {
        var folder = Directory.CreateTempSubdirectory("minato-rules-").FullName;
        try
        {
            var first = File.ReadAllText(Path.Join(Exit.Standards, "output-rules", "v1.json"));
            File.WriteAllText(Path.Join(folder, "v1.json"), first);
            File.WriteAllText(Path.Join(folder, "v2.json"), first.Replace("\"1.2.0\"", "\"2.0.0\"", StringComparison.Ordinal).Replace("2025-01-01", "2030-01-01", StringComparison.Ordinal));
            var all = new OutputRuleBook(folder);
            Assert.Equal("output-rules@1.2.0", all.InForce(new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), []).Name);
            Assert.Equal("output-rules@2.0.0", all.InForce(new(2030, 4, 1, 0, 0, 0, TimeSpan.Zero), []).Name);
            Assert.Throws<InvalidDataException>(() => all.InForce(new(2020, 4, 1, 0, 0, 0, TimeSpan.Zero), []));

            File.WriteAllText(Path.Join(folder, "v3.json"), first.Replace("\"minimum-cell\"", "\"smallest-cell\"", StringComparison.Ordinal));
            Assert.Contains("minimum-cell", Assert.Throws<InvalidDataException>(() => new OutputRuleBook(folder)).Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Join(folder, "v3.json"), "{}");
            Assert.Throws<InvalidDataException>(() => new OutputRuleBook(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
