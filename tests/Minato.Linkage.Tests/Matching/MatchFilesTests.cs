using Minato.Linkage.Matching;

namespace Minato.Linkage.Tests.Matching;

/// <summary>The front for files: what it refuses, and what it tells by subgroup.</summary>
public sealed class MatchFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-match-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_share_of_wrong_links_is_above_none_and_below_half(double share)
    {
        var file = Write("a.csv", ["id,family,given,birth", "1,a,b,1960-01-01"]);
        Assert.Equal("match.fdr", MatchFiles.Run(new MatchRequest(file, null, TypoNation.Standards) { FalseDiscovery = share }).Findings[0].Code);
    }

    [Fact]
    public void A_smaller_share_of_wrong_links_makes_no_more_links_and_keeps_the_estimate_below_it()
    {
        var (a, b) = TwoFiles();
        var few = MatchFiles.Run(new MatchRequest(a, b, TypoNation.Standards) { FalseDiscovery = 0.001, OneToOne = "off", Use = "name,sex" }).Value;
        var many = MatchFiles.Run(new MatchRequest(a, b, TypoNation.Standards) { FalseDiscovery = 0.4, OneToOne = "off", Use = "name,sex" }).Value;
        Assert.True(few.Links < many.Links, $"{few.Links} and {many.Links} links");
        Assert.InRange(many.EstimatedFalseDiscovery, 0, 0.4);
    }

    [Fact]
    public void Against_the_truth_every_group_that_the_files_tell_is_counted()
    {
        var (a, b) = TwoFiles();
        var report = MatchFiles.Run(new MatchRequest(a, b, TypoNation.Standards) { Truth = "person" }).Value;
        var groups = report.Groups!.ToLookup(g => g.Group);
        Assert.Equal(["1", "2"], groups["sex"].Select(g => g.Value));
        Assert.Equal(["no", "yes"], groups["name-changed"].Select(g => g.Value));
        Assert.Equal(["NORTH", "SOUTH"], groups["prefecture"].Select(g => g.Value));
        Assert.Equal(["1950s", "1960s", "1970s"], groups["born"].Select(g => g.Value));
        foreach (var division in groups)
        {
            // Each record is in one group, and ends add up to the pairs of the whole.
            Assert.Equal(report.RecordsA + report.RecordsB, division.Sum(g => g.Records));
            Assert.All(division, g => Assert.InRange(g.Recall.Value, g.Recall.Low, g.Recall.High));
        }

        var (changed, kept) = (groups["name-changed"].Single(g => g.Value == "yes"), groups["name-changed"].Single(g => g.Value == "no"));
        Assert.Equal((30, 270), (changed.Persons, kept.Persons));
        Assert.Equal(report.Truth!.Recall, ((changed.Recall.Value * 30) + (kept.Recall.Value * 270)) / 300, 9);
    }

    [Fact]
    public void One_file_is_counted_by_its_clusters()
    {
        var (a, b) = TwoFiles();
        var one = Write("one.csv", [.. File.ReadLines(a), .. File.ReadLines(b).Skip(1)]);
        var report = MatchFiles.Run(new MatchRequest(one, null, TypoNation.Standards) { Truth = "person" }).Value;
        var sexes = report.Groups!.Where(g => g.Group == "sex").ToList();
        Assert.Equal((300, 600), (sexes.Sum(g => g.Persons), sexes.Sum(g => g.Records)));
        Assert.Equal(report.Truth!.Recall, sexes.Sum(g => g.Recall.Value * g.Records) / 600, 9);
    }

    /// <summary>300 people, each in both files; every tenth has another family name in the second.</summary>
    private (string A, string B) TwoFiles()
    {
        var nation = TypoNation.Make(300, seed: 4);
        string Row(int i)
        {
            var (person, p) = (nation.Persons[i], nation.Parts[i]);
            var family = i >= nation.Split && person % 10 == 0 ? "oyamada" : nation.Parts[person].Family;
            var born = new DateOnly(1950 + (person % 30), 1 + (person % 12), 1 + (person % 28));
            return $"{i},{person},{family},{p.Given},{born:yyyy-MM-dd},{1 + (person % 2)},{(person % 3 == 0 ? "north" : "south")}";
        }

        const string Header = "id,person,family,given,birth,sex,prefecture";
        return (Write("a.csv", [Header, .. Enumerable.Range(0, nation.Split).Select(Row)]), Write("b.csv", [Header, .. Enumerable.Range(nation.Split, nation.Split).Select(Row)]));
    }

    private string Write(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }
}
