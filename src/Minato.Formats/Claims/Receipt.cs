using System.Globalization;
using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// One receipt (レセプト) being read: what the four kinds share. Rows become facts as they come; what needs the whole
/// receipt (visits, cost, death) is made when it closes. Positions: 電子レセプトの記録条件仕様, columns 0-based.
/// </summary>
internal abstract partial class Receipt(string file, SourceEncoding encoding, Tally tally, CodeBook codes)
{
    /// <summary>A hostile receipt without end is refused, not collected.</summary>
    public const int MaxRows = 50_000;

    /// <summary>A column that no record has: reads as empty.</summary>
    protected const int None = int.MaxValue;

    /// <summary>Code system of 特定器材.</summary>
    protected const string MaterialSystem = CodeSystem.OtherPrefix + "ssk-material";

    private readonly Piece piece = new(file, "receipt");
    private readonly List<HealthFact> told = [];
    private int rows;
    private string number = "";
    private string search = "";
    private string? kanji;
    private string? kana;
    private string? chart;
    private Sex sex;
    private DateOnly? birth;
    private (string? Insurer, string? Symbol, string? Number)? insured;
    private (string? Insurer, string? Symbol, string? Number)? confirmed;
    private (string? Payer, string? Recipient)? publicPayer;
    private string? branch;
    private bool hasPayer;

    /// <summary>Where RE holds what the kinds place differently.</summary>
    protected readonly record struct Places(int Admitted, int Chart, int Search, int Kana);

    /// <summary>First digit of レセプト種別.</summary>
    protected abstract char Table { get; }

    protected abstract Places Re { get; }

    protected Tally Tally => tally;

    protected CodeBook Codes => codes;

    protected List<HealthFact> Facts { get; } = [];

    /// <summary>First day of the month of service; year 1 where RE does not say it.</summary>
    protected DateOnly Month { get; private set; }

    protected DateOnly LastDay => new(Month.Year, Month.Month, DateTime.DaysInMonth(Month.Year, Month.Month));

    protected string Facility { get; private set; } = "";

    protected bool Inpatient { get; private set; }

    protected DateOnly? Admitted { get; set; }

    protected DateOnly? Discharged { get; set; }

    /// <summary>合計点数 as HO (or the first KO) states it.</summary>
    protected int? ClaimedPoints { get; private set; }

    /// <summary>Points of the rows, as they were read.</summary>
    protected decimal CountedPoints { get; set; }

    /// <summary>The raw lines, for quarantine.</summary>
    public Raw Raw => piece.Raw;

    public bool IsOpen { get; private set; }

    public long Line { get; private set; }

    /// <summary>Whether the points of the rows add up to the points claimed: a receipt cut in its middle does not.</summary>
    public bool AddsUp => ClaimedPoints is { } claimed && claimed == CountedPoints;

    public void Fault(string code, string reason, string remedy, long line, string? field) => piece.Fault(code, reason, remedy, line, field);

    /// <summary>The file breaks off inside this receipt.</summary>
    public void BreakOff(Finding why) => piece.BreakOff(why);

    /// <summary>Begins a receipt with its RE record.</summary>
    public virtual void Open(in CutLine line, long at, string? institution)
    {
        Reset();
        IsOpen = true;
        Line = at;
        Facility = institution ?? "";
        if (institution is null)
        {
            Fault("uke.no-institution", "The receipt stands before any valid IR record, so its institution is unknown", "Send the file with its IR record", at, "IR");
        }

        number = Short(line[1]);
        search = Short(line[Re.Search]);
        if (number.Length == 0 && search.Length == 0)
        {
            Fault("uke.receipt-number", "The receipt has neither レセプト番号 nor 検索番号, so it could not be corrected later", "Number the receipts", at, "レセプト番号");
        }

        if (!line.TryMonth(3, out var month))
        {
            month = new DateOnly(1, 1, 1);
            Fault("uke.service-month", "診療年月 is not a month (YYYYMM, or GYYMM)", "Correct the month of service and send the receipt again", at, "診療年月");
        }

        Month = month;
        var type = line[2];
        if (type.Length != 4 || type[0] != Table || type.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Fault("uke.receipt-type", $"レセプト種別 is not one of this file's kind (four digits beginning with {Table})", "Send medical, dental and pharmacy claims in files of their own", at, "レセプト種別");
        }
        else
        {
            Inpatient = Table != '4' && (type[3] & 1) == 1;
        }

        kanji = Text(line[4], at, "氏名");
        kana = Text(line[Re.Kana], at, "カタカナ氏名");
        chart = Text(line[Re.Chart], at, "カルテ番号等");
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
        else if (Month.Year > 1 && birth > LastDay)
        {
            Fault("uke.birth-date", "生年月日 lies after the month of service", "Correct the birth date and send the receipt again", at, "生年月日");
        }

        if (!line.TryDate(Re.Admitted, out var admitted))
        {
            Fault("uke.admission-date", "入院年月日 is not a day that exists", "Correct the day of admission and send the receipt again", at, "入院年月日");
        }

        Admitted = admitted;
    }

    /// <summary>Takes one further record of the receipt.</summary>
    public void Add(in CutLine line, long at)
    {
        if (++rows > MaxRows)
        {
            if (rows == MaxRows + 1)
            {
                Fault("uke.receipt-too-long", $"The receipt has more than {MaxRows} records", "Check that every receipt begins with its own RE record", at, null);
                Facts.Clear();
                Waiting.Clear();
            }

            return;
        }

        var id = line[0];
        if (id.Length != 2)
        {
            Unknown(at);
            return;
        }

        var (a, b) = ((char)id[0], (char)id[1]);
        if (TakeOwn(a, b, line, at))
        {
            return;
        }

        switch (a, b)
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
            case ('C', 'O') or ('S', 'J') or ('T', 'K'):
                Comment(line, at);
                tally.Note("uke.narrative", "record with free text (CO, SJ, TK) was read for coded findings and not passed on: it may name somebody", at);
                break;
            case ('M', 'F') or ('G', 'R') or ('N', 'I') or ('T', 'I') or ('T', 'R') or ('T', 'S') or
                 ('K', 'H') or ('R', 'C') or ('J', 'Y') or ('E', 'X') or ('H', 'R') or ('H', 'G') or ('O', 'N') or ('M', 'N'):
                break; // money shares and the review body's notes: nothing about the person's health
            default:
                Unknown(at);
                break;
        }
    }

    /// <summary>The records that only this kind of receipt has; false for any other.</summary>
    protected abstract bool TakeOwn(char a, char b, in CutLine line, long at);

    /// <summary>Ends the receipt: a whole record, or one Bad with its first fault and its raw lines.</summary>
    public ReadItem Close()
    {
        IsOpen = false;
        EndUnit(Line);
        if (!hasPayer)
        {
            Fault("uke.no-payer", "The receipt has neither HO (insurer) nor KO (public payer)", "Send the receipt with its HO or KO record", Line, "HO");
        }

        if (piece.IsBroken)
        {
            return piece.Bad();
        }

        var facts = Finish();
        if (ClaimedPoints is { } claimed && claimed != CountedPoints && !IsSummary)
        {
            tally.Note("uke.points-differ", "receipt whose rows do not add up to 合計点数; the rows were taken as they are", Line);
        }

        return new ReadItem.Good(new DeliveredRecord(new Place(file, Line), Key(), Identity(), new Demographics(birth?.Year, birth?.Month, sex), facts));
    }

    /// <summary>A receipt that only sums up others (DPC 総括): its rows need not add up.</summary>
    protected virtual bool IsSummary => false;

    protected virtual string Search => search;

    protected virtual string? Kana => kana;

    protected virtual void Reset()
    {
        Facts.Clear();
        piece.Clear();
        ResetServices();
        rows = 0;
        (Inpatient, hasPayer) = (false, false);
        (insured, confirmed, publicPayer, branch) = (null, null, null, null);
        (Admitted, Discharged, ClaimedPoints, CountedPoints) = (null, null, null, 0);
        death = null;
    }

    protected virtual string Key()
    {
        var period = Month.ToString("yyyyMM", CultureInfo.InvariantCulture);
        return Search.Length > 0 ? $"{Facility}-{period}-{Search}" : $"{Facility}-{period}-r{number}";
    }

    private void Claimed(in CutLine line, long at)
    {
        if (Check(line.TryInt(5, out var claimed), "uke.points", "合計点数 is not a number", at, "合計点数"))
        {
            ClaimedPoints ??= claimed;
        }
    }

    private void Confirmation(in CutLine line, long at)
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

        if (line[2].SequenceEqual("08"u8))
        {
            Died(DeathSignal.Eligibility, ""); // 資格喪失(死亡)
        }
    }

    private PersonIdentity Identity()
    {
        var who = confirmed ?? insured;
        if (who is null && publicPayer is { Payer: { } payer, Recipient: { } recipient } && payer.StartsWith("12", StringComparison.Ordinal))
        {
            who = (payer, null, recipient); // 生活保護: 公費負担者番号 and 受給者番号 stand for the insured number
        }

        return new PersonIdentity
        {
            InsurerNumber = who?.Insurer,
            InsuredSymbol = who?.Symbol,
            InsuredNumber = who?.Number,
            InsuredBranch = branch,
            NameKanji = kanji,
            NameKana = Kana,
            BirthDate = birth,
            Sex = sex,
            LocalPatientId = chart,
            AsOf = FirstDay,
        };
    }

    protected bool Check(bool ok, string code, string reason, long at, string field)
    {
        if (!ok)
        {
            Fault(code, reason, "Correct the record and send the receipt again", at, field);
        }

        return ok;
    }

    private void Unknown(long at) => tally.Warn("uke.unknown-record", "record with an unknown record id was passed over", at, "Check the file against the record specification (記録条件仕様)");

    /// <summary>Identity text: decoded, no control characters, of a length that a field can have.</summary>
    protected string? Text(ReadOnlySpan<byte> field, long at, string name)
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
    protected static string Short(ReadOnlySpan<byte> field)
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

    protected static bool IsDigits(ReadOnlySpan<byte> field, int length) => field.Length == length && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
