namespace Minato.Synthetic;

/// <summary>A dataset as its holder describes it.</summary>
/// <param name="Category">Name of the kernel's DataCategory.</param>
internal sealed record HolderDataset(
    string Id, string Category, string TitleJa, string TitleEn, string SummaryJa, string SummaryEn, string WhoNeedsItJa, string WhoNeedsItEn, string PriceClass, int DaysToObtain,
    string[] Keywords, string ContactPoint, string UpdateFrequency);

internal sealed record Holder(string Id, string NameJa, string NameEn, string Kind, HolderDataset[] Datasets);

/// <summary>The twelve holders of the nation.</summary>
internal static class Holders
{
    public const string EmployeesClaims = "employees-claims";
    public const string NationalClaims = "national-claims";
    public const string LongTermCare = "long-term-care";
    public const string SocietyCheckups = "minato-kaiun-checkups";
    public const string CentreCheckups = "midorihara-checkups";
    public const string TownCheckups = "shiomi-checkups";
    public const string ShiomiVaccinations = "shiomi-vaccinations";
    public const string MinatookaVaccinations = "minatooka-vaccinations";
    public const string Deaths = "deaths";
    public const string Registry = "diabetes-registry";

    public const string ReviewBody = "claims-review-body";
    public const string Kokuhoren = "national-insurance-federation";
    public const string Shiomi = "shiomi-city";
    public const string Minatooka = "minatooka-city";
    public const string VitalStatistics = "vital-statistics-office";
    public const string RegistryHolder = "minato-diabetes-registry";
    public const string Society = "minato-kaiun-society";

    public static IReadOnlyList<Holder> All { get; } =
    [
        Hospital("shiomi-hospital", "汐見総合病院", "Shiomi General Hospital"),
        Hospital("minatooka-university-hospital", "港丘大学病院", "Minatooka University Hospital"),
        Hospital("chidori-hospital", "千鳥中央病院", "Chidori Central Hospital"),
        Clinic("wakatake-clinic", "若竹内科クリニック", "Wakatake Internal Medicine Clinic"),
        Clinic("midorihara-clinic", "緑原クリニック健診センター", "Midorihara Clinic and Check-up Centre", Checkups(
            CentreCheckups, "事業者健診の結果", "Results of employers' check-ups", "協会けんぽの加入者が健診センターで受けた健診の結果", "Check-ups of employees insured with the health insurance association")),
        new(ReviewBody, "審査支払機関(社保)", "Claims review body for employees' insurance", "review-body",
        [
            Claims(EmployeesClaims, "医科レセプト(被用者保険)", "Medical claims of employees' insurers", "健康保険組合・協会けんぽ・共済組合の医科レセプト", "Monthly claims of hospitals and clinics to employees' insurers"),
        ]),
        new(Kokuhoren, "国民健康保険団体連合会", "Federation of national health insurance", "review-body",
        [
            Claims(NationalClaims, "医科レセプト(国保・後期高齢者)", "Medical claims of national and late-elderly insurance", "国民健康保険と後期高齢者医療の医科レセプト", "Monthly claims for the self-employed, the retired and everybody from 75"),
            new(LongTermCare, "LongTermCare", "介護給付の実績", "Long-term care provided", "要介護状態区分と介護サービスの月別実績", "Care level and services by month of people with a care certificate",
                "高齢者の転帰を介護まで追う研究", "Studies that follow old people's outcomes into care", "standard", 30, ["介護", "要介護度", "long-term care", "care level"], "data@kokuhoren.example", "annual"),
        ]),
        new(Society, "みなと海運健康保険組合", "Minato Kaiun health insurance society", "insurer",
        [
            Checkups(SocietyCheckups, "特定健診の結果(健保組合)", "Specific health check-ups of a health insurance society", "40歳から74歳の加入者の特定健診", "Yearly check-ups of members between 40 and 74"),
        ]),
        new(Shiomi, "汐見市", "City of Shiomi", "municipality",
        [
            Vaccinations(ShiomiVaccinations, "予防接種台帳(汐見市)", "Vaccination register of Shiomi"),
            Checkups(TownCheckups, "特定健診の結果(汐見市国保)", "Specific health check-ups of Shiomi's national health insurance", "汐見市国民健康保険の特定健診", "Yearly check-ups of the city's insured between 40 and 74"),
        ]),
        new(Minatooka, "港丘市", "City of Minatooka", "municipality", [Vaccinations(MinatookaVaccinations, "予防接種台帳(港丘市)", "Vaccination register of Minatooka")]),
        new(VitalStatistics, "人口動態統計室", "Office of vital statistics", "statistics-office",
        [
            new(Deaths, "Death", "死亡票", "Deaths", "死亡日と原死因(ICD-10)", "Day and underlying cause (ICD-10) of every death", "転帰として死亡を要するすべての研究", "Every study with death as an outcome",
                "basic", 60, ["死亡", "死因", "death", "cause of death"], "vital@statistics.example", "annual"),
        ]),
        new(RegistryHolder, "みなと糖尿病レジストリ", "Minato diabetes registry", "registry",
        [
            new(Registry, "Registry", "糖尿病レジストリの年次調査", "Yearly survey of the diabetes registry", "同意して登録した２型糖尿病患者の年次の検査・身体所見・喫煙", "Yearly laboratory results, body measures and smoking of enrolled people with type 2 diabetes",
                "糖尿病治療の長期効果の研究", "Studies of long-term effects of diabetes treatment", "premium", 45, ["糖尿病", "レジストリ", "HbA1c", "diabetes", "registry"], "registry@diabetes.example", "annual"),
        ]),
    ];

    public static string RecordsOf(string holder) => holder + "-records";

    public static Holder Of(string dataset) => All.First(h => h.Datasets.Any(d => d.Id == dataset));

    private static Holder Hospital(string id, string ja, string en) => new(id, ja, en, "hospital", [Records(
        id, ja, en, "紹介状、退院時サマリーと6情報(傷病名・アレルギー・感染症・薬剤禁忌・検査・処方)", "Referrals, discharge summaries and the six kinds of information: diagnoses, allergies, infections, contraindications, laboratory results, prescriptions")]);

    private static Holder Clinic(string id, string ja, string en, params HolderDataset[] more) => new(id, ja, en, "clinic", [Records(
        id, ja, en, "6情報(傷病名・アレルギー・感染症・薬剤禁忌・検査・処方)と紹介状", "The six kinds of information: diagnoses, allergies, infections, contraindications, laboratory results, prescriptions; and referrals"), .. more]);

    private static HolderDataset Records(string id, string ja, string en, string summaryJa, string summaryEn) => new(
        RecordsOf(id), "MedicalRecord", ja + "の電子カルテ情報", "Electronic records of " + en, summaryJa, summaryEn, "検査値を要する臨床疫学研究", "Clinical epidemiology that needs laboratory values",
        "standard", 21, ["電子カルテ", "検査値", "HbA1c", "eGFR", "退院時サマリー", "FHIR", "JP-CLINS"], $"data@{id}.example", "annual");

    private static HolderDataset Claims(string id, string ja, string en, string summaryJa, string summaryEn) => new(
        id, "Claims", ja, en, summaryJa, summaryEn, "診療・処方・費用の全体像を要する研究", "Studies that need all care, prescriptions and costs", "standard", 30, ["レセプト", "傷病名", "処方", "claims", "UKE"], $"data@{id}.example", "annual");

    private static HolderDataset Checkups(string id, string ja, string en, string summaryJa, string summaryEn) => new(
        id, "CheckUp", ja, en, summaryJa, summaryEn, "発症前の検査値を要する予防研究", "Prevention research that needs values from before the illness", "basic", 14,
        ["特定健診", "血圧", "HbA1c", "LDL", "BMI", "check-up"], $"checkup@{id}.example", "annual");

    private static HolderDataset Vaccinations(string id, string ja, string en) => new(
        id, "Vaccination", ja, en, "定期接種と臨時接種の記録", "Routine and special vaccinations", "ワクチンの安全性と有効性の研究", "Vaccine safety and effectiveness", "basic", 14, ["予防接種", "ワクチン", "vaccination"], $"vaccination@{id}.example", "annual");
}
