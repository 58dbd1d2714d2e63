namespace Minato.Formats.Writing;

/// <summary>The head of a claim file: who claims, to which review body, in which month (record IR).</summary>
/// <param name="ReviewBody">1 支払基金, 2 国保連.</param>
/// <param name="Institution">10 digits: prefecture 2, fee table 1, institution 7.</param>
/// <param name="ClaimMonth">YYYYMM.</param>
public sealed record UkeHeader(int ReviewBody, string Institution, string Name, string ClaimMonth, string Phone);

/// <summary>One receipt of the 医科 layout. Texts are written as they are given: a source's mistakes are data, not errors of the writer.</summary>
public sealed record UkeReceipt
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

    /// <summary>入院年月日 YYYYMMDD, empty for outpatients.</summary>
    public string AdmittedOn { get; init; } = "";

    /// <summary>カルテ番号, the institution's own patient number.</summary>
    public string ChartNumber { get; init; } = "";

    /// <summary>検索番号, up to 30 characters; empty where the institution gives none.</summary>
    public string SearchNumber { get; init; } = "";

    public string Kana { get; init; } = "";

    public required UkeInsurer Insurer { get; init; }

    /// <summary>公費 besides the insurance: 負担者番号 and 受給者番号.</summary>
    public (string Payer, string Recipient)? PublicPayer { get; init; }

    /// <summary>Days of care: bit 0 is the 1st.</summary>
    public required uint Days { get; init; }

    public IReadOnlyList<UkeDisease> Diseases { get; init; } = [];

    public IReadOnlyList<UkeService> Services { get; init; } = [];

    /// <summary>Σ points × count, as HO states it.</summary>
    public int Points => Services.Sum(s => s.Points * s.Count);
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
