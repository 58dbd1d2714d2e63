using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>
/// コード and ペイロード of the long layouts (様式1, H): each filled payload becomes an observation <c>コード-n</c>. Numbers are
/// values, short codes are coded values; text and dates stay behind: text may name somebody, and a date inside a
/// value would escape every standard that shifts or coarsens dates.
/// </summary>
internal static class Payloads
{
    private const int LongestCode = 10;

    public static bool IsItem(ReadOnlySpan<byte> code)
    {
        foreach (var b in code)
        {
            if (!char.IsAsciiLetterOrDigit((char)b))
            {
                return false;
            }
        }

        return code.Length == 7;
    }

    /// <param name="before">The column in front of payload 1.</param>
    public static List<HealthFact> Of(in CutLine row, int codeColumn, int before, int from, int to, DateOnly day, string system, string facility, StayContext context, long at)
    {
        var facts = new List<HealthFact>(4);
        var code = row[codeColumn];
        for (var n = from; n <= to; n++)
        {
            var field = row[before + n];
            if (field.IsEmpty)
            {
                continue;
            }

            if (field.Length > LongestCode || !IsAscii(field))
            {
                context.Tally.Note("dpc.text", "payload with text was not passed on: it may name somebody", at);
                continue;
            }

            if (field.Length == 8 && row.TryDate(before + n, out _))
            {
                context.Tally.Note("dpc.date", "payload with a date was not passed on: only facts have dates", at);
                continue;
            }

            var isNumber = row.TryAmount(before + n, out var value) && field.Length <= 6;
            facts.Add(new HealthFact
            {
                Kind = FactKind.Observation,
                Start = day,
                System = system,
                Code = context.Codes.Item(code, n),
                Value = isNumber ? value : null,
                ValueCode = isNumber ? null : Encoding.ASCII.GetString(field),
                Facility = facility,
                Line = at,
            });
        }

        return facts;
    }

    private static bool IsAscii(ReadOnlySpan<byte> field) => !field.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
