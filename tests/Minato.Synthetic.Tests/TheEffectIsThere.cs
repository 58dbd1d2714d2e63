namespace Minato.Synthetic.Tests;

/// <summary>The nation answers the demonstration's question: the ratio that was built in can be found, and is not found where it was not.</summary>
public class TheEffectIsThere
{
    private static readonly NationOptions Options = new();
    private static readonly Lazy<IReadOnlyList<Person>> People = new(() => Population.Live(Options, 2, null, CancellationToken.None).People);

    [Fact]
    public void Sglt2_inhibitors_prevent_a_third_of_heart_failure_and_kidney_stages()
    {
        var ratio = Ratio((c, start) => Earliest(c.HeartFailureAdmissionAfter(start), c.KidneyStageAfter(start)), out var events);
        Assert.True(events > 300, $"{events} events");
        Assert.InRange(ratio, 0.52, 0.80);
        Assert.InRange(Ratio((c, start) => c.HeartFailureAdmissionAfter(start), out _), 0.5, 0.85);
        Assert.InRange(Ratio((c, start) => c.KidneyStageAfter(start), out _), 0.45, 0.85);
    }

    [Fact]
    public void They_do_not_prevent_broken_hips_and_knees()
    {
        var ratio = Ratio((c, start) => c.Admissions.Where(a => a.From > start && (a.For == Codes.Pneumonia || a.For == Codes.KneeArthrosis || a.For == Codes.HipFracture || a.For == Codes.Stroke)).Select(a => (DateOnly?)a.From).FirstOrDefault(), out _);
        Assert.InRange(ratio, 0.72, 1.38);
    }

    [Fact]
    public void EGFR_falls_more_slowly_under_sglt2_inhibitors()
    {
        var (sglt2, dpp4) = (Slope(SecondLine.Sglt2), Slope(SecondLine.Dpp4));
        Assert.True(sglt2 < 0 && dpp4 < 0);
        Assert.InRange(sglt2 / dpp4, 0.55, 0.75);
    }

    [Fact]
    public void Metformin_came_before()
    {
        foreach (var c in People.Value.Select(p => p.Course).Where(c => c.Second != SecondLine.None))
        {
            Assert.True(c.Treatments.First(t => t.Drug == Codes.Metformin).From <= c.SecondFrom);
        }
    }

    private static IEnumerable<(Person Person, DateOnly Start)> NewUsers(SecondLine arm) =>
        People.Value.Where(p => p.Course.Second == arm && p.Course.SecondFrom >= Options.From).Select(p => (p, p.Course.SecondFrom!.Value));

    /// <summary>Events per year at risk, the first class against the second.</summary>
    private static double Ratio(Func<Course, DateOnly, DateOnly?> outcome, out int events)
    {
        events = 0;
        var rates = new List<double>();
        foreach (var arm in (SecondLine[])[SecondLine.Sglt2, SecondLine.Dpp4])
        {
            var (n, days) = (0, 0);
            foreach (var (person, start) in NewUsers(arm))
            {
                var happened = outcome(person.Course, start);
                n += happened is null ? 0 : 1;
                days += (happened ?? person.Death ?? Options.To).DayNumber - start.DayNumber;
            }

            events += n;
            rates.Add((double)n / days);
        }

        return rates[0] / rates[1];
    }

    private static DateOnly? Earliest(DateOnly? a, DateOnly? b) => a is null ? b : b is null || a < b ? a : b;

    private static double Slope(SecondLine arm)
    {
        var (fall, years) = (0.0, 0.0);
        foreach (var (person, start) in NewUsers(arm))
        {
            var quarter = ((start.Year - Options.From.Year) * 4) + ((start.Month - 1) / 3) + 1;
            var body = person.Course.Body;
            if (quarter + 4 < body.Count)
            {
                fall += body[^1].Egfr - body[quarter].Egfr;
                years += (body.Count - 1 - quarter) / 4.0;
            }
        }

        return fall / years;
    }
}
