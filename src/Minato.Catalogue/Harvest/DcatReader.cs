using System.Text;

namespace Minato.Catalogue.Harvest;

/// <summary>The datasets of another catalogue, of its DCAT in Turtle or JSON-LD. What is no dataset is passed over; a dataset without title or address is told of and left out.</summary>
public static class DcatReader
{
    private const string Dct = "http://purl.org/dc/terms/";
    private const string Dcat = "http://www.w3.org/ns/dcat#";
    private const string Foaf = "http://xmlns.com/foaf/0.1/";
    private const string Type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

    private const int LongestTitle = 500;
    private const int LongestDescription = 4_000;
    private const int MostKeywords = 40;
    private const int MostTold = 20;

    /// <param name="file">Its name, for findings.</param>
    /// <param name="root">The document's address, against which relative ones are resolved.</param>
    /// <returns>Refused with <c>harvest.unreadable</c>, <c>harvest.too-large</c> or <c>harvest.empty</c>.</returns>
    public static Outcome<IReadOnlyList<HarvestedDataset>> Read(byte[] bytes, string file, Uri root)
    {
        if (bytes.Length > HarvestLimits.MostBytes)
        {
            return Finding.Error("harvest.too-large", $"The catalogue is larger than {HarvestLimits.MostBytes >> 20} MiB", "Harvest it in pages", new Place(file));
        }

        IReadOnlyList<Triple> triples;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            triples = text.AsSpan().TrimStart() is ['{' or '[', ..] && IsJson(text) ? JsonLdReader.Read(text, root) : TurtleReader.Read(text, root);
        }
        catch (DecoderFallbackException)
        {
            return Finding.Error("harvest.unreadable", "The catalogue is not text in UTF-8", "Ask for Turtle or JSON-LD", new Place(file));
        }
        catch (HarvestException e)
        {
            return Finding.Error("harvest.unreadable", e.Message, "Ask for Turtle, or for JSON-LD with its context in it", new Place(file, e.Line));
        }

        var bySubject = triples.ToLookup(t => t.Subject);
        List<Finding> told = [];
        List<HarvestedDataset> found = [];
        foreach (var subject in triples.Where(t => t.Predicate == Type && t.Object.Value == Dcat + "Dataset" && !t.Object.IsLiteral).Select(t => t.Subject).Distinct())
        {
            if (Dataset(subject, bySubject) is { } dataset)
            {
                found.Add(dataset);
            }
            else if (told.Count < MostTold)
            {
                told.Add(Finding.Warning("harvest.dataset", "A dataset has no title, or no web address of its own", "Tell the other catalogue; the dataset is left out", new Place(file)));
            }
        }

        return found.Count == 0
            ? Finding.Error("harvest.empty", "There is no dataset in it that could be shown", "Give a catalogue in DCAT", new Place(file))
            : Outcome<IReadOnlyList<HarvestedDataset>>.Ok([.. found.OrderBy(d => d.Address, StringComparer.Ordinal)], told);
    }

    /// <summary>Turtle may begin with <c>[</c> too.</summary>
    private static bool IsJson(string text) => text.AsSpan().TrimStart()[0] == '{' || text.AsSpan().TrimStart()[1..].TrimStart() is ['{' or ']', ..];

    private static HarvestedDataset? Dataset(string subject, ILookup<string, Triple> all)
    {
        var its = all[subject].ToLookup(t => t.Predicate, t => t.Object);
        var title = Both(its[Dct + "title"], LongestTitle);
        var address = IsWeb(subject) ? subject : its[Dcat + "landingPage"].Select(t => t.Value).FirstOrDefault(IsWeb);
        if (title is null || address is null || address.Length > LongestTitle)
        {
            return null;
        }

        var publisher = its[Dct + "publisher"].Select(p => p.IsLiteral ? p.Value : all[p.Value].FirstOrDefault(t => t.Predicate == Foaf + "name").Object.Value).FirstOrDefault(n => !string.IsNullOrWhiteSpace(n));
        return new(
            address, title, Both(its[Dct + "description"], LongestDescription) ?? new("", ""), Short(publisher ?? ""),
            its[Dct + "accessRights"].Select(r => r.Value).FirstOrDefault(IsWeb)?.Split('/', '#')[^1] ?? "",
            [.. its[Dcat + "keyword"].Where(k => k.IsLiteral && k.Value.Trim().Length > 0).Select(k => Short(k.Value.Trim())).Distinct().Take(MostKeywords)],
            its[Dcat + "landingPage"].Select(t => t.Value).FirstOrDefault(IsWeb) is { Length: <= LongestTitle } page ? page : address,
            Short(its[Dct + "modified"].FirstOrDefault().Value ?? ""));
    }

    /// <summary>Japanese and English where they are there; else whatever is.</summary>
    private static Bilingual? Both(IEnumerable<Term> terms, int longest)
    {
        Term[] texts = [.. terms.Where(t => t.IsLiteral && t.Value.Trim().Length > 0)];
        if (texts.Length == 0)
        {
            return null;
        }

        string In(string language) => Cut(Clean(texts.OrderByDescending(t => t.Language == language || t.Language.StartsWith(language + "-", StringComparison.Ordinal)).ThenByDescending(t => t.Language == "en").First().Value), longest);
        return new(In("ja"), In("en"));
    }

    private static string Short(string text) => Cut(Clean(text), 200);

    private static string Clean(string text) => new([.. text.Trim().Where(c => !char.IsControl(c) || c is '\n')]);

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    private static bool IsWeb(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri!.Host.Length > 0;
}
