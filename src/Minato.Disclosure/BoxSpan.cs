using System.Numerics;

namespace Minato.Disclosure;

/// <summary>
/// The tables that agree with everything shown, as directions from the true one: random combinations of boxes. Showing one more cell leaves the combinations that do not move it;
/// a small cell is given away as soon as none of them moves it. All hidden cells hold somebody, so that a short way in each direction every table is still one of counts, and the
/// interval of a cell that some direction moves is not a point.
/// </summary>
internal sealed class BoxSpan
{
    private const int Spare = 24;
    private const int Witnesses = 3;
    private const double Zero = 1e-8;

    private readonly int[] place;
    private readonly int[] primary;
    private readonly List<double[]> directions = [];

    /// <param name="hidden">The cells that are hidden; the boxes have no other corners.</param>
    /// <param name="boxes">Signed corners, the complement for a negative one.</param>
    public BoxSpan(int cells, int[] hidden, int[] primary, IReadOnlyList<int[]> boxes, int canBeShown)
    {
        place = new int[cells];
        Array.Fill(place, -1);
        for (var i = 0; i < hidden.Length; i++)
        {
            place[hidden[i]] = i;
        }

        this.primary = [.. primary.Select(c => place[c])];
        for (var v = 0; v < (Math.Min(canBeShown, boxes.Count) * 6 / 10) + Spare; v++)
        {
            // Seeded: the same table is always suppressed the same way. Directions that will only be used up may be thin.
            var random = new Random(v);
            var direction = new double[hidden.Length];
            for (var b = v < Spare ? 0 : random.Next(16); b < boxes.Count; b += v < Spare ? 1 : 1 + random.Next(31))
            {
                var by = random.NextDouble() - 0.5;
                foreach (var corner in boxes[b])
                {
                    direction[place[corner >= 0 ? corner : ~corner]] += corner >= 0 ? by : -by;
                }
            }

            directions.Add(direction);
        }
    }

    /// <summary>Shows a cell if every small cell can still move. Returns whether it is shown.</summary>
    public bool TryShow(int cell)
    {
        var s = place[cell];
        var pivot = -1;
        for (var v = Witnesses; v < directions.Count; v++)
        {
            pivot = pivot < 0 || Math.Abs(directions[v][s]) > Math.Abs(directions[pivot][s]) ? v : pivot;
        }

        if (pivot < 0 || directions.Count <= Witnesses + 2)
        {
            return false;
        }

        var p = directions[pivot];
        if (Math.Abs(p[s]) < Zero)
        {
            // Nothing moves it: it is known already.
            return Enumerable.Range(0, Witnesses).All(v => Math.Abs(directions[v][s]) < Zero);
        }

        foreach (var q in primary)
        {
            var moves = false;
            for (var v = 0; v < Witnesses && !moves; v++)
            {
                var w = directions[v];
                moves = Math.Abs(w[q] - (w[s] / p[s] * p[q])) > Zero * (1 + Math.Abs(w[s] / p[s]));
            }

            if (!moves)
            {
                return false;
            }
        }

        directions.RemoveAt(pivot);
        Parallel.For(0, directions.Count, v =>
        {
            Subtract(directions[v], p, directions[v][s] / p[s]);
            directions[v][s] = 0;
        });

        return true;
    }

    /// <summary>The directions that are left, as changes by cell.</summary>
    public IEnumerable<double[]> Left() => directions.Take(Spare);

    public int Place(int cell) => place[cell];

    private static void Subtract(double[] from, double[] what, double times)
    {
        if (times == 0)
        {
            return;
        }

        var factor = new Vector<double>(times);
        var i = 0;
        for (; i <= from.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(from, i) - (factor * new Vector<double>(what, i))).CopyTo(from, i);
        }

        for (; i < from.Length; i++)
        {
            from[i] -= times * what[i];
        }
    }
}
