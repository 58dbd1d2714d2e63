using Minato.Processing.Cohorts;

namespace Minato.Processing.Tests;

/// <summary>What a cohort means, by example: lives in, stays out.</summary>
public class CohortStories
{
    private const string Sets = """
        "ConceptSets":[
          {"id":0,"name":"ten","expression":{"items":[{"concept":{"CONCEPT_ID":10,"CONCEPT_NAME":"ten"},"includeDescendants":true}]}},
          {"id":1,"name":"twenty","expression":{"items":[{"concept":{"CONCEPT_ID":20},"includeDescendants":true}]}},
          {"id":2,"name":"E11","expression":{"items":[{"sourceCode":{"system":"icd10","code":"E11"},"includeDescendants":true}]}}],
        """;

    private static string Cohort(string primary, string more = "", string limit = "All", int prior = 0) =>
        $$$"""{ {{{Sets}}} "PrimaryCriteria":{"CriteriaList":[{{{primary}}}],"ObservationWindow":{"PriorDays":{{{prior}}},"PostDays":0},"PrimaryCriteriaLimit":{"Type":"{{{limit}}}"}},"QualifiedLimit":{"Type":"All"},"ExpressionLimit":{"Type":"All"} {{{(more.Length > 0 ? "," + more : "")}}} }""";

    private static string Run(string json, string world)
    {
        var w = World.Read(world);
        var cohort = CirceReader.Read(json).Value;
        var found = w.Compute(cohort, out _);
        Assert.Equal(w.Expect(cohort), found);
        return found.Replace("\n", "; ");
    }

    private const string Ana = "person a 1950 f\nseen a 2010-01-01 2012-12-31\n";

    [Fact]
    public void A_person_enters_with_the_first_event_and_stays_until_observation_ends() =>
        Assert.Equal("a 2011-03-01..2012-12-31", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":0}}""", limit: "First"), Ana + "ConditionOccurrence a 2011-03-01 11\nConditionOccurrence a 2011-06-01 12"));

    [Fact]
    public void An_event_outside_observation_is_no_entry() =>
        Assert.Equal("", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":0}}"""), Ana + "ConditionOccurrence a 2013-03-01 11"));

    [Fact]
    public void A_year_of_observation_before_makes_a_new_user() =>
        Assert.Equal("", Run(Cohort("""{"DrugExposure":{"CodesetId":1,"First":true}}""", prior: 365), Ana + "DrugExposure a 2010-06-01 20\nDrugExposure a 2012-06-01 20"));

    [Fact]
    public void Suspected_diagnoses_count_only_where_asked()
    {
        const string World = Ana + "ConditionOccurrence a 2011-03-01 11 suspected";
        Assert.Equal("", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":0}}"""), World));
        Assert.Equal("a 2011-03-01..2012-12-31", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":0,"IncludeSuspected":true}}"""), World));
    }

    [Fact]
    public void A_source_code_matches_by_prefix() =>
        Assert.Equal("a 2011-03-01..2012-12-31", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":2}}"""), Ana + "ConditionOccurrence a 2011-03-01 0 code=icd10:E112\nConditionOccurrence a 2010-03-01 0 code=icd10:E10\nConditionOccurrence a 2010-03-01 0 code=other:E112"));

    [Fact]
    public void A_criterion_may_name_its_dataset() =>
        Assert.Equal("a 2011-05-01..2012-12-31", Run(Cohort("""{"ConditionOccurrence":{"CodesetId":0,"Dataset":"claims"}}"""), Ana + "ConditionOccurrence a 2011-03-01 11 dataset=hospital\nConditionOccurrence a 2011-05-01 11 dataset=claims"));

    [Fact]
    public void No_drug_in_the_year_before_and_a_value_after()
    {
        const string Rules = """
            "InclusionRules":[
              {"name":"washout","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"DrugExposure":{"CodesetId":1}},"StartWindow":{"Start":{"Days":365,"Coeff":-1},"End":{"Days":1,"Coeff":-1}},"Occurrence":{"Type":0,"Count":0}}],"DemographicCriteriaList":[],"Groups":[]}},
              {"name":"high value","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"Measurement":{"ValueAsNumber":{"Value":6.5,"Op":"gte"}}},"StartWindow":{"Start":{"Days":0,"Coeff":1},"End":{"Days":90,"Coeff":1}},"Occurrence":{"Type":2,"Count":1}}],"DemographicCriteriaList":[],"Groups":[]}}]
            """;
        var world = Ana + "ConditionOccurrence a 2011-06-01 11\nMeasurement a 2011-07-01 30 value=7.1";
        var json = Cohort("""{"ConditionOccurrence":{"CodesetId":0}}""", Rules);
        Assert.Equal("a 2011-06-01..2012-12-31", Run(json, world));
        Assert.Equal("", Run(json, world + "\nDrugExposure a 2011-05-31 20"));
        Assert.Equal("", Run(json, world.Replace("value=7.1", "value=6.4")));
        World.Read(world + "\nDrugExposure a 2011-05-31 20").Compute(CirceReader.Read(json).Value, out var flow);
        Assert.Equal([("linked", 1), ("entry", 1), ("washout", 0), ("high value", 0), ("cohort", 0)], flow.Select(f => (f.Name, (int)f.Persons)));
    }

    [Fact]
    public void An_end_by_offset_death_before_it_and_stays_that_touch()
    {
        const string End = """ "EndStrategy":{"DateOffset":{"DateField":"StartDate","Offset":30}},"CensoringCriteria":[{"Death":{}}],"CollapseSettings":{"CollapseType":"ERA","EraPad":0} """;
        var json = Cohort("""{"DrugExposure":{"CodesetId":1}}""", End);
        Assert.Equal("a 2011-01-01..2011-02-20; a 2011-06-01..2011-07-01", Run(json, Ana + "DrugExposure a 2011-01-01 20\nDrugExposure a 2011-01-21 20\nDrugExposure a 2011-06-01 20"));
        Assert.Equal("a 2011-01-01..2011-01-10", Run(json, Ana + "DrugExposure a 2011-01-01 20\nDeath a 2011-01-10 0"));
    }

    [Fact]
    public void Two_different_drugs_of_a_class() =>
        Assert.Equal("a 2011-01-01..2012-12-31", Run(
            Cohort("""{"ConditionOccurrence":{"CodesetId":0}}""", """ "AdditionalCriteria":{"Type":"ALL","CriteriaList":[{"Criteria":{"DrugExposure":{"CodesetId":1}},"Occurrence":{"Type":2,"Count":2,"IsDistinct":true}}],"DemographicCriteriaList":[],"Groups":[]} """),
            Ana + "person b 1950 m\nseen b 2010-01-01 2012-12-31\nConditionOccurrence a 2011-01-01 11\nDrugExposure a 2011-02-01 20\nDrugExposure a 2011-03-01 21\nConditionOccurrence b 2011-01-01 11\nDrugExposure b 2011-02-01 20\nDrugExposure b 2011-03-01 20"));

    [Fact]
    public void What_happened_around_the_event_itself_and_in_the_same_visit()
    {
        const string Near = """ "Occurrence":{"Type":2,"Count":1},"StartWindow":{"Start":{"Days":0,"Coeff":-1},"End":{"Days":30,"Coeff":1}} """;
        var nested = Cohort("""{"ConditionOccurrence":{"CodesetId":0,"CorrelatedCriteria":{"Type":"ALL","CriteriaList":[{"Criteria":{"DrugExposure":{"CodesetId":1}},""" + Near + "}]}}}");
        Assert.Equal("a 2011-06-01..2012-12-31", Run(nested, Ana + "ConditionOccurrence a 2011-01-01 11\nConditionOccurrence a 2011-06-01 11\nDrugExposure a 2011-06-20 20"));
        var visit = Cohort(
            """{"ConditionOccurrence":{"CodesetId":0}}""",
            """ "InclusionRules":[{"name":"there","expression":{"Type":"ALL","CriteriaList":[{"Criteria":{"DrugExposure":{"CodesetId":1}},"RestrictVisit":true,""" + Near + "}]}}] ");
        const string World = Ana + "VisitOccurrence a 2011-06-01 9202\nConditionOccurrence a 2011-06-01 11 visit=0\n";
        Assert.Equal("a 2011-06-01..2012-12-31", Run(visit, World + "DrugExposure a 2011-06-02 20 visit=0"));
        Assert.Equal("", Run(visit, World + "DrugExposure a 2011-06-02 20 visit=7"));
    }

    [Fact]
    public void A_stay_lasts_as_long_as_the_drug_is_taken()
    {
        var json = Cohort("""{"DrugExposure":{"CodesetId":1,"First":true}}""", """ "EndStrategy":{"CustomEra":{"DrugCodesetId":1,"GapDays":30,"Offset":10}} """);
        Assert.Equal("a 2011-01-01..2011-03-25", Run(json, Ana + "DrugExposure a 2011-01-01 20 end=2011-01-31\nDrugExposure a 2011-02-25 21 end=2011-03-15\nDrugExposure a 2011-06-01 20 end=2011-06-30"));
    }

    [Fact]
    public void The_source_s_own_concept_a_value_by_its_range_and_days_that_the_study_looks_at()
    {
        var json = Cohort(
            """{"Measurement":{"MeasurementSourceConcept":3,"RangeHighRatio":{"Value":2,"Op":"gte"},"ValueAsConcept":[{"CONCEPT_ID":4155142}]}}""", """ "CensorWindow":{"StartDate":"2011-02-01","EndDate":"2011-12-31"} """)
            .Replace("\"ConceptSets\":[", """ "ConceptSets":[{"id":3,"name":"eleven as written","expression":{"items":[{"concept":{"CONCEPT_ID":11},"includeMapped":true}]}}, """);
        const string World = Ana + "Measurement a 2011-01-01 0 value=80 range_high=40 value_concept=4155142 source_concept=";
        Assert.Equal("a 2011-02-01..2011-12-31", Run(json, World + "1011"));
        Assert.Equal("", Run(json, World + "1020"));
        Assert.Equal("", Run(json, World.Replace("value=80", "value=79") + "1011"));
    }

    [Fact]
    public void Every_phenotype_of_the_library_runs()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MINATO_PHENOTYPES") is { Length: > 0 }, "MINATO_PHENOTYPES does not name a folder with the cohorts of OHDSI's PhenotypeLibrary");
        var refused = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var world = World.Read(Ana + "ConditionOccurrence a 2011-01-01 11\nVisitOccurrence a 2011-01-01 9201");
        var files = Directory.GetFiles(Environment.GetEnvironmentVariable("MINATO_PHENOTYPES")!, "*.json");
        foreach (var file in files)
        {
            var read = CirceReader.Read(File.ReadAllText(file));
            if (read.Try(out var cohort))
            {
                world.Compute(cohort, out _);
                continue;
            }

            var why = read.Findings.First(f => f.Severity == Severity.Error);
            var list = refused.TryGetValue($"{why.Code} {why.Place.Field?.Split('.')[^1]}", out var known) ? known : refused[$"{why.Code} {why.Place.Field?.Split('.')[^1]}"] = [];
            list.Add(Path.GetFileNameWithoutExtension(file));
        }

        TestContext.Current.SendDiagnosticMessage($"{files.Length} cohorts, {refused.Sum(r => r.Value.Count)} refused");

        Assert.Empty(refused);
    }

    [Theory]
    [InlineData("""{"DrugExposure":{"CodesetId":0,"EffectiveDrugDose":{"Value":1,"Op":"gt"}}}""", "", "cohort.unknown-field", "$.PrimaryCriteria.CriteriaList[0].DrugExposure.EffectiveDrugDose")]
    [InlineData("""{"ConditionOccurrence":{"CodesetId":9}}""", "", "cohort.concept-set", "$.PrimaryCriteria.CriteriaList[0].ConditionOccurrence.CodesetId")]
    [InlineData("""{"LocationRegion":{"CodesetId":0}}""", "", "cohort.domain", "$.PrimaryCriteria.CriteriaList[0]")]
    [InlineData("""{"ConditionOccurrence":{"CodesetId":0,"Age":{"Value":40,"Op":"about"}}}""", "", "cohort.value", "$.PrimaryCriteria.CriteriaList[0].ConditionOccurrence.Age.Op")]
    [InlineData("""{"ConditionOccurrence":{}}""", """ "EndStrategy":{"CustomEra":{"DrugCodesetId":9}} """, "cohort.concept-set", "$.EndStrategy.CustomEra.DrugCodesetId")]
    [InlineData("""{"DrugExposure":{"LotNumber":{"Op":"sounds","Text":"x"}}}""", "", "cohort.value", "$.PrimaryCriteria.CriteriaList[0].DrugExposure.LotNumber.Op")]
    [InlineData("""{"Measurement":{"UnitCS":{"CodesetId":9}}}""", "", "cohort.concept-set", "$.PrimaryCriteria.CriteriaList[0].Measurement.UnitCS.CodesetId")]
    [InlineData("""{"ConditionOccurrence":{}}""", """ "Surprise":1 """, "cohort.unknown-field", "$.Surprise")]
    public void What_is_not_understood_is_refused_with_its_path(string primary, string more, string code, string path)
    {
        var finding = Assert.Single(CirceReader.Read(Cohort(primary, more)).Findings);
        Assert.Equal((code, path), (finding.Code, finding.Place.Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"PrimaryCriteria\":7}")]
    [InlineData("{\"ConceptSets\":{},\"PrimaryCriteria\":{\"CriteriaList\":[7]}}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void Hostile_definitions_are_refused(string json) => Assert.False(CirceReader.Read(json).IsOk);

    [Fact]
    public void Depth_without_end_is_refused() =>
        Assert.False(CirceReader.Read(Cohort("""{"Death":{}}""", "\"AdditionalCriteria\":" + string.Concat(Enumerable.Repeat("{\"Groups\":[", 5000)) + string.Concat(Enumerable.Repeat("]}", 5000)))).IsOk);

    [Fact]
    public void The_sample_cohorts_can_be_read()
    {
        var files = Directory.GetFiles(Path.Join(Village.Standards, "cohorts"), "*.json");
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.Empty(CirceReader.Read(File.ReadAllText(f)).Findings));
    }
}
