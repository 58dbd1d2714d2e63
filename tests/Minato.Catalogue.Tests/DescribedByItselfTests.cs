using CsCheck;
using Minato.Warehouse;

namespace Minato.Catalogue.Tests;

public sealed class DescribedByItselfTests : IDisposable
{
    private readonly Harbour harbour = new();

    public void Dispose() => harbour.Dispose();

    private DatasetDescription Of(params IReadOnlyList<(Minato.Tables.TableShape, IReadOnlyList<object?[]>)> tables)
    {
        var dataset = harbour.Warehouse.Register("records");
        harbour.Warehouse.Deliver(dataset, tables);
        return harbour.Catalogue.Find(dataset.Id)!;
    }

    private static VariableDescription Variable(DatasetDescription d, string column) => d.Variables.Single(v => v.Column == column);

    [Fact]
    public void It_says_what_its_holder_confirmed_and_from_when_all_of_it_may_be_used()
    {
        using var harbour = new Harbour();
        var dataset = harbour.Warehouse.Register("standing");
        Assert.Null(harbour.Catalogue.Find(dataset.Id)!.Standing);
        harbour.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(30, p => Rows.Person(p, 1950))));
        var day = new DateOnly(2199, 4, 1);
        harbour.Warehouse.Standings = [new(new("one"), 1, ConfirmedAt: DateTimeOffset.UnixEpoch), new(new("two"), 2, day, DateTimeOffset.UnixEpoch, new DateOnly(2026, 3, 31))];
        Assert.Equal(new DatasetStanding(2, 1, new DateOnly(2026, 3, 31), day), harbour.Catalogue.Find(dataset.Id)!.Standing);
        var dcat = harbour.Catalogue.ToJsonLd(dataset.Id, new Uri("https://minato.example/"));
        Assert.Contains("2199-04-01", dcat, StringComparison.Ordinal);
        Assert.Contains("Confirmed through 2026-03-31", dcat, StringComparison.Ordinal);
        harbour.Warehouse.Standings = [new(new("one"), 1)];
        Assert.Contains("Preliminary (1 of 1", harbour.Catalogue.ToJsonLd(dataset.Id, new Uri("https://minato.example/")), StringComparison.Ordinal);
    }

    [Fact]
    public void People_rows_period_and_quality_are_counted()
    {
        var d = Of(
            (ShelfWarehouse.Person, Rows.Of(100, p => Rows.Person(p, born: p <= 80 ? 1960 : null))),
            (ShelfWarehouse.Condition, [.. Rows.Of(100, p => Rows.Condition(p, day: new(2016, 2, 3))), .. Rows.Of(50, p => Rows.Condition(p, concept: 0, day: new(2024, 8, 9), linkClass: 2))]));

        Assert.Equal(100, d.Persons);
        Assert.Equal(150, d.RowsByTable["condition_occurrence"]);
        Assert.Equal(new DateOnly(2016, 1, 1), d.From);
        Assert.Equal(new DateOnly(2024, 12, 31), d.To);
        Assert.Equal(0.8, d.Quality["complete.birth-year"]);
        Assert.Equal(1, d.Quality["complete.sex"]);
        Assert.Equal(0.667, d.Quality["mapped"]);
        Assert.Equal(0.667, d.Quality["linked.1"]);
        Assert.Equal(0.333, d.Quality["linked.2"]);
        Assert.Equal(1, d.Quality["plausible.dates"]);
        Assert.Equal("s3", d.SnapshotId);
    }

    [Fact]
    public void Frequent_values_have_names_in_both_languages()
    {
        var d = Of((ShelfWarehouse.Condition, Rows.Of(30, p => Rows.Condition(p))));
        Assert.Equal(new TopValue("omop", "201826", new("２型糖尿病", "Type 2 diabetes mellitus"), 30), Assert.Single(Variable(d, "condition_concept_id").TopValues));
        Assert.Equal(new TopValue("icd10", "E119", new("２型糖尿病", "Type 2 diabetes mellitus"), 30), Assert.Single(Variable(d, "condition_source_value").TopValues));
    }

    [Fact]
    public void Nine_people_are_never_counted_and_ten_are()
    {
        var nine = Of((ShelfWarehouse.Person, Rows.Of(9, p => Rows.Person(p))), (ShelfWarehouse.Condition, Rows.Of(9, p => Rows.Condition(p))));
        Assert.Null(nine.Persons);
        Assert.Null(nine.RowsByTable["person"]);
        Assert.Null(nine.From);
        Assert.All(nine.Variables, v => Assert.True(v is { Rows: null, MissingShare: null, Minimum: null, Maximum: null, TopValues.Count: 0 }, v.Column));

        using var other = new Harbour();
        var dataset = other.Warehouse.Register("records");
        other.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(10, p => Rows.Person(p))), (ShelfWarehouse.Condition, Rows.Of(10, p => Rows.Condition(p))));
        var ten = other.Catalogue.Find(dataset.Id)!;
        Assert.Equal(10, ten.Persons);
        Assert.Equal(10, ten.RowsByTable["condition_occurrence"]);
    }

    [Fact]
    public void A_thousand_rows_of_nine_people_are_a_small_cell_all_the_same()
    {
        var rare = Enumerable.Range(0, 1000).Select(i => Rows.Condition((i % 9) + 1, concept: 999, source: "Z999", day: new(1990, 1, 1)));
        var d = Of((ShelfWarehouse.Condition, [.. Rows.Of(50, p => Rows.Condition(p)), .. rare]));
        Assert.Equal(["201826"], Variable(d, "condition_concept_id").TopValues.Select(v => v.Code));
        Assert.Equal(["E119"], Variable(d, "condition_source_value").TopValues.Select(v => v.Code));
        Assert.Equal(new DateOnly(2020, 1, 1), d.From);
    }

    [Fact]
    public void A_few_missing_values_are_not_counted_through_the_share()
    {
        var d = Of((ShelfWarehouse.Measurement, [.. Rows.Of(50, p => Rows.Measurement(p, p <= 9 ? null : 5.5m))]));
        Assert.Null(Variable(d, "value_as_number").MissingShare);
        Assert.Equal(0, Variable(d, "measurement_date").MissingShare);

        using var other = new Harbour();
        var dataset = other.Warehouse.Register("records");
        other.Warehouse.Deliver(dataset, (ShelfWarehouse.Measurement, Rows.Of(50, p => Rows.Measurement(p, p <= 10 ? null : 5.5m))));
        Assert.Equal(0.2, Variable(other.Catalogue.Find(dataset.Id)!, "value_as_number").MissingShare);
    }

    [Fact]
    public void Extremes_are_cut_and_ranges_are_round()
    {
        // 2,000 values from 5.001 to 7.000, and one of 431.7 and one of -3 that would be somebody.
        var d = Of((ShelfWarehouse.Measurement, [.. Rows.Of(2000, p => Rows.Measurement(p, 5 + (p / 1000m))), Rows.Measurement(1, 431.7m), Rows.Measurement(2, -3m)]));
        Assert.Equal(("5", "7"), (Variable(d, "value_as_number").Minimum, Variable(d, "value_as_number").Maximum));
        Assert.Equal(("2021", "2021"), (Variable(d, "measurement_date").Minimum, Variable(d, "measurement_date").Maximum));
    }

    [Fact]
    public void Birth_years_are_shown_in_steps_and_ages_are_typical_ones()
    {
        var d = Of((ShelfWarehouse.Person, Rows.Of(1000, p => Rows.Person(p, born: 1931 + (p % 70)))));
        Assert.Equal(("1930", "2000"), (Variable(d, "year_of_birth").Minimum, Variable(d, "year_of_birth").Maximum));
        Assert.Equal(new TypicalAge(25, 95), d.TypicalAge);
    }

    [Fact]
    public void Identifiers_clinics_and_bookkeeping_have_no_values()
    {
        var d = Of((ShelfWarehouse.Person, Rows.Of(50, p => Rows.Person(p))), (ShelfWarehouse.Condition, Rows.Of(50, p => Rows.Condition(p))));
        Assert.DoesNotContain(d.Variables, v => v.Column is "record_key" or "source_line");
        Assert.All(
            d.Variables.Where(v => v.Column is "person_id" or "condition_occurrence_id" or "care_site_source_value" or "person_source_value"),
            v => Assert.True(v is { TopValues.Count: 0, Minimum: null, Maximum: null }, v.Column));
        Assert.DoesNotContain("withheld", System.Text.Json.JsonSerializer.Serialize(d), StringComparison.Ordinal);
        Assert.DoesNotContain("clinic-7", System.Text.Json.JsonSerializer.Serialize(d), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_without_deliveries_is_there_and_empty()
    {
        var dataset = harbour.Warehouse.Register("empty");
        var d = harbour.Catalogue.Find(dataset.Id)!;
        Assert.Null(d.SnapshotId);
        Assert.Null(d.Persons);
        Assert.Empty(d.Variables);
        Assert.Null(harbour.Catalogue.Find(new DatasetId("unknown")));
    }

    [Fact]
    public void A_snapshot_is_counted_once_and_the_next_one_again()
    {
        var dataset = harbour.Warehouse.Register("records");
        harbour.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(20, p => Rows.Person(p))));
        Assert.Equal(20, harbour.Catalogue.Find(dataset.Id)!.Persons);
        Assert.Equal(20, harbour.Catalogue.All.Single().Persons);
        Assert.Equal(1, harbour.Warehouse.Sessions);

        harbour.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(30, p => Rows.Person(p))));
        List<Step> steps = [];
        harbour.Catalogue.Refresh(new Told(steps));
        Assert.Equal(30, harbour.Catalogue.Find(dataset.Id)!.Persons);
        Assert.Equal(2, harbour.Warehouse.Sessions);
        Assert.Equal([(0L, 1L), (1L, 1L)], steps.Select(s => (s.Done, s.Total!.Value)));
    }

    /// <summary>Against a slow and obvious count: what is shown is true, is of enough people, and nothing frequent is forgotten.</summary>
    [Fact]
    public void Frequent_values_agree_with_counting_by_hand()
    {
        using var small = new Harbour(smallCell: 5);
        var n = 0;
        Gen.Select(Gen.Int[1, 25], Gen.OneOfConst("A", "B", "C", "D", null)).Array[1, 150].Sample(
            rows =>
            {
                var dataset = small.Warehouse.Register($"records-{n++}");
                small.Warehouse.Deliver(dataset, (ShelfWarehouse.Condition, [.. rows.Select(r => Rows.Condition(r.Item1, source: r.Item2))]));
                var shown = Variable(small.Catalogue.Find(dataset.Id)!, "condition_source_value").TopValues.ToDictionary(v => v.Code, v => v.Count);

                var expected = rows.Where(r => r.Item2 is not null).GroupBy(r => r.Item2!)
                    .Where(g => g.Select(r => r.Item1).Distinct().Count() >= 5).ToDictionary(g => g.Key, g => (long)g.Count());
                Assert.Equal(expected.OrderBy(e => e.Key), shown.OrderBy(e => e.Key));
            },
            seed: "0N0XIzNsQ0O2", iter: 15, threads: 1);
    }

    [Theory]
    [InlineData("431.7", true, "440")]
    [InlineData("431.7", false, "430")]
    [InlineData("0.0123", false, "0.012")]
    [InlineData("-5.67", false, "-5.7")]
    [InlineData("-5.67", true, "-5.6")]
    [InlineData("0", true, "0")]
    [InlineData("100", false, "100")]
    [InlineData("58300", false, "58000")]
    public void Numbers_keep_two_digits(string value, bool up, string shown) =>
        Assert.Equal(shown, Rounded.Number(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), up));

    private sealed class Told(List<Step> steps) : IProgress<Step>
    {
        public void Report(Step value) => steps.Add(value);
    }
}
