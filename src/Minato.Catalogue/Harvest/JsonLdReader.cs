using System.Globalization;
using System.Text.Json;

namespace Minato.Catalogue.Harvest;

/// <summary>
/// Triples of a text in JSON-LD 1.1 as catalogues write it: a context within the document (prefixes, terms with <c>@id</c>, <c>@type</c>, <c>@language</c>,
/// <c>@vocab</c>, <c>@base</c>), nodes, lists, sets, graphs, language maps. A context elsewhere is not fetched: the document is refused.
/// </summary>
internal sealed class JsonLdReader
{
    private const string Type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

    private readonly List<Triple> triples = [];
    private int blank;

    private JsonLdReader()
    {
    }

    private sealed record TermOf(string Iri, string? Coercion, string? Language, string? Container);

    private sealed record Context(Dictionary<string, TermOf> Terms, string? Vocabulary, string? Language, Uri Root);

    /// <exception cref="HarvestException">It is no such JSON-LD, or too large.</exception>
    public static IReadOnlyList<Triple> Read(string text, Uri root)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = HarvestLimits.Deepest, AllowTrailingCommas = false });
            var reader = new JsonLdReader();
            reader.Top(json.RootElement, new Context(new Dictionary<string, TermOf>(), null, null, root));
            return reader.triples;
        }
        catch (JsonException e)
        {
            throw new HarvestException("It is no JSON", (e.LineNumber ?? 0) + 1);
        }
        catch (InvalidOperationException)
        {
            // Escapes of half a character are JSON and no text.
            throw new HarvestException("A text is not Unicode", 1);
        }
    }

    private void Top(JsonElement e, Context context)
    {
        if (e.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in e.EnumerateArray())
            {
                Top(item, context);
            }
        }
        else if (e.ValueKind == JsonValueKind.Object)
        {
            _ = Node(e, context);
        }
        else
        {
            throw new HarvestException("A node was expected", 1);
        }
    }

    private string Node(JsonElement e, Context outer)
    {
        var context = e.TryGetProperty("@context", out var given) ? With(outer, given) : outer;
        var subject = e.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String ? Iri(id.GetString()!, context, vocabulary: false) : NewBlank();
        foreach (var p in e.EnumerateObject())
        {
            switch (p.Name)
            {
                case "@context" or "@id" or "@index":
                    break;
                case "@graph" or "@included":
                    Top(p.Value, context);
                    break;
                case "@type":
                    foreach (var type in Many(p.Value).Where(t => t.ValueKind == JsonValueKind.String))
                    {
                        Add(subject, Type, new(Iri(type.GetString()!, context, vocabulary: true)));
                    }

                    break;
                case "@reverse":
                    break;
                default:
                    Property(subject, p.Name, p.Value, context);
                    break;
            }
        }

        return subject;
    }

    private void Property(string subject, string name, JsonElement value, Context context)
    {
        if (name.StartsWith('@'))
        {
            throw new HarvestException("A keyword of JSON-LD is used that is not read here", 1);
        }

        var term = context.Terms.GetValueOrDefault(name);
        if (term?.Iri == "@type")
        {
            foreach (var type in Many(value).Where(t => t.ValueKind == JsonValueKind.String))
            {
                Add(subject, Type, new(Iri(type.GetString()!, context, vocabulary: true)));
            }

            return;
        }

        var predicate = Iri(name, context, vocabulary: true);
        if (!predicate.Contains(':', StringComparison.Ordinal))
        {
            return; // A word that no context gives a meaning says nothing in RDF.
        }

        if (term?.Container == "@language" && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var language in value.EnumerateObject())
            {
                foreach (var text in Many(language.Value).Where(t => t.ValueKind == JsonValueKind.String))
                {
                    Add(subject, predicate, Text(text.GetString()!, language.Name));
                }
            }

            return;
        }

        foreach (var item in Many(value))
        {
            Value(subject, predicate, item, term, context);
        }
    }

    private void Value(string subject, string predicate, JsonElement item, TermOf? term, Context context)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.Null:
                return;
            case JsonValueKind.String:
                var text = item.GetString()!;
                Add(subject, predicate, term?.Coercion is "@id" or "@vocab" ? new(Iri(text, context, term.Coercion == "@vocab")) : Text(text, term?.Language ?? (term?.Coercion is null ? context.Language : null) ?? ""));
                return;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                Add(subject, predicate, new(item.GetRawText(), IsLiteral: true));
                return;
            case JsonValueKind.Object when item.TryGetProperty("@value", out var literal):
                if (literal.ValueKind != JsonValueKind.Null)
                {
                    Add(subject, predicate, Text(
                        literal.ValueKind == JsonValueKind.String ? literal.GetString()! : literal.GetRawText(),
                        item.TryGetProperty("@language", out var language) && language.ValueKind == JsonValueKind.String ? language.GetString()! : ""));
                }

                return;
            case JsonValueKind.Object when item.TryGetProperty("@list", out var list) || item.TryGetProperty("@set", out list):
                foreach (var inner in Many(list))
                {
                    Value(subject, predicate, inner, term, context);
                }

                return;
            case JsonValueKind.Object:
                Add(subject, predicate, new(Node(item, context)));
                return;
            default:
                foreach (var inner in item.EnumerateArray())
                {
                    Value(subject, predicate, inner, term, context);
                }

                return;
        }
    }

    private static Context With(Context outer, JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Array)
        {
            return given.EnumerateArray().Aggregate(outer, With);
        }

        if (given.ValueKind == JsonValueKind.Null)
        {
            return outer with { Terms = new Dictionary<string, TermOf>(), Vocabulary = null, Language = null };
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw new HarvestException("Its context is elsewhere and is not fetched: ask for the document with the context in it", 1);
        }

        var terms = new Dictionary<string, TermOf>(outer.Terms, StringComparer.Ordinal);
        var context = outer with { Terms = terms };
        foreach (var p in given.EnumerateObject())
        {
            var text = p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString() : null;
            switch (p.Name)
            {
                case "@vocab":
                    context = context with { Vocabulary = text };
                    break;
                case "@language":
                    context = context with { Language = text };
                    break;
                case "@base":
                    context = context with { Root = text is not null && Uri.TryCreate(context.Root, text, out var b) ? b : context.Root };
                    break;
                case var keyword when keyword.StartsWith('@'):
                    break;
                default:
                    if (text is not null)
                    {
                        terms[p.Name] = new(text, null, null, null);
                    }
                    else if (p.Value.ValueKind == JsonValueKind.Object)
                    {
                        string? Word(string name) => p.Value.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
                        terms[p.Name] = new(Word("@id") ?? p.Name, Word("@type"), Word("@language"), Word("@container"));
                    }

                    break;
            }
        }

        return context;
    }

    private static string Iri(string text, Context context, bool vocabulary)
    {
        const int Longest = 8;
        for (var n = 0; n < Longest; n++)
        {
            if (text.StartsWith("_:", StringComparison.Ordinal))
            {
                return text.Insert(2, "n");
            }

            if (vocabulary && context.Terms.TryGetValue(text, out var term) && term.Iri != text)
            {
                text = term.Iri;
                continue;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !text.AsSpan(colon + 1).StartsWith("//") && context.Terms.TryGetValue(text[..colon], out var prefix))
            {
                text = prefix.Iri + text[(colon + 1)..];
                continue;
            }

            break;
        }

        return text.Contains(':', StringComparison.Ordinal) ? text
            : vocabulary ? context.Vocabulary is { } space ? space + text : text
            : Uri.TryCreate(context.Root, text, out var whole) ? whole.AbsoluteUri : text;
    }

    private static Term Text(string text, string language) =>
        text.Length > HarvestLimits.LongestText ? throw new HarvestException("A text is too long", 1) : new(text, IsLiteral: true, language.ToLowerInvariant());

    private static IEnumerable<JsonElement> Many(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            yield return value;
            yield break;
        }

        foreach (var item in value.EnumerateArray())
        {
            yield return item;
        }
    }

    private string NewBlank() => string.Create(CultureInfo.InvariantCulture, $"_:b{blank++}");

    private void Add(string subject, string predicate, Term value)
    {
        if (triples.Count >= HarvestLimits.MostTriples)
        {
            throw new HarvestException("It has too many statements", 1);
        }

        triples.Add(new(subject, predicate, value));
    }
}
