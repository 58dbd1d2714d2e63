using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Care;

/// <summary>
/// One 請求明細書 being read: 基本情報 (種別 01), 明細情報 (02). 集計情報 (10) and what stands behind it repeat the same as sums. Column numbers
/// are those of the interface, counted from 1 behind the row's own two columns.
/// </summary>
internal sealed class CareStatement(string file, Tally tally)
{
    private const int MostRows = 5000;
    private readonly Piece piece = new(file, "statement");
    private readonly List<HealthFact> facts = [];
    private byte[] key = [];
    private bool isOpen;
    private int rows;
    private long line;
    private DateOnly month;
    private DateOnly last;
    private string provider = "";
    private PersonIdentity who = new();
    private string record = "";

    /// <returns>The statement before this row, where the row begins another.</returns>
    public ReadItem? Add(ReadOnlySpan<byte> bytes, long at)
    {
        var row = new CutLine(bytes, stackalloc int[CutLine.MaxColumns], (byte)',');
        var form = Col(row, 1);
        var kind = Col(row, 2);
        if (!IsStatement(form))
        {
            // 711 bills, 812 the care manager's statement, 821 plans: they tell of no service of their own.
            tally.Note("care.not-taken", "row of a form that says nothing of a service (bills, care plans, payments for planning)", at);
            return form is [(byte)'7', (byte)'1', (byte)'1', ..] ? Close() : null;
        }

        ReadItem? done = null;
        var isNew = kind is [(byte)'0', (byte)'1'];
        if (isNew || (isOpen && !KeyOf(row).AsSpan().SequenceEqual(key)))
        {
            done = Close();
            Open(row, at);
            if (!isNew)
            {
                Break("care.no-basis", "Rows without the 基本情報 (01) that says whose they are", "Send the statement whole", at, "レコード種別");
            }
        }
        else if (!isOpen)
        {
            Open(row, at);
            Break("care.no-basis", "Rows without the 基本情報 (01) that says whose they are", "Send the statement whole", at, "レコード種別");
        }

        piece.Raw.Add(bytes);
        if (++rows > MostRows)
        {
            Break("care.statement-too-long", $"The statement has more than {MostRows} rows", "Check 被保険者番号 of the rows", at, null);
            facts.Clear();
            return done;
        }

        if (isNew)
        {
            Basis(row, at);
        }
        else if (kind is [(byte)'0', (byte)'2'])
        {
            Service(row, at);
        }

        return done;
    }

    public ReadItem? Close()
    {
        if (!isOpen)
        {
            return null;
        }

        isOpen = false;
        ReadItem item = piece.IsBroken
            ? piece.Bad()
            : new ReadItem.Good(new DeliveredRecord(new Place(file, line), record, who, new Demographics(who.BirthDate?.Year, who.BirthDate?.Month, who.Sex), [.. facts]));
        piece.Clear();
        facts.Clear();
        return item;
    }

    public void Break(string code, string reason, string remedy, long at, string? field)
    {
        if (isOpen)
        {
            piece.Fault(code, reason, remedy, at, field);
        }
    }

    /// <summary>様式二 to 六 (713–717) and their numbers of the 総合事業: statements with 基本情報 and 明細情報.</summary>
    private static bool IsStatement(ReadOnlySpan<byte> form) => form is [(byte)'7', (byte)'1', >= (byte)'3' and <= (byte)'7', _];

    private void Open(in CutLine row, long at)
    {
        (isOpen, rows, line, key) = (true, 0, at, KeyOf(row));
        piece.Clear();
        facts.Clear();
        if (!row.TryMonth(1 + 3, out month))
        {
            Break("care.month", "サービス提供年月 is not a month", "Correct the month", at, "サービス提供年月");
        }

        last = month == default ? month : month.AddMonths(1).AddDays(-1);
        provider = CareClaimReader.IsDigits(Col(row, 4), 10) ? Encoding.ASCII.GetString(Col(row, 4)) : "";
        var insurer = Encoding.ASCII.GetString(Col(row, 5));
        var insured = Encoding.ASCII.GetString(Col(row, 6));
        if (provider.Length == 0 || !FieldText.IsCode(insurer, 8) || !FieldText.IsCode(insured, 10))
        {
            Break("care.key", "事業所番号, 証記載保険者番号 or 被保険者番号 is missing, or no number", "Correct the numbers", at, "被保険者番号");
        }

        // Eight digits with two zeros in front are the six of the municipality: so registers write it too.
        var local = $"{(insurer.Length == 8 && insurer.StartsWith("00", StringComparison.Ordinal) ? insurer[2..] : insurer)}-{insured}";
        who = new PersonIdentity { LocalPatientId = local, AsOf = month };
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"minato-care-key:{local}:{provider}:{month:yyyyMM}:{Encoding.Latin1.GetString(Col(row, 1))[..3]}"));
        record = $"care-h-{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }

    private void Basis(in CutLine row, long at)
    {
        if (!row.TryDate(1 + 13, out var birth) || birth > last)
        {
            Break("care.birth-date", "The birth date does not exist, or lies after the month", "Correct the date", at, "生年月日");
        }

        who = who with { BirthDate = birth, Sex = Col(row, 14) switch { [(byte)'1'] => Sex.Male, [(byte)'2'] => Sex.Female, _ => Sex.Unknown } };
        var level = Encoding.ASCII.GetString(Col(row, 15));
        if (level is "01" or "06" or "11" or "12" or "13" or "21" or "22" or "23" or "24" or "25")
        {
            Add(new HealthFact { Kind = FactKind.Observation, Start = month, End = last, System = CodeSystem.Minato, Code = "care-level", ValueCode = level }, at);
        }
        else if (level.Length > 0)
        {
            Break("care.level", "要介護状態区分 is none of the interface's", "Correct the level", at, "要介護状態区分");
        }

        if (!row.TryDate(1 + 22, out var stopped) || !row.TryDate(1 + 25, out var left) || !row.TryDate(1 + 24, out var entered))
        {
            Break("care.date", "開始・中止 or 入所・退所年月日 is no day that exists", "Correct the date", at, "中止年月日");
            return;
        }

        if (Col(row, 23) is [>= (byte)'1' and <= (byte)'9' and var why])
        {
            Add(new HealthFact { Kind = FactKind.Observation, Start = stopped ?? last, System = CodeSystem.Minato, Code = "care-stop-reason", ValueCode = ((char)why).ToString() }, at);
        }

        // A facility sees its resident die; a service at home ends because somebody died, mostly on that day.
        if (Col(row, 28) is [(byte)'4'] && left is { } inHome)
        {
            Add(new HealthFact { Kind = FactKind.Death, Start = inHome, ValueCode = "stay-outcome" }, at);
        }
        else if (Col(row, 23) is [(byte)'4'] && stopped is { } end)
        {
            Add(new HealthFact { Kind = FactKind.Death, Start = end, ValueCode = "outcome" }, at);
        }

        // What insurance, public funds and the person pay, in yen.
        long yen = 0;
        foreach (var column in (int[])[34, 35, 40, 41, 46, 47, 52, 53])
        {
            if (!row.TryLong(1 + column, out var part))
            {
                Break("care.cost", "請求額 or 利用者負担額 is no amount", "Correct the amount", at, "請求額");
                return;
            }

            yen += part ?? 0;
        }

        if (yen > 0)
        {
            Add(new HealthFact { Kind = FactKind.Cost, Start = month, End = last, Value = yen, Unit = "JPY" }, at);
        }
    }

    private void Service(in CutLine row, long at)
    {
        var code = Encoding.ASCII.GetString(Col(row, 7)) + Encoding.ASCII.GetString(Col(row, 8));
        if (code.Length != 6 || !code.All(char.IsAsciiLetterOrDigit) || !row.TryLong(1 + 10, out var times) || !row.TryLong(1 + 14, out var units))
        {
            Break("care.service", "サービス種類 and 項目 are not six characters, or 日数・回数 or サービス単位数 is no number", "Correct the row", at, "サービス項目コード");
            return;
        }

        Add(new HealthFact { Kind = FactKind.Procedure, Start = month, End = last, System = CodeSystem.CareService, Code = code, Value = units, Quantity = times }, at);
    }

    private void Add(HealthFact fact, long at) => facts.Add(fact with { Facility = provider, Line = at });

    /// <summary>Form, month, provider, insurer and insured: what the rows of one statement have in common.</summary>
    private static byte[] KeyOf(in CutLine row) => [.. Col(row, 1), 0, .. Col(row, 3), 0, .. Col(row, 4), 0, .. Col(row, 5), 0, .. Col(row, 6)];

    private static ReadOnlySpan<byte> Col(in CutLine row, int column) => row[1 + column];
}
