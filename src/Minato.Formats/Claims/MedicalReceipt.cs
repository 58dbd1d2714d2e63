using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>医科 (SY, SI, IY, TO) and DPC (BU, SB, KK, SK, GA, HH, GT, CD), which share a file and a record layout.</summary>
internal sealed class MedicalReceipt(string file, SourceEncoding encoding, Tally tally, CodeBook codes) : Receipt(file, encoding, tally, codes)
{
    private static readonly Columns Plain = new(4, 5, 6, 13);
    private static readonly Columns Material = new(4, 5, 6, 17);
    private readonly List<HealthFact> operations = [];
    private string dpcSearch = "";
    private string? dpcKana;
    private bool dpc;
    private int summary;
    private int part;
    private int diedInStay;
    private string resourceDisease = "";

    protected override char Table => '1';

    protected override Places Re => new(Admitted: 8, Chart: 13, Search: 18, Kana: 36);

    protected override bool IsSummary => dpc && summary == 1;

    protected override string Search => dpc ? dpcSearch : base.Search;

    protected override string? Kana => base.Kana ?? (dpc ? dpcKana : null);

    public override void Open(in CutLine line, long at, string? institution)
    {
        base.Open(line, at, institution);

        // レセプト総括区分 and 明細情報数 stand where 医科 has 検索番号 and nothing, and move what follows by two columns.
        summary = line[18] is [>= (byte)'0' and <= (byte)'3'] && line[19].Length is 1 or 2 ? line[18][0] - '0' : 0;
        part = summary is 0 or 1 ? 0 : part + 1;
        dpc = summary > 0;
        dpcSearch = Short(line[20]);
        dpcKana = Text(line[38], at, "カタカナ氏名");
    }

    protected override void Reset()
    {
        base.Reset();
        operations.Clear();
        (dpc, summary, diedInStay, resourceDisease) = (false, 0, 0, "");
    }

    /// <summary>The parts of a summed-up stay (総括対象) share its 検索番号; each is a record of its own.</summary>
    protected override string Key() => dpc && part > 0 ? $"{base.Key()}-{part}" : base.Key();

    protected override bool TakeOwn(char a, char b, in CutLine line, long at)
    {
        switch (a, b)
        {
            case ('S', 'Y'):
                Disease(line, at);
                return true;
            case ('S', 'I'):
                Service(line, at, FactKind.Procedure, CodeSystem.Procedure, Plain);
                return true;
            case ('I', 'Y'):
                Service(line, at, FactKind.Drug, CodeSystem.Drug, Plain);
                return true;
            case ('T', 'O'):
                Service(line, at, FactKind.Device, MaterialSystem, Material);
                return true;
            case ('B', 'U'):
                Grouping(line, at);
                return true;
            case ('S', 'B'):
                StayDisease(line, at);
                return true;
            case ('S', 'K') or ('C', 'D'):
                Dated(line, at, bundled: a == 'C');
                return true;
            case ('G', 'T'):
                if (Check(TrySigned(line[8], out var bundle), "uke.points", "包括合計点数 is not a number", at, "包括合計点数"))
                {
                    AddPoints(bundle);
                }

                return true;
            case ('K', 'K') or ('G', 'A') or ('H', 'H'):
                return true; // how the bundle was priced
            default:
                return false;
        }
    }

    private void Disease(in CutLine line, long at)
    {
        if (!line.TryDate(2, out var begun) || begun is null)
        {
            Fault("uke.disease-date", "診療開始日 is not a day that exists", "Correct the day and send the receipt again", at, "診療開始日");
            return;
        }

        Disease(line[1], begun, line[3], line[4], line[6].SequenceEqual("01"u8), default, at);
    }

    /// <summary>BU: the DPC group, the stay and how it ended.</summary>
    private void Grouping(in CutLine line, long at)
    {
        dpc = true;
        if (!line.TryDate(2, out var from) || !line.TryDate(3, out var until))
        {
            Fault("uke.stay-date", "今回入院年月日 or 今回退院年月日 is not a day that exists", "Correct the days of the stay", at, "BU");
            return;
        }

        Admitted = from ?? Admitted;
        Discharged = until;
        diedInStay = line[4] is [(byte)'6'] ? 6 : line[4] is [(byte)'7'] ? 7 : 0;
        var group = System.Text.Encoding.ASCII.GetString(line[1]);
        if (FieldText.IsCode(group, 14) && Month.Year > 1)
        {
            Facts.Add(new HealthFact { Kind = FactKind.Observation, Start = Admitted ?? Month, System = CodeSystem.OtherPrefix + "dpc", Code = group, Facility = Facility, Line = at });
        }
    }

    private void StayDisease(in CutLine line, long at)
    {
        var code = line[1];
        if (!IsDigits(code, 7))
        {
            Fault("uke.disease-code", "傷病名コード is not seven digits", "Use the disease master's code", at, "傷病名コード");
            return;
        }

        if (code.SequenceEqual("0000999"u8))
        {
            Tally.Note("uke.uncoded-disease", "disease without a code (0000999): its text was not passed on", at);
            return;
        }

        var role = line.TryInt(5, out var r) ? r ?? 0 : 0;
        if (role == 1)
        {
            resourceDisease = Codes.Of(code);
        }

        Facts.Add(new HealthFact
        {
            Kind = FactKind.Condition,
            Start = Admitted ?? Month,
            System = CodeSystem.Disease,
            Code = Codes.Of(code),
            ValueCode = Words(StayRole.OfClaim(role), line[2], default, at, out var suspected),
            Suspected = suspected,
            Facility = Facility,
            Line = at,
        });
    }

    /// <summary>SK (operations) and CD (what was done inside the DPC bundle) carry their own day.</summary>
    private void Dated(in CutLine line, long at, bool bundled)
    {
        var code = line[bundled ? 5 : 1];
        if (!IsDigits(code, 9) || !line.TryDate(bundled ? 1 : 3, out var day) || day is null)
        {
            Fault("uke.dpc-row", "The code or the day of a DPC row is not valid", "Correct the row and send the receipt again", at, bundled ? "CD" : "SK");
            return;
        }

        if (!line.TryAmount(bundled ? 6 : None, out var amount) || !line.TryInt(bundled ? 9 : None, out var times) || !line.TryInt(bundled ? 2 : None, out var group))
        {
            Fault("uke.number", "使用量 or 回数 is not a number", "Correct the row and send the receipt again", at, "CD");
            return;
        }

        var (what, system) = code[0] switch
        {
            (byte)'6' => (FactKind.Drug, CodeSystem.Drug),
            (byte)'7' => (FactKind.Device, MaterialSystem),
            (byte)'8' => (FactKind.Cost, ""),
            _ => (FactKind.Procedure, CodeSystem.Procedure),
        };
        if (what != FactKind.Cost)
        {
            (bundled ? Facts : operations).Add(Fact(what, system, Codes.Of(code), day.Value, "", amount, times ?? 1, at, group ?? 0));
        }
    }

    protected override DateOnly Visits(List<HealthFact> to)
    {
        if (diedInStay > 0)
        {
            Died(DeathSignal.StayOutcome, diedInStay == 6 ? resourceDisease : ""); // 6: of the disease that used most resources
        }

        // SK names the operations of the stay; those that SI or CD also list were done once.
        foreach (var operation in operations)
        {
            if (!Facts.Exists(f => f.Kind == operation.Kind && f.Code == operation.Code && f.Start == operation.Start))
            {
                Facts.Add(operation);
            }
        }

        return base.Visits(to);
    }

    private static bool TrySigned(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        return field.IsEmpty || (field.Length <= 9 && System.Buffers.Text.Utf8Parser.TryParse(field, out value, out var used) && used == field.Length);
    }
}
