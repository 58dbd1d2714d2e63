using Minato.Kernel;
using Minato.Linkage;
using Minato.Synthetic;

namespace Minato.Bench.Linkage;

/// <summary>The durable room: deliveries of a small nation, each call flushed to the disk before it answers.</summary>
internal sealed class RoomPart : Part
{
    public override string Name => "room";

    public override string About => "linked and on the disk: deliveries of the nation, year by year";

    public override IEnumerable<Figure> Measure(World world)
    {
        var people = Math.Min(world.People, world.Settings.Quick ? 2_000 : 20_000);
        var records = SyntheticRoom.Identities(new NationOptions(people, world.Settings.Seed)).Records().ToList();
        var deliveries = records.GroupBy(r => (r.Delivery, r.Holder, r.Dataset)).OrderBy(g => g.Key.Delivery).Select(g => (g.Key, Tickets: g.Select((r, i) => new IdentityTicket(i, r.Identity)).ToList())).ToList();
        using var room = Engines.Room(world);
        double Deliver(string name) => Timing.BestWall(1, () =>
        {
            foreach (var (key, tickets) in deliveries)
            {
                _ = room.Linkage.LinkAsync(new HolderId(key.Holder), new DatasetId(key.Dataset), new DeliveryId($"{key.Dataset}-{key.Delivery}{name}"), tickets).GetAwaiter().GetResult().Value;
            }
        });
        var (fresh, known) = (Deliver(""), Deliver("-again"));
        var figures = room.Linkage.FiguresAsync().GetAwaiter().GetResult();
        yield return new Figure("new tickets", records.Count / fresh, "tickets/s", $"{records.Count:N0} tickets in {deliveries.Count} deliveries, {figures.Identities:N0} different identities, {figures.Persons:N0} persons");
        yield return new Figure("  different identities of them", figures.Identities / fresh, "identities/s");
        yield return new Figure("tickets whose identities are known", records.Count / known, "tickets/s");
    }
}
