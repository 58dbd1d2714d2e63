namespace Minato.Warehouse.Batches;

/// <summary>
/// Which table a fact goes to: that of its standard concept's domain, as the CDM demands (ICD-10's Z codes are observations, say), unless
/// the table could not hold what the fact says.
/// </summary>
internal static class Routing
{
    /// <param name="domain">The table of the concept's domain; null where no concept is known, or its domain has no table.</param>
    public static FactKind TableOf(HealthFact fact, FactKind? domain) =>
        domain is { } table && table != fact.Kind && IsClinical(fact.Kind) && Holds(table, fact) ? table : fact.Kind;

    /// <summary>The tables of OMOP's domains.</summary>
    public static FactKind? Of(string? domain) => domain switch
    {
        "Condition" => FactKind.Condition,
        "Drug" => FactKind.Drug,
        "Procedure" => FactKind.Procedure,
        "Measurement" => FactKind.Measurement,
        "Observation" => FactKind.Observation,
        "Device" => FactKind.Device,
        _ => null,
    };

    private static bool IsClinical(FactKind kind) =>
        kind is FactKind.Condition or FactKind.Drug or FactKind.Procedure or FactKind.Measurement or FactKind.Observation or FactKind.Device;

    /// <summary>Only <c>condition_occurrence</c> can say that something is suspected, only two tables hold results, only one holds days of supply.</summary>
    private static bool Holds(FactKind table, HealthFact fact) =>
        !fact.Suspected && fact.Days is null && fact.Quantity is null or 1 && fact.Identifier is null
        && (table is FactKind.Measurement or FactKind.Observation || (fact.Value is null && fact.ValueCode is null));
}
