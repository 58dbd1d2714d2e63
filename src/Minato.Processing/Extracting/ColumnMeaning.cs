namespace Minato.Processing.Extracting;

/// <summary>What a column of OMOP CDM v5.4 (or of ours) means, from the words its name is made of.</summary>
internal static class ColumnMeaning
{
    private static readonly Dictionary<string, Bilingual> Things = new(StringComparer.Ordinal)
    {
        ["person"] = new("人", "person"),
        ["cohort"] = new("対象者", "cohort"),
        ["observation_period"] = new("観察できた期間", "observation period"),
        ["visit_occurrence"] = new("受診・入院", "visit"),
        ["visit"] = new("受診・入院", "visit"),
        ["visit_detail"] = new("入院中の病棟", "part of a stay"),
        ["condition_occurrence"] = new("傷病名", "condition"),
        ["condition"] = new("傷病名", "condition"),
        ["condition_status"] = new("傷病名の状態（疑いなど）", "status of the condition (suspected …)"),
        ["drug_exposure"] = new("薬", "drug"),
        ["drug"] = new("薬", "drug"),
        ["procedure_occurrence"] = new("処置・手術", "procedure"),
        ["procedure"] = new("処置・手術", "procedure"),
        ["measurement"] = new("検査", "measurement"),
        ["observation"] = new("その他の観察", "observation"),
        ["device_exposure"] = new("医療機器", "device"),
        ["device"] = new("医療機器", "device"),
        ["specimen"] = new("検体", "specimen"),
        ["death"] = new("死亡", "death"),
        ["death_signal"] = new("死亡の情報", "word of a death"),
        ["cause"] = new("死因", "cause of death"),
        ["payer_plan_period"] = new("保険加入の期間", "time of insurance"),
        ["cost"] = new("費用", "cost"),
        ["care_site"] = new("施設", "care site"),
        ["gender"] = new("性別", "gender"),
        ["unit"] = new("単位", "unit"),
        ["route"] = new("投与経路", "route"),
        ["value"] = new("値", "value"),
        ["period"] = new("期間", "period"),
        ["provider"] = new("診療科", "provider"),
    };

    private static readonly Dictionary<string, Bilingual> Whole = new(StringComparer.Ordinal)
    {
        ["person_id"] = new("この研究だけの仮名", "pseudonym of this project alone"),
        ["subject_id"] = new("この研究だけの仮名", "pseudonym of this project alone"),
        ["dataset_id"] = new("もとのデータセット", "dataset that the row is from"),
        ["year_of_birth"] = new("生まれた年", "year of birth"),
        ["month_of_birth"] = new("生まれた月", "month of birth"),
        ["prefecture"] = new("都道府県", "prefecture"),
        ["days_supply"] = new("処方された日数", "days of supply"),
        ["quantity"] = new("数量", "quantity"),
        ["value_as_number"] = new("検査の値（数）", "value as a number"),
        ["value_as_string"] = new("値（文字）", "value as text"),
        ["value_as_concept_id"] = new("値の概念番号", "value as a concept"),
        ["range_low"] = new("基準範囲の下限", "lower end of the reference range"),
        ["range_high"] = new("基準範囲の上限", "upper end of the reference range"),
        ["source_system"] = new("もとのコードの体系", "code system of the source value"),
        ["link_class"] = new("名寄せの確かさ", "how surely the record was linked"),
        ["total_charge"] = new("請求額（円）", "charge in yen"),
        ["incurred_date"] = new("費用の生じた日", "day of the cost"),
        ["cohort_start_date"] = new("対象になった日", "day of entry into the cohort"),
        ["record"] = new("もとの記録（レセプト一件など）の番号（この抽出だけのもの）", "number of the source's record (a claim …) within this extraction"),
        ["visit"] = new("受診・入院の番号（この抽出だけのもの）", "number of the visit within this extraction"),
        ["kind"] = new("何についての行か", "what the line is of"),
        ["start_date"] = new("はじめの日", "first day"),
        ["end_date"] = new("おわりの日", "last day"),
        ["system"] = new("コードの体系", "code system"),
        ["code"] = new("もとのコード", "the source's code"),
        ["value"] = new("値（数）", "value as a number"),
        ["unit"] = new("単位", "unit"),
        ["word"] = new("値（コード）", "value as a code"),
        ["days"] = new("日数", "days"),
        ["facility"] = new("施設の番号（この抽出だけのもの）", "number of the care site within this extraction"),
        ["cohort_end_date"] = new("対象でなくなった日", "day of exit from the cohort"),
    };

    private static readonly (string End, string Ja, string En)[] Ends =
    [
        ("_source_concept_id", "のもとのコードの概念番号", ": concept of the source's code"), ("_type_concept_id", "の記録の種類", ": kind of record"), ("_concept_id", "の概念番号（OMOP）", ": OMOP concept"),
        ("_source_value", "のもとのコード", ": the source's code"), ("_start_date", "の始まった日", ": first day"), ("_end_date", "の終わった日", ": last day"), ("_date", "の日", ": day"), ("_id", "の番号（この抽出だけのもの）", ": number within this extraction"),
    ];

    public static Bilingual Of(string table, string column)
    {
        if (Whole.TryGetValue(column, out var known))
        {
            return known;
        }

        foreach (var (end, ja, en) in Ends)
        {
            if (column.EndsWith(end, StringComparison.Ordinal) && (Things.GetValueOrDefault(column[..^end.Length]) ?? Things.GetValueOrDefault(table)) is { } thing)
            {
                return new Bilingual(thing.Ja + ja, thing.En + en);
            }
        }

        return new Bilingual("", "");
    }
}
