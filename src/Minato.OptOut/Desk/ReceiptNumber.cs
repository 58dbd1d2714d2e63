using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minato.OptOut.Desk;

/// <summary>Eleven random digits and a check digit (Luhn), which finds every digit misheard and nearly every pair exchanged.</summary>
internal static class ReceiptNumber
{
    private const int Digits = 11;
    private const int WordLength = 10;
    private const string Letters = "23456789abcdefghjkmnpqrstuvwxyz";

    public static string New()
    {
        var digits = RandomNumberGenerator.GetInt32(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture) + RandomNumberGenerator.GetInt32(0, 100_000).ToString("D5", CultureInfo.InvariantCulture);
        return digits + CheckDigit(digits);
    }

    /// <summary>The number without what people write between digits; null where it is none.</summary>
    public static string? Read(string? text)
    {
        var digits = new string([.. (text ?? "").Normalize(NormalizationForm.FormKC).Where(c => c is not ('-' or ' ' or 'ー' or '‐'))]);
        return digits.Length == Digits + 1 && digits.All(char.IsAsciiDigit) && CheckDigit(digits[..Digits]) == digits[Digits] ? digits : null;
    }

    /// <summary>The word on the letter of a number: only the key's owner can make it.</summary>
    public static string WordOf(string number, IKeyStore keys)
    {
        var mac = HMACSHA256.HashData(keys.Key("choice-letters"), Encoding.ASCII.GetBytes(number));
        return new string([.. mac.Take(WordLength).Select(b => Letters[b % Letters.Length])]);
    }

    private static char CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var d = digits[^(i + 1)] - '0';
            d = i % 2 == 0 ? 2 * d : d;
            sum += d > 9 ? d - 9 : d;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
