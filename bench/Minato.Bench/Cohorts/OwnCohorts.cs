using System.Globalization;

namespace Minato.Bench.Cohorts;

/// <summary>Cohorts of the usual kinds, where no folder of them is given: each kind many times over different concepts.</summary>
internal static class OwnCohorts
{
    private const int Kinds = 6;

    public static IEnumerable<(string Name, string Json)> Make(int count) => Enumerable.Range(0, count).Select(k => ($"own-{k}", Json(k % Kinds, 10_000 + (k / Kinds * 60))));

    private static string Json(int kind, int concept)
    {
        string Item(int id) => string.Create(CultureInfo.InvariantCulture, $$$"""{"concept":{"CONCEPT_ID":{{{id}}}},"includeDescendants":true}""");
        string Set(int id) => $$$"""{"id":{{{id}}},"name":"{{{id}}}","expression":{"items":[{{{string.Join(",", Enumerable.Range(0, 5).Select(i => Item(concept + (id * 6) + i)))}}}]}}""";
        const string Before = """ "StartWindow":{"Start":{"Days":365,"Coeff":-1},"End":{"Days":1,"Coeff":-1}} """;
        const string After = """ "StartWindow":{"Start":{"Days":0,"Coeff":-1},"End":{"Days":180,"Coeff":1}} """;
        static string Rule(string name, string criterion, string window, int type, int count) =>
            $$$"""{"name":"{{{name}}}","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{{{criterion}}},{{{window}}},"Occurrence":{"Type":{{{type}}},"Count":{{{count}}} } }]}}""";
        string[] rules = kind switch
        {
            0 => [],
            1 => [Rule("in a visit", """{"VisitOccurrence":{"CodesetId":3}}""", After, 2, 1)],
            2 => [Rule("no drug before", """{"DrugExposure":{"CodesetId":1}}""", Before, 0, 0), Rule("measured", """{"Measurement":{"CodesetId":2,"ValueAsNumber":{"Value":5,"Op":"gte"}}}""", After, 2, 1)],
            3 => [Rule("twice", """{"ConditionOccurrence":{"CodesetId":0}}""", After, 2, 2), Rule("not in the year before", """{"ConditionOccurrence":{"CodesetId":1}}""", Before, 0, 0)],
            4 => [Rule("condition before", """{"ConditionOccurrence":{"CodesetId":0}}""", Before, 2, 1), Rule("no procedure", """{"ProcedureOccurrence":{"CodesetId":2}}""", Before, 0, 0)],
            _ => [Rule("adult with a value", """{"Measurement":{"CodesetId":2,"Age":{"Value":20,"Op":"gte"}}}""", After, 2, 1), Rule("observed", """{"Observation":{"CodesetId":4}}""", Before, 1, 1)],
        };
        var (domain, set) = kind == 4 ? ("DrugExposure", 1) : ("ConditionOccurrence", 0);
        return $$$"""
            {"ConceptSets":[{{{string.Join(",", Enumerable.Range(0, 5).Select(Set))}}}],
             "PrimaryCriteria":{"CriteriaList":[{"{{{domain}}}":{"CodesetId":{{{set}}}}}],"ObservationWindow":{"PriorDays":{{{(kind is 2 or 4 ? 365 : 0)}}},"PostDays":0},"PrimaryCriteriaLimit":{"Type":"{{{(kind == 0 ? "All" : "First")}}}"}},
             "QualifiedLimit":{"Type":"First"},"ExpressionLimit":{"Type":"{{{(kind == 0 ? "All" : "First")}}}"},"InclusionRules":[{{{string.Join(",", rules)}}}],
             "EndStrategy":{"DateOffset":{"DateField":"StartDate","Offset":180}},"CollapseSettings":{"CollapseType":"ERA","EraPad":0}}
            """;
    }
}
