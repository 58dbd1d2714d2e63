using System.Threading.Channels;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>
/// Splits a delivery at the door: a record's facts go to the Warehouse as soon as they are read, under the record's number in the delivery;
/// its identity goes to Linkage with many others, and whose the number is follows when they are linked. So facts never wait in memory for
/// a name. Reading, linking and storing each have a thread; what is handed on is bounded.
/// </summary>
internal sealed class SplitPipeline(int recordsLinkedAtOnce, ILinkage linkage)
{
    /// <summary>Small enough to be taken while it still lies in the processor's cache.</summary>
    private const int HandFacts = 2_000;

    private const int HandRecords = 256;

    /// <summary>What the storing thread takes: records that were read, or answers of Linkage.</summary>
    private readonly record struct Hand(List<DeliveredRecord>? Records, int First, IReadOnlyList<LinkedTicket>? Answers);

    private readonly Channel<Hand> hands = Channel.CreateBounded<Hand>(new BoundedChannelOptions(8) { SingleReader = true });
    private readonly Channel<List<IdentityTicket>> identities = Channel.CreateBounded<List<IdentityTicket>>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });

    /// <returns>Refused where Linkage refused; the caller then commits nothing.</returns>
    public async Task<Outcome<bool>> RunAsync(Delivery delivery, IWarehouseBatch batch, IEnumerable<DeliveredRecord> records, IProgress<Step>? progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        IReadOnlyList<Finding>? refused = null;
        try
        {
            await Task.WhenAll(
                Alone(() => ReadAsync(records, stop.Token)),
                Alone(async () =>
                {
                    refused = await LinkAsync(delivery, stop.Token).ConfigureAwait(false);
                    hands.Writer.Complete();
                    if (refused is not null)
                    {
                        await stop.CancelAsync().ConfigureAwait(false);
                    }
                }),
                Alone(() => StoreAsync(delivery, batch, progress, stop.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (refused is not null)
        {
        }

        return refused is null ? true : Outcome<bool>.Refused(refused);

        // Whoever fails ends the others' waiting. What is said then is the failure, not their being ended.
        Task Alone(Func<Task> work) => Task.Run(
            async () =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    throw;
                }
            },
            CancellationToken.None);
    }

    private async Task ReadAsync(IEnumerable<DeliveredRecord> records, CancellationToken ct)
    {
        var (hand, facts, number) = (new List<DeliveredRecord>(HandRecords), 0, 0);
        var tickets = new List<IdentityTicket>();
        foreach (var record in records)
        {
            ct.ThrowIfCancellationRequested();
            hand.Add(record);
            facts += record.Facts.Count;

            // Numbers go on through the delivery: a record with no identity is known by its number alone.
            tickets.Add(new IdentityTicket(number++, record.Identity));
            if (hand.Count >= HandRecords || facts >= HandFacts)
            {
                await hands.Writer.WriteAsync(new(hand, number - hand.Count, null), ct).ConfigureAwait(false);
                (hand, facts) = (new List<DeliveredRecord>(HandRecords), 0);
            }

            if (tickets.Count >= recordsLinkedAtOnce)
            {
                await identities.Writer.WriteAsync(tickets, ct).ConfigureAwait(false);
                tickets = [];
            }
        }

        if (hand.Count > 0)
        {
            await hands.Writer.WriteAsync(new(hand, number - hand.Count, null), ct).ConfigureAwait(false);
        }

        if (tickets.Count > 0)
        {
            await identities.Writer.WriteAsync(tickets, ct).ConfigureAwait(false);
        }

        identities.Writer.Complete();
    }

    /// <summary>Null where all were linked.</summary>
    private async Task<IReadOnlyList<Finding>?> LinkAsync(Delivery delivery, CancellationToken ct)
    {
        await foreach (var tickets in identities.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            var answered = await linkage.LinkAsync(delivery.Holder, delivery.Dataset, delivery.Id, tickets, ct).ConfigureAwait(false);
            if (!answered.Try(out var answers))
            {
                return answered.Findings;
            }

            await hands.Writer.WriteAsync(new(null, 0, answers), ct).ConfigureAwait(false);
        }

        return null;
    }

    private async Task StoreAsync(Delivery delivery, IWarehouseBatch batch, IProgress<Step>? progress, CancellationToken ct)
    {
        await foreach (var (records, first, answers) in hands.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            foreach (var answer in answers ?? [])
            {
                batch.Place(answer.Ticket, answer.Person, (int)answer.Class);
            }

            for (var i = 0; i < records?.Count; i++)
            {
                batch.Add(first + i, records[i].Key, records[i].Demographics, records[i].Facts);
            }

            if (records is not null)
            {
                progress?.Report(new Step($"{delivery.Dataset}", first + records.Count, null, "records"));
            }
        }
    }
}
