using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Minato.Access;
using Minato.Processing.Cohorts;
using Minato.Processing.Standards;

namespace Minato.Processing.Minimising;

/// <summary>The five axes along which a request can be less (五つの軸).</summary>
public enum MinimisationAxis
{
    Who,
    What,
    When,
    Where,
    How,
}

/// <summary>One thing that could be less, in words for the applicant.</summary>
/// <param name="Rule">Of <c>standards/minimisation/</c>.</param>
/// <param name="Columns">The columns concerned, <c>table.column</c>; empty where it is not about columns.</param>
public sealed record MinimisationAdvice(MinimisationAxis Axis, string Rule, IReadOnlyList<string> Columns, Bilingual Text);

/// <summary>
/// Compares what is asked for with what the plan says it is for (EHDS Art. 66, GDPR Art. 5(1)(c)), and says what could be less. It advises and decides
/// nothing: whether a reason is good is for the reviewers. Rules are data; the same draft has the same advice.
/// </summary>
public sealed partial class MinimisationCoach
{
    private const int Shown = 8;

    private readonly string standards;
    private readonly IReadOnlyList<Rule> rules;

    private MinimisationCoach(string standards, IReadOnlyList<Rule> rules) => (this.standards, this.rules) = (standards, rules);

    /// <param name="standardsFolder">Holds <c>minimisation/rules-v1.json</c> and <c>processing/*.json</c>.</param>
    /// <exception cref="InvalidDataException">The rules cannot be read: a mistake of the installation.</exception>
    public static MinimisationCoach Open(string standardsFolder)
    {
        var path = Path.Join(standardsFolder, "minimisation", "rules-v1.json");
        try
        {
            var said = JsonSerializer.Deserialize<Written>(File.ReadAllBytes(path), JsonSerializerOptions.Web);
            return said is { Rules.Count: > 0 } && said.Rules.All(r => r is { Id: not null, When: not null, Ja: not null, En: not null, UnlessPlanSays: not null } && Enum.TryParse<MinimisationAxis>(r.Axis, ignoreCase: true, out _))
                ? new MinimisationCoach(standardsFolder, said.Rules)
                : throw new InvalidDataException($"{path}: each rule needs id, axis, when, unlessPlanSays, ja and en");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidDataException($"{path}: the rules cannot be read", e);
        }
    }

    /// <summary>What could be less, by axis; empty where the request fits its plan.</summary>
    public IReadOnlyList<MinimisationAdvice> Advise(ApplicationDraft draft)
    {
        var use = draft.Use;
        var plan = string.Join('\n', [use.Title.Ja, use.Title.En, use.PlainSummary.Ja, use.PlainSummary.En, .. draft.Answers.Values]).ToLowerInvariant();
        var standard = ProcessingStandard.Find(Path.Join(standards, "processing"), use.ProcessingStandard).Try(out var s) ? s : null;
        var advice = new List<MinimisationAdvice>();
        foreach (var rule in rules)
        {
            if (rule.UnlessPlanSays.Any(w => plan.Contains(w, StringComparison.Ordinal)) || Columns(rule.When, use, standard) is not { } columns || !Holds(rule.When, use, standard, plan))
            {
                continue;
            }

            string Filled(string text) => text
                .Replace("{columns}", string.Join(", ", columns.Take(Shown)) + (columns.Count > Shown ? " …" : ""), StringComparison.Ordinal)
                .Replace("{from}", use.StudyFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{to}", use.StudyTo.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{months}", use.MonthsOfUse.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            advice.Add(new(Enum.Parse<MinimisationAxis>(rule.Axis, ignoreCase: true), rule.Id, columns, new(Filled(rule.Ja), Filled(rule.En))));
        }

        return [.. advice.OrderBy(a => a.Axis)];
    }

    /// <summary>The columns that the rule is about; empty where it is about none, null where it is about columns that are not asked for.</summary>
    private static List<string>? Columns(Condition when, RequestedUse use, ProcessingStandard? standard)
    {
        if (when.Columns is not { } patterns)
        {
            return [];
        }

        var asked = use.Datasets.SelectMany(d => d.Tables).SelectMany(t => t.Columns.Select(c => (t.Table, Column: c))).Where(x => x.Column != "person_id").Distinct();
        var found = new List<string>();
        foreach (var (table, column) in asked)
        {
            // What the standard drops is no request for more.
            var actions = standard is null ? null : standard.Tables.TryGetValue(table, out var rule) ? rule.For(column) : null;
            if ((standard is not null && actions is null)
                || (when.Doing is { } doing && (actions is null || !actions.All(a => doing.Any(d => a.Name == d || a.Name.StartsWith(d + " ", StringComparison.Ordinal)))))
                || !patterns.Any(p => Matches(p, $"{table}.{column}")))
            {
                continue;
            }

            found.Add($"{table}.{column}");
        }

        found.Sort(StringComparer.Ordinal);
        return found.Count == 0 ? null : found;
    }

    private static bool Holds(Condition when, RequestedUse use, ProcessingStandard? standard, string plan) =>
        (when.Kind is not { } kinds || (standard is not null && kinds.Contains(standard.Kind.ToString(), StringComparer.OrdinalIgnoreCase)))
        && (when.Cohort != "everybody" || IsEverybody(use.CohortJson))
        && (when.YearsOver is not { } years || use.StudyFrom.AddYears(years) < use.StudyTo)
        && (when.MonthsOver is not { } months || use.MonthsOfUse > months)
        && (when.Period != "beyond-plan" || IsBeyond(use, plan));

    /// <summary>A definition that names no code set and no rule is everybody who was ever seen.</summary>
    private static bool IsEverybody(string circe) =>
        CirceReader.Read(circe).Try(out var cohort)
        && cohort.InclusionRules.Count == 0
        && !circe.Contains("\"CodesetId\"", StringComparison.Ordinal)
        && !circe.Contains("\"Age\"", StringComparison.Ordinal);

    /// <summary>The years that the plan names, where it names two at least, against the period that is asked for.</summary>
    private static bool IsBeyond(RequestedUse use, string plan)
    {
        var named = Years().Matches(plan).Select(m => int.Parse(m.Groups["y"].Value, CultureInfo.InvariantCulture)).ToArray();
        return named.Length >= 2 && (use.StudyFrom.Year < named.Min() || use.StudyTo.Year > named.Max());
    }

    private static bool Matches(string pattern, string name)
    {
        var parts = pattern.Split('*');
        var at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var found = i == 0 ? name.StartsWith(parts[0], StringComparison.Ordinal) ? 0 : -1 : name.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + parts[i].Length;
        }

        return parts[^1].Length == 0 || name.EndsWith(parts[^1], StringComparison.Ordinal);
    }

    [GeneratedRegex("(?<![0-9])(?<y>(?:19|20)[0-9]{2})(?=年|年度|-| ?to | ?~| ?〜|[^0-9]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Years();

    private sealed record Written(List<Rule> Rules);

    private sealed record Rule(string Id, string Axis, Condition When, List<string> UnlessPlanSays, string Ja, string En);

    private sealed record Condition(List<string>? Columns = null, List<string>? Doing = null, List<string>? Kind = null, string? Cohort = null, string? Period = null, int? YearsOver = null, int? MonthsOver = null);
}
