using System.Globalization;
using System.Text;

namespace Minato.Formats.Tests;

/// <summary>VCF 4.x: what a file holds of each sample is told, and what it carries by megabase, apart from everything else. The samples belong to nobody.</summary>
public sealed class VcfTests
{
    internal const string Genome = """
        ##fileformat=VCFv4.3
        ##fileDate=20240506
        ##reference=file:///ref/GRCh38.fa
        ##contig=<ID=chr1,length=248956422,assembly="GRCh38">
        ##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count, for each <ALT>, ""quoted"", in order">
        ##INFO=<ID=DB,Number=0,Type=Flag,Description="dbSNP">
        ##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">
        ##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
        #CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO	FORMAT	77001	77002
        chr1	100	rs1	C	T	100	PASS	AC=1;DB;AF=1e-3	GT:DP	0|0:12	0|1:8
        chr1	200	.	C	T,<DEL>	.	q10;s50	AC=1,2	GT	1/2	./.
        chr2	300	.	G	]chr1:100]G	9.5	.	.	GT	.	1
        chr2	400	.	GA	*	9.5	.	.	GT	0/0	|0|1
        """;

    private static string[] Facts(DeliveredRecord r) =>
        [.. r.Facts.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.System} {f.Code} {f.ValueCode} {f.Value}/{f.Quantity} {f.Start:yyyyMMdd}"))];

    private static DeliveredRecord[] Held(Reading read) => [.. read.Records.Where(r => r.Key.StartsWith("vcf-h-", StringComparison.Ordinal))];

    private static DeliveredRecord[] Regions(Reading read) => [.. read.Records.Where(r => r.Key.StartsWith("vcf-v-", StringComparison.Ordinal))];

    private static string[] Variants(DeliveredRecord r) =>
        [.. r.Facts.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Code}:{f.Value} {f.Identifier} {f.ValueCode} x{f.Quantity} {f.Unit} {f.Line}"))];

    [Fact]
    public void What_each_sample_carries_is_a_record_of_each_megabase_an_allele_a_fact()
    {
        var read = Reading.Of("genome.vcf", Genome);
        Assert.All(Regions(read).SelectMany(r => r.Facts), f => Assert.Equal(FactKind.Variant, f.Kind));
        Assert.Equal(["77001", "77002", "77001", "77002"], Regions(read).Select(r => r.Identity.LocalPatientId));
        Assert.Equal(
            [["chr1:200 C/T 1/x x1 GRCh38 11", "chr1:200 C/<DEL> x/1 x1 GRCh38 11"], ["chr1:100 C/T 0|1 x1 GRCh38 10"], [], ["chr2:300 G/]chr1:100]G 1 x1 GRCh38 12"]],
            Regions(read).Select(Variants));
        Assert.Equal(6, read.Records.Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public void A_genome_called_again_takes_the_place_of_the_same_megabases_also_where_it_carries_nothing_now()
    {
        var lines = Genome.Replace("chr2\t300", "chr1\t2500000").Replace("chr2\t400", "chr1\t9000001");
        var read = Regions(Reading.Of("genome.vcf", lines));
        Assert.Equal(2 * 10, read.Length);
        Assert.Equal([2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], read.Select(r => r.Facts.Count));
        Assert.Equal(read.Select(r => r.Key), Regions(Reading.Of("again.vcf", lines.Replace("0|1:8", "1|1:8"))).Select(r => r.Key));
        Assert.Empty(read.Select(r => r.Key).Intersect(Regions(Reading.Of("other.vcf", lines.Replace("GRCh38", "GRCh37"))).Select(r => r.Key)));
    }

    [Fact]
    public void A_file_that_goes_back_to_a_region_is_read_with_a_warning_and_loses_nothing()
    {
        var read = Reading.Of("genome.vcf", Genome.Replace("chr2\t400\t.\tGA\t*", "chr1\t400\t.\tGA\tG"));
        Assert.Empty(read.Bad);
        Assert.Equal("vcf.order", read.RemarkCodes.Single(c => c != "vcf.no-line-end"));
        Assert.Equal([2, 1, 0, 1, 0, 1], Regions(read).Select(r => r.Facts.Count));
        Assert.Equal(6, Regions(read).Select(r => r.Key).Distinct().Count());
    }

    [Fact]
    public void Each_sample_says_what_it_holds_by_region()
    {
        var read = Reading.Of("genome.vcf", Genome);
        var held = Held(read);
        Assert.Empty(read.Bad);
        Assert.Equal(["Observation minato genome-held GRCh38 1/ 20240506", "Observation minato genome-region chr1 1/2 20240506", "Observation minato genome-region chr2 0/1 20240506"], Facts(held[0]));
        Assert.Equal(["Observation minato genome-held GRCh38 3/ 20240506", "Observation minato genome-region chr1 1/1 20240506", "Observation minato genome-region chr2 2/2 20240506"], Facts(held[1]));
        Assert.Equal(["77001", "77002"], held.Select(r => r.Identity.LocalPatientId));
        Assert.NotEqual(held[0].Key, held[1].Key);
        Assert.DoesNotContain("rs1", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("77001", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void The_same_sample_and_contigs_are_the_same_record_and_other_contigs_another()
    {
        var whole = Held(Reading.Of("genome.vcf", Genome))[0].Key;
        Assert.Equal(whole, Held(Reading.Of("again.vcf", Genome.Replace("0|0:12", "0|1:12")))[0].Key);
        Assert.NotEqual(whole, Held(Reading.Of("other.vcf", Genome.Replace("chr2\t", "chr3\t")))[0].Key);
    }

    [Theory]
    [InlineData("chr1\t100", "\t100", "CHROM")]
    [InlineData("chr1\t100", "chr1\t1x", "POS")]
    [InlineData("rs1\tC", "rs1\t7", "REF")]
    [InlineData("C\tT\t100", "C\tT,\t100", "ALT")]
    [InlineData("T\t100\tPASS", "T\thigh\tPASS", "QUAL")]
    [InlineData("AC=1;DB", "AC=x;DB", "INFO")]
    [InlineData("AC=1;DB", "AC=1,2;DB", "INFO")]
    [InlineData("AF=1e-3", "AF=花子", "INFO")]
    [InlineData("0|1:8", "0|2:8", "GT")]
    [InlineData("0|1:8", "0~1:8", "GT")]
    [InlineData("0|1:8", "0|1:8:9", "sample")]
    [InlineData("\t0|1:8", "", "line")]
    public void A_line_that_the_header_does_not_allow_is_quarantined_alone(string was, string became, string field)
    {
        Assert.Contains(was, Genome);
        var read = Reading.Of("genome.vcf", Genome.Replace(was, became));
        var bad = Assert.Single(read.Bad).Finding;
        Assert.Equal(("vcf.line", field, 10L), (bad.Code, bad.Place.Field, bad.Place.Line!.Value));
        Assert.Equal(2, Held(read).Length);
        Assert.Equal("Observation minato genome-region chr1 1/1 20240506", Facts(Held(read)[0])[1]);
        Assert.DoesNotContain("花子", read.Said);
    }

    [Theory]
    [InlineData("##fileformat=VCFv4.3", "##fileformat=VCFv5.0", "vcf.header")]
    [InlineData("#CHROM\tPOS", "#CHROM\tPOZ", "vcf.header")]
    [InlineData("Number=A,Type=Integer", "Number=Z,Type=Integer", "vcf.header")]
    [InlineData("Number=A,Type=Integer", "Number=A,Type=Whole", "vcf.header")]
    [InlineData("77001\t77002", "77001\t77001", "vcf.header")]
    [InlineData("\tFORMAT\t77001\t77002", "", "vcf.no-samples")]
    public void A_header_that_says_nothing_sure_refuses_the_file(string was, string became, string code)
    {
        var read = Reading.Of("genome.vcf", Genome.Replace(was, became));
        Assert.Empty(read.Records);
        Assert.Equal([code], read.BadCodes);
    }

    [Fact]
    public void Without_a_date_there_are_people_but_no_facts()
    {
        var read = Reading.Of("genome.vcf", Genome.Replace("##fileDate=20240506\n", ""));
        Assert.Equal([0, 0], read.Records.Select(r => r.Facts.Count));
        Assert.Equal(["vcf.no-date"], read.RemarkCodes.Where(c => c != "vcf.no-line-end"));
    }

    [Fact]
    public void A_thousand_bad_lines_end_the_reading()
    {
        var read = Reading.Of("genome.vcf", Genome + "\n" + string.Concat(Enumerable.Repeat("nonsense\n", 5000)));
        Assert.Equal(1001, read.Bad.Count);
        Assert.Equal("vcf.too-many-faults", read.BadCodes.Last());
        Assert.Empty(Held(read));
        Assert.Equal(2, Regions(read).Length);
    }

    [Fact]
    public void The_conformance_files_are_read_whole()
    {
        foreach (var path in Samples.Files("vcf"))
        {
            var read = Reading.Of(Path.GetFileName(path), File.ReadAllBytes(path));
            Assert.True(read.Bad.Count == 0, $"{path}: {read.Said}");
            Assert.NotEmpty(read.Records);
        }
    }
}
