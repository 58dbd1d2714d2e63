using System.Globalization;
using Minato.Formats.Notes;
using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>How surely a claim says that somebody died: the end of the stay, a disease's 転帰, the insurer's answer about eligibility.</summary>
internal enum DeathSignal
{
    StayOutcome,
    Outcome,
    Eligibility,
}

/// <summary>What only the whole receipt tells: visits, cost, death, the month of eligibility.</summary>
internal abstract partial class Receipt
{
    private readonly string?[] dayKeys = new string?[32];
    private readonly List<HealthFact> whole = [];
    private (DeathSignal Signal, string Cause, bool Principal)? death;

    /// <summary>The best signal of a receipt counts; of two outcomes the principal disease's.</summary>
    protected void Died(DeathSignal signal, string cause, bool principal = false)
    {
        if (death is null || signal < death.Value.Signal || (signal == death.Value.Signal && principal && !death.Value.Principal))
        {
            death = (signal, cause, principal);
        }
    }

    /// <summary>First day on which the month saw the person: the day on which the identity was true.</summary>
    protected virtual DateOnly FirstDay => Array.IndexOf(served, true) is var first and > 0 ? new DateOnly(Month.Year, Month.Month, first) : Month;

    /// <summary>A comment's text stands behind its code (8 and eight digits).</summary>
    private void Comment(in CutLine line, long at)
    {
        for (var i = 1; i + 1 < line.Count; i++)
        {
            if (line[i] is [(byte)'8', ..] && line[i].Length == 9 && !line[i].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                _ = SourceText.TryDecode(line[i + 1], encoding, out var words);
                told.AddRange(NoteText.Facts(words, Month, at));
                return;
            }
        }
    }

    private HealthFact[] Finish()
    {
        whole.Clear();
        var last = Visits(whole);
        whole.Add(new HealthFact { Kind = FactKind.Coverage, Start = Month, End = LastDay, Facility = Facility, Line = Line });
        if (death is { } d)
        {
            // The claim gives no day of death: it is the last day on which the month saw the person (or the day of discharge).
            whole.Add(new HealthFact
            {
                Kind = FactKind.Death,
                Start = d.Signal == DeathSignal.Eligibility ? LastDay : last,
                System = d.Cause.Length > 0 ? CodeSystem.Disease : "",
                Code = d.Cause,
                ValueCode = d.Signal switch { DeathSignal.StayOutcome => "stay-outcome", DeathSignal.Outcome => "outcome", _ => "eligibility" },
                Facility = Facility,
                Line = Line,
            });
            tally.Note("uke.death", "receipt that says the patient died (転帰, or 資格喪失 by death); dated by the last day of service", Line);
        }

        foreach (var fact in told)
        {
            // A comment has no day of its own: it is of the receipt.
            whole.Add(fact with { Start = FirstDay, VisitKey = served[FirstDay.Day] ? VisitOf(FirstDay.Day) : "", Facility = Facility });
        }

        var all = new HealthFact[whole.Count + Facts.Count];
        whole.CopyTo(all);
        Facts.CopyTo(all, whole.Count);
        return all;
    }

    /// <summary>Adds visits and their costs; answers with the last day on which the month saw the person.</summary>
    protected virtual DateOnly Visits(List<HealthFact> to)
    {
        if (Inpatient)
        {
            var lastDay = LastOf(served, attended);
            var from = Admitted is { } a && a >= Month && a <= LastDay ? a : Month;
            var last = Discharged is { } d && d >= from && d <= LastDay ? d : new DateOnly(Month.Year, Month.Month, Math.Max(lastDay == 0 ? LastDay.Day : lastDay, from.Day));
            to.Add(Visit("inpatient", from, last, ""));
            AddCost(to, points.Sum(), from, last, "");
            return last;
        }

        var latest = Month;
        var seen = hasAttendance ? attended : served;
        for (var day = 1; day <= 31; day++)
        {
            if (seen[day] || served[day])
            {
                latest = new DateOnly(Month.Year, Month.Month, day);
                to.Add(Visit("outpatient", latest, null, VisitOf(day)));
                AddCost(to, points[day], latest, null, VisitOf(day));
            }
        }

        if (to.Count == 0)
        {
            to.Add(Visit("outpatient", Month, null, ""));
        }

        AddCost(to, points[0], to[0].Start, null, to[0].VisitKey);
        return latest;
    }

    protected HealthFact Visit(string code, DateOnly from, DateOnly? to, string key) =>
        new() { Kind = FactKind.Visit, Start = from, End = to, System = CodeSystem.Minato, Code = code, VisitKey = key, Facility = Facility, Line = Line };

    protected void AddCost(List<HealthFact> to, long sum, DateOnly from, DateOnly? until, string key)
    {
        if (sum > 0)
        {
            to.Add(new HealthFact { Kind = FactKind.Cost, Start = from, End = until, Value = sum * 10m, Unit = "JPY", VisitKey = key, Facility = Facility, Line = Line });
        }
    }

    /// <summary>Points that stand on no day of their own (DPC bundles).</summary>
    protected void AddPoints(long sum)
    {
        points[0] += sum;
        CountedPoints += sum;
    }

    private static int LastOf(bool[] a, bool[] b)
    {
        var day = 31;
        while (day > 0 && !a[day] && !b[day])
        {
            day--;
        }

        return day;
    }

    protected string VisitOf(int day) => Inpatient ? "" : dayKeys[day] ??= DayKey(new DateOnly(Month.Year, Month.Month, day));

    protected static string DayKey(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
