using System.Globalization;
using System.Text;

namespace Minato.Formats.Tests;

/// <summary>VCF 4.x: what a file holds of each sample is told, the variants themselves are not. The samples belong to nobody.</summary>
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

    [Fact]
    public void Each_sample_says_what_it_holds_by_region_and_no_variant_leaves_the_file()
    {
        var read = Reading.Of("genome.vcf", Genome);
        Assert.Empty(read.Bad);
        Assert.Equal(["Observation minato genome-held GRCh38 1/ 20240506", "Observation minato genome-region chr1 1/2 20240506", "Observation minato genome-region chr2 0/1 20240506"], Facts(read.Records[0]));
        Assert.Equal(["Observation minato genome-held GRCh38 3/ 20240506", "Observation minato genome-region chr1 1/1 20240506", "Observation minato genome-region chr2 2/2 20240506"], Facts(read.Records[1]));
        Assert.Equal(["77001", "77002"], read.Records.Select(r => r.Identity.LocalPatientId));
        Assert.NotEqual(read.Records[0].Key, read.Records[1].Key);
        Assert.DoesNotContain("rs1", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("77001", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void The_same_sample_and_contigs_are_the_same_record_and_other_contigs_another()
    {
        var whole = Reading.Of("genome.vcf", Genome).Records[0].Key;
        Assert.Equal(whole, Reading.Of("again.vcf", Genome.Replace("0|0:12", "0|1:12")).Records[0].Key);
        Assert.NotEqual(whole, Reading.Of("other.vcf", Genome.Replace("chr2\t", "chr3\t")).Records[0].Key);
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
        Assert.Equal(2, read.Records.Count);
        Assert.Equal("Observation minato genome-region chr1 1/1 20240506", Facts(read.Records[0])[1]);
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
        Assert.Empty(read.Records);
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
