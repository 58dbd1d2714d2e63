using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Minato.Catalogue;

/// <summary>
/// A JSON-LD node as Turtle (W3C RDF 1.1): the same triples in the same order. Of JSON-LD it knows what <see cref="HealthDcat"/> writes:
/// compact keys, <c>@id</c>, <c>@type</c>, <c>@value</c> with <c>@language</c> or <c>@type</c>.
/// </summary>
internal sealed class Turtle
{
    private readonly StringBuilder text = new();
    private readonly IReadOnlyList<(string Prefix, string Namespace)> prefixes;

    /// <summary>Nodes with a name of their own that stand within others: written after them.</summary>
    private readonly Queue<JsonObject> named = new();

    private Turtle(IReadOnlyList<(string Prefix, string Namespace)> prefixes) => this.prefixes = prefixes;

    public static string Of(JsonObject node, IReadOnlyList<(string Prefix, string Namespace)> prefixes)
    {
        var turtle = new Turtle(prefixes);
        foreach (var (prefix, name) in prefixes)
        {
            turtle.text.Append(CultureInfo.InvariantCulture, $"@prefix {prefix}: <{name}> .\n");
        }

        turtle.named.Enqueue(node);
        while (turtle.named.TryDequeue(out var next))
        {
            turtle.text.Append('\n').Append(turtle.Iri((string)next["@id"]!)).Append(' ');
            turtle.Properties(next, 1);
            turtle.text.Append(" .\n");
        }

        return turtle.text.ToString();
    }

    private void Properties(JsonObject node, int depth)
    {
        var first = true;
        foreach (var (key, value) in node.Where(p => p.Key != "@id"))
        {
            text.Append(first ? "" : " ;\n" + Indent(depth)).Append(key == "@type" ? "a" : key).Append(' ');
            first = false;
            if (key == "@type")
            {
                text.Append(Iri((string)value!));
                continue;
            }

            var values = value is JsonArray many ? [.. many] : (JsonNode?[])[value];
            for (var i = 0; i < values.Length; i++)
            {
                text.Append(i == 0 ? "" : ", ");
                Value(values[i]!, depth);
            }
        }
    }

    private void Value(JsonNode value, int depth)
    {
        if (value is not JsonObject node)
        {
            Literal((string)value!);
        }
        else if (node["@value"] is { } literal)
        {
            Literal((string)literal!);
            text.Append((string?)node["@language"] is { } language ? "@" + language : "^^" + Iri((string)node["@type"]!));
        }
        else if (node["@id"] is { } id)
        {
            text.Append(Iri((string)id!));
            if (node.Count > 1)
            {
                named.Enqueue(node);
            }
        }
        else
        {
            text.Append("[\n").Append(Indent(depth + 1));
            Properties(node, depth + 1);
            text.Append('\n').Append(Indent(depth)).Append(']');
        }
    }

    private string Iri(string iri) => prefixes.Any(p => iri.StartsWith(p.Prefix + ":", StringComparison.Ordinal)) ? iri : $"<{iri}>";

    private void Literal(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private static string Indent(int depth) => new(' ', 4 * depth);
}
