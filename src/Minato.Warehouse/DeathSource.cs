using System.Globalization;

namespace Minato.Warehouse;

/// <summary>
/// How far a source is believed about a death, by its type concept: the certificate, then the record of those who
/// treated, then registers, then what is concluded from claims (a claim's outcome is often dated at the month's end).
/// </summary>
public static class DeathSource
{
    private static readonly long[] Order = [32815, 32817, 32879, 32848, 32810];

    /// <summary>0 is best. Of one rank the signal with a cause, then the earliest date, is taken.</summary>
    public static int Rank(long typeConcept) => Array.IndexOf(Order, typeConcept) is >= 0 and var rank ? rank : Order.Length;

    /// <summary>The same as an SQL expression over a type concept column.</summary>
    public static string RankSql(string column) =>
        $"case {column} {string.Join(" ", Order.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"when {c} then {i}")))} else {Order.Length.ToString(CultureInfo.InvariantCulture)} end";
}
