using System.Security.Cryptography;

namespace Minato.Synthetic.Tests;

public class SameOptionsSameBytes
{
    private static readonly NationOptions Options = new(120, 5, new(2019, 1, 1), new(2020, 12, 31));

    [Fact]
    public void One_thread_or_eight_write_the_same_nation()
    {
        Assert.Equal(Fingerprints(Options, threads: 1), Fingerprints(Options, threads: 8));
    }

    [Fact]
    public void Another_seed_is_another_nation()
    {
        var one = Fingerprints(Options, threads: 2);
        var other = Fingerprints(Options with { Seed = 6 }, threads: 2);
        Assert.NotEqual(one["truth/persons.csv"], other["truth/persons.csv"]);
    }

    [Fact]
    public void A_folder_with_something_in_it_is_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory("minato-nation-").FullName;
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "mine");
        Assert.Throws<IOException>(() => SyntheticRoom.Write(Options, folder));
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The normal deviate and e^x are made of the four operations, so their bits can be written down.</summary>
    [Fact]
    public void Chance_is_the_same_on_every_machine()
    {
        var draw = Draw.For(2026, Topic.Health, 42);
        Assert.Equal([draw.Next(), draw.Next()], Again());
        Assert.Equal(2.718281828, Draw.Exp(1), 9);
        Assert.Equal(1, Draw.Exp(-10) / 0.000045399929762484851, 7);

        static ulong[] Again()
        {
            var again = Draw.For(2026, Topic.Health, 42);
            return [again.Next(), again.Next()];
        }
    }

    private static Dictionary<string, string> Fingerprints(NationOptions options, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("minato-nation-").FullName;
        try
        {
            Nation.Write(options, folder, threads, null, CancellationToken.None);
            return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'), f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
