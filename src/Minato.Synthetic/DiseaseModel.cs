namespace Minato.Synthetic;

/// <summary>
/// How people fall ill, are treated and die: monthly hazards by age, sex and risk. Parameters are plausible, not fitted;
/// metabolic and cardio-renal incidence is raised (see <see cref="Acceleration"/>) so that ten thousand people are enough for a
/// study. One effect is built in on purpose: <see cref="Sglt2Effect"/>.
/// </summary>
internal static class DiseaseModel
{
    /// <summary>
    /// SGLT2 inhibitors against DPP-4 inhibitors: the hazard of admission for heart failure and the speed at which eGFR falls
    /// are multiplied by this. As distances to the next stage are spread evenly, the rate of reaching it falls by the same factor.
    /// </summary>
    public const double Sglt2Effect = 0.65;

    /// <summary>Factor on the incidence of type 2 diabetes, heart failure and the decline of kidney function in diabetes.</summary>
    public const double Acceleration = 2.0;

    private sealed record Lasting(Disease Disease, Drug[] Drugs, double[] PerYearPercent, double Men = 1, double Women = 1, double Smokers = 1, double Treated = 0.85);

    // Per cent per year by decade of age, 0–9 to 90+.
    private static readonly Lasting[] Others =
    [
        new(Codes.Asthma, [Codes.Inhaler, Codes.Montelukast], [0.9, 0.3, 0.15, 0.15, 0.15, 0.2, 0.2, 0.2, 0.15, 0.1], Treated: 0.7),
        new(Codes.Copd, [Codes.Inhaler], [0, 0, 0, 0.02, 0.1, 0.25, 0.5, 0.7, 0.7, 0.5], Men: 1.3, Women: 0.6, Smokers: 4),
        new(Codes.Depression, [Codes.Sertraline, Codes.Escitalopram], [0, 0.1, 0.3, 0.35, 0.35, 0.3, 0.2, 0.2, 0.15, 0.1], Men: 0.8, Women: 1.3),
        new(Codes.Insomnia, [Codes.Brotizolam], [0, 0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.7, 0.9, 1.0], Women: 1.3),
        new(Codes.Reflux, [Codes.Vonoprazan, Codes.Lansoprazole], [0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.6, 0.5]),
        new(Codes.Osteoporosis, [Codes.Alendronate], [0, 0, 0, 0, 0.05, 0.3, 0.8, 1.4, 1.8, 1.8], Men: 0.15, Women: 1.6),
        new(Codes.KneeArthrosis, [Codes.Loxoprofen], [0, 0, 0, 0.02, 0.1, 0.4, 0.8, 1.2, 1.2, 0.8], Men: 0.7, Women: 1.3, Treated: 0.6),
        new(Codes.Gout, [Codes.Febuxostat], [0, 0, 0.1, 0.3, 0.4, 0.4, 0.3, 0.2, 0.1, 0.1], Women: 0.05),
        new(Codes.Fibrillation, [Codes.Apixaban, Codes.Bisoprolol], [0, 0, 0, 0.02, 0.06, 0.2, 0.5, 1.0, 1.6, 2.0], Men: 1.3, Women: 0.8),
        new(Codes.Dementia, [Codes.Donepezil], [0, 0, 0, 0, 0, 0.02, 0.15, 0.9, 3.2, 6.0], Women: 1.2, Treated: 0.6),
    ];

    private static readonly (Disease Cancer, double[] PerYearPercent, double Men, double Women, double Smokers, double DeathPerYear)[] Cancers =
    [
        (Codes.LungCancer, [0, 0, 0, 0.005, 0.02, 0.07, 0.18, 0.3, 0.35, 0.3], 1.4, 0.6, 3, 0.28),
        (Codes.StomachCancer, [0, 0, 0, 0.01, 0.03, 0.08, 0.2, 0.35, 0.4, 0.35], 1.4, 0.6, 1.2, 0.12),
        (Codes.ColonCancer, [0, 0, 0, 0.01, 0.04, 0.1, 0.22, 0.33, 0.4, 0.35], 1.2, 0.85, 1.1, 0.10),
        (Codes.BreastCancer, [0, 0, 0.005, 0.05, 0.18, 0.2, 0.2, 0.18, 0.12, 0.1], 0.005, 1, 1, 0.03),
    ];

    /// <summary>Simulates from the nation's first day (or birth) to its last, after a fast prehistory in years.</summary>
    public static Course Live(Draw draw, Sex sex, DateOnly birth, DateOnly from, DateOnly to)
    {
        var course = new Course();
        var state = new State(draw, course, sex, birth, from);
        var age = Age(birth, from);
        for (var year = 3; year < (int)age; year++)
        {
            state.Step(from.AddYears(year - (int)age), year, 1.0, past: true);
        }

        var month = new DateOnly(from.Year, from.Month, 1);
        for (var m = 0; month <= to && course.DiedOn is null; m++, month = month.AddMonths(1))
        {
            if (m % 3 == 0)
            {
                course.Body.Add(state.Body());
            }

            if (month.AddMonths(1).AddDays(-1) > birth)
            {
                state.Step(month, Age(birth, month), 1.0 / 12, past: false);
            }
        }

        Close(course, to);
        return course;
    }

    /// <summary>Nothing happens after death, a stay in which someone dies ends that day, and what lies beyond the last day is not known yet.</summary>
    private static void Close(Course course, DateOnly to)
    {
        if (course.DiedOn > to)
        {
            (course.DiedOn, course.CauseOfDeath) = (null, "");
        }

        var end = course.DiedOn ?? to;
        var stays = course.Admissions.Where(a => a.From <= end).ToArray();
        course.Admissions.Clear();
        course.Admissions.AddRange(stays.Select(a => a.To < end ? a with { Fatal = false } : a with { To = end, Fatal = course.DiedOn is not null }));
        course.Episodes.RemoveAll(e => e.On > end);
        course.CareLevels.RemoveAll(l => l.From > end);
        foreach (var late in course.Since.Where(s => s.Value > end).Select(s => s.Key).ToArray())
        {
            course.Since.Remove(late);
        }
    }

    private static double Age(DateOnly birth, DateOnly day) => (day.DayNumber - birth.DayNumber) / 365.25;

    private static double At(ReadOnlySpan<double> perDecade, double age)
    {
        var i = Math.Clamp((int)(age / 10), 0, perDecade.Length - 1);
        var next = Math.Min(i + 1, perDecade.Length - 1);
        return perDecade[i] + ((perDecade[next] - perDecade[i]) * Math.Clamp((age / 10) - i, 0, 1));
    }

    private sealed class State
    {
        private readonly Draw draw;
        private readonly Course course;
        private readonly Sex sex;
        private readonly DateOnly birth;
        private readonly DateOnly first;
        private readonly double frailty;
        private readonly double metabolic;
        private readonly double pressure;
        private readonly double lipids;
        private double bmi;
        private double hbA1c;
        private double egfr;
        private readonly double egfrSlope;
        private readonly double diabeticSlope;
        private double systolic;
        private double ldl;
        private bool statin;
        private bool pressureTreated;
        private int sugarDrugs;
        private bool untreated;
        private double careNeed;

        public State(Draw draw, Course course, Sex sex, DateOnly birth, DateOnly from)
        {
            (this.draw, this.course, this.sex, this.birth, first) = (draw, course, sex, birth, from);
            (frailty, metabolic, pressure, lipids) = (draw.Normal(), draw.Normal(), draw.Normal(), draw.Normal());
            course.Height = (sex == Sex.Male ? 170.5 : 157.5) - (Math.Max(0, Age(birth, from) - 50) * 0.12) + (draw.Normal() * 5.8);
            course.Smoker = draw.Chance(sex == Sex.Male ? 0.28 : 0.08);
            course.VisitEvery = draw.Chance(0.45) ? 3 : 4;
            bmi = Math.Clamp(22.4 + (metabolic * 2.2) + (draw.Normal() * 2.0), 16.5, 40);
            hbA1c = 5.35 + (metabolic * 0.12) + (draw.Normal() * 0.15);
            egfr = Math.Clamp(102 + (draw.Normal() * 11), 70, 130);
            egfrSlope = 0.3 + (0.35 * draw.Unit()) + (draw.Chance(0.03) ? 1.0 : 0);
            // A few lose kidney function fast, most slowly: what separates them is not known to the doctor.
            diabeticSlope = Acceleration * (0.35 + (2.2 * draw.Unit() * draw.Unit()));
            systolic = 110 + (pressure * 9);
            ldl = 108 + (lipids * 24);
        }

        private bool Has(Disease disease) => course.Since.ContainsKey(disease);

        public Body Body() => new((float)hbA1c, (float)egfr, (float)(systolic - (pressureTreated ? 16 : 0)), (float)(ldl * (statin ? 0.66 : 1)), (float)bmi);

        public void Step(DateOnly day, double age, double dt, bool past)
        {
            // Daily life goes on in random order within the month, never before birth.
            var on = past ? day.AddDays(draw.Below(360)) : day.AddDays(draw.Below(28));
            if (on < birth)
            {
                on = birth.AddDays(1);
            }

            Metabolism(on, age, dt);
            Kidney(on, age, dt);
            Heart(on, age, dt, past);
            OtherDiseases(on, age, dt, past);
            if (!past)
            {
                Acute(on, age, dt);
                CareNeeds(on, age, dt);
                Die(on, age, dt);
            }
        }

        private void Metabolism(DateOnly on, double age, double dt)
        {
            if (age < 18)
            {
                bmi = Math.Clamp(15 + (age * 0.4) + metabolic, 13, 32);
                return;
            }

            bmi = Math.Clamp(bmi + ((age < 60 ? 0.05 : -0.04) * dt) + (draw.Normal() * 0.12 * dt), 16, 42);
            if (!Has(Codes.Diabetes))
            {
                var perYear = Acceleration * 0.01 * At([0, 0, 0.05, 0.15, 0.4, 0.75, 0.95, 0.9, 0.7, 0.4], age) * (sex == Sex.Male ? 1.3 : 0.8) * Draw.Exp((0.55 * metabolic) + (0.09 * (bmi - 22.5)) - 0.45);
                hbA1c += ((0.006 + (0.006 * metabolic)) * dt) + (draw.Normal() * 0.01 * dt);
                if (draw.Chance(perYear * dt))
                {
                    course.Since[Codes.Diabetes] = on;
                    hbA1c = 6.7 + (0.9 * draw.Unit() * draw.Unit()) + (draw.Unit() * 0.3);
                    untreated = draw.Chance(0.12);
                    if (!untreated)
                    {
                        course.Treatments.Add(new(Codes.Metformin, on.AddDays(draw.Between(0, 150))));
                    }
                }
            }
            else
            {
                Sugar(on, dt);
            }

            systolic = 110 + (pressure * 9) + ((age - 30) * 0.52) + ((bmi - 22.5) * 1.1);
            ldl = 108 + (lipids * 24) + (Math.Min(age, 65) - 35) * 0.45 + (sex == Sex.Female && age > 52 ? 12 : 0);
            if (!Has(Codes.Hypertension) && systolic > 137 && draw.Chance(0.25 * dt))
            {
                course.Since[Codes.Hypertension] = on;
                if (draw.Chance(0.85))
                {
                    pressureTreated = true;
                    var calcium = draw.Chance(0.55);
                    course.Treatments.Add(new(calcium ? Codes.Amlodipine : draw.Chance(0.6) ? Codes.Olmesartan : Codes.Candesartan, on));
                    if (draw.Chance(0.35))
                    {
                        course.Treatments.Add(new(calcium ? Codes.Olmesartan : Codes.Amlodipine, on.AddDays(draw.Between(120, 900))));
                    }
                }
            }

            if (!Has(Codes.Dyslipidaemia) && ldl > 142 && draw.Chance(0.18 * dt))
            {
                course.Since[Codes.Dyslipidaemia] = on;
                if (draw.Chance(0.75))
                {
                    statin = true;
                    course.Treatments.Add(new(draw.Chance(0.4) ? Codes.Atorvastatin : Codes.Rosuvastatin, on));
                }
            }
        }

        /// <summary>Metformin first; then, when sugar rises again, one of the two classes, which reach this nation with its first day: all their users are new users.</summary>
        private void Sugar(DateOnly on, double dt)
        {
            var start = course.Since[Codes.Diabetes];
            var target = 8.4 + (0.5 * metabolic) - (untreated ? 0 : 0.9) - (0.65 * sugarDrugs);
            hbA1c += ((target - hbA1c) * 0.5 * dt) + (draw.Normal() * 0.35 * dt);
            hbA1c = Math.Clamp(hbA1c, 5.8, 12.5);
            if (untreated)
            {
                return;
            }

            if (course.Second == SecondLine.None && on.DayNumber - start.DayNumber > 150 && on >= first && draw.Chance((hbA1c > 7.0 ? 0.40 : 0.12) * dt))
            {
                // SGLT2 inhibitors became usual over the years; whoever is very old gets them a little less often.
                var habit = Math.Clamp(0.36 + (0.022 * (on.Year - 2015)), 0.2, 0.62) * (Age(birth, on) >= 80 ? 0.9 : 1);
                course.Second = draw.Chance(habit) ? SecondLine.Sglt2 : SecondLine.Dpp4;
                course.SecondFrom = on;
                var drug = course.Second == SecondLine.Sglt2 ? (draw.Chance(0.6) ? Codes.Empagliflozin : Codes.Dapagliflozin) : draw.Chance(0.65) ? Codes.Sitagliptin : Codes.Linagliptin;
                course.Treatments.Add(new(drug, on));
                sugarDrugs++;
            }
            else if (course.Second != SecondLine.None && sugarDrugs < 2 && hbA1c > 8.6 && draw.Chance(0.15 * dt))
            {
                course.Treatments.Add(new(Codes.Insulin, on));
                sugarDrugs++;
            }
        }

        private void Kidney(DateOnly on, double age, double dt)
        {
            if (age < 20)
            {
                return;
            }

            var diabetes = Has(Codes.Diabetes);
            var fall = egfrSlope + (Has(Codes.Hypertension) ? 0.25 : 0) + (diabetes ? diabeticSlope * (0.7 + (0.06 * Math.Max(0, hbA1c - 6))) : 0);
            if (course.Second == SecondLine.Sglt2)
            {
                fall *= Sglt2Effect;
            }

            egfr = Math.Max(4, egfr - (fall * dt));
            if (egfr < 60 && !Has(Codes.Ckd3))
            {
                course.Since[Codes.Ckd3] = on;
                if (diabetes)
                {
                    course.Since[Codes.DiabeticKidney] = on;
                }
            }

            if (egfr < 30)
            {
                course.Since.TryAdd(Codes.Ckd4, on);
            }

            if (egfr < 8)
            {
                course.Since.TryAdd(Codes.Ckd5, on);
            }
        }

        private void Heart(DateOnly on, double age, double dt, bool past)
        {
            var common = (Has(Codes.Hypertension) ? 1.35 : 1) * (Has(Codes.Diabetes) ? 1.6 : 1) * (course.Smoker ? 1.6 : 1);
            var infarction = 0.01 * At([0, 0, 0, 0.01, 0.05, 0.14, 0.28, 0.45, 0.65, 0.8], age) * common * (sex == Sex.Male ? 1.5 : 0.6) * (ldl > 140 && !statin ? 1.4 : 1);
            if (draw.Chance(infarction * dt))
            {
                if (!Has(Codes.OldInfarction))
                {
                    course.Since[Codes.OldInfarction] = on;
                    course.Treatments.Add(new(Codes.Aspirin, on));
                    course.Treatments.Add(new(Codes.Carvedilol, on));
                }

                Stay(on, draw.Between(8, 21), Codes.Infarction, past, 0.09);
            }

            var failure = 0.01 * At([0, 0, 0, 0.01, 0.04, 0.15, 0.45, 1.1, 2.4, 3.6], age) * (Has(Codes.OldInfarction) ? 2.2 : 1) * (egfr < 45 ? 1.4 : 1)
                * (Has(Codes.Hypertension) ? 1.2 : 1) * (Has(Codes.Diabetes) ? 1.5 * Acceleration : 0.45) * (Has(Codes.HeartFailure) ? 2.5 : 1);
            if (course.Second == SecondLine.Sglt2)
            {
                failure *= Sglt2Effect;
            }

            if (draw.Chance(failure * dt))
            {
                if (!Has(Codes.HeartFailure))
                {
                    course.Since[Codes.HeartFailure] = on;
                    course.Treatments.Add(new(Codes.Furosemide, on));
                    course.Treatments.Add(new(Codes.Carvedilol, on));
                }

                Stay(on, draw.Between(10, 28), draw.Chance(0.5) ? Codes.HeartFailure : Codes.CongestiveFailure, past, 0.06);
            }

            var stroke = 0.01 * At([0, 0, 0, 0.01, 0.05, 0.14, 0.32, 0.7, 1.2, 1.6], age) * common * (Has(Codes.Fibrillation) ? 2 : 1);
            if (draw.Chance(stroke * dt))
            {
                var bleeding = draw.Chance(0.2);
                if (!bleeding && course.Since.TryAdd(Codes.Stroke, on))
                {
                    course.Treatments.Add(new(Codes.Clopidogrel, on));
                }

                careNeed += draw.Between(0.2, 1.6);
                Stay(on, draw.Between(14, 45), bleeding ? Codes.BrainBleeding : Codes.Stroke, past, bleeding ? 0.2 : 0.07);
            }
        }

        private void OtherDiseases(DateOnly on, double age, double dt, bool past)
        {
            foreach (var d in Others)
            {
                if (Has(d.Disease))
                {
                    continue;
                }

                var perYear = 0.0045 * At(d.PerYearPercent, age) * (sex == Sex.Male ? d.Men : d.Women) * (course.Smoker ? d.Smokers : 1);
                if (draw.Chance(perYear * dt))
                {
                    course.Since[d.Disease] = on;
                    careNeed += d.Disease == Codes.Dementia ? 1 : 0;
                    if (draw.Chance(d.Treated))
                    {
                        course.Treatments.Add(new(d.Drugs[draw.Below(d.Drugs.Length)], on, age < 16 ? on.AddYears(3) : null));
                    }
                }
            }

            foreach (var (cancer, perYear, men, women, smokers, _) in Cancers)
            {
                if (!Has(cancer) && draw.Chance(0.01 * At(perYear, age) * (sex == Sex.Male ? men : women) * (course.Smoker ? smokers : 1) * dt))
                {
                    course.Since[cancer] = on;
                    Stay(on.AddDays(draw.Between(14, 60)), draw.Between(7, 25), cancer, past, 0.02);
                }
            }

            if (age > 65 && draw.Chance(0.01 * At([0, 0, 0, 0, 0, 0, 0.1, 0.35, 1.3, 2.6], age) * (sex == Sex.Female ? 1.4 : 0.6) * (Has(Codes.Osteoporosis) ? 1.8 : 1) * dt))
            {
                careNeed += draw.Between(0.2, 1.2);
                Stay(on, draw.Between(20, 45), Codes.HipFracture, past, 0.02);
            }

            if (!past && Has(Codes.KneeArthrosis) && draw.Chance(0.012 * dt))
            {
                Stay(on, draw.Between(18, 30), Codes.KneeArthrosis, past, 0.001, knee: true);
            }
        }

        /// <summary>A stay is recorded once at a time; what happened before the nation began leaves its diagnosis only.</summary>
        private void Stay(DateOnly on, int days, Disease disease, bool past, double fatality, bool knee = false)
        {
            if (past || on < first || (course.Admissions.Count > 0 && course.Admissions[^1].To >= on))
            {
                return;
            }

            var fatal = draw.Chance(fatality * Draw.Exp(0.03 * (Age(birth, on) - 70)));
            if (fatal)
            {
                days = draw.Between(1, days);
                Died(on.AddDays(days), disease.Icd10);
            }

            course.Admissions.Add(new(on, on.AddDays(days), disease, fatal, knee));
        }

        private void Acute(DateOnly on, double age, double dt)
        {
            var winter = on.Month is 12 or 1 or 2 or 3;
            var child = age < 10 ? 2.2 : age < 20 ? 1.1 : 1;
            void Ill(double perYear, Disease disease, Drug drug, int days)
            {
                if (draw.Chance(perYear * dt))
                {
                    course.Episodes.Add(new(on, disease, drug, days));
                }
            }

            Ill(0.15 * child * (winter ? 1.6 : 0.7), Codes.Cold, Codes.Acetaminophen, 5);
            Ill(winter && on.Year is not (2021 or 2022) ? 0.12 * child : 0.003, Codes.Influenza, Codes.Acetaminophen, 5);
            Ill(on.Year switch { < 2020 => 0, 2020 => 0.01, 2021 => 0.03, 2022 => 0.15, 2023 => 0.12, _ => 0.06 }, Codes.Covid, Codes.Acetaminophen, 7);
            Ill(sex == Sex.Female ? 0.035 : 0.012, Codes.UrinaryInfection, Codes.Levofloxacin, 7);
            if (on.Month is 2 or 3 or 4)
            {
                Ill(age < 60 ? 0.18 : 0.08, Codes.Rhinitis, Codes.Montelukast, 28);
            }

            if (age > 60 && draw.Chance(0.01 * At([0, 0, 0, 0, 0, 0, 0.4, 1.0, 3.0, 6.0], age) * (Has(Codes.Copd) ? 2 : 1) * (Has(Codes.Dementia) ? 1.8 : 1) * dt))
            {
                Stay(on, draw.Between(8, 25), Codes.Pneumonia, past: false, 0.08);
            }
        }

        private void CareNeeds(DateOnly on, double age, double dt)
        {
            if (age < 65)
            {
                return;
            }

            careNeed += dt * Draw.Exp((0.09 * (age - 88)) + (0.35 * frailty)) * 0.34;
            string[] levels = ["12", "13", "21", "22", "23", "24", "25"];
            var reached = (int)((careNeed - 2.4) / 0.7);
            if (reached < 0 || !draw.Chance(1.2 * dt))
            {
                return;
            }

            var level = levels[Math.Min(reached, levels.Length - 1)];
            if (course.CareLevels.Count == 0 || course.CareLevels[^1].Value != level)
            {
                course.CareLevels.Add(new(new DateOnly(on.Year, on.Month, 1), level));
            }
        }

        private void Die(DateOnly on, double age, double dt)
        {
            if (course.DiedOn is not null)
            {
                return;
            }

            var perYear = (sex == Sex.Male ? 0.0045 : 0.0022) * Draw.Exp((sex == Sex.Male ? 0.108 : 0.118) * (Math.Max(age, 20) - 65)) * Draw.Exp(0.15 * frailty);
            var (heart, kidney) = (Has(Codes.HeartFailure) ? 1.7 : 1, egfr < 20 ? 1.8 : 1);
            perYear *= heart * kidney * (Has(Codes.Copd) ? 1.4 : 1) * (Has(Codes.Dementia) ? 1.4 : 1) * (course.Smoker ? 1.25 : 1);
            foreach (var (cancer, _, _, _, _, deadly) in Cancers)
            {
                if (course.On(cancer) is { } since && on.DayNumber - since.DayNumber is > 60 and < 1500 && draw.Chance(deadly * dt))
                {
                    Died(on, cancer.Icd10);
                    return;
                }
            }

            if (draw.Chance(Math.Min(0.9, perYear) * dt))
            {
                Died(on, Has(Codes.HeartFailure) && draw.Chance(0.5) ? "I509" : Has(Codes.Ckd5) && draw.Chance(0.5) ? "N185"
                    : age > 85 && draw.Chance(0.45) ? "R54" : draw.Chance(0.3) ? "J189" : draw.Chance(0.35) ? "I639" : draw.Chance(0.4) ? "I219" : "I46");
            }
        }

        private void Died(DateOnly on, string cause)
        {
            if (course.DiedOn is null)
            {
                (course.DiedOn, course.CauseOfDeath) = (on, cause);
            }
        }
    }
}
