using System.Globalization;
using Minato.Access;
using Minato.Processing.Standards;

namespace Minato.Processing.Reporting;

/// <summary>Who reads a report: each is told the same, in their own words (G4).</summary>
public enum ReportReader
{
    Citizen,
    Applicant,
    Reviewer,
}

/// <param name="Heads">Of the table; empty where there is none.</param>
/// <param name="Rows">As many cells as heads.</param>
public sealed record ReportSection(Bilingual Heading, IReadOnlyList<Bilingual> Paragraphs, IReadOnlyList<Bilingual> Heads, IReadOnlyList<IReadOnlyList<Bilingual>> Rows);

/// <summary>
/// What was done to the data of a permit, and what is left of the risk, before and after (H9, G4). Made from the manifest and the standard alone, so
/// that anyone can make it again. Counts of fewer than ten persons are told to nobody.
/// </summary>
public sealed record DataReport(Bilingual Title, ReportReader Reader, IReadOnlyList<ReportSection> Sections)
{
    private const int LeastTold = 10;

    /// <param name="standardsFolder">Holds the standard under which the extraction was made.</param>
    /// <returns>Refused where the standard is not there any more, or is another one.</returns>
    public static Outcome<DataReport> Of(ExtractionManifest manifest, RequestedUse use, string standardsFolder, ReportReader reader)
    {
        var found = ProcessingStandard.Find(Path.Join(standardsFolder, "processing"), manifest.ProcessingStandard.Split('@')[0]);
        if (!found.Try(out var standard))
        {
            return Outcome<DataReport>.Refused(found.Findings);
        }

        var sections = new List<ReportSection> { What(manifest, use, standard, reader), LeftOut(manifest, reader) };
        if (standard.Sha256 == manifest.ProcessingStandardSha256)
        {
            sections.Add(Done(use, standard, reader));
        }
        else
        {
            sections.Add(new(new("データに何をしたか", "What was done to the data"), [new("この抽出に使った加工基準の版は、いま置かれている版と違います。元の版のハッシュは下にあります。", "The processing standard has changed since; the hash of the version that was used stands below.")], [], []));
        }

        sections.Add(Risk(manifest, reader));
        sections.Add(Kept(standard, reader));
        sections.Add(Check(manifest));
        return new DataReport(new($"データの加工と残る危険：{use.Title.Ja}", $"What was done to the data, and what risk is left: {use.Title.En}"), reader, sections);
    }

    private static ReportSection What(ExtractionManifest m, RequestedUse use, ProcessingStandard standard, ReportReader reader) => new(
        new("何のデータか", "Which data"),
        reader == ReportReader.Citizen
            ?
            [
                new($"「{use.Title.Ja}」という研究のために、{People(m.Persons).Ja}の記録を用意しました。名前・住所・電話番号は、はじめからこの中にありません。", $"For the study “{use.Title.En}” the records of {People(m.Persons).En} were made ready. Names, addresses and telephone numbers are not among them."),
                new($"期間は{Day(use.StudyFrom)}から{Day(use.StudyTo)}まで。加工の決まり：{standard.Title.Ja}。", $"From {Day(use.StudyFrom)} to {Day(use.StudyTo)}. The rule for processing: {standard.Title.En}."),
            ]
            : [new($"許可 {m.Permit}、加工基準 {m.ProcessingStandard}、対象期間 {Day(use.StudyFrom)}〜{Day(use.StudyTo)}、{People(m.Persons).Ja}。", $"Permit {m.Permit}, processing standard {m.ProcessingStandard}, study period {Day(use.StudyFrom)} to {Day(use.StudyTo)}, {People(m.Persons).En}.")],
        reader == ReportReader.Citizen ? [] : [new("段階", "Step"), new("残った人", "Persons left")],
        reader == ReportReader.Citizen ? [] : [.. m.Flow.Select(f => (IReadOnlyList<Bilingual>)[new(f.Name, f.Name), People(f.Persons)])]);

    private static ReportSection LeftOut(ExtractionManifest m, ReportReader reader) => new(
        new("使わないでほしいと言った人", "People who said no"),
        [reader == ReportReader.Citizen
            ? new("「使わないでほしい」と申し出た人の記録は、データをつなぐところで除きました。申し出はいつでもでき、その後の抽出から外れます。", "The records of people who asked not to be used were left out where the data are linked. You can ask at any time; you are in no extraction made afterwards.")
            : new("拒否は連結の変換の中で引かれ、その人の仮名は作られていません。", "Refusals are subtracted inside the conversion that links; no pseudonym was made for these persons.")],
        [new("データ", "Dataset"), new("除いた人", "Left out")],
        [.. m.Refusals.Select(r => (IReadOnlyList<Bilingual>)[new(r.Dataset, r.Dataset), People(r.Withheld)])]);

    private static ReportSection Done(RequestedUse use, ProcessingStandard standard, ReportReader reader)
    {
        var asked = use.Datasets.SelectMany(d => d.Tables).SelectMany(t => t.Columns.Select(c => (t.Table, Column: c))).Where(x => x.Column != "person_id").Distinct().OrderBy(x => x.Table, StringComparer.Ordinal).ThenBy(x => x.Column, StringComparer.Ordinal).ToArray();
        var heading = new Bilingual("データに何をしたか", "What was done to the data");
        var actions = asked.Select(x => (x.Table, x.Column, Actions: standard.Tables.GetValueOrDefault(x.Table)?.For(x.Column))).ToArray();
        if (reader == ReportReader.Citizen)
        {
            int Count(Func<ColumnAction, bool> is_) => actions.Count(a => a.Actions?.Any(is_) == true);
            var (kept, dropped) = (actions.Count(a => a.Actions is { } x && x.All(y => y is ColumnAction.Keep)), actions.Count(a => a.Actions is null));
            var renumbered = Count(a => a is ColumnAction.Renumber);
            var shifted = Count(a => a is ColumnAction.Shift);
            var coarser = actions.Length - kept - dropped - renumbered - shifted;
            return new(heading,
            [
                new($"求められた{actions.Length}項目のうち、{dropped}項目は渡していません。{coarser}項目は粗くし、{renumbered}項目は番号を付け替え、{shifted}項目の日付はずらし、{kept}項目はそのままです。", $"Of the {actions.Length} items that were asked for, {dropped} were not given; {coarser} were made coarser, {renumbered} got other numbers, the dates of {shifted} were moved, and {kept} are as they were."),
                .. (standard.Tables.Values.Any(t => t.Rare is not null) ? new[] { new Bilingual("ごく少ない人にしかない病名や薬は、大きな分類に直すか、取り除きました。", "Diagnoses and drugs that very few people have were given as larger groups, or taken out.") } : []),
            ], [], []);
        }

        return new(heading, [], [new("表と項目", "Table and column"), new("加工", "Processing"), new("理由", "Reason")],
        [
            .. actions.Select(a => (IReadOnlyList<Bilingual>)
            [
                new($"{a.Table}.{a.Column}", $"{a.Table}.{a.Column}"),
                a.Actions is null ? new("渡さない", "not given") : new(string.Join("、", a.Actions.Select(x => Words(x).Ja)), string.Join(", ", a.Actions.Select(x => Words(x).En))),
                Reason(standard.Tables.GetValueOrDefault(a.Table)?.Reasons.GetValueOrDefault(a.Column)),
            ]),
        ]);
    }

    private static ReportSection Risk(ExtractionManifest m, ReportReader reader)
    {
        var heading = new Bilingual("だれのことか分かってしまう危険", "The risk that somebody is recognised");
        if (m.Compared is not { } risk)
        {
            return new(heading, [new("性別・生年・地域のどれも渡していないので、測るものがありません。", "Neither sex nor year of birth nor place was given: there is nothing to measure.")], [], []);
        }

        var by = string.Join(", ", risk.QuasiIdentifiers);
        List<Bilingual> words = reader switch
        {
            ReportReader.Citizen =>
            [
                new("だれかがあなたの性別・生まれた年・住むところを知っていて、データの中からあなたを探すと考えて測りました。", "It was measured as if somebody knew your sex, year of birth and place, and looked for you in the data."),
                new($"加工の前は{Percent(risk.Before.ShareUnique)}の人が、ほかに同じ組み合わせの人がいませんでした。加工の後は{Percent(risk.After.ShareUnique)}です。後では、どの人にも自分を含めて少なくとも{risk.After.SmallestClass}人の同じ組み合わせの人がいます。", $"Before processing, {Percent(risk.Before.ShareUnique)} of the people had nobody like them; afterwards {Percent(risk.After.ShareUnique)}. Afterwards everyone shares their combination with at least {risk.After.SmallestClass}, themselves included."),
                .. risk.After.SmallestClass < LeastTold ? new[] { new Bilingual("この数は小さいので、データは外に出さず、下に書いた守りの中でだけ使います。", "That number is small; therefore the data are used only behind the protections named below, and do not go out.") } : [],
            ],
            _ => [new($"準識別子：{by}。検察官は対象者が中にいると知る者、記者は母集団（連結した全員）にいるとだけ知る者、業者は全員を当てようとする者。{(m.Risk is { } r ? $"基準の k={r.RequiredK}、似た人が少ないため除いた人 {People(r.LeftOut).Ja}、まれなため除いた行 {r.RareRows:N0}。" : "")}", $"Quasi-identifiers: {by}. The prosecutor knows that the person is in the file, the journalist only that they are in the population (all linked), the marketer guesses everybody. {(m.Risk is { } s ? $"Required k = {s.RequiredK}; left out because too few were alike: {People(s.LeftOut).En}; rows left out as rare: {s.RareRows:N0}." : "")}")],
        };
        IReadOnlyList<Bilingual> Row(string ja, string en, Func<RiskFigures, string> of) => [new(ja, en), new(of(risk.Before), of(risk.Before)), new(of(risk.After), of(risk.After))];
        return new(heading, words, [new("測ったもの", "Measure"), new("加工の前", "Before"), new("加工の後", "After")],
            reader == ReportReader.Citizen
                ? [Row("似た人の最も少ない数", "Fewest people alike", f => f.SmallestClass.ToString(CultureInfo.InvariantCulture)), Row("ほかに似た人のいない割合", "Share with nobody alike", f => Percent(f.ShareUnique))]
                :
                [
                    Row("人数", "Persons", f => f.Persons < LeastTold ? "< 10" : f.Persons.ToString("N0", CultureInfo.InvariantCulture)),
                    Row("k（最小の同値類）", "k (smallest class)", f => f.SmallestClass.ToString(CultureInfo.InvariantCulture)),
                    Row("一意な人の割合", "Share unique", f => Percent(f.ShareUnique)),
                    Row("検察官の危険（最大）", "Prosecutor risk (highest)", f => Percent(f.Prosecutor)),
                    Row("記者の危険（最大）", "Journalist risk (highest)", f => Percent(f.Journalist)),
                    Row("業者の危険（平均）", "Marketer risk (average)", f => Percent(f.Marketer)),
                ]);
    }

    private static ReportSection Kept(ProcessingStandard standard, ReportReader reader) => new(
        new("どこで使い、何が守るか", "Where it is used, and what protects it"),
        [
            standard.Places.Contains(DataPlace.Outside)
                ? new("この加工のデータは、許可された利用者の手元にも置けます。", "Data processed so may also be kept by the users named in the permit.")
                : standard.Places.Contains(DataPlace.CertifiedUser)
                ? new("データは解析環境の中で使われるほか、国の認定を受けた利用者に限り、許可があれば暗号化して引き渡されます。引渡しと消去の証明は台帳に記録されます。", "The data are used inside the secure environment; only to users certified by the state, and where the permit says so, they are handed over encrypted. Each hand-over and the certificate of its destruction are on the ledger.")
                : new("データは外とつながらない解析環境の中だけで使われ、外へ出る道はありません。", "The data are used only inside the secure environment, which has no way out."),
            reader == ReportReader.Citizen
                ? new("研究の結果は、個人が分からないことを機械と人の両方が確かめてから、はじめて外に出ます。10人未満の数は出ません。", "Results leave only after machines and people have checked that nobody can be recognised. Counts below ten do not leave.")
                : new("結果は出口の検査（最小セル10、支配、差分など）を通ってから出ます。", "Results leave through the exit checks (minimum cell 10, dominance, differencing and others)."),
        ], [], []);

    private static ReportSection Check(ExtractionManifest m) => new(
        new("確かめるには", "How to check this"),
        [new("この番号は内容のハッシュで、台帳に記録されています。同じ材料からは同じ番号になります。", "These are hashes of the content, recorded in the ledger. The same inputs give the same numbers.")],
        [new("もの", "What"), new("番号", "Number")],
        [[new("抽出", "Extraction"), new(m.Id, m.Id)], [new("加工基準", "Processing standard"), new(m.ProcessingStandardSha256, m.ProcessingStandardSha256)], [new("対象者の定義", "Cohort"), new(m.CohortSha256, m.CohortSha256)]]);

    private static Bilingual People(long count) => count is > 0 and < LeastTold ? new("10人未満", "fewer than 10 people") : new($"{count:N0}人", count == 0 ? "nobody" : $"{count:N0} people");

    private static string Percent(double share) => share is > 0 and < 0.001 ? "< 0.1 %" : (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reasons are written 'ja / en' in the standards.</summary>
    private static Bilingual Reason(string? why) =>
        why is null ? new("", "") : why.IndexOf(" / ", StringComparison.Ordinal) is > 0 and var at ? new(why[..at], why[(at + 3)..]) : new(why, why);

    private static Bilingual Words(ColumnAction action) => action switch
    {
        ColumnAction.Keep => new("そのまま", "as it is"),
        ColumnAction.Renumber => new("番号を付け直す", "numbered anew"),
        ColumnAction.Floor { Field: Tables.Queries.DateField.Year } => new("年まで", "year only"),
        ColumnAction.Floor => new("月まで", "month only"),
        ColumnAction.Shift => new("人ごとに同じ日数ずらす", "moved by the person's own days"),
        ColumnAction.Band b => new($"{b.Width}きざみ", $"bands of {b.Width}"),
        ColumnAction.Cap { Above: true } c => new($"{c.Limit}以上はまとめる", $"{c.Limit} and above together"),
        ColumnAction.Cap c => new($"{c.Limit}以下はまとめる", $"{c.Limit} and below together"),
        ColumnAction.OldestAge a => new($"{a.Age}歳以上はまとめる", $"{a.Age} and older together"),
        ColumnAction.Prefix p => new($"はじめの{p.Length}文字", $"first {p.Length} characters"),
        ColumnAction.Generalise g => new($"大きな分類へ（{g.Ladder.Name}：{g.To.Name}）", $"a larger group ({g.Ladder.Name}: {g.To.Name})"),
        ColumnAction.ByPopulation p => new($"人口{p.Least:N0}人未満の地域は広い地域に", $"places below {p.Least:N0} people as larger ones"),
        ColumnAction.Codes => new("コードだけ残す", "codes alone"),
        ColumnAction.Scrub => new("文中の名前・番号・日付などを消す", "names, numbers and days taken out of the words"),
        _ => new(action.Name, action.Name),
    };
}
