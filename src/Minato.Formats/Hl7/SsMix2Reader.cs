using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>
/// HL7 v2.5 as SS-MIX2's standard storage holds it: one message is one record. The name of a file says which order it is and
/// whether the version holds: a superseded one is passed over, a deleted one leaves a record without facts, which takes the place of
/// what was delivered before. Messages outside the storage (batches, feeds) say the same by their order number and trigger event.
/// </summary>
internal sealed class SsMix2Reader : IFormatReader
{
    public string Format => "ssmix2";

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        bytes = bytes.TrimStart("\u000B\r\n"u8);
        return bytes.Length > 8 && (bytes.StartsWith("MSH"u8) || bytes.StartsWith("FHS"u8) || bytes.StartsWith("BHS"u8)) && !char.IsAsciiLetterOrDigit((char)bytes[3]) && bytes[3] is > 0x20 and < 0x7F;
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var name = StorageName.Of(fileName);
        var file = name?.WithoutPatient ?? fileName;
        var tally = new Tally(file);
        var read = 0;
        foreach (var message in new Hl7Messages(stream, file, tally, ct).Read())
        {
            read++;
            if (message.Fault is { } fault)
            {
                yield return new ReadItem.Bad(fault, message.Raw);
                continue;
            }

            if (name?.Condition == Condition.Superseded)
            {
                tally.Note("ssmix2.superseded", "version that a later one has taken the place of (condition 2); passed over", message.Line);
                continue;
            }

            yield return Take(message, name, read, file, tally);
        }

        if (read == 0)
        {
            yield return new ReadItem.Bad(Finding.Error("hl7.empty", "The file holds no message", "Send a message that begins with MSH", new Place(file, 1)), default);
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private static ReadItem Take(Hl7Message message, StorageName? name, int number, string file, Tally tally)
    {
        var msh = message.Segments[0];
        var at = new Place(file, message.Line);
        var code = msh.Text(9) ?? "";
        var trigger = msh.Text(9, 2) ?? "";
        if (MessageKind.Of(code, trigger) is not { } kind)
        {
            return Bad("ssmix2.message-type", "The message type is none of SS-MIX2's", "See docs/formats.md for the messages that are read", "MSH-9");
        }

        if (message.First("PID") is not { } pid)
        {
            return Bad("ssmix2.patient", "The message has no PID segment", "Send messages about a patient, with their PID", "PID");
        }

        var patient = pid.Text(3);
        if (patient is null || !FieldText.IsCode(patient))
        {
            return BadAt(pid, "ssmix2.patient", "The patient number is missing, or is no number", "Fill in the patient number", "PID-3");
        }

        if (name is not null && name.Patient.TrimStart('0') != patient.TrimStart('0'))
        {
            return BadAt(pid, "ssmix2.other-patient", "The name of the file and the message speak of different patients", "Find out whose message it is, and store it again", "PID-3");
        }

        var sent = msh.Day(7) ?? message.First("EVN")?.Day(2);
        var asOf = sent ?? name?.Day;
        var birth = pid.Day(7);
        if (birth is null && pid.Text(7) is { Length: >= 8 })
        {
            return BadAt(pid, "ssmix2.birth-date", "The birth date is no day that exists", "Correct the birth date", "PID-7");
        }

        if (birth > (asOf ?? birth))
        {
            return BadAt(pid, "ssmix2.birth-date", "The birth date lies after the message", "Correct the birth date", "PID-7");
        }

        // Outside the storage an order is known by its number, and what has none by the message's own.
        var order = name?.Order ?? message.Segments.Select(s => s.Id is "ORC" or "OBR" ? s.Text(2) ?? s.Text(3) : null).FirstOrDefault(o => o is not null) ?? (kind.IsAboutPatient ? "" : msh.Text(10));
        if (order is null)
        {
            return Bad("ssmix2.order", "Neither an order number nor a message number says which record this is", "Fill in ORC-2 or MSH-10", "MSH-10");
        }

        var type = name?.Kind.ToLowerInvariant() ?? kind.Name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"minato-ssmix2-key:{patient}:{name?.Date}:{type}:{order}")).AsSpan(0, 16));
        var key = $"ssmix2-{type}-h-{hash}{(name is not null && number > 1 ? $"-{number}" : "")}";
        if (name?.Condition == Condition.Deleted || (name is null && kind.IsDeletion))
        {
            tally.Note("ssmix2.deleted", "record that the hospital deleted; it takes the place of the earlier one with no facts", message.Line);
            return new ReadItem.Good(new DeliveredRecord(at, key, new PersonIdentity { LocalPatientId = patient }, new Demographics(), []));
        }

        var facts = new MessageFacts(message, kind, name?.Day ?? sent, tally);
        if (facts.Take() is { } fault)
        {
            return new ReadItem.Bad(fault with { Place = fault.Place with { File = file } }, message.Raw);
        }

        return new ReadItem.Good(new DeliveredRecord(at, key, Hl7Identity.Of(message, pid, birth, asOf), Hl7Identity.DemographicsOf(pid, birth), facts.Facts));

        ReadItem.Bad Bad(string error, string reason, string remedy, string field) => BadAt(msh, error, reason, remedy, field);

        ReadItem.Bad BadAt(Segment segment, string error, string reason, string remedy, string field) =>
            new(Finding.Error(error, reason, remedy, new Place(file, segment.Line, field)), message.Raw);
    }
}
