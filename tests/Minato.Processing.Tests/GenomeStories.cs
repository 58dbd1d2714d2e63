using Minato.Access;
using Minato.Warehouse;

namespace Minato.Processing.Tests;

/// <summary>The table of variants (A6): who may have it, and what of it.</summary>
public sealed class GenomeStories : IDisposable
{
    private const string Everybody = """
        {"PrimaryCriteria":{"CriteriaList":[{"ObservationPeriod":{}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}}}
        """;

    private readonly Village village = new("images-and-genome-v1");

    public void Dispose() => village.Dispose();

    private static DatasetGrant Biobank(params IReadOnlyList<string> columns) => new(new("biobank"), [
        new("person", ["person_id", "year_of_birth"]), new(WarehouseRoom.Variants, ["person_id", .. columns])]);

    private static readonly string[] Allele = ["reference_sequence", "chromosome", "position", "reference_allele", "alternate_allele"];

    private void Deliver() => village.Warehouse.Deliver("biobank", village.Linkage, string.Join('\n', new[] { "ana", "ben", "cho" }.SelectMany((name, i) => new[]
    {
        $"person {name} gender_concept_id=8507 year_of_birth={1950 + i}",
        $"observation_period {name} observation_period_start_date=2015-01-01 observation_period_end_date=2025-12-31",
        $"variant_occurrence {name} variant_date=2019-05-06 reference_sequence=GRCh38 chromosome=chr7 position=55019021 reference_allele=C alternate_allele=T genotype=0/1 copies=1",
        $"variant_occurrence {name} variant_date=2019-05-06 reference_sequence=GRCh38 chromosome=chr7 position={(i == 0 ? 7 : 60_000_000)} reference_allele=G alternate_allele=A genotype=1/1 copies=2",
        $"variant_occurrence {name} variant_date=2019-05-06 reference_sequence=GRCh38 chromosome=chr17 position={43_044_295 + i} reference_allele=G alternate_allele=A genotype=1/1 copies=2",
    })));

    private void Under(string media)
    {
        var folder = Path.Join(village.Folder, "standards");
        foreach (var file in Directory.EnumerateFiles(Village.Standards, "*", SearchOption.AllDirectories))
        {
            var to = Path.Join(folder, Path.GetRelativePath(Village.Standards, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var own = Path.Join(folder, "processing", "images-and-genome-v1.json");
        var text = File.ReadAllText(own);
        Assert.Contains("\"vcf\": {\"leastCarriers\": 0}", text);
        File.WriteAllText(own, text.Replace("\"vcf\": {\"leastCarriers\": 0}", media));
        village.Open(folder);
    }

    private string[] Rows(ExtractionManifest m, params int[] columns) =>
        [.. village.Read(m, "data/variant_occurrence.csv").TrimEnd().Split('\n').Skip(1).Select(l => l.Split(',')).Select(c => string.Join(' ', columns.Select(i => c[i]))).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Variants_come_under_the_standard_for_genomes_with_their_dates_moved_as_all_others()
    {
        Deliver();
        village.Grant("p-1", Everybody, Biobank([.. Allele, "variant_date", "genotype", "copies", "record_key"]));
        var m = await village.Extract("p-1");
        Assert.Equal("person_id,dataset_id,variant_date,reference_sequence,chromosome,position,reference_allele,alternate_allele,genotype,copies", village.Read(m, "data/variant_occurrence.csv").Split('\n')[0]);
        Assert.Equal(9, Rows(m, 0).Length);
        Assert.DoesNotContain("2019-05-06", Rows(m, 2));
        Assert.DoesNotContain("secret", village.Read(m, "data/variant_occurrence.csv"));
    }

    [Fact]
    public async Task A_standard_s_regions_are_all_that_is_given()
    {
        Deliver();
        Under("\"vcf\": {\"regions\": [\"chr7:55000000-55300000\", \"chr17\"]}");
        village.Grant("p-1", Everybody, Biobank("chromosome", "position"));
        Assert.Equal(
            ["chr17 43044295", "chr17 43044296", "chr17 43044297", "chr7 55019021", "chr7 55019021", "chr7 55019021"],
            Rows(await village.Extract("p-1"), 2, 3));
    }

    [Fact]
    public async Task Alleles_that_few_carry_are_left_out_where_the_standard_says_so_and_who_does_not_see_alleles_is_refused()
    {
        Deliver();
        Under("\"vcf\": {\"leastCarriers\": 2}");
        village.Grant("p-1", Everybody, Biobank(Allele));
        Assert.Equal(["chr7 55019021", "chr7 55019021", "chr7 55019021", "chr7 60000000", "chr7 60000000"], Rows(await village.Extract("p-1"), 3, 4));

        village.Grant("p-2", Everybody, Biobank("chromosome", "position"));
        Assert.Equal("processing.alleles", (await village.Processing.ExtractAsync(new("p-2"), Village.Operator)).Findings.Single(f => f.Severity == Severity.Error).Code);
    }

    [Fact]
    public async Task Another_standard_gives_none_and_cannot_be_made_to()
    {
        Deliver();
        village.Standard = "pseudonymised-v1";
        village.Grant("p-1", Everybody, Biobank(Allele));
        Assert.Equal("media.not-granted", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator)).Findings.Single(f => f.Severity == Severity.Error).Code);
        var text = """
            {"id":"x","version":"1","title":{"ja":"x","en":"x"},"tables":{"variant_occurrence":{"columns":{"chromosome":"keep"}}}}
            """;
        Assert.Equal("standard.media-outside", Standards.ProcessingStandard.Read("x", System.Text.Encoding.UTF8.GetBytes(text)).Findings.Single().Code);
    }
}
