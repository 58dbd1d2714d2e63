using System.Globalization;
using System.Numerics;
using System.Text;

namespace Minato.Formats.Writing;

/// <summary>
/// Writes one claim file: <c>RECEIPTC.UKE</c> (医科, DPC), <c>RECEIPTD.UKE</c> (歯科) or <c>RECEIPTY.UKE</c> (調剤); the
/// institution's fee table decides the head. CP932, CRLF, records IR or YK, {RE, HO, KO, SN, JD, …}, GO. GO counts the HO
/// and KO records and sums HO's points, so that an intake can check the file. Column positions: 記録条件仕様.
/// </summary>
public sealed partial class UkeWriter : IDisposable
{
    private const string Eol = "\r\n";
    private readonly Stream stream;
    private readonly UkeHeader header;
    private readonly bool forInsurer;
    private readonly StringBuilder text = new(64 * 1024);
    private int row;
    private int number;
    private int payers;
    private long points;

    /// <param name="stream">Left open.</param>
    /// <param name="forInsurer">As the review body distributes it: データ識別, 行番号, 枝番号 in front of each record, and MN before each receipt.</param>
    public UkeWriter(Stream stream, UkeHeader header, bool forInsurer = false)
    {
        (this.stream, this.header, this.forInsurer) = (stream, header, forInsurer);
        var i = header.Institution;
        string[] head = [i[2] == '4' ? "YK" : "IR", Digits(header.ReviewBody), i[..2], i[2..3], i[3..]];
        switch (i[2])
        {
            case '3':
                Line([.. head, "", header.ClaimMonth, header.Phone, ""]);
                break;
            case '4':
                Line([.. head, header.Name, header.ClaimMonth, "00", header.Phone]);
                break;
            default:
                Line([.. head, "", header.Name, header.ClaimMonth, "00", header.Phone]);
                break;
        }
    }

    /// <summary>Receipts written so far: the next one gets this plus one as レセプト番号.</summary>
    public int Receipts => number;

    /// <summary>Appends one receipt; <paramref name="asSent"/> may spoil its finished lines, as accidents of transport do.</summary>
    public void Write(UkeReceipt r, Func<string, string>? asSent = null)
    {
        var start = text.Length;
        var re = Open(r, 38);
        re[8] = r.AdmittedOn;
        re[13] = r.ChartNumber;
        re[18] = r.SearchNumber;
        re[36] = r.Kana;
        Line(re);

        Payers(r, BitOperations.PopCount(r.Days), 15, 12);
        Attendance(r.Days);
        foreach (var d in r.Diseases)
        {
            Line("SY", d.Code, d.StartedOn, Digits(d.Outcome), d.Modifiers, "", d.Main ? "01" : "", "");
        }

        Services(r.Services);
        if (asSent is not null)
        {
            var lines = asSent(text.ToString(start, text.Length - start));
            text.Length = start;
            text.Append(lines);
        }

        Close();
    }

    private string[] Open(UkeClaim r, int columns)
    {
        number++;
        if (forInsurer)
        {
            row = 0;
            Line("MN", "0" + number.ToString("00000000", CultureInfo.InvariantCulture), "");
        }

        var re = new string[columns];
        Array.Fill(re, "");
        re[0] = "RE";
        re[1] = Digits(number);
        re[2] = r.Type;
        re[3] = r.Month;
        re[4] = r.Name;
        re[5] = r.Sex;
        re[6] = r.BirthDate;
        return re;
    }

    /// <summary>HO, KO and SN, padded to the columns of their kind.</summary>
    private void Payers(UkeClaim r, int days, int ofInsurer, int ofPublic)
    {
        var i = r.Insurer;
        var total = Digits(r.Points);
        Line([.. Padded(["HO", i.Number, i.Symbol, i.InsuredNumber, Digits(days), total], ofInsurer)]);
        payers++;
        points += r.Points;
        if (r.PublicPayer is { } ko)
        {
            Line([.. Padded(["KO", ko.Payer, ko.Recipient, "", Digits(days), total], ofPublic)]);
            payers++;
        }

        Line("SN", "1", "01", "", "", "", i.Branch, "", "");
    }

    private void Attendance(uint days) => Day31("JD,1,", d => (days >> (d - 1) & 1) != 0 ? "1" : "");

    private void Services(IReadOnlyList<UkeService> services)
    {
        var last = "";
        foreach (var s in services)
        {
            Day31(string.Concat(s.IsDrug ? "IY," : "SI,", s.Class == last ? "" : s.Class, ",1,", s.Code) + $",{s.Amount},{Digits(s.Points)},{Digits(s.Count)},,,,,,,", d => Times(s.OnDays, d));
            last = s.Class;
            if (s.Comment.Length > 0)
            {
                Line("CO", s.Class, "1", "810000001", s.Comment);
            }
        }
    }

    private void Close()
    {
        if (text.Length > 48 * 1024)
        {
            Flush();
        }
    }

    private static IEnumerable<string> Padded(string[] cells, int columns) => cells.Concat(Enumerable.Repeat("", columns - cells.Length));

    /// <summary>Writes GO and flushes; the stream stays open.</summary>
    public void Dispose()
    {
        Line("GO", Digits(payers), points.ToString(CultureInfo.InvariantCulture), "99");
        Flush();
    }

    private static string Times(IReadOnlyList<(int Day, int Times)> onDays, int day)
    {
        foreach (var (d, times) in onDays)
        {
            if (d == day)
            {
                return Digits(times);
            }
        }

        return "";
    }

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The review body's three columns.</summary>
    private void Begin()
    {
        if (forInsurer)
        {
            text.Append("1,").Append(++row).Append(",0,");
        }
    }

    private void Day31(string prefix, Func<int, string> cell)
    {
        Begin();
        text.Append(prefix);
        for (var d = 1; d <= 31; d++)
        {
            text.Append(cell(d)).Append(d < 31 ? "," : Eol);
        }
    }

    private void Line(params ReadOnlySpan<string> cells)
    {
        Begin();
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            text.Append(cells[i]);
        }

        text.Append(Eol);
    }

    private void Flush()
    {
        stream.Write(Cp932.Encoding.GetBytes(text.ToString()));
        text.Clear();
    }
}
