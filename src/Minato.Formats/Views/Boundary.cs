using System.Globalization;

namespace Minato.Formats.Views;

/// <summary>
/// <c>lowBoundary()</c> and <c>highBoundary()</c>: the least and the greatest value that a value of limited precision can
/// stand for. A date without offset may lie in any: +14:00 is the earliest, -12:00 the latest.
/// </summary>
internal sealed class Boundary(Step source, bool high, Step? precision) : Step
{
    public override void Run(in Item focus, Scope scope, Items into)
    {
        if (source.One(focus, scope, high ? "highBoundary()" : "lowBoundary()") is not { } item)
        {
            return;
        }

        var digits = precision?.One(focus, scope, "a precision")?.Number();
        switch (item.Type)
        {
            case { Kind: ValueKind.Integer or ValueKind.Decimal }:
                if (OfNumber(item.Number(), digits) is { } number)
                {
                    into.Add(Item.Of(number));
                }

                break;
            case { Kind: ValueKind.Date or ValueKind.DateTime }:
                into.Add(Moment(item.Text(), item.Type));
                break;
            case { Kind: ValueKind.Time }:
                into.Add(new(FhirType.Time, TimeOfDay(item.Text())));
                break;
            case { Name: "Period" } when item.Json.ValueKind == System.Text.Json.JsonValueKind.Object:
                if (item.Json.TryGetProperty(high ? "end"u8 : "start"u8, out var end) && end.ValueKind == System.Text.Json.JsonValueKind.String)
                {
                    into.Add(Moment(end.GetString()!, FhirType.DateTime));
                }

                break;
            default:
                throw new ViewFault($"{item.Type} has no boundaries");
        }
    }

    /// <summary>Half a unit of the last digit; then, where asked for, outwards to so many decimal places.</summary>
    private decimal? OfNumber(decimal value, decimal? digits)
    {
        try
        {
            var half = new decimal(5, 0, 0, false, (byte)Math.Min(value.Scale + 1, 28));
            var bound = high ? value + half : value - half;
            return digits is null ? bound
                : digits is < 0 or > 28 ? null
                : decimal.Round(bound, (int)digits, high ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private Item Moment(string text, FhirType type)
    {
        var at = text.IndexOf('T', StringComparison.Ordinal);
        var date = at < 0 ? text : text[..at];
        var parts = date.Split('-');
        if (parts.Length > 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1 or > 9999)
        {
            throw Malformed();
        }

        var month = parts.Length > 1 ? parts[1] : high ? "12" : "01";
        if (!int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var m) || m is < 1 or > 12)
        {
            throw Malformed();
        }

        var day = parts.Length > 2 ? parts[2] : high ? System.DateTime.DaysInMonth(year, m).ToString("00", CultureInfo.InvariantCulture) : "01";
        date = $"{parts[0]}-{month}-{day}";
        if (type.Kind == ValueKind.Date)
        {
            return new(FhirType.Date, date);
        }

        var time = at < 0 ? "" : text[(at + 1)..];
        var zone = time.IndexOfAny(['Z', '+', '-']);
        var offset = zone >= 0 ? time[zone..] : high ? "-12:00" : "+14:00";
        return new(FhirType.DateTime, $"{date}T{TimeOfDay(zone >= 0 ? time[..zone] : time)}{offset}");
    }

    private string TimeOfDay(string text)
    {
        // Hours, minutes, seconds and thousandths; what is missing is filled with the least or the greatest.
        var fill = high ? "23:59:59.999" : "00:00:00.000";
        return text.Length switch
        {
            0 or 2 or 5 or 8 => text + fill[text.Length..],
            9 or 10 or 11 => text + fill[text.Length..],
            >= 12 => text[..12],
            _ => throw Malformed(),
        };
    }

    private static ViewFault Malformed() => new("a date or time is not as FHIR writes it");
}
