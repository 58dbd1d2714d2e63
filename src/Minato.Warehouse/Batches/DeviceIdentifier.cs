namespace Minato.Warehouse.Batches;

/// <summary>
/// The UDI-DI, what model a device is, of whatever part of a UDI a source wrote. The other half (UDI-PI: lot, serial number, dates) is cut
/// off: a serial number is one person's implant.
/// </summary>
internal static class DeviceIdentifier
{
    private const int GtinLength = 14;

    public static string? Of(string? udi)
    {
        if (udi is null)
        {
            return null;
        }

        // GS1: (01) and 14 digits, with or without the brackets. HIBCC: + … up to the stroke. ICCBBA: =/ … up to the next =.
        var text = udi.AsSpan().Trim();
        if (text.StartsWith("(01)") || (text.StartsWith("01") && text.Length > GtinLength))
        {
            var digits = text[(text[0] == '(' ? 4 : 2)..];
            return digits.Length >= GtinLength && !digits[..GtinLength].ContainsAnyExceptInRange('0', '9') ? new string(digits[..GtinLength]) : null;
        }

        if (text.StartsWith("+"))
        {
            return new string(text.IndexOf('/') is > 0 and var stroke ? text[..stroke] : text);
        }

        if (text.StartsWith("=/"))
        {
            return new string(text[2..].IndexOf('=') is > 0 and var next ? text[..(next + 2)] : text);
        }

        return new string(text);
    }
}
