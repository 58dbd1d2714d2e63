using System.Text;
using CsCheck;

namespace Minato.Formats.Tests;

/// <summary>Whatever a file contains, a reader answers with items: no exception, bounded memory, and no value of the file in a finding.</summary>
public sealed class HostileTests
{
    private const long Mega = 1 << 20;

    /// <summary>Format, file name, what stands before the long part, the filler, and MiB that reading may allocate in all.</summary>
    public static TheoryData<string, string, string, char, int> LongLines => new()
    {
        { "uke", "RECEIPTC.UKE", "IR,1,13,1,9900001,,x,202604,00,\r\nRE,1,1112,202603,", 'A', 2 },
        { "uke", "RECEIPTC.UKE", "IR,1,13,1,9900001,,x,202604,00,\r\nRE,1,1112,202603,", ',', 2 },
        { "fhir", "x.json", "{\"resourceType\":\"Patient\",\"id\":\"", 'A', 48 },
        { "fhir", "x.json", "{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":", '[', 48 },
        { "fhir", "x.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"", 'A', 48 },
        { "fhir", "x.json", "{\"resourceType\":\"Bundle\",\"id\":\"1\",\"entry\":[{\"resource\":{\"id\":\"", 'A', 80 },
        { "fhir", "x.json", "{\"resourceType\":\"Bundle\",\"id\":\"1\",\"entry\":[", ' ', 48 },
        { "fhir", "x.json", "{\"resourceType\":\"Patient\"}", 'x', 8 },
        { "checkup-xml", "h.xml", "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id extension=\"", 'A', 96 },
        { "checkup-xml", "h.xml", "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole><patient><name>", 'A', 96 },
        { "uke", "RECEIPTY.UKE", "YK,1,13,4,9900001,x,202604,00,\r\nRE,1,4112,202603,", ',', 2 },
        { "uke", "RECEIPTC.UKE", "1,1,0,MN,1,\r\n1,2,0,IR,1,13,1,9900001,,x,202604,00,\r\n1,3,0,RE,1,1112,202603\r\n1,4,0,HO,", 'A', 2 },
        { "dpc-ef", "EFn_139900001_2603.txt", "139900001\t0000001234\t20260311\t20260302\t", 'A', 2 },
        { "dpc-ff1", "FF1_139900001_2603.txt", "139900001\t0000001234\t20260302\t0\t0\tA000010\t\t0\t", '\t', 2 },
        { "dpc-h", "H_139900001_2603.txt", "", 'A', 2 },
        { "vaccination-csv", "vaccination_1.csv", "record_id,vaccinated_on,vaccine_code\nv-1,20200101,", 'A', 2 },
        { "vaccination-csv", "vaccination_1.csv", "record_id,vaccinated_on,vaccine_code\nv-1,20200101,\"", ',', 2 },
        { "care-csv", "care_1.csv", "", 'A', 2 },
        { "dicom", "x.dcm", new string('\0', 128) + "DICM", '\0', 4 },
        { "ssmix2", "x.hl7", "MSH|^~\\&|H\rPID|", 'A', 3 },
        { "ssmix2", "x.hl7", "MSH|^~\\&|H\rPID|", '\r', 3 },
        { "vcf", "x.vcf", "##fileformat=VCFv4.3", 'A', 8 },
        { "vcf", "x.vcf", "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n1\t1\t.\tA\tC\t.\t.\t.\tGT\t", '0', 8 },
        { "care-claims", "x.csv", "1,1,0,1,711,0,000000,1370000001,00,1,202405,1\r\n2,2,7131,01,202404,1370000001,", 'A', 2 },
        { "open-mhealth", "x.json", "{\"header\":{\"schema_id\":{\"name\":\"", 'A', 48 },
    };

    [Theory]
    [MemberData(nameof(LongLines))]
    public void A_line_of_a_hundred_megabytes_is_a_finding_and_not_an_allocation(string format, string name, string before, char filler, int mebibytes)
    {
        using var stream = new Filled(Encoding.UTF8.GetBytes(before), (byte)filler, (filler is '[' or 'x' ? 32 : 100) * Mega);
        var reader = FormatsRoom.Readers.Single(r => r.Format == format);
        _ = reader.Read(new MemoryStream(Encoding.UTF8.GetBytes(before)), name).ToList(); // warm: types and tables load once
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var items = reader.Read(stream, name).ToList();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.Contains(items, i => i is ReadItem.Bad or ReadItem.Remark);
        Assert.All(items.OfType<ReadItem.Bad>(), b => Assert.True(b.Raw.Length <= Mega));
        Assert.True(allocated < mebibytes * Mega, $"{allocated / Mega} MiB were allocated");
    }

    [Fact]
    public void After_a_line_too_long_the_next_receipt_or_row_is_read()
    {
        var line = new string('A', 200_000);
        var claims = Claim.Read(Claim.File([Claim.Ir], ["RE,1,1112,202603," + line], Claim.Receipt(), ["SI," + line], Claim.Receipt(Claim.Re.Replace("SRCH-001", "SRCH-002")), [Claim.Go()]));
        Assert.Equal(["1319900001-202603-srch-002"], claims.Records.Select(r => r.Key));
        Assert.Equal(["uke.line-too-long", "uke.line-too-long"], claims.BadCodes.Where(c => c == "uke.line-too-long"));
        var rows = Reading.Of("vaccination_1.csv", $"record_id,vaccinated_on,vaccine_code\nv-1,20200101,{line}\nv-2,20200101,flu");
        Assert.Equal(("v-2", 3L), (rows.Only.Key, rows.Only.Place.Line!.Value));
        Assert.Equal(["csv.line-too-long"], rows.BadCodes);
    }

    [Fact]
    public void A_receipt_without_end_is_refused_and_the_next_one_read()
    {
        var rows = Enumerable.Repeat(Claim.Row("SI,11,1,111000110,,1,1", (3, "1")), 60_000).ToArray();
        var read = Claim.Read(Claim.File([Claim.Ir], Claim.Receipt(null, Claim.Ho, rows), Claim.Receipt(Claim.Re.Replace("SRCH-001", "SRCH-002")), [Claim.Go()]));
        Assert.Equal(["uke.receipt-too-long"], read.BadCodes);
        Assert.Equal("1319900001-202603-srch-002", read.Only.Key);
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",\"contained\":", "[", "]", "}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",\"extension\":", "{\"a\":", "}", "}")]
    public void Nesting_of_a_hundred_thousand_is_one_bad_piece(string before, string open, string close, string after)
    {
        var json = before + string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000)) + after;
        Assert.Equal(["fhir.depth"], Reading.Of("x.json", json).BadCodes);
        Assert.Equal(["fhir.depth"], Reading.Of("x.json", json.Replace(close + after, after)).BadCodes.Select(c => c == "fhir.truncated" ? "fhir.depth" : c));
    }

    [Fact]
    public void Entities_neither_grow_nor_fetch()
    {
        var bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"aaaaaaaaaa\">" + string.Concat(Enumerable.Range(1, 12).Select(i => $"<!ENTITY a{i} \"{string.Concat(Enumerable.Repeat($"&a{i - 1};", 10))}\">"))
            + "]><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><name>&a12;</name></ClinicalDocument>";
        Assert.Equal(["checkup.xml"], Reading.Of("h.xml", bomb).BadCodes);
    }

    private static readonly (string Name, byte[] Bytes)[] Seeds =
    [
        ("RECEIPTC.UKE", Claim.Whole(Claim.Receipt(), Claim.Receipt(Claim.Re.Replace("SRCH-001", "SRCH-002")), Claim.Receipt(Claim.Re.Replace(",1112,", ",1111,")))),
        ("one.json", Encoding.UTF8.GetBytes(Fixtures.Document)),
        ("many.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', Fixtures.Lines))),
        ("h1.xml", Encoding.UTF8.GetBytes(Fixtures.CheckUp)),
        ("vaccination_1.csv", Encoding.UTF8.GetBytes(Fixtures.Vaccinations)),
        ("care_1.csv", Reading.Cp932(Fixtures.Care)),
        ("death_1.csv", Encoding.UTF8.GetBytes(Fixtures.Deaths)),
        .. SampleFiles.All,
        .. SampleFiles.Storage,
        ("x.dcm", DicomTests.File("1.2.840.10008.1.2", DicomTests.Head)),
        ("y.dcm", DicomTests.File("1.2.840.10008.1.2.2", DicomTests.Head)),
        ("z.dcm", DicomTests.File("1.2.840.10008.1.2.1.99", DicomTests.Head)),
        ("care.csv", Reading.Cp932(CareClaimTests.Sample)),
        ("genome.vcf", Encoding.UTF8.GetBytes(VcfTests.Genome)),
        ("points.ndjson", Encoding.UTF8.GetBytes("""{"header":{"id":"p-1","schema_id":{"namespace":"omh","name":"blood-pressure","version":"4.0"},"user_id":"77001"},"body":{"systolic_blood_pressure":{"value":125,"unit":"mmHg"},"effective_time_frame":{"date_time":"2020-02-05T07:25:00-08:00"},"user_notes":"花子"}}""" + "\n")),
    ];

    /// <summary>Names and numbers of the seeds' people, which no finding may quote.</summary>
    private static readonly string[] Secrets = ["架空", "カクウ", "花子", "太郎", "P000123", "３４５", "1950-02-03", "19700401", "19500203", "77001"];

    [Fact]
    public void Random_damage_never_throws_and_never_talks()
    {
        var damage = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[1, 40]);
        var cases = Gen.Select(Gen.Int[0, Seeds.Length - 1], damage.Array[1, 6]);
        var random = new PCG(7, 2026); // the same damage in every run
        for (var i = 0; i < 4000; i++)
        {
            var (seed, wounds) = cases.Generate(random, null, out _);
            var (name, bytes) = Seeds[seed];
            var hurt = wounds.Aggregate(bytes, Hurt);
            var reader = FormatsRoom.ReaderFor(new FileHead(name, bytes))!;
            var read = new Reading([.. reader.Read(new MemoryStream(hurt), name)]);
            Assert.True(read.Items.Count > 0, $"case {i}: {name} said nothing");
            var said = read.Said;
            Assert.All(Secrets, s => Assert.DoesNotContain(s, said));
            Assert.All(read.Records, r => Assert.All(r.Facts, f => Assert.True(f.Start.Year > 1 && f.Code.All(char.IsAscii) && f.System.All(char.IsAscii))));
        }
    }

    [Fact]
    public void Every_reader_survives_every_other_formats_file_and_every_cut()
    {
        foreach (var (name, bytes) in Seeds)
        {
            foreach (var reader in FormatsRoom.Readers)
            {
                _ = reader.Read(new MemoryStream(bytes), name).ToList();
            }

            var own = FormatsRoom.ReaderFor(new FileHead(name, bytes))!;
            for (var cut = 0; cut < bytes.Length; cut += 13)
            {
                var read = own.Read(new MemoryStream(bytes, 0, cut), name).ToList();
                Assert.True(read.Count > 0, $"{name} cut at {cut} said nothing");
            }
        }
    }

    /// <summary>Line ends, NULs, end-of-file bytes and encodings that do not belong: an answer each time, and the same records where only line ends differ.</summary>
    [Fact]
    public void Wrong_line_ends_encodings_and_stray_bytes_are_survived()
    {
        foreach (var (name, bytes) in SampleFiles.All)
        {
            var whole = Reading.Of(name, bytes);
            var reader = FormatsRoom.ReaderFor(new FileHead(name, bytes))!;
            var text = Encoding.GetEncoding(932).GetString(bytes);
            var turn = 0;
            var mixed = Encoding.GetEncoding(932).GetBytes(string.Concat(text.Select(c => c == '\r' && turn++ % 2 == 0 ? "" : c.ToString())));
            Assert.Equal(whole.Records.Select(r => r.Key), Reading.With(reader, name, [.. mixed, 0x1A]).Records.Select(r => r.Key));
            Assert.Equal(whole.Records.Select(r => r.Facts.Count), Reading.With(reader, name, Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(text)).ToArray()).Records.Select(r => r.Facts.Count));
            foreach (var wrong in new[] { Encoding.Unicode.GetBytes(text), Encoding.UTF32.GetBytes(text), bytes.SelectMany(b => new byte[] { b, 0 }).ToArray(), new byte[bytes.Length], bytes.Reverse().ToArray() })
            {
                var read = Reading.With(reader, name, wrong);
                Assert.NotEmpty(read.Items);
                Assert.Empty(read.Records);
                Assert.All(Secrets, s => Assert.DoesNotContain(s, read.Said));
            }
        }
    }

    /// <summary>Rows of other records' layouts, counts that lie, fields of any size: every record id with every kind of content.</summary>
    [Fact]
    public void Any_record_may_hold_anything()
    {
        string[] ids = ["IR", "UK", "YK", "RE", "HO", "KO", "SN", "JD", "SY", "HS", "SI", "IY", "TO", "SS", "SH", "CZ", "KI", "ST", "BU", "SB", "SK", "CD", "GT", "CO", "MN", "JY", "HR", "GO"];
        string[] cells = ["", "1", "0", "-1", "99999999999999999999", "20260303", "20260231", "５", "\"", "612170710", "8002", "01", "x\0", new string('9', 500), " "];
        var random = new Random(4);
        string[] heads = [Claim.Ir, "YK,1,13,4,9900002,架空薬局,202604,00,", "IR,1,13,3,9900003,,202604,,"];
        for (var i = 0; i < 600; i++)
        {
            var prefix = i % 4 == 0;
            var lines = new List<string> { heads[i % 3], $"RE,1,{"143"[i % 3]}112,202603,架空,1,19700401", Claim.Ho };
            for (var n = random.Next(1, 12); n > 0; n--)
            {
                lines.Add(string.Join(',', Enumerable.Range(0, random.Next(1, 120)).Select(_ => random.Next(3) == 0 ? cells[random.Next(cells.Length)] : "").Prepend(ids[random.Next(ids.Length)])));
            }

            var read = Reading.Of("RECEIPTC.UKE", Claim.File(lines.Select((l, at) => prefix ? $"{(random.Next(5) == 0 ? random.Next(16) : 1)},{random.Next(20)},{random.Next(3)},{l}" : l)));
            Assert.NotEmpty(read.Items);
            Assert.All(read.Bad, b => Assert.True(b.Finding.Reason.Length > 10 && b.Finding.Remedy.Length > 10 && b.Finding.Place.File == "RECEIPTC.UKE" && b.Finding.Place.Line > 0));
        }
    }

    private static byte[] Hurt(byte[] bytes, (int Kind, int At, byte With, int Length) wound)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = wound.At % bytes.Length;
        var length = Math.Min(wound.Length, bytes.Length - at);
        switch (wound.Kind)
        {
            case 0:
                return [.. bytes[..at], wound.With, .. bytes[(at + 1)..]];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                return [.. bytes[..at], .. Enumerable.Repeat(wound.With, length), .. bytes[at..]];
            case 3:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. "\"{}[],\n\0<>&\r:\t\u001a"u8[(wound.With % 15)..], .. bytes[at..]];
            default:
                return bytes[..at];
        }
    }

    /// <summary>A stream of a beginning and then one byte over and over, made on the fly.</summary>
    private sealed class Filled(byte[] before, byte filler, long total) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var n = (int)Math.Min(buffer.Length, total - position);
            buffer[..n].Fill(filler);
            if (position < before.Length)
            {
                n = Math.Min(n, before.Length - (int)position);
                before.AsSpan((int)position, n).CopyTo(buffer);
            }

            position += n;
            return n;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
