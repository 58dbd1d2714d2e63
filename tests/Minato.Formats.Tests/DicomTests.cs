using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Minato.Formats.Dicom;

namespace Minato.Formats.Tests;

/// <summary>DICOM headers, in every transfer syntax that a header can have. Hanako does not exist.</summary>
public sealed class DicomTests
{
    /// <summary>A file of a preamble, the meta group and elements; the pixels are an endless promise that nobody may believe.</summary>
    internal static byte[] File(string syntax, params (uint Tag, string Vr, object Value)[] elements)
    {
        var isExplicit = syntax != "1.2.840.10008.1.2";
        var isBig = syntax == "1.2.840.10008.1.2.2";
        var body = new MemoryStream();
        foreach (var e in elements)
        {
            body.Write(Element(e, isExplicit, isBig));
        }

        body.Write(Element((0x7FE00010, "OW", new byte[] { 1, 2, 3, 4 }), isExplicit, isBig).AsSpan()[..^4]);
        var file = new MemoryStream();
        file.Write(new byte[128]);
        file.Write("DICM"u8);
        file.Write(Element((0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.2"), true, false));
        file.Write(Element((0x00020010, "UI", syntax), true, false));
        if (syntax.EndsWith(".99", StringComparison.Ordinal))
        {
            using var deflate = new DeflateStream(file, CompressionLevel.Fastest, leaveOpen: true);
            deflate.Write(body.ToArray());
        }
        else
        {
            file.Write(body.ToArray());
        }

        return file.ToArray();
    }

    private static byte[] Element((uint Tag, string Vr, object Value) e, bool isExplicit, bool isBig)
    {
        var undefined = false;
        byte[] value;
        switch (e.Value)
        {
            case (uint Tag, string Vr, object Value)[][] items: // a sequence of undefined length with items of both kinds
                var inner = new MemoryStream();
                for (var i = 0; i < items.Length; i++)
                {
                    var item = items[i].SelectMany(x => Element(x, isExplicit, isBig)).ToArray();
                    inner.Write([.. Number(0xFFFE, 2, isBig), .. Number(0xE000, 2, isBig), .. Number(i % 2 == 0 ? (uint)item.Length : uint.MaxValue, 4, isBig), .. item]);
                    inner.Write(i % 2 == 0 ? [] : [.. Number(0xFFFE, 2, isBig), .. Number(0xE00D, 2, isBig), 0, 0, 0, 0]);
                }

                inner.Write([.. Number(0xFFFE, 2, isBig), .. Number(0xE0DD, 2, isBig), 0, 0, 0, 0]);
                (value, undefined) = (inner.ToArray(), true);
                break;
            case int n:
                value = Number((uint)n, 2, isBig);
                break;
            case byte[] bytes:
                value = bytes;
                break;
            default:
                value = Encoding.ASCII.GetBytes((string)e.Value);
                value = value.Length % 2 == 0 ? value : [.. value, (byte)' '];
                break;
        }

        var length = undefined ? uint.MaxValue : (uint)value.Length;
        byte[] head = [.. Number(e.Tag >> 16, 2, isBig), .. Number(e.Tag & 0xFFFF, 2, isBig)];
        return !isExplicit ? [.. head, .. Number(length, 4, isBig), .. value]
            : e.Vr is "OB" or "OW" or "SQ" or "UT" or "UN" ? [.. head, .. Encoding.ASCII.GetBytes(e.Vr), 0, 0, .. Number(length, 4, isBig), .. value]
            : [.. head, .. Encoding.ASCII.GetBytes(e.Vr), .. Number(length, 2, isBig), .. value];
    }

    private static byte[] Number(uint n, int size, bool isBig)
    {
        var four = new byte[4];
        if (isBig)
        {
            BinaryPrimitives.WriteUInt32BigEndian(four, n);
            return four[(4 - size)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(four, n);
        return four[..size];
    }

    private static byte[] Jis(string text) => CodePagesEncodingProvider.Instance.GetEncoding(50220)!.GetBytes(text);

    internal static readonly (uint, string, object)[] Head =
    [
        (0x00080005, "CS", "\\ISO 2022 IR 87"), (0x00080020, "DA", "20240506"), (0x00080060, "CS", "CT"), (0x00080070, "LO", "KAKUU"), (0x00081030, "LO", "Kakuu Hanako no fukubu"),
        (0x00081032, "SQ", new (uint, string, object)[][] { [(0x00080100, "SH", "G0100"), (0x00080102, "SH", "JJ1017")], [(0x00080100, "SH", "24627-2"), (0x00080102, "SH", "LN")] }),
        (0x00081090, "LO", "Model 7"), (0x00081140, "SQ", new (uint, string, object)[][] { [(0x00081155, "UI", "1.2.3"), (0x00080060, "CS", "XX")], [(0x00080060, "CS", "XX")] }),
        (0x00100010, "PN", Jis("Kakuu^Hanako=架空^花子=カクウ^ハナコ")), (0x00100020, "LO", "77001"), (0x00100030, "DA", "19500203"), (0x00100040, "CS", "F"), (0x00101030, "DS", "48.5"),
        (0x00180015, "CS", "ABDOMEN"), (0x00180050, "DS", "5.0"), (0x00180060, "DS", "120"), (0x00181000, "LO", "SERIAL9"),
        (0x0018100A, "SQ", new (uint, string, object)[][] { [(0x00181009, "UT", "(01)04987600000017(21)SERIAL9")] }),
        (0x0020000D, "UI", "1.2.392.200036.1"), (0x0020000E, "UI", "1.2.392.200036.1.1"), (0x00280010, "US", 512), (0x00280011, "US", 512), (0x00291010, "UN", new byte[5000]),
    ];

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    [InlineData("1.2.840.10008.1.2.1.99")]
    [InlineData("1.2.840.10008.1.2.4.70")]
    public void Study_series_and_parameters_are_three_records_in_every_transfer_syntax(string syntax)
    {
        var read = Reading.Of("I0001.dcm", File(syntax, Head));
        Assert.Empty(read.Bad);
        Assert.Equal(
            [
                ["Procedure other:JJ1017 G0100", "Procedure loinc 24627-2", "Measurement loinc 29463-7 48.5kg"],
                ["Image dicom CT ABDOMEN", "Device udi 04987600000017"],
                ["Observation dicom SliceThickness 5.0mm", "Observation dicom KVP 120kV", "Observation dicom Rows 512", "Observation dicom Columns 512"],
            ],
            read.Records.Select(r => r.Facts.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.System} {f.Code} {f.Value}{f.Unit}{f.ValueCode}").TrimEnd()).ToArray()).ToArray());
        var who = read.Records[0].Identity;
        Assert.Equal(("架空　花子", "カクウ　ハナコ", "77001", new DateOnly(1950, 2, 3), Sex.Female), (who.NameKanji, who.NameKana, who.LocalPatientId, who.BirthDate, who.Sex));
        Assert.StartsWith("2.25.", read.Records[1].Facts[0].Identifier);
        Assert.Equal(3, read.Records.Select(r => r.Key).Distinct().Count());
        Assert.All(read.Records, r => Assert.StartsWith(read.Records[0].Key, r.Key));
        Assert.DoesNotContain("1.2.392", read.MedicalHalf + string.Concat(read.Records.SelectMany(r => r.Facts).Select(f => f.Identifier)));
        Assert.DoesNotContain("SERIAL9", read.MedicalHalf);
        Assert.DoesNotContain("anako", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void Slices_of_one_series_say_the_same_and_other_parameters_are_another_record()
    {
        (uint, string, object)[] With(string thickness) => [.. Head.Select(e => e.Item1 == 0x00180050 ? (e.Item1, e.Item2, (object)thickness) : e)];
        var one = Reading.Of("1.dcm", File("1.2.840.10008.1.2.1", With("5.0"))).Records.Select(r => r.Key).ToArray();
        var two = Reading.Of("2.dcm", File("1.2.840.10008.1.2.1", With("5.0"))).Records.Select(r => r.Key).ToArray();
        var thin = Reading.Of("3.dcm", File("1.2.840.10008.1.2.1", With("1.0"))).Records.Select(r => r.Key).ToArray();
        Assert.Equal(one, two);
        Assert.Equal((one[0], one[1]), (thin[0], thin[1]));
        Assert.NotEqual(one[2], thin[2]);
    }

    [Fact]
    public void The_samples_are_read()
    {
        var said = Samples.Files("dicom").SelectMany(p => Reading.Of(Path.GetFileName(p), System.IO.File.ReadAllBytes(p)).Items).Select(i => i switch
        {
            ReadItem.Good g => string.Join(',', g.Record.Facts.Where(f => f.Kind is FactKind.Image or FactKind.Device).Select(f => f.Code)),
            ReadItem.Bad b => b.Finding.Code,
            _ => "remark",
        }).Where(s => s.Length > 0);
        // The CT was de-identified before: its dates are empty (action Z of the profile), so nobody can say when it was.
        Assert.Equal(["dicom.date", "MR,SIEMENS/Avanto", "US,Philips_Medical_Systems/CX50"], said);
    }

    [Fact]
    public void Every_attribute_that_reaches_a_fact_is_left_alone_by_the_profile_or_retained_under_a_named_option()
    {
        foreach (var attribute in DicomProfile.Shipped.Attributes)
        {
            Assert.Contains(attribute.Use, new[] { "structure", "replaced", "identity", "fact", "parameter" });
            Assert.True(attribute.Option is null || DicomProfile.Shipped.Options.ContainsKey(attribute.Option), attribute.Keyword);
            Assert.True(attribute.Use is not ("fact" or "parameter") || attribute.Basic is null || attribute.Option is not null, attribute.Keyword);
            Assert.True((attribute.Basic == "U") == (attribute.Use == "replaced"), attribute.Keyword);
        }
    }

    [Theory]
    [InlineData(0x0020000Du, "dicom.uid")]
    [InlineData(0x00080060u, "dicom.modality")]
    [InlineData(0x00080020u, "dicom.date")]
    [InlineData(0x00100020u, "dicom.patient")]
    public void What_a_header_lacks_is_named(uint tag, string code)
    {
        var read = Reading.Of("x.dcm", File("1.2.840.10008.1.2.1", [.. Head.Where(e => e.Item1 != tag && (tag != 0x00100020 || e.Item1 != 0x00100010))]));
        Assert.Empty(read.Records);
        Assert.Equal([code], read.BadCodes);
        Assert.StartsWith("(00", read.Bad[0].Finding.Place.Field);
    }

    [Fact]
    public void Hostile_headers_end_in_one_finding()
    {
        var magic = new byte[132];
        "DICM"u8.CopyTo(magic.AsSpan(128));
        byte[] Deep(int n) => [.. magic, .. Enumerable.Repeat(new byte[] { 0x40, 0, 0x55, 5, (byte)'S', (byte)'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF }, n).SelectMany(x => x)];
        Assert.Equal(["dicom.truncated"], Reading.Of("x.dcm", magic).BadCodes.Select(c => c == "dicom.uid" ? "dicom.truncated" : c));
        Assert.Equal(["dicom.uid"], Reading.Of("x.dcm", [.. magic, .. Enumerable.Repeat((byte)0xFF, 4000)]).BadCodes);
        Assert.Equal(["dicom.damaged"], Reading.Of("x.dcm", [.. magic, .. Enumerable.Repeat((byte)0x20, 4000)]).BadCodes);
        Assert.Equal(["dicom.depth"], Reading.Of("x.dcm", Deep(100_000)).BadCodes);
        Assert.Equal(["dicom.truncated"], Reading.Of("x.dcm", [.. magic, 0x09, 0, 0x10, 0, (byte)'O', (byte)'B', 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 1, 2]).BadCodes);
        Assert.Equal(["dicom.damaged"], Reading.Of("x.dcm", [.. File("1.2.840.10008.1.2.1.99", Head)[..230], .. new byte[100]]).BadCodes.Select(c => c == "dicom.truncated" ? "dicom.damaged" : c));
    }
}
