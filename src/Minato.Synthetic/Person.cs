namespace Minato.Synthetic;

/// <summary>A family name with the form in which the family's register holds it.</summary>
internal sealed record Surname(FamilyName Name, int Form)
{
    public string Kanji => Name.Forms[Form];
    public string Kana => Name.Kana;
}

/// <summary>Since when something is so.</summary>
internal readonly record struct Since<T>(DateOnly From, T Value);

internal enum Work
{
    None,
    Employed,
    SelfEmployed,
    Retired,
}

/// <summary>One inhabitant, with the histories that the files will show.</summary>
internal sealed class Person(int id, Sex sex, DateOnly birth, DateOnly? death)
{
    private Person? head;
    private List<Person>? housemates;
    private Course? course;

    public int Id { get; } = id;
    public Sex Sex { get; } = sex;
    public DateOnly Birth { get; } = birth;
    public GivenName Given { get; set; } = null!;
    public NameOrigin Origin { get; set; }

    /// <summary>Health from the first day to the last; absent in a nation that keeps only lives (<see cref="Population.HealthOf"/> makes it anew).</summary>
    public Course Course => course ?? throw new InvalidOperationException("This nation keeps nobody's health");
    public DateOnly? Death { get; } = death;
    public List<Since<Surname>> Surnames { get; } = new(1);
    public List<Since<Home>> Homes { get; } = new(1);
    public List<Cover> Covers { get; } = new(2);
    public Person? Mother { get; set; }
    public Person? Father { get; set; }
    public Person? Spouse { get; set; }

    public bool IsTwin { get; set; }

    /// <summary>In order of birth.</summary>
    public List<Person> Children { get; } = new(0);

    /// <summary>The one whose home this person shares.</summary>
    public Person Head
    {
        get => head!;
        set
        {
            if (head is not null && head != this)
            {
                head.housemates!.Remove(this);
            }

            head = value;
            if (head != this)
            {
                var mates = head.housemates ??= [];
                var at = mates.BinarySearch(this, ById);
                mates.Insert(~at, this);
            }
        }
    }

    /// <summary>Who shares the home of this person, by number.</summary>
    public IReadOnlyList<Person> Housemates => housemates ?? [];
    public Work Work { get; set; }
    public int StartsWorkAt { get; set; }
    public int RetiresAt { get; set; }
    public DateOnly? BetweenJobsUntil { get; set; }
    public Policy? Job { get; set; }

    /// <summary>国保 contract of the household, while this person heads it.</summary>
    public Policy? National { get; set; }
    public Policy? LateElderly { get; set; }

    private static readonly Comparer<Person> ById = Comparer<Person>.Create((a, b) => a.Id.CompareTo(b.Id));

    public Person With(Course? health)
    {
        course = health;
        return this;
    }

    public bool AliveOn(DateOnly day) => Birth <= day && (Death is not { } death || day <= death);

    public int AgeOn(DateOnly day) => day.Year - Birth.Year - ((day.Month, day.Day).CompareTo((Birth.Month, Birth.Day)) < 0 ? 1 : 0);

    public Surname SurnameOn(DateOnly day) => Last(Surnames, day);

    public Home HomeOn(DateOnly day) => Last(Homes, day);

    public Cover CoverOn(DateOnly day)
    {
        for (var i = Covers.Count - 1; i > 0; i--)
        {
            if (Covers[i].From <= day)
            {
                return Covers[i];
            }
        }

        return Covers[0];
    }

    private static T Last<T>(List<Since<T>> history, DateOnly day)
    {
        for (var i = history.Count - 1; i > 0; i--)
        {
            if (history[i].From <= day)
            {
                return history[i].Value;
            }
        }

        return history[0].Value;
    }
}
