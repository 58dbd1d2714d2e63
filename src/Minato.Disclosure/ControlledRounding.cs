namespace Minato.Disclosure;

/// <summary>
/// Controlled rounding of a two-way table (Cox 1987): every cell, row total, column total and the grand total becomes one of the two multiples of the base next to it (a multiple
/// stays), and the rounded table still adds up. Always possible in two dimensions.
/// </summary>
public static class ControlledRounding
{
    /// <param name="cells">Counts, rows by columns, without totals.</param>
    /// <param name="roundBase">Base; 2 or more.</param>
    /// <returns>Rows + 1 by columns + 1: the rounded table with its totals in the last row and column.</returns>
    public static long[,] Round(long[,] cells, int roundBase)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(roundBase, 2);
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));

        // With the totals negative, every row and column sums to 0; moving along a closed path of rows and columns keeps that.
        var m = new long[rows + 1, columns + 1];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(cells[i, j], nameof(cells));
                m[i, j] = cells[i, j];
                m[i, columns] -= cells[i, j];
                m[rows, j] -= cells[i, j];
                m[rows, columns] += cells[i, j];
            }
        }

        for (var i = 0; i <= rows; i++)
        {
            for (var j = 0; j <= columns; j++)
            {
                while (Residue(m[i, j], roundBase) != 0)
                {
                    Step(m, Cycle(m, i, j, roundBase), roundBase);
                }
            }
        }

        for (var i = 0; i <= rows; i++)
        {
            m[i, columns] = -m[i, columns];
        }

        for (var j = 0; j <= columns; j++)
        {
            m[rows, j] = -m[rows, j];
        }

        return m;
    }

    private static long Residue(long value, int b) => ((value % b) + b) % b;

    /// <summary>A closed path of cells that are no multiples, turning at each: a row or column with one has a second, since it sums to 0.</summary>
    private static List<(int I, int J)> Cycle(long[,] m, int i, int j, int b)
    {
        List<(int I, int J)> path = [(i, j)];
        while (true)
        {
            var (a, c) = path[^1];
            var alongRow = path.Count % 2 == 1;
            var next = alongRow
                ? (I: a, J: Enumerable.Range(0, m.GetLength(1)).First(x => x != c && Residue(m[a, x], b) != 0))
                : (I: Enumerable.Range(0, m.GetLength(0)).First(x => x != a && Residue(m[x, c], b) != 0), J: c);

            // Closed where the path comes to a row (or column) that it has left in the same manner.
            for (var p = 0; p < path.Count; p++)
            {
                if (p % 2 == path.Count % 2 && (alongRow ? path[p].J == next.J && p % 2 == 1 : path[p].I == next.I && p % 2 == 0))
                {
                    var cycle = path[(p + (path[p] == next ? 0 : 1))..];
                    if (path[p] != next)
                    {
                        cycle.Add(next);
                    }

                    return cycle;
                }
            }

            path.Add(next);
        }
    }

    /// <summary>Moves the cells of a cycle up and down in turn until one of them is a multiple; in the direction that changes the table less.</summary>
    private static void Step(long[,] m, List<(int I, int J)> cycle, int b)
    {
        long Room(bool firstUp) => cycle.Select((c, p) => firstUp == (p % 2 == 0) ? b - Residue(m[c.I, c.J], b) : Residue(m[c.I, c.J], b)).Min();
        var (up, down) = (Room(true), Room(false));
        var by = up <= down ? up : -down;
        for (var p = 0; p < cycle.Count; p++)
        {
            m[cycle[p].I, cycle[p].J] += p % 2 == 0 ? by : -by;
        }
    }
}
