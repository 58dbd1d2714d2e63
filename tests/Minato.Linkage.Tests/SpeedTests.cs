using System.Diagnostics;

namespace Minato.Linkage.Tests;

/// <summary>How fast the room is, where <c>MINATO_LINKAGE_SPEED</c> says how many people to link; CPU time stands beside, for machines that others use too.</summary>
public sealed class SpeedTests(ITestOutputHelper output) : IDisposable
{
    private const int Writings = 12;
    private const int TicketsInCall = 30_000;
    private readonly Quay quay = new();

    [Fact]
    public async Task New_identities_and_known_ones()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("MINATO_LINKAGE_SPEED"), out var people))
        {
            Assert.Skip("Set MINATO_LINKAGE_SPEED to a number of people");
        }

        var calls = Enumerable.Range(0, people * Writings).Chunk(TicketsInCall)
            .Select(c => c.Select(i => new IdentityTicket(i, Town.Identity(i % people, i / people))).ToArray()).ToList();
        await Measure("new", "d-1", calls);
        await Measure("known, another delivery", "d-2", calls);
        await Measure("known, repeated", "d-2", calls);
        GC.Collect();
        var figures = await quay.Room.FiguresAsync();
        output.WriteLine($"{figures.Persons} persons, {figures.Identities} identities, {figures.Merges} merges; {GC.GetTotalMemory(true) / Math.Max(1, figures.Identities)} B an identity with the tickets of the test");
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        quay.Reopen();
        output.WriteLine($"opened anew in {clock.Elapsed.TotalSeconds:0.0} s (CPU {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s)");
    }

    public void Dispose() => quay.Dispose();

    private async Task Measure(string what, string delivery, List<IdentityTicket[]> calls)
    {
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        foreach (var call in calls)
        {
            _ = (await quay.Room.LinkAsync(Quay.Hospital, Quay.Records, new DeliveryId(delivery), call)).Value;
        }

        var tickets = calls.Sum(c => c.Length);
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        output.WriteLine($"{what}: {tickets / clock.Elapsed.TotalSeconds:0} tickets/s; {used / tickets * 1e6:0.00} us of CPU each, so {tickets / used * Environment.ProcessorCount:0}/s on {Environment.ProcessorCount} free cores at best");
    }
}
