using Minato.Processing.Extracting;
using Minato.Processing.Standards;

namespace Minato.Processing.Media;

/// <summary>Images and genomes of a permit, made ready for its secure environment (A6).</summary>
public interface IMediaDesk
{
    /// <summary>
    /// One DICOM file of a person, de-identified. Refused with <c>standard.place</c> outside the environment, <c>media.not-granted</c>, or for what is wrong
    /// with the file (<c>dicom.…</c>); what was written must then be thrown away.
    /// </summary>
    Outcome<DicomDone> Dicom(Stream input, Stream output, Pseudonym<Project> person, DataPlace place, string fileName = "");

    /// <summary>One VCF file; <paramref name="personOf"/> gives a sample's person, null where there is none in the project. Refused as above (<c>vcf.…</c>).</summary>
    Outcome<VcfDone> Vcf(Stream input, Stream output, Func<string, Pseudonym<Project>?> personOf, DataPlace place, string fileName = "");
}

/// <summary>The door.</summary>
public static class MediaRoom
{
    /// <param name="standardsFolder">Holds <c>processing/*.json</c>.</param>
    /// <param name="standard">The permit's, of images and genomes.</param>
    /// <returns>Refused where the standard cannot be used, or gives neither.</returns>
    public static Outcome<IMediaDesk> Open(string standardsFolder, string standard, PermitId permit, IKeyStore keys)
    {
        var found = ProcessingStandard.Find(Path.Join(standardsFolder, "processing"), standard);
        return !found.Try(out var s) ? Outcome<IMediaDesk>.Refused(found.Findings)
            : s.Media is null ? Finding.Error("media.not-granted", "The processing standard gives no images and no genomes", "Apply under a standard that does", new Place(File: $"{s.Name}.json"))
            : Outcome<IMediaDesk>.Ok(new MediaDesk(s, s.Media, permit, keys));
    }

    private sealed class MediaDesk(ProcessingStandard standard, MediaRule rule, PermitId permit, IKeyStore keys) : IMediaDesk
    {
        private readonly byte[] shiftKey = keys.Key(PersonShift.KeyName(permit));
        private readonly DicomDeidentifier dicom = new(rule.DicomOptions, $"Minato {standard.Id}@{standard.Version}", keys.Key(ProjectUid.KeyName(permit)));

        public Outcome<DicomDone> Dicom(Stream input, Stream output, Pseudonym<Project> person, DataPlace place, string fileName = "") =>
            Refused(place, rule.Dicom) is { } why
                ? why
                : dicom.Rewrite(input, output, new MediaPerson(person.ToGuid().ToString("D"), standard.ShiftDays > 0 ? PersonShift.Days(shiftKey, person, standard.ShiftDays) : 0), fileName);

        public Outcome<VcfDone> Vcf(Stream input, Stream output, Func<string, Pseudonym<Project>?> personOf, DataPlace place, string fileName = "") =>
            Refused(place, rule.Vcf) is { } why
                ? why
                : new VcfDeidentifier(s => personOf(s)?.ToGuid().ToString("D"), rule.Regions, rule.LeastCarriers).Rewrite(input, output, fileName);

        private Finding? Refused(DataPlace place, bool isGiven) =>
            standard.Refuses(place) ?? (isGiven ? null : Finding.Error("media.not-granted", "The processing standard does not give this kind", "Apply under a standard that does", new Place(File: $"{standard.Name}.json")));
    }
}
