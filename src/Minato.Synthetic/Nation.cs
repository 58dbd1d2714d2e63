namespace Minato.Synthetic;

/// <summary>Year by year: everybody's papers, sorted into the files of each holder's delivery. Only one year is in memory.</summary>
internal static class Nation
{
    /// <param name="threads">Changes the time it takes and nothing else.</param>
    public static NationSummary Write(NationOptions options, string folder, int threads, IProgress<Step>? progress, CancellationToken ct)
    {
        var population = Population.Live(options, threads, progress, ct);
        var people = population.People;
        var tally = new Tally(options.Rates);
        var traces = people.Select(_ => new Traces()).ToArray();
        var parallel = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = threads };
        foreach (var p in people)
        {
            new IdentityDesk(options, p, traces[p.Id - 1], tally).CountChanges();
        }

        var loaded = new List<Loaded>();
        var deliveries = new List<(string Dataset, int Year, int Number, string[] Formats)>();
        var malformed = 0L;
        List<Paper> again = [];
        using (var records = Truth.Open(Path.Combine(folder, "truth", "records.csv"), "dataset,record_key,person_id"))
        using (var damaged = Truth.Open(Path.Combine(folder, "truth", "malformed.csv"), "dataset,damage,person_id"))
        {
            for (var year = options.From.Year; year <= options.To.Year; year++)
            {
                var number = year - options.From.Year + 1;
                progress?.Report(new("files", number, options.To.Year - options.From.Year + 1, "years"));
                var papers = Papers(options, people, traces, tally, year, parallel);
                papers.AddRange(again);
                again = Again(papers, year);
                var groups = papers.GroupBy(p => (p.Dataset, p.Group)).OrderBy(g => g.Key.Dataset, StringComparer.Ordinal).ThenBy(g => g.Key.Group, StringComparer.Ordinal).ToArray();
                var files = new Loaded[groups.Length];
                Parallel.For(0, groups.Length, parallel, i => files[i] = Cargo.Write(Path.Combine(folder, NationFile.Folder(groups[i].Key.Dataset, number)), year, groups[i]));
                foreach (var file in files)
                {
                    foreach (var (key, person) in file.Lines)
                    {
                        records.WriteLine($"{file.Dataset},{key},{person}");
                    }

                    foreach (var paper in file.Malformed)
                    {
                        malformed++;
                        damaged.WriteLine($"{file.Dataset},{Damage.Describe(paper)},{paper.Person}");
                    }
                }

                loaded.AddRange(files.Select(f => f with { Lines = [], Malformed = [] }));
                deliveries.AddRange(Holders.All.SelectMany(h => h.Datasets).Select(d => (d.Id, year, number, files.Where(f => f.Dataset == d.Id).Select(f => f.Format).Distinct().ToArray()))
                    .Where(d => d.Item4.Length > 0));
            }
        }

        var changes = Truth.History(Path.Combine(folder, "number-history.csv"), options, population.NumberChanges, tally);
        Truth.Persons(Path.Combine(folder, "truth", "persons.csv"), people, traces);
        NationFile.Write(Path.Combine(folder, "nation.json"), options, deliveries, tally.Figures());
        return new(
            folder, people.Count, people.Count(p => p.Death is not null), population.Births, population.Marriages, changes,
            [.. loaded.GroupBy(f => f.Format).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new FormatFigures(g.Key, g.Count(), g.Sum(f => f.Bytes), g.Sum(f => f.Records)))],
            malformed, tally.Figures());
    }

    private static List<Paper> Papers(NationOptions options, IReadOnlyList<Person> people, Traces[] traces, Tally tally, int year, ParallelOptions parallel)
    {
        var of = new IReadOnlyList<Paper>[people.Count];
        Parallel.For(0, people.Count, parallel, () => new Tally(options.Rates), (i, _, local) =>
        {
            of[i] = Paperwork.Of(options, people[i], traces[i], local, year);
            return local;
        }, tally.Add);
        return [.. of.SelectMany(p => p)];
    }

    /// <summary>What the next delivery repeats: copies, and receipts with their correction. Both keep their key.</summary>
    private static List<Paper> Again(List<Paper> papers, int year) =>
    [
        .. papers.Where(p => p.Fate == Fate.Delivered && p.Key.Length > 0 && !p.IsAgain).SelectMany(p => p switch
        {
            ReceiptPaper { Correction: { } corrected } r => [r with { Receipt = corrected, Correction = null, Twice = false, IsAgain = true, Group = $"{year + 1}02/{r.Institution.Number}" }],
            ReceiptPaper { Twice: true } r => [r with { Twice = false, IsAgain = true, Group = $"{year + 1}02/{r.Institution.Number}" }],
            { Twice: true } => new Paper[] { p with { Twice = false, IsAgain = true } },
            _ => [],
        }),
    ];
}
