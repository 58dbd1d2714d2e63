namespace Minato.Warehouse.Tests;

/// <summary>Facts as readers make them.</summary>
internal static class Facts
{
    public static HealthFact Visit(string from, string? to = null, string code = "outpatient", string key = "") =>
        new() { Kind = FactKind.Visit, Start = Quay.Day(from), End = to is null ? null : Quay.Day(to), Code = code, VisitKey = key, Facility = "1310000001", Line = 1 };

    public static HealthFact Condition(string day, string code, bool suspected = false, string system = CodeSystem.Disease) =>
        new() { Kind = FactKind.Condition, Start = Quay.Day(day), System = system, Code = code, Suspected = suspected, Line = 2 };

    public static HealthFact Drug(string day, string code, int days, decimal quantity = 30, string key = "") =>
        new() { Kind = FactKind.Drug, Start = Quay.Day(day), System = CodeSystem.Drug, Code = code, Days = days, Quantity = quantity, VisitKey = key, Line = 3 };

    public static HealthFact Lab(string day, string code, decimal value, string unit) =>
        new() { Kind = FactKind.Measurement, Start = Quay.Day(day), System = CodeSystem.Jlac10, Code = code, Value = value, Unit = unit, Line = 4 };

    public static HealthFact Month(string first) => new() { Kind = FactKind.Coverage, Start = Quay.Day(first) };

    public static HealthFact Death(string day, string? cause = null) => new() { Kind = FactKind.Death, Start = Quay.Day(day), System = CodeSystem.Icd10, Code = cause ?? "" };
}
