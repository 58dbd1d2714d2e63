using System.Globalization;
using Minato.Tables.Queries;

namespace Minato.Processing.Media;

/// <summary>A contig, or a part of it; positions as in VCF: from 1, both ends included.</summary>
internal sealed record GenomeRegion(string Contig, long From, long To)
{
    /// <param name="text"><c>chr7</c> or <c>chr7:55019017-55211628</c>.</param>
    public static GenomeRegion? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return text.Length is > 0 and <= 100 && !text.Any(char.IsWhiteSpace) ? new(text, 1, long.MaxValue) : null;
        }

        var dash = text.IndexOf('-', colon);
        return colon > 0 && dash > 0
            && long.TryParse(text.AsSpan(colon + 1, dash - colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && from >= 1 && to >= from
            ? new(text[..colon], from, to)
            : null;
    }

    /// <summary>Whether a row of the table of variants begins inside one of them.</summary>
    public static Expr Holds(IReadOnlyList<GenomeRegion> regions) => Expr.Any([.. regions.Select(r => r.To == long.MaxValue && r.From <= 1
        ? Expr.Col("chromosome").Eq(r.Contig)
        : Expr.All(Expr.Col("chromosome").Eq(r.Contig), Expr.Col("position").Between(r.From, r.To)))]);

    public bool Meets(string contig, long from, long to) => contig == Contig && from <= To && to >= From;
}
