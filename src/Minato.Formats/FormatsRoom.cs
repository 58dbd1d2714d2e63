using Minato.Formats.CheckUp;
using Minato.Formats.Claims;
using Minato.Formats.Csv;
using Minato.Formats.Dpc;
using Minato.Formats.Fhir;
using Minato.Formats.Hl7;
using Minato.Formats.NotTaken;

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
        new UkeReader(),
        new Form1Reader(),
        new EfReader(),
        new DReader(),
        new HReader(),
        new FhirReader(),
        new VaccinationCsvReader(),
        new CareCsvReader(),
        new DeathCsvReader(),
    ];

    /// <summary>The reader of a file, from its first <see cref="HeadSize"/> bytes and its name; null where no reader knows it.</summary>
    public static IFormatReader? ReaderFor(FileHead head) => Readers.FirstOrDefault(r => r.Recognises(head));
}
