using CsCheck;

namespace Minato.Disclosure.Tests;

public class PerturbationTests
{
    [Fact]
    public void Rounding_up_as_long_term_care_open_data_do() =>
        Assert.Equal([1480, 40, 380, 1070], new long[] { 1476, 39, 372, 1065 }.Select(n => Rounding.Up(n, 10)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(7, 5)]
    [InlineData(8, 10)]
    public void Rounding_to_base_five(long count, long rounded) => Assert.Equal(rounded, Rounding.Nearest(count, 5));

    [Fact]
    public void The_noise_table_is_the_published_one_of_greatest_entropy()
    {
        // D=5, V=3, js=2 and D=8, V=3, js=2: values measured with the ptable package.
        Expect(new CellKeyNoise(5, 3, 2), 1, (0, 0.73446954), (3, 0.13672019), (4, 0.07279631), (5, 0.03742956), (6, 0.01858440));
        Expect(new CellKeyNoise(5, 3, 2), 2, (0, 0.40880704), (3, 0.40664354), (4, 0.14762401), (5, 0.03231882), (6, 0.00426687), (7, 0.00033972));
        Expect(new CellKeyNoise(8, 3, 2), 1, (0, 0.73148413), (3, 0.14867985), (4, 0.07117467), (5, 0.03074404), (6, 0.01198281), (7, 0.00421423), (8, 0.00133734), (9, 0.00038293));
    }

    private static void Expect(CellKeyNoise noise, int count, params (int Result, double Probability)[] expected)
    {
        foreach (var (result, probability) in expected)
        {
            Assert.Equal(probability, noise.Distribution(count).Single(x => count + x.Noise == result).Probability, 1e-6);
        }
    }

    [Fact]
    public void The_same_persons_get_the_same_noise_in_any_order_and_nobody_is_shown_below_ten()
    {
        var noise = new CellKeyNoise(15, 30, 9);
        var keys = Enumerable.Range(0, 400).Select(i => CellKeyNoise.RecordKey([1, 2, 3], BitConverter.GetBytes(i))).ToArray();
        Gen.Int[0, 399].Sample(n =>
        {
            var shown = noise.Count(keys.Take(n));
            Assert.Equal(shown, noise.Count(keys.Take(n).Reverse()));
            Assert.True(shown is 0 or >= 10);
            Assert.True(Math.Abs(shown - n) <= 15);
        }, iter: 300, seed: "0000KNlHjXl5");
        Assert.Equal(0, noise.Perturb(0, ulong.MaxValue));
    }

    [Fact]
    public void Noise_has_mean_zero_over_the_keys()
    {
        var noise = new CellKeyNoise(5, 3, 2);
        var random = new Random(7);
        var mean = Enumerable.Range(0, 200_000).Average(_ => noise.Perturb(20, (ulong)random.NextInt64(long.MinValue, long.MaxValue)) - 20);
        Assert.Equal(0, mean, 0.03);
    }

    [Fact]
    public void A_gap_that_no_noise_can_bridge_is_refused() => Assert.Throws<ArgumentException>(() => new CellKeyNoise(5, 3, 9));
}
