using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Minato.Release.Checks;

/// <summary>A CSV file as a whole (RFC 4180, UTF-8): header and rows of the same width. Never more than its size limit, so it fits in memory.</summary>
internal sealed record CsvFile(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int IndexOf(string column)
    {
        for (var i = 0; i < Header.Count; i++)
        {
            if (Header[i] == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>False where the encoding, quotes, width or header are wrong; a header must have distinct names.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CsvFile? file)
    {
        file = null;
        string text;
        try
        {
            text = Strict.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        if (text.Contains('\0') || !TrySplit(text, out var lines) || lines.Count == 0)
        {
            return false;
        }

        var header = lines[0];
        if (header.Any(string.IsNullOrWhiteSpace) || header.Distinct(StringComparer.Ordinal).Count() != header.Count || lines.Any(l => l.Count != header.Count))
        {
            return false;
        }

        file = new CsvFile(header, lines[1..]);
        return true;
    }

    private static bool TrySplit(string text, out List<IReadOnlyList<string>> lines)
    {
        lines = [];
        var line = new List<string>();
        var field = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            field.Clear();
            if (text[at] == '"')
            {
                for (at++; ; at++)
                {
                    if (at == text.Length)
                    {
                        return false;
                    }

                    if (text[at] != '"')
                    {
                        field.Append(text[at]);
                    }
                    else if (at + 1 < text.Length && text[at + 1] == '"')
                    {
                        field.Append('"');
                        at++;
                    }
                    else
                    {
                        at++;
                        break;
                    }
                }
            }
            else
            {
                for (; at < text.Length && text[at] is not (',' or '\n' or '\r'); at++)
                {
                    if (text[at] == '"')
                    {
                        return false;
                    }

                    field.Append(text[at]);
                }
            }

            line.Add(field.ToString());
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at == text.Length)
                {
                    line.Add("");
                }

                continue;
            }

            if (at < text.Length && text[at] is not ('\n' or '\r'))
            {
                return false;
            }

            at += at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
            if (!(line is [""]))
            {
                lines.Add([.. line]);
            }

            line.Clear();
        }

        if (line.Count > 0)
        {
            lines.Add([.. line]);
        }

        return true;
    }
}
