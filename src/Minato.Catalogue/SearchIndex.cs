namespace Minato.Catalogue;

/// <summary>
/// A small inverted index over the descriptions (Okapi BM25 with field weights). Every text is there in both languages, and the
/// names of the codes in the data too, so that a question in one language finds a dataset described in the other.
/// </summary>
internal sealed class SearchIndex
{
    // The usual constants of BM25; nothing here was tuned.
    private const double Saturation = 1.2;
    private const double LengthPenalty = 0.75;
    private const int LongestQuery = 1000;

    private readonly DatasetDescription[] documents;
    private readonly double[] lengths;
    private readonly double averageLength;
    private readonly Dictionary<string, Dictionary<int, double>> postings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<int, double>> characters = new(StringComparer.Ordinal);

    private SearchIndex(IReadOnlyList<DatasetDescription> descriptions)
    {
        documents = [.. descriptions];
        lengths = new double[documents.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            foreach (var (text, weight) in Texts(documents[i]))
            {
                foreach (var term in Terms.In(text))
                {
                    Add(postings, term, i, weight);
                    lengths[i] += weight;
                }

                foreach (var character in Terms.Characters(text))
                {
                    Add(characters, character, i, weight);
                }
            }
        }

        averageLength = lengths.Length == 0 ? 1 : Math.Max(1, lengths.Average());
    }

    public static SearchIndex Over(IReadOnlyList<DatasetDescription> descriptions) => new(descriptions);

    /// <summary>Best first; a description must have at least half of what was asked. Nothing asked: everything.</summary>
    public IReadOnlyList<DatasetDescription> Find(string text)
    {
        string[] query = [.. Terms.In(text.Length > LongestQuery ? text[..LongestQuery] : text).Distinct()];
        if (query.Length == 0)
        {
            return string.IsNullOrWhiteSpace(text) ? documents : [];
        }

        var scores = new (double Score, int Found)[documents.Length];
        foreach (var term in query)
        {
            var found = term.Length == 1 && characters.TryGetValue(term, out var single) ? single : postings.GetValueOrDefault(term);
            if (found is null)
            {
                continue;
            }

            var rarity = Math.Log(1 + ((documents.Length - found.Count + 0.5) / (found.Count + 0.5)));
            foreach (var (document, weight) in found)
            {
                var length = 1 - LengthPenalty + (LengthPenalty * lengths[document] / averageLength);
                scores[document].Score += rarity * weight * (Saturation + 1) / (weight + (Saturation * length));
                scores[document].Found++;
            }
        }

        return
        [
            .. Enumerable.Range(0, documents.Length).Where(i => 2 * scores[i].Found >= query.Length && scores[i].Found > 0)
                .OrderByDescending(i => scores[i].Score).ThenBy(i => documents[i].Dataset.Id.Value, StringComparer.Ordinal).Select(i => documents[i]),
        ];
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

    private static void Add(Dictionary<string, Dictionary<int, double>> index, string term, int document, double weight)
    {
        if (!index.TryGetValue(term, out var found))
        {
            index[term] = found = [];
        }

        found[document] = found.GetValueOrDefault(document) + weight;
    }
}
