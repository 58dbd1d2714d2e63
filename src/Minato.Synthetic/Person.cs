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
internal sealed class Person(int id, Sex sex, DateOnly birth, GivenName given, Course course)
{
    public int Id { get; } = id;
    public Sex Sex { get; } = sex;
    public DateOnly Birth { get; } = birth;
    public GivenName Given { get; } = given;
    public Course Course { get; } = course;
    public DateOnly? Death => Course.DiedOn;
    public List<Since<Surname>> Surnames { get; } = [];
    public List<Since<Home>> Homes { get; } = [];
    public List<Cover> Covers { get; } = [];
    public Person? Mother { get; set; }
    public Person? Father { get; set; }
    public Person? Spouse { get; set; }

    /// <summary>The one whose home this person shares.</summary>
    public Person Head { get; set; } = null!;
    public Work Work { get; set; }
    public int StartsWorkAt { get; set; }
    public int RetiresAt { get; set; }
    public DateOnly? BetweenJobsUntil { get; set; }
    public Policy? Job { get; set; }

    /// <summary>国保 contract of the household, while this person heads it.</summary>
    public Policy? National { get; set; }
    public Policy? LateElderly { get; set; }

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
