using System.Diagnostics;

namespace Minato.Linkage.Tests;

/// <summary>The whole mess of life at once, measured against the truth.</summary>
public sealed class NationTests(ITestOutputHelper output) : IDisposable
{
    private readonly Quay quay = new();

    [Fact]
    public async Task The_synthetic_nation_is_linked_almost_without_fault()
    {
        var nation = SyntheticNation.Make(int.TryParse(Environment.GetEnvironmentVariable("MINATO_LINKAGE_PEOPLE"), out var n) ? n : 1500, seed: 2026);
        var clock = Stopwatch.StartNew();
        var history = await quay.Room.ImportHistoryAsync(nation.History, Quay.Desk);
        var linked = new List<(NationRecord Record, LinkedTicket Ticket)>();
        foreach (var delivery in nation.Records.GroupBy(r => (r.Holder, r.Dataset, r.Delivery)))
        {
            var records = delivery.ToList();
            var answers = (await quay.Room.LinkAsync(delivery.Key.Holder, delivery.Key.Dataset, new DeliveryId(delivery.Key.Delivery), [.. records.Select((r, i) => new IdentityTicket(i, r.Identity))])).Value;
            linked.AddRange(records.Zip(answers));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var clusters = await Clusters(linked);
        var quality = PairQuality.Of(clusters.Select(c => (c.Cluster, c.Record.Truth)));
        var figures = await quay.Room.FiguresAsync();
        output.WriteLine($"{linked.Count} records of {nation.Records.Select(r => r.Truth).Distinct().Count()} people, {history.Value} number changes: {figures.Persons} persons, precision {quality.Precision:0.000000}, recall {quality.Recall:0.000000}");
        output.WriteLine($"{linked.Count / seconds:0} tickets per second; {figures.Identities} identities, {figures.Merges} merges, {figures.Ambiguous} ambiguous");
        output.WriteLine(string.Join(", ", figures.TicketsByClass.Select(p => $"{p.Key} {p.Value}")));
        Assert.True(quality.Precision >= 0.999, $"precision {quality.Precision}");
        Assert.True(quality.Recall >= 0.98, $"recall {quality.Recall}");
    }

    public void Dispose() => quay.Dispose();

    /// <summary>The persons as a project sees them: the only way in which anybody ever sees that two records are of one person.</summary>
    private async Task<List<(NationRecord Record, UInt128 Cluster)>> Clusters(List<(NationRecord Record, LinkedTicket Ticket)> linked)
    {
        var datasets = linked.Select(l => l.Record.Dataset).Distinct().ToList();
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, datasets, quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        var clusters = new List<(NationRecord, UInt128)>();
        foreach (var dataset in linked.GroupBy(l => l.Record.Dataset))
        {
            var converted = (await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, dataset.Key, [.. dataset.Select(l => l.Ticket.Person)], quay.Nobody, Quay.Desk))).Value;
            clusters.AddRange(dataset.Zip(converted.People, (l, p) => (l.Record, p!.Value.Value)));
        }

        return clusters;
    }
}
