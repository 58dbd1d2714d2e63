using System.Text;
using System.Xml.Linq;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Minato.Formats.Writing;

namespace Minato.Synthetic.Tests;

public class FilesAreAsHoldersSendThem(SmallNation nation)
{
    private static readonly Encoding Strict932 = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
    private static readonly Dictionary<string, int> Columns = new() { ["IR"] = 10, ["RE"] = 38, ["HO"] = 15, ["KO"] = 12, ["SN"] = 9, ["JD"] = 33, ["SY"] = 8, ["SI"] = 44, ["IY"] = 44, ["CO"] = 5, ["GO"] = 4 };

    [Fact]
    public void GO_counts_the_payers_and_sums_their_points()
    {
        var files = 0;
        foreach (var lines in Claims())
        {
            files++;
            var payers = lines.Where(l => l[0] is "HO" or "KO").ToArray();
            var go = Assert.Single(lines, l => l[0] == "GO");
            Assert.Same(lines[^1], go);
            Assert.Equal(payers.Length, int.Parse(go[1]));
            Assert.Equal(payers.Where(l => l[0] == "HO").Sum(l => long.Parse(l[5])), long.Parse(go[2]));
            Assert.Equal("IR", lines[0][0]);
            Assert.Single(lines, l => l[0] == "IR");
        }

        Assert.True(files > 100);
    }

    [Fact]
    public void Points_of_a_receipt_are_the_points_of_its_rows_and_counts_are_the_sum_of_days()
    {
        foreach (var lines in Claims())
        {
            var (claimed, rows) = (0L, 0L);
            foreach (var l in lines)
            {
                if (l[0] is "HO" or "GO")
                {
                    Assert.Equal(claimed, rows);
                    (claimed, rows) = l[0] == "HO" ? (long.Parse(l[5]), 0) : (0, 0);
                }
                else if (l[0] is "SI" or "IY")
                {
                    rows += long.Parse(l[5]) * long.Parse(l[6]);
                    Assert.Equal(int.Parse(l[6]), l[13..].Sum(d => d.Length == 0 ? 0 : int.Parse(d)));
                }
            }
        }
    }

    [Fact]
    public void Every_claim_record_has_the_columns_of_the_layout()
    {
        foreach (var lines in Claims())
        {
            foreach (var l in lines.Where(l => !(l[0] == "RE" && l.Length < 10)))
            {
                var expected = Columns[l[0]];
                Assert.True(l.Length == expected, $"{l[0]} has {l.Length} columns");
            }
        }
    }

    [Fact]
    public void Claims_are_CP932_and_hold_what_it_cannot_as_a_black_circle()
    {
        Assert.Equal("●田　実", Cp932.AsWritten("𠮷田　実"));
        Assert.Equal("髙橋　﨑", Cp932.AsWritten("髙橋　﨑"));
        Assert.True(Cp932.CanHold("ｶﾅ　カナ髙濵邉"));
        foreach (var (_, path) in nation.Files().Where(f => f.Path.EndsWith(".UKE", StringComparison.Ordinal)).Take(60))
        {
            var bytes = File.ReadAllBytes(path);
            Assert.Equal(bytes, Strict932.GetBytes(Strict932.GetString(bytes)));
            Assert.True(bytes.AsSpan().EndsWith("\r\n"u8));
        }
    }

    [Fact]
    public void Bundles_are_FHIR_R4_of_the_JP_CLINS_kinds()
    {
        var kinds = new Dictionary<string, int>();
        var parser = new FhirJsonDeserializer();
        foreach (var (_, path) in nation.Files().Where(f => f.Path.EndsWith(".ndjson.gz", StringComparison.Ordinal)))
        {
            foreach (var line in Encoding.UTF8.GetString(SmallNation.Unwrap(path).Single().Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!line.EndsWith('}') || line.Contains("\"Bundel\"", StringComparison.Ordinal))
                {
                    continue;
                }

                var kind = line.Split("StructureDefinition/JP_Bundle_")[1].Split('"')[0] + "/" + (line.Split("BundleResourceType_CS\",\"code\":\"") is [_, var rest, ..] ? rest.Split('"')[0] : "");
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                if (kinds[kind] > 15)
                {
                    continue;
                }

                var bundle = parser.Deserialize<Bundle>(line);
                Assert.Equal(kind[0] == 'e' ? Bundle.BundleType.Document : Bundle.BundleType.Collection, bundle.Type);
                var patient = Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<Patient>());
                Assert.Equal(2, patient.Identifier.Count);
                var targets = bundle.Entry.Select(e => e.FullUrl).ToHashSet();
                Assert.Equal(bundle.Entry.Count, targets.Count);
                if (bundle.Type == Bundle.BundleType.Document)
                {
                    var composition = Assert.IsType<Composition>(bundle.Entry[0].Resource);
                    Assert.All(Sections(composition.Section).SelectMany(s => s.Entry), e => Assert.Contains(e.Reference, targets));
                }
                else
                {
                    Assert.Same(patient, bundle.Entry[0].Resource);
                    Assert.All(bundle.Entry.Skip(1), e => Assert.Equal(kind.Split('/')[1], e.Resource!.TypeName));
                }
            }
        }

        Assert.Equal(["CLINS/AllergyIntolerance", "CLINS/Condition", "CLINS/MedicationRequest", "CLINS/Observation", "eDischargeSummary/", "eReferral/"], kinds.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Check_ups_are_documents_in_an_archive()
    {
        var seen = 0;
        foreach (var (_, path) in nation.Files().Where(f => f.Path.EndsWith(".zip", StringComparison.Ordinal)))
        {
            foreach (var (name, bytes) in SmallNation.Unwrap(path).Where(e => Encoding.UTF8.GetString(e.Bytes).EndsWith("</ClinicalDocument>", StringComparison.Ordinal)))
            {
                var document = XDocument.Load(new MemoryStream(bytes));
                XNamespace hl7 = "urn:hl7-org:v3";
                Assert.Equal(hl7 + "ClinicalDocument", document.Root!.Name);
                Assert.Equal(18, document.Descendants(hl7 + "observation").Count());
                Assert.Contains("/DATA/h", name);
                seen++;
            }
        }

        Assert.True(seen > 50);
    }

    [Fact]
    public void Twelve_holders_deliver_and_all_six_formats_come()
    {
        Assert.Equal(12, Holders.All.Count);
        Assert.Equal(12, nation.Files().Select(f => Holders.Of(f.Dataset).Id).Distinct().Count());
        Assert.Equal(["care-csv", "checkup-xml", "death-csv", "fhir", "uke", "vaccination-csv"], nation.Summary.Formats.Select(f => f.Format));
        Assert.All(Holders.All.SelectMany(h => h.Datasets), d => Assert.True(Enum.TryParse<DataCategory>(d.Category, out _)));
    }

    [Fact]
    public void The_samples_folder_holds_what_its_seed_gives()
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "global.json")))
        {
            repository = repository.Parent;
        }

        var samples = Path.Combine(repository!.FullName, "samples");
        if (Environment.GetEnvironmentVariable("MINATO_WRITE_SAMPLES") == "1")
        {
            Samples.Write(samples);
        }

        var folder = Directory.CreateTempSubdirectory("minato-samples-").FullName;
        var made = Samples.Write(folder);
        Assert.Equal(7, made.Count);
        Assert.All(made, file => Assert.Equal(Contents(file), Contents(Path.Combine(samples, Path.GetRelativePath(folder, file)))));
        Directory.Delete(folder, recursive: true);

        static IEnumerable<string> Contents(string file) => SmallNation.Unwrap(file).Select(e => e.Name + Convert.ToHexString(e.Bytes));
    }

    private static IEnumerable<Composition.SectionComponent> Sections(IEnumerable<Composition.SectionComponent> sections) => sections.SelectMany(s => Sections(s.Section).Prepend(s));

    private IEnumerable<string[][]> Claims() => nation.Files().Where(f => f.Path.EndsWith(".UKE", StringComparison.Ordinal))
        .Select(f => Strict932.GetString(File.ReadAllBytes(f.Path)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).ToArray());
}
