using System.IO.Compression;

namespace Minato.Formats.Tests;

/// <summary>Formats that are known but not taken: one quarantined piece with the right reason.</summary>
public sealed class NotTakenTests
{
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
