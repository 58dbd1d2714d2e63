namespace Minato.Kernel;

/// <summary>What kinds of data a dataset is, in the words a person can choose by (E3) and the catalogue lists (A1, A2).</summary>
public enum DataCategory
{
    MedicalRecord,
    Claims,
    CheckUp,
    Vaccination,
    LongTermCare,
    Death,
    MotherAndChild,
    Registry,
    Genome,
    Image,
    Wellness,
    Social,
}
