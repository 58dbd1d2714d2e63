namespace Minato.Synthetic;

/// <summary>The two ways to go on after metformin, whose comparison the nation can answer.</summary>
internal enum SecondLine
{
    None,
    Sglt2,
    Dpp4,
}

/// <summary>A stay in hospital.</summary>
internal sealed record Admission(DateOnly From, DateOnly To, Disease For, bool Fatal, bool Knee = false);

/// <summary>A short illness seen by a doctor once or twice.</summary>
internal readonly record struct Episode(DateOnly On, Disease For, Drug Drug, int Days);

/// <summary>A drug taken from a day on; open where it is still taken.</summary>
internal readonly record struct Treatment(Drug Drug, DateOnly From, DateOnly? To = null)
{
    public bool On(DateOnly day) => From <= day && (To is not { } to || day < to);
}

/// <summary>Body and blood in one quarter of a year: what a measurement would show but for its own error.</summary>
internal readonly record struct Body(float HbA1c, float Egfr, float Systolic, float Ldl, float Bmi);

/// <summary>One person's health from the nation's first day to its last, whatever files will tell of it.</summary>
internal sealed class Course
{
    /// <summary>Day of diagnosis of each lasting disease; may lie before the nation begins.</summary>
    public Dictionary<Disease, DateOnly> Since { get; } = [];
    public List<Treatment> Treatments { get; } = [];
    public List<Admission> Admissions { get; } = [];
    public List<Episode> Episodes { get; } = [];

    /// <summary>By quarter since the nation's first day.</summary>
    public List<Body> Body { get; } = [];

    /// <summary>要介護状態区分 as it changed.</summary>
    public List<Since<string>> CareLevels { get; } = [];
    public DateOnly? DiedOn { get; set; }
    public string CauseOfDeath { get; set; } = "";
    public SecondLine Second { get; set; }
    public DateOnly? SecondFrom { get; set; }

    /// <summary>Height in cm, grown-up.</summary>
    public double Height { get; set; }
    public bool Smoker { get; set; }

    /// <summary>Months between two visits of a person under lasting treatment.</summary>
    public int VisitEvery { get; set; } = 3;

    public DateOnly? On(Disease disease) => Since.TryGetValue(disease, out var day) ? day : null;

    /// <summary>First admission for heart failure after a day.</summary>
    public DateOnly? HeartFailureAdmissionAfter(DateOnly day) =>
        Admissions.Where(a => a.From > day && (a.For == Codes.HeartFailure || a.For == Codes.CongestiveFailure)).Select(a => (DateOnly?)a.From).FirstOrDefault();

    /// <summary>The next stage of kidney disease reached after a day.</summary>
    public DateOnly? KidneyStageAfter(DateOnly day) =>
        new[] { On(Codes.Ckd3), On(Codes.Ckd4), On(Codes.Ckd5) }.Where(d => d > day).Min();
}
