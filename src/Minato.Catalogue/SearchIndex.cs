using System.Buffers;

namespace Minato.Catalogue;

/// <summary>
/// A small inverted index over the descriptions (Okapi BM25 with field weights). Every text is there in both languages, and the
/// names of the codes in the data too, so that a question in one language finds a dataset described in the other.
/// A description that changed takes the place of what it was; the rest stays. Thread-safe.
/// </summary>
internal sealed class SearchIndex
{
    // The usual constants of BM25; nothing here was tuned.
    private const double Saturation = 1.2;
    private const double LengthPenalty = 0.75;
    private const int LongestQuery = 1000;

    private readonly Lock gate = new();
    private readonly List<DatasetDescription> documents = [];
    private readonly List<double> lengths = [];
    private readonly Dictionary<DatasetId, int> numbers = [];
    private readonly Dictionary<string, List<Posting>> postings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Posting>> characters = new(StringComparer.Ordinal);
    private double length;
    private int[]? ranks;

    public void Put(DatasetDescription description)
    {
        lock (gate)
        {
            if (numbers.TryGetValue(description.Dataset.Id, out var number))
            {
                Remove(number);
                documents[number] = description;
            }
            else
            {
                numbers[description.Dataset.Id] = number = documents.Count;
                documents.Add(description);
                lengths.Add(0);
                ranks = null;
            }

            Add(number);
        }
    }

    /// <summary>Best first; a description must have at least half of what was asked.</summary>
    public IReadOnlyList<DatasetDescription> Find(string text)
    {
        string[] query = [.. Terms.In(text.Length > LongestQuery ? text[..LongestQuery] : text).Distinct()];
        if (query.Length == 0)
        {
            return [];
        }

        lock (gate)
        {
            return Find(query);
        }
    }

    private DatasetDescription[] Find(string[] query)
    {
        var scores = ArrayPool<double>.Shared.Rent(documents.Count);
        var found = ArrayPool<int>.Shared.Rent(documents.Count);
        try
        {
            scores.AsSpan(0, documents.Count).Clear();
            found.AsSpan(0, documents.Count).Clear();
            var average = documents.Count == 0 ? 1 : Math.Max(1, length / documents.Count);
            foreach (var term in query)
            {
                var list = term.Length == 1 && characters.TryGetValue(term, out var single) ? single : postings.GetValueOrDefault(term);
                var rarity = list is null ? 0 : Math.Log(1 + ((documents.Count - list.Count + 0.5) / (list.Count + 0.5)));
                foreach (var (document, weight) in list ?? [])
                {
                    var relative = 1 - LengthPenalty + (LengthPenalty * lengths[document] / average);
                    scores[document] += rarity * weight * (Saturation + 1) / (weight + (Saturation * relative));
                    found[document]++;
                }
            }

            var order = ranks ??= Ranks();
            List<Hit> hits = [];
            for (var i = 0; i < documents.Count; i++)
            {
                if (found[i] > 0 && 2 * found[i] >= query.Length)
                {
                    hits.Add(new(scores[i], order[i], i));
                }
            }

            hits.Sort();
            return [.. hits.Select(h => documents[h.Document])];
        }
        finally
        {
            ArrayPool<double>.Shared.Return(scores);
            ArrayPool<int>.Shared.Return(found);
        }
    }

    private void Add(int number)
    {
        foreach (var (term, weight) in TermsOf(documents[number], Terms.In))
        {
            Place(postings, term, number, weight);
            lengths[number] += weight;
        }

        foreach (var (character, weight) in TermsOf(documents[number], Terms.Characters))
        {
            Place(characters, character, number, weight);
        }

        length += lengths[number];
    }

    private void Remove(int number)
    {
        foreach (var (term, _) in TermsOf(documents[number], Terms.In))
        {
            Displace(postings, term, number);
        }

        foreach (var (character, _) in TermsOf(documents[number], Terms.Characters))
        {
            Displace(characters, character, number);
        }

        length -= lengths[number];
        lengths[number] = 0;
    }

    private static Dictionary<string, double> TermsOf(DatasetDescription description, Func<string, IEnumerable<string>> terms)
    {
        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (var (text, weight) in Texts(description))
        {
            foreach (var term in terms(text))
            {
                weights[term] = weights.GetValueOrDefault(term) + weight;
            }
        }

        return weights;
    }

    private static void Place(Dictionary<string, List<Posting>> index, string term, int number, double weight)
    {
        if (!index.TryGetValue(term, out var list))
        {
            index[term] = list = [];
        }

        // Documents mostly come in the order of their numbers.
        var at = list.Count == 0 || list[^1].Document < number ? list.Count : ~list.BinarySearch(new(number, 0));
        list.Insert(at, new(number, weight));
    }

    private static void Displace(Dictionary<string, List<Posting>> index, string term, int number)
    {
        var list = index[term];
        list.RemoveAt(list.BinarySearch(new(number, 0)));
        if (list.Count == 0)
        {
            index.Remove(term);
        }
    }

    /// <summary>Each document's place by the dataset's id, which decides between equals.</summary>
    private int[] Ranks()
    {
        var ordered = new int[documents.Count];
        var rank = 0;
        foreach (var number in numbers.OrderBy(n => n.Key.Value, StringComparer.Ordinal).Select(n => n.Value))
        {
            ordered[number] = rank++;
        }

        return ordered;
    }

    private static IEnumerable<(string Text, double Weight)> Texts(DatasetDescription d)
    {
        var category = CategoryWords.Of(d.Dataset.Category);
        yield return ($"{d.Dataset.Title.Ja} {d.Dataset.Title.En} {d.Dataset.Id.Value} {d.Dataset.Holder.Value}", 4);
        yield return ($"{category.Name.Ja} {category.Name.En} {category.Synonyms}", 3);
        if (d.ByHolder is { } holder)
        {
            yield return ($"{holder.Title.Ja} {holder.Title.En}", 4);
            yield return (string.Join(' ', holder.Keywords), 3);
            yield return ($"{holder.Summary.Ja} {holder.Summary.En} {holder.WhoNeedsIt.Ja} {holder.WhoNeedsIt.En}", 2);
        }

        foreach (var value in d.Variables.SelectMany(v => v.TopValues).DistinctBy(v => (v.System, v.Code)))
        {
            yield return ($"{value.Name.Ja} {value.Name.En} {value.Code}", 1);
        }

        foreach (var name in d.Variables.SelectMany(v => (string[])[v.Table, v.Column]).Distinct())
        {
            yield return (name, 0.5);
        }
    }

    private readonly record struct Posting(int Document, double Weight) : IComparable<Posting>
    {
        public int CompareTo(Posting other) => Document.CompareTo(other.Document);
    }

    private readonly record struct Hit(double Score, int Rank, int Document) : IComparable<Hit>
    {
        public int CompareTo(Hit other) => Score > other.Score ? -1 : Score < other.Score ? 1 : Rank.CompareTo(other.Rank);
    }
}
