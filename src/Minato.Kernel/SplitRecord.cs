namespace Minato.Kernel;

/// <summary>Administrative sex as claims write it: 1 male, 2 female.</summary>
public enum Sex
{
    Unknown = 0,
    Male = 1,
    Female = 2,
}

/// <summary>
/// The identity half of a delivered record: goes to Linkage, and nowhere else. Values are as the source wrote them
/// (only the transport encoding undone); normalising is Linkage's work. Never logged.
/// </summary>
public sealed record PersonIdentity
{
    /// <summary>保険者番号, digits as written.</summary>
    public string? InsurerNumber { get; init; }

    /// <summary>記号 of the insured person.</summary>
    public string? InsuredSymbol { get; init; }

    /// <summary>番号 of the insured person.</summary>
    public string? InsuredNumber { get; init; }

    /// <summary>枝番, two digits.</summary>
    public string? InsuredBranch { get; init; }

    public string? NameKanji { get; init; }

    public string? NameKana { get; init; }

    public DateOnly? BirthDate { get; init; }

    public Sex Sex { get; init; }

    public string? PostalCode { get; init; }

    public string? Address { get; init; }

    /// <summary>The holder's own patient number; meaningful only together with the holder.</summary>
    public string? LocalPatientId { get; init; }

    /// <summary>The day on which this identity was true (month of the claim, date of the document).</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Records hold identities: printing one by accident must not leak it.</summary>
    public override string ToString() => "PersonIdentity(withheld)";
}

/// <summary>What is known of the person without naming them. Month and year of birth, never the day.</summary>
public sealed record Demographics(int? YearOfBirth = null, int? MonthOfBirth = null, Sex Sex = Sex.Unknown, string? Prefecture = null)
{
    /// <summary>全国地方公共団体コード without its check digit, five digits: only where the source states the code itself, never read from an address.</summary>
    public string? Municipality { get; init; }
}

public enum FactKind
{
    /// <summary>A visit or stay; <see cref="HealthFact.Code"/> is one of <c>outpatient inpatient emergency pharmacy checkup home</c>.</summary>
    Visit,
    Condition,
    Drug,
    Procedure,
    Measurement,
    Observation,
    Device,
    Death,

    /// <summary>A period in which the source would have seen the person's events (insurance eligibility).</summary>
    Coverage,

    /// <summary>Cost of a visit; value in yen.</summary>
    Cost,

    /// <summary>A stretch of a stay in one ward or room category; <see cref="HealthFact.Code"/> is its category. Belongs to the visit of its key.</summary>
    Ward,

    /// <summary>Material taken from a person: Code what it is, ValueCode the body site, Quantity and Unit how much. Never the laboratory's number.</summary>
    Specimen,

    /// <summary>
    /// One series of images: Code the modality (<c>CT</c>), ValueCode the body site, Quantity the number of images, <see cref="HealthFact.Identifier"/>
    /// the series' UID as the de-identification replaced it. The record is the study.
    /// </summary>
    Image,

    /// <summary>That a document of a kind exists (Code, a LOINC document type): never its text or title. What was read out of it are facts of their own.</summary>
    Note,

    /// <summary>
    /// One allele that a genome carries: Code the contig, Unit the reference, Value the position as VCF counts it, <see cref="HealthFact.Identifier"/> <c>REF/ALT</c>, ValueCode the genotype (1 this allele,
    /// 0 the reference, x another), Quantity the copies. Names its person by itself: for a table that only a permit of genomes opens.
    /// </summary>
    Variant,
}

/// <summary>Where a fact was read in a note, and how surely: the words themselves stay with their holder.</summary>
/// <param name="Offset">In UTF-16 units from the note's beginning.</param>
/// <param name="Confidence">0 to 1, as the reader judges itself.</param>
public readonly record struct TextPlace(int Offset, int Length, double Confidence);

/// <summary>
/// One thing that happened, in the source's own code: the record half of a delivered record. It names nobody: readers
/// must not put names, numbers or free narrative into any field.
/// </summary>
public sealed record HealthFact
{
    public required FactKind Kind { get; init; }

    public required DateOnly Start { get; init; }

    public DateOnly? End { get; init; }

    /// <summary>Code system, one of <see cref="CodeSystem"/>.</summary>
    public string System { get; init; } = "";

    public string Code { get; init; } = "";

    /// <summary>The code's display text from the source, only where the code system fixes it; never narrative.</summary>
    public string? Display { get; init; }

    /// <summary>Numeric result, dose or amount.</summary>
    public decimal? Value { get; init; }

    /// <summary>Unit of <see cref="Value"/> as the source wrote it (UCUM where the format demands it).</summary>
    public string? Unit { get; init; }

    /// <summary>Coded or ordinal result (<c>-</c>, <c>1+</c>, a code).</summary>
    public string? ValueCode { get; init; }

    /// <summary>疑い: a suspected diagnosis, kept apart from confirmed ones.</summary>
    public bool Suspected { get; init; }

    /// <summary>Days of supply of a drug.</summary>
    public int? Days { get; init; }

    /// <summary>How often (claims' 回数), or total amount dispensed.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Groups the facts of one visit within the delivered record; empty where the record is the visit.</summary>
    public string VisitKey { get; init; } = "";

    /// <summary>10-digit institution number where the source states it.</summary>
    public string? Facility { get; init; }

    /// <summary>診療科 of who acted, as two or three digits of the claims' code list. Never a person's number.</summary>
    public string? Specialty { get; init; }

    /// <summary>
    /// What names the thing itself and nobody: the model of a device (UDI-DI: 14 digits or the issuer's form, never lot or serial),
    /// the replaced UID of a series of images.
    /// </summary>
    public string? Identifier { get; init; }

    /// <summary>Read out of narrative by a rule or a model; the source did not code it.</summary>
    public bool FromText => TextPlace is not null;

    /// <summary>Where in the narrative it was read; null where the source coded it.</summary>
    public TextPlace? TextPlace { get; init; }

    /// <summary>Line or entry in the source file.</summary>
    public long Line { get; init; }
}

/// <summary>Short names of the code systems that facts speak in.</summary>
public static class CodeSystem
{
    /// <summary>ICD-10, written without the dot (<c>E119</c>).</summary>
    public const string Icd10 = "icd10";

    /// <summary>傷病名マスター, 7 digits.</summary>
    public const string Disease = "ssk-disease";

    /// <summary>診療行為マスター, 9 digits.</summary>
    public const string Procedure = "ssk-procedure";

    /// <summary>医薬品マスター, 9 digits.</summary>
    public const string Drug = "ssk-drug";

    /// <summary>YJ code, 12 characters.</summary>
    public const string Yj = "yj";

    /// <summary>HOT code, 9 or 13 digits.</summary>
    public const string Hot = "hot";

    /// <summary>JLAC10, 17 characters.</summary>
    public const string Jlac10 = "jlac10";
    public const string Loinc = "loinc";
    public const string Snomed = "snomed";
    public const string RxNorm = "rxnorm";
    public const string Cvx = "cvx";

    /// <summary>Vaccine codes of the municipal register.</summary>
    public const string Vaccine = "jp-vaccine";

    /// <summary>要介護度 and long-term-care service codes, 6 digits.</summary>
    public const string CareService = "jp-care-service";

    /// <summary>UDI-DI of a medical device: what model it is.</summary>
    public const string Udi = "udi";

    /// <summary>Defined terms of DICOM: modalities and body parts (<c>CT</c>, <c>CHEST</c>).</summary>
    public const string Dicom = "dicom";

    /// <summary>Minato's own short codes for things that have no public code (<c>care-level</c>, <c>smoking</c> …).</summary>
    public const string Minato = "minato";

    /// <summary>The system of the source is kept as it was written: <c>other:</c> and the source's own name.</summary>
    public const string OtherPrefix = "other:";
}

/// <summary>A delivered record as a reader hands it over, before the split at the door (D2).</summary>
/// <param name="Place">File and line where the record begins.</param>
/// <param name="Key">The record's own identity in the source (claim number, document id …), so that a correction replaces it. Never a patient id.</param>
public sealed record DeliveredRecord(Place Place, string Key, PersonIdentity Identity, Demographics Demographics, IReadOnlyList<HealthFact> Facts)
{
    /// <summary>How many parts of the record were not put into use because the person has not been told of them (未告知).</summary>
    public int HeldBack { get; init; }
}
