namespace Minato.Synthetic;

/// <summary>A change of insured number, as the insurers' history service would tell it.</summary>
internal sealed record NumberChange(DateOnly On, Person Person, Cover Before, Cover After);

/// <summary>
/// The people: households, births, marriages, divorces, moves, jobs and the insurance that follows from them, month by month.
/// One stream of chance and one thread, because lives touch each other; health is each person's own (<see cref="DiseaseModel"/>).
/// </summary>
internal sealed class Population
{
    // Japan 2016, per cent in five-year bands from 0–4 to 95+.
    private static readonly double[] Pyramid = [4.0, 4.2, 4.4, 4.7, 4.8, 5.0, 5.7, 6.4, 7.6, 7.3, 6.2, 5.9, 6.5, 8.0, 5.9, 5.1, 4.0, 2.6, 1.2, 0.4];
    /// <summary>Share of twins whose names begin with one character; assumed.</summary>
    private const double TwinsNamedAlike = 0.35;
    private static readonly double[] MarriedByDecade = [0, 0, 0.28, 0.66, 0.72, 0.74, 0.76, 0.70, 0.45, 0.15];

    private readonly NationOptions options;
    private readonly Draw draw;
    private readonly Insurers insurers = new();
    private readonly bool keepHealth;
    private readonly List<Person> people = [];
    private int births;

    private Population(NationOptions options, bool keepHealth)
    {
        (this.options, this.keepHealth) = (options, keepHealth);
        draw = Draw.For(options.Seed, Topic.Population);
    }

    public IReadOnlyList<Person> People => people;
    public Insurers Insurers => insurers;
    public List<NumberChange> NumberChanges { get; } = [];
    public int Births => births;
    public int Marriages { get; private set; }

    /// <param name="keepHealth">False: only lives, names, homes and insurance are kept, one kilobyte a person.</param>
    public static Population Live(NationOptions options, int threads, IProgress<Step>? progress, CancellationToken ct, bool keepHealth = true)
    {
        var nation = new Population(options, keepHealth);
        var months = ((options.To.Year - options.From.Year) * 12) + options.To.Month - options.From.Month + 1;
        // Seven births per thousand and year, so that the number of people is the one asked for.
        var planned = (int)(options.People * Math.Min(0.3, 0.00058 * months));
        nation.Settle(options.People - planned, threads, ct);
        for (var m = 0; m < months; m++)
        {
            ct.ThrowIfCancellationRequested();
            var month = options.From.AddMonths(m);
            progress?.Report(new("people", m + 1, months, "months"));
            nation.Month(month, born: (int)((long)planned * (m + 1) / months) - nation.births);
        }

        return nation;
    }

    /// <summary>The health of a person, the same whenever it is asked for.</summary>
    public static Course HealthOf(NationOptions options, int id, Sex sex, DateOnly birth) =>
        DiseaseModel.Live(Draw.For(options.Seed, Topic.Health, id), sex, birth, options.From, options.To);

    private void Settle(int count, int threads, CancellationToken ct)
    {
        var seeds = new (int Id, Sex Sex, DateOnly Birth)[count];
        for (var i = 0; i < count; i++)
        {
            var age = (draw.Weighted(Pyramid) * 5) + (draw.Unit() * 5);
            var sex = draw.Chance(age > 80 ? 0.36 : age > 65 ? 0.46 : 0.505) ? Sex.Male : Sex.Female;
            seeds[i] = (i + 1, sex, options.From.AddDays(-1 - (int)(age * 365.25)));
        }

        Twin(seeds);
        var made = new Person[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = threads }, i => made[i] = Make(seeds[i].Id, seeds[i].Sex, seeds[i].Birth));
        people.AddRange(made);
        Households();
        foreach (var p in people)
        {
            Insure(p, options.From);
        }
    }

    /// <summary>One child in ninety has a twin: born on the same day, living in the same home.</summary>
    private void Twin((int Id, Sex Sex, DateOnly Birth)[] seeds)
    {
        var before = -1;
        for (var i = 0; i < seeds.Length; i++)
        {
            if (seeds[i].Birth.AddYears(18) <= options.From)
            {
                continue;
            }

            if (before >= 0 && draw.Chance(0.011))
            {
                seeds[i].Birth = seeds[before].Birth;
            }

            before = i;
        }
    }

    private Person Make(int id, Sex sex, DateOnly birth)
    {
        var course = HealthOf(options, id, sex, birth);
        return new Person(id, sex, birth, course.DiedOn).With(keepHealth ? course : null);
    }

    private void Households()
    {
        var day = options.From;
        var single = new List<Person>();
        var women = people.Where(p => p.Sex == Sex.Female && p.AgeOn(day) >= 20).GroupBy(p => p.AgeOn(day)).ToDictionary(g => g.Key, g => new Queue<Person>(g));
        foreach (var man in people.Where(p => p.Sex == Sex.Male && p.AgeOn(day) >= 22))
        {
            var age = man.AgeOn(day);
            Person? wife = null;
            if (draw.Chance(MarriedByDecade[Math.Min(age / 10, 9)] * 1.12))
            {
                var wanted = age - 2 + (int)(draw.Normal() * 3);
                for (var off = 0; off <= 8 && wife is null; off++)
                {
                    wife = Take(women, wanted + off) ?? Take(women, wanted - off);
                }
            }

            Found(man, wife, day);
            if (wife is null)
            {
                single.Add(man);
            }
        }

        foreach (var woman in people.Where(p => p.Sex == Sex.Female && p.AgeOn(day) >= 20 && p.Head is null))
        {
            Found(woman, null, day);
        }

        var mothers = people.Where(p => p.Sex == Sex.Female && p.AgeOn(day) is >= 22 and < 66 && p.Spouse is not null).ToArray();
        Person? before = null;
        foreach (var child in people.Where(p => p.Head is null).ToArray())
        {
            var mother = before is not null && before.Birth == child.Birth ? before.Mother : null;
            for (var i = 0; i < 60 && mother is null && mothers.Length > 0; i++)
            {
                var candidate = draw.Pick(mothers);
                mother = child.Birth.DayNumber - candidate.Birth.DayNumber is > 21 * 365 and < 43 * 365 ? candidate : null;
            }

            if (mother is null)
            {
                Found(child, null, day);
            }
            else
            {
                Join(child, mother, mother.Spouse, child.Birth, before is not null && before.Mother == mother && before.Birth == child.Birth ? before : null);
            }

            before = child.AgeOn(day) < 18 ? child : before;
        }

        foreach (var p in people)
        {
            Plan(p);
            if (p.AgeOn(day) is >= 18 and < 75)
            {
                FirstWork(p, day);
            }
        }
    }

    private static Person? Take(Dictionary<int, Queue<Person>> women, int age) => women.TryGetValue(age, out var queue) && queue.TryDequeue(out var w) ? w : null;

    /// <summary>A household of one or two, with a name and a home.</summary>
    private void Found(Person head, Person? wife, DateOnly day)
    {
        var names = Draw.For(options.Seed, Topic.Surnames, head.Id);
        head.Origin = ForeignNames.Origin(names);
        var (name, home) = (Surname(names, head.Origin), Geography.NewHome(draw));
        head.Head = head;
        Name(head);
        head.Surnames.Add(new(day, name));
        head.Homes.Add(new(day, home));
        if (wife is not null)
        {
            (head.Spouse, wife.Spouse, wife.Head) = (wife, head, head);
            wife.Origin = head.Origin;
            wife.Surnames.Add(new(day, name));
            wife.Homes.Add(new(day, home));
            Name(wife);
        }
    }

    private static Surname Surname(Draw names, NameOrigin origin)
    {
        var name = origin == NameOrigin.Japan ? FamilyNames.Draw(names) : ForeignNames.Family(names, origin);
        return new(name, name.Forms.Length > 1 && names.Chance(0.3) ? names.Between(1, name.Forms.Length - 1) : 0);
    }

    /// <summary>The given name, by fashion and origin; twins often get names that begin alike.</summary>
    private void Name(Person p, Person? twin = null)
    {
        var names = Draw.For(options.Seed, Topic.Names, p.Id);
        p.Given = p.Origin != NameOrigin.Japan ? ForeignNames.Given(names, p.Origin, p.Sex)
            : twin is not null && names.Chance(TwinsNamedAlike) ? GivenNames.Alike(names, p.Sex, p.Birth.Year, twin.Given)
            : GivenNames.Draw(names, p.Sex, p.Birth.Year);
    }

    private void Join(Person child, Person mother, Person? father, DateOnly day, Person? twin)
    {
        (child.Mother, child.Father, child.Head, child.Origin) = (mother, father, mother.Head, mother.Origin);
        mother.Children.Add(child);
        if (twin is not null)
        {
            (child.IsTwin, twin.IsTwin) = (true, true);
        }

        Name(child, twin);
        child.Surnames.Add(new(day, mother.SurnameOn(day)));
        child.Homes.Add(new(day, mother.HomeOn(day)));
    }

    private void Plan(Person p)
    {
        p.StartsWorkAt = draw.Chance(0.3) ? 18 : draw.Chance(0.3) ? 20 : 22;
        p.RetiresAt = draw.Between(60, 70);
    }

    private void FirstWork(Person p, DateOnly day)
    {
        var age = p.AgeOn(day);
        var married = p is { Sex: Sex.Female, Spouse: not null };
        var employed = age < 22 ? 0.35 : married ? 0.52 : 0.80;
        if (age < p.RetiresAt && draw.Chance(age < 60 ? employed : 0.85))
        {
            Employ(p);
        }
        else
        {
            p.Work = age >= 60 ? Work.Retired : draw.Chance(0.3) ? Work.SelfEmployed : Work.None;
        }
    }

    private void Employ(Person p)
    {
        var insurer = insurers.Employees[draw.Weighted(insurers.EmployeeWeights)];
        p.Work = Work.Employed;
        p.Job = insurers.Issue(insurer, draw.Pick(insurer.Symbols));
    }

    private void Month(DateOnly month, int born)
    {
        if (born > 0)
        {
            var mothers = people.Where(p => p is { Sex: Sex.Female, Spouse: not null } && p.AgeOn(month) is >= 20 and < 44 && p.AliveOn(month.AddMonths(1))).ToArray();
            for (var i = 0; i < born; i++)
            {
                Birth(month, mothers);
            }
        }

        var alive = people.Where(p => p.AliveOn(month)).ToArray();
        Marriages += Weddings(alive, month);
        foreach (var p in alive)
        {
            Working(p, month);
            Moving(p, month);
        }

        foreach (var p in people)
        {
            if (p.AliveOn(month) || (p.Birth.Year == month.Year && p.Birth.Month == month.Month))
            {
                Widowed(p, month);
                Insure(p, month);
            }
        }
    }

    private void Birth(DateOnly month, Person[] mothers)
    {
        var day = month.AddDays(draw.Below(28));
        var previous = people[^1];
        var sex = draw.Chance(0.513) ? Sex.Male : Sex.Female;
        births++;
        if (mothers.Length == 0)
        {
            // A nation too small for a mother this month: somebody arrives from elsewhere instead.
            var arrival = Make(people.Count + 1, sex, month.AddDays(-draw.Between(20 * 366, 40 * 366)));
            Found(arrival, null, options.From);
            Plan(arrival);
            FirstWork(arrival, month);
            people.Add(arrival);
            return;
        }

        var mother = draw.Pick(mothers);
        Person? twin = null;
        if (previous.Mother is { } twinMother && previous.Birth.Year == month.Year && previous.Birth.Month == month.Month && twinMother.AliveOn(month) && draw.Chance(0.011))
        {
            (mother, day, twin) = (twinMother, previous.Birth, previous);
        }

        var child = Make(people.Count + 1, sex, day);
        Join(child, mother, mother.Spouse, day, twin);
        Plan(child);
        people.Add(child);
        if (mother.Work == Work.Employed && draw.Chance(0.2))
        {
            Leave(mother, Work.None);
        }
    }

    private int Weddings(Person[] alive, DateOnly month)
    {
        var men = alive.Where(p => p is { Sex: Sex.Male, Spouse: null } && p.AgeOn(month) is >= 20 and < 50).ToArray();
        var women = alive.Where(p => p is { Sex: Sex.Female, Spouse: null } && p.AgeOn(month) is >= 20 and < 46).ToList();
        var count = 0;
        foreach (var man in men)
        {
            if (women.Count == 0 || !draw.Chance(man.AgeOn(month) < 38 ? 0.0105 : 0.0035))
            {
                continue;
            }

            var at = draw.Below(women.Count);
            var woman = women[at];
            if (Math.Abs(man.AgeOn(month) - 2 - woman.AgeOn(month)) > 9 || (man.Mother is not null && man.Mother == woman.Mother))
            {
                continue;
            }

            women.RemoveAt(at);
            Wed(man, woman, month.AddDays(draw.Below(28)));
            count++;
        }

        foreach (var wife in alive.Where(p => p is { Sex: Sex.Female, Spouse: not null } && p.AgeOn(month) < 60))
        {
            if (draw.Chance(0.0006))
            {
                Divorce(wife, month.AddDays(draw.Below(28)));
            }
        }

        return count;
    }

    /// <summary>One family name for both, in nineteen couples of twenty his; where one is a foreigner the law leaves both their own.</summary>
    private void Wed(Person man, Person woman, DateOnly day)
    {
        (man.Spouse, woman.Spouse) = (woman, man);
        var (keeps, changes) = draw.Chance(0.95) ? (man, woman) : (woman, man);
        if (keeps.Origin == NameOrigin.Japan && changes.Origin == NameOrigin.Japan)
        {
            changes.Surnames.Add(new(day, keeps.SurnameOn(day)));
        }

        var home = draw.Chance(0.7) ? Geography.NewHome(draw, draw.Chance(0.6) ? man.HomeOn(day).Town.Index : null) : man.HomeOn(day);
        var children = woman.Children.Where(c => c.Head == woman.Head && c.AgeOn(day) < 20).ToArray();
        (man.Head, woman.Head) = (man, man);
        man.National = null;
        foreach (var p in (Person[])[man, woman, .. children])
        {
            p.Head = man;
            p.Homes.Add(new(day, home));
        }

        if (woman.Work == Work.Employed && draw.Chance(0.22))
        {
            Leave(woman, Work.None);
        }
    }

    private void Divorce(Person wife, DateOnly day)
    {
        var husband = wife.Spouse!;
        (wife.Spouse, husband.Spouse) = (null, null);
        var children = wife.Children.Where(c => c.Head == wife.Head && c.AgeOn(day) < 20).ToArray();
        var maiden = wife.Surnames.Count > 1 && draw.Chance(0.6) ? wife.Surnames[^2].Value : null;
        var home = Geography.NewHome(draw, draw.Chance(0.6) ? wife.HomeOn(day).Town.Index : null);
        var childrenToo = draw.Chance(0.5);
        husband.Head = husband;
        foreach (var p in (Person[])[wife, .. children])
        {
            p.Head = wife;
            p.Homes.Add(new(day, home));
            if (maiden is not null && (p == wife || childrenToo))
            {
                p.Surnames.Add(new(day, maiden));
            }
        }

        wife.National = null;
        if (wife.Work == Work.None && draw.Chance(0.6))
        {
            Employ(wife);
        }
    }

    private static void Widowed(Person p, DateOnly month)
    {
        if (p.Spouse is { } spouse && !spouse.AliveOn(month))
        {
            p.Spouse = null;
        }

        if (!p.Head.AliveOn(month) && p.Head != p)
        {
            // The eldest who is left heads the household: everybody finds the same one.
            p.Head = p.Mother is { } m && m.AliveOn(month) && m.Head == p.Head ? m : p;
        }
    }

    private void Working(Person p, DateOnly month)
    {
        var age = p.AgeOn(month);
        if (age is < 18 or >= 75)
        {
            return;
        }

        if (p.BetweenJobsUntil is { } until)
        {
            if (month >= until)
            {
                p.BetweenJobsUntil = null;
                Employ(p);
            }

            return;
        }

        switch (p.Work)
        {
            case Work.Employed when age >= p.RetiresAt:
                Leave(p, Work.Retired);
                break;
            case Work.Employed when draw.Chance(age < 35 ? 0.0055 : 0.0028):
                if (draw.Chance(0.4))
                {
                    Leave(p, Work.None);
                    p.BetweenJobsUntil = month.AddMonths(draw.Between(1, 12));
                }
                else
                {
                    Employ(p);
                }

                break;
            case Work.None when age >= p.StartsWorkAt && age < 26 && month.Month == 4 && p.Job is null:
                if (draw.Chance(0.85))
                {
                    Employ(p);
                }

                break;
            case Work.None when age is >= 26 and < 60 && draw.Chance(0.006):
                Employ(p);
                break;
        }
    }

    private static void Leave(Person p, Work to) => (p.Work, p.Job) = (to, null);

    private void Moving(Person p, DateOnly month)
    {
        var age = p.AgeOn(month);
        var grown = age >= 18;
        if (!grown || (p.Head != p && !(age is >= 18 and < 32 && p.Spouse is null)))
        {
            return;
        }

        if (!draw.Chance(age < 30 ? 0.010 : age < 65 ? 0.0035 : 0.0013))
        {
            return;
        }

        var day = month.AddDays(draw.Below(28));
        var home = Geography.NewHome(draw, draw.Chance(0.5) ? p.HomeOn(day).Town.Index : null);
        if (p.Head != p)
        {
            // Leaving the parents' home.
            p.Head = p;
            p.National = null;
            p.Homes.Add(new(day, home));
            return;
        }

        foreach (var member in Household(p))
        {
            member.Homes.Add(new(day, home));
        }
    }

    private static IEnumerable<Person> Household(Person head)
    {
        yield return head;
        if (head.Spouse is { } spouse && spouse.Head == head)
        {
            yield return spouse;
        }

        foreach (var p in head.Housemates)
        {
            if (p != head.Spouse)
            {
                yield return p;
            }
        }
    }

    /// <summary>Puts the person under the insurance that their life asks for; a change of number starts on that day.</summary>
    private void Insure(Person p, DateOnly month)
    {
        if (p.Birth > month.AddMonths(1).AddDays(-1) || p.Head is null)
        {
            return;
        }

        var day = p.Birth > month ? p.Birth : month;
        var cover = CoverFor(p, day);
        if (p.Covers.Count == 0)
        {
            p.Covers.Add(cover);
        }
        else if (!p.Covers[^1].SameNumber(cover))
        {
            NumberChanges.Add(new(day, p, p.Covers[^1], cover));
            p.Covers.Add(cover);
        }
    }

    private Cover CoverFor(Person p, DateOnly day)
    {
        var town = p.HomeOn(day).Town;
        Policy policy;
        var holder = false;
        if (p.AgeOn(day) >= 75)
        {
            var late = insurers.LateElderly[town.Prefecture];
            policy = p.LateElderly = p.LateElderly is { } had && had.Insurer == late ? had : insurers.Issue(late, "");
            holder = true;
        }
        else if (p.Job is { } job)
        {
            (policy, holder) = (job, true);
        }
        else if (Sponsor(p, day) is { } sponsor)
        {
            policy = sponsor.Job!;
        }
        else
        {
            var insurer = insurers.National[town.Index];
            // The person's own household in the person's own town; a late-elderly head keeps the contract for the younger ones.
            var head = p.Head.HomeOn(day).Town == town ? p.Head : p;
            policy = head.National = head.National is { } had && had.Insurer == insurer ? had : insurers.Issue(insurer, insurer.Symbols[0]);
            holder = head == p;
        }

        return new(day, policy.Insurer, policy.Symbol, policy.Number, policy.BranchOf(p.Id, holder && policy.Insurer.Kind == InsurerKind.Employees), holder);
    }

    /// <summary>Whose dependant this person is: spouse's, else a parent's while young.</summary>
    private static Person? Sponsor(Person p, DateOnly day)
    {
        static bool Insures(Person? x, DateOnly day) => x is { Job: not null } && x.AliveOn(day) && x.AgeOn(day) < 75;
        if (p.Work is Work.SelfEmployed)
        {
            return null;
        }

        if (Insures(p.Spouse, day) && p.BetweenJobsUntil is null)
        {
            return p.Spouse;
        }

        if (p.AgeOn(day) >= 24 || p.Spouse is not null)
        {
            return null;
        }

        return Insures(p.Father, day) && p.Father!.Head == p.Head ? p.Father : Insures(p.Mother, day) ? p.Mother : Insures(p.Father, day) ? p.Father : null;
    }
}
