using System.Text;

namespace Minato.Formats.Tests;

public sealed class CheckUpTests
{
    private const string Document = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
         <typeId extension="POCD_HD000040" root="2.16.840.1.113883.1.3"/><id nullFlavor="NI"/>
         <code code="10" codeSystem="1.2.392.200119.6.1001"/><effectiveTime value="20260410"/>
         <recordTarget><patientRole><id extension="06990013" root="1.2.392.200119.6.101"/><id extension="架１２" root="1.2.392.200119.6.204"/><id extension="３４５" root="1.2.392.200119.6.205"/><id extension="01" root="1.2.392.200119.6.211"/>
          <addr><postalCode>100-0001</postalCode>東京都架空区１－２－３</addr>
          <patient><name>カクウ　タロウ</name><administrativeGenderCode code="1" codeSystem="1.2.392.200119.6.1104"/><birthTime value="19700401"/></patient></patientRole></recordTarget>
         <author><time value="20260410"/><assignedAuthor><id nullFlavor="NI"/><representedOrganization><id extension="1310000001" root="1.2.392.200119.6.102"/><name>架空健診所</name></representedOrganization></assignedAuthor></author>
         <documentationOf><serviceEvent><code code="010" codeSystem="1.2.392.200119.6.1002"/><effectiveTime value="20260405"/></serviceEvent></documentationOf>
         <component><structuredBody><component><section><code code="01010" codeSystem="1.2.392.200119.6.1010"/><text/>
          <entry><observation classCode="OBS" moodCode="EVN"><code code="9N001000000000001" displayName="身長"/><value xsi:type="PQ" value="165.2" unit="cm"/></observation></entry>
          <entry><observation classCode="OBS" moodCode="EVN"><code code="9N736000000000011"/><value xsi:type="CD" code="2" codeSystem="1.2.392.200119.6.2205"/></observation></entry>
          <entry><observation classCode="OBS" moodCode="EVN" negationInd="true"><code code="3D046000001906202"/></observation></entry>
          <entry><observation classCode="OBS" moodCode="EVN"><code code="1A010000000191111"/><value xsi:type="ST">（１＋）</value></observation></entry>
          <entry><observation classCode="OBS" moodCode="EVN"><code code="9N511000000000049"/><value xsi:type="ST">架空太郎様、経過を見てください。医師 架空花子</value></observation></entry>
          <entry><observation classCode="OBS" moodCode="EVN"><code nullFlavor="NA"/><entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><code code="2A030000001930101"/><value xsi:type="PQ" value="14.1" unit="g/dL"/></observation></entryRelationship></observation></entry>
         </section></component></structuredBody></component>
        </ClinicalDocument>
        """;

    private const string Name = "20260410.zip!h131000000120260410011000001.xml";

    [Fact]
    public void A_checkup_is_one_record_of_measurements()
    {
        var read = Reading.Of(Name, Document);
        var record = read.Only;
        Assert.Equal("checkup-h131000000120260410011000001", record.Key);
        Assert.Equal(new Demographics(1970, 4, Sex.Male, "13"), record.Demographics);
        Assert.Equal(
            ["Visit minato checkup  ", "Measurement jlac10 9N001000000000001 165.2 cm", "Measurement jlac10 9N736000000000011  2", "Measurement jlac10 1A010000000191111  1+", "Measurement jlac10 2A030000001930101 14.1 g/dL"],
            record.Facts.Select(f => $"{f.Kind} {f.System} {f.Code} {f.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture)} {f.Unit ?? f.ValueCode}"));
        Assert.All(record.Facts, f => Assert.Equal((new DateOnly(2026, 4, 5), "1310000001"), (f.Start, f.Facility)));
        Assert.Equal(["checkup.narrative"], read.RemarkCodes);
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void The_identity_is_as_written()
    {
        var who = Reading.Of(Name, Document).Only.Identity;
        Assert.Equal(("06990013", "架１２", "３４５", "01"), (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber, who.InsuredBranch));
        Assert.Equal(("カクウ　タロウ", null, "東京都架空区１－２－３", "100-0001"), (who.NameKana, who.NameKanji, who.Address, who.PostalCode));
        Assert.Equal((new DateOnly(1970, 4, 1), Sex.Male), (who.BirthDate, who.Sex));
    }

    [Fact]
    public void The_documents_own_id_comes_first() =>
        Assert.Equal("checkup-D-77", Reading.Of(Name, Document.Replace("<id nullFlavor=\"NI\"/>\n <code", "<id extension=\"D-77\" root=\"1.2.3\"/>\n <code")).Only.Key);

    [Fact]
    public void Other_encodings_that_the_declaration_names_are_read()
    {
        var sjis = Reading.Of(Name, Reading.Cp932(Document.Replace("UTF-8", "Shift_JIS")));
        Assert.Equal("カクウ　タロウ", sjis.Only.Identity.NameKana);
        var utf16 = Reading.Of(Name, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Document.Replace("UTF-8", "UTF-16"))]);
        Assert.Equal("カクウ　タロウ", utf16.Only.Identity.NameKana);
        var wrong = Reading.Of(Name, Reading.Cp932(Document));
        Assert.Empty(wrong.Records);
        Assert.Single(wrong.Bad);
    }

    [Theory]
    [InlineData("20260405", "20261399", "checkup.date")]
    [InlineData("19700401", "19700231", "checkup.birth-date")]
    [InlineData("19700401", "20270401", "checkup.birth-date")]
    [InlineData("</recordTarget>", "", "checkup.xml")]
    [InlineData("</ClinicalDocument>", "", "checkup.xml")]
    [InlineData("<ClinicalDocument ", "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><ClinicalDocument ", "checkup.xml")]
    [InlineData("<ClinicalDocument ", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><ClinicalDocument ", "checkup.xml")]
    [InlineData("カクウ", "カク\0ウ", "checkup.xml")]
    [InlineData("カクウ", "カク&nbsp;ウ", "checkup.xml")]
    public void A_bad_document_is_quarantined_whole(string was, string became, string code)
    {
        var broken = Document.Replace(was, became);
        var read = Reading.Of(Name, broken);
        Assert.Empty(read.Records);
        var bad = Assert.Single(read.Bad);
        Assert.Equal(code, bad.Finding.Code);
        Assert.NotEqual(0, bad.Raw.Length);
        Assert.DoesNotContain("カクウ", read.Said);
        Assert.DoesNotContain("20261399", read.Said);
    }

    [Fact]
    public void The_archives_other_files_are_known()
    {
        Assert.Equal(["checkup.not-a-record"], Reading.Of("ix08_V08.xml", "<index xmlns=\"https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103.html\"/>").RemarkCodes);
        Assert.Equal(["checkup.not-a-record"], Reading.Of("XSD/hc08_V08.xsd", "<?xml version=\"1.0\"?><xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"/>").RemarkCodes);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var deep = Document.Replace("<text/>", string.Concat(Enumerable.Repeat("<text>", 100_000)));
        Assert.Equal(["checkup.depth"], Reading.Of(Name, deep).BadCodes);
    }
}
