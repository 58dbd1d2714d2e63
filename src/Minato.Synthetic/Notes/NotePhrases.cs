namespace Minato.Synthetic.Notes;

/// <summary>
/// Phrasings of Japanese clinical notes, as they are used in charts, referral letters and admission summaries. <c>{S}</c> systolic, <c>{D}</c>
/// diastolic, <c>{H}</c> cm, <c>{W}</c> kg, <c>{T}</c> °C, <c>{t}</c> °C in the words 度 and 分, <c>{P}</c> a minute, <c>{O}</c> %; <c>{x} {y}</c> numbers of the same kind that are not the truth
/// (corrected, or of no meaning); <c>[…=code]</c> words that say a code. Two halves: whoever writes rules looks at the first alone.
/// </summary>
internal static class NotePhrases
{
    internal sealed record Phrase(string Item, string Text, TruthContext Context = TruthContext.Present);

    private const TruthContext Past = TruthContext.Past;
    private const TruthContext Family = TruthContext.Family;
    private const TruthContext Suspected = TruthContext.Suspected;
    private const TruthContext Negated = TruthContext.Negated;

    public static readonly Phrase[] Seen =
    [
        new("bp", "血圧 {S}/{D} mmHg"), new("bp", "BP {S}/{D}"), new("bp", "BP:{S}/{D}mmHg"), new("bp", "血圧は{S}/{D}とやや高値"), new("bp", "血圧{S}－{D}"), new("bp", "収縮期血圧 {S}、拡張期血圧 {D}"),
        new("bp", "SBP {S} DBP {D}"), new("bp", "Bp={S}/{D}"), new("bp", "来院時血圧{S}/{D}mmHg"), new("bp", "家庭血圧は朝{S}/{D}前後"), new("bp", "血圧：上{S}、下{D}"), new("bp", "右上肢で血圧{S}/{D}mmHg"),
        new("bp", "SBP{S}台"), new("bp", "前回受診時の血圧は{S}/{D}", Past), new("bp", "父の血圧は{S}/{D}とのこと", Family), new("bp", "血圧{x}/{y}→訂正 {S}/{D}"), new("bp", "血圧 {x}/{y}（誤記）、正：{S}/{D}"), new("bp", "降圧目標は{x}/{y}未満"), new("bp", "血圧測定は拒否"),
        new("height", "身長 {H}cm"), new("height", "身長は{H}センチ"), new("height", "BH {H} cm"), new("height", "身長:{H}"), new("height", "HT{H}cm"), new("height", "息子は身長{H}cm", Family),
        new("weight", "体重 {W}kg"), new("weight", "BW {W}kg"), new("weight", "体重は{W}キロ"), new("weight", "体重:{W}"), new("weight", "WT {W} kg"), new("weight", "昨年の体重は{W}kg", Past), new("weight", "体重は{x}kgではなく{W}kg"), new("weight", "理想体重は{x}kg"), new("weight", "体重減少{s}kg"),
        new("body", "身長{H}cm、体重{W}kg、BMI {m}"), new("body", "{H}cm/{W}kg"), new("body", "身長・体重：{H}cm・{W}kg"),
        new("temperature", "体温 {T}℃"), new("temperature", "KT {T}"), new("temperature", "BT:{T}℃"), new("temperature", "体温は{T}度"), new("temperature", "熱は{t}"), new("temperature", "体温{t}"), new("temperature", "昨夜{T}℃の発熱あり", Past), new("temperature", "BT {x}→再検{T}"), new("temperature", "発熱なし"), new("temperature", "妻が{T}℃の発熱", Family),
        new("pulse", "脈拍 {P}/分"), new("pulse", "HR {P}bpm"), new("pulse", "脈{P}整"), new("pulse", "PR {P}"), new("pulse", "心拍数は{P}回/分"), new("pulse", "P {P}/min 整"), new("pulse", "前回は脈拍{P}/分", Past),
        new("spo2", "SpO2 {O}%"), new("spo2", "SpO2:{O}%(RA)"), new("spo2", "酸素飽和度は{O}%"), new("spo2", "SpO2 {O}％（室内気）"), new("spo2", "SAT {O}%"), new("spo2", "O2 2L投与下でSpO2 {O}%"), new("spo2", "FiO2 40%"),
        new("vitals", "BP {S}/{D}、HR {P}、BT {T}、SpO2 {O}%"), new("vitals", "血圧{S}/{D} 脈拍{P} 体温{T}℃ SpO2{O}%"), new("vitals", "バイタル：{S}/{D}、{P}/分、{T}℃、{O}%"), new("vitals", "BT {T}, BP {S}/{D}, PR {P}, SpO2 {O}"),
        new("smoking", "喫煙歴：[なし=never]"), new("smoking", "[タバコは吸わない=never]"), new("smoking", "喫煙[20本/日×30年=current]"), new("smoking", "喫煙：[現在も1日10本=current]"), new("smoking", "[10年前に禁煙=ex]"), new("smoking", "[元喫煙者=ex]"), new("smoking", "喫煙歴[あり、5年前に禁煙=ex]"),
        new("smoking", "[非喫煙者=never]"), new("smoking", "[ヘビースモーカー=current]"), new("smoking", "[喫煙は否定=never]"), new("smoking", "父が[喫煙者=current]", Family), new("smoking", "夫は[1日20本喫煙=current]", Family), new("smoking", "[喫煙(-)=never]"), new("smoking", "禁煙外来を案内した"), new("smoking", "病棟内は禁煙である旨を説明"),
        new("drinking", "飲酒：[なし=none]"), new("drinking", "[機会飲酒=occasional]"), new("drinking", "飲酒[ビール500ml/日=regular]"), new("drinking", "[酒は飲まない=none]"), new("drinking", "飲酒歴：[毎日日本酒2合=regular]"), new("drinking", "[3年前から禁酒=ex]"), new("drinking", "[飲酒(-)=none]"), new("drinking", "母は[大酒家=regular]", Family), new("drinking", "[アルコールは付き合い程度=occasional]"), new("drinking", "アルコール綿でかぶれあり"),
        new("tnm", "胃癌 [cT2=T:2][N1=N:1][M0=M:0]"), new("tnm", "[pT3=T:3][N0=N:0][M0=M:0]"), new("tnm", "[T1b=T:1b][N0=N:0][M0=M:0]"), new("tnm", "大腸癌（[T4a=T:4a][N2=N:2][M1a=M:1a]）"), new("tnm", "cTNM：[T3=T:3] [N1=N:1] [M0=M:0]"), new("tnm", "T細胞リンパ腫は否定"), new("tnm", "N95マスク着用"),
        new("stage", "[Stage IIIA=IIIA]"), new("stage", "[stageⅡ=II]"), new("stage", "[ステージ4=IV]"), new("stage", "[病期Ⅲ期=III]"), new("stage", "胃癌 [Stage IB=IB]"), new("stage", "[Stage IV=IV]の疑い", Suspected), new("stage", "[Stage IV=IV]は否定的", Negated), new("stage", "母は大腸癌[Stage III=III]で手術", Family), new("stage", "CKD stage G3a"), new("stage", "褥瘡ステージ2"),
    ];

    public static readonly Phrase[] Unseen =
    [
        new("bp", "血圧が{S}の{D}"), new("bp", "BP{S}/{D}(座位)"), new("bp", "血圧測定値 {S} / {D}"), new("bp", "自宅での血圧は{S}/{D}くらいで安定"), new("bp", "上の血圧{S}、下の血圧{D}"), new("bp", "sBP{S}、dBP{D}"), new("bp", "血圧 {S}mmHg/{D}mmHg"), new("bp", "NIBP {S}/{D}"),
        new("bp", "血圧→{S}/{D}"), new("bp", "最高血圧{S}mmHg 最低血圧{D}mmHg"), new("bp", "BP（安静時）{S}/{D}"), new("bp", "血圧{S}・{D}"), new("bp", "収縮期{S}程度"), new("bp", "先月はBP {S}/{D}だった", Past), new("bp", "夫の家庭血圧{S}/{D}", Family), new("bp", "BP {x}/{y}は誤りで、正しくは{S}/{D}"), new("bp", "血圧の目標値{x}/{y}"), new("bp", "BP測定できず"),
        new("height", "身長が{H}cm"), new("height", "Ht: {H}cm"), new("height", "身長（申告）{H}cm"), new("height", "身長：{H} ㎝"), new("height", "兄の身長は{H}cm", Family),
        new("weight", "体重が{W}kg"), new("weight", "Bw:{W}kg"), new("weight", "今朝の体重{W}kg"), new("weight", "体重（自己申告）{W} ㎏"), new("weight", "入院前の体重は{W}kg", Past), new("weight", "体重{x}kg→（訂正）{W}kg"), new("weight", "標準体重{x}kg"), new("weight", "3か月で{s}kg減少"),
        new("body", "身長 {H} 体重 {W}"), new("body", "体格：{H}cm、{W}kg"), new("body", "Ht{H}/Wt{W}"),
        new("temperature", "体温（腋窩）{T}℃"), new("temperature", "BT＝{T}"), new("temperature", "KT{T}℃台"), new("temperature", "体温が{t}"), new("temperature", "{T}℃と発熱を認める"), new("temperature", "先週{T}℃まで上昇", Past), new("temperature", "体温{x}℃と記載したが{T}℃の誤り"), new("temperature", "熱感なし"), new("temperature", "子どもが{T}度の熱", Family),
        new("pulse", "脈拍数{P}"), new("pulse", "心拍{P}/分"), new("pulse", "HR={P}/min"), new("pulse", "脈は{P}回で整"), new("pulse", "Pulse {P}"), new("pulse", "入院前のHRは{P}", Past),
        new("spo2", "SpO2は室内気で{O}%"), new("spo2", "サチュレーション{O}%"), new("spo2", "SpO₂ {O}%"), new("spo2", "経皮的酸素飽和度 {O}％"), new("spo2", "SpO2{O}% (room air)"), new("spo2", "酸素3Lで{O}%、SpO2安定"), new("spo2", "FiO2 0.5で管理"),
        new("vitals", "BP={S}/{D} HR={P} BT={T} SpO2={O}%"), new("vitals", "Vital：血圧 {S}/{D}mmHg、脈 {P}、体温 {T}、SpO2 {O}"), new("vitals", "KT{T} P{P} BP{S}/{D} SpO2{O}%"), new("vitals", "血圧={S}/{D}、心拍数={P}、体温={T}"),
        new("smoking", "たばこ：[吸わない=never]"), new("smoking", "[喫煙歴なし=never]"), new("smoking", "煙草[40本×25年=current]"), new("smoking", "[現喫煙者=current]"), new("smoking", "[喫煙は5年前にやめた=ex]"), new("smoking", "[過去喫煙=ex]"), new("smoking", "[生涯非喫煙=never]"), new("smoking", "喫煙 [1箱/日=current]"),
        new("smoking", "[喫煙習慣(＋)=current]"), new("smoking", "同居の夫が[喫煙=current]", Family), new("smoking", "兄は[ヘビースモーカー=current]", Family), new("smoking", "[禁煙して8年=ex]"), new("smoking", "禁煙の必要性を指導"),
        new("drinking", "[アルコール：飲まない=none]"), new("drinking", "酒：[焼酎1合/日=regular]"), new("drinking", "[飲酒歴なし=none]"), new("drinking", "[飲酒習慣なし=none]"), new("drinking", "[晩酌に日本酒1合=regular]"), new("drinking", "[飲酒は月に数回=occasional]"), new("drinking", "[現在は断酒中=ex]"), new("drinking", "父は[毎日飲酒=regular]", Family), new("drinking", "アルコール消毒を行った"),
        new("tnm", "肺癌 [cT1c=T:1c] [cN0=N:0] [cM0=M:0]"), new("tnm", "[ypT2=T:2][N1a=N:1a][M0=M:0]"), new("tnm", "TNM分類で[T2=T:2]、[N0=N:0]、[M0=M:0]"), new("tnm", "[Tis=T:is][N0=N:0][M0=M:0]"), new("tnm", "T2強調像で高信号"), new("tnm", "M蛋白陰性"),
        new("stage", "[臨床病期ⅡA期=IIA]"), new("stage", "[StageⅢB=IIIB]"), new("stage", "[病期IV=IV]"), new("stage", "[ステージⅠ=I]"), new("stage", "[cStage II=II]"), new("stage", "[Stage III=III]を疑う", Suspected), new("stage", "[stage IV=IV]ではない", Negated), new("stage", "叔父が肺癌[ステージ4=IV]", Family), new("stage", "CKDステージG4"), new("stage", "Stage 3の褥瘡"),
    ];

    /// <summary>Sentences with numbers and words that say nothing of these items.</summary>
    public static readonly string[] Around =
    [
        "WBC 8600、CRP 5.6", "アムロジピン5mg 1錠 分1 朝食後", "Cr 0.82、eGFR 68", "HbA1c 6.8%", "来週再診予定", "78歳男性", "2024年3月5日初診", "特記事項なし", "305号室に入院", "胸部聴診上ラ音なし", "食事摂取は7割程度", "Hb 12.3 g/dL",
        "尿量 1200mL/日", "疼痛 NRS 3/10", "AST 24/ALT 18", "リハビリ20分×2", "意識清明 GCS E4V5M6", "LDL 132", "3/14にCT予定", "電話03-0000-0000", "家族へ説明した", "インスリン 8-6-6単位", "咳嗽あり", "EF 62%", "血糖 132", "腹囲 88cm", "輸液80mL/h", "呼吸数 18回/分",
    ];

    public static readonly string[] Ends = ["。", "。\n", "\n", "、", "　", "；"];

    /// <summary>Words that open a part of a note about relatives, and whose end closes it.</summary>
    public static readonly string[] FamilyHeads = ["家族歴：", "【家族歴】", "FH："];
}
