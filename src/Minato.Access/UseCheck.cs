using System.Text.Json;
using Minato.Catalogue;

namespace Minato.Access;

/// <summary>Could the requested use be executed as it is written? (completeness, in the sense of TEHDAS2 D6.3's second check)</summary>
internal static class UseCheck
{
    /// <summary>EHDS Art. 68(12): at most ten years.</summary>
    private const int MostMonths = 120;

    public static IEnumerable<CheckResult> Run(AccessRules rules, ApplicationDraft draft, DateTimeOffset now)
    {
        var use = draft.Use;
        yield return Check("use.title", Filled(use.Title, 200), "題名が日本語と英語で書かれています。", "The title is there in both languages.", "題名を日本語と英語で、200字までで書いてください。", "Write the title in Japanese and English, up to 200 characters each.");
        yield return Check("use.plain-summary", Filled(use.PlainSummary, 2000), "平易な概要が日本語と英語で書かれています。", "The plain summary is there in both languages.", "平易な概要を日本語と英語で、2000字までで書いてください。", "Write the plain summary in Japanese and English, up to 2000 characters each.");
        foreach (var result in Datasets(rules, use))
        {
            yield return result;
        }

        yield return Cohort(rules, use.CohortJson);
        if (use.Table is { } table)
        {
            string[] given = [.. use.Datasets.SelectMany(d => d.Tables).Where(t => t.Table == "person").SelectMany(t => t.Columns), TableRequest.CohortYear];
            yield return Check("use.table", table.By.Count is > 0 and <= TableRequest.MostDimensions && table.By.All(given.Contains) && table.By.Distinct().Count() == table.By.Count,
                "集計表の区分は、求めた項目にあります。", "The table's dimensions are among the items asked for.",
                $"集計表の区分は、人の表で求めた項目か {TableRequest.CohortYear} から、重なりなく{TableRequest.MostDimensions}個までにしてください。", $"Take up to {TableRequest.MostDimensions} different dimensions from the person table's items or {TableRequest.CohortYear}.");
        }

        if (use.HandOverTo is { } recipient)
        {
            yield return Check("use.hand-over", Slug.IsValid(recipient) && use.Table is null, "データの引渡し先が書かれています。", "The certified user who would receive the data is named.",
                "引渡し先は登録された認定利用事業者の番号で書き、集計表だけの申請では空にしてください。", "Name the certified user by its registered id; leave it out where a table only is asked for.");
        }

        yield return Period(rules, use, now);
        yield return Check("use.processing-standard", rules.ProcessingStandardExists(use.ProcessingStandard), "加工基準が存在します。", "The processing standard exists.", "存在する加工基準を選んでください。", "Choose a processing standard that exists.");
        yield return Check("use.members", use.Members.Count > 0 && use.Members.Distinct().Count() == use.Members.Count, "利用者全員の名前があります。", "The people who will process the data are named.", "データに触れる人を全員、一度ずつ挙げてください（申請者が触れる場合は申請者も）。", "Name everybody who will touch the data, once (the applicant too, if so).");
        yield return Check("use.months", use.MonthsOfUse is >= 1 and <= MostMonths, "利用期間は許される長さです。", "The time of use is within the limit.", $"利用期間は1〜{MostMonths}か月です。", $"The time of use is 1 to {MostMonths} months.");
    }

    private static IEnumerable<CheckResult> Datasets(AccessRules rules, RequestedUse use)
    {
        var unknown = use.Datasets.Where(d => rules.Dataset(d.Dataset) is null).Select(d => d.Dataset.Value).ToArray();
        yield return use.Datasets.Count == 0
            ? Failed("use.datasets", "データセットを一つ以上選んでください。", "Choose at least one dataset.")
            : unknown.Length > 0
                ? Failed("use.datasets", $"カタログにないデータセットがあります：{string.Join("、", unknown)}", $"Not in the catalogue: {string.Join(", ", unknown)}.")
                : use.Datasets.DistinctBy(d => d.Dataset).Count() != use.Datasets.Count
                    ? Failed("use.datasets", "同じデータセットが二度挙げられています。", "A dataset is listed twice.")
                    : new("use.datasets", true, new("データセットはすべてカタログにあります。", "All datasets are in the catalogue."));

        // EHDS Art. 66: what is asked for, column by column. "Everything" is not a request. One list of tables may be asked of
        // several datasets, so an item need not be in each of them, but it must be in some.
        var known = rules.KnownItems();
        foreach (var grant in use.Datasets)
        {
            if (rules.Dataset(grant.Dataset) is { } described && ItemProblem(grant, described, known) is { } problem)
            {
                yield return new($"use.items.{grant.Dataset}", false, problem);
            }
        }
    }

    private static Bilingual? ItemProblem(DatasetGrant grant, DatasetDescription described, IReadOnlySet<(string, string)> known)
    {
        if (grant.Tables.Count == 0 || grant.Tables.Any(t => t.Columns.Count == 0))
        {
            return new($"「{described.Dataset.Title.Ja}」の表と項目を選んでください。", $"Choose tables and columns of '{described.Dataset.Title.En}'.");
        }

        string[] missing = known.Count == 0 ? [] : [.. grant.Tables.SelectMany(t => t.Columns.Where(c => !known.Contains((t.Table, c))).Select(c => $"{t.Table}.{c}"))];
        return missing.Length > 0
            ? new($"どのデータにもない項目です：{string.Join("、", missing)}", $"No dataset has {string.Join(", ", missing)}.")
            : null;
    }

    /// <summary>By the room that would execute it, with the place and the reason of the first thing that is wrong.</summary>
    private static CheckResult Cohort(AccessRules rules, string json)
    {
        if (!IsJsonObject(json))
        {
            return Failed("use.cohort", "対象者の定義を OHDSI Circe の JSON で書いてください。", "Write the cohort definition as OHDSI Circe JSON.");
        }

        return rules.CohortDefects(json).FirstOrDefault(f => f.Severity == Severity.Error) is { } defect
            ? Failed("use.cohort", $"対象者の定義を実行できません（{(defect.Place == default ? defect.Code : defect.Place.ToString())}）：{defect.Reason}", $"The cohort cannot be executed ({(defect.Place == default ? defect.Code : defect.Place.ToString())}): {defect.Reason}.")
            : new("use.cohort", true, new("対象者の定義は読める形です。", "The cohort definition can be read."));
    }

    private static CheckResult Period(AccessRules rules, RequestedUse use, DateTimeOffset now)
    {
        // A study may look ahead as far as a permit can reach, but not beyond.
        var last = DateOnly.FromDateTime(now.UtcDateTime).AddMonths(MostMonths);
        if (use.StudyFrom > use.StudyTo || use.StudyFrom.Year < 1900 || use.StudyTo > last)
        {
            return Failed("use.study-period", "対象期間の始まりと終わりを確かめてください。", "The study period ends before it begins, or lies outside what can exist.");
        }

        var described = use.Datasets.Select(d => rules.Dataset(d.Dataset)).OfType<DatasetDescription>().ToArray();
        return described.Length > 0 && described.All(d => d.To < use.StudyFrom || d.From > use.StudyTo)
            ? Failed("use.study-period", "対象期間に、どのデータセットにもデータがありません。", "None of the datasets has data in the study period.")
            : new("use.study-period", true, new("対象期間は妥当です。", "The study period is sound."));
    }

    private static bool Filled(Bilingual text, int most) => text.Ja.Trim().Length > 0 && text.En.Trim().Length > 0 && text.Ja.Length <= most && text.En.Length <= most;

    private static bool IsJsonObject(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static CheckResult Failed(string rule, string ja, string en) => new(rule, false, new(ja, en));

    private static CheckResult Check(string rule, bool passed, string ja, string en, string failedJa, string failedEn) =>
        new(rule, passed, passed ? new(ja, en) : new(failedJa, failedEn));
}
