namespace Minato.Disclosure;

/// <summary>
/// What somebody outside can work out: all non-negative tables that fit the shown cells and the equations, as the
/// solutions of Ax = b, x ≥ 0, and the least and greatest value of a cell among them (the 'audit' of the statistical
/// disclosure literature, two linear programs per suppressed cell). A dense simplex with exact termination (Bland).
/// </summary>
/// <remarks>
/// Tables of one and two dimensions are networks, so every corner of the polytope is integral and the bounds are exact.
/// In higher dimensions only integral corners are accepted as witnesses of safety, so that 'safe' is always proved by
/// whole tables of persons; a bound may then be reported narrower than it is, never wider.
/// </remarks>
internal sealed class OutsideView
{
    private const double Epsilon = 1e-7;

    private readonly int variables;
    private readonly List<double[]> rows = [];
    private readonly List<int> basis = [];
    private readonly double[] least;
    private readonly double[] greatest;

    private readonly bool whole;

    private OutsideView(int variables, bool whole)
    {
        this.variables = variables;
        this.whole = whole;
        least = new double[variables];
        greatest = new double[variables];
        Array.Fill(least, double.PositiveInfinity);
        Array.Fill(greatest, double.NegativeInfinity);
    }

    /// <param name="equations">Σ coefficient·variable = constant.</param>
    /// <returns>Null where nothing fits: the totals contradict the parts.</returns>
    public static OutsideView? Of(int variables, IReadOnlyList<(IReadOnlyList<(int Variable, double Coefficient)> Terms, double Constant)> equations)
    {
        var view = new OutsideView(variables, equations.All(e => e.Constant == Math.Floor(e.Constant)));
        var artificials = equations.Count;
        var width = variables + artificials + 1;
        for (var e = 0; e < equations.Count; e++)
        {
            var row = new double[width];
            foreach (var (v, c) in equations[e].Terms)
            {
                row[v] += c;
            }

            row[^1] = equations[e].Constant;
            if (row[^1] < 0)
            {
                for (var i = 0; i < width; i++)
                {
                    row[i] = -row[i];
                }
            }

            row[variables + e] = 1;
            view.rows.Add(row);
            view.basis.Add(variables + e);
        }

        if (!view.DriveArtificialsOut())
        {
            return null;
        }

        view.See();
        return view;
    }

    /// <summary>The narrowest proven statement about a variable: stops early once the width is reached.</summary>
    public (double Low, double High) Bounds(int variable, double enough)
    {
        if (greatest[variable] - least[variable] < enough)
        {
            Push(variable, up: true, enough);
        }

        if (greatest[variable] - least[variable] < enough)
        {
            Push(variable, up: false, enough);
        }

        // No table of whole persons was seen: nothing is proved.
        return double.IsInfinity(least[variable]) ? (double.NaN, double.NaN) : (least[variable], greatest[variable]);
    }

    private bool DriveArtificialsOut()
    {
        // Phase 1: minimise the sum of artificials; its reduced cost is minus the sum of their rows.
        for (var guard = 0; ; guard++)
        {
            var infeasible = 0.0;
            var cost = new double[variables];
            for (var r = 0; r < rows.Count; r++)
            {
                if (basis[r] >= variables)
                {
                    infeasible += rows[r][^1];
                    for (var v = 0; v < variables; v++)
                    {
                        cost[v] += rows[r][v];
                    }
                }
            }

            if (infeasible < Epsilon)
            {
                break;
            }

            var enter = Choose(cost, greedy: guard < 50 + (4 * rows.Count));
            if (enter < 0)
            {
                return false;
            }

            Pivot(Leaving(enter), enter);
        }

        // Artificials that stay in the basis at zero: exchange them, or drop their (redundant) equation.
        for (var r = rows.Count - 1; r >= 0; r--)
        {
            if (basis[r] < variables)
            {
                continue;
            }

            var enter = -1;
            for (var v = 0; v < variables && enter < 0; v++)
            {
                enter = Math.Abs(rows[r][v]) > Epsilon ? v : -1;
            }

            if (enter >= 0)
            {
                Pivot(r, enter);
            }
            else
            {
                rows.RemoveAt(r);
                basis.RemoveAt(r);
            }
        }

        for (var r = 0; r < rows.Count; r++)
        {
            var slim = new double[variables + 1];
            Array.Copy(rows[r], slim, variables);
            slim[^1] = rows[r][^1];
            rows[r] = slim;
        }

        return true;
    }

    private void Push(int variable, bool up, double enough)
    {
        for (var guard = 0; greatest[variable] - least[variable] < enough; guard++)
        {
            var at = basis.IndexOf(variable);
            int enter;
            if (at < 0)
            {
                if (!up)
                {
                    return;
                }

                enter = variable;
            }
            else
            {
                var gain = new double[variables];
                for (var v = 0; v < variables; v++)
                {
                    gain[v] = v == variable ? 0 : up ? -rows[at][v] : rows[at][v];
                }

                enter = Choose(gain, greedy: guard < 50 + (4 * rows.Count));
                if (enter < 0)
                {
                    return;
                }
            }

            var leave = Leaving(enter);
            if (leave < 0)
            {
                // A whole ray of tables: without limit upwards (a cell cannot fall without limit).
                least[variable] = Math.Min(least[variable], at < 0 ? 0 : rows[at][^1]);
                greatest[variable] = double.PositiveInfinity;
                return;
            }

            Pivot(leave, enter);
            See();
        }
    }

    private static int Choose(double[] gain, bool greedy)
    {
        var best = -1;
        for (var v = 0; v < gain.Length; v++)
        {
            if (gain[v] > Epsilon && (best < 0 || (greedy && gain[v] > gain[best])))
            {
                best = v;
                if (!greedy)
                {
                    break;
                }
            }
        }

        return best;
    }

    private int Leaving(int enter)
    {
        var best = -1;
        var ratio = double.PositiveInfinity;
        for (var r = 0; r < rows.Count; r++)
        {
            if (rows[r][enter] > Epsilon)
            {
                var q = rows[r][^1] / rows[r][enter];
                if (q < ratio - 1e-12 || (q <= ratio + 1e-12 && best >= 0 && basis[r] < basis[best]))
                {
                    (best, ratio) = (r, Math.Min(q, ratio));
                }
            }
        }

        return best;
    }

    private void Pivot(int leave, int enter)
    {
        var pivotRow = rows[leave];
        var p = pivotRow[enter];
        for (var i = 0; i < pivotRow.Length; i++)
        {
            pivotRow[i] /= p;
        }

        pivotRow[enter] = 1;
        for (var r = 0; r < rows.Count; r++)
        {
            if (r == leave || Math.Abs(rows[r][enter]) < 1e-12)
            {
                continue;
            }

            var row = rows[r];
            var f = row[enter];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] -= f * pivotRow[i];
            }

            row[enter] = 0;
            if (row[^1] is < 0 and > -Epsilon)
            {
                row[^1] = 0;
            }
        }

        basis[leave] = enter;
    }

    /// <summary>Takes the present corner as a witness for every variable, if it is a table of whole persons.</summary>
    private void See()
    {
        foreach (var row in rows)
        {
            if (whole && Math.Abs(row[^1] - Math.Round(row[^1])) > 1e-6)
            {
                return;
            }
        }

        var value = new double[variables];
        for (var r = 0; r < rows.Count; r++)
        {
            value[basis[r]] = whole ? Math.Round(rows[r][^1]) : rows[r][^1];
        }

        for (var v = 0; v < variables; v++)
        {
            least[v] = Math.Min(least[v], value[v]);
            greatest[v] = Math.Max(greatest[v], value[v]);
        }
    }
}
