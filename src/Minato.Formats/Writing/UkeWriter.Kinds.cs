using System.Globalization;
using System.Numerics;

namespace Minato.Formats.Writing;

/// <summary>The kinds besides 医科.</summary>
public sealed partial class UkeWriter
{
    /// <summary>Appends one DPC receipt.</summary>
    public void Write(UkeStay r)
    {
        var re = Open(r, 40);
        re[8] = r.AdmittedOn;
        re[13] = r.ChartNumber;
        (re[18], re[19], re[20]) = ("0", "1", r.SearchNumber);
        re[38] = r.Kana;
        Line(re);
        Payers(r, 1, 16, 13);
        Line("BU", r.Group, r.AdmittedOn, r.DischargedOn, Digits(r.Outcome), "");
        foreach (var d in r.Diseases)
        {
            Line("SB", d.Code, d.Modifiers, "", d.Icd10, d.Role.ToString("00", CultureInfo.InvariantCulture), "", "");
        }

        Line("KK", "", "", "2", "", "", "", "", "", "", "", "", "", "");
        foreach (var o in r.Operations)
        {
            Line("SK", o.Code, o.Section, o.On, "", "", "");
        }

        Line("GA", r.Month, "2", new string('0', 31), "", "1.0000", "");
        Line("HH", r.Month, "2", "1", "1", "1", Digits(r.BundlePoints), "1", Digits(r.BundlePoints));
        Line("GT", r.Month, "2", "1", "1", Digits(r.BundlePoints), Digits(r.BundlePoints), "0", Digits(r.BundlePoints), "93", "", "");
        Services(r.Services);
        var n = 0;
        foreach (var c in r.Bundled)
        {
            Line("CD", c.On, c.Class, (++n).ToString("0000", CultureInfo.InvariantCulture), "001", c.Code, c.Amount, "", "", Digits(c.Count), "");
        }

        Close();
    }

    /// <summary>Appends one 歯科 receipt.</summary>
    public void Write(UkeDentalReceipt r)
    {
        var re = Open(r, 27);
        re[9] = r.StartedOn;
        re[10] = r.Outcome;
        re[15] = r.ChartNumber;
        re[19] = r.SearchNumber;
        re[25] = r.Kana;
        Line(re);
        Payers(r, BitOperations.PopCount(r.Days), 14, 10);
        Attendance(r.Days);
        foreach (var d in r.Diseases)
        {
            Line("HS", "", "", d.Teeth, d.Code, d.Modifiers, "", "", "", d.Main ? "01" : "", "", "", "");
        }

        var last = "";
        foreach (var s in r.Services)
        {
            var (id, between) = s.Code[0] switch
            {
                '3' => ("SS", new string(',', 72)), // 数量1 is Amount; 数量2 and 35 pairs of additions stay empty
                '6' => ("IY", ","),
                _ => ("SI", ","),
            };
            Day31($"{id},{(s.Class == last ? "" : s.Class)},1,{s.Code},{s.Amount}{between}{Digits(s.Points)},{Digits(s.Count)},{(id == "IY" ? "," : "")}", d => Times(s.OnDays, d));
            last = s.Class;
        }

        Close();
    }

    /// <summary>Appends one 調剤 receipt.</summary>
    public void Write(UkePharmacyReceipt r)
    {
        var re = Open(r, 42);
        if (r.Prescriber.Length == 10)
        {
            (re[9], re[10], re[11]) = (r.Prescriber[..2], r.Prescriber[2..3], r.Prescriber[3..]);
        }

        re[37] = r.SearchNumber;
        re[41] = r.Kana;
        Line(re);
        Payers(r, r.Prescriptions.SelectMany(p => p.Dispensings).DistinctBy(d => d.On).Count(), 14, 10);
        var n = 0;
        foreach (var p in r.Prescriptions)
        {
            Line("SH", (++n).ToString("00", CultureInfo.InvariantCulture), Digits(p.Form), "", "", "", "", "", "", "");
            foreach (var d in p.Dispensings)
            {
                Line([.. Padded(["CZ", "1", d.PrescribedOn, d.On, "1", Digits(d.Amount), "1", "1", "", d.FeeCode, d.FeeCode.Length > 0 ? Digits(d.FeePoints) : "", "", "", Digits(d.DrugPoints)], 71)]);
            }

            foreach (var (code, amount) in p.Drugs)
            {
                Line("IY", "1", code, amount, "", "", "", "", "", "");
            }
        }

        foreach (var day in r.Fees.GroupBy(f => f.On).SelectMany(g => g.Chunk(12)))
        {
            Line([.. Padded(["KI", day[0].On, "1", "", "", "", "", .. day.SelectMany(f => new[] { "1", f.Code, Digits(f.Count), Digits(f.Points) })], 114)]);
        }

        Close();
    }
}
