using System.Globalization;
using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>
/// Everything that one person's year puts on paper: visits and stays become claims and, where the institution shares its
/// records, documents and the six kinds of information; check-ups, vaccinations, care and death go to their registers.
/// A pure function of options, person and year: persons can be done in any order, on any thread.
/// </summary>
internal sealed partial class Paperwork
{
    private const double EnrolsInRegistry = 0.20;
    private const double GoesToCheckups = 0.55;

    private readonly NationOptions options;
    private readonly Person person;
    private readonly Traces traces;
    private readonly Tally tally;
    private readonly int year;
    private readonly Draw visits;
    private readonly Draw labs;
    private readonly Draw names;
    private readonly Draw fate;
    private readonly IdentityDesk desk;
    private readonly List<Paper> papers = [];
    private readonly List<Sheet> sheets = [];
    private int bundles;

    private Paperwork(NationOptions options, Person person, Traces traces, Tally tally, int year)
    {
        (this.options, this.person, this.traces, this.tally, this.year) = (options, person, traces, tally, year);
        visits = Draw.For(options.Seed, Topic.Visits, person.Id, year);
        labs = Draw.For(options.Seed, Topic.Labs, person.Id, year);
        names = Draw.For(options.Seed, Topic.Names, person.Id, year);
        fate = Draw.For(options.Seed, Topic.Fate, person.Id, year);
        desk = new(options, person, traces, tally);
    }

    /// <summary>The papers of one person's year, each already with its fate.</summary>
    public static IReadOnlyList<Paper> Of(NationOptions options, Person person, Traces traces, Tally tally, int year)
    {
        var first = new DateOnly(year, 1, 1);
        if (person.Birth.Year > year || person.Death < first)
        {
            return [];
        }

        var work = new Paperwork(options, person, traces, tally, year);
        for (var month = first; month.Year == year && month <= options.To; month = month.AddMonths(1))
        {
            work.Month(month);
        }

        work.Checkup();
        work.RegistrySurvey();
        work.Vaccinations();
        work.DeathRecord();
        return work.papers;
    }

    private static string D8(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string D6(DateOnly day) => day.ToString("yyyyMM", CultureInfo.InvariantCulture);

    private static string N(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The body's state in the quarter of a day.</summary>
    private Body BodyOn(DateOnly day)
    {
        var body = person.Course.Body;
        return body[Math.Clamp((((day.Year - options.From.Year) * 12) + day.Month - options.From.Month) / 3, 0, body.Count - 1)];
    }

    private void Add(Paper paper)
    {
        if (tally.Happens(nameof(MessRates.Malformed), fate))
        {
            papers.Add(paper with { Fate = Fate.Malformed });
            return;
        }

        papers.Add(tally.Happens(nameof(MessRates.Duplicate), fate) ? paper with { Twice = true } : paper);
    }

    private void Month(DateOnly month)
    {
        var last = month.AddMonths(1).AddDays(-1);
        if (person.Death is { } death && death < month || person.Birth > last)
        {
            return;
        }

        sheets.Clear();
        Stays(month, last);
        LastingCare(month, last);
        Acute(month, last);
        foreach (var sheet in sheets)
        {
            Claim(sheet, month);
        }

        LongTermCare(month, last);
    }

    private bool InHospital(DateOnly day) => person.Course.Admissions.Exists(a => a.From <= day && day <= a.To);

    private Sheet SheetFor(Institution institution, bool inpatient, DateOnly? admittedOn)
    {
        var sheet = sheets.Find(s => s.Institution == institution && s.Inpatient == inpatient);
        if (sheet is null)
        {
            sheets.Add(sheet = new(institution, inpatient) { AdmittedOn = admittedOn });
        }

        return sheet;
    }

    private Institution Primary(DateOnly day)
    {
        var town = person.HomeOn(day).Town;
        return Institutions.ForChronic(Draw.For(options.Seed, Topic.Attendance, person.Id, town.Index), town);
    }

    private void Stays(DateOnly month, DateOnly last)
    {
        foreach (var stay in person.Course.Admissions)
        {
            if (stay.From > last || stay.To < month)
            {
                continue;
            }

            var (from, to) = (stay.From < month ? month : stay.From, stay.To > last ? last : stay.To);
            var hospital = Institutions.ForAdmission(person.HomeOn(stay.From).Town);
            var sheet = SheetFor(hospital, inpatient: true, stay.From);
            var died = stay.Fatal && stay.To <= last;
            sheet.Diagnose(new(stay.For.Ssk, D8(stay.From), died ? 3 : stay.To <= last ? 4 : 1, Main: true));
            foreach (var other in Lasting(from).Where(d => d != stay.For).Take(4))
            {
                sheet.Diagnose(new(other.Ssk, D8(person.Course.Since[other])));
            }

            var days = Enumerable.Range(from.Day, to.Day - from.Day + 1).Select(d => (d, 1)).ToArray();
            foreach (var (d, _) in days)
            {
                sheet.Days |= 1u << (d - 1);
            }

            sheet.Serve(Codes.AcuteBed, days);
            if (stay.From >= month)
            {
                sheet.Serve(Codes.TestBlood, [(from.Day, 1)]);
                sheet.Serve(Codes.TestCreatinine, [(from.Day, 1)]);
                var heart = stay.For == Codes.HeartFailure || stay.For == Codes.CongestiveFailure || stay.For == Codes.Infarction;
                sheet.Serve(heart ? Codes.Echo : Codes.Ct, [(from.Day, 1)]);
                if (heart)
                {
                    sheet.Serve(Codes.Bnp, [(from.Day, 1)]);
                    sheet.Serve(Codes.Ecg, [(from.Day, 1)]);
                }

                if (stay.Knee)
                {
                    sheet.Serve(Codes.KneeReplacement, [(Math.Min(from.Day + 1, to.Day), 1)]);
                }
            }

            foreach (var t in person.Course.Treatments.Where(t => t.On(stay.From)))
            {
                sheet.Dispense(t.Drug, days.Length, from.Day);
            }

            if (stay.To <= last && hospital.Holder is not null)
            {
                Discharge(hospital, stay);
            }

            if (stay.From >= month && Primary(stay.From) is { Holder: not null, IsHospital: false } clinic)
            {
                Referral(clinic, hospital, stay);
            }
        }
    }

    /// <summary>Diagnoses under care, the gravest first.</summary>
    private IEnumerable<Disease> Lasting(DateOnly day)
    {
        var c = person.Course;
        bool Known(Disease d) => c.On(d) <= day;
        Disease[] order =
        [
            Codes.Ckd5, Codes.HeartFailure, Codes.Diabetes, Codes.Ckd4, Codes.Ckd3, Codes.DiabeticKidney, Codes.OldInfarction, Codes.LungCancer, Codes.StomachCancer, Codes.ColonCancer, Codes.BreastCancer,
            Codes.Stroke, Codes.Hypertension, Codes.Dyslipidaemia, Codes.Fibrillation, Codes.Copd, Codes.Asthma, Codes.Depression, Codes.Dementia, Codes.Osteoporosis, Codes.Reflux, Codes.Insomnia,
            Codes.KneeArthrosis, Codes.Gout,
        ];
        return order.Where(d => Known(d) && !(d == Codes.Ckd3 && Known(Codes.Ckd4)) && !(d == Codes.Ckd4 && Known(Codes.Ckd5)));
    }

    private void LastingCare(DateOnly month, DateOnly last)
    {
        var course = person.Course;
        var index = ((month.Year - options.From.Year) * 12) + month.Month - 1;
        var treated = course.Treatments.Exists(t => t.On(last));
        var dialysis = course.On(Codes.Ckd5) < month;
        var begins = course.Treatments.Find(t => t.From >= month && t.From <= last);
        var due = (index + person.Id) % course.VisitEvery == 0;
        if (!(treated && (due || begins.Drug is not null)) && !dialysis)
        {
            return;
        }

        var earliest = begins.Drug is null ? 1 : begins.From.Day;
        var day = month.AddDays(Math.Min(visits.Between(earliest, Math.Max(earliest, 26)), last.Day) - 1);
        if (!person.AliveOn(day) || InHospital(day))
        {
            return;
        }

        var institution = Primary(day);
        var sheet = SheetFor(institution, inpatient: false, null);
        sheet.Days |= 1u << (day.Day - 1);
        (int, int)[] once = [(day.Day, 1)];
        sheet.Serve(Codes.RepeatVisit, once);
        var diabetes = course.On(Codes.Diabetes) <= day;
        if (!institution.IsHospital)
        {
            sheet.Serve(diabetes ? Codes.LifestyleCare : Codes.ChronicCare, once);
        }

        var main = true;
        foreach (var d in Lasting(day).Take(7))
        {
            sheet.Diagnose(new(d.Ssk, D8(course.Since[d]), Main: main));
            main = false;
        }

        if (visits.Chance(0.03))
        {
            // Tests need a diagnosis in the claim: it is suspected, and stays so (modifier 8002).
            sheet.Diagnose(new((visits.Chance(0.5) ? Codes.StomachCancer : Codes.Angina).Ssk, D8(day), Modifiers: "8002"));
            sheet.Serve(visits.Chance(0.5) ? Codes.Gastroscopy : Codes.Ecg, once);
        }

        var everyOther = index / course.VisitEvery % 2 == 0;
        if (diabetes)
        {
            sheet.Serve(Codes.TestHbA1c, once);
            sheet.Serve(Codes.TestGlucose, once);
        }

        if (everyOther)
        {
            sheet.Serve(Codes.TestCreatinine, once);
            sheet.Serve(Codes.TestLdl, once);
            sheet.Serve(Codes.TestUrine, once);
        }

        if (dialysis)
        {
            var session = Enumerable.Range(0, 12).Select(i => (1 + (i * 2), 1)).Where(s => s.Item1 <= last.Day && person.AliveOn(month.AddDays(s.Item1 - 1)) && !InHospital(month.AddDays(s.Item1 - 1))).ToArray();
            foreach (var (d, _) in session)
            {
                sheet.Days |= 1u << (d - 1);
            }

            if (session.Length > 0)
            {
                sheet.Serve(Codes.Dialysis, session);
            }
        }

        if (due || begins.Drug is not null)
        {
            foreach (var t in course.Treatments.Where(t => t.On(day)))
            {
                sheet.Dispense(t.Drug, course.VisitEvery * 28, day.Day, visits.Chance(0.04) ? "１日１回朝食後" : "");
            }
        }

        if (institution.Holder is not null && due)
        {
            ShareRecords(institution, day, index / course.VisitEvery, diabetes);
        }
    }

    private void Acute(DateOnly month, DateOnly last)
    {
        foreach (var e in person.Course.Episodes.Where(e => e.On >= month && e.On <= last))
        {
            if (!person.AliveOn(e.On) || InHospital(e.On))
            {
                continue;
            }

            var institution = Institutions.ForAcute(visits, person.HomeOn(e.On).Town);
            var sheet = SheetFor(institution, inpatient: false, null);
            var first = sheet.Days == 0;
            sheet.Days |= 1u << (e.On.Day - 1);
            sheet.Diagnose(new(e.For.Ssk, D8(e.On), 2, Main: first));
            sheet.Serve(first ? Codes.FirstVisit : Codes.RepeatVisit, [(e.On.Day, 1)]);
            if (e.For == Codes.UrinaryInfection)
            {
                sheet.Serve(Codes.TestUrine, [(e.On.Day, 1)]);
            }

            sheet.Dispense(e.Drug, e.Days, e.On.Day);
            if (institution.Holder is not null && visits.Chance(0.15))
            {
                Bundle(institution, ClinsKind.Condition, e.On, b => b with { Conditions = [Condition(e.For, e.On, e.On)] });
            }
        }
    }

    private void Claim(Sheet sheet, DateOnly month)
    {
        var day = month.AddDays(System.Numerics.BitOperations.TrailingZeroCount(sheet.Days));
        var who = desk.Write(Desk.Claims, day, names);
        var cover = person.CoverOn(day);
        var employees = cover.Insurer.Kind == InsurerKind.Employees;
        var institution = sheet.Institution;
        var dataset = employees ? Holders.EmployeesClaims : Holders.NationalClaims;
        var age = person.AgeOn(day);
        var payer = person.Course.On(Codes.Depression) <= day && !sheet.Inpatient && person.Course.Treatments.Exists(t => t.On(day) && (t.Drug == Codes.Sertraline || t.Drug == Codes.Escitalopram));
        var number = IdentityDesk.Serial((uint)((person.Id * 4) + (sheet.Inpatient ? 1 : 0)), Draw.Mix((ulong)((institution.Index * 4096) + (month.Year * 12) + month.Month)));
        var search = tally.Happens(nameof(MessRates.MissingSearchNumber), fate) ? "" : number;
        string? recipient = null;
        if (payer)
        {
            recipient = N(9_000_000 + (int)(IdentityDesk.Scramble((uint)person.Id, 0x51) % 1_000_000));
            desk.Remember("public-payer", recipient);
        }

        var kind = cover.Insurer.Kind == InsurerKind.LateElderly ? "3" : "1";
        var role = cover.Insurer.Kind == InsurerKind.LateElderly ? (sheet.Inpatient ? "7" : "8")
            : age < 6 ? (sheet.Inpatient ? "3" : "4")
            : age >= 70 ? (sheet.Inpatient ? "7" : "8")
            : cover.Holder ? (sheet.Inpatient ? "1" : "2") : sheet.Inpatient ? "5" : "6";
        var receipt = new UkeReceipt
        {
            Type = "1" + kind + (payer ? "2" : "1") + role,
            Month = D6(month),
            Name = who.Name,
            Sex = who.SexDigit,
            BirthDate = who.Birth8,
            AdmittedOn = sheet.AdmittedOn is { } admitted ? D8(admitted) : "",
            ChartNumber = desk.LocalId(institution.Holder ?? institution.Number, Draw.Mix((ulong)institution.Index + 77), names),
            SearchNumber = search,
            Kana = who.Kana,
            Insurer = new(who.Insurer, who.Symbol, who.Number, who.Branch),
            PublicPayer = recipient is null ? null : ("21" + institution.Prefecture + "6018", recipient),
            Days = sheet.Days,
            Diseases = sheet.Diseases,
            Services = sheet.Services,
        };
        var key = search.Length > 0 ? $"{institution.Number}-{receipt.Month}-{search}" : "";
        UkeReceipt? correction = null;
        if (search.Length > 0 && tally.Happens(nameof(MessRates.CorrectedReceipt), fate))
        {
            // Review cut one item: the receipt comes again with the same 検索番号.
            correction = receipt with { Services = receipt.Services.Count > 1 ? [.. receipt.Services.Take(receipt.Services.Count - 1)] : receipt.Services, Diseases = [.. receipt.Diseases, new("4779004", D8(day), 4)] };
        }

        // Claimed the month after; one file per institution and review body.
        Add(new ReceiptPaper(dataset, key, person.Id, day, $"{D6(month.AddMonths(1))}/{institution.Number}", institution, receipt, correction));
    }

    private void LongTermCare(DateOnly month, DateOnly last)
    {
        var at = person.Course.CareLevels.FindLastIndex(l => l.From <= month);
        if (at < 0 || person.Death is { } death && death < month)
        {
            return;
        }

        var level = person.Course.CareLevels[at].Value;
        var draw = Draw.For(options.Seed, Topic.Care, person.Id, (year * 100) + month.Month);
        var died = person.Death <= last;
        var stays = person.Course.Admissions.Exists(a => a.From <= last && a.To >= month);
        if ((stays && draw.Chance(0.5)) || draw.Chance(0.08))
        {
            return;
        }

        var settled = Draw.For(options.Seed, Topic.Care, person.Id, at).Unit();
        var service = level switch
        {
            "12" or "13" => settled < 0.6 ? "161111" : "171001",
            "21" or "22" => settled < 0.5 ? "151141" : settled < 0.8 ? "111111" : "131111",
            "23" => settled < 0.4 ? "151141" : settled < 0.7 ? "111111" : "521111",
            _ => settled < 0.6 ? "511111" : settled < 0.8 ? "521111" : "111111",
        };
        var days = service[0] == '5' ? (died ? person.Death!.Value.Day : stays ? last.Day / 2 : last.Day) : draw.Between(4, 12);
        var who = desk.Write(Desk.Care, month > person.Birth ? month : person.Birth, names);
        var insured = IdentityDesk.Scramble((uint)person.Id, 0xCA5E).ToString("0000000000", CultureInfo.InvariantCulture);
        desk.Remember(Holders.Kokuhoren, insured);
        var id = "c-" + D6(month) + "-" + IdentityDesk.Serial((uint)person.Id, Draw.Mix((ulong)((year * 12) + month.Month + 999)));
        Add(new CarePaper(Holders.LongTermCare, id, person.Id, month, "", new()
        {
            RecordId = id,
            Insurer = person.HomeOn(month).Town.Code,
            InsuredId = insured,
            Name = who.Name,
            Kana = who.Kana,
            BirthDate = who.Birth8,
            Sex = who.SexDigit,
            Address = who.Address,
            Month = D6(month),
            Provider = $"{person.HomeOn(month).Town.Prefecture}10000{draw.Between(101, 140)}",
            Level = level,
            Service = service,
            Units = N(days * (service[0] == '5' ? 780 : 560)),
            Days = N(days),
            StopReason = died ? "4" : stays ? "3" : "",
        }));
    }

    private void DeathRecord()
    {
        if (person.Death is not { } day || day.Year != year)
        {
            return;
        }

        var who = desk.Write(Desk.Death, day, names);
        var id = "d-" + N(year) + "-" + IdentityDesk.Serial((uint)person.Id, Draw.Mix((ulong)year));
        Add(new DeathPaper(Holders.Deaths, id, person.Id, day, "", new()
        {
            RecordId = id,
            MunicipalityCode = person.HomeOn(day).Town.Code,
            Name = who.Name,
            Kana = who.Kana,
            BirthDate = who.Birth8,
            Sex = who.SexDigit,
            Address = who.Address,
            DiedOn = D8(day),
            Place = person.Course.Admissions.Exists(a => a.Fatal) || names.Chance(0.6) ? "1" : names.Chance(0.5) ? "3" : "4",
            Cause = person.Course.CauseOfDeath,
        }));
    }
}
