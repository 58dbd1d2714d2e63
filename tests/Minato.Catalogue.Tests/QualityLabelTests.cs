using System.Text.Json;
using Minato.Warehouse;

namespace Minato.Catalogue.Tests;

/// <summary>The quality checks of a dataset's snapshots are shown with it, with the latest as quality measurements.</summary>
public sealed class QualityLabelTests : IDisposable
{
    private readonly Harbour harbour = new();

    public void Dispose() => harbour.Dispose();

    [Fact]
    public void The_label_is_the_latest_snapshot_s_and_the_trend_goes_with_it()
    {
        var dataset = harbour.Warehouse.Register("records").Id;
        Assert.Empty(harbour.Catalogue.Find(dataset)!.Checks);
        Assert.DoesNotContain("checks.", harbour.Catalogue.ToJsonLd(dataset, new Uri("https://harbour.example/")), StringComparison.Ordinal);

        var day = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        harbour.Warehouse.Shares = [new(1, "s1", day, 0.5, 0.9, null, 90, 10), new(2, "s2", day.AddDays(30), 0.994, 1, null, 499, 1)];
        Assert.Equal([1, 2], harbour.Catalogue.Find(dataset)!.Checks.Select(c => c.Number));
        var measured = Measurements(harbour.Catalogue.ToJsonLd(dataset, new Uri("https://harbour.example/")));
        Assert.Equal("0.994", measured["checks.conformance"]);
        Assert.Equal("1", measured["checks.completeness"]);
        Assert.False(measured.ContainsKey("checks.plausibility"));
    }

    private static Dictionary<string, string> Measurements(string jsonLd)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        void Look(JsonElement e)
        {
            if (e.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in e.EnumerateArray())
                {
                    Look(item);
                }
            }
            else if (e.ValueKind == JsonValueKind.Object)
            {
                if (e.TryGetProperty("dqv:isMeasurementOf", out var of) && of.GetProperty("@id").GetString() is { } id)
                {
                    found[id[(id.IndexOf("#quality-", StringComparison.Ordinal) + 9)..]] = e.GetProperty("dqv:value").GetProperty("@value").GetString()!;
                }

                foreach (var p in e.EnumerateObject())
                {
                    Look(p.Value);
                }
            }
        }

        using var document = JsonDocument.Parse(jsonLd);
        Look(document.RootElement);
        return found;
    }
}
