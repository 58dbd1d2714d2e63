using System.Text.Json;
using Minato.Warehouse.Quality;

namespace Minato.Warehouse.Tests;

public sealed class QualityTests
{
    /// <summary>The CDM's own constraints, from its published field list, on what random deliveries of every kind of fact become.</summary>
    [Theory]
    [InlineData(1, DataCategory.Claims)]
    [InlineData(2, DataCategory.Death)]
    public async Task What_is_written_keeps_to_the_CDM_but_for_the_declared_departures(int seed, DataCategory category)
    {
        using var quay = new Quay();
        var dataset = Quay.Claims with { Category = category };
        var random = new Random(seed);
        quay.DeliverAs(dataset, "1", [.. Enumerable.Range(0, 60).Select(i => (random.Next(25), $"k{i}", SomeFacts.About(random), SomeFacts.OfEveryKind(random)))]);
        quay.DeliverAs(dataset, "2", [.. Enumerable.Range(0, 30).Select(i => (random.Next(25), $"k{random.Next(90)}", SomeFacts.About(random), SomeFacts.OfEveryKind(random)))]);
        var report = (await quay.Room.MeasureAsync(dataset.Id)).Value;
        var conformance = report.Results.Where(r => r.Category == QualityCategory.Conformance).ToList();
        Assert.True(conformance.Count > 800);
        Assert.Equal([], conformance.Where(r => r.Status == QualityStatus.Failed).Select(r => $"{r.Check} {r.Table}.{r.Field} {r.Violated}/{r.Rows}"));
        Assert.All(conformance.Where(r => r.Status == QualityStatus.Departure), r => Assert.NotEmpty(r.Reason!));

        // No table that facts can fill stays empty, so that nothing passes for want of rows.
        string[] filled = [.. quay.Room.Latest(dataset.Id)!.Files.Select(f => f.Table).Distinct()];
        Assert.Equal([], quay.Room.Shapes.Keys.Except(["drug_era", "condition_era"]).Except(filled));
    }

    [Fact]
    public async Task Departures_are_those_that_are_declared_and_no_declaration_is_idle()
    {
        using var quay = new Quay();
        var random = new Random(4);
        quay.DeliverAs(Quay.Claims, "1", [.. Enumerable.Range(0, 40).Select(i => (i, $"k{i}", SomeFacts.About(random), SomeFacts.OfEveryKind(random)))]);
        var report = (await quay.Room.MeasureAsync(Quay.Claims.Id)).Value;
        var departed = report.Results.Where(r => r.Status == QualityStatus.Departure).ToList();
        foreach (var declared in Departures.Current.All.Where(d => d.Check != "fkDomain"))
        {
            Assert.Contains(departed, r => r.Check == declared.Check && Pattern.Matches(declared.Table, r.Table) && Pattern.Matches(declared.Field, r.Field ?? ""));
        }
    }

    /// <summary>Damage done to whole data: a table as it would be.</summary>
    private static readonly (string Check, string Table, string? Field, string Damage, string Damaged)[] Damages =
    [
        ("isRequired", "visit_occurrence", "visit_start_date", "select * replace (cast(null as date) as visit_start_date) from visit_occurrence", "visit_occurrence"),
        ("isPrimaryKey", "condition_occurrence", "condition_occurrence_id", "select * from condition_occurrence union all select * from condition_occurrence", "condition_occurrence"),
        ("isForeignKey", "drug_exposure", "person_id", "select * replace (cast('00000000-0000-0000-0000-000000000007' as uuid) as person_id) from drug_exposure", "drug_exposure"),
        ("isForeignKey", "visit_occurrence", "care_site_id", "select * replace (77 as care_site_id) from visit_occurrence", "visit_occurrence"),
        ("fkDomain", "visit_occurrence", "visit_concept_id", "select * replace (8507 as visit_concept_id) from visit_occurrence", "visit_occurrence"),
        ("isStandardValidConcept", "condition_occurrence", "condition_concept_id", "select * replace (cast(null as varchar) as standard_concept) from concept", "concept"),
        ("cdmDatatype", "condition_occurrence", "condition_source_value", "select * replace (repeat('x', 51) as condition_source_value) from condition_occurrence", "condition_occurrence"),
        ("measurePersonCompleteness", "observation_period", null, "select * from observation_period where false", "observation_period"),
        ("measureObservationPeriodOverlap", "observation_period", null, "select * from observation_period union all select * replace (observation_period_id + 100 as observation_period_id) from observation_period", "observation_period"),
        ("measureValueCompleteness", "drug_exposure", "days_supply", "select * replace (null as days_supply) from drug_exposure", "drug_exposure"),
        ("standardConceptRecordCompleteness", "measurement", "unit_concept_id", "select * replace (0 as unit_concept_id) from measurement", "measurement"),
        ("sourceValueCompleteness", "drug_exposure", "drug_source_value", "select * replace (0 as drug_concept_id) from drug_exposure", "drug_exposure"),
        ("plausibleValueLow", "condition_occurrence", "condition_start_date", "select * replace (date '1920-01-01' as condition_start_date) from condition_occurrence", "condition_occurrence"),
        ("plausibleValueHigh", "condition_occurrence", "condition_start_date", "select * replace (date '2099-01-01' as condition_start_date) from condition_occurrence", "condition_occurrence"),
        ("plausibleValueHigh", "measurement", "value_as_number", "select * replace (cast(99 as decimal(18, 6)) as value_as_number) from measurement", "measurement"),
        ("plausibleUnitConceptIds", "measurement", "unit_concept_id", "select * replace (8840 as unit_concept_id) from measurement", "measurement"),
        ("plausibleStartBeforeEnd", "drug_exposure", "drug_exposure_start_date", "select * replace (drug_exposure_start_date - 9 as drug_exposure_end_date) from drug_exposure", "drug_exposure"),
        ("plausibleAfterBirth", "condition_occurrence", "condition_start_date", "select * replace (date '1959-12-31' as condition_start_date) from condition_occurrence", "condition_occurrence"),
        ("plausibleBeforeDeath", "drug_exposure", "drug_exposure_start_date", "select * replace (date '2024-12-31' as drug_exposure_start_date) from drug_exposure", "drug_exposure"),
        ("withinVisitDates", "drug_exposure", "drug_exposure_start_date", "select * replace (date '2024-04-30' as drug_exposure_start_date) from drug_exposure", "drug_exposure"),
        ("plausibleGender", "condition_occurrence", "condition_concept_id", "select * replace (200962 as condition_concept_id) from condition_occurrence", "condition_occurrence"),
    ];

    [Fact]
    public void Each_damage_is_found_by_the_check_that_is_there_for_it()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [
            Facts.Visit("2024-04-10"), Facts.Condition("2024-04-10", "2500015"), Facts.Drug("2024-04-10", "622401201", 5), Facts.Lab("2024-04-10", "3D046000001906202", 7.2m, "%"), Facts.Month("2024-04-01"), Facts.Death("2024-04-30", "E119")]));
        using var session = quay.Room.OpenSession();
        var snapshot = quay.Room.Latest(Quay.Claims.Id)!;
        quay.Room.Attach(session, snapshot);
        var run = new QualityRun((Warehouse)quay.Room, session, snapshot);
        Assert.Equal([], run.Check(default).Where(r => r.Status == QualityStatus.Failed).Select(r => $"{r.Check} {r.Table}.{r.Field}"));
        session.Execute("create temp table one_sex as select * from concept_ancestor union all select 200962, 200962, 0, 0");
        foreach (var (check, table, field, damage, damaged) in Damages)
        {
            session.Execute($"create temp table damaged as {damage}");
            session.Execute($"create or replace temp view {damaged} as select * from damaged");
            session.Execute($"create or replace temp view concept_ancestor as select * from one_sex");
            var found = run.Check(default, c => c.Name == check && c.Table == table && c.Field == field).Where(r => r.Status == QualityStatus.Failed).ToList();
            Assert.True(found.Count > 0, $"{check} of {table}.{field} finds nothing");
            Assert.All(found, r => Assert.True(r.Violated > 0 && r.Violated <= r.Rows));
            quay.Room.Attach(session, snapshot);
            session.Execute("drop table damaged");
        }
    }

    [Fact]
    public async Task Reports_are_kept_beside_the_snapshots_and_said_on_the_ledger_without_counting_anybody()
    {
        using var quay = new Quay();
        quay.Deliver("1", (1, "a", [Facts.Visit("2024-04-10"), Facts.Condition("2024-04-10", "2500015")]));
        var first = (await quay.Room.MeasureAsync(Quay.Claims.Id)).Value;
        quay.Deliver("2", (2, "b", [Facts.Drug("2024-04-10", "999999999", 5), Facts.Condition("2024-04-10", "9999999")]));
        var second = (await quay.Room.MeasureAsync(Quay.Claims.Id)).Value;
        var delivery = (await quay.Room.MeasureAsync(Quay.Claims.Id, new DeliveryId("1"))).Value;

        Assert.Equal([(1, null), (2, null), (2, "1")], quay.Room.QualityOf(Quay.Claims.Id).Select(r => (r.Number, r.Delivery)));
        Assert.Equal(first.Results, quay.Room.QualityOf(Quay.Claims.Id)[0].Results);
        var trend = quay.Room.SharesOf(Quay.Claims.Id);
        Assert.Equal([(1, first.Share(QualityCategory.Completeness)), (2, second.Share(QualityCategory.Completeness))], trend.Select(t => (t.Number, t.Completeness)));
        Assert.Equal((second.Count(QualityStatus.Passed), second.Count(QualityStatus.Failed), second.Snapshot), (trend[1].Passed, trend[1].Failed, trend[1].Snapshot));
        Assert.True(second.Share(QualityCategory.Completeness) < first.Share(QualityCategory.Completeness));
        Assert.Equal(1, delivery.Results.Single(r => r is { Check: "isPrimaryKey", Table: "person" }).Rows);
        Assert.Equal(first.Share(QualityCategory.Completeness), delivery.Share(QualityCategory.Completeness));

        var said = quay.Ledger.ReadStream("dataset/claims").Where(e => e.Type == "warehouse.quality-measured").ToList();
        Assert.Equal(3, said.Count);
        var payload = JsonDocument.Parse(said[0].Json).RootElement;
        Assert.Equal(first.Count(QualityStatus.Passed, QualityCategory.Conformance), payload.GetProperty("categories").GetProperty("conformance").GetProperty("passed").GetInt32());
        Assert.Equal("warehouse.no-snapshot", (await quay.Room.MeasureAsync(new("nothing"))).Findings.Single().Code);
    }
}

/// <summary>Facts of every kind, with the gaps and odd codes that sources have.</summary>
internal static class SomeFacts
{
    private static readonly string[] Icd = ["E119", "I10", "Z999", "C349", "K500"];
    private static readonly string[] Units = ["%", "mg/dL", "unheard of", ""];

    public static Demographics About(Random random) => new(
        random.Next(5) == 0 ? null : random.Next(1920, 2020), random.Next(3) == 0 ? null : random.Next(1, 13), (Sex)random.Next(3), random.Next(4) == 0 ? null : $"{random.Next(1, 48):00}")
    {
        Municipality = random.Next(3) == 0 ? $"{random.Next(1, 48):00}{random.Next(100, 500)}" : null,
    };

    public static HealthFact[] OfEveryKind(Random random)
    {
        DateOnly Day() => new DateOnly(2023, 1, 1).AddDays(random.Next(600));
        T Any<T>(params T[] some) => some[random.Next(some.Length)];
        var day = Day();
        var facility = Any("1310000001", "2742000002", "7", null);
        HealthFact Of(FactKind kind, string system, string code) => new()
        {
            Kind = kind, Start = random.Next(3) == 0 ? Day() : day, System = system, Code = code, Facility = facility, Specialty = Any("01", "010", null), Line = random.Next(1000),
            Value = random.Next(2) == 0 ? random.Next(100) : null, Unit = Any(Units), ValueCode = Any("1", null), Quantity = random.Next(2) == 0 ? random.Next(9) : null, VisitKey = Any("", "v", "elsewhere"),
            TextPlace = random.Next(9) == 0 ? new TextPlace(4, 6, 0.9) : null,
        };

        return
        [
            Of(FactKind.Visit, CodeSystem.Minato, Any("outpatient", "inpatient", "emergency", "pharmacy", "home", "checkup", "unheard-of")) with { VisitKey = "v", End = day.AddDays(random.Next(30)) },
            Of(FactKind.Ward, CodeSystem.Minato, "inpatient") with { VisitKey = "v" },
            Of(FactKind.Condition, CodeSystem.Disease, Any("2500015", "8833421", "0000999", new string('9', 80))) with { Suspected = random.Next(3) == 0 },
            Of(FactKind.Condition, CodeSystem.Icd10, Any(Icd)), Of(FactKind.Condition, CodeSystem.OtherPrefix + "local", "S-1"),
            Of(FactKind.Drug, CodeSystem.Drug, Any("622401201", "999999999")) with { Days = Any<int?>(null, 14, -3) }, Of(FactKind.Drug, CodeSystem.Vaccine, "flu"),
            Of(FactKind.Procedure, CodeSystem.Procedure, Any("112007410", "199999999")), Of(FactKind.Procedure, CodeSystem.CareService, "111111"),
            Of(FactKind.Measurement, CodeSystem.Jlac10, Any("3D046000001906202", "9N736000000000011", "XX")), Of(FactKind.Observation, CodeSystem.Minato, "care-level") with { ValueCode = Any("21", "99") },
            Of(FactKind.Device, CodeSystem.OtherPrefix + "material", "710010") with { Identifier = Any("(01)04912345678904(21)S9", null) }, Of(FactKind.Device, CodeSystem.Udi, "04912345678904"),
            Of(FactKind.Specimen, CodeSystem.Snomed, "119297000"), Of(FactKind.Image, CodeSystem.Dicom, Any("CT", "MR")) with { Identifier = $"2.25.{random.Next()}" },
            Of(FactKind.Note, CodeSystem.Loinc, "18842-5"), Of(FactKind.Cost, "", "") with { Unit = "JPY" }, new() { Kind = FactKind.Coverage, Start = new DateOnly(day.Year, day.Month, 1) },
            new() { Kind = FactKind.Variant, Start = day, System = CodeSystem.Minato, Code = "chr7", Unit = "GRCh38", Value = random.Next(1, 159_000_000), Identifier = Any("C/T", "G/<DEL>", "C/" + new string('A', 5000)), ValueCode = "0/1", Quantity = 1 },
            .. random.Next(6) == 0 ? (HealthFact[])[Of(FactKind.Death, CodeSystem.Icd10, Any("I219", "", "R99"))] : [],
        ];
    }
}
