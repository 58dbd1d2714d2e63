using System.Globalization;
using System.Text.Json;
using Minato.Processing.Cohorts;

namespace Minato.Bench.Cohorts;

/// <summary>
/// What events are drawn from, so that the cohorts of a folder find somebody: the concepts of each kind of event, and the units, types, values and
/// days that criteria name; a vocabulary over them in which descendants and mapped concepts matter.
/// </summary>
internal sealed class Pools
{
    /// <summary>Concepts below each named one; every eleventh of them is invalid.</summary>
    private const int Below = 5;

    /// <summary>Days; an observation is hardly longer.</summary>
    private const int LongestSpan = 2000;

    private readonly Dictionary<long, long[]> below = [];
    private readonly Dictionary<long, long[]> mapped = [];

    private Pools()
    {
    }

    /// <summary>Concepts of a kind of event; one that more sets name stands there more often where <c>fair</c>.</summary>
    public Dictionary<CohortDomain, List<long>> Concepts { get; } = Enum.GetValues<CohortDomain>().ToDictionary(d => d, _ => new List<long>());

    /// <summary>What is named by a field of criteria (<c>Unit</c>, <c>ValueAsConcept</c>, …).</summary>
    public Dictionary<string, List<long>> Named { get; } = new(StringComparer.Ordinal);

    public List<decimal> Numbers { get; } = [0, 1, 5, 10];

    /// <summary>Lengths of windows, offsets, gaps and pads, in days: events that far from one another are at an edge.</summary>
    public SortedSet<int> Spans { get; } = [0, 1, 7];

    /// <summary>Days that definitions name.</summary>
    public SortedSet<DateOnly> Days { get; } = [];

    public List<(long Ancestor, long Descendant)> Ancestry { get; } = [];

    public List<(long Concept, bool Valid)> Vocabulary { get; } = [];

    public List<(long Source, long Target)> MapsTo { get; } = [];

    public ConceptTree Tree => new(c => below.GetValueOrDefault(c, [c]), c => mapped.GetValueOrDefault(c, []));

    /// <param name="fair">As many draws for a small set as for a large one.</param>
    public static Pools Of(IEnumerable<(string Json, CohortDefinition Cohort)> cohorts, bool fair)
    {
        var pools = new Pools();
        var all = cohorts.ToArray();
        foreach (var concept in all.SelectMany(c => c.Cohort.ConceptSets).SelectMany(s => s.Items).Select(i => i.Concept).OfType<long>().Distinct().Order())
        {
            pools.Add(concept);
        }

        foreach (var (json, cohort) in all)
        {
            var sets = cohort.ConceptSets.ToDictionary(s => s.Id, s => ConceptFilter.Of(s, pools.Tree).Concepts);
            var random = new Random(7);
            foreach (var c in cohort.Criteria)
            {
                foreach (var set in new[] { c.ConceptSet, c.SourceConceptSet }.OfType<int>())
                {
                    // Eras are of what they are made of.
                    var domain = c.Domain switch { CohortDomain.ConditionEra => CohortDomain.ConditionOccurrence, CohortDomain.DrugEra => CohortDomain.DrugExposure, var d => d };
                    pools.Concepts[domain].AddRange(fair && sets[set].Count > 0 ? random.GetItems([.. sets[set]], 40) : sets[set]);
                }
            }

            if (cohort.CustomEra is { } era)
            {
                pools.Concepts[CohortDomain.DrugExposure].AddRange(fair && sets[era.DrugSet].Count > 0 ? random.GetItems([.. sets[era.DrugSet]], 40) : sets[era.DrugSet]);
            }

            using var document = JsonDocument.Parse(json);
            pools.Read("", document.RootElement);
        }

        pools.Concepts[CohortDomain.VisitOccurrence].AddRange(pools.Named.GetValueOrDefault("VisitType", []));
        if (!fair)
        {
            foreach (var list in pools.Concepts.Values)
            {
                var distinct = list.Distinct().Order().ToArray();
                list.Clear();
                list.AddRange(distinct);
            }
        }

        return pools;
    }

    private void Add(long concept)
    {
        var n = Vocabulary.Count;
        Vocabulary.Add((concept, true));
        Ancestry.Add((concept, concept));
        var children = Enumerable.Range(1, Below).Select(k => 2_000_000_000L + (n * Below) + k).ToArray();
        foreach (var child in children)
        {
            Vocabulary.Add((child, child % 11 != 0));
            Ancestry.Add((concept, child));
            Ancestry.Add((child, child));
        }

        below[concept] = [concept, .. children.Where(c => c % 11 != 0)];
        foreach (var target in new[] { concept, children[0] }.Where(t => t % 3 != 0))
        {
            var source = 3_000_000_000L + Vocabulary.Count;
            Vocabulary.Add((source, true));
            MapsTo.Add((source, target));
            mapped[target] = [source];
        }
    }

    private void Read(string name, JsonElement e)
    {
        switch (e.ValueKind)
        {
            case JsonValueKind.Object when e.TryGetProperty("CONCEPT_ID", out var id):
                if (name is not "concept")
                {
                    (Named.TryGetValue(name, out var list) ? list : Named[name] = []).Add(id.GetInt64());
                }

                break;
            case JsonValueKind.Object:
                foreach (var p in e.EnumerateObject().Where(p => p.Name != "ConceptSets"))
                {
                    Read(p.Name, p.Value);
                }

                if (e.TryGetProperty("Value", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && Math.Abs(number) < 1_000_000)
                {
                    Numbers.Add(number);
                    if (e.TryGetProperty("Extent", out var extent) && extent.ValueKind == JsonValueKind.Number && extent.TryGetDecimal(out var to) && Math.Abs(to) < 1_000_000)
                    {
                        Numbers.Add(to);
                    }
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in e.EnumerateArray())
                {
                    Read(name, item);
                }

                break;
            case JsonValueKind.Number when name is "Days" or "PriorDays" or "PostDays" or "Offset" or "GapDays" or "EraPad" && e.TryGetInt32(out var days) && days <= LongestSpan:
                Spans.Add(days);
                break;
            case JsonValueKind.String when DateOnly.TryParseExact(e.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day):
                Days.Add(day);
                break;
        }
    }
}
