using System.Globalization;
using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>One identity as a holder's desk wrote it, as a reader of the file would read it.</summary>
/// <param name="Delivery">Counts each dataset's deliveries from 1: one a year.</param>
/// <param name="Key">The record's key; empty for a receipt that has no 検索番号, which readers number within its file.</param>
/// <param name="Person">Whose it truly is: <see cref="SyntheticPerson.Id"/>.</param>
public sealed record SyntheticIdentity(string Holder, string Dataset, int Delivery, string Key, PersonIdentity Identity, int Person);

/// <summary>A change of insured number that the insurers' history service knows.</summary>
public sealed record SyntheticNumberChange(PersonIdentity Before, PersonIdentity After, DateOnly On, int Person);

/// <summary>Who keeps a register of everybody.</summary>
public enum SyntheticDesk
{
    /// <summary>The insurers together: number, name, kana; no address.</summary>
    Insurer,

    /// <summary>The towns together: name, kana, address; the number of every second employee.</summary>
    Municipality,
}

/// <summary>What is true of an inhabitant, for quality by subgroup.</summary>
/// <param name="Prefecture">Of the last home, two digits of JIS X 0401.</param>
/// <param name="Moved">To another town, at least once.</param>
/// <param name="Newborn">Born while the nation lives.</param>
public sealed record SyntheticPerson(int Id, DateOnly Birth, Sex Sex, DateOnly? Death, string Prefecture, bool NameChanged, bool Moved, bool Foreigner, bool Twin, bool Newborn);

/// <summary>
/// The identities of a nation without its medicine: the same lives, desks and rates as the files, but nothing is kept of
/// health and nothing is written. A million people live in less than 3 GiB; their identities are made while they are read.
/// </summary>
public sealed class SyntheticIdentities
{
    private const int Block = 4096;

    private readonly NationOptions options;
    private readonly Population population;
    private readonly ParallelOptions parallel;

    private SyntheticIdentities(NationOptions options, Population population, ParallelOptions parallel) =>
        (this.options, this.population, this.parallel) = (options, population, parallel);

    public IEnumerable<SyntheticPerson> People => population.People.Select(p => new SyntheticPerson(
        p.Id, p.Birth, p.Sex, p.Death, p.Homes[^1].Value.Town.Prefecture, p.Surnames.Count > 1, p.Homes.Select(h => h.Value.Town).Distinct().Skip(1).Any(),
        p.Origin != NameOrigin.Japan, p.IsTwin, p.Birth >= options.From));

    /// <summary>
    /// Every record's identity, but of damaged records. Blocks of some thousand people follow one another, each year by year: the records of
    /// one delivery do not lie together. Each call makes them anew, and the same.
    /// </summary>
    public IEnumerable<SyntheticIdentity> Records()
    {
        var people = population.People;
        var years = options.To.Year - options.From.Year + 1;
        for (var start = 0; start < people.Count; start += Block)
        {
            var count = Math.Min(Block, people.Count - start);
            var written = new List<SyntheticIdentity>[count];
            Parallel.For(0, count, parallel, () => new Tally(options.Rates), (i, _, tally) =>
            {
                written[i] = Of(people[start + i], tally);
                return tally;
            }, _ => { });
            for (var delivery = 1; delivery <= years; delivery++)
            {
                foreach (var ofPerson in written)
                {
                    foreach (var identity in ofPerson)
                    {
                        if (identity.Delivery == delivery)
                        {
                            yield return identity;
                        }
                    }
                }
            }
        }
    }

    /// <summary>A register of everybody who lives on a day, each once, as its clerks have typed them; by person.</summary>
    public IEnumerable<SyntheticIdentity> Register(SyntheticDesk register, DateOnly day)
    {
        var (desk, name) = register == SyntheticDesk.Insurer ? (Desk.Claims, "insurers") : (Desk.Municipality, "towns");
        var people = population.People;
        var made = new SyntheticIdentity?[people.Count];
        Parallel.For(0, people.Count, parallel, () => new Tally(options.Rates), (i, _, tally) =>
        {
            var person = people[i];
            if (person.AliveOn(day) && person.Covers.Count > 0)
            {
                var who = new IdentityDesk(options, person, new Traces { Kept = false }, tally).Write(desk, day, Draw.For(options.Seed, Topic.Names, person.Id, -day.DayNumber));
                made[i] = new SyntheticIdentity(name, name, 1, "", AsRead(who, desk == Desk.Claims, day), person.Id);
            }

            return tally;
        }, _ => { });
        return made.Where(m => m is not null)!;
    }

    /// <summary>The number history, by day.</summary>
    public IEnumerable<SyntheticNumberChange> History() =>
        Truth.Known(options, population.NumberChanges, new Tally(options.Rates)).Select(c =>
        {
            PersonIdentity Side(Cover cover) => new()
            {
                InsurerNumber = cover.Insurer.Number,
                InsuredSymbol = OrNull(cover.Symbol),
                InsuredNumber = cover.Number,
                InsuredBranch = OrNull(cover.Branch),
                NameKana = Truth.KanaOn(c),
                BirthDate = c.Person.Birth,
                Sex = c.Person.Sex,
            };
            return new SyntheticNumberChange(Side(c.Before), Side(c.After), c.On, c.Person.Id);
        });

    internal static SyntheticIdentities Of(NationOptions options, int threads, IProgress<Step>? progress, CancellationToken ct) =>
        new(options, Population.Live(options, threads, progress, ct, keepHealth: false), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct });

    private List<SyntheticIdentity> Of(Person person, Tally tally)
    {
        var course = Population.HealthOf(options, person.Id, person.Sex, person.Birth);
        person.With(course);
        var written = new List<SyntheticIdentity>();
        var traces = new Traces { Kept = false };
        for (var year = options.From.Year; year <= options.To.Year; year++)
        {
            var number = year - options.From.Year + 1;
            foreach (var paper in Paperwork.Of(options, person, traces, tally, year))
            {
                if (paper.Fate != Fate.Delivered)
                {
                    continue;
                }

                var identity = new SyntheticIdentity(Holders.Of(paper.Dataset).Id, paper.Dataset, number, paper.Key, AsRead(paper), person.Id);
                written.Add(identity);
                if (year < options.To.Year && paper.Key.Length > 0 && (paper.Twice || paper is ReceiptPaper { Correction: not null }))
                {
                    written.Add(identity with { Delivery = number + 1, Identity = paper is ReceiptPaper { Correction: { } corrected } r ? AsRead(r with { Receipt = corrected }) : identity.Identity });
                }
            }
        }

        person.With(null);
        return written;
    }

    /// <summary>The identity half of the record as this format's reader gives it.</summary>
    private static PersonIdentity AsRead(Paper paper) => paper switch
    {
        ReceiptPaper { Receipt: var r } => new()
        {
            InsurerNumber = OrNull(r.Insurer.Number),
            InsuredSymbol = OrNull(r.Insurer.Symbol),
            InsuredNumber = OrNull(r.Insurer.InsuredNumber),
            InsuredBranch = OrNull(r.Insurer.Branch),
            NameKanji = OrNull(Cp932.AsWritten(r.Name)),
            NameKana = OrNull(Cp932.AsWritten(r.Kana)),
            BirthDate = Day(r.BirthDate),
            Sex = SexOf(r.Sex),
            LocalPatientId = r.ChartNumber,
            AsOf = new DateOnly(paper.On.Year, paper.On.Month, r.Services.SelectMany(s => s.OnDays).Min(d => d.Day)),
        },
        BundlePaper { Bundle: { Patient: var p } b } => Member(p.MemberId, new()
        {
            NameKanji = Joined(p.Family, p.Given),
            NameKana = Joined(p.FamilyKana, p.GivenKana),
            BirthDate = DateOnly.ParseExact(p.BirthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Sex = p.Gender switch { "male" => Sex.Male, "female" => Sex.Female, _ => Sex.Unknown },
            PostalCode = OrNull(p.PostalCode),
            Address = OrNull(p.Address),
            LocalPatientId = p.LocalId,
            AsOf = b.Date,
        }),
        CheckupPaper { Document: var d } => new()
        {
            InsurerNumber = OrNull(d.Insurer),
            InsuredSymbol = OrNull(d.Symbol),
            InsuredNumber = OrNull(d.Number),
            InsuredBranch = OrNull(d.Branch),
            NameKana = OrNull(d.Kana),
            BirthDate = Day(d.BirthDate),
            Sex = SexOf(d.Sex),
            PostalCode = OrNull(d.PostalCode),
            Address = OrNull(d.Address),
            AsOf = paper.On,
        },
        VaccinationPaper { Row: var r } v => new()
        {
            InsurerNumber = OrNull(r.Insurer),
            InsuredSymbol = OrNull(r.Symbol),
            InsuredNumber = OrNull(r.Number),
            InsuredBranch = OrNull(r.Branch),
            NameKanji = OrNull(v.Dataset == Holders.ShiomiVaccinations ? r.Name : Cp932.AsWritten(r.Name)),
            NameKana = OrNull(r.Kana),
            BirthDate = Day(r.BirthDate),
            Sex = SexOf(r.Sex),
            LocalPatientId = r.ResidentId,
            AsOf = paper.On,
        },
        CarePaper { Row: var r } => new()
        {
            NameKanji = OrNull(Cp932.AsWritten(r.Name)),
            NameKana = OrNull(Cp932.AsWritten(r.Kana)),
            BirthDate = Day(r.BirthDate),
            Sex = SexOf(r.Sex),
            Address = OrNull(Cp932.AsWritten(r.Address)),
            LocalPatientId = $"{r.Insurer}-{r.InsuredId}",
            AsOf = paper.On,
        },
        DeathPaper { Row: var r } => new()
        {
            NameKanji = OrNull(r.Name),
            NameKana = OrNull(r.Kana),
            BirthDate = Day(r.BirthDate),
            Sex = SexOf(r.Sex),
            Address = OrNull(r.Address),
            AsOf = paper.On,
        },
        _ => throw new ArgumentException("No such paper", nameof(paper)),
    };

    private static PersonIdentity AsRead(WrittenIdentity who, bool cp932, DateOnly day) => new()
    {
        InsurerNumber = OrNull(who.Insurer),
        InsuredSymbol = OrNull(who.Symbol),
        InsuredNumber = OrNull(who.Number),
        InsuredBranch = OrNull(who.Branch),
        NameKanji = OrNull(cp932 ? Cp932.AsWritten(who.Name) : who.Name),
        NameKana = OrNull(who.Kana),
        BirthDate = who.Birth,
        Sex = who.Sex,
        PostalCode = cp932 ? null : OrNull(who.Postal),
        Address = OrNull(who.Address),
        AsOf = day,
    };

    private static PersonIdentity Member(string memberId, PersonIdentity identity)
    {
        var parts = memberId.Split(':');
        return parts is [{ Length: >= 6 and <= 8 } insurer, var symbol, { Length: > 0 } number, var branch]
            ? identity with { InsurerNumber = insurer, InsuredSymbol = OrNull(symbol), InsuredNumber = OrNull(number), InsuredBranch = OrNull(branch) }
            : identity;
    }

    private static string? Joined(string family, string given) => OrNull(given.Length == 0 ? family : family.Length == 0 ? given : family + " " + given);

    private static string? OrNull(string text)
    {
        var t = text.Trim(' ', '　', '\t');
        return t.Length == 0 ? null : t;
    }

    private static DateOnly? Day(string yyyymmdd) => DateOnly.TryParseExact(yyyymmdd, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static Sex SexOf(string digit) => digit switch { "1" => Sex.Male, "2" => Sex.Female, _ => Sex.Unknown };
}
