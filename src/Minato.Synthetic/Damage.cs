namespace Minato.Synthetic;

/// <summary>
/// Accidents that no reader can repair: half of a record is missing, or the date on which everything hangs does not exist.
/// Receivers must set such a record aside with a reason, and keep its neighbours.
/// </summary>
internal static class Damage
{
    /// <summary>Which of the two accidents, from the record itself.</summary>
    private static bool Cut(Paper paper) => (Draw.Mix((ulong)paper.Person * 31 + (ulong)paper.On.DayNumber) & 1) == 0;

    public static string Describe(Paper paper) => Cut(paper) ? "cut" : "impossible-date";

    /// <summary>Null for a record that is well.</summary>
    public static Func<string, string>? Text(Paper paper) => paper.Fate != Fate.Malformed ? null : paper switch
    {
        ReceiptPaper r => Cut(paper) ? lines => CutFirstLine(lines, 3) : lines => Replace(lines, "," + r.Receipt.Month + ",", "," + r.Receipt.Month[..4] + "13,"),
        VaccinationPaper v => Cut(paper) ? row => CutFirstLine(row, 4) : row => Replace(row, v.Row.VaccinatedOn, v.Row.VaccinatedOn[..4] + "1345"),
        CarePaper c => Cut(paper) ? row => CutFirstLine(row, 4) : row => Replace(row, "," + c.Row.Month + ",", "," + c.Row.Month[..4] + "13,"),
        DeathPaper d => Cut(paper) ? row => CutFirstLine(row, 4) : row => Replace(row, d.Row.DiedOn, d.Row.DiedOn[..4] + "1345"),
        _ => throw new ArgumentException("Not a text record", nameof(paper)),
    };

    /// <summary>Half a bundle, or one that says it is something else.</summary>
    public static Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Json(Paper paper) => paper.Fate != Fate.Malformed ? null
        : Cut(paper) ? json => json[..(json.Length / 2)]
        : json =>
        {
            var copy = json.ToArray();
            var at = copy.AsSpan().IndexOf("\"Bundle\""u8);
            "\"Bundel\""u8.CopyTo(copy.AsSpan(at));
            return copy;
        };

    /// <summary>Half a document, or a check-up on a day that does not exist.</summary>
    public static byte[] Xml(CheckupPaper paper, byte[] xml) => paper.Fate == Fate.Malformed && Cut(paper) ? xml[..(xml.Length / 2)] : xml;

    public static CheckupPaper Dated(CheckupPaper paper) => paper.Fate == Fate.Malformed && !Cut(paper)
        ? paper with { Document = paper.Document with { PerformedOn = paper.Document.PerformedOn[..4] + "1345" } }
        : paper;

    private static string CutFirstLine(string lines, int cells)
    {
        var end = lines.IndexOf("\r\n", StringComparison.Ordinal);
        var at = -1;
        for (var i = 0; i < cells; i++)
        {
            at = lines.IndexOf(',', at + 1);
        }

        return lines[..at] + lines[end..];
    }

    private static string Replace(string text, string old, string with)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        return text[..at] + with + text[(at + old.Length)..];
    }
}
