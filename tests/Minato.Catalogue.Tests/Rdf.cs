using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Minato.Catalogue.Tests;

internal enum RdfKind
{
    Iri,
    Blank,
    Literal,
}

/// <param name="Datatype">IRI; of literals only.</param>
internal sealed record RdfTerm(RdfKind Kind, string Value, string? Datatype = null, string? Language = null)
{
    public static RdfTerm Iri(string value) => new(RdfKind.Iri, value);

    public static RdfTerm Text(string value, string? datatype = null, string? language = null) =>
        new(RdfKind.Literal, value, datatype ?? (language is null ? Rdf.Xsd + "string" : Rdf.Syntax + "langString"), language);
}

internal readonly record struct RdfTriple(RdfTerm Subject, string Predicate, RdfTerm Object);

/// <summary>A graph in memory, read from Turtle or JSON-LD as far as the catalogue and its shapes use the languages; anything else is an error.</summary>
internal sealed class Rdf(IReadOnlyList<RdfTriple> triples)
{
    public const string Syntax = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    public const string Xsd = "http://www.w3.org/2001/XMLSchema#";
    public const string Type = Syntax + "type";

    private readonly ILookup<(RdfTerm, string), RdfTerm> objects = triples.ToLookup(t => (t.Subject, t.Predicate), t => t.Object);

    public IReadOnlyList<RdfTriple> Triples => triples;

    public IEnumerable<RdfTerm> Of(RdfTerm subject, string predicate) => objects[(subject, predicate)];

    public Rdf Without(Func<RdfTriple, bool> these) => new([.. triples.Where(t => !these(t))]);

    public static Rdf FromTurtle(string text) => new(new TurtleReader(text).Read());

    public static Rdf FromJsonLd(string text)
    {
        List<RdfTriple> triples = [];
        var json = JsonNode.Parse(text)!.AsObject();
        var context = json["@context"]!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!);
        var blanks = 0;
        Node(json);
        return new(triples);

        string Full(string term)
        {
            var colon = term.IndexOf(':', StringComparison.Ordinal);
            return term.Contains("://", StringComparison.Ordinal) || term.StartsWith("mailto:", StringComparison.Ordinal) ? term
                : colon > 0 && context.TryGetValue(term[..colon], out var ns) ? ns + term[(colon + 1)..]
                : throw new InvalidDataException($"'{term}' is not in the context");
        }

        RdfTerm Node(JsonObject node)
        {
            if (node["@value"] is { } value)
            {
                return RdfTerm.Text((string)value!, (string?)node["@type"] is { } type ? Full(type) : null, (string?)node["@language"]);
            }

            var subject = (string?)node["@id"] is { } id ? RdfTerm.Iri(Full(id)) : new RdfTerm(RdfKind.Blank, $"b{blanks++}");
            foreach (var (key, values) in node.Where(p => p.Key is not "@id" and not "@context"))
            {
                foreach (var one in values is JsonArray many ? [.. many] : (JsonNode?[])[values])
                {
                    triples.Add(key == "@type" ? new(subject, Type, RdfTerm.Iri(Full((string)one!))) : new(subject, Full(key), one is JsonObject o ? Node(o) : RdfTerm.Text((string)one!)));
                }
            }

            return subject;
        }
    }

    /// <summary>The same text for the same graph, however its blank nodes are named; they hang from named ones as trees.</summary>
    public string Canonical()
    {
        string Tree(RdfTerm term) => term.Kind == RdfKind.Blank
            ? $"[{string.Join(" ; ", triples.Where(t => t.Subject == term).Select(t => $"{t.Predicate} {Tree(t.Object)}").Order(StringComparer.Ordinal))}]"
            : term.ToString();
        return string.Join('\n', triples.Where(t => t.Subject.Kind != RdfKind.Blank).Select(t => $"{t.Subject.Value} {t.Predicate} {Tree(t.Object)}").Distinct().Order(StringComparer.Ordinal));
    }

    private sealed class TurtleReader(string text)
    {
        private readonly Dictionary<string, string> prefixes = new(StringComparer.Ordinal);
        private readonly List<RdfTriple> triples = [];
        private int at;
        private int blanks;

        public List<RdfTriple> Read()
        {
            for (Skip(); at < text.Length; Skip())
            {
                if (Take("@prefix"))
                {
                    Skip();
                    var colon = text.IndexOf(':', at);
                    var prefix = text[at..colon];
                    at = colon + 1;
                    Skip();
                    prefixes[prefix] = IriReference();
                }
                else
                {
                    Properties(Term());
                }

                Expect('.');
            }

            return triples;
        }

        private void Properties(RdfTerm subject)
        {
            for (Skip(); text[at] is not '.' and not ']'; Skip())
            {
                var predicate = text[at] == 'a' && char.IsWhiteSpace(text[at + 1]) ? Take("a") ? Type : "" : Term().Value;
                do
                {
                    triples.Add(new(subject, predicate, Term()));
                    Skip();
                }
                while (Take(","));
                while (Take(";"))
                {
                    Skip();
                }
            }
        }

        private RdfTerm Term()
        {
            Skip();
            switch (text[at])
            {
                case '<':
                    return RdfTerm.Iri(IriReference());
                case '"':
                    return Literal();
                case '[':
                    at++;
                    var node = new RdfTerm(RdfKind.Blank, $"b{blanks++}");
                    Properties(node);
                    Expect(']');
                    return node;
                case '(':
                    at++;
                    return List();
                default:
                    return Word();
            }
        }

        private RdfTerm List()
        {
            Skip();
            if (Take(")"))
            {
                return RdfTerm.Iri(Syntax + "nil");
            }

            var cell = new RdfTerm(RdfKind.Blank, $"b{blanks++}");
            triples.Add(new(cell, Syntax + "first", Term()));
            triples.Add(new(cell, Syntax + "rest", List()));
            return cell;
        }

        private RdfTerm Word()
        {
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is ':' or '_' or '-'))
            {
                at++;
            }

            var word = text[start..at];
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            return word is "true" or "false" ? RdfTerm.Text(word, Xsd + "boolean")
                : word.Length > 0 && word.All(char.IsAsciiDigit) ? RdfTerm.Text(word, Xsd + "integer")
                : colon >= 0 && prefixes.TryGetValue(word[..colon], out var ns) ? RdfTerm.Iri(ns + word[(colon + 1)..])
                : throw new InvalidDataException($"Not Turtle that is read here, at {start}: '{text[start..Math.Min(text.Length, start + 20)]}'");
        }

        private RdfTerm Literal()
        {
            var value = new StringBuilder();
            for (at++; text[at] != '"'; at++)
            {
                if (text[at] != '\\')
                {
                    value.Append(text[at] is '\n' or '\r' ? throw new InvalidDataException("A line ends within a short text") : text[at]);
                    continue;
                }

                switch (text[++at])
                {
                    case 'n': value.Append('\n'); break;
                    case 'r': value.Append('\r'); break;
                    case 't': value.Append('\t'); break;
                    case '"' or '\\': value.Append(text[at]); break;
                    case 'u': value.Append((char)int.Parse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)); at += 4; break;
                    default: throw new InvalidDataException($"Unknown escape at {at}");
                }
            }

            at++;
            if (Take("^^"))
            {
                return RdfTerm.Text(value.ToString(), Term().Value);
            }

            if (!Take("@"))
            {
                return RdfTerm.Text(value.ToString());
            }

            var start = at;
            while (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-')
            {
                at++;
            }

            return RdfTerm.Text(value.ToString(), language: text[start..at]);
        }

        private string IriReference()
        {
            Expect('<');
            var end = text.IndexOf('>', at);
            var iri = text[at..end];
            at = end + 1;
            return iri.Any(c => c <= ' ' || c is '"' or '{' or '}' or '|' or '^' or '`' or '\\') ? throw new InvalidDataException($"Not an IRI: {iri}") : iri;
        }

        private void Skip()
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '#'))
            {
                at = text[at] == '#' ? Math.Max(at, text.IndexOf('\n', at)) + 1 : at + 1;
            }
        }

        private bool Take(string word)
        {
            var there = string.CompareOrdinal(text, at, word, 0, word.Length) == 0;
            at += there ? word.Length : 0;
            return there;
        }

        private void Expect(char c)
        {
            Skip();
            if (at >= text.Length || text[at] != c)
            {
                throw new InvalidDataException($"'{c}' was expected at {at}");
            }

            at++;
        }
    }
}
