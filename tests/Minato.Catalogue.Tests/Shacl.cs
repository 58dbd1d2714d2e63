using System.Globalization;

namespace Minato.Catalogue.Tests;

/// <summary>
/// SHACL Core as far as the shapes of HealthDCAT-AP use it. A constraint that is not known here is an error, so that nothing is passed over in silence.
/// </summary>
internal sealed class Shacl(Rdf shapes, Rdf data)
{
    private const string Sh = "http://www.w3.org/ns/shacl#";

    /// <summary>Terms that say something about a shape but ask nothing; <c>sh:extends</c> is no term of SHACL Core.</summary>
    private static readonly string[] Silent = ["severity", "message", "description", "targetClass", "path", "extends"];

    /// <returns>Each violation as focus node, path and constraint.</returns>
    public IReadOnlyList<string> Violations() =>
    [
        .. from target in shapes.Triples
           where target.Predicate == Sh + "targetClass"
           from focus in data.Triples
           where focus.Predicate == Rdf.Type && focus.Object == target.Object
           from violation in Check(target.Subject, focus.Subject)
           select violation,
    ];

    private IEnumerable<string> Check(RdfTerm shape, RdfTerm focus)
    {
        var values = shapes.Of(shape, Sh + "path").SingleOrDefault() is { } path ? Values(focus, path) : [focus];
        foreach (var (_, predicate, asked) in shapes.Triples.Where(t => t.Subject == shape && t.Predicate.StartsWith(Sh, StringComparison.Ordinal)))
        {
            var constraint = predicate[Sh.Length..];
            if (Silent.Contains(constraint))
            {
                continue;
            }

            if (constraint == "property")
            {
                foreach (var violation in Check(asked, focus))
                {
                    yield return violation;
                }

                continue;
            }

            var holds = constraint switch
            {
                "minCount" => values.Count >= Number(asked),
                "maxCount" => values.Count <= Number(asked),
                "hasValue" => values.Contains(asked),
                "nodeKind" => values.All(v => IsOfKind(v, asked.Value[Sh.Length..])),
                "datatype" => values.All(v => v.Datatype == asked.Value && IsWellFormed(v)),
                "class" => values.All(v => data.Of(v, Rdf.Type).Contains(asked)),
                "node" => values.All(v => !Check(asked, v).Any()),
                "or" => values.All(v => List(asked).Any(s => !Check(s, v).Any())),
                _ => throw new NotSupportedException($"sh:{constraint}"),
            };
            if (!holds)
            {
                yield return $"{focus.Value} {shapes.Of(shape, Sh + "path").Select(p => p.Value).SingleOrDefault()} sh:{constraint}";
            }
        }
    }

    private List<RdfTerm> Values(RdfTerm focus, RdfTerm path) => path.Kind == RdfKind.Iri
        ? [.. data.Of(focus, path.Value).Distinct()]
        : [.. List(shapes.Of(path, Sh + "alternativePath").Single()).SelectMany(p => Values(focus, p)).Distinct()];

    private IEnumerable<RdfTerm> List(RdfTerm cell)
    {
        for (; cell.Value != Rdf.Syntax + "nil"; cell = shapes.Of(cell, Rdf.Syntax + "rest").Single())
        {
            yield return shapes.Of(cell, Rdf.Syntax + "first").Single();
        }
    }

    private static int Number(RdfTerm term) => int.Parse(term.Value, CultureInfo.InvariantCulture);

    private static bool IsOfKind(RdfTerm term, string kind) => kind switch
    {
        "IRI" => term.Kind == RdfKind.Iri,
        "Literal" => term.Kind == RdfKind.Literal,
        "BlankNodeOrIRI" => term.Kind != RdfKind.Literal,
        _ => throw new NotSupportedException($"sh:nodeKind {kind}"),
    };

    private static bool IsWellFormed(RdfTerm term) => term.Datatype switch
    {
        Rdf.Xsd + "boolean" => term.Value is "true" or "false" or "1" or "0",
        Rdf.Xsd + "nonNegativeInteger" => term.Value.Length > 0 && term.Value.All(char.IsAsciiDigit),
        var other => throw new NotSupportedException($"sh:datatype {other}"),
    };
}
