using System.Collections.Concurrent;
using System.Text;

namespace Minato.Access;

/// <summary>A published application that resembles another, and in what.</summary>
/// <param name="Score">Greater: more alike; at most 8.</param>
/// <param name="Words">From 0 to 1: the share of words of title and summary that both have.</param>
public sealed record SimilarUse(ApplicationView Use, double Score, IReadOnlyList<DatasetId> SharedDatasets, bool SamePurpose, double Words);

/// <summary>
/// Earlier applications like this one, and what became of them: for applicants to learn from, for reviewers to judge alike (I3). Only what is published is looked
/// at. Words of Japanese are pairs of characters, as in the catalogue's search.
/// </summary>
public sealed class SimilarUses(IAccess access)
{
    private const double Least = 1.5;

    private readonly ConcurrentDictionary<ApplicationId, HashSet<string>> words = new();

    public IReadOnlyList<SimilarUse> To(RequestedUse use, ApplicationId? but = null, int most = 5)
    {
        var mine = WordsOf(use);
        var datasets = use.Datasets.Select(d => d.Dataset).ToHashSet();
        return [.. access.Published.Where(a => a.Draft is not null && a.Id != but)
            .Select(a => Compare(a, use.Purpose, datasets, mine))
            .Where(s => s.Score >= Least).OrderByDescending(s => s.Score).ThenByDescending(s => s.Use.DecidedAt).Take(most)];
    }

    private SimilarUse Compare(ApplicationView other, string purpose, HashSet<DatasetId> datasets, HashSet<string> mine)
    {
        var use = other.Draft!.Use;

        // A decided application's text changes no more.
        var theirs = words.GetOrAdd(other.Id, _ => WordsOf(use));
        DatasetId[] shared = [.. use.Datasets.Select(d => d.Dataset).Where(datasets.Contains).Distinct()];
        var all = datasets.Count + use.Datasets.DistinctBy(d => d.Dataset).Count() - shared.Length;
        var common = mine.Count <= theirs.Count ? mine.Count(theirs.Contains) : theirs.Count(mine.Contains);
        var alike = mine.Count + theirs.Count == 0 ? 0 : 2.0 * common / (mine.Count + theirs.Count);
        var same = purpose.Length > 0 && use.Purpose == purpose;
        return new(other, (all == 0 ? 0 : 3.0 * shared.Length / all) + (same ? 1 : 0) + (4 * alike), shared, same, alike);
    }

    private static HashSet<string> WordsOf(RequestedUse use)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (var text in new[] { use.Title.Ja, use.Title.En, use.PlainSummary.Ja, use.PlainSummary.En })
        {
            var latin = new StringBuilder();
            var before = '\0';
            foreach (var c in text.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
            {
                if (char.IsAsciiLetterOrDigit(c))
                {
                    latin.Append(c);
                    before = '\0';
                    continue;
                }

                Add(latin);
                if (char.IsLetter(c) && before != '\0')
                {
                    words.Add($"{before}{c}");
                }

                before = char.IsLetter(c) ? c : '\0';
            }

            Add(latin);
        }

        return words;

        void Add(StringBuilder word)
        {
            const int Short = 2;
            if (word.Length > Short)
            {
                words.Add(word.ToString());
            }

            word.Clear();
        }
    }
}
