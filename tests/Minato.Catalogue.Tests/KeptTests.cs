using System.Diagnostics;
using CsCheck;
using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Catalogue.Tests;

/// <summary>What was worked out of a dataset is kept until something is said of it, or the day is over.</summary>
public sealed class KeptTests : IDisposable
{
    private readonly Harbour harbour = new();

    public void Dispose() => harbour.Dispose();

    [Fact]
    public void Nothing_is_worked_out_again_while_nothing_is_said_of_it()
    {
        var dataset = harbour.Warehouse.Register("records");
        harbour.Warehouse.Register("claims", DataCategory.Claims);
        var before = harbour.Catalogue.Find(dataset.Id);
        Say("choice/somebody");
        Assert.Same(before, harbour.Catalogue.Find(dataset.Id));
        Assert.Same(harbour.Catalogue.All, harbour.Catalogue.All);
        Assert.Same(before, harbour.Catalogue.Search("電子カルテ").Single());
        harbour.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(30, p => Rows.Person(p))));
        Assert.Equal(30, harbour.Catalogue.Find(dataset.Id)!.Persons);
        Assert.Equal(30, harbour.Catalogue.All.Single(d => d.Dataset.Id == dataset.Id).Persons);
        Assert.Equal(30, harbour.Catalogue.Search("電子カルテ").Single().Persons);
    }

    [Fact]
    public void An_embargo_ends_with_a_day_in_Japan_though_nothing_is_said()
    {
        var dataset = harbour.Warehouse.Register("records");
        harbour.Warehouse.Deliver(dataset, (ShelfWarehouse.Person, Rows.Of(30, p => Rows.Person(p))));
        harbour.Warehouse.Standings = [new(new("one"), 1, new DateOnly(2026, 4, 2))];
        Assert.Equal(new DateOnly(2026, 4, 2), harbour.Catalogue.Find(dataset.Id)!.Standing!.EmbargoUntil);
        harbour.Clock.At = new(2026, 4, 1, 14, 59, 59, TimeSpan.Zero);
        Assert.NotNull(harbour.Catalogue.Find(dataset.Id)!.Standing!.EmbargoUntil);
        harbour.Clock.At = new(2026, 4, 1, 15, 0, 0, TimeSpan.Zero);
        Assert.Null(harbour.Catalogue.Find(dataset.Id)!.Standing!.EmbargoUntil);
    }

    [Fact]
    public void An_index_that_followed_every_change_answers_as_one_made_afresh() => Gen.Select(Gen.Int[0, 5], Gen.OneOfConst("糖尿病 透析", "hospital claims", "ワクチン", "", "健診 diabetes")).List[1, 30].Sample(changes =>
    {
        var followed = new SearchIndex();
        Dictionary<int, DatasetDescription> last = [];
        foreach (var (number, words) in changes)
        {
            followed.Put(last[number] = Described(number, words));
        }

        var fresh = new SearchIndex();
        foreach (var description in last.Values)
        {
            fresh.Put(description);
        }

        foreach (var text in (string[])["糖尿病", "hospital", "病", "診 claims diabetes", "sample"])
        {
            Assert.Equal(fresh.Find(text), followed.Find(text));
        }
    }, iter: 200, threads: 1);

    [Fact]
    public void Ten_thousand_datasets_are_searched_in_less_than_a_page_s_time()
    {
        var index = new SearchIndex();
        for (var i = 0; i < 10_000; i++)
        {
            index.Put(Described(i, i % 100 == 0 ? "糖尿病の登録 diabetes registry" : "病院の記録 hospital records"));
        }

        Assert.Equal(100, index.Find("糖尿病 diabetes").Count);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            index.Find("糖尿病 diabetes");
        }

        // Measured at a twentieth of this; a scan of the texts would take longer than that.
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds / 20, 0, 10);
    }

    private static DatasetDescription Described(int number, string words) => new(
        new DatasetInfo(new($"d-{number}"), new("port-hospital"), DataCategory.MedicalRecord, new("見本", "Sample")),
        words.Length == 0 ? null : Harbour.Words with { Keywords = [words], Title = new(words, words) }, null, null, new Dictionary<string, long?>(), null, null, new Dictionary<string, double>(), []);

    private void Say(string stream) =>
        _ = harbour.Ledger.AppendAsync(stream, -1, Harbour.Operator.Id, [new NewEvent("other.thing", "{}"u8.ToArray())]).GetAwaiter().GetResult().Value;
}
