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
        Explain(clusters);
        Assert.True(quality.Precision >= 0.999, $"precision {quality.Precision}");
        Assert.True(quality.Recall >= 0.98, $"recall {quality.Recall}");
    }

    public void Dispose() => quay.Dispose();

    /// <summary>The persons as a project sees them: the only way in which anybody ever sees that two records are of one person.</summary>
    private async Task<List<(NationRecord Record, UInt128 Cluster, LinkClass Class)>> Clusters(List<(NationRecord Record, LinkedTicket Ticket)> linked)
    {
        var datasets = linked.Select(l => l.Record.Dataset).Distinct().ToList();
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, datasets, quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        var clusters = new List<(NationRecord, UInt128, LinkClass)>();
        foreach (var dataset in linked.GroupBy(l => l.Record.Dataset))
        {
            var converted = (await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, dataset.Key, [.. dataset.Select(l => l.Ticket.Person)], quay.Nobody, Quay.Desk))).Value;
            clusters.AddRange(dataset.Zip(converted.People, (l, p) => (l.Record, p!.Value.Value, l.Ticket.Class)));
        }

        return clusters;
    }

    private void Explain(List<(NationRecord Record, UInt128 Cluster, LinkClass Class)> clusters)
    {
        static string Say(PersonIdentity i) => $"{i.InsurerNumber}:{i.InsuredSymbol}:{i.InsuredNumber}:{i.InsuredBranch}|{i.NameKanji}|{i.NameKana}|{i.BirthDate}|{i.Sex}|{i.Address}|{i.LocalPatientId}|{i.AsOf}";
        var limit = int.TryParse(Environment.GetEnvironmentVariable("EXPLAIN"), out var l) ? l : 0;
        foreach (var wrong in clusters.GroupBy(c => c.Cluster).Where(g => g.Select(c => c.Record.Truth).Distinct().Count() > 1).Take(limit))
        {
            output.WriteLine($"--- ONE CLUSTER, {wrong.Count()} records");
            foreach (var t in wrong.GroupBy(c => c.Record.Truth))
            {
                foreach (var x in t.DistinctBy(c => Say(c.Record.Identity with { AsOf = null })).Take(6)) output.WriteLine($"   P{t.Key} ({t.Count()}) {x.Record.Dataset} {x.Class} {Say(x.Record.Identity)}");
            }
        }

        foreach (var split in clusters.GroupBy(c => c.Record.Truth).Select(g => (g, k: g.GroupBy(c => c.Cluster).ToList())).Where(x => x.k.Count > 1).OrderByDescending(x => x.g.Count() - x.k.Max(k => k.Count())).Take(limit))
        {
            output.WriteLine($"--- P{split.g.Key} in {split.k.Count} clusters");
            foreach (var k in split.k.OrderByDescending(k => k.Count()))
            {
                foreach (var x in k.DistinctBy(c => Say(c.Record.Identity with { AsOf = null })).Take(4)) output.WriteLine($"   C{k.Key % 1000} ({k.Count()}) {x.Record.Dataset} {x.Class} {Say(x.Record.Identity)}");
            }
        }
    }
}
