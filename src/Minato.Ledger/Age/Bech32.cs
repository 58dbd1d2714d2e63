using System.Text;

namespace Minato.Ledger.Age;

/// <summary>Bytes as text that notices typing errors (BIP 173): how age writes keys. Without its limit of 90 characters, as age has it.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int Checksum = 6;

    /// <param name="prefix">Lower case.</param>
    public static string Encode(string prefix, ReadOnlySpan<byte> data)
    {
        var values = Regroup(data, 8, 5, pad: true)!;
        var check = Polymod([.. Expand(prefix), .. values, .. new byte[Checksum]]) ^ 1;
        var text = new StringBuilder(prefix).Append('1');
        values.ForEach(v => text.Append(Alphabet[v]));
        for (var i = 0; i < Checksum; i++)
        {
            text.Append(Alphabet[(int)(check >> (5 * (Checksum - 1 - i))) & 31]);
        }

        return text.ToString();
    }

    /// <returns>Null where the text is none, has another prefix, or was mistyped.</returns>
    public static byte[]? Decode(string prefix, string text)
    {
        var lower = text.ToLowerInvariant();
        if ((text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiLetterUpper)) || !lower.StartsWith(prefix + '1', StringComparison.Ordinal))
        {
            return null;
        }

        var values = lower[(prefix.Length + 1)..].Select(c => Alphabet.IndexOf(c, StringComparison.Ordinal)).ToList();
        return values.Count >= Checksum && values.TrueForAll(v => v >= 0) && Polymod([.. Expand(prefix), .. values.Select(v => (byte)v)]) == 1
            ? Regroup([.. values.SkipLast(Checksum).Select(v => (byte)v)], 5, 8, pad: false)?.ToArray()
            : null;
    }

    private static IEnumerable<byte> Expand(string prefix) => [.. prefix.Select(c => (byte)(c >> 5)), 0, .. prefix.Select(c => (byte)(c & 31))];

    private static uint Polymod(IEnumerable<byte> values)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        uint check = 1;
        foreach (var value in values)
        {
            var top = check >> 25;
            check = ((check & 0x1ffffff) << 5) ^ value;
            for (var i = 0; i < generator.Length; i++)
            {
                check ^= ((top >> i) & 1) == 1 ? generator[i] : 0;
            }
        }

        return check;
    }

    /// <returns>Null where bits are left over that are not padding.</returns>
    private static List<byte>? Regroup(ReadOnlySpan<byte> data, int from, int to, bool pad)
    {
        var (held, bits) = (0, 0);
        var result = new List<byte>();
        foreach (var value in data)
        {
            held = ((held << from) | value) & 0xfff;
            for (bits += from; bits >= to; bits -= to)
            {
                result.Add((byte)((held >> (bits - to)) & ((1 << to) - 1)));
            }
        }

        if (pad && bits > 0)
        {
            result.Add((byte)((held << (to - bits)) & ((1 << to) - 1)));
        }

        return pad || (bits < from && ((held << (to - bits)) & ((1 << to) - 1)) == 0) ? result : null;
    }
}
