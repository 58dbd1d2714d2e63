namespace Minato.Synthetic.Tests;

public class LivesMakeSense
{
    private static readonly NationOptions Options = new(1500, 3);
    private static readonly Lazy<Population> Nation = new(() => Population.Live(Options, 2, null, CancellationToken.None));

    [Fact]
    public void As_many_people_as_were_asked_for()
    {
        Assert.Equal(Options.People, Nation.Value.People.Count);
        Assert.Equal(Enumerable.Range(1, Options.People), Nation.Value.People.Select(p => p.Id));
    }

    [Fact]
    public void An_insured_number_belongs_to_one_person_at_a_time()
    {
        var stretches = Nation.Value.People.SelectMany(p => p.Covers.Select((c, i) => (Key: (c.Insurer.Number, c.Symbol, c.Number, c.Branch), p.Id, c.From, To: i + 1 < p.Covers.Count ? p.Covers[i + 1].From : DateOnly.MaxValue)));
        foreach (var same in stretches.GroupBy(s => s.Key).Where(g => g.Select(s => s.Id).Distinct().Count() > 1))
        {
            var ordered = same.OrderBy(s => s.From).ToArray();
            Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From, "two people under one number"));
        }
    }

    [Fact]
    public void Everybody_is_insured_and_those_of_seventy_five_by_the_late_elderly_scheme()
    {
        Assert.All(Nation.Value.People, p => Assert.NotEmpty(p.Covers));
        var day = new DateOnly(2020, 6, 15);
        foreach (var p in Nation.Value.People.Where(p => p.AliveOn(day)))
        {
            Assert.Equal(p.AgeOn(new DateOnly(2020, 6, 1)) >= 75, p.CoverOn(day).Insurer.Kind == InsurerKind.LateElderly);
        }
    }

    [Fact]
    public void Children_are_born_to_living_mothers_of_an_age_for_it()
    {
        var born = Nation.Value.People.Where(p => p.Birth >= Options.From).ToArray();
        Assert.InRange(born.Length, Options.People * 4 / 100, Options.People * 9 / 100);
        Assert.All(born, c =>
        {
            Assert.NotNull(c.Mother);
            Assert.True(c.Mother.AliveOn(c.Birth));
            Assert.InRange(c.Mother.AgeOn(c.Birth), 20, 44);
            Assert.Equal(c.Mother.SurnameOn(c.Birth), c.SurnameOn(c.Birth));
        });
    }

    [Fact]
    public void Marriages_change_a_name_mostly_hers_and_jobs_change_a_number()
    {
        var changed = Nation.Value.People.Where(p => p.Surnames.Count > 1 && p.AgeOn(Options.From) >= 18).ToArray();
        Assert.True(changed.Count(p => p.Sex == Sex.Female) > 4 * changed.Count(p => p.Sex == Sex.Male));
        Assert.True(Nation.Value.NumberChanges.Count > Options.People / 3);
        Assert.All(Nation.Value.NumberChanges, c => Assert.False(c.Before.SameNumber(c.After)));
    }

    [Fact]
    public void There_are_twins()
    {
        Assert.Contains(Nation.Value.People.Where(p => p.Mother is not null).GroupBy(p => (p.Mother, p.Birth)), g => g.Count() == 2);
    }

    [Fact]
    public void Nobody_gets_care_before_birth_or_after_death()
    {
        var tally = new Tally(Options.Rates);
        var seen = 0;
        foreach (var p in Nation.Value.People)
        {
            for (var year = 2016; year <= 2025; year += 3)
            {
                foreach (var paper in Paperwork.Of(Options, p, new Traces(), tally, year))
                {
                    seen++;
                    // A month of long-term care is dated by its first day.
                    var last = paper is CarePaper ? paper.On.AddMonths(1).AddDays(-1) : paper.On;
                    Assert.True(last >= p.Birth && (p.Death is not { } death || paper.On <= death), paper.GetType().Name);
                    if (paper is ReceiptPaper { Receipt: var r } && p.Death is { } died && r.Month == died.ToString("yyyyMM"))
                    {
                        Assert.True(r.Days >> died.Day == 0, "a day of care after death");
                    }
                }
            }
        }

        Assert.True(seen > 6_000);
    }

    [Fact]
    public void The_dead_have_a_cause_and_a_plausible_number()
    {
        var dead = Nation.Value.People.Where(p => p.Death is not null).ToArray();
        Assert.InRange(dead.Length, Options.People * 7 / 100, Options.People * 17 / 100);
        Assert.All(dead, p => Assert.Matches("^[A-Z][0-9]{2,4}$", p.Course.CauseOfDeath));
    }
}
