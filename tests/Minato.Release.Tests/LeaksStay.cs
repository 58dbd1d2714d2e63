using System.IO.Compression;
using System.Text;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>
/// Tries to carry persons out, one per line: what is tried, and what becomes of it. <c>stopped</c>: no human can let it out. <c>people</c>: the machine
/// marks it and two people look, because no machine can tell. The list is also in <c>docs/security/tries.md</c>; a test holds the two together.
/// </summary>
public sealed class LeaksStay(PersonsStay.OneExit one) : IClassFixture<PersonsStay.OneExit>
{
    private readonly Exit exit = one.Exit;

    private string[][] People() =>
        [.. File.ReadLines(Path.Join(exit.Outbox.DataOf(Village.Permit, Exit.Run)!, "data", "person.csv")).Skip(1).Select(l => l.Split(','))];

    private sealed record Try(string What, string Becomes, string Name, byte[] Content, OutputKind Kind = OutputKind.FrequencyTable, string[]? Dimensions = null, string Count = "persons");

    private IEnumerable<Try> Tries()
    {
        var people = People();
        string Rows(Func<string[], string> row, int most = 60) => string.Concat(people.Take(most).Select(p => row(p) + "\n"));
        byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
        byte[] Zipped(byte[] content)
        {
            var packed = new MemoryStream();
            using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            using (var entry = zip.CreateEntry("t.csv").Open())
            {
                entry.Write(content);
            }

            return packed.ToArray();
        }

        byte[] Gzipped(byte[] content)
        {
            var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                gzip.Write(content);
            }

            return packed.ToArray();
        }

        var rows = Utf8("person_id,sex,year_of_birth,hba1c\n" + Rows(p => $"{p[0]},{p[1]},{p[2]},{p[5]}"));
        var base64 = Convert.ToBase64String(Gzipped(rows));

        // Rows of persons.
        yield return new("rows with their pseudonyms", "stopped", "t.csv", rows, Dimensions: ["person_id"]);
        yield return new("rows without pseudonyms, with an invented count", "stopped", "t.csv", Utf8("sex,year_of_birth,hba1c,persons\n" + Rows(p => $"{p[1]},{p[2]},{p[5]},20")), Dimensions: ["sex", "year_of_birth", "hba1c"]);
        yield return new("rows under other column names", "stopped", "t.csv", Utf8("a,b,c,persons\n" + Rows(p => $"{p[1]},{p[2]},{p[5]},20")), Dimensions: ["a", "b", "c"]);
        yield return new("rows in another order", "stopped", "t.csv", Utf8("c,a,b,persons\n" + string.Concat(people.Reverse().Take(50).Select(p => $"{p[5]},{p[2]},{p[1]},20\n"))), Dimensions: ["c", "a", "b"]);
        yield return new("rows as categories joined into one column", "stopped", "t.csv", Utf8("all,persons\n" + Rows(p => $"{p[0]}-{p[1]},20")), Dimensions: ["all"]);
        yield return new("rows joined into one column without pseudonyms", "stopped", "t.csv", Utf8("all,persons\n" + Rows(p => $"{p[1]}/{p[2]}/{p[5]},20")), Dimensions: ["all"]);
        yield return new("pseudonyms without hyphens", "stopped", "t.csv", Utf8("k,persons\n" + Rows(p => $"{p[0].Replace("-", "", StringComparison.Ordinal)},20")), Dimensions: ["k"]);
        yield return new("pseudonyms in capitals", "stopped", "t.csv", Utf8("k,persons\n" + Rows(p => $"{p[0].ToUpperInvariant()},20")), Dimensions: ["k"]);
        yield return new("pseudonyms cut in halves", "stopped", "t.csv", Utf8("k,l,persons\n" + Rows(p => $"{p[0].Replace("-", "", StringComparison.Ordinal)[..16]}a,{p[0].Replace("-", "", StringComparison.Ordinal)[16..]}a,20")), Dimensions: ["k", "l"]);
        yield return new("days of single persons as numbers", "stopped", "t.csv", Utf8("k,persons,day\n" + Rows(p => $"g{p[0][^4..]},20,{p[4]}")), Dimensions: ["k"]);
        yield return new("one person's row as a table of one line", "stopped", "t.csv", Utf8($"sex,year_of_birth,persons\n{people[0][1]},{people[0][2]},1\n"), Dimensions: ["sex", "year_of_birth"]);
        yield return new("the count of rows given as persons", "stopped", "t.csv", Utf8("sex,persons\nF,90000\nM,80000\n"), Dimensions: ["sex"]);

        // Other forms.
        yield return new("rows as JSON", "stopped", "t.json", Utf8("[" + string.Join(",", people.Take(20).Select(p => $"{{\"s\":\"{p[1]}\",\"y\":{p[2]}}}")) + "]"));
        yield return new("rows as JSON under a name for tables", "stopped", "t.csv", Utf8("[" + string.Join(",", people.Take(20).Select(p => $"{{\"s\":\"{p[1]}\",\"y\":{p[2]}}}")) + "]"));
        yield return new("an archive", "stopped", "t.zip", Zipped(rows));
        yield return new("an archive under a name for tables", "stopped", "t.csv", Zipped(rows), Dimensions: ["sex"]);
        yield return new("a workbook, which may have hidden sheets", "stopped", "t.xlsx", Zipped(rows));
        yield return new("a packed table", "stopped", "t.csv.gz", Gzipped(rows));
        yield return new("a packed table under a name for texts", "stopped", "t.txt", Gzipped(rows), OutputKind.Text);
        yield return new("a notebook with its outputs", "stopped", "t.ipynb", Utf8("{\"cells\":[{\"outputs\":[{\"text\":[\"F,1990,5.4\"]}]}]}"), OutputKind.Code);
        yield return new("a pickled model", "stopped", "t.pkl", [0x80, 0x04, 0x95, 1, 2, 3], OutputKind.Model);
        yield return new("a pickled model under a name for tables", "stopped", "t.csv", [0x80, 0x04, 0x95, 1, 2, 3], OutputKind.Model, ["term"]);
        yield return new("weights of a network", "stopped", "t.safetensors", Utf8("x"), OutputKind.Model);
        yield return new("an R workspace", "stopped", "t.RData", Gzipped(rows), OutputKind.Model);
        yield return new("a database file", "stopped", "t.sqlite", Utf8("SQLite format 3\0"));
        yield return new("a Parquet file under a name for texts", "stopped", "t.txt", Utf8("PAR1..."), OutputKind.Text);
        yield return new("a vector picture with a script", "stopped", "t.svg", Utf8("<svg><script>1</script></svg>"), OutputKind.Figure);
        yield return new("a vector picture under a name for texts", "stopped", "t.md", Utf8("<svg xmlns=\"x\"></svg>"), OutputKind.Text);
        yield return new("a PDF", "stopped", "t.pdf", Utf8("%PDF-1.7"), OutputKind.Figure);
        yield return new("a JPEG under a name for pictures", "stopped", "t.png", [0xff, 0xd8, 0xff, 0xe0, 1, 2], OutputKind.Figure);
        yield return new("a program that is compiled", "stopped", "t.py", [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1], OutputKind.Code);

        // Texts and programs.
        yield return new("rows in a text", "stopped", "t.txt", Utf8("Results\n" + Rows(p => $"{p[1]},{p[2]},{p[5]}", 30)), OutputKind.Text);
        yield return new("rows in a text, by blanks", "stopped", "t.txt", Utf8("Results\n" + Rows(p => $"{p[1]} {p[2]} {p[5]}", 30)), OutputKind.Text);
        yield return new("rows as literals in a program", "stopped", "t.py", Utf8("data = [\n" + Rows(p => $"  (\"{p[1]}\", {p[2]}, {p[5]}),", 30) + "]\n"), OutputKind.Code);
        yield return new("a pseudonym in a text", "stopped", "t.md", Utf8($"The person {people[3][0]} stood out.\n"), OutputKind.Text);
        yield return new("base64 in a text", "stopped", "t.txt", Utf8("Appendix\n" + base64[..55] + "\n"), OutputKind.Text);
        yield return new("a long line of base64 in a program", "stopped", "t.r", Utf8("x <- \"" + base64[..400] + "\"\n"), OutputKind.Code);
        yield return new("hexadecimal in a comment", "stopped", "t.sql", Utf8("-- " + Convert.ToHexStringLower(rows.AsSpan(0, 24)) + "\nselect 1;\n"), OutputKind.Code);
        yield return new("many numbers in a text", "stopped", "t.txt", Utf8(string.Join(" and ", Enumerable.Range(0, 220).Select(i => $"{i}.5 "))[..480] + "\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"then {i} and {i + 1} and {i + 2} or {i + 3} so {i + 4}\n"))), OutputKind.Text);
        yield return new("characters without width", "stopped", "t.md", Utf8("A good\u200b result\u200d.\n"), OutputKind.Text);
        yield return new("blanks at the ends of lines", "stopped", "t.txt", Utf8("A good result.  \nAnd\t\n"), OutputKind.Text);
        yield return new("a telephone number", "stopped", "t.txt", Utf8("Ask 090-1234-5678 about it.\n"), OutputKind.Text);
        yield return new("a text that is none", "stopped", "t.txt", [0xc3, 0x28, 0xff, 0xfe], OutputKind.Text);
        yield return new("one person told in plain words", "people", "t.md", Utf8("One of the women was older than all others and had never been ill before.\n"), OutputKind.Text);
        yield return new("an answer that fits a clipboard", "people", "t.txt", Utf8("Yes.\n"), OutputKind.Text);
        yield return new("numbers hidden in the names of variables", "people", "t.py", Utf8("eleven = 1\nforty = 2\nprint(eleven + forty)\n"), OutputKind.Code);

        // Cells.
        yield return new("a cell of nine", "stopped", "t.csv", Utf8("grp,persons\na,9\nb,80\n"), Dimensions: ["grp"]);
        yield return new("a small cell through its total", "stopped", "t.csv", Utf8("grp,persons\na,*\nb,80\ntotal,87\n"), Dimensions: ["grp"]);
        yield return new("a small cell through a total of another name", "stopped", "t.csv", Utf8("grp,x,persons\na,p,*\na,q,80\na,both of them,87\nb,p,40\nb,q,50\nb,both of them,90\n"), Dimensions: ["grp", "x"]);
        yield return new("a small cell through percentages", "stopped", "t.csv", Utf8("grp,persons,percent\na,*,*\nb,80,40.2\nc,112,56.3\n"), Dimensions: ["grp"]);
        yield return new("a small cell through its share in the same line", "stopped", "t.csv", Utf8("grp,persons,percent\na,*,3.5\nb,80,40.2\nc,112,56.3\n"), Dimensions: ["grp"]);
        yield return new("a small count through the percentage of its line", "stopped", "t.csv", Utf8("grp,persons,percent ill\na,200,3.0\nb,310,41.3\n"), Dimensions: ["grp"]);
        yield return new("a few who are not, through the percentage of those who are", "stopped", "t.csv", Utf8("grp,persons,percent ill\na,200,98.5\nb,310,41.3\n"), Dimensions: ["grp"]);
        yield return new("a small count through a rounded share", "stopped", "t.csv", Utf8("grp,persons,share\na,240,0.03\nb,310,0.41\n"), Dimensions: ["grp"]);
        yield return new("a small cell through many digits", "stopped", "t.csv", Utf8("grp,persons,rate\na,80,0.0123456789\nb,112,0.0987654321\n"), Dimensions: ["grp"]);
        yield return new("a small cell named as suppressed in a range", "stopped", "t.csv", Utf8("grp,persons\na,8-9\nb,80\ntotal,88\n"), Dimensions: ["grp"]);
        yield return new("a group of whom all are ill", "people", "t.csv", Utf8("grp,ill,persons\na,yes,60\na,no,0\nb,yes,50\nb,no,70\n"), Dimensions: ["grp", "ill"]);
        yield return new("a sum without its contributions", "people", "t.csv", Utf8("grp,persons,cost\na,60,123000\nb,50,456000\n"), OutputKind.MagnitudeTable, ["grp"]);
        yield return new("the largest value", "people", "t.csv", Utf8("grp,persons,max\na,60,12.5\nb,50,11.5\n"), OutputKind.Endpoints, ["grp"]);
        yield return new("the largest value in another class of table", "people", "t.csv", Utf8("grp,persons,max\na,60,12.5\nb,50,11.5\n"), OutputKind.Shape, ["grp"]);
        yield return new("a percentile near the end", "stopped", "t.csv", Utf8("grp,persons,p99\na,60,12.5\nb,50,11.5\n"), OutputKind.Positions, ["grp"]);
        yield return new("a model as large as its data", "stopped", "t.csv", Utf8("term,persons,df,estimate\na,60,1,12.5\nb,60,1,11.5\n"), OutputKind.Model, ["term"]);
        yield return new("survival step by step", "stopped", "t.csv", Utf8("day,persons,surv\n1,60,1\n2,59,0.98\n3,58,0.97\n"), OutputKind.Survival, ["day"]);
        yield return new("a cluster of two", "stopped", "t.csv", Utf8("cluster,persons,centre\na,60,12.5\nb,2,11.5\n"), OutputKind.Clusters, ["cluster"]);
        yield return new("a table that says it counts offices", "stopped", "t.csv", Utf8("grp,offices\na,60\nb,50\n"), Dimensions: ["grp"]);
        yield return new("a formula that calls out when opened", "stopped", "t.csv", Utf8("grp,persons\n\"=WEBSERVICE(\"\"x\"\")\",60\nb,50\n"), Dimensions: ["grp"]);
        yield return new("line breaks and commas in quotes", "stopped", "t.csv", Utf8("grp,persons\n\"a\nb,1\",60\nb,50\n"), Dimensions: ["grp"]);
        yield return new("a file too large to look at", "stopped", "t.csv", Utf8("grp,persons\n" + string.Concat(Enumerable.Range(0, 6000).Select(i => $"c{i},20\n"))), Dimensions: ["grp"]);
        yield return new("nothing at all", "stopped", "t.csv", []);
    }

    [Fact]
    public async Task Every_try_becomes_what_the_list_says()
    {
        var told = new List<string>();
        foreach (var t in Tries())
        {
            exit.Outbox.Put(t.Name, t.Content);
            var view = await exit.Submit(Exit.Table(t.Name, t.Dimensions ?? [], t.Count, t.Kind) with { DegreesOfFreedomColumn = t.Kind == OutputKind.Model ? "df" : null });
            var became = view.State == SubmissionState.Stopped ? "stopped" : view.PeopleNeeded == 2 ? "people" : "let through";
            told.Add($"{t.What}: {became}");
            Assert.True(became == t.Becomes, $"{t.What}: {became}, not {t.Becomes}; {Exit.Failed(view)}");
            Assert.All(view.Checks, c => Assert.DoesNotContain("0f5e0000", $"{c.Reason} {c.Where}", StringComparison.Ordinal));
        }

        var listed = File.ReadLines(Path.Join(Exit.Standards, "..", "docs", "security", "tries.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')).Where(c => c.Length == 4 && c[2].Trim() is "stopped" or "people")
            .Select(c => $"{c[1].Trim()}: {c[2].Trim()}").ToList();
        Assert.Equal(told, listed);
    }

    /// <summary>Tries that need two releases: each is safe alone.</summary>
    [Theory]
    [InlineData("the same table without a few persons", "grp,persons\na,60\nb,50\n", "grp,persons\na,57\nb,50\n")]
    [InlineData("a finer table whose margin differs", "grp,persons\na,60\nb,50\n", "grp,x,persons\na,p,30\na,q,27\nb,p,25\nb,q,25\n")]
    [InlineData("the same table with another cell hidden", "grp,persons\na,*\nb,*\nc,40\ntotal,90\n", "grp,persons\na,*\nb,45\nc,*\ntotal,90\n")]
    [InlineData("the total that was left out", "grp,x,persons\na,p,*\na,q,30\nb,p,20\nb,q,25\n", "grp,persons\na,36\nb,45\n")]
    public async Task Two_releases_do_not_say_together_what_none_says_alone(string what, string first, string second)
    {
        using var fresh = new Exit();
        string[] Dimensions(string csv) => [.. csv.Split('\n')[0].Split(',').SkipLast(1)];
        await fresh.SubmitAndRelease("first.csv", first, Dimensions(first));
        var view = await fresh.Submit("second.csv", second, Dimensions(second));
        Assert.True(Exit.Stops(view).SequenceEqual(["differencing"]), $"{what}: {Exit.Failed(view)}");
    }
}
