using System.Text;

namespace Minato.Formats.Writing;

/// <summary>One stay as 様式1 tells it. Dates are YYYYMMDD.</summary>
/// <param name="Facility">施設コード, nine digits.</param>
/// <param name="Patient">データ識別番号, ten digits.</param>
public sealed record DpcSummary(string Facility, string Patient, string AdmittedOn)
{
    /// <summary>Empty where the stay goes on.</summary>
    public string DischargedOn { get; init; } = "";

    public string BirthDate { get; init; } = "";

    /// <summary>1, 2 or empty.</summary>
    public string Sex { get; init; } = "";

    /// <summary>Seven digits.</summary>
    public string PostalCode { get; init; } = "";

    /// <summary>退院時転帰: 1 cured, 2 better … 6 died of the disease that used most resources, 7 died of another, 9 other.</summary>
    public int Outcome { get; init; } = 2;

    public IReadOnlyList<DpcDisease> Diseases { get; init; } = [];

    public IReadOnlyList<DpcOperation> Operations { get; init; } = [];

    /// <summary>cm; empty where it was not measured.</summary>
    public string Height { get; init; } = "";

    /// <summary>kg.</summary>
    public string Weight { get; init; } = "";

    /// <summary>Ten digits.</summary>
    public string AdlOnAdmission { get; init; } = "";

    public string AdlAtDischarge { get; init; } = "";

    /// <summary>Any other coded payload: コード, the payload's number 1–8, its value.</summary>
    public IReadOnlyList<(string Code, int Payload, string Value)> Scores { get; init; } = [];
}

/// <param name="Item"><c>A006010</c> main, <c>A006020</c> reason of admission, <c>A006030</c> most resources, <c>A006031</c> second, <c>A006040</c> comorbid, <c>A006050</c> begun in hospital.</param>
/// <param name="Icd10">Without the dot.</param>
public sealed record DpcDisease(string Item, string Icd10, string Name);

/// <param name="Section">区分番号 (K…).</param>
public sealed record DpcOperation(string On, string Section, string Name);

/// <summary>様式1 (<c>FF1</c>).</summary>
public sealed class Form1Writer(Stream stream, Encoding? encoding = null) : DpcWriter(stream, encoding, Titles)
{
    private static readonly string[] Titles =
        ["施設コード", "データ識別番号", "入院年月日", "回数管理番号", "統括診療情報番号", "コード", "バージョン", "連番", .. Enumerable.Range(1, 9).Select(i => $"ペイロード{i}")];

    public void Write(DpcSummary stay)
    {
        void Item(string code, int number, params string[] payloads) =>
            Row([stay.Facility, stay.Patient, stay.AdmittedOn, "0", "0", code, "20240401", Padded(number, 1), .. payloads]);

        Item("A000010", 0, stay.BirthDate, stay.Sex, stay.PostalCode);
        Item("A000020", 0, stay.AdmittedOn);
        Item("A000030", 0, DayOrZeros(stay.DischargedOn), "1", stay.DischargedOn.Length == 0 ? "" : Padded(stay.Outcome, 1));
        if (stay.Height.Length + stay.Weight.Length > 0)
        {
            Item("A001010", 0, "", stay.Height, stay.Weight);
        }

        foreach (var group in stay.Diseases.GroupBy(d => d.Item))
        {
            var n = 0;
            foreach (var d in group)
            {
                Item(d.Item, n++, "", d.Icd10, "", "", "", "", "", "", d.Name);
            }
        }

        var times = 0;
        foreach (var o in stay.Operations)
        {
            Item("A007010", ++times, o.On, o.Section, "", "1", "", "", "", "", o.Name);
        }

        Adl("ADL0010", stay.AdlOnAdmission);
        Adl("ADL0020", stay.AdlAtDischarge);
        foreach (var (code, payload, value) in stay.Scores)
        {
            Item(code, 0, [.. Enumerable.Repeat("", payload - 1), value]);
        }

        void Adl(string code, string digits)
        {
            if (digits.Length > 0)
            {
                Item(code, 0, "", digits);
            }
        }
    }
}
