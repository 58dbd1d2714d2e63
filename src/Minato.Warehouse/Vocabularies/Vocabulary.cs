using System.Collections.Concurrent;
using Minato.Warehouse.Batches;

namespace Minato.Warehouse.Vocabularies;

/// <summary>
/// Source code → concept. First the code itself; then, for systems that are built as hierarchies, what it is a kind of:
/// the ICD-10 category, the YJ code's ingredient, the JLAC10 analyte whatever the method.
/// </summary>
internal sealed class Vocabulary : IVocabulary
{
    /// <summary>Answers kept; a delivery full of invented codes must not fill the memory.</summary>
    private const int Remembered = 200_000;

    private readonly NationalMasters? masters;
    private readonly OhdsiExport? ohdsi;
    private readonly Dictionary<(string System, string Code), SourceCode> exact = [];
    private readonly Dictionary<(string System, string Stem), long> stems = [];
    private readonly Dictionary<long, Bilingual> names = [];
    private readonly ILookup<long, long> children;
    private readonly Dictionary<long, Concept> concepts = [];
    private readonly ConcurrentDictionary<(string, string), (long, long, FactKind?)> found = new();

    public Vocabulary(VocabularyTables own, NationalMasters? masters, OhdsiExport? ohdsi)
    {
        (this.masters, this.ohdsi) = (masters, ohdsi);
        foreach (var code in own.Codes)
        {
            exact[(code.System, code.Code)] = code;
            if (Stem(code.System, code.Code) is { } stem && code.System != CodeSystem.Icd10)
            {
                stems.TryAdd((code.System, stem), code.Concept);
            }
        }

        foreach (var concept in own.Concepts)
        {
            names[concept.Id] = concept.Name;
            concepts[concept.Id] = concept;
        }

        children = own.Concepts.SelectMany(c => c.Parents.Select(p => (p, c.Id))).ToLookup(e => e.p, e => e.Id);
        Units = own.Units;
        Version = string.Join("; ", new[] { own.Version, masters is { Version: { Length: > 0 } m } ? $"masters {m}" : null, ohdsi is { } o ? $"ohdsi {o.Version}" : null }.OfType<string>());
    }

    public string Version { get; }

    public IReadOnlyDictionary<string, long> Units { get; }

    /// <summary>The source concept (0 outside a loaded OHDSI export) and the standard concept (0 where unmapped).</summary>
    public (long Source, long Standard) ConceptOf(string system, string code)
    {
        var (source, standard, _) = Find(system, code);
        return (source, standard);
    }

    /// <summary>The same, and the table of the standard concept's domain.</summary>
    public (long Source, long Standard, FactKind? Table) Find(string system, string code)
    {
        if (!found.TryGetValue((system, code), out var answer))
        {
            var (source, standard) = Look(system, code);
            answer = (source, standard, Routing.Of(standard == 0 ? null : ohdsi?.DomainOf(standard) ?? (concepts.TryGetValue(standard, out var concept) ? concept.Domain : null)));
            if (found.Count < Remembered)
            {
                found[(system, code)] = answer;
            }
        }

        return answer;
    }

    /// <summary>What the concepts are, of those that are known: the loaded export's word before our own.</summary>
    public IEnumerable<ConceptRow> Describe(IReadOnlyCollection<long> ids)
    {
        var loaded = ohdsi?.Describe(ids).ToDictionary(c => c.Id) ?? [];
        return ids.Order().Select(id => loaded.TryGetValue(id, out var row) ? row : concepts.TryGetValue(id, out var own) ? ConceptRow.Own(own, isGroup: children[id].Any()) : null).OfType<ConceptRow>();
    }

    /// <summary>Every pair of an ancestor and a descendant within these concepts, each its own included, with the fewest and the most steps between.</summary>
    public IEnumerable<(long Ancestor, long Descendant, long Fewest, long Most)> Ancestry(IReadOnlyCollection<long> ids)
    {
        var pairs = ids.ToDictionary(id => (id, id), _ => (0L, 0L));
        var within = ids.ToHashSet();
        foreach (var id in ids.Where(concepts.ContainsKey))
        {
            var open = new Queue<(long Id, long Steps)>([(id, 0)]);
            while (open.TryDequeue(out var at))
            {
                foreach (var child in children[at.Id])
                {
                    var steps = at.Steps + 1;
                    if (within.Contains(child))
                    {
                        var (fewest, most) = pairs.GetValueOrDefault((id, child), (steps, steps));
                        pairs[(id, child)] = (Math.Min(fewest, steps), Math.Max(most, steps));
                    }

                    open.Enqueue((child, steps));
                }
            }
        }

        foreach (var (ancestor, descendant, fewest, most) in ohdsi?.Ancestry(ids) ?? [])
        {
            pairs.TryAdd((ancestor, descendant), (fewest, most));
        }

        return pairs.Select(p => (p.Key.Item1, p.Key.Item2, p.Value.Item1, p.Value.Item2)).Order();
    }

    /// <summary>The vocabularies with their editions: ours, the national masters, the loaded export.</summary>
    public IEnumerable<(string Id, string Name, string Edition)> Editions
    {
        get
        {
            yield return (ConceptRow.OwnVocabulary, "Concepts and codes that the software carries", VocabularyTables.Own.Version);
            if (masters is { Version.Length: > 0 })
            {
                yield return ("JP masters", "National claim masters", masters.Version);
            }

            foreach (var (id, name, edition) in ohdsi?.Vocabularies ?? [])
            {
                yield return (id, name, edition);
            }
        }
    }

    public IReadOnlyCollection<long> Descendants(long conceptId)
    {
        var below = new HashSet<long> { conceptId };
        var open = new Stack<long>([conceptId]);
        while (open.TryPop(out var concept))
        {
            foreach (var child in children[concept].Where(below.Add))
            {
                open.Push(child);
            }
        }

        if (ohdsi is not null)
        {
            below.UnionWith(ohdsi.Descendants(conceptId));
        }

        return below;
    }

    public IReadOnlyCollection<long> MappedTo(long conceptId) => ohdsi?.MappedTo(conceptId) ?? [];

    public IReadOnlyCollection<long> Ingredients(long drugConceptId) => ohdsi?.Ingredients(drugConceptId) ?? [];

    public Bilingual? NameOf(long conceptId) =>
        names.TryGetValue(conceptId, out var name) ? name : ohdsi?.NameOf(conceptId) is { } english ? new(english, english) : null;

    public Bilingual? NameOf(string system, string code)
    {
        if (exact.TryGetValue((system, code), out var known))
        {
            return known.Name;
        }

        var japanese = system switch
        {
            CodeSystem.Disease when masters?.Diseases.TryGetValue(code, out var disease) == true => disease.Name,
            CodeSystem.Drug when masters?.Drugs.TryGetValue(code, out var drug) == true => drug.Name,
            CodeSystem.Procedure when masters?.Procedures.TryGetValue(code, out var procedure) == true => procedure,
            _ => null,
        };
        var concept = ConceptOf(system, code).Standard;
        var english = concept == 0 ? null : NameOf(concept);
        return japanese is null ? english : new(japanese, english?.En ?? japanese);
    }

    private static string? Stem(string system, string code) => system switch
    {
        CodeSystem.Icd10 when code.Length > 3 => code[..3],
        CodeSystem.Yj when code.Length == 12 => code[..7],
        CodeSystem.Jlac10 when code.Length == 17 => code[..12] + code[15..],
        _ => null,
    };

    private (long Source, long Standard) Look(string system, string code)
    {
        var loaded = ohdsi?.ConceptOf(system, code) ?? (0, 0);
        if (exact.TryGetValue((system, code), out var known))
        {
            return (loaded.Source, known.Concept);
        }

        if (loaded.Standard != 0)
        {
            return loaded;
        }

        if (system == CodeSystem.Disease && masters?.Diseases.TryGetValue(code, out var disease) == true && disease.Icd10.Length > 0)
        {
            return (0, ConceptOf(CodeSystem.Icd10, disease.Icd10).Standard);
        }

        if (system == CodeSystem.Drug && masters?.Drugs.TryGetValue(code, out var drug) == true && drug.Yj.Length > 0)
        {
            return (0, ConceptOf(CodeSystem.Yj, drug.Yj).Standard);
        }

        if (Stem(system, code) is not { } stem)
        {
            return loaded;
        }

        return system == CodeSystem.Icd10
            ? (loaded.Source, ConceptOf(system, stem).Standard)
            : (loaded.Source, stems.GetValueOrDefault((system, stem)));
    }
}
