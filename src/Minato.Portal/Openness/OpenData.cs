using Minato.Access;
using Minato.Catalogue;
using Minato.Ledger;
using Minato.Release;

namespace Minato.Portal;

/// <summary>
/// Everything that is published, as tables (G1, I7, H11): the register with the refusals and their reasons, results, what left and what was stopped, measures, money,
/// datasets, questions, and the kinds of events month by month. Nothing here that a page does not show too.
/// </summary>
public sealed class OpenData(IAccess access, IRelease release, IMeasures measures, IMoney money, IInquiries inquiries, ICatalogue catalogue, EventTally events)
{
    /// <summary>Creative Commons Attribution 4.0, which Japan's rules for public data allow to be used under.</summary>
    public const string Licence = "https://creativecommons.org/licenses/by/4.0/";

    public IReadOnlyList<OpenTable> Tables { get; } =
    [
        new("applications", new("申請と決定", "Applications and decisions"), new("決定されたすべての申請。不承認のものも、理由とともに。", "Every application that was decided, refusals with their reasons."),
            [
                Text("id", "申請の番号", "Id of the application"), Text("state", "状態", "State"), Text("title_ja", "題名（日本語）", "Title (Japanese)"), Text("title_en", "題名（英語）", "Title (English)"),
                Text("summary_ja", "やさしい説明（日本語）", "Plain summary (Japanese)"), Text("summary_en", "やさしい説明（英語）", "Plain summary (English)"), Text("purpose", "目的の区分", "Purpose"),
                Text("affiliation", "申請者の所属", "Organisation"), Text("datasets", "データ（空白区切り）", "Datasets, separated by spaces"), At("submitted_at", "提出", "Submitted"), At("decided_at", "決定", "Decided"),
                Number("days_to_decision", "回答待ちを除く日数", "Days without waiting for answers"), Text("decision", "決定と理由", "Decision and reasons"), Text("conditions", "条件（| 区切り）", "Conditions, separated by |"),
                Whole("votes", "票", "Votes"), Whole("votes_for", "賛成の票", "Votes for it"), Whole("votes_citizens", "市民の票", "Votes of citizens"), Text("permit", "許可の番号", "Id of the permit"),
                At("permit_from", "許可の始まり", "Permit from"), At("permit_until", "許可の終わり", "Permit until"), Number("fee_yen", "利用料（円）", "Fee in yen"), Text("standards", "もとにした基準（空白区切り）", "Standards it was handled under"),
            ],
            () => access.Published.Select(a => new object?[]
            {
                a.Id.Value, a.State.ToString(), a.Draft?.Use.Title.Ja, a.Draft?.Use.Title.En, a.Draft?.Use.PlainSummary.Ja, a.Draft?.Use.PlainSummary.En, a.Draft?.Use.Purpose, a.Affiliation,
                string.Join(' ', (a.Draft?.Use.Datasets ?? []).Select(d => d.Dataset)), a.SubmittedAt, a.DecidedAt, a.DaysToDecision is { } days ? Math.Round(days, 2) : null, a.Decision, string.Join(" | ", a.Conditions),
                a.Votes.Count, a.Votes.Count(v => v.IsFor), a.Votes.Count(v => v.Citizen), a.Permit?.Id.Value, a.Permit?.From, a.Permit?.Until, a.Fee?.TotalYen, string.Join(' ', a.Standards),
            })),
        new("results", new("わかったこと", "Results"), new("研究者が公表した結果。", "What researchers published of their findings."),
            [Text("application", "申請の番号", "Id of the application"), At("at", "公表", "Published"), Text("summary_ja", "要約（日本語）", "Summary (Japanese)"), Text("summary_en", "要約（英語）", "Summary (English)"), Text("address", "所在", "Where to read it")],
            () => access.Published.SelectMany(a => a.Results.Select(r => new object?[] { a.Id.Value, r.At, r.Summary.Ja, r.Summary.En, r.Address }))),
        new("releases", new("出口での決定", "Decisions at the exit"), new("安全な環境から出ようとしたもの。止めたものも、規則とともに。", "What asked to leave the environment; what was stopped, with the rules."),
            [
                Text("id", "番号", "Id"), Text("permit", "許可", "Permit"), Text("state", "状態", "State"), At("submitted_at", "提出", "Submitted"), At("decided_at", "決定", "Decided"), Flag("left", "外に出た", "It left"),
                Whole("files", "ファイルの数", "Files"), Text("rules_failed", "通らなかった規則（空白区切り）", "Rules not passed, separated by spaces"), Text("output_rules", "規則の版", "Version of the rules"), Whole("people_needed", "確認に必要な人数", "People who had to agree"),
            ],
            () => release.Published.Select(s => new object?[]
            {
                s.Id, s.Permit.Value, s.State.ToString(), s.SubmittedAt, s.DecidedAt, s.IsOut, s.Files.Count, string.Join(' ', s.Checks.Where(c => !c.Passed).Select(c => c.Rule).Distinct()), s.OutputRules, s.PeopleNeeded,
            })),
        new("measures", new("措置", "Measures"), new("違反への措置。後に取り消されたものも。", "Measures after breaches, also those taken back."),
            [Text("id", "番号", "Id"), Text("kind", "種類", "Kind"), Text("state", "状態", "State"), At("decided_at", "決定", "Decided"), At("until", "除外の終わり", "End of an exclusion"), Text("summary_ja", "要約（日本語）", "Summary (Japanese)"), Text("summary_en", "要約（英語）", "Summary (English)")],
            () => measures.Published.Select(m => new object?[] { m.Id, m.Kind?.ToString(), m.State.ToString(), m.DecidedAt, m.Until, m.Summary?.Ja, m.Summary?.En })),
        new("money", new("お金", "Money"), new("年ごとの請求と、提供者への配分。", "What was invoiced each year, and the holders' part."),
            [Whole("year", "年", "Year"), Text("item", "項目（all は合計）", "Item; all: the total"), Number("yen", "円", "Yen")],
            () => money.Figures.SelectMany(m => m.ByItem.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => new object?[] { m.Year, i.Key, i.Value }).Append([m.Year, "all", m.InvoicedYen]).Append([m.Year, "to-holders", m.ToHoldersYen]).Append([m.Year, "reductions", m.ReductionsYen]))),
        new("datasets", new("データの一覧", "Datasets"), new("カタログの要点。10人未満の数は空。", "The catalogue in short. Counts below ten are empty."),
            [
                Text("id", "番号", "Id"), Text("title_ja", "名前（日本語）", "Title (Japanese)"), Text("title_en", "名前（英語）", "Title (English)"), Text("category", "種類", "Kind"), Text("holder", "提供者", "Holder"), Whole("persons", "人数", "People"),
                Day("from", "期間のはじめ", "Period from"), Day("to", "期間のおわり", "Period to"), Whole("days_to_obtain", "入手までの日数", "Days to obtain"), Text("price_class", "費用の目安", "Price class"), Text("conditions", "利用の条件（DUO、空白区切り）", "Conditions of use (DUO), separated by spaces"),
            ],
            () => catalogue.All.Select(d => new object?[]
            {
                d.Dataset.Id.Value, (d.ByHolder?.Title ?? d.Dataset.Title).Ja, (d.ByHolder?.Title ?? d.Dataset.Title).En, d.Dataset.Category.ToString(), d.Dataset.Holder.Value, d.Persons, d.From, d.To, d.ByHolder?.DaysToObtain, d.ByHolder?.PriceClass,
                string.Join(' ', d.Conditions.Select(c => c.Term.Code)),
            })),
        new("questions", new("質問と答え", "Questions and answers"), new("公表された質問と答え。", "Questions that were answered and published."),
            [Text("id", "番号", "Id"), At("at", "公表", "Published"), Text("question_ja", "問い（日本語）", "Question (Japanese)"), Text("question_en", "問い（英語）", "Question (English)"), Text("answer_ja", "答え（日本語）", "Answer (Japanese)"), Text("answer_en", "答え（英語）", "Answer (English)")],
            () => inquiries.Published.Select(q => new object?[] { q.Id, q.At, q.Question.Ja, q.Question.En, q.Answer.Ja, q.Answer.En })),
        new("events", new("月ごとの出来事", "Events by month"), new("台帳の出来事の種類ごとの数。", "How many events of each kind stand on the ledger."),
            [Text("month", "月", "Month"), Text("type", "種類", "Kind of event"), Whole("events", "数", "How many")],
            () => events.All.Select(e => new object?[] { e.Month, e.Type, e.Count })),
    ];

    public OpenTable? Find(string name) => Tables.FirstOrDefault(t => t.Name == name);

    private static OpenColumn Text(string name, string ja, string en) => new(name, "string", new(ja, en));

    private static OpenColumn At(string name, string ja, string en) => new(name, "dateTime", new(ja + "（UTC）", en + " (UTC)"));

    private static OpenColumn Day(string name, string ja, string en) => new(name, "date", new(ja, en));

    private static OpenColumn Number(string name, string ja, string en) => new(name, "decimal", new(ja, en));

    private static OpenColumn Whole(string name, string ja, string en) => new(name, "integer", new(ja, en));

    private static OpenColumn Flag(string name, string ja, string en) => new(name, "boolean", new(ja, en));
}
