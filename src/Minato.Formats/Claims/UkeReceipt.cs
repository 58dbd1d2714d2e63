using System.Globalization;
using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// One receipt (レセプト) being read: RE, HO/KO, SN, JD, SY, SI/IY/TO and the DPC records. Rows become facts as they come;
/// what needs the whole receipt (visits, cost, death) is made when it closes.
/// Positions: 電子レセプトの記録条件仕様(医科, DPC), columns 0-based.
/// </summary>
internal sealed class UkeReceipt(string file, SourceEncoding encoding, Tally tally, CodeBook codes)
{
    /// <summary>A hostile receipt without end is refused, not collected.</summary>
    private const int MaxRows = 50_000;

    private readonly List<HealthFact> facts = [];
    private readonly decimal[] points = new decimal[32];
    private readonly bool[] served = new bool[32];
    private readonly bool[] attended = new bool[32];
    private readonly string[] dayKeys = new string[32];

    private Finding? fault;
    private int faults;
    private int rows;
    private long re;
    private DateOnly month;
    private string facility = "";
    private string number = "";
    private string search = "";
    private string dpcSearch = "";
    private bool inpatient;
    private bool dpc;
    private string? kanji;
    private string? kana;
    private string? chart;
    private Sex sex;
    private DateOnly? birth;
    private DateOnly? admitted;
    private DateOnly? discharged;
    private (string? Insurer, string? Symbol, string? Number)? insured;
    private (string? Insurer, string? Symbol, string? Number)? confirmed;
    private (string? Payer, string? Recipient)? publicPayer;
    private string? branch;
    private bool hasPayer;
    private bool hasAttendance;
    private int? claimedPoints;
    private decimal countedPoints;
    private (string Code, bool Principal)? diedOf;
    private bool diedInStay;
    private int kind;
    private decimal pending;

    /// <summary>The raw lines, for quarantine.</summary>
    public Raw Raw { get; } = new();

    public bool IsOpen { get; private set; }

    public long Line => re;

    /// <summary>Whether the points of the rows add up to the points claimed: a receipt cut in its middle does not.</summary>
    public bool AddsUp => claimedPoints is { } claimed && claimed == countedPoints;

    private DateOnly LastDay => new(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));

    public void Fault(string code, string reason, string remedy, long line, string? field)
    {
        faults++;
        fault ??= Finding.Error(code, reason, remedy, new Place(file, line, field));
    }

    /// <summary>The file breaks off inside this receipt: that explains whatever else is wrong with it.</summary>
    public void BreakOff(Finding why) => (fault, faults) = (why, 1);

    /// <summary>Begins a receipt with its RE record.</summary>
    public void Open(in UkeLine line, long at, string? institution)
    {
        Reset();
        IsOpen = true;
        re = at;
        facility = institution ?? "";
        if (institution is null)
        {
            Fault("uke.no-institution", "The receipt stands before any valid IR record, so its institution is unknown", "Send the file with its IR record", at, "IR");
        }

        number = Short(line[1]);
        search = Short(line[18]);
        dpcSearch = Short(line[20]);
        if (number.Length == 0 && search.Length == 0)
        {
            Fault("uke.receipt-number", "The receipt has neither レセプト番号 nor 検索番号, so it could not be corrected later", "Number the receipts", at, "レセプト番号");
        }

        if (!line.TryMonth(3, out month))
        {
            month = new DateOnly(1, 1, 1);
            Fault("uke.service-month", "診療年月 is not a month (YYYYMM, or GYYMM)", "Correct the month of service and send the receipt again", at, "診療年月");
        }

        var type = line[2];
        if (type.Length != 4 || type[0] != '1' || type.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Fault("uke.receipt-type", "レセプト種別 is not a medical one (four digits beginning with 1)", "Send dental and pharmacy claims in their own files", at, "レセプト種別");
        }
        else
        {
            inpatient = (type[3] & 1) == 1;
        }

        kanji = Text(line[4], at, "氏名");
        kana = Text(line[36], at, "カタカナ氏名");
        chart = Text(line[13], at, "カルテ番号等");
        sex = line[5] is [(byte)'1'] ? Sex.Male : line[5] is [(byte)'2'] ? Sex.Female : Sex.Unknown;
        if (sex == Sex.Unknown)
        {
            tally.Warn("uke.sex", "男女区分 is neither 1 nor 2; taken as unknown", at, "Correct 男女区分", "男女区分");
        }

        if (!line.TryDate(6, out birth))
        {
            Fault("uke.birth-date", "生年月日 is not a day that exists", "Correct the birth date and send the receipt again", at, "生年月日");
        }
        else if (birth is null)
        {
            tally.Warn("uke.no-birth-date", "生年月日 is empty; the record was taken without it", at, "Fill in 生年月日", "生年月日");
        }
        else if (month.Year > 1 && birth > LastDay)
        {
            Fault("uke.birth-date", "生年月日 lies after the month of service", "Correct the birth date and send the receipt again", at, "生年月日");
        }

        if (!line.TryDate(8, out admitted))
        {
            Fault("uke.admission-date", "入院年月日 is not a day that exists", "Correct the day of admission and send the receipt again", at, "入院年月日");
        }
    }

    /// <summary>Takes one further record of the receipt.</summary>
    public void Add(in UkeLine line, long at)
    {
        if (++rows > MaxRows)
        {
            if (rows == MaxRows + 1)
            {
                Fault("uke.receipt-too-long", $"The receipt has more than {MaxRows} records", "Check that every receipt begins with its own RE record", at, null);
                facts.Clear();
            }

            return;
        }

        var id = line[0];
        if (id.Length != 2)
        {
            Unknown(at);
            return;
        }

        switch ((char)id[0], (char)id[1])
        {
            case ('H', 'O'):
                hasPayer = true;
                insured ??= (Text(line[1], at, "保険者番号"), Text(line[2], at, "記号"), Text(line[3], at, "番号"));
                Claimed(line, at);
                break;
            case ('K', 'O'):
                hasPayer = true;
                publicPayer ??= (Text(line[1], at, "公費負担者番号"), Text(line[2], at, "受給者番号"));
                Claimed(line, at);
                break;
            case ('S', 'N'):
                Confirmation(line, at);
                break;
            case ('J', 'D'):
                Attendance(line, at);
                break;
            case ('S', 'Y'):
                Disease(line, at);
                break;
            case ('S', 'I'):
                Row(line, at, FactKind.Procedure, CodeSystem.Procedure, 13);
                break;
            case ('I', 'Y'):
                Row(line, at, FactKind.Drug, CodeSystem.Drug, 13);
                break;
            case ('T', 'O'):
                Row(line, at, FactKind.Device, MaterialSystem, 17);
                break;
            case ('C', 'O') or ('S', 'J') or ('T', 'K'):
                tally.Note("uke.narrative", "record with free text (CO, SJ) was not passed on: it may name somebody", at);
                break;
            case ('B', 'U'):
                Grouping(line, at);
                break;
            case ('S', 'B'):
                StayDisease(line, at);
                break;
            case ('S', 'K') or ('C', 'D'):
                Dated(line, at, id[0] == 'C');
                break;
            case ('G', 'T'):
                _ = Check(line.TryInt(8, out var bundle), "uke.points", "包括合計点数 is not a number", at, "包括合計点数");
                countedPoints += bundle ?? 0;
                points[0] += bundle ?? 0;
                break;
            case ('M', 'F') or ('G', 'R') or ('K', 'K') or ('G', 'A') or ('H', 'H') or ('N', 'I') or ('T', 'I') or ('T', 'R') or ('T', 'S') or
                 ('K', 'H') or ('R', 'C') or ('J', 'Y') or ('E', 'X') or ('H', 'R') or ('H', 'G') or ('O', 'N') or ('M', 'N'):
                break; // money shares, DPC details and the review body's notes: nothing about the person's health
            default:
                Unknown(at);
                break;
        }
    }

    /// <summary>Ends the receipt: a whole record, or one Bad with its first fault and its raw lines.</summary>
    public ReadItem Close()
    {
        IsOpen = false;
        if (!hasPayer)
        {
            Fault("uke.no-payer", "The receipt has neither HO (insurer) nor KO (public payer)", "Send the receipt with its HO or KO record", re, "HO");
        }

        if (fault is not null)
        {
            var more = faults > 1 ? $" (and {faults - 1} more faults in this receipt)" : "";
            return new ReadItem.Bad(fault with { Reason = fault.Reason + more }, Raw.Copy());
        }

        if (pending > 0)
        {
            tally.Warn("uke.open-unit", "算定単位 without points on its last row", re, "Check the order of SI, IY and TO records");
        }

        if (claimedPoints is { } claimed && claimed != countedPoints)
        {
            tally.Note("uke.points-differ", "receipt whose rows do not add up to 合計点数; the rows were taken as they are", re);
        }

        return new ReadItem.Good(new DeliveredRecord(new Place(file, re), Key(), Identity(), new Demographics(birth?.Year, birth?.Month, sex), Finish()));
    }

    /// <summary>Code system of 特定器材.</summary>
    private const string MaterialSystem = CodeSystem.OtherPrefix + "ssk-material";

    private void Reset()
    {
        facts.Clear();
        Raw.Clear();
        Array.Clear(points);
        Array.Clear(served);
        Array.Clear(attended);
        Array.Clear(dayKeys);
        (fault, faults, rows, kind, pending) = (null, 0, 0, 0, 0);
        (inpatient, dpc, hasPayer, hasAttendance, diedInStay) = (false, false, false, false, false);
        (insured, confirmed, publicPayer, branch, discharged, diedOf) = (null, null, null, null, null, null);
        (claimedPoints, countedPoints) = (null, 0);
    }

    private void Claimed(in UkeLine line, long at)
    {
        if (Check(line.TryInt(5, out var claimed), "uke.points", "合計点数 is not a number", at, "合計点数"))
        {
            claimedPoints ??= claimed;
        }
    }

    private void Confirmation(in UkeLine line, long at)
    {
        if (line[1] is not [(byte)'1'])
        {
            return;
        }

        branch = Text(line[6], at, "枝番");
        if (!line[5].IsEmpty)
        {
            // Filled only where the insurer on the day of service was another one than the claim says.
            confirmed = (Text(line[3], at, "保険者番号等"), Text(line[4], at, "記号"), Text(line[5], at, "番号"));
        }
    }

    private void Attendance(in UkeLine line, long at)
    {
        for (var day = 1; day <= 31; day++)
        {
            if (line[1 + day] is [(byte)'1'] && DayExists(day, at))
            {
                hasAttendance = attended[day] = true;
            }
        }
    }

    private void Disease(in UkeLine line, long at)
    {
        var code = line[1];
        if (!IsDigits(code, 7))
        {
            Fault("uke.disease-code", "傷病名コード is not seven digits", "Use the disease master's code", at, "傷病名コード");
            return;
        }

        if (!line.TryDate(2, out var begun) || begun is null)
        {
            Fault("uke.disease-date", "診療開始日 is not a day that exists", "Correct the day and send the receipt again", at, "診療開始日");
            return;
        }

        if (begun > LastDay)
        {
            Fault("uke.disease-date", "診療開始日 lies after the month of service", "Correct the day and send the receipt again", at, "診療開始日");
            return;
        }

        var outcome = line[3].Length == 1 ? line[3][0] : 0;
        var uncoded = code.SequenceEqual("0000999"u8);
        if (outcome == '3')
        {
            var principal = line[6].SequenceEqual("01"u8);
            if (diedOf is null || (principal && !diedOf.Value.Principal))
            {
                diedOf = (uncoded ? "" : codes.Of(code), principal);
            }
        }

        if (uncoded)
        {
            tally.Note("uke.uncoded-disease", "disease without a code (0000999): its text was not passed on", at);
            return;
        }

        facts.Add(new HealthFact
        {
            Kind = FactKind.Condition,

            // The claim says that the disease was treated in this month; 診療開始日 may lie decades before it, outside
            // every period that the source could have seen. What began this month keeps its day.
            Start = begun.Value > month ? begun.Value : month,
            End = outcome is '2' or '3' or '4' ? LastDay : null,
            System = CodeSystem.Disease,
            Code = codes.Of(code),
            Suspected = IsSuspected(line[4], at),
            Facility = facility,
            Line = at,
        });
    }

    /// <summary>修飾語 are four-digit codes written one after the other; 8002 is の疑い.</summary>
    private bool IsSuspected(ReadOnlySpan<byte> modifiers, long at)
    {
        if (modifiers.Length % 4 != 0)
        {
            tally.Warn("uke.modifier", "修飾語コード is not a row of four-digit codes", at, "Check the modifier codes", "修飾語コード");
        }

        for (; modifiers.Length >= 4; modifiers = modifiers[4..])
        {
            if (modifiers[..4].SequenceEqual("8002"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>SI, IY, TO: what was done, given or used, on which days; points stand on the last row of a priced unit (算定単位).</summary>
    private void Row(in UkeLine line, long at, FactKind what, string system, int firstDay)
    {
        if (line[1].Length == 2 && line.TryInt(1, out var k) && k is { } stated)
        {
            kind = stated; // written on the first row of a group only
        }

        var code = line[3];
        if (!IsDigits(code, 9))
        {
            Fault("uke.code", "The code is not nine digits", "Use the master's code", at, "コード");
            return;
        }

        if (!line.TryAmount(4, out var amount) || !line.TryInt(5, out var price) || !line.TryInt(6, out var times))
        {
            Fault("uke.number", "使用量, 点数 or 回数 is not a number", "Correct the row and send the receipt again", at, "点数");
            return;
        }

        var (sum, any) = (0, false);
        var text = codes.Of(code);
        for (var day = 1; day <= 31; day++)
        {
            if (line[firstDay + day - 1].IsEmpty)
            {
                continue;
            }

            if (!line.TryInt(firstDay + day - 1, out var n) || n > 999)
            {
                Fault("uke.day", "A day column does not hold a number", "Correct the day columns and send the receipt again", at, $"{day}日の情報");
                return;
            }

            if (n is null or 0)
            {
                continue;
            }

            if (!DayExists(day, at))
            {
                return;
            }

            any = true;
            sum += n.Value;
            served[day] = true;
            points[day] += (price ?? 0) * (decimal)n.Value;
            facts.Add(Fact(what, system, text, new DateOnly(month.Year, month.Month, day), VisitOf(day), amount, n.Value, at));
        }

        if (!any)
        {
            // Before 2012, and in some exports, there are no day columns: the month is all that is known.
            var n = times ?? 1;
            sum = n;
            points[0] += (price ?? 0) * (decimal)n;
            var day = admitted is { } a && a.Year == month.Year && a.Month == month.Month ? a : month;
            facts.Add(Fact(what, system, text, day, "", amount, n, at));
            tally.Note("uke.no-day", "row without a day of service; dated by its month (or the day of admission)", at);
        }
        else if (times is { } t && t != sum)
        {
            tally.Warn("uke.count", "row whose 回数 is not the sum of its days; the days were taken", at, "Correct 回数 or the day columns", "回数");
        }

        countedPoints += (price ?? 0) * (decimal)sum;
        pending = price is null ? pending + 1 : 0;
    }

    private HealthFact Fact(FactKind what, string system, string code, DateOnly day, string visit, decimal? amount, int n, long at) => new()
    {
        Kind = what,
        Start = day,
        System = system,
        Code = code,
        Value = amount,
        Days = what == FactKind.Drug && kind == 21 ? n : null, // 内服: 回数 is the days of supply
        Quantity = what == FactKind.Procedure ? n : (amount ?? 1) * n,
        VisitKey = visit,
        Facility = facility,
        Line = at,
    };

    /// <summary>BU: the DPC group, the stay and how it ended.</summary>
    private void Grouping(in UkeLine line, long at)
    {
        dpc = true;
        if (!line.TryDate(2, out var from) || !line.TryDate(3, out discharged))
        {
            Fault("uke.stay-date", "今回入院年月日 or 今回退院年月日 is not a day that exists", "Correct the days of the stay", at, "BU");
            return;
        }

        admitted = from ?? admitted;
        diedInStay = line[4] is [(byte)'6'] or [(byte)'7'];
        var group = System.Text.Encoding.ASCII.GetString(line[1]);
        if (FieldText.IsCode(group, 14) && month.Year > 1)
        {
            facts.Add(new HealthFact { Kind = FactKind.Observation, Start = admitted ?? month, System = CodeSystem.OtherPrefix + "dpc", Code = group, Facility = facility, Line = at });
        }
    }

    private void StayDisease(in UkeLine line, long at)
    {
        var code = line[1];
        if (!IsDigits(code, 7))
        {
            Fault("uke.disease-code", "傷病名コード is not seven digits", "Use the disease master's code", at, "傷病名コード");
            return;
        }

        if (code.SequenceEqual("0000999"u8))
        {
            tally.Note("uke.uncoded-disease", "disease without a code (0000999): its text was not passed on", at);
            return;
        }

        facts.Add(new HealthFact
        {
            Kind = FactKind.Condition,
            Start = admitted ?? month,
            System = CodeSystem.Disease,
            Code = codes.Of(code),
            Suspected = IsSuspected(line[2], at),
            Facility = facility,
            Line = at,
        });
    }

    /// <summary>SK (operations) and CD (what was done inside the DPC bundle) carry their own day.</summary>
    private void Dated(in UkeLine line, long at, bool bundled)
    {
        var code = line[bundled ? 5 : 1];
        if (!IsDigits(code, 9) || !line.TryDate(bundled ? 1 : 3, out var day) || day is null)
        {
            Fault("uke.dpc-row", "The code or the day of a DPC row is not valid", "Correct the row and send the receipt again", at, bundled ? "CD" : "SK");
            return;
        }

        if (!line.TryAmount(bundled ? 6 : MaxUnused, out var amount) || !line.TryInt(bundled ? 9 : MaxUnused, out var times) || !line.TryInt(bundled ? 2 : MaxUnused, out var k))
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
            kind = k ?? 0;
            facts.Add(Fact(what, system, codes.Of(code), day.Value, "", amount, times ?? 1, at));
        }
    }

    /// <summary>A column that no record has: reads as empty.</summary>
    private const int MaxUnused = int.MaxValue;

    private HealthFact[] Finish()
    {
        var claimPoints = points.Sum();
        var last = month;
        var visits = new List<HealthFact>();
        if (inpatient)
        {
            var lastDay = LastOf(served, attended);
            var from = admitted is { } a && a >= month && a <= LastDay ? a : month;
            last = discharged is { } d && d >= from && d <= LastDay ? d : new DateOnly(month.Year, month.Month, Math.Max(lastDay == 0 ? LastDay.Day : lastDay, from.Day));
            visits.Add(Visit("inpatient", from, last, ""));
            AddCost(visits, claimPoints, from, last, "");
        }
        else
        {
            var days = hasAttendance ? attended : served;
            for (var day = 1; day <= 31; day++)
            {
                if (days[day] || served[day])
                {
                    last = new DateOnly(month.Year, month.Month, day);
                    visits.Add(Visit("outpatient", last, null, VisitOf(day)));
                    AddCost(visits, points[day], last, null, VisitOf(day));
                }
            }

            if (visits.Count == 0)
            {
                visits.Add(Visit("outpatient", month, null, ""));
            }

            AddCost(visits, points[0], visits[0].Start, null, visits[0].VisitKey);
        }

        visits.Add(new HealthFact { Kind = FactKind.Coverage, Start = month, End = LastDay, Facility = facility, Line = re });
        if (diedInStay || diedOf is not null)
        {
            // The claim gives no day of death: it is the last day on which the month saw the person (or the day of discharge).
            var cause = diedOf?.Code ?? "";
            visits.Add(new HealthFact { Kind = FactKind.Death, Start = last, System = cause.Length > 0 ? CodeSystem.Disease : "", Code = cause, Facility = facility, Line = re });
            tally.Note("uke.death", "receipt that says the patient died (転帰); dated by the last day of service", re);
        }

        visits.AddRange(facts);
        return [.. visits];
    }

    private HealthFact Visit(string code, DateOnly from, DateOnly? to, string key) =>
        new() { Kind = FactKind.Visit, Start = from, End = to, System = CodeSystem.Minato, Code = code, VisitKey = key, Facility = facility, Line = re };

    private void AddCost(List<HealthFact> to, decimal sum, DateOnly from, DateOnly? until, string key)
    {
        if (sum > 0)
        {
            to.Add(new HealthFact { Kind = FactKind.Cost, Start = from, End = until, Value = sum * 10, Unit = "JPY", VisitKey = key, Facility = facility, Line = re });
        }
    }

    private static int LastOf(bool[] a, bool[] b)
    {
        var day = 31;
        while (day > 0 && !a[day] && !b[day])
        {
            day--;
        }

        return day;
    }

    private string VisitOf(int day) => inpatient ? "" : dayKeys[day] ??= new DateOnly(month.Year, month.Month, day).ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private string Key()
    {
        var own = dpc ? dpcSearch : search;
        var period = month.ToString("yyyyMM", CultureInfo.InvariantCulture);
        return own.Length > 0 ? $"{facility}-{period}-{own}" : $"{facility}-{period}-r{number}";
    }

    private PersonIdentity Identity()
    {
        var who = confirmed ?? insured;
        if (who is null && publicPayer is { Payer: { } payer, Recipient: { } recipient } && payer.StartsWith("12", StringComparison.Ordinal))
        {
            who = (payer, null, recipient); // 生活保護: 公費負担者番号 and 受給者番号 stand for the insured number
        }

        var first = Array.FindIndex(served, s => s);
        return new PersonIdentity
        {
            InsurerNumber = who?.Insurer,
            InsuredSymbol = who?.Symbol,
            InsuredNumber = who?.Number,
            InsuredBranch = branch,
            NameKanji = kanji,
            NameKana = kana,
            BirthDate = birth,
            Sex = sex,
            LocalPatientId = chart,
            AsOf = first > 0 ? new DateOnly(month.Year, month.Month, first) : month,
        };
    }

    private bool DayExists(int day, long at)
    {
        if (day <= LastDay.Day)
        {
            return true;
        }

        Fault("uke.day", "A day column is filled for a day that the month does not have", "Correct the day columns and send the receipt again", at, $"{day}日の情報");
        return false;
    }

    private bool Check(bool ok, string code, string reason, long at, string field)
    {
        if (!ok)
        {
            Fault(code, reason, "Correct the record and send the receipt again", at, field);
        }

        return ok;
    }

    private void Unknown(long at) => tally.Warn("uke.unknown-record", "record with an unknown record id was passed over", at, "Check the file against the record specification (記録条件仕様)");

    /// <summary>Identity text: decoded, no control characters, of a length that a field can have.</summary>
    private string? Text(ReadOnlySpan<byte> field, long at, string name)
    {
        if (field.IsEmpty)
        {
            return null;
        }

        string text;
        if (encoding == SourceEncoding.Utf8)
        {
            _ = SourceText.TryDecode(field, encoding, out text);
        }
        else
        {
            text = SourceText.DecodeCp932(field);
        }

        if (text.Length > 120 || text.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            Fault("uke.text", "The field holds control characters or is far too long", "Check the file's encoding (Shift_JIS) and columns", at, name);
            return null;
        }

        if (text.Contains('\uFFFD'))
        {
            tally.Warn("uke.unreadable-character", "field with a character that is not in the file's encoding (外字)", at, "Send such names with characters of JIS X 0208, and the kana name", name);
        }

        return FieldText.OrNull(text);
    }

    /// <summary>Numbers that name the receipt: short ASCII, or nothing.</summary>
    private static string Short(ReadOnlySpan<byte> field)
    {
        if (field.Length is 0 or > 40)
        {
            return "";
        }

        foreach (var b in field)
        {
            if (!(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.'))
            {
                return "";
            }
        }

        return System.Text.Encoding.ASCII.GetString(field).ToLowerInvariant();
    }

    private static bool IsDigits(ReadOnlySpan<byte> field, int length) => field.Length == length && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
