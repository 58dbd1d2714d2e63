namespace Minato.Formats.Writing;

/// <summary>Which of JP-CLINS' documents or kinds of information a bundle carries (電子カルテ情報共有サービス, 3文書6情報).</summary>
public enum ClinsKind
{
    /// <summary>傷病名: collection.</summary>
    Condition,

    /// <summary>アレルギー and 薬剤禁忌: collection.</summary>
    AllergyIntolerance,

    /// <summary>検査 and 感染症: collection.</summary>
    Observation,

    /// <summary>処方: collection (extended level; inside documents otherwise).</summary>
    MedicationRequest,

    /// <summary>診療情報提供書: document.</summary>
    Referral,

    /// <summary>退院時サマリー: document.</summary>
    Discharge,
}

/// <summary>One JP-CLINS bundle of one patient, before it becomes FHIR R4 JSON.</summary>
public sealed record ClinsBundle
{
    public required ClinsKind Kind { get; init; }

    /// <summary>Local part of Bundle.identifier; the whole is <c>institution^year^local</c>.</summary>
    public required string LocalId { get; init; }

    public required DateOnly Date { get; init; }

    /// <summary>10 digits.</summary>
    public required string Institution { get; init; }

    public required string InstitutionName { get; init; }

    /// <summary>JP_eCS_Department: SS-MIX2 clinical department.</summary>
    public (string Code, string Name) Department { get; init; } = ("01", "内科");

    public required ClinsPatient Patient { get; init; }

    /// <summary>First day of the stay; null for outpatients.</summary>
    public DateOnly? AdmittedOn { get; init; }

    public IReadOnlyList<ClinsCondition> Conditions { get; init; } = [];
    public IReadOnlyList<ClinsObservation> Observations { get; init; } = [];
    public IReadOnlyList<ClinsAllergy> Allergies { get; init; } = [];
    public IReadOnlyList<ClinsMedication> Medications { get; init; } = [];

    /// <summary>身体所見, narrative of a document.</summary>
    public string Findings { get; init; } = "";

    /// <summary>Where a referral goes.</summary>
    public (string Institution, string Name)? ReferredTo { get; init; }

    /// <summary>Bundle.identifier.value: the same value sent again replaces the earlier bundle.</summary>
    public string Identifier => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Institution}^{Date.Year:0000}^{LocalId}");
}

/// <summary>The patient as the institution's record shows them. Empty texts are left out.</summary>
public sealed record ClinsPatient
{
    public string LocalId { get; init; } = "";

    /// <summary><c>保険者番号:記号:番号:枝番</c>.</summary>
    public string MemberId { get; init; } = "";
    public string Family { get; init; } = "";
    public string Given { get; init; } = "";
    public string FamilyKana { get; init; } = "";
    public string GivenKana { get; init; } = "";

    /// <summary><c>male</c>, <c>female</c> or <c>unknown</c>.</summary>
    public string Gender { get; init; } = "unknown";

    /// <summary>YYYY-MM-DD.</summary>
    public string BirthDate { get; init; } = "";
    public string PostalCode { get; init; } = "";
    public string Address { get; init; } = "";
}

/// <param name="KeyNumber">MEDIS 病名管理番号.</param>
/// <param name="ExchangeCode">MEDIS 病名交換用コード.</param>
public sealed record ClinsCondition(string Icd10, string KeyNumber, string ExchangeCode, string Name, DateOnly Onset, bool Suspected = false, bool Resolved = false);

/// <param name="Set">Shared sets get their own coding beside the plain JLAC10 one.</param>
/// <param name="Code">JLAC10, 17 characters.</param>
/// <param name="Unit">UCUM; null where <paramref name="Value"/> is an ordinal such as <c>-</c> or <c>1+</c>.</param>
public sealed record ClinsObservation(ClinsLab Set, string LocalCode, string Code, string Name, string Value, string? Unit, DateOnly Date);

/// <summary>Which code set of CLINS an observation belongs to.</summary>
public enum ClinsLab
{
    Core,
    Infection,

    /// <summary>Outside the shared sets: vital signs, questionnaires.</summary>
    General,
}

/// <param name="Category"><c>food</c>, <c>environment</c> or <c>medication</c>; with high criticality the last is 薬剤禁忌.</param>
public sealed record ClinsAllergy(string System, string Code, string Name, string Category, bool Contraindicated, DateOnly Recorded);

/// <param name="Yj">YJ code, 12 characters.</param>
/// <param name="PerDay">Units per day.</param>
public sealed record ClinsMedication(string Yj, string Name, string Unit, int PerDay, int Days, DateOnly Ordered);
