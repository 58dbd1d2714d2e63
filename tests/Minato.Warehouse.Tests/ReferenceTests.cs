namespace Minato.Warehouse.Tests;

/// <summary>The tables that events point to, and those that follow from them.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Institutions_departments_and_places_are_rows_once_and_people_point_to_their_municipality()
    {
        using var quay = new Quay();
        var visit = Facts.Visit("2024-04-10") with { Specialty = "01" };
        var pharmacy = Facts.Visit("2024-04-11", code: "pharmacy") with { Facility = "0142000002" };
        quay.DeliverAs(Quay.Claims, "1", (1, "a", new(1960, 4, Sex.Female, "13") { Municipality = "13104" }, [visit]), (2, "b", new(1961, 4, Sex.Male, "27"), [pharmacy, visit with { Specialty = "010" }]));
        quay.DeliverAs(Quay.Claims, "2", (3, "c", new(1962, 4, Sex.Male, "13"), [visit]));
        Assert.Equal(["142000002|0142000002|581458|1|4", "1310000001|1310000001|0|13|1"], quay.Read("select care_site_id, care_site_source_value, place_of_service_concept_id, location_id, place_of_service_source_value from care_site order by 1"));
        Assert.Equal(["13100000010001|01|1310000001", "13100000011010|010|1310000001"], quay.Read("select provider_id, specialty_source_value, care_site_id from provider order by 1"));
        Assert.Equal(["1|01|01|", "13|13|13|", "27|27|27|", "13104|13104|13|13104"], quay.Read("select location_id, location_source_value, state, county from location order by 1"));
        Assert.Equal(["p1|13104|13", "p2|27|27", "p3|13|13"], quay.Read("select person_id, location_id, prefecture from person order by 1"));
        Assert.Equal(["p1|01", "p2|010", "p2|", "p3|01"], quay.Read("select person_id, specialty_source_value from visit_occurrence left join provider using (provider_id) order by 1, 2 nulls last"));
    }

    [Fact]
    public void A_snapshot_brings_the_concepts_it_uses()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "8830042"), Facts.Lab("2024-04-10", "3D046000001906202", 7.2m, "%")]));
        Assert.Equal(["Renal disorder due to type 2 diabetes mellitus|Condition|S"], quay.Read("select concept_name, domain_id, standard_concept from condition_occurrence join concept on concept_id = condition_concept_id"));
        Assert.Equal(["percent"], quay.Read("select concept_name from measurement join concept on concept_id = unit_concept_id"));
        Assert.Equal(["201820|2|2", "201826|1|1", "443731|0|0"], quay.Read("select ancestor_concept_id, min_levels_of_separation, max_levels_of_separation from concept_ancestor where descendant_concept_id = 443731 order by 1"));
        Assert.Equal(["1"], quay.Read("select count(*) from cdm_source where cdm_version = 'v5.4' and cdm_holder = 'review-body'"));
        var files = quay.Room.Latest(Quay.Claims.Id)!.Files.Where(f => f.Table == "concept");
        quay.Deliver("2", (2, "b", [Facts.Condition("2024-04-10", "8833421")]));
        Assert.Equal(files, quay.Room.Latest(Quay.Claims.Id)!.Files.Where(f => f.Table == "concept"));
    }

    [Fact]
    public void Eras_join_exposures_with_gaps_of_up_to_thirty_days_and_leave_suspicions_out()
    {
        using var quay = new Quay();
        quay.Deliver(
            "1",
            (1, "a", [Facts.Drug("2024-01-01", "622401201", 28), Facts.Drug("2024-02-27", "622401201", 10), Facts.Drug("2024-04-08", "622401201", 5), Facts.Drug("2024-01-10", "622093501", 5)]),
            (1, "b", [Facts.Condition("2024-01-01", "2500015"), Facts.Condition("2024-01-31", "2500015"), Facts.Condition("2024-03-02", "2500015"), Facts.Condition("2024-01-01", "8833421", suspected: true)]));
        Assert.Equal(
            ["1|p1|40239216|2024-01-10|2024-01-14|1|0", "2|p1|45774751|2024-01-01|2024-03-07|2|29", "3|p1|45774751|2024-04-08|2024-04-12|1|0"],
            quay.Read("select * from drug_era order by 1"));
        Assert.Equal(["1|p1|201826|2024-01-01|2024-01-31|2", "2|p1|201826|2024-03-02|2024-03-02|1"], quay.Read("select * from condition_era order by 1"));
    }

    [Fact]
    public void A_code_whose_concept_is_of_another_domain_goes_to_that_table_unless_something_would_be_lost()
    {
        using var quay = new Quay();
        var care = new HealthFact { Kind = FactKind.Condition, Start = Quay.Day("2024-04-10"), System = CodeSystem.Minato, Code = "care-level" };
        quay.Deliver("1", (1, "a", [care, care with { Suspected = true }]));
        Assert.Equal(["2000041000|care-level"], quay.Read("select observation_concept_id, observation_source_value from observation"));
        Assert.Equal(["care-level|32899"], quay.Read("select condition_source_value, condition_status_concept_id from condition_occurrence"));
    }
}
