namespace Minato.Warehouse.Shapes;

/// <summary>The few OMOP concepts that the warehouse itself writes.</summary>
internal static class Concepts
{
    /// <summary>Condition status 'Preliminary diagnosis': 疑い.</summary>
    public const long Suspected = 32899;

    /// <summary>Condition status 'Confirmed diagnosis'.</summary>
    public const long Confirmed = 32893;

    /// <summary>Type 'Claim enrolment record'.</summary>
    public const long Enrolment = 32813;

    /// <summary>Type 'Standard algorithm'.</summary>
    public const long Derived = 32880;

    /// <summary>Type 'NLP': read out of narrative.</summary>
    public const long FromText = 32858;

    /// <summary>Encoding 'UTF-8 (32678)'.</summary>
    public const long Utf8 = 32678;

    /// <summary>'OMOP CDM Version 5.4.0'.</summary>
    public const long Cdm54 = 756265;

    /// <summary>Local concept: ISO 4217 number of the yen in the local range.</summary>
    public const long Yen = 2_000_000_392;

    /// <summary>Where rows of a dataset of that category come from (vocabulary 'Type Concept').</summary>
    public static long TypeOf(DataCategory category) => category switch
    {
        DataCategory.Claims or DataCategory.LongTermCare => 32810,
        DataCategory.Death => 32815,
        DataCategory.CheckUp => 32836,
        DataCategory.Vaccination or DataCategory.Registry or DataCategory.MotherAndChild => 32879,
        DataCategory.Genome => 32856,
        DataCategory.Wellness => 32865,
        DataCategory.Social => 32848,
        _ => 32817,
    };

    /// <summary>Visit concepts of <see cref="FactKind.Visit"/> codes.</summary>
    public static long VisitOf(string code) => code switch
    {
        "inpatient" => 9201,
        "outpatient" or "checkup" => 9202,
        "emergency" => 9203,
        "pharmacy" => 581458,
        "home" => 581476,
        _ => 0,
    };

    public static long GenderOf(Sex sex) => sex switch
    {
        Sex.Male => 8507,
        Sex.Female => 8532,
        _ => 0,
    };
}
