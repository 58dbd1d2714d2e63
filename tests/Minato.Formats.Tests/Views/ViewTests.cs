using System.IO.Compression;
using System.Text;
using Minato.Formats.Views;

namespace Minato.Formats.Tests.Views;

/// <summary>What a view says where it, or the data, is not right; and where rows go.</summary>
public sealed class ViewTests
{
    private const string Patients = """
        {"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-02-03","name":[{"family":"架空, \"花\"","given":["花子","二"]}]}
        {"resourceType":"Patient","id":"p2","gender":"male","birthDate":"1960","deceasedBoolean":true}
        {"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"}}
        """;

    [Theory]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"name.family.oops()"}]}]}""", "select[0].column[0].path", "oops() is not supported")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"%sex"}]}]}""", "select[0].column[0].path", "%sex is no constant")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"name"}]}]}""", "select[0].column[0].path", "whole elements (HumanName)")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"active","type":"integer"}]}]}""", "select[0].column[0].type", "declared integer")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"id"},{"name":"A","path":"id"}]}]}""", "select[0].column[1].name", "already there")]
    [InlineData("""{"resource":"Patient","select":[{"forEach":"name","repeat":["name"],"column":[{"name":"a","path":"id"}]}]}""", "select[0]", "stand in one select")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"multipleBirth.ofType(Quantty)"}]}]}""", "select[0].column[0].path", "no type 'Quantty'")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"id"}]}],"where":[{"path":"name.family"}]}""", "where[0].path", "gives string, not boolean")]
    [InlineData("""{"resource":"Pateint","select":[{"column":[{"name":"a","path":"id"}]}]}""", "resource", "type of resource")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a b","path":"id"}]}]}""", "select[0].column[0].name", "name is missing or not made of")]
    [InlineData("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"name.where("}]}]}""", "select[0].column[0].path", "not FHIRPath")]
    public void A_mistake_in_a_view_is_told_with_its_place_and_reason(string json, string place, string reason)
    {
        var finding = Viewing.Compile(json).Findings.First(f => f.Severity == Severity.Error);
        Assert.Equal(("test.json", place), (finding.Place.File, finding.Place.Field));
        Assert.Contains(reason, finding.Reason);
        Assert.NotEmpty(finding.Remedy);
    }

    [Fact]
    public void An_element_that_fhir_does_not_have_is_a_remark_and_stays_empty()
    {
        var view = Viewing.Compile("""{"resource":"Patient","select":[{"column":[{"name":"a","path":"birthdate"}]}]}""");
        Assert.Contains("Patient has no element 'birthdate'", Assert.Single(view.Value.Remarks).Reason);
        Assert.All(Viewing.Run(view.Value, Patients).Rows, r => Assert.Null(r["a"]));
    }

    [Fact]
    public void A_resource_that_breaks_a_view_gives_no_row_and_is_told_without_its_values()
    {
        var view = Viewing.Compile("""{"resource":"Patient","name":"v","select":[{"column":[{"name":"id","path":"id"}]},{"forEach":"name","column":[{"name":"given","path":"given"}]}]}""").Value;
        var (rows, figures) = Viewing.Run(view, Patients, "p.ndjson");
        Assert.Empty(rows);
        Assert.Equal((2, 0, 1), (figures.Resources, figures.Rows, figures.Refused));
        var finding = Assert.Single(figures.Findings);
        Assert.Equal(("p.ndjson", 1L, "select[1].column[0].path"), (finding.Place.File, finding.Place.Line, finding.Place.Field));
        Assert.Contains("View v, 'given': the column given has several values", finding.Reason);
        Assert.DoesNotContain("花", finding.ToString());
    }

    [Fact]
    public void Bundles_of_any_size_lines_and_gzip_give_the_same_rows()
    {
        var view = Viewing.Compile("""{"resource":"Condition","select":[{"column":[{"name":"key","path":"getResourceKey()"},{"name":"patient","path":"subject.getReferenceKey(Patient)"},{"name":"visit","path":"encounter.getReferenceKey(Patient)"}]}]}""").Value;
        var row = Assert.Single(Viewing.Run(view, Fixtures.Document, "a.json").Rows);
        Assert.Equal(("urn:uuid:4", "urn:uuid:2", null), ((string?)row["key"], (string?)row["patient"], (string?)row["visit"]));

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Fixtures.Lines)));
        }

        var line = Assert.Single(Viewing.Run(view, packed.ToArray(), "b.ndjson.gz").Rows);
        Assert.Equal(("Condition/c1", "Patient/p1"), ((string?)line["key"], (string?)line["patient"]));
        Assert.Equal(1, Viewing.Run(view, packed.ToArray()[..^20], "b.ndjson.gz").Figures.Refused);

        // More than 16 MiB: taken entry by entry.
        var filler = string.Concat(Enumerable.Repeat("{\"resource\":{\"resourceType\":\"Basic\",\"id\":\"" + new string('x', 1000) + "\"}},", 17_000));
        var large = Fixtures.Document.Replace("\"entry\": [", "\"entry\": [" + filler, StringComparison.Ordinal);
        Assert.Equal("urn:uuid:4", (string?)Assert.Single(Viewing.Run(view, large, "c.json").Rows)["key"]);
    }

    [Fact]
    public void Csv_quotes_what_must_be_quoted_and_tells_nothing_from_empty()
    {
        var view = Viewing.Compile("""
            {"resource":"Patient","select":[{"column":[{"name":"id","path":"id"},{"name":"family","path":"name.family"},{"name":"given","path":"name.given","collection":true},
             {"name":"died","path":"deceased.ofType(boolean)"},{"name":"born","path":"birthDate","tag":[{"name":"ansi/type","value":"DATE"}]},{"name":"all","path":"name.given.join('')"}]}]}
            """).Value;
        Assert.Equal([SqlType.Text, SqlType.Text, SqlType.Text, SqlType.Boolean, SqlType.Date, SqlType.Text], view.Columns.Select(c => c.Type));
        var (text, figures) = Viewing.Text(view, Encoding.UTF8.GetBytes(Patients), "p.ndjson", s => new CsvView(s, view.Columns));
        Assert.Equal("id,family,given,died,born,all\np1,\"架空, \"\"花\"\"\",\"[\"\"花子\"\",\"\"二\"\"]\",,1950-02-03,花子二\np2,,[],true,,\"\"\n", text);
        Assert.Contains("1 × date without a day", Assert.Single(figures.Findings).Reason);
    }

    [Fact]
    public void Nothing_that_a_file_holds_throws_and_products_have_an_end()
    {
        var view = Viewing.Compile("""{"resource":"Patient","select":[{"forEach":"name","column":[{"name":"a","path":"family"}]},{"forEach":"telecom","column":[{"name":"b","path":"value"}]},{"forEach":"address","column":[{"name":"c","path":"city"}]}]}""").Value;
        string Many(string item) => string.Join(',', Enumerable.Repeat(item, 200));
        string[] hostile =
        [
            "", "\0\0\0", "[", "{\"resourceType\":\"Patient\"", "{\"resourceType\":\"Patient\",\"name\":5}", "{\"resourceType\":\"Patient\",\"name\":[[[]]],\"telecom\":{},\"address\":null}",
            "{\"resourceType\":\"Patient\",\"name\":[{\"family\":{\"a\":1}}],\"telecom\":[{}],\"address\":[{}]}", "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\ud800\"}],\"telecom\":[{}],\"address\":[{}]}",
            "{\"resourceType\":5}", "{\"resourceType\":\"Bundle\",\"entry\":[5,{\"resource\":[]},{\"resource\":{\"resourceType\":\"Patient\"}}]}", new string('[', 100_000), "{\"resourceType\":\"Patient\",\"id\":\"a\",\"id\":\"b\"}",
            $"{{\"resourceType\":\"Patient\",\"name\":[{Many("{}")}],\"telecom\":[{Many("{}")}],\"address\":[{Many("{}")}]}}",
        ];
        foreach (var text in hostile)
        {
            foreach (var name in new[] { "h.json", "h.ndjson", "h.json.gz" })
            {
                Assert.True(Viewing.Run(view, text, name).Rows.Count == 0, text[..Math.Min(100, text.Length)]);
            }
        }

        Assert.Contains("more than 1048576 rows", Assert.Single(Viewing.Run(view, hostile[^1]).Figures.Findings).Reason);
        var endless = Viewing.Compile("""{"resource":"Patient","select":[{"repeat":["$this"],"column":[{"name":"a","path":"id"}]}]}""").Value;
        Assert.Contains("does not come to an end", Assert.Single(Viewing.Run(endless, Patients.Split('\n')[0]).Figures.Findings).Reason);
    }

    [Fact]
    public void A_view_of_brackets_or_of_any_bytes_is_refused()
    {
        string OfPath(string path) => "{\"resource\":\"Patient\",\"select\":[{\"column\":[{\"name\":\"a\",\"path\":\"" + path + "\"}]}]}";
        var selects = string.Concat(Enumerable.Repeat("{\"select\":[", 40)) + "{}" + string.Concat(Enumerable.Repeat("]}", 40));
        foreach (var json in new[] { "", "{", "[]", "5", "null", "{\"select\":5}", "{\"resource\":\"Patient\",\"select\":[5]}", "{\"resource\":\"Patient\",\"select\":[" + selects + "]}", OfPath(new string('(', 1999)), OfPath(new string('-', 1999)), OfPath("a" + string.Concat(Enumerable.Repeat(".a", 999))), OfPath(new string('x', 5000)) })
        {
            var view = Viewing.Compile(json);
            Assert.True(!view.IsOk || view.Value.Remarks.Count > 0, json[..Math.Min(60, json.Length)]);
        }
    }
}
