using System.Globalization;
using System.Text.RegularExpressions;
using Minato.Linkage.Normal;
using Minato.Linkage.Quality;

namespace Minato.Linkage.Matching;

/// <summary>What to match and how; see <c>./minato linkage match --help</c>.</summary>
public sealed record MatchRequest(string FileA, string? FileB, string StandardsFolder)
{
    /// <summary>JSON of headers and roles; null: usual headers are recognised.</summary>
    public string? Fields { get; init; }

    /// <summary>Groups of fields, comma-separated; null: all there are.</summary>
    public string? Use { get; init; }

    /// <summary>auto, on or off.</summary>
    public string OneToOne { get; init; } = "auto";

    /// <summary>A column that is equal for records of one person, or a CSV of pairs of ids.</summary>
    public string? Truth { get; init; }

    /// <summary>Greatest estimated share of wrong links, above 0 and below 0.5.</summary>
    public double FalseDiscovery { get; init; } = new MatchOptions().FalseDiscovery;

    public string? Out { get; init; }

    public string? Model { get; init; }

    /// <summary>Where to write the learned model.</summary>
    public string? Learn { get; init; }

    /// <summary>Deterministic links only: keys that must be equal, no weights. Two files.</summary>
    public bool Exact { get; init; }

    public bool Ablations { get; init; }
}

/// <param name="Oracle">The F1 that the best threshold would reach, had one known the truth; links only, before clustering.</param>
public sealed record MatchTruth(long Pairs, double Precision, double Recall, double F1, double Oracle, double PairCompleteness, long Persons, double PersonsWhole);

/// <param name="Groups">Against the truth, by what the files tell of people; a pair counts for each group that it touches.</param>
public sealed record MatchReport(
    int RecordsA, int RecordsB, IReadOnlyList<string> Fields, bool OneToOne, long Links, long Persons, double Threshold, double EstimatedFalseDiscovery, long AllPairs, long Compared, double Reduction,
    IReadOnlyList<string> Skipped, IReadOnlyList<string> Seconds, MatchTruth? Truth, IReadOnlyList<string>? Ablations, IReadOnlyList<GroupQuality>? Groups);

/// <summary>Matches delimited files of identities: the engine's front for files.</summary>
public static partial class MatchFiles
{
    private sealed record Source(string File, FieldMapping Mapping, List<string> Ids, List<string> Truth, IdentityParts[] Parts);

    public static Outcome<MatchReport> Run(MatchRequest request, IProgress<Step>? progress = null)
    {
        var use = request.Use?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        if (use?.Except(FieldMapping.Groups).FirstOrDefault() is { } unknown)
        {
            return Finding.Error("match.use", $"There is no group of fields '{unknown}'", "Use some of: " + string.Join(", ", FieldMapping.Groups));
        }

        if (!Enum.TryParse<OneToOne>(request.OneToOne, ignoreCase: true, out var oneToOne))
        {
            return Finding.Error("match.one-to-one", "One-to-one is auto, on or off", "Give one of the three");
        }

        if (request.Exact && request.FileB is null)
        {
            return Finding.Error("match.exact", "Exact keys link two files", "Give a second file, or leave --exact out");
        }

        if (request.FalseDiscovery is not (> 0 and < 0.5))
        {
            return Finding.Error("match.fdr", "The greatest share of wrong links is above 0 and below 0.5", "Give for example 0.01");
        }

        LinkModel model;
        var file = request.Model ?? Path.Combine(request.StandardsFolder, "linkage", "model-v1.json");
        try
        {
            model = LinkModel.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            return Finding.Error("match.model", "The model cannot be read: " + e.Message, "Give a model that --learn has written", new Place(file));
        }

        var classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(request.StandardsFolder, "linkage", "kanji-classes-v1.txt")));
        var columns = new IdentityColumns(classes);
        var sources = new List<Source>();
        foreach (var path in request.FileB is null ? [request.FileA] : new[] { request.FileA, request.FileB })
        {
            var read = ReadFile(path, request, use, columns, progress);
            if (!read.Try(out var source))
            {
                return Outcome<MatchReport>.Refused(read.Findings);
            }

            sources.Add(source);
        }

        var split = request.FileB is null ? 0 : sources[0].Ids.Count;
        var options = new MatchOptions(split) { OneToOne = oneToOne, FalseDiscovery = request.FalseDiscovery, Progress = progress };
        var result = request.Exact ? Exactly(request, sources[0].Parts, sources[1].Parts, model, classes) : new Matcher(columns, model, options).Run();
        var persons = TruthOf(request, sources, out var finding);
        if (finding is not null)
        {
            return finding;
        }

        if (request.Learn is { } to)
        {
            File.WriteAllText(to, result.Model.ToJson());
        }

        if (request.Out is { } pairs)
        {
            Write(pairs, result, sources, split);
        }

        var ablations = !request.Ablations || request.Exact ? null : Ablations(columns, model, options, result, persons).ToList();
        return new MatchReport(
            sources[0].Ids.Count,
            split == 0 ? 0 : sources[1].Ids.Count,
            [.. sources.SelectMany(s => s.Mapping.Header.Zip(s.Mapping.Roles).Where(x => x.Second is not ColumnRole.Ignore).Select(x => $"{x.First}: {x.Second}")).Distinct()],
            result.OneToOne,
            result.Made,
            result.Clusters is { } c ? c.Distinct().Count() : sources.Sum(s => s.Ids.Count) - result.Made,
            result.Threshold,
            result.EstimatedFalseDiscovery,
            result.AllPairs,
            result.Compared,
            result.AllPairs == 0 ? 0 : Math.Max(0, 1 - ((double)result.Compared / result.AllPairs)),
            [.. result.Passes.Where(p => p.Skipped > 0).Select(p => $"{p.Pass}: {p.Skipped} blocks of {p.SkippedPairs} pairs")],
            [.. result.Times.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Step} {t.Seconds:0.00}"))],
            persons is null ? null : Judge(result, persons, split),
            ablations,
            persons is null || request.Exact ? null : MatchGroups.Judge(result, columns, persons, split));
    }

    /// <summary>The links of the exact keys, as the engine tells its own.</summary>
    private static MatchResult Exactly(MatchRequest request, IdentityParts[] a, IdentityParts[] b, LinkModel model, KanjiClasses classes)
    {
        var keys = ExactKeys.Parse(File.ReadAllText(Path.Combine(request.StandardsFolder, "linkage", "exact-v1.json")), classes);
        var made = ExactMatch.Run(a, b, parts => parts, keys);
        return new MatchResult(
            model, 0, [.. made.Links.Select(l => new ScoredLink(l.A, a.Length + l.B, 0, 1))], made.Links.Count, 1, 0, 0, OneToOne: true,
            [.. made.Figures.Select(f => new PassFigures(f.Key, f.Links, 0, 0))], (long)a.Length * b.Length, made.Links.Count, [("keys", made.ReadSeconds), ("join", made.JoinSeconds)], null);
    }

    private static Outcome<Source> ReadFile(string path, MatchRequest request, HashSet<string>? use, IdentityColumns columns, IProgress<Step>? progress)
    {
        try
        {
            FieldMapping? mapping = null;
            var rows = new List<string[]>();
            foreach (var row in CsvRows.Read(path))
            {
                if (mapping is null)
                {
                    var made = FieldMapping.Of(row.Cells, path, request.Fields, use);
                    if (!made.Try(out mapping))
                    {
                        return Outcome<Source>.Refused(made.Findings);
                    }
                }
                else if (row.Cells.Length > mapping.Header.Length && row.Cells.Skip(mapping.Header.Length).Any(c => c.Length > 0))
                {
                    return Finding.Error("match.row", $"The row has {row.Cells.Length} cells, the header {mapping.Header.Length}", "Quote cells that hold the separator", new Place(path, row.Line));
                }
                else
                {
                    rows.Add(row.Cells);
                }
            }

            if (mapping is null || rows.Count == 0)
            {
                return Finding.Error("match.empty", "The file holds no records", "Give a CSV with a header and at least one row", new Place(path));
            }

            var birth = mapping.IndexOf(ColumnRole.Birth);
            var dayFirst = birth < 0 || !rows.Any(r => birth < r.Length && r[birth].Split('/', '-', '.') is [{ Length: <= 2 }, { Length: <= 2 } second, { Length: 4 }] && int.TryParse(second, out var n) && n > 12);
            var first = columns.Reserve(rows.Count);
            var holder = new HolderId("file");
            var parts = new IdentityParts[request.Exact ? rows.Count : 0];
            Parallel.For(0, rows.Count, i =>
            {
                if (request.Exact)
                {
                    parts[i] = mapping.PartsOf(rows[i], dayFirst);
                }
                else
                {
                    columns.Set(first + i, mapping.PartsOf(rows[i], dayFirst), holder);
                }
            });
            progress?.Report(new Step(Path.GetFileName(path), rows.Count, rows.Count, "records"));
            var id = mapping.IndexOf(ColumnRole.Id);
            var truth = request.Truth is null ? -1 : Array.FindIndex(mapping.Header, h => string.Equals(h, request.Truth, StringComparison.OrdinalIgnoreCase));
            return new Source(
                path,
                mapping,
                [.. rows.Select((r, i) => id >= 0 && id < r.Length ? r[id] : (i + 1).ToString(CultureInfo.InvariantCulture))],
                truth < 0 ? [] : [.. rows.Select(r => truth < r.Length ? r[truth] : "")],
                parts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("match.file", "The file cannot be read", "Check the path", new Place(path));
        }
    }

    /// <summary>For each row a number of its person, −1 where the truth does not tell; null without truth.</summary>
    private static int[]? TruthOf(MatchRequest request, List<Source> sources, out Finding? finding)
    {
        finding = null;
        if (request.Truth is null)
        {
            return null;
        }

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        if (sources.All(s => s.Truth.Count > 0))
        {
            return [.. sources.SelectMany(s => s.Truth).Select(t => t.Length == 0 ? -1 : NumberOf(names, OriginalOf(t)))];
        }

        if (!File.Exists(request.Truth))
        {
            finding = Finding.Error("match.truth", "The truth is neither a column of the files nor a file", "Name a column, or a CSV of pairs of ids", new Place(request.Truth));
            return null;
        }

        // Pairs of ids: whoever is connected is one person.
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        string Root(string x)
        {
            while (parent.TryGetValue(x, out var up) && up != x)
            {
                x = up;
            }

            return x;
        }

        foreach (var row in CsvRows.Read(request.Truth).Skip(1))
        {
            if (row.Cells.Length < 2)
            {
                finding = Finding.Error("match.truth", "A row of the truth has fewer than two ids", "Write one pair of ids a row", new Place(request.Truth, row.Line));
                return null;
            }

            var (one, two) = ("0|" + row.Cells[0], (sources.Count - 1) + "|" + row.Cells[1]);
            parent.TryAdd(one, one);
            parent.TryAdd(two, two);
            parent[Root(one)] = Root(two);
        }

        return [.. sources.SelectMany((s, side) => s.Ids.Select(id => NumberOf(names, Root(side + "|" + id))))];
    }

    private static int NumberOf(Dictionary<string, int> names, string name)
    {
        ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(names, name, out var known);
        return known ? number : number = names.Count - 1;
    }

    /// <summary>FEBRL writes rec-17-org and rec-17-dup-0 for one person.</summary>
    private static string OriginalOf(string id) => Febrl().Match(id) is { Success: true } m ? m.Groups[1].Value : id;

    [GeneratedRegex(@"^(rec-\d+)-(?:org|dup-\d+)$")]
    private static partial Regex Febrl();

    private static MatchTruth Judge(MatchResult result, int[] persons, int split)
    {
        bool Same(int a, int b) => persons[a] >= 0 && persons[a] == persons[b];
        long right = 0, found = 0, belong = 0, seen = 0, best = 0, soFar = 0;
        var sizes = new Dictionary<int, (long A, long B)>();
        for (var i = 0; i < persons.Length; i++)
        {
            if (persons[i] >= 0)
            {
                ref var s = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sizes, persons[i], out _);
                s = i < split || split == 0 ? (s.A + 1, s.B) : (s.A, s.B + 1);
            }
        }

        belong = sizes.Values.Sum(s => split == 0 ? s.A * (s.A - 1) / 2 : s.A * s.B);
        var oracle = 0.0;
        for (var k = 0; k < result.Links.Count; k++)
        {
            soFar += Same(result.Links[k].A, result.Links[k].B) ? 1 : 0;
            seen = soFar;
            oracle = Math.Max(oracle, 2.0 * soFar / (k + 1 + belong));
            best = k < result.Made ? soFar : best;
        }

        var whole = 0L;
        if (result.Clusters is { } clusters)
        {
            var cells = new Dictionary<(int, int), long>();
            var bySize = new Dictionary<int, long>();
            for (var i = 0; i < clusters.Length; i++)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(cells, (clusters[i], persons[i] < 0 ? -2 - i : persons[i]), out _)++;
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(bySize, clusters[i], out _)++;
            }

            right = cells.Values.Sum(n => n * (n - 1) / 2);
            found = bySize.Values.Sum(n => n * (n - 1) / 2);
            whole = cells.Count(c => c.Key.Item2 >= 0 && c.Value == bySize[c.Key.Item1] && c.Value == sizes[c.Key.Item2].A);
        }
        else
        {
            (right, found) = (best, result.Made);
            var wrongly = result.Links.Take(result.Made).Where(l => !Same(l.A, l.B)).SelectMany(l => new[] { persons[l.A], persons[l.B] }).ToHashSet();
            var linked = result.Links.Take(result.Made).Where(l => Same(l.A, l.B)).GroupBy(l => persons[l.A]).ToDictionary(g => g.Key, g => g.LongCount());
            whole = sizes.Count(s => !wrongly.Contains(s.Key) && linked.GetValueOrDefault(s.Key) == s.Value.A * s.Value.B);
        }

        var (precision, recall) = (found == 0 ? 1 : (double)right / found, belong == 0 ? 1 : (double)right / belong);
        return new MatchTruth(belong, precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall), oracle, belong == 0 ? 1 : (double)seen / belong, sizes.Count, (double)whole / Math.Max(1, sizes.Count));
    }

    private static void Write(string path, MatchResult result, List<Source> sources, int split)
    {
        using var to = new StreamWriter(path);
        static string Cell(string s) => s.AsSpan().IndexOfAny(",\"\n") >= 0 ? '"' + s.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : s;
        if (result.Clusters is { } clusters)
        {
            to.WriteLine("id,person");
            for (var i = 0; i < clusters.Length; i++)
            {
                to.WriteLine($"{Cell(sources[0].Ids[i])},{clusters[i]}");
            }

            return;
        }

        to.WriteLine("id_a,id_b,bits,probability");
        foreach (var link in result.Links.Take(result.Made))
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Cell(sources[0].Ids[link.A])},{Cell(sources[1].Ids[link.B - split])},{link.Weight:0.00},{link.Probability:0.0000}"));
        }
    }

    private static IEnumerable<string> Ablations(IdentityColumns columns, LinkModel start, MatchOptions options, MatchResult full, int[]? persons)
    {
        var learned = full.Model;
        var fixedModel = options with { Learn = false };
        (string Name, LinkModel Model, MatchOptions Options)[] variants =
        [
            ("not learned: the shipped model", start, fixedModel),
            ("no term frequencies", learned.Without(new HashSet<PatternField>()), fixedModel),
            ("no levels: equal or different", learned.Flat(PatternField.Given, (int)NameLevel.Kanji).Flat(PatternField.Family, (int)NameLevel.Kanji).Flat(PatternField.Birth, (int)BirthLevel.SamePlaceholder), fixedModel),
            ("no level for a changed family name", learned.Flat(PatternField.Family, (int)NameLevel.Distant), fixedModel),
            ("no one-to-one", learned, fixedModel with { OneToOne = OneToOne.Off }),
        ];
        foreach (var (name, model, chosen) in variants)
        {
            if (options.Split == 0 && chosen.OneToOne == OneToOne.Off)
            {
                continue;
            }

            var result = new Matcher(columns, model, chosen).Run();
            yield return persons is null
                ? $"{name}: {result.Made} links"
                : Judge(result, persons, options.Split) is var t ? string.Create(CultureInfo.InvariantCulture, $"{name}: P {t.Precision:0.00000} R {t.Recall:0.00000} F1 {t.F1:0.00000}") : "";
        }
    }
}
