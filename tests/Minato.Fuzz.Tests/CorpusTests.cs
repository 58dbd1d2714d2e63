namespace Minato.Fuzz.Tests;

/// <summary>What fuzzing has found is read again in every run: no reader may fail on it twice.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Names => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_input_of_the_corpus_is_read(string name)
    {
        var inputs = Corpus.Of(Path.Combine(Root(), "fuzz", "corpus"), name);
        Assert.NotEmpty(inputs);
        var target = Targets.All.Single(t => t.Name == name);
        foreach (var (file, bytes) in inputs)
        {
            var broken = Record.Exception(() => target.Feed(bytes));
            Assert.True(broken is null, $"fuzz/corpus/{name}/{file}: {broken}");
        }
    }

    [Fact]
    public void The_corpus_is_small_and_every_folder_of_it_has_a_target()
    {
        var corpora = new DirectoryInfo(Path.Combine(Root(), "fuzz", "corpus"));
        Assert.Equal(Targets.All.Select(t => t.Name).Order(StringComparer.Ordinal), corpora.EnumerateDirectories().Select(d => d.Name).Order(StringComparer.Ordinal));
        Assert.InRange(corpora.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length), 1, 600 * 1024);
    }

    private static string Root()
    {
        var up = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(up.FullName, "Minato.slnx")))
        {
            up = up.Parent!;
        }

        return up.FullName;
    }
}
