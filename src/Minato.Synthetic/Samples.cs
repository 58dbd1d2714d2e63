namespace Minato.Synthetic;

/// <summary>One small file of each format, for people who want to see one: the first papers of a tiny nation.</summary>
internal static class Samples
{
    public const ulong Seed = 7;
    private const int Year = 2021;

    /// <summary>Writes <c>claims/RECEIPTC.UKE</c>, <c>fhir/…ndjson.gz</c>, a check-up archive and the three registers below the folder.</summary>
    public static IReadOnlyList<string> Write(string folder)
    {
        var options = new NationOptions(300, Seed, new(2021, 1, 1), new(2021, 12, 31), MessRates.None);
        var nation = Population.Live(options, threads: 1, null, CancellationToken.None);
        var tally = new Tally(options.Rates);
        var papers = nation.People.SelectMany(p => Paperwork.Of(options, p, new Traces(), tally, Year)).ToArray();
        Write(Path.Combine(folder, "claims"), papers.OfType<ReceiptPaper>().GroupBy(r => (r.Dataset, r.Group)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Group, StringComparer.Ordinal).First().Take(3));
        Write(Path.Combine(folder, "fhir"), papers.OfType<BundlePaper>().Where(b => b.Group == "information").DistinctBy(b => b.Bundle.Kind));
        Write(Path.Combine(folder, "fhir"), papers.OfType<BundlePaper>().Where(b => b.Group == "documents").DistinctBy(b => b.Bundle.Kind));
        Write(Path.Combine(folder, "checkup"), papers.OfType<CheckupPaper>().GroupBy(c => c.Dataset).First().Take(2));
        Write(Path.Combine(folder, "registers"), papers.OfType<VaccinationPaper>().Where(v => v.Dataset == Holders.ShiomiVaccinations).Take(6));
        Write(Path.Combine(folder, "registers"), papers.OfType<CarePaper>().Take(6));
        Write(Path.Combine(folder, "registers"), papers.OfType<DeathPaper>().Take(6));
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    private static void Write(string folder, IEnumerable<Paper> papers) => Cargo.Write(folder, Year, papers);
}
