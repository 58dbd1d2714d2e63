using System.Text;
using System.Text.Unicode;

namespace Minato.Formats.Text;

/// <summary>The two encodings in which Japanese health files come: UTF-8, and CP932 (Shift_JIS with Windows' additions).</summary>
internal enum SourceEncoding
{
    /// <summary>No character beyond ASCII was seen, so it does not matter.</summary>
    Ascii,
    Utf8,
    Cp932,
}

internal static class SourceText
{
    private static readonly Encoding Cp932 = Make(strict: false);
    private static readonly Encoding StrictCp932 = Make(strict: true);
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Which encoding the lines of a file's beginning speak for. Kanji in CP932 are hardly ever valid UTF-8, so each
    /// line votes; one damaged line must not turn a whole file into nonsense.
    /// </summary>
    public static SourceEncoding Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8))
        {
            return SourceEncoding.Utf8;
        }

        var (utf8, other) = (0, 0);
        while (!head.IsEmpty)
        {
            var at = head.IndexOf((byte)'\n');
            var line = at < 0 ? head : head[..at];
            head = at < 0 ? [] : head[(at + 1)..];
            if (Ascii.IsValid(line) || (at < 0 && utf8 + other > 0))
            {
                continue; // nothing to vote on, or a line that the head may have cut inside a character
            }

            _ = Utf8.IsValid(line) ? utf8++ : other++;
        }

        return utf8 + other == 0 ? SourceEncoding.Ascii : utf8 >= other ? SourceEncoding.Utf8 : SourceEncoding.Cp932;
    }

    /// <summary>Decodes, or says no where the bytes are not of that encoding.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, SourceEncoding encoding, out string text)
    {
        if (Ascii.IsValid(bytes))
        {
            text = Encoding.ASCII.GetString(bytes);
            return true;
        }

        try
        {
            var utf8 = encoding == SourceEncoding.Utf8 || (encoding == SourceEncoding.Ascii && Utf8.IsValid(bytes));
            text = (utf8 ? StrictUtf8 : StrictCp932).GetString(bytes);
            return !text.Contains('\uFFFD');
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Decodes CP932 and puts U+FFFD where a byte pair has no character (外字).</summary>
    public static string DecodeCp932(ReadOnlySpan<byte> bytes) => Cp932.GetString(bytes);

    private static Encoding Make(bool strict)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return strict
            ? Encoding.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            : Encoding.GetEncoding(932, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));
    }
}
