using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Dicom;

/// <summary>
/// DICOM part 10 files: headers alone, de-identified by the profile of PS3.15 as far as it concerns facts. A file is one image; what it says of its
/// study, its series and of how it was taken are records of their own, equal in all files of the series, so that a thousand slices are one series.
/// </summary>
internal sealed class DicomReader : IFormatReader
{
    private const int Preamble = 128;
    private const string MediaDirectory = "1.2.840.10008.1.3.10";

    public string Format => "dicom";

    public bool Recognises(FileHead head) => head.Bytes.Length >= Preamble + 4 && head.Bytes.Span.Slice(Preamble, 4).SequenceEqual("DICM"u8);

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var captured = new CapturedStream(stream, ct);
        var header = DicomHeader.Read(captured, ct);
        var at = new Place(fileName);
        if (header.Fault is { } fault)
        {
            yield return new ReadItem.Bad(Finding.Error(fault.Code, fault.Reason, "Export the image again from the archive", at), captured.KeepRest());
            yield break;
        }

        if (header.Text("MediaStorageSOPClassUID") == MediaDirectory)
        {
            yield return new ReadItem.Remark(Finding.Note("dicom.directory", "The index of the medium (DICOMDIR) was passed over", "", at));
            yield break;
        }

        foreach (var item in Take(header, at))
        {
            yield return item is ReadItem.Bad bad ? bad with { Raw = captured.KeepRest() } : item;
        }
    }

    private static List<ReadItem> Take(DicomHeader header, Place at)
    {
        var study = header.Text("StudyInstanceUID");
        var series = header.Text("SeriesInstanceUID");
        if (study is null || series is null || study.Length > 64 || series.Length > 64)
        {
            return [Bad("dicom.uid", "Study or series have no instance UID", "Export the image again from the archive", study is null ? "(0020,000D)" : "(0020,000E)")];
        }

        if (header.Text("Modality") is not { } modality || !FieldText.IsCode(modality, 16))
        {
            return [Bad("dicom.modality", "The modality is missing, or no defined term", "Correct the header", "(0008,0060)")];
        }

        var day = header.Day("StudyDate") ?? header.Day("SeriesDate") ?? header.Day("AcquisitionDate") ?? header.Day("ContentDate");
        if (day is not { } date)
        {
            return [Bad("dicom.date", "No date of study, series, acquisition or content says when the image was taken", "Export the image with its dates", "(0008,0020)")];
        }

        var who = Identity(header, date);
        if (who.LocalPatientId is null && (who.BirthDate is null || (who.NameKana ?? who.NameKanji) is null))
        {
            return [Bad("dicom.patient", "The header does not say whose image it is", "Export the image with the patient's number", "(0010,0020)")];
        }

        if (who.BirthDate > date)
        {
            return [Bad("dicom.birth-date", "The birth date lies after the study", "Correct the header", "(0010,0030)")];
        }

        var born = who.BirthDate;
        var demographics = new Demographics(born?.Year, born?.Month, who.Sex, Prefecture.Of(who.Address));
        var studyKey = $"dicom-h-{Hash(study)}";
        var seriesKey = $"{studyKey}-{Hash(series)[..16]}";
        var items = new List<ReadItem>();
        if (Study(header, date) is { Count: > 0 } about)
        {
            items.Add(new ReadItem.Good(new DeliveredRecord(at, studyKey, who, demographics, about)));
        }

        items.Add(new ReadItem.Good(new DeliveredRecord(at, seriesKey, who, demographics, Series(header, date, modality, series))));
        if (Parameters(header, date) is { Count: > 0 } taken)
        {
            var set = string.Join(';', taken.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Code}={f.Value}{f.ValueCode}")));
            items.Add(new ReadItem.Good(new DeliveredRecord(at, $"{seriesKey}-p{Hash(set)[..8]}", who, demographics, taken)));
        }

        return items;

        ReadItem Bad(string code, string reason, string remedy, string field) => new ReadItem.Bad(Finding.Error(code, reason, remedy, at with { Field = field }), default);
    }

    private static PersonIdentity Identity(DicomHeader header, DateOnly asOf)
    {
        // PN: alphabetic=ideographic=phonetic, each family^given^…
        var groups = (header.Text("PatientName") ?? "").Split('=');
        var names = groups.Select(g => FieldText.OrNull(string.Join('　', g.Split('^').Take(2).Where(p => p.Trim().Length > 0)))).ToArray();
        var alphabetic = names[0];
        var isKana = alphabetic?.All(c => c is (>= 'ァ' and <= 'ー') or (>= 'ｦ' and <= 'ﾟ') or ' ' or '　') == true;
        return new PersonIdentity
        {
            NameKanji = Held(names.ElementAtOrDefault(1)),
            NameKana = Held(names.ElementAtOrDefault(2)) ?? (isKana ? Held(alphabetic) : null),
            BirthDate = header.Day("PatientBirthDate"),
            Sex = header.Text("PatientSex") switch { "M" => Sex.Male, "F" => Sex.Female, _ => Sex.Unknown },
            Address = Held(header.Text("PatientAddress")),
            LocalPatientId = Held(header.Text("PatientID")),
            AsOf = asOf,
        };
    }

    /// <summary>What was ordered or done, and the body's measures that were entered for dose and contrast.</summary>
    private static List<HealthFact> Study(DicomHeader header, DateOnly day)
    {
        var facts = new List<HealthFact>();
        for (var i = 0; i < header.Items("CodeValue", "ProcedureCodeSequence"); i++)
        {
            if (header.Text("CodeValue", "ProcedureCodeSequence", i) is { } code && FieldText.IsCode(code))
            {
                var scheme = header.Text("CodingSchemeDesignator", "ProcedureCodeSequence", i);
                facts.Add(new HealthFact { Kind = FactKind.Procedure, Start = day, Code = code, System = scheme switch { "LN" => CodeSystem.Loinc, "SCT" => CodeSystem.Snomed, { } s when FieldText.IsCode(s, 24) => CodeSystem.OtherPrefix + s, _ => CodeSystem.OtherPrefix + "unnamed" } });
            }
        }

        if (header.Number("PatientSize") is > 0.2m and < 3m and var size)
        {
            facts.Add(new HealthFact { Kind = FactKind.Measurement, Start = day, System = CodeSystem.Loinc, Code = "8302-2", Value = size, Unit = "m" });
        }

        if (header.Number("PatientWeight") is > 0.2m and < 700m and var weight)
        {
            facts.Add(new HealthFact { Kind = FactKind.Measurement, Start = day, System = CodeSystem.Loinc, Code = "29463-7", Value = weight, Unit = "kg" });
        }

        return facts;
    }

    private static List<HealthFact> Series(DicomHeader header, DateOnly day, string modality, string series)
    {
        var start = header.Day("SeriesDate") ?? day;
        var facts = new List<HealthFact>
        {
            new()
            {
                Kind = FactKind.Image,
                Start = start,
                System = CodeSystem.Dicom,
                Code = modality,
                ValueCode = header.Text("BodyPartExamined") is { } part && FieldText.IsCode(part.Replace(' ', '_'), 16) ? part.Replace(' ', '_') : null,
                Quantity = header.Number("NumberOfSeriesRelatedInstances") is > 0 and var n ? n : null,
                Identifier = Replaced(series),
            },
        };
        if (header.Text("UniqueDeviceIdentifier", "UDISequence") is { } udi && DeviceModel(udi) is { } model)
        {
            facts.Add(new HealthFact { Kind = FactKind.Device, Start = start, System = CodeSystem.Udi, Code = model, Identifier = model });
        }
        else if (Word(header.Text("ManufacturerModelName")) is { } name)
        {
            facts.Add(new HealthFact { Kind = FactKind.Device, Start = start, System = CodeSystem.OtherPrefix + "dicom-model", Code = Word(header.Text("Manufacturer")) is { } maker ? $"{maker}/{name}" : name });
        }

        return facts;
    }

    /// <summary>How the image was taken: attributes that vary inside a series make several sets, and equal sets are one record.</summary>
    private static List<HealthFact> Parameters(DicomHeader header, DateOnly day)
    {
        var facts = new List<HealthFact>();
        foreach (var attribute in DicomProfile.Shipped.Attributes.Where(a => a.Use == "parameter"))
        {
            var isNumber = attribute.Vr is "DS" or "IS" or "US";
            var number = isNumber ? header.Number(attribute.Keyword) : null;
            var word = isNumber ? null : Word(header.Text(attribute.Keyword));
            if (number is not null || word is not null)
            {
                facts.Add(new HealthFact { Kind = FactKind.Observation, Start = day, System = CodeSystem.Dicom, Code = attribute.Keyword, Value = number, Unit = number is null ? null : attribute.Unit, ValueCode = word });
            }
        }

        return facts;
    }

    /// <summary>The device identifier of a UDI: what model it is. Serial and lot number behind it are one machine's and stay behind.</summary>
    private static string? DeviceModel(string udi)
    {
        var text = udi.StartsWith("(01)", StringComparison.Ordinal) ? udi[4..] : udi.StartsWith("01", StringComparison.Ordinal) && udi.Length > 16 ? udi[2..] : udi;
        return text.Length >= 14 && FieldText.IsDigits(text.AsSpan(0, 14), 14) ? text[..14]
            : udi.StartsWith('+') && udi.IndexOf('/') is > 2 and var stroke && FieldText.IsCode(udi.AsSpan(0, stroke), 40) ? udi[..stroke]
            : null;
    }

    /// <summary>A short name of a product or term: ASCII, its blanks turned into underscores.</summary>
    private static string? Word(string? text) => text?.Replace(' ', '_') is { } t && FieldText.IsCode(t, 30) ? t : null;

    /// <summary>PS3.15's action U: the same UID is always replaced by the same other one, below 2.25 (UUID-derived).</summary>
    private static string Replaced(string uid) => "2.25." + new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes("minato-dicom-uid:" + uid)).AsSpan(0, 16), isUnsigned: true).ToString(CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("minato-dicom-key:" + text)).AsSpan(0, 16));

    private static string? Held(string? text) => FieldText.OrNull(text) is { Length: <= 200 } t && !t.AsSpan().ContainsAnyInRange('\0', '\u001F') && !t.Contains('\uFFFD') ? t : null;
}
