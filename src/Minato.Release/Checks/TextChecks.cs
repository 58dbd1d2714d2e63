using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minato.Release.Checks;

/// <summary>Words and programs: plain text that people can read, without data in it. A person always looks at it too.</summary>
internal static partial class TextChecks
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Codes of concepts are shorter than this; a program names many of them.</summary>
    private const int LongestCode = 10;

    /// <param name="program">Whether numbers may stand in it as codes.</param>
    public static void Check(ReadOnlySpan<byte> bytes, bool program, ExtractionMirror mirror, Report report)
    {
        foreach (var tried in new[] { RuleId.TextForm, RuleId.PersonId, RuleId.IdentifierPattern, RuleId.Encoded, RuleId.DataInText, RuleId.RowLevel })
        {
            report.Try(tried);
        }

        var rule = report.Rules.Text;
        if (bytes.Length > rule.MaximumBytes)
        {
            report.Fail(RuleId.FileSize);
            return;
        }

        string text;
        try
        {
            text = Strict.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            report.Fail(RuleId.TextForm);
            return;
        }

        var lines = text.Split('\n');
        var numbers = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var (line, where) = (lines[i].TrimEnd('\r'), $"line {i + 1}");
            if (line.Length > rule.MaximumLineLength || line.Any(Unseen) || line.EndsWith("  ", StringComparison.Ordinal) || line.EndsWith('\t'))
            {
                report.Fail(RuleId.TextForm, where);
            }

            foreach (var token in Tokens().EnumerateMatches(line))
            {
                CheckToken(line.Substring(token.Index, token.Length), program, where, mirror, report);
            }

            numbers += Numbers().Count(line);
        }

        if (numbers > rule.MaximumNumbers)
        {
            report.Fail(RuleId.DataInText);
        }

        CheckLines(lines, mirror, report);
    }

    /// <summary>The same text without what is not seen; null where it is no text.</summary>
    public static byte[]? Plain(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
            return Encoding.UTF8.GetBytes(string.Join('\n', text.Split('\n').Select(line => string.Concat(line.TrimEnd('\r').Where(c => !Unseen(c))).TrimEnd())));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static void CheckToken(string token, bool program, string where, ExtractionMirror mirror, Report report)
    {
        if (mirror.HoldsPerson(token))
        {
            report.Fail(RuleId.PersonId, where);
        }
        else if (!(program && token.Length <= LongestCode && token.All(char.IsAsciiDigit)) && report.Rules.Identifiers.Any(i => i.IsIn(token)))
        {
            report.Fail(RuleId.IdentifierPattern, where);
        }

        if (token.Length > report.Rules.Text.LongestToken || (token.Length >= 24 && LooksEncoded(token)))
        {
            report.Fail(RuleId.Encoded, where);
        }
    }

    /// <summary>Base64 and the like mix cases and digits as no word does.</summary>
    private static bool LooksEncoded(string token)
    {
        var changes = 0;
        for (var i = 1; i < token.Length; i++)
        {
            changes += Kind(token[i]) != Kind(token[i - 1]) ? 1 : 0;
        }

        return changes * 4 >= token.Length && token.Any(char.IsAsciiDigit) && token.Any(char.IsAsciiLetterUpper) && token.Any(char.IsAsciiLetterLower);

        static int Kind(char c) => char.IsAsciiDigit(c) ? 0 : char.IsAsciiLetterUpper(c) ? 1 : char.IsAsciiLetterLower(c) ? 2 : 3;
    }

    /// <summary>Lines of as many fields as their neighbours, held against the extraction as a table would be.</summary>
    private static void CheckLines(string[] lines, ExtractionMirror mirror, Report report)
    {
        var rule = report.Rules.RowLevel;
        foreach (var separator in new[] { ',', ';', '\t', '|', ' ' })
        {
            var run = new List<IReadOnlyList<string>>();
            foreach (var line in lines.Append(""))
            {
                string[] fields = [.. line.Trim().Trim('[', ']', '(', ')', '{', '}', ',').Split(separator).Select(f => f.Trim().Trim('"', '\'')).Where(f => f.Length > 0)];
                if (run.Count > 0 && fields.Length != run[0].Count)
                {
                    CheckRun(run, mirror, report);
                    run = [];
                }

                if (fields.Length >= rule.Columns)
                {
                    run.Add(fields);
                }
            }
        }
    }

    private static void CheckRun(List<IReadOnlyList<string>> run, ExtractionMirror mirror, Report report)
    {
        if (run.Count >= report.Rules.RowLevel.MinimumRows)
        {
            LeakChecks.CheckRows(mirror, new CsvFile([.. run[0].Select((_, i) => $"column {i + 1}")], run), null, report);
        }
    }

    /// <summary>What is in a text and not on the page: controls, and characters without width or of private meaning.</summary>
    private static bool Unseen(char c) =>
        c != '\t' && (char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || c is '\u00a0' or '\u115f' or '\u1160' or '\u3164' or '\ufe0f' or '\uffa0' || c is >= '\u2000' and <= '\u200a' || c is >= '\ufe00' and <= '\ufe0f');

    [GeneratedRegex(@"[A-Za-z0-9+/_@.=\-]{6,}", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"(?<![A-Za-z_0-9.])-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![A-Za-z_0-9])", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Numbers();
}
