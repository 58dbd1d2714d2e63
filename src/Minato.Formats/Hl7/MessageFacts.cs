using Minato.Formats.Notes;
using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>The facts of one message. What has no usable code, no day, or only words, stays behind and is counted.</summary>
/// <param name="day">The day of the file's name, else of the message: for what has no day of its own.</param>
internal sealed class MessageFacts(Hl7Message message, MessageKind kind, DateOnly? day, Tally tally)
{
    private const int LongestWard = 20;

    private readonly string? facility = message.Segments[0].Text(4) is { } f && FieldText.IsDigits(f, 10) ? f : null;

    public List<HealthFact> Facts { get; } = [];

    /// <returns>The fault for which the message must be quarantined.</returns>
    public Finding? Take()
    {
        switch (kind.As)
        {
            case TakenAs.Demographics:
                return Demographics();
            case TakenAs.OutpatientVisit or TakenAs.Admission or TakenAs.Discharge:
                return Visit();
            case TakenAs.Diagnoses:
                Diagnoses();
                break;
            case TakenAs.Prescription or TakenAs.Administration:
                Orders(kind.As == TakenAs.Prescription ? Prescribed : Administered);
                break;
            case TakenAs.Results:
                Results();
                break;
            case TakenAs.Performed:
                Orders(Performed);
                break;
            case TakenAs.IdentityOnly:
                tally.Note("ssmix2.identity-only", $"message {kind.Name}: a plan, an order or a movement inside the hospital; only its identity was taken", message.Line);
                break;
        }

        return null;
    }

    /// <summary>Allergies (AL1, IAM) and a death that the register of patients knows (PID-29, PID-30).</summary>
    private Finding? Demographics()
    {
        foreach (var segment in message.Segments.Where(s => s.Id is "AL1" or "IAM"))
        {
            if (day is not { } known || Hl7Code.Best(segment, 3, []) is not { } allergen)
            {
                Left("allergy without a code", segment);
                continue;
            }

            Add(new HealthFact { Kind = FactKind.Observation, Start = segment.Day(segment.Id == "AL1" ? 6 : 11) ?? known, System = allergen.System, Code = allergen.Code, ValueCode = segment.Text(2) is { } type && FieldText.IsCode(type, 8) ? $"allergy-{type}" : "allergy", Line = segment.Line });
        }

        var pid = message.First("PID")!;
        if (pid.Text(29) is not null && pid.Day(29) is null)
        {
            return Wrong("ssmix2.date", "The date of death is no day that exists", "Correct the date", pid, "PID-29");
        }

        if (pid.Day(29) is { } died)
        {
            Add(new HealthFact { Kind = FactKind.Death, Start = died, Line = pid.Line });
        }
        else if (pid.Text(30) == "Y")
        {
            tally.Note("ssmix2.death-without-day", "patient marked as dead without a day; no death was taken", pid.Line, "Fill in PID-29");
        }

        return null;
    }

    /// <summary>
    /// An outpatient visit is one day. Of a stay the discharge tells both days and how it ended, so only the discharge is a Visit;
    /// the admission is an Observation, or the stay would stand twice.
    /// </summary>
    private Finding? Visit()
    {
        var pv1 = message.First("PV1");
        var from = pv1?.Day(44) ?? (kind.As == TakenAs.Discharge ? null : day);
        var to = pv1?.Day(45) ?? (kind.As == TakenAs.Discharge ? day : null);
        if (from is null || (kind.As == TakenAs.Discharge && to is null))
        {
            return Wrong("ssmix2.date", "The visit or stay has no day of beginning", "Fill in the day", pv1 ?? message.Segments[0], "PV1-44");
        }

        if (to < from)
        {
            return Wrong("ssmix2.date", "The stay ends before it begins", "Correct the days", pv1!, "PV1-45");
        }

        var line = pv1?.Line ?? message.Line;
        if (kind.As == TakenAs.Admission)
        {
            Add(new HealthFact { Kind = FactKind.Observation, Start = from.Value, System = CodeSystem.Minato, Code = "admission", Line = line });
            return null;
        }

        var setting = kind.As == TakenAs.Discharge ? "inpatient" : pv1?.Text(2) == "E" ? "emergency" : "outpatient";
        Add(new HealthFact { Kind = FactKind.Visit, Start = from.Value, End = to ?? from, Code = setting, Line = line });
        if (kind.As == TakenAs.Discharge && pv1?.Text(3) is { } ward && FieldText.IsCode(ward, LongestWard))
        {
            // Where the patient lay before the last day, the movements tell; a discharge knows the last ward alone.
            Add(new HealthFact { Kind = FactKind.Ward, Start = to!.Value, End = to, Code = setting, ValueCode = ward, Line = line });
        }

        if (kind.As == TakenAs.Discharge && pv1?.Text(36) is ['2', >= '0' and <= '9'])
        {
            // User table 0112: 20–29 died. 40–42 (hospice) are not used in Japan.
            Add(new HealthFact { Kind = FactKind.Death, Start = to!.Value, ValueCode = "stay-outcome", Line = line });
        }

        return null;
    }

    private void Diagnoses()
    {
        foreach (var prb in message.Segments.Where(s => s.Id == "PRB"))
        {
            if (prb.Text(1) is "DE" or "UN")
            {
                tally.Note("ssmix2.cancelled", "diagnosis or order that was cancelled", prb.Line);
                continue;
            }

            var code = Hl7Code.Best(prb, 10, [CodeSystem.Icd10]) is { System: CodeSystem.Icd10 } icd ? icd : Hl7Code.Best(prb, 3, [CodeSystem.Icd10, CodeSystem.Disease]);
            var from = prb.Day(16) ?? prb.Day(7) ?? prb.Day(2) ?? day;
            if (code is not { } coded || from is not { } start)
            {
                Left("diagnosis without a code or a day", prb);
                continue;
            }

            var end = prb.Day(9);
            Add(new HealthFact
            {
                Kind = FactKind.Condition,
                Start = start,
                End = end >= start ? end : null,
                System = coded.System,
                Code = coded.Code,
                Suspected = prb.Text(13) == "1" || prb.Text(3, 2)?.EndsWith("の疑い", StringComparison.Ordinal) == true,
                Line = prb.Line,
            });
        }
    }

    /// <summary>The order groups of a message: from one ORC to the next.</summary>
    private void Orders(Action<List<Segment>> take)
    {
        var group = new List<Segment>();
        foreach (var segment in message.Segments)
        {
            if (segment.Id == "ORC")
            {
                Close();
            }

            group.Add(segment);
        }

        Close();

        void Close()
        {
            if (group.Count > 0 && group[0].Id == "ORC")
            {
                if (group[0].Text(1) is "CA" or "OC" or "CR" or "DC" or "OD")
                {
                    tally.Note("ssmix2.cancelled", "diagnosis or order that was cancelled", group[0].Line);
                }
                else
                {
                    take(group);
                }
            }

            group.Clear();
        }
    }

    /// <summary>RXE is the drug; a mixture's drugs are its RXC, and RXE then only says that it is one.</summary>
    private void Prescribed(List<Segment> group)
    {
        var tq1 = group.Find(s => s.Id == "TQ1");
        var start = tq1?.Day(7) ?? group[0].Day(15) ?? day;
        int? days = tq1?.Number(6) is { } n and > 0 and <= 400 && n == decimal.Truncate(n) && tq1.Text(6, 2) is null or "d" or "D" ? (int)n : null;
        if (days is null && tq1?.Text(6) is [('D' or 'd'), .. var digits] && int.TryParse(digits, out var d) && d is > 0 and <= 400)
        {
            days = d; // HL7's older writing D14
        }

        if (start is not { } from)
        {
            Left("prescription without a day", group[0]);
            return;
        }

        if (Mixture(group, from, days, null))
        {
            return;
        }

        foreach (var rxe in group.Where(s => s.Id == "RXE"))
        {
            if (Hl7Code.Best(rxe, 2, Hl7Code.Drugs) is not { } drug)
            {
                Left("drug without a code", rxe);
                continue;
            }

            Add(new HealthFact
            {
                Kind = FactKind.Drug,
                Start = from,
                System = drug.System,
                Code = drug.Code,
                Value = Positive(rxe.Number(3)),
                Unit = Hl7Code.Unit(rxe, 5),
                Quantity = Positive(rxe.Number(10)),
                Days = days,
                Line = rxe.Line,
            });
        }
    }

    /// <summary>What was given (RXA), told apart from what was ordered, so that nobody counts both.</summary>
    private void Administered(List<Segment> group)
    {
        const string Done = "administered";
        foreach (var rxa in group.Where(s => s.Id == "RXA"))
        {
            if (rxa.Text(20) is "NA" or "RE")
            {
                tally.Note("ssmix2.not-given", "drug that was not given or was refused", rxa.Line);
                continue;
            }

            if ((rxa.Day(3) ?? day) is not { } from)
            {
                Left("administration without a day", rxa);
            }
            else if (Hl7Code.Best(rxa, 5, Hl7Code.Drugs) is { } drug)
            {
                var end = rxa.Day(4);
                Add(new HealthFact { Kind = FactKind.Drug, Start = from, End = end >= from ? end : null, System = drug.System, Code = drug.Code, ValueCode = Done, Quantity = Positive(rxa.Number(6)), Unit = Hl7Code.Unit(rxa, 7), Line = rxa.Line });
            }
            else if (!Mixture(group, from, null, Done) && group.Find(s => s.Id == "RXE") is { } rxe && Hl7Code.Best(rxe, 2, Hl7Code.Drugs) is { } ordered)
            {
                Add(new HealthFact { Kind = FactKind.Drug, Start = from, System = ordered.System, Code = ordered.Code, ValueCode = Done, Value = Positive(rxe.Number(3)), Unit = Hl7Code.Unit(rxe, 5), Line = rxa.Line });
            }
            else if (!group.Exists(s => s.Id == "RXC"))
            {
                Left("drug without a code", rxa);
            }
        }
    }

    private bool Mixture(List<Segment> group, DateOnly from, int? days, string? done)
    {
        var any = false;
        foreach (var rxc in group.Where(s => s.Id == "RXC"))
        {
            if (Hl7Code.Best(rxc, 2, Hl7Code.Drugs) is not { } drug)
            {
                Left("drug without a code", rxc);
                continue;
            }

            any = true;
            Add(new HealthFact { Kind = FactKind.Drug, Start = from, System = drug.System, Code = drug.Code, ValueCode = done, Value = Positive(rxc.Number(3)), Unit = Hl7Code.Unit(rxc, 4), Days = days, Line = rxc.Line });
        }

        return any;
    }

    private void Performed(List<Segment> group)
    {
        foreach (var obr in group.Where(s => s.Id == "OBR"))
        {
            var when = obr.Day(7) ?? group.Find(s => s.Id == "TQ1")?.Day(7) ?? day;
            if (when is not { } start || Hl7Code.Best(obr, 4, [CodeSystem.Procedure]) is not { } done)
            {
                Left("examination or act without a code or a day", obr);
                continue;
            }

            Add(new HealthFact { Kind = FactKind.Procedure, Start = start, System = done.System, Code = done.Code, Line = obr.Line });
        }
    }

    /// <summary>Results: the day is that of the observation, else of the specimen, else of the request.</summary>
    private void Results()
    {
        DateOnly? specimen = null;
        DateOnly? request = null;
        foreach (var segment in message.Segments)
        {
            switch (segment.Id)
            {
                case "SPM":
                    (specimen, request) = (segment.Day(17), null);
                    Specimen(segment, specimen ?? day);
                    break;
                case "OBR":
                    request = segment.Day(7) ?? segment.Day(22);
                    break;
                case "OBX":
                    Result(segment, segment.Day(14) ?? specimen ?? request ?? day);
                    break;
            }
        }
    }

    /// <summary>What material it is, from where in the body, how much; never the laboratory's number (SPM-2).</summary>
    private void Specimen(Segment spm, DateOnly? taken)
    {
        if (taken is { } start && Hl7Code.Best(spm, 4, [CodeSystem.Snomed]) is { } material)
        {
            var amount = Positive(spm.Number(12));
            Add(new HealthFact
            {
                Kind = FactKind.Specimen, Start = start, System = material.System, Code = material.Code, ValueCode = Hl7Code.Best(spm, 8, [CodeSystem.Snomed])?.Code,
                Quantity = amount, Unit = amount is null ? null : spm.Text(12, 2) is { } unit && FieldText.IsUnit(unit) ? unit : null, Line = spm.Line,
            });
        }
    }

    private void Result(Segment obx, DateOnly? when)
    {
        if (obx.Text(11) is "X" or "I" or "N" or "D" or "W" or "O")
        {
            tally.Note("ssmix2.no-result", "result that was not obtained, is not final yet, or was withdrawn (OBX-11)", obx.Line);
            return;
        }

        if (when is not { } start || Hl7Code.Best(obx, 3, [CodeSystem.Jlac10, CodeSystem.Loinc]) is not { } test)
        {
            Left("result without a code or a day", obx);
            return;
        }

        var isSupported = obx.Text(2) is "NM" or "ST" or "SN" or "CWE" or "CE" or "CNE";
        var text = obx.Text(2) == "SN" ? FieldText.OrNull($"{(obx.Text(5) is "=" ? "" : obx.Text(5))}{obx.Text(5, 2)}") : obx.Text(5);
        var isCoded = obx.Text(2) is "CWE" or "CE" or "CNE";
        decimal? number = !isCoded && text is { Length: <= 20 } && FieldText.TryDecimal(text, out var value) ? value : null;
        var word = number is not null || !isSupported ? null
            : isCoded ? (text is not null && FieldText.IsCode(text) ? text : FieldText.Qualitative(text) ?? FieldText.Qualitative(obx.Text(5, 2)))
            : FieldText.Qualitative(text);
        if (number is null && word is null)
        {
            foreach (var told in obx.Text(2) is "ST" or "TX" or "FT" && text is not null ? NoteText.Facts(text, start, obx.Line) : [])
            {
                Add(told);
            }

            Left("result that is empty or written in words", obx);
            return;
        }

        Add(new HealthFact
        {
            Kind = FactKind.Measurement,
            Start = start,
            System = test.System,
            Code = test.Code,
            Value = number,
            ValueCode = word,
            Unit = number is null ? null : Hl7Code.Unit(obx, 6),
            Line = obx.Line,
        });
    }

    private void Add(HealthFact fact) => Facts.Add(facility is null ? fact : fact with { Facility = facility });

    private void Left(string what, Segment segment) => tally.Note("ssmix2.left-behind", what, segment.Line, "Send coded values", segment.Id);

    private static decimal? Positive(decimal? amount) => amount is >= 0 and < 100_000_000 ? amount : null;

    private static Finding Wrong(string code, string reason, string remedy, Segment at, string field) => Finding.Error(code, reason, remedy, new Place(null, at.Line, field));
}
