namespace Minato.Catalogue;

/// <summary>Kinds of data in people's words: for search across the languages, and for HealthDCAT-AP.</summary>
/// <param name="HealthCategory">Code of the categories of EHDS Art. 51(1), as HealthDCAT-AP Release 8 lists them.</param>
/// <param name="Law">e-Gov id of the Japanese law the data are collected under.</param>
internal sealed record CategoryWords(Bilingual Name, string Synonyms, string HealthCategory, string Law)
{
    private const string NextGenerationMedicalInfrastructureAct = "429AC0000000028";
    private const string ElderlyMedicalCareAct = "357AC0000000080";

    public static CategoryWords Of(DataCategory category) => category switch
    {
        DataCategory.MedicalRecord => new(new("電子カルテ", "Electronic medical records"), "診療録 病院 診療 カルテ hospital clinical EHR EMR 3文書6情報", "EHRS", NextGenerationMedicalInfrastructureAct),
        DataCategory.Claims => new(new("レセプト", "Insurance claims"), "診療報酬明細書 請求 医療費 保険 NDB billing reimbursement cost", "HRAD", ElderlyMedicalCareAct),
        DataCategory.CheckUp => new(new("健診", "Health check-ups"), "特定健診 健康診断 人間ドック 保健指導 screening examination", "PHDR", ElderlyMedicalCareAct),
        DataCategory.Vaccination => new(new("ワクチン接種", "Vaccination"), "予防接種 接種記録 immunisation immunization vaccine", "PHDR", "323AC0000000068"),
        DataCategory.LongTermCare => new(new("介護", "Long-term care"), "介護保険 要介護 ケア 高齢者 nursing care elderly", "HRAD", "409AC0000000123"),
        DataCategory.Death => new(new("死亡", "Deaths"), "死因 人口動態 死亡票 mortality cause of death vital statistics", "MRMR", "419AC0000000053"),
        DataCategory.MotherAndChild => new(new("母子保健", "Mother and child health"), "母子健康手帳 妊娠 出産 乳幼児 pregnancy birth infant maternal", "PHDR", "340AC0000000141"),
        DataCategory.Registry => new(new("疾患レジストリ", "Disease registry"), "登録 コホート 難病 がん登録 registry cohort cancer", "MRMR", NextGenerationMedicalInfrastructureAct),
        DataCategory.Genome => new(new("ゲノム", "Genome"), "遺伝子 バイオバンク genetic genomic biobank", "HGPD", NextGenerationMedicalInfrastructureAct),
        DataCategory.Image => new(new("画像", "Images"), "画像診断 放射線 CT MRI imaging radiology", "EHRS", NextGenerationMedicalInfrastructureAct),
        DataCategory.Wellness => new(new("健康アプリ・PHR", "Wellness apps and PHR"), "健康アプリ ウェアラブル 個人健康記録 wearable wellness", "WELA", NextGenerationMedicalInfrastructureAct),
        DataCategory.Social => new(new("社会的要因", "Social factors"), "所得 就労 福祉 家族 income work welfare determinants", "DIOH", NextGenerationMedicalInfrastructureAct),
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };
}
