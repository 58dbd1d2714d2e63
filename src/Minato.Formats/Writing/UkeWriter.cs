using System.Globalization;
using System.Numerics;
using System.Text;

namespace Minato.Formats.Writing;

/// <summary>
/// Writes one <c>RECEIPTC.UKE</c>: CP932, CRLF, records IR, {RE, HO, KO, SN, JD, SY, SI/IY, CO}, GO. GO counts the HO and KO
/// records and sums HO's points, so that an intake can check the file. Column positions: 記録条件仕様 (医科).
/// </summary>
public sealed class UkeWriter : IDisposable
{
    private const string Eol = "\r\n";
    private readonly Stream stream;
    private readonly UkeHeader header;
    private readonly StringBuilder text = new(64 * 1024);
    private int number;
    private int payers;
    private long points;

    /// <param name="stream">Left open.</param>
    public UkeWriter(Stream stream, UkeHeader header)
    {
        (this.stream, this.header) = (stream, header);
        var i = header.Institution;
        Line("IR", Digits(header.ReviewBody), i[..2], i[2..3], i[3..], "", header.Name, header.ClaimMonth, "00", header.Phone);
    }

    /// <summary>Receipts written so far: the next one gets this plus one as レセプト番号.</summary>
    public int Receipts => number;

    /// <summary>Appends one receipt; <paramref name="asSent"/> may spoil its finished lines, as accidents of transport do.</summary>
    public void Write(UkeReceipt r, Func<string, string>? asSent = null)
    {
        number++;
        var start = text.Length;
        Span<string> re = new string[38];
        re.Fill("");
        re[0] = "RE";
        re[1] = Digits(number);
        re[2] = r.Type;
        re[3] = r.Month;
        re[4] = r.Name;
        re[5] = r.Sex;
        re[6] = r.BirthDate;
        re[8] = r.AdmittedOn;
        re[13] = r.ChartNumber;
        re[18] = r.SearchNumber;
        re[36] = r.Kana;
        Line(re);

        var days = BitOperations.PopCount(r.Days);
        var total = r.Points;
        var i = r.Insurer;
        Line("HO", i.Number, i.Symbol, i.InsuredNumber, Digits(days), Digits(total), "", "", "", "", "", "", "", "", "");
        payers++;
        points += total;
        if (r.PublicPayer is { } ko)
        {
            Line("KO", ko.Payer, ko.Recipient, "", Digits(days), Digits(total), "", "", "", "", "", "");
            payers++;
        }

        Line("SN", "1", "01", "", "", "", i.Branch, "", "");
        Day31("JD,1,", d => (r.Days >> (d - 1) & 1) != 0 ? "1" : "");
        foreach (var d in r.Diseases)
        {
            Line("SY", d.Code, d.StartedOn, Digits(d.Outcome), d.Modifiers, "", d.Main ? "01" : "", "");
        }

        var last = "";
        foreach (var s in r.Services)
        {
            text.Append(s.IsDrug ? "IY," : "SI,").Append(s.Class == last ? "" : s.Class).Append(",1,").Append(s.Code).Append(',').Append(s.Amount)
                .Append(',').Append(Digits(s.Points)).Append(',').Append(Digits(s.Count));
            Day31(",,,,,,,", d => Times(s.OnDays, d));
            last = s.Class;
            if (s.Comment.Length > 0)
            {
                Line("CO", s.Class, "1", "810000001", s.Comment);
            }
        }

        if (asSent is not null)
        {
            var lines = asSent(text.ToString(start, text.Length - start));
            text.Length = start;
            text.Append(lines);
        }

        if (text.Length > 48 * 1024)
        {
            Flush();
        }
    }

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

    private void Day31(string prefix, Func<int, string> cell)
    {
        text.Append(prefix);
        for (var d = 1; d <= 31; d++)
        {
            text.Append(cell(d)).Append(d < 31 ? "," : Eol);
        }
    }

    private void Line(params ReadOnlySpan<string> cells)
    {
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
