using System.Globalization;
using System.Text;

namespace Minato.Formats.Writing;

/// <param name="Number">The hospital's patient number.</param>
/// <param name="BirthDate">YYYYMMDD.</param>
/// <param name="Sex">M, F, O or U.</param>
public sealed record SsMix2Patient(string Number, string Family, string Given, string FamilyKana, string GivenKana, string BirthDate, string Sex)
{
    public string PostalCode { get; init; } = "";

    public string Address { get; init; } = "";

    public UkeInsurer? Insurer { get; init; }

    /// <summary>YYYYMMDD; empty for the living.</summary>
    public string DiedOn { get; init; } = "";
}

public sealed record SsMix2Diagnosis(string Icd10, string Name, string StartedOn, string EndedOn = "", bool Suspected = false);

/// <param name="Hot">HOT9.</param>
public sealed record SsMix2Drug(string Hot, string Name, string Dose, string Unit, string Amount, int Days, string StartsOn);

/// <param name="Jlac10">17 characters.</param>
/// <param name="Type">OBX-2: NM for numbers, ST for words, CWE for codes.</param>
public sealed record SsMix2Result(string Jlac10, string Name, string Type, string Value, string Unit);

/// <summary>A file of the storage: its path below the root, and its bytes in ISO-2022-JP.</summary>
public sealed record SsMix2File(string Path, byte[] Bytes);

/// <summary>Writes files of SS-MIX2's standard storage (HL7 v2.5, version 1.2h), as the reader takes them.</summary>
/// <param name="facility">10-digit institution number.</param>
public sealed class SsMix2Writer(string facility)
{
    private const string Valid = "1";
    private static readonly Encoding Iso2022Jp = MakeEncoding();

    /// <param name="at">YYYYMMDDHHMMSSFFF.</param>
    public SsMix2File Demographics(SsMix2Patient patient, string at, string condition = Valid) =>
        File(patient, "-", "ADT-00", "999999999999999", at, condition, "ADT^A08^ADT_A01", InsuredBy(patient));

    public SsMix2File OutpatientVisit(SsMix2Patient patient, string day, string order, string at, string condition = Valid) =>
        File(patient, day, "ADT-12", order, at, condition, "ADT^A04^ADT_A01", [Visit("O", day, "", "")]);

    public SsMix2File Admission(SsMix2Patient patient, string day, string order, string at, string condition = Valid) =>
        File(patient, day, "ADT-22", order, at, condition, "ADT^A01^ADT_A01", [Visit("I", day, "", "")]);

    /// <param name="disposition">User table 0112: 01 home … 20 died.</param>
    public SsMix2File Discharge(SsMix2Patient patient, string admittedOn, string day, string disposition, string order, string at, string condition = Valid) =>
        File(patient, day, "ADT-52", order, at, condition, "ADT^A03^ADT_A03", [Visit("I", admittedOn, day, disposition)]);

    public SsMix2File Diagnoses(SsMix2Patient patient, IEnumerable<SsMix2Diagnosis> diagnoses, string at, string condition = Valid) =>
        File(patient, "-", "PPR-01", "999999999999999", at, condition, "PPR^ZD1^PPR_ZD1",
            diagnoses.Select((d, i) => Segment("PRB", (1, "AD"), (2, at[..14]), (3, $"^{Escape(d.Name)}^"), (4, Text(i + 1)), (7, d.StartedOn), (9, d.EndedOn), (10, $"{Escape(d.Icd10)}^{Escape(d.Name)}^I10"), (13, d.Suspected ? "1" : ""))));

    public SsMix2File Prescription(SsMix2Patient patient, string day, string order, IEnumerable<SsMix2Drug> drugs, string at, string condition = Valid) =>
        File(patient, day, "OMP-01", order, at, condition, "RDE^O11^RDE_O11", drugs.SelectMany((d, i) => (string[])
        [
            Segment("ORC", (1, "NW"), (2, order), (4, $"{order}_01_{Text(i + 1)}"), (9, at[..14])),
            Segment("RXE", (2, $"{Escape(d.Hot)}^{Escape(d.Name)}^HOT9"), (3, d.Dose), (5, $"{Escape(d.Unit)}^^MR9P"), (10, d.Amount), (11, $"{Escape(d.Unit)}^^MR9P")),
            Segment("TQ1", (1, "1"), (6, d.Days > 0 ? $"{Text(d.Days)}^d" : ""), (7, d.StartsOn)),
            Segment("RXR", (1, "PO^口^HL70162")),
        ]));

    public SsMix2File Results(SsMix2Patient patient, string day, string order, IEnumerable<SsMix2Result> results, string at, string condition = Valid) =>
        File(patient, day, "OML-11", order, at, condition, "OUL^R22^OUL_R22",
        [
            Segment("SPM", (1, "1"), (4, "023^血清^JC10"), (17, day + "0900")),
            Segment("OBR", (1, "1"), (2, order), (4, "^検体検査^")),
            .. results.Select((r, i) => Segment("OBX", (1, Text(i + 1)), (2, r.Type), (3, $"{Escape(r.Jlac10)}^{Escape(r.Name)}^JC10"), (5, Escape(r.Value)), (6, r.Unit.Length > 0 ? $"{Escape(r.Unit)}^{Escape(r.Unit)}^ISO+" : ""), (11, "F"))),
        ]);

    private SsMix2File File(SsMix2Patient p, string day, string kind, string order, string at, string condition, string type, IEnumerable<string> segments)
    {
        var text = new StringBuilder();
        text.Append("MSH|^~\\&|HIS|").Append(facility).Append("|GW|MINATO|").Append(at, 0, 14).Append("||").Append(type).Append('|').Append(at).Append("|P|2.5||||||~ISO IR87||ISO 2022-1994|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO\r");
        text.Append(Segment("PID", (1, "0001"), (3, $"{Escape(p.Number)}^^^^PI"), (5, $"{Escape(p.Family)}^{Escape(p.Given)}^^^^^L^I~{Escape(p.FamilyKana)}^{Escape(p.GivenKana)}^^^^^L^P"), (7, p.BirthDate), (8, p.Sex),
            (11, p.Address.Length + p.PostalCode.Length > 0 ? $"^^^^{Escape(p.PostalCode)}^JPN^H^{Escape(p.Address)}" : ""), (29, p.DiedOn), (30, p.DiedOn.Length > 0 ? "Y" : "")));
        foreach (var segment in segments)
        {
            text.Append(segment);
        }

        var id = p.Number;
        return new SsMix2File($"{id[..Math.Min(3, id.Length)]}/{(id.Length > 3 ? id[3..Math.Min(6, id.Length)] : "-")}/{id}/{day}/{kind}/{id}_{day}_{kind}_{order.PadLeft(15, '0')}_{at}_-_{condition}", Iso2022Jp.GetBytes(text.ToString()));
    }

    private static IEnumerable<string> InsuredBy(SsMix2Patient patient) => patient.Insurer is { } i
        ? [Segment("IN1", (1, "1"), (2, "06^組合管掌健康保険^JHSD0001"), (3, i.Number.Trim()), (10, $"{Escape(i.Symbol)}~{Escape(i.InsuredNumber)}{(i.Branch.Length > 0 ? "~" + Escape(i.Branch) : "")}"), (15, "MI"))]
        : [];

    private static string Visit(string setting, string from, string to, string disposition) => Segment("PV1", (1, "0001"), (2, setting), (36, disposition), (44, from), (45, to));

    private static string Segment(string id, params ReadOnlySpan<(int Field, string Value)> fields)
    {
        var text = new StringBuilder(id);
        var at = 0;
        foreach (var (field, value) in fields)
        {
            if (value.Length > 0)
            {
                text.Append('|', field - at).Append(value);
                at = field;
            }
        }

        return text.Append('\r').ToString();
    }

    private static string Escape(string text) => text.AsSpan().IndexOfAny("|^~\\&") < 0 ? text
        : string.Concat(text.Select(c => c switch { '|' => "\\F\\", '^' => "\\S\\", '~' => "\\R\\", '\\' => "\\E\\", '&' => "\\T\\", _ => c.ToString() }));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Encoding MakeEncoding()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(50220);
    }
}
