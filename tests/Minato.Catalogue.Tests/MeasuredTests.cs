using System.Diagnostics;

namespace Minato.Catalogue.Tests;

/// <summary>What a call costs over ten thousand datasets, ledger and all; on demand (MINATO_MEASURE=1), because registering them takes a while.</summary>
public sealed class MeasuredTests
{
    [Fact]
    public void Ten_thousand_datasets()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MINATO_MEASURE") == "1", "MINATO_MEASURE is not 1");
        using var harbour = new Harbour();
        var categories = Enum.GetValues<DataCategory>();
        for (var i = 0; i < 10_000; i++)
        {
            harbour.Warehouse.Register(new(new($"d-{i}"), new($"holder-{i % 300}"), categories[i % categories.Length], new($"第{i % 500}病院の記録", $"Records of hospital {i % 500}")));
        }

        var began = Stopwatch.GetTimestamp();
        Assert.Equal(10_000, harbour.Catalogue.All.Count);
        var report = $"describing all {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s";
        foreach (var (name, call) in new (string, Action)[]
        {
            ("Find", () => harbour.Catalogue.Find(new("d-5000"))),
            ("All", () => _ = harbour.Catalogue.All),
            ("Search, 20 found", () => harbour.Catalogue.Search("hospital 77")),
            ("Search, a twelfth found", () => harbour.Catalogue.Search("レセプト")),
            ("Search, all found", () => harbour.Catalogue.Search("病院の記録")),
        })
        {
            call();
            List<double> times = [];
            for (var i = 0; i < 500; i++)
            {
                began = Stopwatch.GetTimestamp();
                call();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            times.Sort();
            report += $"; {name} p50 {times[250]:0.000} ms, p99 {times[495]:0.000} ms";
        }

        TestContext.Current.SendDiagnosticMessage(report);
        File.WriteAllText(Path.Combine(Path.GetTempPath(), "minato-catalogue-measured.txt"), report);
    }
}
