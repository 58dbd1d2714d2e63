using System.Globalization;
using Minato.Access;
using Minato.Catalogue;
using Minato.Release;

namespace Minato.Portal;

/// <summary>A span of whole months: a month (<c>2026-04</c>), a year (<c>2026</c>), or two (<c>2025-2026</c>).</summary>
public sealed record ReportPeriod(string Name, DateOnly From, DateOnly To)
{
    public static ReportPeriod? Parse(string? text)
    {
        if (text is ['2', _, _, _, '-', _, _] && DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            return new(text, month, month.AddMonths(1));
        }

        return text is { Length: 4 or 9 } && Year(text[..4]) is { } from && (text.Length == 4 ? from : text[4] == '-' ? Year(text[5..]) : null) is { } last && last - from is 0 or 1
            ? new(text, new(from, 1, 1), new(last + 1, 1, 1))
            : null;

        static int? Year(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var y) && y is >= 2000 and < 2200 ? y : null;
    }

    public bool Has(DateTimeOffset? at) => at is { } moment && JapaneseDay.Of(moment) is var day && day >= From && day < To;

    public IReadOnlySet<string> Months
    {
        get
        {
            HashSet<string> months = [];
            for (var m = From; m < To; m = m.AddMonths(1))
            {
                months.Add(m.ToString("yyyy-MM", CultureInfo.InvariantCulture));
            }

            return months;
        }
    }
}

/// <param name="Unit"><c>count</c>, <c>days</c>, <c>hours</c>, <c>yen</c> or <c>share</c>.</param>
/// <param name="From">What it is computed from: events of the ledger, or published records.</param>
public sealed record ReportLine(string Section, string Id, Bilingual Label, decimal? Value, string Unit, string From);

/// <summary>
/// What was done in a span of time (I7, H11), for the monthly report and for the one every two years that EHDS Art. 59 asks of access bodies: applications, permits and
/// refusals, times, measures, holders, persons' choices, results, money. Every line is computed from events or from what is published, so anybody can do it again.
/// </summary>
public static class PeriodReport
{
    public static IReadOnlyList<(string Id, Bilingual Name)> Sections { get; } =
    [
        ("applications", new("申請と決定", "Applications and decisions")), ("times", new("かかった時間", "Times")), ("permits", new("許可", "Permits")), ("environment", new("安全な環境と出口", "The environment and its exit")),
        ("results", new("結果", "Results")), ("holders", new("データの提供", "Data holders")), ("persons", new("本人の選択", "Persons' choices")), ("measures", new("違反と措置", "Breaches and measures")),
        ("public", new("質問と苦情", "Questions and complaints")), ("money", new("お金", "Money")),
    ];

    public static IReadOnlyList<ReportLine> Of(ReportPeriod period, EventTally events, IAccess access, IRelease release, IMeasures measures, IMoney money, ICatalogue catalogue)
    {
        var months = period.Months;
        var decided = access.Published.Where(a => period.Has(a.DecidedAt)).ToArray();
        var approved = decided.Where(a => a.Fee is not null).ToArray();
        var out_ = release.Published.Where(s => s.IsOut && period.Has(s.DecidedAt)).ToArray();
        var votes = decided.SelectMany(a => a.Votes).ToArray();
        var decisions = measures.Published.Where(m => period.Has(m.DecidedAt)).ToArray();
        var years = Enumerable.Range(period.From.Year, Math.Max(1, period.To.AddDays(-1).Year - period.From.Year + 1)).ToHashSet();
        var whole = period.From.Month == 1 && period.To.Month == 1;
        var paid = whole ? money.Figures.Where(m => years.Contains(m.Year)).ToArray() : [];
        return
        [
            Event("applications", "submitted", new("提出された申請", "Applications submitted"), "access.application-submitted"),
            Line("applications", "decided", new("決定した申請", "Applications decided"), decided.Length, "count", "register"),
            Line("applications", "approved", new("承認", "Approved"), approved.Length, "count", "register"),
            Line("applications", "refused", new("不承認", "Refused"), decided.Count(a => a.State == ApplicationState.Refused), "count", "register"),
            Line("applications", "statistics-offered", new("集計表を代わりに提案", "A table offered instead"), decided.Count(a => a.StatisticsOffered), "count", "register"),
            Event("applications", "appealed", new("不服の申立て", "Appeals"), "access.appealed"),
            Event("applications", "withdrawn", new("取下げ", "Withdrawn"), "access.application-withdrawn"),
            Line("applications", "citizens-share", new("市民の票の割合", "Share of votes that are citizens'"), votes.Length == 0 ? null : Math.Round((decimal)votes.Count(v => v.Citizen) / votes.Length, 3), "share", "register"),
            .. decided.GroupBy(a => a.Draft?.Use.Purpose ?? "").OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Line("applications", $"purpose.{g.Key}", new($"目的：{g.Key}", $"Purpose: {g.Key}"), g.Count(), "count", "register")),
            Line("times", "days-to-decision", new("提出から決定まで（回答待ちを除く、中央値）", "Submission to decision (without waiting for answers, median)"), Median(decided.Select(a => a.DaysToDecision).OfType<double>()), "days", "register"),
            Line("times", "days-longest", new("もっとも長かったもの", "The longest"), decided.Select(a => a.DaysToDecision).OfType<double>().DefaultIfEmpty().Max() is var most and > 0 ? Math.Round((decimal)most, 1) : null, "days", "register"),
            Event("times", "extended", new("延ばした期限", "Limits extended"), "access.deadline-extended"),
            Line("times", "hours-at-exit", new("出口での確認（中央値）", "Check at the exit (median)"), Median(out_.Where(s => s.DecidedAt is not null).Select(s => (s.DecidedAt!.Value - s.SubmittedAt).TotalHours)), "hours", "releases"),
            Event("permits", "issued", new("出された許可", "Permits issued"), "access.permit-issued"),
            Event("permits", "amended", new("変更", "Amended"), "access.permit-amended"),
            Event("permits", "renewed", new("更新", "Renewed"), "access.permit-renewed"),
            Event("permits", "ended", new("終了", "Ended"), "access.permit-ended"),
            Event("environment", "extractions", new("作られたデータ", "Extractions made"), "processing.extracted"),
            Line("environment", "released", new("外に出た提出", "Submissions that left"), out_.Length, "count", "releases"),
            Line("environment", "stopped", new("止めた・戻した提出", "Stopped or returned"), release.Published.Count(s => !s.IsOut && period.Has(s.DecidedAt ?? s.SubmittedAt)), "count", "releases"),
            Line("results", "published", new("公表された結果", "Results published"), access.Published.SelectMany(a => a.Results).Count(r => period.Has(r.At)), "count", "register"),
            Event("holders", "deliveries", new("届いた提供", "Deliveries"), "intake.delivery-received"),
            Line("holders", "datasets", new("カタログのデータ（いま）", "Datasets in the catalogue (today)"), catalogue.All.Count, "count", "catalogue"),
            Line("holders", "labels", new("品質の表示があるデータ（いま）", "Datasets with a quality label (today)"), catalogue.All.Count(d => d.Checks.Count > 0 && d.Label?.Standing != LabelStanding.Revoked), "count", "catalogue"),
            Event("persons", "choices", new("記録された選択", "Choices recorded"), "choice.made"),
            Event("persons", "withdrawn", new("取り消された選択", "Choices taken back"), "choice.withdrawn"),
            Event("measures", "opened", new("開かれた事案", "Cases opened"), "access.measure-opened"),
            .. Enum.GetValues<MeasureKind>().Select(k => Line("measures", $"decided.{k}".ToLowerInvariant(), Words.Measure(k), decisions.Count(m => m.Kind == k), "count", "measures")),
            Line("measures", "reversed", new("後に取り消されたもの", "Of these reversed later"), decisions.Count(m => m.State == MeasureState.Reversed), "count", "measures"),
            Event("public", "asked", new("寄せられた質問・苦情", "Questions and complaints"), "access.inquiry-asked"),
            Event("public", "answered", new("答えたもの", "Answered"), "access.inquiry-answered"),
            Event("public", "forwarded", new("担当の機関へ引き継いだもの", "Handed on"), "access.inquiry-forwarded"),
            .. whole ? new[]
            {
                Line("money", "invoiced", new("請求した額", "Invoiced"), paid.Sum(m => m.InvoicedYen), "yen", "money"),
                Line("money", "to-holders", new("うち提供者へ", "Of this to holders"), paid.Sum(m => m.ToHoldersYen), "yen", "money"),
                Line("money", "reductions", new("減額", "Reductions"), paid.Sum(m => m.ReductionsYen), "yen", "money"),
            } : [],
        ];

        ReportLine Event(string section, string id, Bilingual label, string type) => Line(section, id, label, events.Count(months, type), "count", type);
    }

    private static ReportLine Line(string section, string id, Bilingual label, decimal? value, string unit, string from) => new(section, id, label, value, unit, from);

    private static decimal? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : Math.Round((decimal)(sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 1);
    }
}
