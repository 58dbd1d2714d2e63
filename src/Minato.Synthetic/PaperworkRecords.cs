using System.Globalization;
using Minato.Formats.Writing;

namespace Minato.Synthetic;

// What the sharing institutions, check-up centres and registers write.
internal sealed partial class Paperwork
{
    private static string Fixed1(double value)
    {
        var tenths = (long)Math.Round(value * 10, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{Math.Abs(tenths % 10)}");
    }

    private static string Fixed2(double value)
    {
        var hundredths = (long)Math.Round(value * 100, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{hundredths / 100}.{Math.Abs(hundredths % 100):00}");
    }

    private static string Whole(double value) => ((long)Math.Round(value, MidpointRounding.AwayFromZero)).ToString(CultureInfo.InvariantCulture);

    /// <summary>One measurement of the body, with the error of measuring.</summary>
    private (Lab Lab, string Value) Measure(Lab lab, DateOnly on)
    {
        var b = BodyOn(on);
        double Noise(double sd) => labs.Normal() * sd;
        if (lab == Codes.HbA1c)
        {
            return (lab, Fixed1(Math.Clamp(b.HbA1c + Noise(0.15), 4.2, 15)));
        }

        if (lab == Codes.Egfr)
        {
            return (lab, Fixed1(Math.Clamp(b.Egfr + Noise(2.2), 3, 140)));
        }

        if (lab == Codes.Creatinine)
        {
            // The Japanese equation turned round at a fixed age of 60: 194 × Cr^-1.094 × 60^-0.287 (× 0.739), close enough for a chart.
            var ratio = (person.Sex == Sex.Male ? 59.9 : 44.3) / Math.Clamp(b.Egfr, 4, 140);
            return (lab, Fixed2(Math.Max(0.35, (ratio * (1 - (0.05 * (ratio - 1)))) + Noise(0.02))));
        }

        if (lab == Codes.Glucose)
        {
            return (lab, Whole(Math.Clamp(((b.HbA1c - 5.2) * 30) + 92 + Noise(8), 60, 450)));
        }

        if (lab == Codes.Ldl)
        {
            return (lab, Whole(Math.Clamp(b.Ldl + Noise(7), 35, 320)));
        }

        if (lab == Codes.Hdl)
        {
            return (lab, Whole(Math.Clamp((person.Sex == Sex.Male ? 56 : 66) - ((b.Bmi - 22) * 1.4) + Noise(6), 22, 120)));
        }

        if (lab == Codes.Triglyceride)
        {
            return (lab, Whole(Math.Clamp(95 + ((b.Bmi - 22) * 9) + Noise(25), 30, 900)));
        }

        if (lab == Codes.Systolic)
        {
            return (lab, Whole(Math.Clamp(b.Systolic + Noise(6), 80, 230)));
        }

        if (lab == Codes.Diastolic)
        {
            return (lab, Whole(Math.Clamp(48 + (b.Systolic * 0.23) + Noise(5), 40, 140)));
        }

        if (lab == Codes.Height)
        {
            return (lab, Fixed1(person.Course.Height));
        }

        if (lab == Codes.Weight)
        {
            return (lab, Fixed1(b.Bmi * person.Course.Height * person.Course.Height / 10_000));
        }

        if (lab == Codes.Bmi)
        {
            return (lab, Fixed1(b.Bmi));
        }

        if (lab == Codes.Waist)
        {
            return (lab, Fixed1(Math.Clamp((b.Bmi * 2.5) + 27 + Noise(2.5), 50, 150)));
        }

        if (lab == Codes.Ast || lab == Codes.Alt)
        {
            return (lab, Whole(Math.Clamp(21 + ((b.Bmi - 22) * 1.1) + Noise(5), 8, 200)));
        }

        if (lab == Codes.Ggt)
        {
            return (lab, Whole(Math.Clamp((person.Sex == Sex.Male ? 38 : 22) + ((b.Bmi - 22) * 2) + Noise(9), 8, 400)));
        }

        if (lab == Codes.Haemoglobin)
        {
            return (lab, Fixed1(Math.Clamp((person.Sex == Sex.Male ? 14.8 : 13.1) - (Math.Max(0, 60 - b.Egfr) * 0.045) + Noise(0.5), 6, 18)));
        }

        if (lab == Codes.Potassium)
        {
            return (lab, Fixed1(Math.Clamp(4.2 + (Math.Max(0, 60 - b.Egfr) * 0.012) + Noise(0.25), 2.8, 6.8)));
        }

        if (lab == Codes.UrineProtein)
        {
            var grade = b.Egfr < 30 ? 3 : b.Egfr < 55 ? 2 : b.HbA1c > 7.5 ? 1 : 0;
            return (lab, Grade(Math.Clamp(grade + (labs.Chance(0.2) ? 1 : labs.Chance(0.3) ? -1 : 0), 0, 4)));
        }

        if (lab == Codes.UrineGlucose)
        {
            // SGLT2 inhibitors put sugar into the urine.
            return (lab, Grade(person.Course.Second == SecondLine.Sglt2 && person.Course.SecondFrom <= on ? 4 : b.HbA1c > 8.5 ? 2 : 0));
        }

        return (lab, lab == Codes.Smoking ? (person.Course.Smoker ? "1" : "2") : "(-)");
    }

    private static string Grade(int grade) => grade switch { 0 => "-", 1 => "±", _ => N(grade - 1) + "+" };

    private ClinsObservation Observe(Lab lab, DateOnly on)
    {
        var (_, value) = Measure(lab, on);
        var set = lab == Codes.HbsAntigen ? ClinsLab.Infection : lab.Local[0] == 'V' ? ClinsLab.General : ClinsLab.Core;
        return new(set, lab.Local, lab.Jlac10, lab.Name, value, lab.Unit, on);
    }

    private static ClinsCondition Condition(Disease d, DateOnly onset, DateOnly on, bool suspected = false) => new(d.Icd10, d.KeyNumber, d.ExchangeCode, d.Name, onset <= on ? onset : on, suspected);

    private ClinsMedication[] Medications(DateOnly on) =>
        [.. person.Course.Treatments.Where(t => t.On(on)).Select(t => new ClinsMedication(t.Drug.Yj, t.Drug.Name, t.Drug.Unit, t.Drug.PerDay, person.Course.VisitEvery * 28, on))];

    private ClinsCondition[] Problems(DateOnly on) => [.. Lasting(on).Take(8).Select(d => Condition(d, person.Course.Since[d], on))];

    /// <summary>The six kinds of information after a visit: results twice a year in diabetes; the rest less often.</summary>
    private void ShareRecords(Institution at, DateOnly on, int visit, bool diabetes)
    {
        var firstOfYear = visit * person.Course.VisitEvery / 12 != (visit - 1) * person.Course.VisitEvery / 12;
        if (diabetes ? visit % 2 == 0 : visit % 8 == 0)
        {
            Lab[] wanted = diabetes ? [Codes.HbA1c, Codes.Glucose, Codes.Creatinine, Codes.Egfr, Codes.Ldl] : [Codes.Creatinine, Codes.Egfr, Codes.Ldl];
            Bundle(at, ClinsKind.Observation, on, b => b with { Observations = [.. wanted.Select(l => Observe(l, on))] });
        }

        if (visit % 8 == 1)
        {
            Bundle(at, ClinsKind.Condition, on, b => b with { Conditions = Problems(on) });
        }

        if (diabetes && visit % 8 == 3)
        {
            Bundle(at, ClinsKind.MedicationRequest, on, b => b with { Medications = Medications(on) });
        }

        if (firstOfYear && (year - options.From.Year) % 4 == person.Id % 4 && Allergies(on) is { Length: > 0 } allergies)
        {
            Bundle(at, ClinsKind.AllergyIntolerance, on, b => b with { Allergies = allergies });
        }
    }

    private ClinsAllergy[] Allergies(DateOnly on)
    {
        var draw = Draw.For(options.Seed, Topic.Attendance, person.Id, -7);
        var since = draw.Between(0, 3000);
        var recorded = on.AddDays(-since) > person.Birth ? on.AddDays(-since) : on;
        return draw.Unit() switch
        {
            < 0.05 => [new("http://jpfhir.jp/fhir/core/CodeSystem/JP_JfagyFoodAllergen_CS", "J9FC11310000", "さば", "food", false, recorded)],
            < 0.09 => [new("http://jpfhir.jp/fhir/core/CodeSystem/JP_JfagyFoodAllergen_CS", "J9FA32540000", "キウイフルーツ", "food", false, recorded)],
            < 0.13 => [new("http://jpfhir.jp/fhir/core/CodeSystem/YCM/JP_JfagyMedicationAllergen_CS", "YCM6131001M2327", "アモキシシリンカプセル２５０ｍｇ「日医工」", "medication", true, recorded)],
            < 0.15 => [new("http://jpfhir.jp/fhir/core/CodeSystem/YCM/JP_JfagyMedicationAllergen_CS", "YCM1149019F1560", "ロキソニン錠６０ｍｇ", "medication", true, recorded)],
            _ => [],
        };
    }

    private void Discharge(Institution hospital, Admission stay)
    {
        var heart = stay.For == Codes.HeartFailure || stay.For == Codes.CongestiveFailure || stay.For == Codes.Infarction;
        Lab[] wanted = heart ? [Codes.Creatinine, Codes.Egfr, Codes.Potassium, Codes.Haemoglobin, Codes.HbA1c] : [Codes.Creatinine, Codes.Egfr, Codes.Haemoglobin];
        Bundle(hospital, ClinsKind.Discharge, stay.To, b => b with
        {
            AdmittedOn = stay.From,
            Department = heart ? ("08", "循環器科") : ("01", "内科"),
            Conditions = [Condition(stay.For, stay.From, stay.To), .. Problems(stay.To).Where(c => c.Icd10 != stay.For.Icd10).Take(4)],
            Observations = [.. wanted.Select(l => Observe(l, stay.To))],
            Medications = stay.Fatal ? [] : Medications(stay.To),
            Findings = string.Create(CultureInfo.InvariantCulture, $"血圧{Measure(Codes.Systolic, stay.To).Value}/{Measure(Codes.Diastolic, stay.To).Value}mmHg、体重{Measure(Codes.Weight, stay.To).Value}kg"),
        });
        if (labs.Chance(0.25))
        {
            Bundle(hospital, ClinsKind.Observation, stay.From, b => b with { Observations = [Observe(Codes.HbsAntigen, stay.From)] });
        }
    }

    private void Referral(Institution clinic, Institution hospital, Admission stay) => Bundle(clinic, ClinsKind.Referral, stay.From, b => b with
    {
        ReferredTo = (hospital.Number, hospital.Name),
        Conditions = [Condition(stay.For, stay.From, stay.From, suspected: labs.Chance(0.3)), .. Problems(stay.From).Where(c => c.Icd10 != stay.For.Icd10).Take(3)],
        Allergies = Allergies(stay.From),
        Observations = [Observe(Codes.Egfr, stay.From), Observe(Codes.Haemoglobin, stay.From)],
        Medications = Medications(stay.From),
        Findings = string.Create(CultureInfo.InvariantCulture, $"血圧{Measure(Codes.Systolic, stay.From).Value}/{Measure(Codes.Diastolic, stay.From).Value}mmHg、体重{Measure(Codes.Weight, stay.From).Value}kg"),
    });

    private void Bundle(Institution at, ClinsKind kind, DateOnly on, Func<ClinsBundle, ClinsBundle> fill) =>
        Bundle(at.Holder!, Holders.RecordsOf(at.Holder!), at.Number, at.Name, Draw.Mix((ulong)at.Index + 77), kind, on, fill);

    private void Bundle(string holder, string dataset, string institution, string name, ulong registration, ClinsKind kind, DateOnly on, Func<ClinsBundle, ClinsBundle> fill)
    {
        var who = desk.Write(Desk.Records, on, names);
        var local = IdentityDesk.Serial((uint)((person.Id * 64) + bundles++), Draw.Mix(registration + (ulong)year));
        var bundle = fill(new()
        {
            Kind = kind,
            LocalId = (kind is ClinsKind.Referral or ClinsKind.Discharge ? "doc-" : "info-") + local,
            Date = on,
            Institution = institution,
            InstitutionName = name,
            Patient = new()
            {
                LocalId = desk.LocalId(holder, registration, names),
                MemberId = MemberId(who),
                Family = who.Family,
                Given = who.Given,
                FamilyKana = who.FamilyKana,
                GivenKana = who.GivenKana,
                Gender = who.Sex switch { Sex.Male => "male", Sex.Female => "female", _ => "unknown" },
                BirthDate = who.Birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                PostalCode = who.Postal,
                Address = who.Address,
            },
        });
        Trace(who);
        Add(new BundlePaper(dataset, bundle.Identifier, person.Id, on, kind is ClinsKind.Referral or ClinsKind.Discharge ? "documents" : "information", bundle));
    }

    /// <summary>The parts of an identity stand alone in FHIR (family, given), so each part is looked for too.</summary>
    private void Trace(WrittenIdentity who)
    {
        traces.Names.Add(who.Family + " " + who.Given);
        if (who.FamilyKana.Length > 0)
        {
            traces.Kana.Add(who.FamilyKana + " " + who.GivenKana);
        }
    }

    /// <summary>保険者番号:記号:番号:枝番, the insurer's number with eight digits where it still has them.</summary>
    private static string MemberId(WrittenIdentity who) => $"{(who.Insurer.Length == 6 ? "00" + who.Insurer : who.Insurer)}:{who.Symbol}:{who.Number}:{who.Branch}";

    private void Checkup()
    {
        var age = year - person.Birth.Year;
        var habit = Draw.For(options.Seed, Topic.Attendance, person.Id, -3).Unit();
        var draw = Draw.For(options.Seed, Topic.Attendance, person.Id, -(year * 10));
        if (age is < 35 or > 74 || habit > GoesToCheckups || !draw.Chance(0.85))
        {
            return;
        }

        var on = new DateOnly(year, draw.Between(5, 12), draw.Between(1, 28));
        if (!person.AliveOn(on) || on > options.To || InHospital(on))
        {
            return;
        }

        var (cover, home) = (person.CoverOn(on), person.HomeOn(on).Town);
        var society = cover.Insurer.Kind == InsurerKind.Employees && cover.Insurer.Number[..2] == "06" && cover.Insurer.Name.StartsWith("みなと", StringComparison.Ordinal);
        var (dataset, institution, name) = society && age >= 40 ? (Holders.SocietyCheckups, "1310099901", "みなと海運健診所")
            : cover.Insurer.Kind == InsurerKind.National && home.Index == 0 && age >= 40 ? (Holders.TownCheckups, "1310099902", "汐見市保健センター")
            : cover.Insurer.Kind == InsurerKind.Employees && !society && habit < 0.4 ? (Holders.CentreCheckups, "1110099903", "緑原クリニック健診センター")
            : ("", "", "");
        if (dataset.Length == 0)
        {
            return;
        }

        var who = desk.Write(Desk.CheckUp, on, names);
        var serial = IdentityDesk.Serial((uint)person.Id, Draw.Mix((ulong)year + 4242));
        Lab[] wanted =
        [
            Codes.Height, Codes.Weight, Codes.Bmi, Codes.Waist, Codes.Systolic, Codes.Diastolic, Codes.Triglyceride, Codes.Hdl, Codes.Ldl, Codes.Ast, Codes.Alt, Codes.Ggt, Codes.HbA1c, Codes.Creatinine, Codes.Egfr,
            Codes.UrineGlucose, Codes.UrineProtein, Codes.Smoking,
        ];
        var written = on.AddDays(draw.Between(5, 30));
        var id = $"{institution}-{D8(on)}-{serial}";
        Add(new CheckupPaper(dataset, "checkup-" + id, person.Id, on, "", new()
        {
            Id = id,
            ReportKind = dataset == Holders.CentreCheckups ? "41" : "10",
            Program = dataset == Holders.CentreCheckups ? "030" : "010",
            WrittenOn = D8(written),
            PerformedOn = D8(on),
            Insurer = who.Insurer,
            Symbol = who.Symbol,
            Number = who.Number,
            Branch = who.Branch,
            Kana = who.Kana,
            Sex = who.SexDigit,
            BirthDate = who.Birth8,
            PostalCode = who.Postal,
            Address = who.Address,
            Institution = institution,
            InstitutionName = name,
            Items = [.. wanted.Select(l => Item(l, on))],
        }));
    }

    private CheckupItem Item(Lab lab, DateOnly on)
    {
        var (_, value) = Measure(lab, on);
        return lab.Unit is not null ? new(lab.Jlac10, lab.CheckupName, value, lab.Unit)
            : lab == Codes.Smoking ? new(lab.Jlac10, lab.CheckupName, value, null, "1.2.392.200119.6.2004")
            : new(lab.Jlac10, lab.CheckupName, value switch { "-" => "1", "±" => "2", "1+" => "3", "2+" => "4", _ => "5" }, null, "1.2.392.200119.6.2200");
    }

    private void RegistrySurvey()
    {
        var draw = Draw.For(options.Seed, Topic.Attendance, person.Id, -(year * 10) - 5);
        var enrolled = Draw.For(options.Seed, Topic.Attendance, person.Id, -5).Chance(EnrolsInRegistry);
        var on = new DateOnly(year, draw.Between(2, 11), draw.Between(1, 28));
        if (!enrolled || !(person.Course.On(Codes.Diabetes) <= on) || !person.AliveOn(on) || on > options.To || !draw.Chance(0.9))
        {
            return;
        }

        Lab[] wanted = [Codes.HbA1c, Codes.Egfr, Codes.Ldl, Codes.Systolic, Codes.Diastolic, Codes.Bmi];
        Bundle(Holders.RegistryHolder, Holders.Registry, "1419990099", "みなと糖尿病レジストリ", 0x4E6157, ClinsKind.Observation, on, b => b with { Observations = [.. wanted.Select(l => Observe(l, on))] });
    }

    private void Vaccinations()
    {
        var town = person.HomeOn(new DateOnly(year, 6, 30)).Town;
        var dataset = town.Index == 0 ? Holders.ShiomiVaccinations : town.Index == 3 ? Holders.MinatookaVaccinations : null;
        if (dataset is null)
        {
            return;
        }

        var draw = Draw.For(options.Seed, Topic.Vaccines, person.Id, year);
        var willing = Draw.For(options.Seed, Topic.Vaccines, person.Id, -1).Unit();
        var age = year - person.Birth.Year;
        var given = 0;
        void Give(string vaccine, int dose, DateOnly on)
        {
            if (on.Year != year || !person.AliveOn(on) || on > options.To)
            {
                return;
            }

            var who = desk.Write(Desk.Municipality, on, names);
            var holder = town.Index == 0 ? Holders.Shiomi : Holders.Minatooka;
            var resident = desk.LocalId(holder, 0xF00D + (ulong)town.Index, names);
            var id = "v-" + N(year) + "-" + IdentityDesk.Serial((uint)((person.Id * 32) + given++), Draw.Mix((ulong)year + 808));
            Add(new VaccinationPaper(dataset, id, person.Id, on, "", new()
            {
                RecordId = id,
                MunicipalityCode = town.Code,
                ResidentId = resident,
                Name = who.Name,
                Kana = who.Kana,
                BirthDate = who.Birth8,
                Sex = who.SexDigit,
                Insurer = who.Insurer,
                Symbol = who.Symbol,
                Number = who.Number,
                Branch = who.Branch,
                VaccinatedOn = D8(on),
                Vaccine = vaccine,
                Dose = N(dose),
                Lot = "L" + N(draw.Between(1000, 9999)),
                Institution = Institutions.All[town.Index == 0 ? 6 : 8].Number,
            }));
        }

        DateOnly Autumn() => new DateOnly(year, 10, 10).AddDays(draw.Below(70));
        foreach (var (vaccine, dose, months) in Childhood)
        {
            var on = person.Birth.AddMonths(months).AddDays(draw.Below(40));
            if (on.Year == year && draw.Chance(0.95))
            {
                Give(vaccine, dose, on);
            }
        }

        if (person.Sex == Sex.Female && age == (year < 2022 ? 13 : 14) && draw.Chance(year < 2022 ? 0.02 : 0.45))
        {
            for (var dose = 1; dose <= 2; dose++)
            {
                Give(year < 2023 ? "hpv4" : "hpv9", dose, new DateOnly(year, 1 + (dose * 5), 1).AddDays(draw.Below(25)));
            }
        }

        if (age >= 65 ? willing < 0.62 : age is >= 1 and < 13 && willing < 0.45)
        {
            Give("flu", 1, Autumn());
        }

        if (age is 65 or 70 or 75 or 80 && willing < 0.4)
        {
            Give("ppsv23", 1, Autumn());
        }

        if (year == 2025 && age is 65 or 70 or 75 && willing < 0.3)
        {
            Give("zoster", 1, Autumn());
        }

        if (age >= 12 && willing < 0.8)
        {
            if (year == 2021)
            {
                var on = new DateOnly(2021, age >= 65 ? 5 : 8, 1).AddDays(draw.Below(50));
                Give("covid19", 1, on);
                Give("covid19", 2, on.AddDays(21));
            }
            else if (year == 2022 || (year is > 2022 and < 2025 && age >= 65 && willing < 0.6))
            {
                Give("covid19", year - 2019, Autumn());
            }
        }
    }

    private static readonly (string Vaccine, int Dose, int Months)[] Childhood =
        [("pcv13", 1, 2), ("dpt-ipv", 1, 3), ("dpt-ipv", 2, 4), ("dpt-ipv", 3, 5), ("bcg", 1, 6), ("mr", 1, 12), ("pcv13", 4, 13), ("dpt-ipv", 4, 18), ("mr", 2, 66)];
}
