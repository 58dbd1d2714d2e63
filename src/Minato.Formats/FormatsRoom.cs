using Minato.Formats.Care;
using Minato.Formats.CheckUp;
using Minato.Formats.Claims;
using Minato.Formats.Csv;
using Minato.Formats.Dicom;
using Minato.Formats.Dpc;
using Minato.Formats.Fhir;
using Minato.Formats.Hl7;
using Minato.Formats.NotTaken;
using Minato.Formats.OpenMHealth;
using Minato.Formats.Vcf;

namespace Minato.Formats;

/// <summary>The door of the room.</summary>
public static partial class FormatsRoom
{
    /// <summary>Bytes a reader may ask of a file's head.</summary>
    public const int HeadSize = 4096;

    /// <summary>All readers, the most specific first. They hold no state: one may read several files at a time.</summary>
    public static IReadOnlyList<IFormatReader> Readers { get; } =
    [
        new DicomReader(),
        new ParquetReader(),
        new VcfReader(),
        new ArchiveNoiseReader(),
        new CodeMasterReader(),
        new CheckUpXmlReader(),
        new SsMix2Reader(),
        new CareClaimReader(),
        new UkeReader(),
        new Form1Reader(),
        new EfReader(),
        new DReader(),
        new HReader(),
        new OpenMHealthReader(),
        new FhirReader(),
        .. CsvMappings.Shipped,
    ];

    /// <summary>
    /// All readers and those of the CSV layouts in a folder, which go before shipped ones of the same name: a registry is added without
    /// code. Refused with every fault where a mapping is wrong; a folder that does not exist adds none.
    /// </summary>
    public static Outcome<IReadOnlyList<IFormatReader>> WithMappings(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return Outcome<IReadOnlyList<IFormatReader>>.Ok(Readers);
        }

        return CsvMappings.Read(folder).Map<IReadOnlyList<IFormatReader>>(own =>
            [.. Readers.Where(r => r is not MappedCsvReader), .. own, .. Readers.OfType<MappedCsvReader>().Where(r => !own.Any(o => o.Format == r.Format))]);
    }

    /// <summary>A file's name as it may stand in a finding: names of SS-MIX2's storage say the patient's number, which becomes <c>*</c>.</summary>
    public static string Shown(string fileName) => StorageName.Of(fileName)?.WithoutPatient ?? fileName;

    /// <summary>The reader of a file, from its first <see cref="HeadSize"/> bytes and its name; null where no reader knows it.</summary>
    /// <param name="readers">The readers to choose from; all that Minato ships where none are given.</param>
    public static IFormatReader? ReaderFor(FileHead head, IReadOnlyList<IFormatReader>? readers = null) => (readers ?? Readers).FirstOrDefault(r => r.Recognises(head));
}
