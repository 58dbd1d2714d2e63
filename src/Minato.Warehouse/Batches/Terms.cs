using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>What a fact says in the words of vocabularies, by its number in <c>staged_term</c>.</summary>
/// <param name="IsMapped">Whether a standard concept is known, or none is needed.</param>
/// <param name="Home">The table of the concept's domain; null where none is known.</param>
/// <param name="Withheld">How many of its values were not stored, at each fact that says it.</param>
internal sealed record Term(long Number, bool IsMapped, FactKind? Home, int Withheld);

/// <summary>A delivery's terms: each is cleaned, looked up and stored once, however many facts say it.</summary>
internal sealed class Terms(Warehouse warehouse, IRowAppender rows) : IDisposable
{
    /// <summary>Beyond this the terms begin anew: a delivery full of invented codes must not fill the memory. A term may then stand twice, under two numbers.</summary>
    private const int Remembered = 200_000;

    private readonly Dictionary<Saying, Term> known = [];
    private long number;

    /// <summary>What a fact says. Codes tell most of them apart, so that nothing else is hashed.</summary>
    private readonly record struct Saying(FactKind Kind, string System, string Code, string? Unit, string? Value)
    {
        public override int GetHashCode() => Code.GetHashCode() ^ (Value?.GetHashCode() ?? 0);
    }

    public Term Of(HealthFact fact)
    {
        var said = new Saying(fact.Kind, fact.System, fact.Code, fact.Unit, fact.ValueCode);
        if (known.TryGetValue(said, out var term))
        {
            return term;
        }

        if (known.Count == Remembered)
        {
            known.Clear();
        }

        term = Stored(fact);
        known.Add(said, term);
        return term;
    }

    public void Dispose() => rows.Dispose();

    private Term Stored(HealthFact fact)
    {
        long withheld = 0;
        var code = FactCleaning.Code(fact.System == CodeSystem.Udi ? DeviceIdentifier.Of(fact.Code) : fact.Code, ref withheld);
        var valueCode = FactCleaning.Code(fact.ValueCode, ref withheld);
        var unit = FactCleaning.Code(fact.Unit, ref withheld);
        var system = FactCleaning.Code(fact.System, ref withheld);
        var (source, concept, home, isMapped) = ConceptsOf(fact, code);
        long? valueConcept = code is not null && valueCode is not null && ConceptOfValue(fact, code, valueCode) is > 0 and var of ? of : null;
        long? unitConcept = unit is null ? null : warehouse.Codes.Units.GetValueOrDefault(unit);
        rows.Add(++number).Add(system).Add(code).Add(concept).Add(source).Add(unit).Add(unitConcept).Add(valueCode).Add(valueConcept).EndRow();
        return new(number, isMapped, home, (int)withheld);
    }

    /// <summary>A coded result is said within its question (<c>code:value</c>), a body site by itself.</summary>
    private long ConceptOfValue(HealthFact fact, string code, string value) =>
        warehouse.ConceptOf(fact.System, fact.Kind is FactKind.Image or FactKind.Specimen ? value : $"{code}:{value}");

    private (long Source, long Standard, FactKind? Home, bool IsMapped) ConceptsOf(HealthFact fact, string? code)
    {
        switch (fact.Kind)
        {
            case FactKind.Visit or FactKind.Ward:
                return (0, Concepts.VisitOf(fact.Code), null, true);
            case FactKind.Coverage or FactKind.Cost or FactKind.Variant:
                return (0, 0, null, true);
            default:
                if (code is null)
                {
                    return (0, 0, null, true);
                }

                var (source, standard, home) = warehouse.Codes.Find(fact.System, code);
                return (source, standard, home, standard != 0);
        }
    }
}
