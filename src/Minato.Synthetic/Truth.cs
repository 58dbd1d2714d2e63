using System.Globalization;
using System.Text;

namespace Minato.Synthetic;

/// <summary>The ground truth, for tests and the demo's evaluation alone, and the insurers' number history.</summary>
internal static class Truth
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public static StreamWriter Open(string path, string header)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var writer = new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16), Utf8) { NewLine = "\n" };
        writer.WriteLine(header);
        return writer;
    }

    public static void Persons(string path, IReadOnlyList<Person> people, Traces[] traces)
    {
        using var csv = Open(path, "person_id,birth_date,sex,death_date,name_kanji_all,name_kana_all,insured_all,addresses_all,local_ids_all,diabetes_onset,hypertension_onset,ckd_onset,mi_dates,"
            + "hf_admissions,second_line,second_line_from,ckd4_onset,ckd5_onset,dyslipidaemia_onset,stroke_onset,cause_of_death,metformin_from");
        foreach (var p in people)
        {
            var (t, c) = (traces[p.Id - 1], p.Course);
            string On(Disease d) => c.On(d) is { } day ? Iso(day) : "";
            string Stays(params Disease[] of) => string.Join('|', c.Admissions.Where(a => of.Contains(a.For)).Select(a => Iso(a.From)));
            csv.WriteLine(string.Join(',',
            [
                p.Id.ToString(CultureInfo.InvariantCulture), Iso(p.Birth), p.Sex == Sex.Male ? "1" : "2", p.Death is { } death ? Iso(death) : "",
                All(p.Surnames.Select(s => s.Value.Kanji + "　" + p.Given.Kanji), t.Names), All(p.Surnames.Select(s => s.Value.Kana + "　" + p.Given.Kana), t.Kana),
                All(p.Covers.Select(v => $"{v.Insurer.Number}:{v.Symbol}:{v.Number}:{v.Branch}"), t.Insured, trueLast: true), All([], t.Addresses), All([], t.LocalIds),
                On(Codes.Diabetes), On(Codes.Hypertension), On(Codes.Ckd3), Stays(Codes.Infarction), Stays(Codes.HeartFailure, Codes.CongestiveFailure),
                c.Second switch { SecondLine.Sglt2 => "sglt2", SecondLine.Dpp4 => "dpp4", _ => "" }, c.SecondFrom is { } second ? Iso(second) : "",
                On(Codes.Ckd4), On(Codes.Ckd5), On(Codes.Dyslipidaemia), On(Codes.Stroke), c.CauseOfDeath,
                c.Treatments.Where(x => x.Drug == Codes.Metformin).Select(x => Iso(x.From)).FirstOrDefault(""),
            ]));
        }
    }

    /// <summary>Every change of number but the share that the history service does not know.</summary>
    public static int History(string path, NationOptions options, IReadOnlyList<NumberChange> changes, Tally tally)
    {
        var known = 0;
        using var csv = Open(path, "changed_on,before_insurer,before_symbol,before_number,before_branch,after_insurer,after_symbol,after_number,after_branch,name_kana,birth_date,sex");
        foreach (var c in Known(options, changes, tally))
        {
            known++;
            csv.WriteLine($"{Iso(c.On)},{c.Before.Insurer.Number},{c.Before.Symbol},{c.Before.Number},{c.Before.Branch},{c.After.Insurer.Number},{c.After.Symbol},{c.After.Number},{c.After.Branch},{KanaOn(c)},{Iso(c.Person.Birth)},{(int)c.Person.Sex}");
        }

        return known;
    }

    public static IEnumerable<NumberChange> Known(NationOptions options, IReadOnlyList<NumberChange> changes, Tally tally) =>
        changes.OrderBy(c => c.On).ThenBy(c => c.Person.Id)
            .Where(c => !(c.Person.Death < c.On) && !tally.Happens(nameof(MessRates.MissingHistory), Draw.For(options.Seed, Topic.Fate, c.Person.Id, -c.On.DayNumber)));

    public static string KanaOn(NumberChange c) => c.Person.SurnameOn(c.On).Kana + "　" + c.Person.Given.Kana;

    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The true forms in order of life, and what desks made of them; numbers end with the one that is valid last.</summary>
    private static string All(IEnumerable<string> lived, HashSet<string> written, bool trueLast = false)
    {
        var first = lived.Reverse().Distinct().Reverse().ToArray();
        var rest = written.Where(w => !first.Contains(w)).Order(StringComparer.Ordinal);
        var text = string.Join('|', trueLast ? rest.Concat(first) : first.Concat(rest));
        return text.AsSpan().ContainsAny(",\"\n") ? '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : text;
    }
}
