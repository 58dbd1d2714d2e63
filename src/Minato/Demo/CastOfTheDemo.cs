namespace Minato.Demo;

/// <summary>The people who play in the demonstration. All are invented.</summary>
internal static class CastOfTheDemo
{
    public static IReadOnlyList<string> Checkers { get; } = ["check-ono", "check-ueda"];

    /// <summary>Who passed the courses without which nobody works in the secure environment.</summary>
    public static IReadOnlyList<string> Trained { get; } = ["r-sato", "r-tanaka", "r-yamada"];

    public static void Save(People register, NationFile nation, string folder)
    {
        var hospital = nation.Holders.First(h => h.Datasets.Any(d => d.Category == DataCategory.MedicalRecord));
        List<Person> cast =
        [
            new("operator", "運用 一郎", "Ichiro Unyo", [Role.Operator], "minato", About: "港の運用担当。提供の受付、抽出を行います。", AboutEn: "Runs the node: deliveries and extractions."),
            new("counter", "窓口 二葉", "Futaba Madoguchi", [Role.ChoiceDesk], "minato", About: "紙や電話での選択を受け付けます。", AboutEn: "Takes choices by paper and phone."),
            new("counter-2", "受付 三郎", "Saburo Uketsuke", [Role.ChoiceDesk], "minato", About: "窓口の二人目。紙の申出をもう一度読みます。", AboutEn: "The desk's second pair of eyes: reads papers again."),
            new("r-sato", "佐藤 花子", "Hanako Sato", [Role.Researcher], "minato-medical-university", About: "大学の研究者。糖尿病の薬を比べています。", AboutEn: "A university researcher who compares diabetes drugs."),
            new("r-tanaka", "田中 健", "Ken Tanaka", [Role.Researcher], "seaside-pharma", About: "企業の研究者。", AboutEn: "A researcher in a company."),
            new("r-yamada", "山田 未来", "Mirai Yamada", [Role.Researcher], "minato-medical-university", About: "大学院生。", AboutEn: "A doctoral student."),
            new("rev-ito", "伊藤 恵", "Megumi Ito", [Role.Reviewer], "ethics-institute", About: "審査員（倫理）。", AboutEn: "Reviewer, ethics."),
            new("rev-kato", "加藤 誠", "Makoto Kato", [Role.Reviewer], "statistics-institute", About: "審査員（統計）。", AboutEn: "Reviewer, statistics."),
            new("rev-mori", "森 さくら", "Sakura Mori", [Role.CitizenReviewer], "citizens", About: "審査員（市民）。", AboutEn: "Reviewer, for citizens."),
            new("check-ono", "小野 実", "Minoru Ono", [Role.OutputChecker], "minato", About: "出口で結果を確認します。", AboutEn: "Checks results at the exit."),
            new("check-ueda", "上田 緑", "Midori Ueda", [Role.OutputChecker], "statistics-institute", About: "出口で結果を確認します（統計）。", AboutEn: "Checks results at the exit, as a statistician."),
            new("desk-hara", "原 静", "Shizuka Hara", [Role.LinkageDesk], "minato", About: "名寄せの机。規則では決められない組を見て決めます。医療の情報は見ません。", AboutEn: "The linkage desk: looks at pairs that no rule could tell, as written, and decides. Sees nothing medical."),
            new("dr-minami", "南 葵", "Aoi Minami", [Role.Clinician], hospital.Id, About: hospital.NameJa + "の医師。同意があるとき、または緊急のとき、患者の記録を見ます。", AboutEn: "A physician at " + hospital.NameEn + ": reads a patient's record with consent, or in an emergency."),
            new("audit-abe", "阿部 正", "Tadashi Abe", [Role.Auditor], "audit-office", About: "監査人。", AboutEn: "Auditor."),
            new("clerk-hospital", "病院の担当者", "Hospital clerk", [Role.Holder], hospital.Id, About: hospital.NameJa + "でデータを提供しています。", AboutEn: "Delivers data for " + hospital.NameEn + "."),
        ];
        foreach (var (number, person) in Citizens(folder).Index())
        {
            cast.Add(new Person(
                $"citizen-{number + 1}", person.Kanji.Count > 0 ? person.Kanji[0] : person.Kana[0], $"Citizen {number + 1}", [Role.Citizen], "", person.Identities().First(),
                About: "この国にくらす市民。", AboutEn: "A citizen of this nation."));
        }

        register.Save(cast);
    }

    /// <summary>
    /// Two living people with diabetes, whose data the study uses, and one without. Each had one insured number all along and was
    /// seen by a hospital: so Linkage knows the number with which they sign in.
    /// </summary>
    private static IEnumerable<TruthPerson> Citizens(string folder)
    {
        var living = TruthPerson.Read(folder).Where(p => !p.Dead && p.Insured.Count == 1 && p.LocalIds.Count > 0 && p.Kana.Count > 0 && int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture) % 50 is not (7 or 8 or 18 or 19)).ToList();
        return living.Where(p => p.Diabetes).Take(2).Concat(living.Where(p => !p.Diabetes).Take(1));
    }
}
