using System.IO.Compression;
using System.Text;
using Minato.Catalogue.Harvest;
using Minato.Formats;
using Minato.Formats.Csv;
using Minato.Formats.Fhir;
using Minato.Formats.Notes;
using Minato.Formats.Views;
using Minato.Intake;
using Minato.Processing.Cohorts;
using Minato.Warehouse.Vocabularies;

namespace Minato.Fuzz;

/// <summary>Everything in Minato that reads what somebody else wrote.</summary>
public static class Targets
{
    private static readonly string Scratch = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"minato-fuzz-{Environment.ProcessId}")).FullName;

    static Targets()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Scratch, true);
    }

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("uke", ["Minato.Formats.Claims."], Reader("uke", "RECEIPTC.UKE")),
        new("care-claims", ["Minato.Formats.Care."], Reader("care-claims", "care.csv")),
        new("dpc", ["Minato.Formats.Dpc."], Dpc),
        new("fhir", ["Minato.Formats.Fhir."], Fhir),
        new("checkup-xml", ["Minato.Formats.CheckUp."], Reader("checkup-xml", "h.xml")),
        new("ssmix2", ["Minato.Formats.Hl7."], Reader("ssmix2", "0000077001_20260302_OML-11_000000000000006_20260311101112123_-_1")),
        new("dicom", ["Minato.Formats.Dicom."], Reader("dicom", "x.dcm")),
        new("vcf", ["Minato.Formats.Vcf."], Reader("vcf", "genome.vcf")),
        new("open-mhealth", ["Minato.Formats.OpenMHealth."], Reader("open-mhealth", "points.ndjson")),
        new("registers", ["Minato.Formats.Csv."], Registers),
        new("csv-mapping", ["Minato.Formats.Csv."], Mapping),
        new("door", ["Minato.Intake.DeliveryFiles", "Minato.Formats.NotTaken."], Door),
        new("views", ["Minato.Formats.Views."], Views),
        new("masters", ["Minato.Warehouse.Vocabularies.NationalMasters"], Masters),
        new("circe", ["Minato.Processing.Cohorts.CirceReader"], Circe),
        new("notes", ["Minato.Formats.Notes."], Notes),
        new("harvest", ["Minato.Catalogue.Harvest."], Harvest),
    ];

    private static Action<byte[]> Reader(string format, string file)
    {
        var reader = FormatsRoom.Readers.Single(r => r.Format == format);
        return bytes => Promise.Keeps(reader, file, bytes);
    }

    /// <summary>The four files have no mark of their own, so each input goes through the reader of each.</summary>
    private static void Dpc(byte[] bytes)
    {
        foreach (var (format, file) in ((string, string)[])[("dpc-ff1", "FF1_139900001_2603.txt"), ("dpc-ef", "EFn_139900001_2603.txt"), ("dpc-d", "D_139900001_2603.txt"), ("dpc-h", "H_139900001_2603.txt")])
        {
            Promise.Keeps(FormatsRoom.Readers.Single(r => r.Format == format), file, bytes);
        }
    }

    /// <summary>As one resource or Bundle, as lines, and with a limit so low that Bundles are taken entry by entry.</summary>
    private static void Fhir(byte[] bytes)
    {
        Promise.Keeps(Whole, "x.json", bytes);
        Promise.Keeps(Whole, "x.ndjson", bytes);
        Promise.Keeps(Small, "x.json", bytes);
    }

    private static readonly FhirReader Whole = new(1 << 20);
    private static readonly FhirReader Small = new(512);

    private static void Registers(byte[] bytes)
    {
        var head = new FileHead("register.csv", bytes.AsMemory(0, Math.Min(bytes.Length, FormatsRoom.HeadSize)));
        Promise.Keeps(CsvMappings.Shipped.FirstOrDefault(r => r.Recognises(head)) ?? CsvMappings.Shipped[0], "register.csv", bytes);
    }

    /// <summary>First line: a mapping, as an operator writes one. The rest: a file of that layout.</summary>
    private static void Mapping(byte[] bytes)
    {
        var (first, rest) = Parted(bytes);
        var parsed = CsvMapping.Parse(Encoding.UTF8.GetString(first), "mapping.json");
        Refusal(parsed, "mapping.json");
        if (parsed.Try(out var mapping))
        {
            Promise.Keeps(new MappedCsvReader(mapping), "register.csv", rest, own: true);
        }
    }

    /// <summary>A file as a holder drops it: unpacked, recognised, read.</summary>
    private static void Door(byte[] bytes)
    {
        var path = Path.Combine(Scratch, "delivered");
        File.WriteAllBytes(path, bytes);
        foreach (var opened in DeliveryFiles.Open(new Minato.Intake.Raw.RawFile("delivered.gz", path)))
        {
            if (!opened.Try(out var file))
            {
                Promise.Check(opened.Findings.All(f => f.Place.File is not null && f.Remedy.Length > 0), "A file was refused without place or remedy");
                continue;
            }

            var head = new byte[FormatsRoom.HeadSize];
            var n = file.Content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            using var whole = new Rejoined(head.AsMemory(0, n), file.Content);
            if (FormatsRoom.ReaderFor(new FileHead(file.Name, head.AsMemory(0, n))) is { } reader)
            {
                foreach (var item in reader.Read(whole, file.Name).Take(10_000))
                {
                    Promise.Check(item is not null, "A reader gave nothing");
                }
            }
            else
            {
                whole.CopyTo(Stream.Null);
            }
        }
    }

    /// <summary>First line: a ViewDefinition. The rest: resources as NDJSON.</summary>
    private static void Views(byte[] bytes)
    {
        var (first, rest) = Parted(bytes);
        var compiled = View.Compile(first, "view.json");
        Refusal(compiled, "view.json");
        if (compiled.Try(out var view))
        {
            using var output = new CsvView(Stream.Null, view.Columns);
            var run = new ViewRun(view, output);
            run.Read(new MemoryStream(rest), "x.ndjson");
            output.Complete();
            foreach (var finding in run.Figures.Findings)
            {
                Promise.Check(finding.Remedy.Length > 0 && finding.Reason.Length > 0, "A finding without reason or remedy");
            }
        }
    }

    /// <summary>The rows of a published master, packed as they are published; each of the three kinds.</summary>
    private static void Masters(byte[] bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Scratch, "masters")).FullName;
        foreach (var kind in "bys")
        {
            using var zip = new ZipArchive(File.Create(Path.Combine(folder, $"{kind}_20260401.zip")), ZipArchiveMode.Create);
            using var entry = zip.CreateEntry($"{kind}_20260401.txt", CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }

        try
        {
            _ = NationalMasters.Load(folder);
        }
        catch (InvalidDataException e) when (e.Message.Contains("_20260401.zip", StringComparison.Ordinal))
        {
            // Said with the file's name: what an operator loads is refused at the start, aloud.
        }
    }

    private static void Circe(byte[] bytes)
    {
        var read = CirceReader.Read(Encoding.UTF8.GetString(bytes));
        Promise.Check(read.IsOk || read.Findings.Any(f => f.Severity == Severity.Error && f.Reason.Length > 0 && f.Remedy.Length > 0), "A refusal without an error");
    }

    /// <summary>Another catalogue's DCAT, in Turtle or JSON-LD.</summary>
    private static void Harvest(byte[] bytes)
    {
        var read = DcatReader.Read(bytes, "catalogue", new Uri("https://other.example/catalogue"));
        Promise.Check(read.Findings.All(f => f.Place.File == "catalogue" && f.Reason.Length > 0 && f.Remedy.Length > 0), "A finding without place, reason or remedy");
        foreach (var dataset in read.IsOk ? read.Value : [])
        {
            Promise.Check(Uri.TryCreate(dataset.Page, UriKind.Absolute, out var page) && page.Scheme is "http" or "https", "A dataset whose page is no web address");
            Promise.Check(dataset.Title.Ja.Length is > 0 and <= 500 && dataset.Description.Ja.Length <= 4_000 && !dataset.Title.Ja.Any(c => char.IsControl(c) && c != '\n'), "A text that is too long, or has control characters");
        }
    }

    private static readonly NoteRules Rules = NoteRules.Read(Resource("rules-v1.json"), "rules-v1.json").Value;
    private static readonly RuleNoteReader NoteReader = new(Rules);

    private static void Notes(byte[] bytes)
    {
        var note = Encoding.UTF8.GetString(bytes);
        var findings = NoteReader.Read(note);
        foreach (var finding in findings)
        {
            Promise.Check(finding.Offset >= 0 && finding.Length > 0 && finding.Offset + finding.Length <= note.Length, "A finding outside its note");
            Promise.Check(finding.Confidence is > 0 and <= 1, "A confidence that is none");
            Promise.Check(Rules.Items.ContainsKey(finding.Item), "An item that the rules do not know");
            Promise.Check(finding.Value is not { } v || (v >= Rules.Items[finding.Item].Min && v <= Rules.Items[finding.Item].Max), "A value outside its bounds");
        }

        Promise.Check(findings.SequenceEqual(NoteReader.Read(note)), "A note read twice gave two answers");
        foreach (var fact in NoteFacts.Of(findings, Rules, new DateOnly(2026, 3, 2), 1))
        {
            Promise.Check(fact.FromText && fact.Code.All(char.IsAscii), "A fact that does not say that it was read out of text");
        }
    }

    private static void Refusal<T>(Outcome<T> outcome, string file)
    {
        foreach (var finding in outcome.Findings)
        {
            Promise.Holds(finding, file, own: true);
        }
    }

    private static (byte[] First, byte[] After) Parted(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        return end < 0 ? (bytes, []) : (bytes[..end], bytes[(end + 1)..]);
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(Targets).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
