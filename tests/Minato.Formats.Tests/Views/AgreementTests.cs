using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Minato.Formats.Views;

namespace Minato.Formats.Tests.Views;

/// <summary>Our compiled paths and the reference implementation say the same.</summary>
public sealed class AgreementTests
{
    private const string Resource = """
        {"resourceType":"Patient","id":"p","active":true,"birthDate":"1970-06","_birthDate":{"extension":[{"url":"u:x","valueCode":"z"}]},
         "_gender":{"extension":[{"url":"u:absent","valueCode":"unknown"}]},"deceasedDateTime":"2020-01-01T00:00:00Z","multipleBirthInteger":2,
         "name":[{"use":"official","family":"F1","given":["a","b"],"period":{"start":"2001-02-03"}},{"family":"F2","given":["c"]},{"use":"old"}],
         "telecom":[{"system":"phone","value":"1","rank":1},{"system":"email","value":"2","rank":2}],
         "contact":[{"name":{"family":"K"},"telecom":[{"system":"phone","value":"3","rank":3}]}],
         "extension":[{"url":"u:c","valueCode":"c"},{"url":"u:q","valueQuantity":{"value":5.50,"unit":"mg","code":"mg"}},{"url":"u:n","extension":[{"url":"a","valueDecimal":1.20}]}]}
        """;

    public static TheoryData<string> Shipped => [.. Directory.GetFiles(Path.Combine(Viewing.Root, "standards/views"), "*.json").Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_views_give_the_rows_of_the_specifications_algorithm_on_every_sample(string name)
    {
        var json = File.ReadAllText(Path.Combine(Viewing.Root, "standards/views", name + ".json"));
        var compiled = Viewing.Compile(json);
        Assert.True(compiled.IsOk, string.Join('\n', compiled.Findings));
        Assert.Empty(compiled.Value.Remarks);
        Assert.Equal(name, compiled.Value.Name);
        var oracle = new ViewOracle(json);
        var total = 0;
        foreach (var (file, text) in Sources(compiled.Value.Resource))
        {
            var (rows, figures) = Viewing.Run(compiled.Value, text, file);
            Assert.True(figures.Refused == 0, $"{file}: {string.Join('\n', figures.Findings)}");
            var wanted = (file.EndsWith("ndjson", StringComparison.Ordinal) ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text]).SelectMany(oracle.Rows).ToList();
            Assert.Equal(wanted.Count, rows.Count);
            foreach (var (ours, theirs) in rows.Zip(wanted))
            {
                Assert.True(Viewing.Same(ours, theirs), $"{file}\n{ours.ToJsonString()}\n{theirs.ToJsonString()}");
            }

            total += rows.Count;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {total} rows agree");
        Assert.True(total > 0 || name is "blood_pressure" || Samples is null, "no sample gives a row");
    }

    [Theory]
    [InlineData("name.given")]
    [InlineData("name.given.count()")]
    [InlineData("gender.exists()")]
    [InlineData("birthDate.extension('u:x').value")]
    [InlineData("birthDate = @1970-06")]
    [InlineData("birthDate < @1970-06-15")]
    [InlineData("birthDate = '1970-06'")]
    [InlineData("extension('u:c').value.ofType(string)")]
    [InlineData("extension('u:c').value.ofType(code)")]
    [InlineData("extension('u:n').extension('a').value")]
    [InlineData("extension.value.ofType(Quantity).value + 1")]
    [InlineData("name.where(family).family")]
    [InlineData("active = 'true'")]
    [InlineData("name.given = 'a'")]
    [InlineData("name.given[2]")]
    [InlineData("name[1].given[7]")]
    [InlineData("1 + 1.5")]
    [InlineData("-3 * 2")]
    [InlineData("7 / 2")]
    [InlineData("1 / 0")]
    [InlineData("'a' & {}")]
    [InlineData("deceased.ofType(dateTime) > @2019")]
    [InlineData("deceased = @2020-01-01")]
    [InlineData("deceased.ofType(boolean)")]
    [InlineData("Patient.name.first().family")]
    [InlineData("name.exists(family = 'F2')")]
    [InlineData("active and name.where(use = 'official').exists()")]
    [InlineData("gender = 'male' or active")]
    [InlineData("gender = 'male' and active.not()")]
    [InlineData("gender = 'male' implies active")]
    [InlineData("(gender = 'male') xor active")]
    [InlineData("multipleBirth.ofType(integer) >= 2")]
    [InlineData("multipleBirth is integer")]
    [InlineData("(deceased as dateTime) != @2020")]
    [InlineData("name.select(given)")]
    [InlineData("telecom.where(rank > 1 and system = 'email').value")]
    [InlineData("contact.telecom.rank * telecom.first().rank")]
    [InlineData("name.family.first().startsWith('F')")]
    [InlineData("name.period.start")]
    public void Paths_agree(string path) => Assert.Equal(ViewOracle.Path(Resource, path), Ours(path));

    [Fact]
    public void Random_paths_agree()
    {
        var text = Gen.OneOfConst("name.family", "name.given", "name.use", "telecom.system", "contact.name.family", "gender", "name.where(use.exists()).family", "name.first().given", "'a'", "'F1'", "telecom[1].value", "foo", "{}");
        var number = Gen.OneOfConst("telecom.rank", "telecom.first().rank", "1", "2.5", "multipleBirth.ofType(integer)", "contact.telecom.rank", "name.count()", "extension.value.ofType(Quantity).value");
        var condition = Gen.Recursive<string>((depth, self) => depth > 3
            ? Gen.OneOf(text, number).Select(x => x + ".exists()")
            : Gen.OneOf(
                Gen.Select(text, Gen.OneOfConst("=", "!="), text, (a, o, b) => $"({a} {o} {b})"),
                Gen.Select(number, Gen.OneOfConst("=", "!=", "<", "<=", ">", ">="), number, (a, o, b) => $"({a} {o} {b})"),
                Gen.Select(self, Gen.OneOfConst("and", "or", "xor", "implies"), self, (a, o, b) => $"({a} {o} {b})"),
                self.Select(a => $"{a}.not()"),
                Gen.Select(Gen.OneOfConst("name", "telecom", "contact.telecom"), Gen.OneOfConst("where", "exists"), Gen.OneOfConst("use = 'official'", "rank > 1", "system = 'phone' and rank = 1", "given.count() = 2", "$this.exists()"), (a, f, c) => $"{a}.{f}({c}){(f == "where" ? ".exists()" : "")}"),
                Gen.OneOf(text, number).Select(x => x + ".empty()")));
        var value = Gen.OneOf(condition, text, Gen.Select(number, Gen.OneOfConst("+", "-", "*", "/"), number, (a, o, b) => $"{a} {o} {b}"), Gen.Select(text, Gen.Int[0, 2], (a, i) => $"({a})[{i}]"));
        value.Sample(
            path =>
            {
                var theirs = Try(() => ViewOracle.Path(Resource, path));
                var ours = Try(() => Ours(path));
                return theirs is null ? ours is null : ours is not null && theirs.SequenceEqual(ours);
            },
            iter: int.TryParse(Environment.GetEnvironmentVariable("MINATO_VIEW_PATHS"), out var n) ? n : 200, seed: "0N0XIzNsQ0O2", threads: 1, print: p => $"{p}: {string.Join(',', Try(() => ViewOracle.Path(Resource, p)) ?? ["refused"])} / {string.Join(',', Try(() => Ours(p)) ?? ["refused"])}");

        static List<string>? Try(Func<List<string>> of)
        {
            try
            {
                return of();
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
            {
                return null;
            }
        }
    }

    private static List<string> Ours(string path)
    {
        var view = Viewing.Compile(new JsonObject
        {
            ["resource"] = "Patient",
            ["select"] = new JsonArray(new JsonObject { ["column"] = new JsonArray(new JsonObject { ["name"] = "v", ["path"] = path, ["collection"] = true }) }),
        }.ToJsonString());
        var (rows, figures) = view.Try(out var v) ? Viewing.Run(v, Resource, "a.json") : throw new InvalidOperationException(string.Join('\n', view.Findings));
        return figures.Refused > 0 ? throw new InvalidOperationException(figures.Findings[0].ToString()) : [.. rows[0]["v"]!.AsArray().Select(x => x!.ToString())];
    }

    /// <summary>Samples that hold such resources: those that others wrote where the folder is there, and our own always.</summary>
    /// <summary>Published samples beside the project, where they are there.</summary>
    private static string? Samples { get; } =
        (Environment.GetEnvironmentVariable("MINATO_SAMPLES") ?? Path.Combine(Viewing.Root, "..", "shared", "samples")) is var folder && Directory.Exists(folder) ? folder : null;

    private static IEnumerable<(string, string)> Sources(string resource)
    {
        yield return ("document.json", Fixtures.Document);
        yield return ("lines.ndjson", string.Join('\n', Fixtures.Lines));
        foreach (var path in (Samples is null ? [] : Directory.GetFiles(Path.Combine(Samples, "fhir-jp-clins"), "*.json")).Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileName(path), File.ReadAllText(path));
        }

        var bulk = Samples is null ? null : Path.Combine(Samples, "fhir-synthea", resource + ".ndjson.gz");
        if (bulk is not null && File.Exists(bulk))
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(bulk), CompressionMode.Decompress), Encoding.UTF8);
            var lines = new List<string>();
            while (lines.Count < 60 && reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            yield return ("bulk.ndjson", string.Join('\n', lines));
        }
    }
}
