namespace Minato.Disclosure;

/// <summary>
/// How many persons of the population are unique on the quasi-identifiers, estimated from a sample's class sizes. Pitman suits small
/// samples, Zayatz large ones: <see cref="Estimate"/> chooses at a tenth, after Dankar, El Emam, Neisa, Roffey (2012).
/// </summary>
public static class PopulationUniqueness
{
    /// <summary>Uniques of the population.</summary>
    /// <param name="classSizes">Sizes of the sample's classes.</param>
    /// <param name="population">Persons in the population; at least the sample.</param>
    public static double Estimate(IReadOnlyCollection<int> classSizes, long population)
    {
        var records = classSizes.Sum(s => (long)s);
        return records <= 0.1 * population && Pitman(classSizes, population) is var pitman && !double.IsNaN(pitman) ? pitman : Zayatz(classSizes, population);
    }

    /// <summary>Zayatz (1991): sample uniques that are unique in the population, by Bayes with the sample's class sizes as the population's.</summary>
    public static double Zayatz(IReadOnlyCollection<int> classSizes, long population)
    {
        double sample = classSizes.Sum(s => (long)s), uniques = classSizes.Count(s => s == 1);
        if (uniques == 0)
        {
            return 0;
        }

        // Probability that exactly one of a class of this size is drawn: hypergeometric.
        double One(int size)
        {
            if (size > population - sample + 1)
            {
                return 0;
            }

            var p = size * sample / population;
            for (var i = 1; i < size; i++)
            {
                p *= (population - sample - i + 1) / (population - i);
            }

            return p;
        }

        var all = classSizes.GroupBy(s => s).Sum(g => g.Count() * One(g.Key));
        var unique = all == 0 ? 1 : uniques * One(1) / all;
        return uniques * unique * population / sample;
    }

    /// <summary>Pitman's sampling formula (Hoshino 2001): Γ(θ+1)/Γ(θ+α) · N^α at the maximum of the likelihood; NaN where there is none.</summary>
    public static double Pitman(IReadOnlyCollection<int> classSizes, long population)
    {
        double n = classSizes.Sum(s => (long)s), u = classSizes.Count, one = classSizes.Count(s => s == 1), two = Math.Max(1, classSizes.Count(s => s == 2));
        if (one == 0)
        {
            return 0;
        }

        // Moments give the first guess, Newton the maximum.
        var c = one * (one - 1) / two;
        var theta = ((n * u * c) - (one * (n - 1) * ((2 * u) + c))) / ((2 * one * u) + (one * c) - (n * c));
        var alpha = ((theta * (one - n)) + ((n - 1) * one)) / (n * u);
        (theta, alpha) = (double.IsFinite(theta) && theta > 0 ? theta : 1, double.IsFinite(alpha) && alpha is > 0 and < 1 ? alpha : 0.5);
        var histogram = classSizes.GroupBy(s => s).Select(g => (Size: g.Key, Count: (double)g.Count())).ToArray();
        for (var step = 0; step < 200; step++)
        {
            double f = 0, g = 0, ftt = 0, fta = 0, faa = 0;
            for (var i = 1; i < u; i++)
            {
                var d = theta + (i * alpha);
                f += 1 / d;
                g += i / d;
                ftt -= 1 / (d * d);
                fta -= i / (d * d);
                faa -= i * (double)i / (d * d);
            }

            for (var i = 1; i < n; i++)
            {
                var d = theta + i;
                f -= 1 / d;
                ftt += 1 / (d * d);
            }

            foreach (var (size, count) in histogram)
            {
                for (var j = 1; j < size; j++)
                {
                    var d = j - alpha;
                    g -= count / d;
                    faa -= count / (d * d);
                }
            }

            var determinant = (ftt * faa) - (fta * fta);
            var (stepTheta, stepAlpha) = (((-f * faa) + (g * fta)) / determinant, ((-g * ftt) + (f * fta)) / determinant);
            if (!double.IsFinite(stepTheta) || !double.IsFinite(stepAlpha))
            {
                return double.NaN;
            }

            // Stay where the formula is defined: θ > 0, 0 < α < 1.
            var t = 1.0;
            while (t > 1e-12 && (theta + (t * stepTheta) <= 0 || alpha + (t * stepAlpha) is <= 0 or >= 1))
            {
                t /= 2;
            }

            (theta, alpha) = (theta + (t * stepTheta), alpha + (t * stepAlpha));
            if (Math.Abs(stepTheta) <= 1e-10 * theta && Math.Abs(stepAlpha) <= 1e-12)
            {
                return Math.Exp(LogGamma(theta + 1) - LogGamma(theta + alpha) + (alpha * Math.Log(population)));
            }
        }

        return double.NaN;
    }

    /// <summary>ln Γ(x), x > 0, to 1e-13: Stirling's series after moving x above 15.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 15; x++)
        {
            shift -= Math.Log(x);
        }

        var (r, square) = (1 / x, 1 / (x * x));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (r * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square / 1680)))))));
    }
}
