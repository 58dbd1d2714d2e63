using System.Text;

namespace Minato.Access;

/// <summary>
/// Conflicts that the software can see by itself (EHDS Art. 55; I1): being of the project, or of the same organisation as the
/// applicant or anybody who will process the data. What it cannot see, the reviewer declares.
/// </summary>
internal static class ConflictOfInterest
{
    /// <summary>Why this seat cannot judge this application, or null.</summary>
    public static string? Of(Seat seat, ApplicationCase application, ApplicationDraft? draft) =>
        seat.Id == application.Applicant ? "is the applicant"
        : draft?.Use.Members.Contains(seat.Id) == true ? "is named in the application"
        : Organisations(application, draft).Contains(Folded(seat.Affiliation)) ? "belongs to an organisation of the project"
        : null;

    private static HashSet<string> Organisations(ApplicationCase application, ApplicationDraft? draft)
    {
        IEnumerable<string> named =
        [
            application.Affiliation,
            draft?.Answers.GetValueOrDefault("applicant.name") ?? "",
            draft?.Answers.GetValueOrDefault("public.lead-entity") ?? "",
            .. (draft?.Answers.GetValueOrDefault("processing.affiliations") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        ];
        var folded = named.Select(Folded).ToHashSet(StringComparer.Ordinal);
        folded.Remove("");
        return folded;
    }

    /// <summary>Case, width of Latin letters and blanks make no other organisation.</summary>
    private static string Folded(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (!char.IsWhiteSpace(c))
            {
                text.Append(char.ToUpperInvariant(c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c));
            }
        }

        return text.ToString();
    }
}
