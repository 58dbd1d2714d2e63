using System.Security.Cryptography;
using System.Text;

namespace Minato.Workspace.Watching;

/// <summary>What is left of a program when numbers, texts, comments, blanks and capitals are taken away: programs of one shape ask the same with other values.</summary>
internal static class ProgramShape
{
    public static string HashOf(JobLanguage language, string code)
    {
        var shape = new StringBuilder(code.Length);
        for (var i = 0; i < code.Length;)
        {
            var c = code[i];
            if (IsComment(language, code, i))
            {
                i = code.IndexOf('\n', i) is var end && end < 0 ? code.Length : end;
            }
            else if (c is '\'' or '"')
            {
                i = code.IndexOf(c, i + 1) is var end && end < 0 ? code.Length : end + 1;
                shape.Append('?');
            }
            else if (char.IsAsciiDigit(c) && (shape.Length == 0 || !(char.IsLetterOrDigit(shape[^1]) || shape[^1] == '_')))
            {
                while (i < code.Length && (char.IsAsciiLetterOrDigit(code[i]) || code[i] == '.'))
                {
                    i++;
                }

                shape.Append('?');
            }
            else
            {
                if (!char.IsWhiteSpace(c))
                {
                    shape.Append(char.ToLowerInvariant(c));
                }
                else if (shape.Length > 0 && shape[^1] != ' ')
                {
                    shape.Append(' ');
                }

                i++;
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape.ToString().TrimEnd())));
    }

    private static bool IsComment(JobLanguage language, string code, int at) =>
        language == JobLanguage.Sql ? code.AsSpan(at).StartsWith("--", StringComparison.Ordinal) : code[at] == '#';
}
