using System.Security.Cryptography;

namespace Minato.Disclosure;

/// <summary>
/// Noise of differential privacy in whole numbers, drawn exactly (Canonne, Kamath, Steinke 2020): nothing is computed in floating point, whose gaps give true values away
/// (Mironov 2012). Parameters are fractions.
/// </summary>
public sealed class ExactNoise
{
    private readonly Action<Span<byte>> fill;
    private readonly byte[] buffer = new byte[4096];
    private int used = 4096;

    /// <param name="fill">Source of random bytes; null for the operating system's.</param>
    public ExactNoise(Action<Span<byte>>? fill = null) => this.fill = fill ?? RandomNumberGenerator.Fill;

    /// <summary>Discrete Laplace: P(x) ∝ exp(−|x|·ε/Δ). A count of persons, each in it once, has Δ = 1 and becomes ε-differentially private.</summary>
    /// <param name="numerator">ε/Δ = numerator / denominator; both from 1 to 1,000,000.</param>
    public long Laplace(int numerator, int denominator)
    {
        InRange(numerator);
        InRange(denominator);
        while (true)
        {
            var u = Below((ulong)denominator);
            if (!ExpMinus(u, (ulong)denominator))
            {
                continue;
            }

            ulong v = 0;
            while (ExpMinus(1, 1))
            {
                v++;
            }

            var y = (long)((u + ((ulong)denominator * v)) / (ulong)numerator);
            var negative = Below(2) == 1;
            if (!(negative && y == 0))
            {
                return negative ? -y : y;
            }
        }
    }

    /// <summary>Discrete Gaussian: P(x) ∝ exp(−x²/2σ²). Counts that one person changes by Δ become Δ²/2σ²-zero-concentrated private.</summary>
    /// <param name="numerator">σ² = numerator / denominator; both from 1 to 1,000,000.</param>
    public long Gaussian(int numerator, int denominator)
    {
        InRange(numerator);
        InRange(denominator);
        var (n, d) = ((UInt128)(uint)numerator, (UInt128)(uint)denominator);
        uint t = 1;
        while ((UInt128)t * t * d <= n)
        {
            t++; // t = ⌊σ⌋ + 1
        }

        while (true)
        {
            var y = Laplace(1, (int)t);
            var reach = (UInt128)(ulong)Math.Abs(y) * d * t;
            var off = reach > n ? reach - n : n - reach;
            if (ExpMinus(off * off, 2 * n * d * t * t))
            {
                return y;
            }
        }
    }

    /// <summary>True with probability exp(−numerator / denominator), exactly.</summary>
    private bool ExpMinus(UInt128 numerator, UInt128 denominator)
    {
        for (; numerator > denominator; numerator -= denominator)
        {
            if (!ExpMinus(1, 1))
            {
                return false;
            }
        }

        // Von Neumann: the first k at which a coin of γ/k fails is odd with probability e^−γ.
        uint k = 1;
        while (Below(denominator * k) < numerator)
        {
            k++;
        }

        return (k & 1) == 1;
    }

    private bool ExpMinus(ulong numerator, ulong denominator)
    {
        // Here γ ≤ 1 and everything fits a word.
        uint k = 1;
        while (Below(denominator * k) < numerator)
        {
            k++;
        }

        return (k & 1) == 1;
    }

    private static void InRange(int value) => ArgumentOutOfRangeException.ThrowIfNotEqual(value is >= 1 and <= 1_000_000, true, nameof(value));

    /// <summary>Uniform in [0, limit): what would make the low numbers likelier is thrown away.</summary>
    private ulong Below(ulong limit)
    {
        var top = ulong.MaxValue - (ulong.MaxValue % limit);
        while (true)
        {
            var x = Word();
            if (x < top)
            {
                return x % limit;
            }
        }
    }

    private UInt128 Below(UInt128 limit)
    {
        if (limit <= ulong.MaxValue)
        {
            return Below((ulong)limit);
        }

        var top = UInt128.MaxValue - (UInt128.MaxValue % limit);
        while (true)
        {
            var x = new UInt128(Word(), Word());
            if (x < top)
            {
                return x % limit;
            }
        }
    }

    private ulong Word()
    {
        if (used + 8 > buffer.Length)
        {
            fill(buffer);
            used = 0;
        }

        var word = BitConverter.ToUInt64(buffer, used);
        used += 8;
        return word;
    }
}
