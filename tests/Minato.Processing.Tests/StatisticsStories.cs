using Minato.Access;
using Minato.Disclosure;
using Minato.Processing.Statistics;

namespace Minato.Processing.Tests;

/// <summary>A table is made here, and nobody sees rows.</summary>
public sealed class StatisticsStories : IDisposable
{
    private const string Drug = """
        {"ConceptSets":[{"id":1,"name":"twenty","expression":{"items":[{"concept":{"CONCEPT_ID":20},"includeDescendants":true}]}}],
         "PrimaryCriteria":{"CriteriaList":[{"DrugExposure":{"CodesetId":1}}],"ObservationWindow":{"PriorDays":0,"PostDays":0},"PrimaryCriteriaLimit":{"Type":"First"}}}
        """;

    private readonly Village village = new();

    public void Dispose() => village.Dispose();

    /// <summary>Women and men in three prefectures; in one there are three men only.</summary>
    private void Deliver(int more = 0)
    {
        var lines = new List<string>();
        var n = 0;
        foreach (var (gender, prefecture, people) in new[] { (8507, "13", 40 + more), (8507, "27", 30), (8507, "47", 3), (8532, "13", 50), (8532, "27", 25), (8532, "47", 20) })
        {
            for (var i = 0; i < people; i++, n++)
            {
                lines.Add($"person p{n} gender_concept_id={gender} year_of_birth=1950 prefecture={prefecture}");
                lines.Add($"observation_period p{n} observation_period_start_date=2010-01-01 observation_period_end_date=2025-12-31");
                lines.Add($"drug_exposure p{n} drug_concept_id=20 drug_exposure_start_date={(n % 2 == 0 ? 2016 : 2017)}-03-01 days_supply=28");
            }
        }

        village.Warehouse.Deliver("claims", village.Linkage, string.Join('\n', lines));
    }

    private void Grant(params string[] by)
    {
        var permit = village.Grant("p-1", Drug, new DatasetGrant(new("claims"), [new("person", ["gender_concept_id", "year_of_birth", "prefecture"]), new("drug_exposure", ["drug_concept_id"])]));
        village.Access.Permits[permit.Id] = permit with { Use = permit.Use with { Table = new TableRequest(by) } };
    }

    [Fact]
    public async Task Small_cells_and_what_would_betray_them_are_hidden_and_no_file_is_made()
    {
        Deliver();
        Grant("gender_concept_id", "prefecture");
        var table = (await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).Value;
        long? Cell(params string[] of) => table.Cells.Single(c => c.Of.SequenceEqual(of)).Persons;
        Assert.Null(Cell("8507", "47"));
        Assert.Equal(168, Cell("Total", "Total"));
        Assert.Equal(1, table.Hidden.Small);

        // Three: one cannot hide alone in its row and column.
        Assert.True(table.Hidden.Others >= 3);
        Assert.DoesNotContain(CellAudit.Check(table.ToCells(), OutputRule.Default), f => f.Rule is "minimum-cell" or "complementary");

        Assert.Equal("processing.statistics-only", (await village.Processing.ExtractAsync(new("p-1"), Village.Operator)).Findings[0].Code);
        Assert.False(Directory.Exists(Path.Join(village.Folder, "projects", "p-1")));
        Assert.Equal(168, Assert.Single(village.Linkage.Uses).People.Count);
        village.Open();
        Assert.Equal(table.Id, Assert.Single(village.Processing.Tables(new("p-1"))).Id);
    }

    [Fact]
    public async Task A_second_table_that_differs_by_few_is_refused()
    {
        Deliver();
        Grant("gender_concept_id", "prefecture");
        Assert.True((await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).IsOk);
        Assert.True((await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).IsOk);
        Deliver(more: 2);
        Assert.Equal("statistics.differencing", (await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).Findings[0].Code);
        Deliver(more: 40);
        Assert.True((await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).IsOk);
    }

    [Fact]
    public async Task Only_what_the_permit_gives_may_be_a_dimension()
    {
        Deliver();
        async Task<string> Why(params string[] by)
        {
            Grant(by);
            return (await village.Processing.TabulateAsync(new("p-1"), Village.Researcher)).Findings[0].Code;
        }

        Assert.Equal("statistics.variable", await Why("shoe_size"));
        Assert.Equal("statistics.not-asked", await Why());
        Grant("cohort_year");
        Assert.Equal("processing.not-allowed", (await village.Processing.TabulateAsync(new("p-1"), new Actor(new("taro"), Role.Researcher, "Taro"))).Findings[0].Code);
        var years = (await village.Processing.TabulateAsync(new("p-1"), Village.Operator)).Value;
        Assert.Equal([("2016", 84L), ("2017", 84L), ("Total", 168L)], years.Cells.Select(c => (c.Of[0], c.Persons!.Value)).Order());
    }
}
