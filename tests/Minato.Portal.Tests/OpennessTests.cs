using System.Text;

namespace Minato.Portal.Tests;

/// <summary>What the open pages are made of: words, tables to take home, spans of time, names of tiles.</summary>
public class OpennessTests
{
    [Fact]
    public void Every_word_is_there_once_in_both_languages()
    {
        Assert.InRange(Glossary.All.Count, 70, 500);
        Assert.Equal(Glossary.All.Count, Glossary.All.DistinctBy(e => e.Anchor).Count());
        Assert.All(Glossary.All, e =>
        {
            Assert.All(new[] { e.Term.Ja, e.Term.En, e.Meaning.Ja, e.Meaning.En, e.Source }, t => Assert.NotEmpty(t));
            Assert.Contains(e.Meaning.Ja, c => c > '\u3000');
            Assert.DoesNotContain(e.Meaning.En, c => c > '\u3000');
        });
        Assert.Equal("オプトアウト", Glossary.Find("opt-out")!.Term.Ja);
        Assert.All(new[] { "tariff", "permit", "purpose", "exit-control", "linkage", "choice", "secure-environment" }, anchor => Assert.NotNull(Glossary.Find(anchor)));
    }

    [Fact]
    public void Standing_questions_are_answered_in_both_languages()
    {
        Assert.True(StandingQuestions.All.Count >= 10);
        Assert.All(StandingQuestions.All, q =>
        {
            Assert.Contains(StandingQuestions.Topics, t => t.Id == q.Topic);
            Assert.All(new[] { q.Question.Ja, q.Question.En, q.Answer.Ja, q.Answer.En }, t => Assert.NotEmpty(t));
        });
    }

    [Theory]
    [InlineData("2026-04", "2026-04-01", "2026-05-01", 1)]
    [InlineData("2026-12", "2026-12-01", "2027-01-01", 1)]
    [InlineData("2026", "2026-01-01", "2027-01-01", 12)]
    [InlineData("2025-2026", "2025-01-01", "2027-01-01", 24)]
    public void A_span_of_time_has_a_name(string name, string from, string to, int months)
    {
        var period = ReportPeriod.Parse(name)!;
        Assert.Equal((from, to, months), ($"{period.From:yyyy-MM-dd}", $"{period.To:yyyy-MM-dd}", period.Months.Count));

        // By Japan's calendar: the last hours of a month in UTC are the next one's.
        Assert.True(period.Has(new DateTimeOffset(period.From.ToDateTime(default), TimeSpan.FromHours(9))));
        Assert.False(period.Has(new DateTimeOffset(period.To.ToDateTime(default), TimeSpan.FromHours(9))));
        Assert.False(period.Has(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("2026-13")]
    [InlineData("2024-2026")]
    [InlineData("2026-2025")]
    [InlineData("1999")]
    [InlineData("../../etc")]
    [InlineData("20260")]
    public void Anything_else_is_no_span(string? name) => Assert.Null(ReportPeriod.Parse(name));

    [Theory]
    [InlineData("0/000", 0, 0, 256)]
    [InlineData("1/067", 1, 67, 256)]
    [InlineData("0/x001/x234/067", 0, 1_234_067, 256)]
    [InlineData("0/x001/000.p/112", 0, 1_000, 112)]
    [InlineData("2/000.p/1", 2, 0, 1)]
    public void A_tile_has_a_path(string path, int level, long index, int width) => Assert.Equal(new TileName(level, index, width), TileName.Parse(path));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/1")]
    [InlineData("00/000")]
    [InlineData("0/x000/001")]
    [InlineData("0/001/002")]
    [InlineData("0/000.p/0")]
    [InlineData("0/000.p/256")]
    [InlineData("0/000.p/01")]
    [InlineData("0/000.p")]
    [InlineData("0/-01")]
    [InlineData("0/x999/x999/x999/x999/x999/999")]
    [InlineData("../checkpoint")]
    [InlineData("entries/000")]
    public void Anything_else_is_no_tile(string path) => Assert.Null(TileName.Parse(path));

    [Fact]
    public async Task A_table_is_written_so_that_no_spreadsheet_executes_it()
    {
        var table = new OpenTable(
            "t", new("表", "Table"), new("意味", "Meaning"), [new("a", "string", new("あ", "A")), new("b", "dateTime", new("い", "B")), new("c", "decimal", new("う", "C"))],
            () => [["=HYPERLINK(\"http://x\")", new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.FromHours(9)), 1.5m], ["a,b\n", null, -1]]);
        using var csv = new MemoryStream();
        await table.WriteCsvAsync(csv);
        Assert.Equal("a,b,c\r\n\"'=HYPERLINK(\"\"http://x\"\")\",2026-04-01T00:00:00Z,1.5\r\n\"a,b\n\",,-1\r\n", Encoding.UTF8.GetString(csv.ToArray()));
        using var json = new MemoryStream();
        await table.WriteJsonAsync(json);
        Assert.Equal("""[{"a":"=HYPERLINK(\"http://x\")","b":"2026-04-01T09:00:00+09:00","c":1.5},{"a":"a,b\n","b":null,"c":-1}]""", Encoding.UTF8.GetString(json.ToArray()));
    }
}
