using System.Text;

namespace Minato.Formats.Writing;

/// <summary>
/// Windows-31J as claim systems write it. What it cannot hold becomes one <c>●</c> per character, which is how real
/// receipts show such names; half of a surrogate pair does not become two.
/// </summary>
public static class Cp932
{
    /// <summary>Code page 932 with <c>●</c> for what it cannot encode.</summary>
    public static Encoding Encoding { get; } =
        CodePagesEncodingProvider.Instance.GetEncoding(932, new EncoderReplacementFallback("●"), DecoderFallback.ReplacementFallback)!;

    private static readonly Encoding Strict =
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <summary>True where every character survives the way there and back.</summary>
    public static bool CanHold(string text)
    {
        try
        {
            return string.Equals(Strict.GetString(Strict.GetBytes(text)), text, StringComparison.Ordinal);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The text as a reader of the bytes will see it.</summary>
    public static string AsWritten(string text) => CanHold(text) ? text : Encoding.GetString(Encoding.GetBytes(text));
}
