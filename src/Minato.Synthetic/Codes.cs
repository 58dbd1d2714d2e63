namespace Minato.Synthetic;

/// <summary>A disease in the three codings that claims and records use.</summary>
/// <param name="Ssk">傷病名マスター, 7 digits.</param>
/// <param name="KeyNumber">MEDIS 病名管理番号.</param>
/// <param name="ExchangeCode">MEDIS 病名交換用コード.</param>
internal sealed record Disease(string Ssk, string Icd10, string KeyNumber, string ExchangeCode, string Name)
{
    // There is one object of each disease, and health asks for it a million times a second.
    public bool Equals(Disease? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>A drug: claim code, YJ code, units per day and the points that one day's supply costs.</summary>
internal sealed record Drug(string Ssk, string Yj, string Name, string Unit, int PerDay, int PointsPerDay, bool External = false);

/// <param name="Points">診療報酬点数 of one.</param>
internal sealed record Procedure(string Code, string Class, int Points);

internal sealed record Lab(string Jlac10, string Local, string Name, string? Unit, string CheckupName);

/// <summary>The codes that the nation's files use: facts of the public masters, in a table of our own.</summary>
internal static class Codes
{
    public static readonly Disease
        Diabetes = new("2500015", "E11", "20050020", "U23V", "２型糖尿病"),
        DiabeticKidney = new("8830042", "E112", "20083650", "LSC6", "２型糖尿病性腎症"),
        Hypertension = new("8833421", "I10", "20061593", "UHGQ", "高血圧症"),
        Dyslipidaemia = new("8844446", "E785", "20091221", "L9HQ", "脂質異常症"),
        Ckd3 = new("8847579", "N183", "20098820", "RJQJ", "慢性腎臓病ステージＧ３"),
        Ckd4 = new("8847582", "N184", "20098797", "R488", "慢性腎臓病ステージＧ４"),
        Ckd5 = new("8842116", "N185", "20086017", "PFB1", "末期腎不全"),
        Infarction = new("8832376", "I219", "20083957", "C8Q1", "急性心筋梗塞"),
        OldInfarction = new("8837807", "I252", "20083958", "KG4L", "陳旧性心筋梗塞"),
        HeartFailure = new("4289015", "I509", "20065604", "U9GK", "心不全"),
        CongestiveFailure = new("8830796", "I500", "20084004", "R24B", "うっ血性心不全"),
        Fibrillation = new("4273006", "I489", "20065610", "QE03", "心房細動"),
        Stroke = new("8838708", "I639", "20083904", "K5PV", "脳梗塞"),
        BrainBleeding = new("4319020", "I619", "20073184", "TD9E", "脳出血"),
        Asthma = new("4939008", "J459", "20057913", "VRVV", "気管支喘息"),
        Copd = new("8840399", "J449", "20076630", "TG1J", "慢性閉塞性肺疾患"),
        Depression = new("2961003", "F329", "20050465", "M84N", "うつ病"),
        Insomnia = new("8839792", "G470", "20075175", "BTS4", "不眠症"),
        Reflux = new("5301002", "K210", "20058108", "RVUN", "逆流性食道炎"),
        Rhinitis = new("4779004", "J304", "20051094", "H61Q", "アレルギー性鼻炎"),
        Osteoporosis = new("7330006", "M8199", "20061958", "LRJN", "骨粗鬆症"),
        KneeArthrosis = new("7153018", "M171", "20075847", "R09V", "変形性膝関節症"),
        Dementia = new("8842549", "G309", "20087316", "LMAR", "アルツハイマー型認知症"),
        Gout = new("2749004", "M1009", "20071138", "SRK3", "痛風"),
        HipFracture = new("8208009", "S7200", "20069597", "BCRD", "大腿骨頚部骨折"),
        LungCancer = new("1629006", "C349", "20073570", "LFJS", "肺癌"),
        StomachCancer = new("1519006", "C169", "20054178", "E48A", "胃癌"),
        ColonCancer = new("1539004", "C189", "20069739", "A4RN", "大腸癌"),
        BreastCancer = new("1749008", "C509", "20072471", "VT2A", "乳癌"),
        Pneumonia = new("4860030", "J189", "20073542", "QT7C", "肺炎"),
        Cold = new("4659007", "J069", "20058435", "HP8A", "急性上気道炎"),
        Influenza = new("4871001", "J111", "20051158", "ES0L", "インフルエンザ"),
        Covid = new("8850104", "U071", "20104132", "S9VN", "ＣＯＶＩＤ－１９"),
        UrinaryInfection = new("8838561", "N390", "20072834", "BR1S", "尿路感染症"),
        Angina = new("4139007", "I209", "20058911", "E3B3", "狭心症");

    public static readonly Drug
        Metformin = new("621974701", "3962002F2027", "メトグルコ錠２５０ｍｇ", "錠", 3, 3),
        Empagliflozin = new("622401201", "3969023F1023", "ジャディアンス錠１０ｍｇ", "錠", 1, 19),
        Dapagliflozin = new("622341901", "3969019F1027", "フォシーガ錠５ｍｇ", "錠", 1, 17),
        Sitagliptin = new("621951001", "3969010F2030", "ジャヌビア錠５０ｍｇ", "錠", 1, 11),
        Linagliptin = new("622093501", "3969014F1024", "トラゼンタ錠５ｍｇ", "錠", 1, 13),
        Insulin = new("622411001", "2492420G1024", "インスリン　グラルギンＢＳ注ミリオペン「リリー」　３００単位", "キット", 1, 5, External: true),
        Amlodipine = new("612170710", "2171022F2025", "ノルバスク錠５ｍｇ", "錠", 1, 2),
        Olmesartan = new("622452901", "2149044F6026", "オルメテックＯＤ錠２０ｍｇ", "錠", 1, 4),
        Candesartan = new("622358001", "2149040F3037", "カンデサルタン錠８ｍｇ「あすか」", "錠", 1, 3),
        Atorvastatin = new("610443014", "2189015F2020", "リピトール錠１０ｍｇ", "錠", 1, 4),
        Rosuvastatin = new("622537301", "2189017F1014", "ロスバスタチン錠２．５ｍｇ「杏林」", "錠", 1, 2),
        Aspirin = new("610443053", "3399007H1013", "バイアスピリン錠１００ｍｇ", "錠", 1, 1),
        Clopidogrel = new("622405901", "3399008F2013", "クロピドグレル錠７５ｍｇ「杏林」", "錠", 1, 4),
        Apixaban = new("622225001", "3339004F2025", "エリキュース錠５ｍｇ", "錠", 2, 45),
        Furosemide = new("620000167", "2139005F1052", "ラシックス錠２０ｍｇ", "錠", 1, 1),
        Bisoprolol = new("621399302", "2123016F1018", "ビソプロロールフマル酸塩錠２．５ｍｇ「ＺＥ」", "錠", 1, 1),
        Carvedilol = new("621470101", "2149032F1013", "カルベジロール錠１０ｍｇ「サワイ」", "錠", 1, 2),
        Vonoprazan = new("622404401", "2329030F1020", "タケキャブ錠１０ｍｇ", "錠", 1, 11),
        Lansoprazole = new("620005581", "2329023F1047", "ランソプラゾールＯＤ錠１５ｍｇ「ＤＫ」", "錠", 1, 2),
        Inhaler = new("621950801", "2290801G2025", "シムビコートタービュヘイラー６０吸入", "キット", 1, 7, External: true),
        Montelukast = new("622484401", "4490026F2067", "モンテルカスト錠１０ｍｇ「ＫＭ」", "錠", 1, 4),
        Sertraline = new("622442801", "1179046F1010", "セルトラリン錠２５ｍｇ「杏林」", "錠", 2, 3),
        Escitalopram = new("622069502", "1179054F1022", "レクサプロ錠１０ｍｇ", "錠", 1, 17),
        Alendronate = new("622091401", "3999018F2010", "アレンドロン酸錠３５ｍｇ「アメル」", "錠", 1, 3),
        Acetaminophen = new("622381201", "1141007F3023", "カロナール錠５００　５００ｍｇ", "錠", 3, 3),
        Loxoprofen = new("620098801", "1149019F1560", "ロキソニン錠６０ｍｇ", "錠", 3, 3),
        Levofloxacin = new("621925801", "6241013F3027", "クラビット錠５００ｍｇ　（レボフロキサシンとして）", "錠", 1, 14),
        Brotizolam = new("620002807", "1124009F1010", "ブロチゾラム錠０．２５ｍｇ「ＹＤ」", "錠", 1, 1),
        Febuxostat = new("622057201", "3949003F1023", "フェブリク錠１０ｍｇ", "錠", 1, 2),
        Donepezil = new("622087301", "1190012F2138", "ドネペジル塩酸塩錠５ｍｇ「オーハラ」", "錠", 1, 7);

    public static readonly Procedure
        FirstVisit = new("111000110", "11", 291),
        RepeatVisit = new("112007410", "12", 75),
        ChronicCare = new("113001810", "13", 225),
        LifestyleCare = new("113041910", "13", 760),
        TestHbA1c = new("160010010", "60", 49),
        TestGlucose = new("160019410", "60", 11),
        TestCreatinine = new("160019210", "60", 11),
        TestLdl = new("160167250", "60", 18),
        TestBlood = new("160008010", "60", 21),
        TestUrine = new("160000310", "60", 26),
        Ecg = new("160068410", "60", 130),
        Echo = new("160072510", "60", 880),
        Bnp = new("160162350", "60", 130),
        Gastroscopy = new("160093810", "60", 1140),
        Ct = new("170011810", "70", 900),
        AcuteBed = new("190117710", "90", 1650),
        Dialysis = new("140057810", "40", 1885),
        KneeReplacement = new("150050510", "50", 37690);

    public static readonly Lab
        HbA1c = new("3D046000001920402", "0000310", "ヘモグロビンＡ１ｃ", "%", "ＨｂＡ１ｃ（ＮＧＳＰ）"),
        Glucose = new("3D010000001927201", "0000320", "空腹時血糖", "mg/dL", "空腹時血糖"),
        Ldl = new("3F077000002327101", "0000410", "ＬＤＬコレステロール", "mg/dL", "ＬＤＬコレステロール"),
        Hdl = new("3F070000002327101", "0000411", "ＨＤＬコレステロール", "mg/dL", "ＨＤＬコレステロール"),
        Triglyceride = new("3F015000002327101", "0000412", "中性脂肪", "mg/dL", "空腹時中性脂肪"),
        Creatinine = new("3C015000002327101", "0000210", "血清クレアチニン", "mg/dL", "血清クレアチニン"),
        Egfr = new("8A065000002391901", "0000211", "ｅＧＦＲ", "mL/min/{1.73_m2}", "ｅＧＦＲ"),
        Ast = new("3B035000002327201", "0000110", "ＡＳＴ", "U/L", "ＡＳＴ（ＧＯＴ）"),
        Alt = new("3B045000002327201", "0000111", "ＡＬＴ", "U/L", "ＡＬＴ（ＧＰＴ）"),
        Ggt = new("3B090000002327101", "0000112", "γ－ＧＴ", "U/L", "γ－ＧＴ（γ－ＧＴＰ）"),
        Potassium = new("3H015000002326101", "0000220", "カリウム", "mmol/L", "カリウム"),
        Haemoglobin = new("2A030000001930101", "0000510", "血色素量", "g/dL", "血色素量"),
        UrineProtein = new("1A010000000191111", "0000610", "尿蛋白", null, "尿蛋白"),
        UrineGlucose = new("1A020000000191111", "0000611", "尿糖", null, "尿糖"),
        Systolic = new("9A751000000000001", "V000001", "収縮期血圧", "mm[Hg]", "収縮期血圧"),
        Diastolic = new("9A761000000000001", "V000002", "拡張期血圧", "mm[Hg]", "拡張期血圧"),
        Height = new("9N001000000000001", "V000003", "身長", "cm", "身長"),
        Weight = new("9N006000000000001", "V000004", "体重", "kg", "体重"),
        Bmi = new("9N011000000000001", "V000005", "ＢＭＩ", "kg/m2", "ＢＭＩ"),
        Waist = new("9N016160100000001", "V000006", "腹囲", "cm", "腹囲（実測）"),
        Smoking = new("9N736000000000011", "V000007", "喫煙", null, "喫煙"),
        HbsAntigen = new("5F016141002305211", "0000710", "ＨＢｓ抗原", null, "ＨＢｓ抗原");
}
