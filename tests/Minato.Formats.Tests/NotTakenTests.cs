using System.IO.Compression;

namespace Minato.Formats.Tests;

/// <summary>Formats that are known but not taken: one quarantined piece with the right reason.</summary>
public sealed class NotTakenTests
{
    [Fact]
    public void Dicom_samples_are_named_by_their_modality()
    {
        var said = Samples.Files("dicom").Select(p => Of(Path.GetFileName(p), File.ReadAllBytes(p)).Reason[..32]);
        Assert.Equal(["A DICOM image (modality CT): ima", "A DICOM image (modality MR): ima", "A DICOM image (modality US): ima"], said);
    }

    [Fact]
    public void Vcf_samples_are_genomes()
    {
        foreach (var path in Samples.Files("vcf"))
        {
            var finding = Of(Path.GetFileName(path), File.ReadAllBytes(path));
            Assert.Equal("vcf.not-taken", finding.Code);
            Assert.StartsWith("Genome variants (VCF 4.3)", finding.Reason);
        }
    }

    [Fact]
    public void Claim_masters_are_no_data_of_persons()
    {
        var said = new List<string>();
        foreach (var path in Samples.Files("ssk-masters"))
        {
            using var zip = ZipFile.OpenRead(path);
            using var entry = zip.Entries[0].Open();
            using var memory = new MemoryStream();
            entry.CopyTo(memory);
            said.Add(Of(zip.Entries[0].FullName, memory.ToArray()).Reason);
        }

        Assert.Equal(["傷病名マスター", "診療行為マスター", "医薬品マスター", "修飾語マスター"], said.Select(s => s.Split('(', ')')[1]));
    }

    [Fact]
    public void Omop_tables_are_quarantined_and_what_the_packer_added_is_passed_over()
    {
        using var zip = ZipFile.OpenRead(Samples.Files("omop").Single());
        var (tables, noise) = (0, 0);
        foreach (var entry in zip.Entries.Where(e => e.Name.Length > 0))
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var read = Reading.Of(entry.FullName, memory.ToArray());
            if (read.Bad.Count == 1)
            {
                Assert.Equal("omop.not-taken", read.Bad[0].Finding.Code);
                tables++;
            }
            else
            {
                Assert.Equal(["archive.noise"], read.RemarkCodes);
                noise++;
            }
        }

        Assert.True(tables > 30 && noise >= tables);
    }

    [Fact]
    public void A_dicom_file_cut_short_or_full_of_nonsense_is_still_one_piece()
    {
        var magic = new byte[132];
        "DICM"u8.CopyTo(magic.AsSpan(128));
        Assert.Contains("not readable", Of("x.dcm", magic).Reason);
        Assert.Contains("not readable", Of("x.dcm", [.. magic, .. Enumerable.Repeat((byte)0xFF, 4000)]).Reason);
    }

    [Theory]
    [InlineData("letter.txt", "Dear all")]
    [InlineData("adult.csv", "age;sex;race\n39;Male;White")]
    [InlineData("x.bin", "\0\0\0\0")]
    [InlineData("x.xml", "<html><body/></html>")]
    [InlineData("empty", "")]
    public void What_nobody_knows_has_no_reader(string name, string content) =>
        Assert.Null(FormatsRoom.ReaderFor(new FileHead(name, System.Text.Encoding.UTF8.GetBytes(content))));

    private static Finding Of(string name, byte[] bytes)
    {
        var read = Reading.Of(name, bytes);
        Assert.Empty(read.Records);
        Assert.Empty(read.Remarks);
        var finding = Assert.Single(read.Bad).Finding;
        Assert.NotEmpty(finding.Remedy);
        return finding;
    }
}
