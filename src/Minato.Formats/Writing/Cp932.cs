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
        CodePagesEncodingProvider.Instance.GetEncoding(932, new OneCircle(), DecoderFallback.ReplacementFallback)!;

    /// <summary>The framework's own replacement writes two for a character outside the first plane.</summary>
    private sealed class OneCircle : EncoderFallback
    {
        public override int MaxCharCount => 1;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : EncoderFallbackBuffer
        {
            private bool full;

            public override int Remaining => full ? 1 : 0;

            public override bool Fallback(char charUnknown, int index) => full = true;

            public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) => full = true;

            public override char GetNextChar()
            {
                var c = full ? '●' : '\0';
                full = false;
                return c;
            }

            public override bool MovePrevious() => false;

            public override void Reset() => full = false;
        }
    }

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
