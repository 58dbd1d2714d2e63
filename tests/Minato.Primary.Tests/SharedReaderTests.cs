using System.IO.Compression;
using System.Text;
using CsCheck;
using Minato.Formats.Sharing;

namespace Minato.Primary.Tests;

/// <summary>What a provider's bundle says to other providers and to the person.</summary>
public class SharedReaderTests
{
    [Fact]
    public void The_documents_and_information_of_the_samples_are_read()
    {
        var read = Sample("documents_2021.ndjson.gz").Concat(Sample("information_2021.ndjson.gz")).ToList();
        Assert.Equal([SharedKind.DischargeSummary, SharedKind.Referral], read.Where(d => d.Kind != SharedKind.Information).Select(d => d.Kind).Order().Reverse());
        Assert.All(read, d => Assert.False(string.IsNullOrEmpty(d.Person.InsuredNumber ?? d.Person.LocalPatientId)));
        var kinds = read.SelectMany(d => d.Items).Select(i => i.Kind).ToHashSet();
        Assert.Superset(new HashSet<SharedItemKind> { SharedItemKind.Condition, SharedItemKind.Test, SharedItemKind.Prescription, SharedItemKind.Section }, kinds);
        Assert.Contains(read.SelectMany(d => d.Items), i => i is { Name: "血清クレアチニン", Value: "0.88 mg/dL" });
        Assert.Contains(read.SelectMany(d => d.Items), i => i is { Kind: SharedItemKind.Prescription, Value: "1日3錠 112日分" });
        Assert.DoesNotContain(read.SelectMany(d => d.Items), i => i.Value?.Contains('<', StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("Condition", """{"code":{"text":"糖尿病"},"recordedDate":"2026-02-03"}""", SharedItemKind.Condition)]
    [InlineData("AllergyIntolerance", """{"code":{"text":"卵"},"category":["food"]}""", SharedItemKind.Allergy)]
    [InlineData("AllergyIntolerance", """{"code":{"text":"ペニシリン"},"category":["medication"]}""", SharedItemKind.Contraindication)]
    [InlineData("Observation", """{"code":{"coding":[{"code":"5F016141002306201","display":"HBs抗原"}]},"valueCodeableConcept":{"text":"陰性"}}""", SharedItemKind.Infection)]
    [InlineData("Observation", """{"code":{"coding":[{"code":"3D045000001906202","display":"HbA1c"}]},"valueQuantity":{"value":6.10,"unit":"%"}}""", SharedItemKind.Test)]
    [InlineData("MedicationRequest", """{"medicationCodeableConcept":{"text":"メトグルコ"}}""", SharedItemKind.Prescription)]
    public void Each_of_the_six_kinds_is_told_apart(string type, string fields, SharedItemKind kind)
    {
        var item = Assert.Single(Assert.Single(Read(Bundle(type, fields))).Items);
        Assert.Equal(kind, item.Kind);
        Assert.False(item.NotTold);
    }

    [Fact]
    public void What_a_person_was_not_told_is_marked_and_hides_the_document_around_it()
    {
        const string Tag = ",\"meta\":{\"tag\":[{\"code\":\"UNINFORMED\"}]}";
        var bundle = Bundle("Condition", """{"code":{"text":"病名"}""" + Tag + "}");
        var information = Assert.Single(Read(bundle));
        Assert.True(Assert.Single(information.Items).NotTold);
        Assert.False(information.NotTold);
        var composition = """{"resource":{"resourceType":"Composition","type":{"coding":[{"code":"18842-5"}]},"title":"退院時サマリー","date":"2026-01-02","section":[{"title":"経過","text":{"div":"<div>病名のため<b>加療</b></div>"}}]}},""";
        var document = Assert.Single(Read(bundle.Replace("\"entry\":[", "\"entry\":[" + composition, StringComparison.Ordinal).Replace("collection", "document", StringComparison.Ordinal)));
        Assert.True(document.NotTold);
        Assert.Contains(document.Items, i => i is { Kind: SharedItemKind.Section, Value: "病名のため 加療" });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"resourceType":"Bundle"}""")]
    [InlineData("""{"resourceType":"Bundle","id":"x","type":"collection","entry":{"resource":7}}""")]
    [InlineData("""{"resourceType":"Bundle","id":"x","type":"collection","entry":[{"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Condition","code":{"text":"a"}}}]}""")]
    [InlineData("""{"resourceType":"Bundle","id":"x","type":"collection","entry":[{"resource":{"resourceType":"Condition","code":{"text":"nobody's"}}}]}""")]
    public void What_is_no_bundle_of_one_person_is_passed_over(string text) => Assert.Empty(Read(text));

    [Fact]
    public void A_bundle_may_be_written_over_several_lines_and_an_endless_line_ends()
    {
        Assert.Single(Read(Bundle("Condition", """{"code":{"text":"糖尿病"}}""").Replace(",", ",\n", StringComparison.Ordinal)));
        Assert.Equal(2, Read(Bundle("Condition", """{"code":{"text":"a"}}""") + "\n\n" + Bundle("Condition", """{"code":{"text":"b"}}""")).Count);
        Assert.Empty(Read(new string('x', 9 << 20)));
        Assert.Single(Read(Bundle("Condition", """{"code":{"text":"a"}}""") + "\n{\"x\":\"" + new string('y', 9 << 20) + "\"}"));
    }

    [Fact]
    public void Whatever_a_file_holds_nothing_is_thrown()
    {
        var good = Bundle("Observation", """{"code":{"text":"a","coding":[{"code":"5F0"}]},"valueQuantity":{"value":1}}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.String[0, 6]).Sample(
            x => _ = Read(good.Remove(x.Item1, Math.Min(3, good.Length - x.Item1)).Insert(x.Item1, x.Item2)), iter: 500, threads: 1);
        Gen.Byte.Array[0, 400].Sample(bytes => _ = SharedReader.Read(new MemoryStream(bytes)).Count(), iter: 300, threads: 1);
    }

    private static string Bundle(string type, string fields) =>
        $$$"""{"resourceType":"Bundle","id":"b-1","type":"collection","timestamp":"2026-02-01T00:00:00+09:00","entry":[{"resource":{"resourceType":"Patient","birthDate":"1980-01-01"}},{"resource":{"resourceType":"{{{type}}}",{{{fields.TrimStart()[1..]}}}}]}""";

    private static List<SharedDocument> Read(string text) => [.. SharedReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)))];

    private static List<SharedDocument> Sample(string name)
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Minato.slnx")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("The tests run outside the repository");
        }

        using var file = new GZipStream(File.OpenRead(Path.Combine(at, "samples", "fhir", name)), CompressionMode.Decompress);
        return [.. SharedReader.Read(file)];
    }
}
