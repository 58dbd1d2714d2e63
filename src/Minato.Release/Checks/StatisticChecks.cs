using System.Globalization;
using System.Text.RegularExpressions;
using Minato.Disclosure;

namespace Minato.Release.Checks;

/// <summary>
/// Numbers that are computed from persons: each line says how many persons stand behind it, and by its class what else must hold. The classes and
/// most limits are those of ACRO; what a column is, is read from its name, because that is what a reader of the file goes by.
/// </summary>
internal static partial class StatisticChecks
{
    private static readonly string[] Smallest = ["min", "minimum", "max", "maximum", "range", "最小", "最小値", "最大", "最大値", "範囲"];

    private static readonly string[] Fits = ["r", "r2", "r_squared", "rsquared", "r.squared", "rho", "tau", "correlation", "cor", "相関係数", "決定係数"];

    private static readonly string[] Errors = ["se", "std_error", "std.error", "std err", "stderr", "標準誤差"];

    private static readonly string[] Events = ["events", "event", "n_event", "n.event", "deaths", "イベント", "発生数", "死亡数"];

    private static readonly string[] Estimates = ["survival", "surv", "estimate", "生存率"];

    /// <summary>What holds for the numbers of every table, whatever its class.</summary>
    public static void CheckNumbers(CountedTable table, Report report)
    {
        report.Try(RuleId.Precision);
        foreach (var other in table.Others)
        {
            var name = table.File.Header[other];
            var least = report.Rules.LeastUnits(name);
            for (var r = 0; r < table.File.Rows.Count; r++)
            {
                var text = table.File.Rows[r][other];
                if (Digits(text) > report.Rules.Statistics.Digits)
                {
                    report.Fail(RuleId.Precision, $"column {other + 1}");
                }

                if (least > 0 && SuppressionMark.TryRead(text, out var units) && units is > 0 && units < least)
                {
                    report.Fail(RuleId.MinimumCell, $"line {CountedTable.Line(r)}, column {other + 1}");
                }
            }

            if (Is(name, Smallest))
            {
                report.Fail(RuleId.Endpoints, $"column {other + 1}");
            }
        }
    }

    /// <summary>A table whose lines are statistics rather than cells of one whole.</summary>
    public static void Check(CountedTable table, OutputDeclaration declared, Report report)
    {
        report.Try(RuleId.PersonsBehind);
        var least = report.Rules.CellsOf(table.File.Header).MinimumCell;
        foreach (var r in Rows(table).Where(r => table.Persons(r) < least))
        {
            report.Fail(RuleId.PersonsBehind, $"line {CountedTable.Line(r)}, column {table.Count + 1}");
        }

        var asked = report.Rules.Class(declared.Kind);
        if (asked.Asks.Contains("degreesOfFreedom"))
        {
            CheckDegrees(table, declared, report);
        }

        foreach (var rule in asked.Rules)
        {
            report.Try(rule);
            switch (rule)
            {
                case RuleId.Tail:
                    CheckTails(table, least, report);
                    break;
                case RuleId.ExactFit:
                    CheckFit(table, report);
                    break;
                case RuleId.SurvivalSteps:
                    CheckSteps(table, least, report);
                    break;
            }
        }
    }

    /// <summary>Significant digits of a number with a fraction; 0 where it is whole, or no number.</summary>
    public static int Digits(string text)
    {
        var t = text.Trim();
        if (!double.TryParse(t, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) || (value == Math.Truncate(value) && (value != 0 || !t.Any(c => c is >= '1' and <= '9'))))
        {
            return 0;
        }

        // As written: a number may be smaller, or longer, than what a machine keeps.
        return string.Concat(t.TakeWhile(c => c is not ('e' or 'E')).Where(char.IsAsciiDigit)).TrimStart('0').TrimEnd('0').Length;
    }

    private static void CheckDegrees(CountedTable table, OutputDeclaration declared, Report report)
    {
        report.Try(RuleId.DegreesOfFreedom);
        var column = declared.DegreesOfFreedomColumn is { } name ? table.File.IndexOf(name) : -1;
        if (column < 0)
        {
            report.Fail(RuleId.DeclaredColumns);
            return;
        }

        foreach (var r in Rows(table))
        {
            if (!SuppressionMark.TryRead(table.File.Rows[r][column], out var df) || df is null || df < report.Rules.Statistics.DegreesOfFreedom || df >= table.Persons(r))
            {
                report.Fail(RuleId.DegreesOfFreedom, $"line {CountedTable.Line(r)}, column {column + 1}");
            }
        }
    }

    /// <summary>Beyond a percentile there must be as many persons as in a cell.</summary>
    private static void CheckTails(CountedTable table, int least, Report report)
    {
        foreach (var other in table.Others)
        {
            if (ShareOf(table.File.Header[other]) is { } share)
            {
                foreach (var r in Rows(table).Where(r => Value(table, r, other) is not null && table.Persons(r) * Math.Min(share, 1 - share) < least))
                {
                    report.Fail(RuleId.Tail, $"line {CountedTable.Line(r)}, column {other + 1}");
                }
            }
        }

        foreach (var d in table.Dimensions)
        {
            foreach (var r in Rows(table).Where(r => ShareOf(table.File.Rows[r][d]) is { } share && table.Persons(r) * Math.Min(share, 1 - share) < least))
            {
                report.Fail(RuleId.Tail, $"line {CountedTable.Line(r)}, column {d + 1}");
            }
        }
    }

    private static void CheckFit(CountedTable table, Report report)
    {
        foreach (var other in table.Others)
        {
            var name = table.File.Header[other];
            var (fits, errs) = (Is(name, Fits), Is(name, Errors));
            foreach (var r in Rows(table).Where(r => Value(table, r, other) is { } v && ((fits && Math.Abs(v) >= 0.99999m) || (errs && v == 0))))
            {
                report.Fail(RuleId.ExactFit, $"line {CountedTable.Line(r)}, column {other + 1}");
            }
        }
    }

    /// <summary>
    /// The last category column is time. Who left between two lines, and who had the event (told, or computed from the estimate), are cells too.
    /// </summary>
    private static void CheckSteps(CountedTable table, int least, Report report)
    {
        if (table.Dimensions.Count == 0)
        {
            report.Fail(RuleId.DeclaredColumns);
            return;
        }

        var time = table.Dimensions[^1];
        var events = table.Others.Where(o => Is(table.File.Header[o], Events)).Cast<int?>().FirstOrDefault();
        var estimate = table.Others.Where(o => Is(table.File.Header[o], Estimates)).Cast<int?>().FirstOrDefault();
        bool Small(decimal persons) => persons > 0 && persons < least;
        foreach (var group in Rows(table).GroupBy(r => string.Join('\u001f', table.Coordinates(r).SkipLast(1))))
        {
            var steps = group.Select(r => (Row: r, Time: SuppressionMark.TryRead(table.File.Rows[r][time], out var t) ? t : null)).ToList();
            if (steps.Any(s => s.Time is null))
            {
                report.Fail(RuleId.SurvivalSteps, $"column {time + 1}");
                continue;
            }

            steps.Sort((a, b) => a.Time!.Value.CompareTo(b.Time!.Value));
            for (var i = 0; i < steps.Count; i++)
            {
                var row = steps[i].Row;
                var before = i == 0 ? (int?)null : steps[i - 1].Row;
                var left = before is { } b ? table.Persons(b) - table.Persons(row) : 0;
                var had = events is { } e ? Value(table, row, e) : null;
                if (estimate is { } s && Value(table, row, s) is { } now)
                {
                    var then = before is { } p ? Value(table, p, s) : 1;
                    had ??= then > 0 ? Math.Round(table.Persons(row)!.Value * (1 - (now / then.Value))) : null;
                }

                if (left < 0 || Small(left ?? 0) || Small(had ?? 0))
                {
                    report.Fail(RuleId.SurvivalSteps, $"line {CountedTable.Line(row)}");
                }
            }
        }
    }

    /// <summary>Which share of persons lies below a percentile of this name; null where it is none.</summary>
    private static decimal? ShareOf(string name)
    {
        var t = name.Trim();
        if (Is(t, ["median", "中央値"]))
        {
            return 0.5m;
        }

        var found = Percentile().Match(t);
        if (!found.Success)
        {
            return null;
        }

        if (found.Groups["quartile"].Success)
        {
            return decimal.Parse(found.Groups["quartile"].ValueSpan, CultureInfo.InvariantCulture) / 4;
        }

        var number = decimal.Parse(found.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        var share = number < 1 ? number : number / 100;
        return share is >= 0 and <= 1 ? share : null;
    }

    private static bool Is(string name, IEnumerable<string> names) => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    private static decimal? Value(CountedTable table, int row, int column) => SuppressionMark.TryRead(table.File.Rows[row][column], out var value) ? value : null;

    /// <summary>Lines that are not suppressed.</summary>
    private static IEnumerable<int> Rows(CountedTable table) => Enumerable.Range(0, table.File.Rows.Count).Where(r => table.Persons(r) is not null);

    // p95, q05, p0.9, 95%, 95th, Q1, 第1四分位, 95パーセンタイル
    [GeneratedRegex(@"\A(?:(?:q|第)(?<quartile>[123])(?:四分位数?|四分位点)?|(?:p|q|pct|percentile)_?(?<number>[0-9]{1,2}(?:\.[0-9]+)?|0?\.[0-9]+)|(?<number>[0-9]{1,2}(?:\.[0-9]+)?)(?:%|th|st|nd|rd|パーセンタイル|パーセント点|百分位))\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Percentile();
}
