using System.Globalization;
using System.Text;

namespace Minato.Access;

/// <summary>A file's name as people may see and save it: no folders, nothing invisible, nothing that turns the reading direction round, an ending that says what it is.</summary>
internal static class AttachmentName
{
    private const int Longest = 100;

    public static string Of(string? given, string mediaType, string kind)
    {
        var last = (given ?? "").Split('/', '\\')[^1];
        if (!IsWellFormed(last))
        {
            last = "";
        }

        var clean = new StringBuilder();
        foreach (var rune in last.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var bad = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate
                || rune.Value is '<' or '>' or ':' or '"' or '/' or '\\' or '|' or '?' or '*';
            clean.Append(bad ? "_" : Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }

        var name = string.Join(' ', clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.', ' ', '_');
        var endings = AttachmentType.ExtensionsOf(mediaType);
        var ending = endings.FirstOrDefault(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        var stem = ending is null ? name : name[..^ending.Length];
        stem = stem.Length > Longest ? stem[..(char.IsHighSurrogate(stem[Longest - 1]) ? Longest - 1 : Longest)] : stem;
        return (stem.Trim('.', ' ').Length == 0 ? kind : stem) + (ending ?? endings[0]);
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }
}
