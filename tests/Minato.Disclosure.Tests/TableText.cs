namespace Minato.Disclosure.Tests;

/// <summary>Tables as text: header of dimensions and <c>n</c>, one line per cell, columns split by spaces; <c>*</c> is suppressed.</summary>
internal static class TableText
{
    public static CellTable Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        return CellTable.FromRows(lines[0][..^1], [.. lines[1..].Select(l =>
        {
            Assert.True(SuppressionMark.TryRead(l[^1], out var v));
            return ((IReadOnlyList<string>)l[..^1], v);
        })]).Value;
    }

    public static string Rules(IEnumerable<CellFinding> findings) => string.Join("; ", findings.Select(f => $"{f.Rule}:{string.Join('/', f.Cell)}"));

    /// <summary>A full table with totals from the inner counts.</summary>
    public static CellTable WithTotals(int[] inner, params int[] sizes)
    {
        var rows = new List<(IReadOnlyList<string>, decimal?)>();
        var at = new int[sizes.Length];
        void Walk(int d)
        {
            if (d == sizes.Length)
            {
                rows.Add(([.. at.Select((a, i) => a == sizes[i] ? "total" : "c" + a)], Sum(0, 0)));
                return;
            }

            for (at[d] = 0; at[d] <= sizes[d]; at[d]++)
            {
                Walk(d + 1);
            }
        }

        int Sum(int d, int offset)
        {
            if (d == sizes.Length)
            {
                return inner[offset];
            }

            return at[d] < sizes[d]
                ? Sum(d + 1, (offset * sizes[d]) + at[d])
                : Enumerable.Range(0, sizes[d]).Sum(c => Sum(d + 1, (offset * sizes[d]) + c));
        }

        Walk(0);
        return CellTable.FromRows([.. sizes.Select((_, i) => "d" + i)], rows).Value;
    }
}
