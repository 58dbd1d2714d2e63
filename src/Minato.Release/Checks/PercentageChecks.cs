using System.Globalization;
using System.Text.RegularExpressions;
using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>
/// A share of a line's persons, written to enough digits, is a count: 1.5 % of 200 persons are 3. So are those who are left. Shares of a total, whose counts stand in the lines themselves, are
/// the matter of <see cref="RuleId.DerivedColumn"/>.
/// </summary>
internal static partial class PercentageChecks
{
    /// <summary>A grouping by more dimensions is not tried: subsets double with each.</summary>
    private const int MostDimensions = 6;

    /// <param name="Low">Least share that is written so, from 0 to 1.</param>
    private sealed record Share(int Row, decimal Persons, decimal Low, decimal High);

    /// <param name="least">The least count that may be shown.</param>
    public static void Check(CountedTable table, int least, Report report)
    {
        report.Try(RuleId.Percentages);
        foreach (var other in table.Others.Where(o => Name().IsMatch(table.File.Header[o])))
        {
            var shares = Read(table, other);
            var counts = shares.Select(s => (From: Math.Max(s.High > 0 ? 1 : 0, decimal.Ceiling(s.Low * s.Persons)), To: decimal.Floor(s.High * s.Persons), s.Persons)).ToList();

            // Where no whole number of persons fits, it is a share of something else.
            if (shares.Count == 0 || counts.Any(c => c.From > c.To || c.To > c.Persons) || IsOfTotals(table, shares))
            {
                continue;
            }

            if (counts.Any(c => (c.From > 0 && c.To < least) || (c.Persons - c.To > 0 && c.Persons - c.From < least)))
            {
                report.Fail(RuleId.Percentages, $"column {other + 1}");
            }
        }
    }

    private static List<Share> Read(CountedTable table, int column)
    {
        var rows = Enumerable.Range(0, table.File.Rows.Count).Where(r => table.Persons(r) > 0)
            .Select(r => (Row: r, Text: table.File.Rows[r][column].Trim().TrimEnd('%', '％'), Persons: table.Persons(r)!.Value))
            .Select(r => (r.Row, r.Text, r.Persons, Value: SuppressionMark.TryRead(r.Text, out var v) ? v : null)).Where(r => r.Value is not null).ToList();
        var scale = Percent().IsMatch(table.File.Header[column]) || rows.Any(r => r.Value > 1) ? 100m : 1m;
        return [.. rows.Select(r => (r, Half: HalfOfLastDigit(r.Text))).Select(x => new Share(x.r.Row, x.r.Persons, Math.Max(0, (x.r.Value!.Value - x.Half) / scale), Math.Min(1, x.r.Value == 0 ? 0 : (x.r.Value.Value + x.Half) / scale)))];
    }

    /// <summary>Whether the lines of each group divide one number in proportion to their persons: their shares are then of the group's total.</summary>
    private static bool IsOfTotals(CountedTable table, IReadOnlyList<Share> shares)
    {
        var dimensions = Math.Min(MostDimensions, table.Dimensions.Count);
        for (var subset = 0; subset < 1 << dimensions; subset++)
        {
            var groups = shares.GroupBy(s => string.Join('\u001f', table.Coordinates(s.Row).Where((_, d) => d < dimensions && (subset & (1 << d)) != 0)), StringComparer.Ordinal).Where(g => g.Count() > 1).ToList();
            if (groups.Count > 0 && groups.All(g => g.Max(s => s.Low / s.Persons) <= g.Min(s => s.High / s.Persons)))
            {
                return true;
            }
        }

        return false;
    }

    private static decimal HalfOfLastDigit(string text) =>
        text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 ? decimal.Parse($"0.{new string('0', Math.Min(20, text.Length - point - 1))}5", CultureInfo.InvariantCulture) : 0.5m;

    [GeneratedRegex("percent|pct|%|％|パーセント|share|proportion|prevalence|割合|構成比|有病率", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Name();

    [GeneratedRegex("percent|pct|%|％|パーセント", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Percent();
}
