namespace Minato.Disclosure;

/// <summary>
/// The risk of one record of a weighted sample (Benedetti, Franconi 1998): the expected 1 / (size of its class in the population), the population
/// size given the sample size f being negative binomial with success probability f / Σ weights.
/// </summary>
public static class IndividualRisk
{
    /// <param name="sample">f: records of the class in the sample, at least 1.</param>
    /// <param name="weights">Σ of the sampling weights of the class: its estimated size in the population, at least f.</param>
    /// <returns>In (0, 1].</returns>
    public static double Of(int sample, double weights)
    {
        var p = sample / weights;
        if (p >= 1)
        {
            return 1.0 / sample;
        }

        var q = 1 - p;
        return sample switch
        {
            1 => p / q * Math.Log(1 / p),
            2 => p / (q * q) * ((p * Math.Log(p)) + q),
            _ => Series(sample, p, q),
        };
    }

    // E[1/F] = p^f/f · ₂F₁(f, f; f+1; q), by Euler p/f · ₂F₁(1, 1; f+1; q): converges for every q below 1, and fast for f above 2.
    private static double Series(int f, double p, double q)
    {
        double term = 1, sum = 1;
        for (var i = 1; i < 100_000 && term > 1e-17 * sum; i++)
        {
            term *= i * q / (f + i);
            sum += term;
        }

        return p / f * sum;
    }
}
