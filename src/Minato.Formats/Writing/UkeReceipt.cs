namespace Minato.Formats.Writing;

/// <summary>The head of a claim file: who claims, to which review body, in which month (record IR).</summary>
/// <param name="ReviewBody">1 支払基金, 2 国保連.</param>
/// <param name="Institution">10 digits: prefecture 2, fee table 1, institution 7.</param>
/// <param name="ClaimMonth">YYYYMM.</param>
public sealed record UkeHeader(int ReviewBody, string Institution, string Name, string ClaimMonth, string Phone);

/// <summary>
/// What the receipts of all four kinds say of the person and the payer. Texts are written as they are given: a source's
/// mistakes are data, not errors of the writer.
/// </summary>
public abstract record UkeClaim
{
    /// <summary>レセプト種別, 4 digits.</summary>
    public required string Type { get; init; }

    /// <summary>診療年月 YYYYMM.</summary>
    public required string Month { get; init; }

    /// <summary>Name in kanji, family and given separated by a space of the same width.</summary>
    public string Name { get; init; } = "";

    /// <summary>1, 2 or empty.</summary>
    public string Sex { get; init; } = "";

    /// <summary>YYYYMMDD.</summary>
    public string BirthDate { get; init; } = "";

    /// <summary>検索番号, up to 30 characters; empty where the institution gives none.</summary>
    public string SearchNumber { get; init; } = "";

    public string Kana { get; init; } = "";

    public required UkeInsurer Insurer { get; init; }

    /// <summary>公費 besides the insurance: 負担者番号 and 受給者番号.</summary>
    public (string Payer, string Recipient)? PublicPayer { get; init; }

    /// <summary>合計点数, as HO states it.</summary>
    public abstract int Points { get; }
}

/// <summary>One receipt of the 医科 layout.</summary>
public sealed record UkeReceipt : UkeClaim
{
    /// <summary>入院年月日 YYYYMMDD, empty for outpatients.</summary>
    public string AdmittedOn { get; init; } = "";

    /// <summary>カルテ番号, the institution's own patient number.</summary>
    public string ChartNumber { get; init; } = "";

    /// <summary>Days of care: bit 0 is the 1st.</summary>
    public required uint Days { get; init; }

    public IReadOnlyList<UkeDisease> Diseases { get; init; } = [];

    public IReadOnlyList<UkeService> Services { get; init; } = [];

    /// <summary>Σ points × count.</summary>
    public override int Points => Services.Sum(s => s.Points * s.Count);
}

/// <summary>保険者番号, 記号, 番号 (record HO) and 枝番 (record SN), as the institution typed them.</summary>
public sealed record UkeInsurer(string Number, string Symbol, string InsuredNumber, string Branch);

/// <summary>Record SY.</summary>
/// <param name="Outcome">転帰: 1 going on, 2 cured, 3 died, 4 ended.</param>
/// <param name="Modifiers">4-digit codes one after another (8002 = suspected).</param>
public sealed record UkeDisease(string Code, string StartedOn, int Outcome = 1, string Modifiers = "", bool Main = false);

/// <summary>One line of SI (procedure) or IY (drug): a 算定単位 of its own, points on the line.</summary>
/// <param name="Class">診療識別.</param>
/// <param name="Amount">使用量 of a drug, per day for 内服; empty for procedures.</param>
/// <param name="Count">回数, which equals the sum over the days.</param>
/// <param name="Comment">Free text that follows as record CO.</param>
public sealed record UkeService(bool IsDrug, string Class, string Code, string Amount, int Points, int Count, IReadOnlyList<(int Day, int Times)> OnDays, string Comment = "");

/// <summary>One receipt of a DPC stay: the bundle (BU, SB, SK, GA, HH, GT, CD) and what is paid besides it.</summary>
public sealed record UkeStay : UkeClaim
{
    /// <summary>カルテ番号.</summary>
    public string ChartNumber { get; init; } = "";

    /// <summary>診断群分類番号, 14 characters.</summary>
    public required string Group { get; init; }

    /// <summary>今回入院年月日.</summary>
    public required string AdmittedOn { get; init; }

    /// <summary>今回退院年月日; empty where the stay goes on.</summary>
    public string DischargedOn { get; init; } = "";

    /// <summary>DPC転帰: 1 cured … 6 died of the disease that used most resources, 7 died of another, 9 other.</summary>
    public int Outcome { get; init; } = 2;

    public IReadOnlyList<UkeStayDisease> Diseases { get; init; } = [];

    public IReadOnlyList<UkeOperation> Operations { get; init; } = [];

    /// <summary>包括合計点数 of the month.</summary>
    public int BundlePoints { get; init; }

    /// <summary>What was done inside the bundle.</summary>
    public IReadOnlyList<UkeBundled> Bundled { get; init; } = [];

    /// <summary>What is paid besides the bundle.</summary>
    public IReadOnlyList<UkeService> Services { get; init; } = [];

    public override int Points => BundlePoints + Services.Sum(s => s.Points * s.Count);
}

/// <summary>Record SB.</summary>
/// <param name="Role">傷病名区分: 1 most resources, 11 main, 21 reason of admission, 31 second, 41–44 comorbid, 51–54 begun in hospital.</param>
public sealed record UkeStayDisease(string Code, string Icd10, int Role, string Modifiers = "");

/// <summary>Record SK.</summary>
/// <param name="Section">区分番号 (K…).</param>
public sealed record UkeOperation(string Code, string Section, string On);

/// <summary>Record CD.</summary>
/// <param name="Class">診療識別.</param>
/// <param name="Amount">使用量; empty for procedures.</param>
public sealed record UkeBundled(string On, string Class, string Code, string Amount, int Count);

/// <summary>One 歯科 receipt.</summary>
public sealed record UkeDentalReceipt : UkeClaim
{
    /// <summary>診療開始日, which dental outpatients have once for the receipt.</summary>
    public string StartedOn { get; init; } = "";

    /// <summary>転帰区分 of the receipt: 1–4, or empty.</summary>
    public string Outcome { get; init; } = "";

    public string ChartNumber { get; init; } = "";

    public required uint Days { get; init; }

    public IReadOnlyList<UkeDentalDisease> Diseases { get; init; } = [];

    public IReadOnlyList<UkeDentalService> Services { get; init; } = [];

    public override int Points => Services.Sum(s => s.Points * s.Count);
}

/// <summary>Record HS.</summary>
/// <param name="Teeth">歯式, six characters a tooth, one after another.</param>
public sealed record UkeDentalDisease(string Code, string Teeth, string Modifiers = "", bool Main = false);

/// <summary>Record SS (codes beginning with 3), SI (1) or IY (6).</summary>
/// <param name="Class">診療識別.</param>
public sealed record UkeDentalService(string Class, string Code, string Amount, int Points, int Count, IReadOnlyList<(int Day, int Times)> OnDays);

/// <summary>One 調剤 receipt.</summary>
public sealed record UkePharmacyReceipt : UkeClaim
{
    /// <summary>The institution that prescribed, ten digits.</summary>
    public string Prescriber { get; init; } = "";

    public IReadOnlyList<UkePrescription> Prescriptions { get; init; } = [];

    public IReadOnlyList<UkePharmacyFee> Fees { get; init; } = [];

    public override int Points => Prescriptions.SelectMany(p => p.Dispensings).Sum(d => d.FeePoints + d.DrugPoints) + Fees.Sum(f => f.Points * f.Count);
}

/// <summary>Record SH, its dispensings (CZ) and what was dispensed each time (IY).</summary>
/// <param name="Form">剤形: 1 内服 … 5 外用.</param>
public sealed record UkePrescription(int Form, IReadOnlyList<UkeDispensing> Dispensings, IReadOnlyList<(string Code, string Amount)> Drugs);

/// <summary>Record CZ.</summary>
/// <param name="Amount">調剤数量: days for 内服.</param>
/// <param name="FeeCode">薬剤調製料, nine digits; empty for none.</param>
public sealed record UkeDispensing(string PrescribedOn, string On, int Amount, string FeeCode, int FeePoints, int DrugPoints);

/// <summary>One fee of record KI.</summary>
public sealed record UkePharmacyFee(string On, string Code, int Count, int Points);
