using CsCheck;
using Minato.Linkage.Matching;

namespace Minato.Linkage.Tests;

public sealed class LevelsTests
{
    [Fact]
    public void Levels_of_two_comparisons_are_the_better_of_each_field() =>
        Gen.Select(Gen.ULong, Gen.ULong).Sample((a, b) =>
        {
            var max = Levels.Max(new Levels(a), new Levels(b));
            foreach (var field in Enum.GetValues<Field>())
            {
                Assert.Equal((Level)Math.Max((int)new Levels(a)[field], (int)new Levels(b)[field]), max[field]);
            }
        });
}
