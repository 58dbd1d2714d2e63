using System.Globalization;

namespace Minato.Catalogue;

/// <summary>Values made too coarse to be anybody's own.</summary>
internal static class Rounded
{
    /// <summary>Two significant digits, down for a minimum, up for a maximum.</summary>
    public static string Number(decimal value, bool up)
    {
        if (value == 0)
        {
            return "0";
        }

        var step = 1m;
        var size = Math.Abs(value);
        while (size / step >= 100)
        {
            step *= 10;
        }

        while (size / step < 10 && step > 0.000001m)
        {
            step /= 10;
        }

        var units = value / step;
        var coarse = (up ? Math.Ceiling(units) : Math.Floor(units)) * step;
        return (coarse / 1.0000000000000000000000000000m).ToString("0.##########", CultureInfo.InvariantCulture);
    }

    /// <summary>A year, in steps.</summary>
    public static string Year(long year, bool up, int step = 1)
    {
        var coarse = up ? (year + step - 1) / step * step : year / step * step;
        return coarse.ToString(CultureInfo.InvariantCulture);
    }

    public static double Share(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 3);
}
