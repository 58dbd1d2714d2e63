using Minato.Access;
using Minato.Catalogue;
using Minato.Intake;
using Minato.OptOut;

namespace Minato.Portal;

/// <summary>What a choice is about, in words.</summary>
internal static class ChoiceWords
{
    /// <summary>The kinds of applicants of the application form, by which one may choose.</summary>
    public static IReadOnlyList<(string Id, Bilingual Label)> UserKinds(IAccessDesk access) =>
        access.Form.Sections.SelectMany(s => s.Fields).FirstOrDefault(f => f.Id == "applicant.kind") is { } field ? [.. field.Options.Select(o => (o, field.OptionLabels.GetValueOrDefault(o) ?? new Bilingual(o, o)))] : [];

    public static Bilingual Of(ChoiceScope s, IAccessDesk access, IIntake intake, ICatalogue catalogue)
    {
        var parts = new List<Bilingual>();
        if (s.Category is { } c)
        {
            parts.Add(EventWords.Category(c));
        }

        if (s.Dataset is { } d)
        {
            parts.Add(catalogue.Find(d)?.Dataset.Title ?? new Bilingual(d.Value, d.Value));
        }

        if (s.Purpose is { } p)
        {
            parts.Add(access.Purposes.FirstOrDefault(x => x.Id == p)?.Label ?? new Bilingual(p, p));
        }

        if (s.Holder is { } h)
        {
            parts.Add(intake.Holders.FirstOrDefault(x => x.Id == h)?.Name ?? new Bilingual(h.Value, h.Value));
        }

        if (s.Users is { } u)
        {
            parts.Add(UserKinds(access).Where(o => o.Id == u).Select(o => o.Label).FirstOrDefault() ?? new Bilingual(u, u));
        }

        return parts.Count == 0 ? new("すべての利用", "Every use") : new(string.Join(" · ", parts.Select(x => x.Ja)), string.Join(" · ", parts.Select(x => x.En)));
    }

    public static Bilingual Of(ChoiceChannel channel) => channel switch
    {
        ChoiceChannel.Paper => new("紙で", "by paper"),
        ChoiceChannel.Phone => new("電話で", "by phone"),
        _ => new("このサイトで", "on this site"),
    };
}
