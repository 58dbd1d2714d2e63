using System.Text.Json;
using System.Threading.Channels;
using Minato.Formats;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>
/// Reads a delivery and splits it at the door: identities go to Linkage, facts go to the Warehouse under the pseudonym
/// that comes back. Reading, linking and storing each have a thread and hand on chunks, so that the cores work and memory is bounded.
/// </summary>
internal sealed class SplitPipeline(IntakeOptions options, ILinkage linkage, TimeProvider clock)
{
    /// <summary>A chunk of records without facts is bounded by their number, one of long records by this.</summary>
    private const int ChunkFacts = 30_000;

    /// <returns>Refused where Linkage refused a chunk; the caller then commits nothing.</returns>
    public async Task<Outcome<bool>> RunAsync(
        Delivery delivery, IWarehouseBatch batch, QuarantineStore.Writer quarantine, List<QuarantinedPiece> pieces, ReceiptBook book, IProgress<Step>? progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var read = Channel.CreateBounded<List<DeliveredRecord>>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var linked = Channel.CreateBounded<(List<DeliveredRecord> Records, IReadOnlyList<LinkedTicket> Answers, int First)>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(delivery, read.Writer, quarantine, pieces, book, stop.Token), CancellationToken.None);
        var storing = Task.Run(() => StoreAsync(delivery, batch, linked.Reader, progress, stop.Token), CancellationToken.None);
        try
        {
            var done = 0;
            await foreach (var chunk in read.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                var tickets = new IdentityTicket[chunk.Count];
                for (var i = 0; i < tickets.Length; i++)
                {
                    // Ticket numbers go on through the delivery: a record with no identity is known by its number alone.
                    tickets[i] = new IdentityTicket(done + i, chunk[i].Identity);
                }

                var answered = await linkage.LinkAsync(delivery.Holder, delivery.Dataset, delivery.Id, tickets, ct).ConfigureAwait(false);
                if (!answered.Try(out var answers))
                {
                    return Outcome<bool>.Refused(answered.Findings);
                }

                if (!await HandOnAsync(linked.Writer, (chunk, answers, done), storing, ct).ConfigureAwait(false))
                {
                    break;
                }

                done += chunk.Count;
            }

            linked.Writer.Complete();
            await storing.ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            return contradiction is { } held ? held : true;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            linked.Writer.TryComplete();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False where the one who should take it has failed, which waiting for it then says.</returns>
    private static async Task<bool> HandOnAsync<T>(ChannelWriter<T> to, T item, Task taker, CancellationToken ct)
    {
        while (!to.TryWrite(item))
        {
            if (await Task.WhenAny(to.WaitToWriteAsync(ct).AsTask(), taker).ConfigureAwait(false) == taker)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task StoreAsync(
        Delivery delivery, IWarehouseBatch batch, ChannelReader<(List<DeliveredRecord> Records, IReadOnlyList<LinkedTicket> Answers, int First)> linked, IProgress<Step>? progress, CancellationToken ct)
    {
        await foreach (var (records, answers, first) in linked.ReadAllAsync(ct).ConfigureAwait(false))
        {
            foreach (var a in answers)
            {
                var r = records[a.Ticket - first];
                batch.Add(a.Ticket, a.Person, (int)a.Class, r.Key, r.Demographics, r.Facts);
            }

            progress?.Report(new Step($"{delivery.Dataset}", first + records.Count, null, "records"));
        }
    }

    private async Task ReadAsync(Delivery delivery, ChannelWriter<List<DeliveredRecord>> chunks, QuarantineStore.Writer quarantine, List<QuarantinedPiece> pieces, ReceiptBook book, CancellationToken ct)
    {
        try
        {
            var seen = new Dictionary<UInt128, UInt128>();
            var chunk = new List<DeliveredRecord>(options.ChunkRecords);
            var facts = 0;
            var fingerprint = new Fingerprint();
            foreach (var raw in delivery.Files)
            {
                foreach (var opened in DeliveryFiles.Open(raw))
                {
                    ct.ThrowIfCancellationRequested();
                    if (!opened.Try(out var file))
                    {
                        foreach (var f in opened.Findings)
                        {
                            Quarantine("unreadable", f, default);
                        }

                        continue;
                    }

                    foreach (var record in ReadFile(file, ct))
                    {
                        if (IsRepeated(seen, fingerprint, record, out var repeated))
                        {
                            if (repeated is not null)
                            {
                                Quarantine(Current(file), repeated, JsonSerializer.SerializeToUtf8Bytes(record));
                            }

                            continue;
                        }

                        chunk.Add(record);
                        facts += record.Facts.Count;
                        if (chunk.Count >= options.ChunkRecords || facts >= ChunkFacts)
                        {
                            await chunks.WriteAsync(chunk, ct).ConfigureAwait(false);
                            (chunk, facts) = (new List<DeliveredRecord>(options.ChunkRecords), 0);
                        }
                    }
                }
            }

            if (chunk.Count > 0)
            {
                await chunks.WriteAsync(chunk, ct).ConfigureAwait(false);
            }

            chunks.Complete();
        }
        catch (Exception e)
        {
            chunks.Complete(e);
            throw;
        }

        IEnumerable<DeliveredRecord> ReadFile(DeliveredFile file, CancellationToken ct)
        {
            var head = new byte[FormatsRoom.HeadSize];
            var n = file.Content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            var peeked = head.AsMemory(0, n);
            var reader = FormatsRoom.ReaderFor(new FileHead(file.Name, peeked), options.Readers);
            if (reader is null)
            {
                var reason = n == 0 ? "The file is empty" : "No reader knows this format";
                Quarantine("unknown", Finding.Error("intake.unknown-format", reason, "Send one of the formats of docs/formats.md, with its usual file name", new Place(FormatsRoom.Shown(file.Name))), peeked);
                yield break;
            }

            var format = current = reader.Format;
            if (delivery.Agreement?.Covers(format) == false)
            {
                Quarantine(format, Finding.Error("intake.format-not-agreed", "The agreement on the dataset does not cover this format", "Send what is agreed, or agree on the format", new Place(FormatsRoom.Shown(file.Name))), peeked);
                yield break;
            }

            foreach (var item in reader.Read(new PeekedStream(peeked, file.Content), file.Name, ct))
            {
                switch (item)
                {
                    case ReadItem.Good good:
                        book.Count(format, records: 1, facts: good.Record.Facts.Count, heldBack: good.Record.HeldBack);
                        yield return good.Record;
                        break;
                    case ReadItem.Bad bad:
                        Quarantine(format, bad.Finding, bad.Raw);
                        break;
                    case ReadItem.Remark remark:
                        book.Add(remark.Finding);
                        break;
                }
            }

            book.Count(format, files: 1, bytes: file.Content.BytesRead);
            if (file.Content.TooLarge)
            {
                Quarantine(format, Finding.Error("intake.archive-bomb", "The content unpacks to far more than any real delivery of this size; reading stopped there", "Send the files unpacked, or in several archives", new Place(FormatsRoom.Shown(file.Name))), default);
            }

            if (file is { UnpackedLength: { } said, Content: { TooLarge: false, Corrupt: false } } && said != (uint)file.Content.BytesRead)
            {
                book.Add(Finding.Warning("intake.cut-off", "The gzip's own length does not agree with its content: it may have been cut off; what was whole was read", "Compare with the original, and send it anew if something is missing", new Place(FormatsRoom.Shown(file.Name))));
            }

            if (file.Content.Corrupt)
            {
                Quarantine(format, Finding.Error("intake.corrupt", "The compressed content breaks off or is damaged; what was whole before that was read", "Pack the file again and send it anew", new Place(FormatsRoom.Shown(file.Name))), default);
            }
        }

        string Current(DeliveredFile _) => current;

        void Quarantine(string format, Finding finding, ReadOnlyMemory<byte> raw)
        {
            var number = quarantine.Add(raw.Span);
            pieces.Add(new QuarantinedPiece($"{delivery.Id}.{number}", delivery.Id, finding, clock.GetUtcNow()));
            book.Count(format, quarantined: 1);
            book.Add(finding);
        }

        // A key may stand once in a delivery. The same record twice is one record; two different ones are a question to the holder.
        bool IsRepeated(Dictionary<UInt128, UInt128> seen, Fingerprint fingerprint, DeliveredRecord record, out Finding? finding)
        {
            finding = null;
            var key = Fingerprint.Of(record.Key);
            var content = fingerprint.Of(record);
            if (seen.TryAdd(key, content))
            {
                return false;
            }

            if (seen[key] == content)
            {
                book.Add(Finding.Note("intake.duplicate", "The same record stands twice in this delivery; it was taken once", "", record.Place));
            }
            else
            {
                // Whichever came first, what a patient has not been told of must not come into use.
                contradiction ??= record.HeldBack > 0
                    ? Finding.Error("intake.held-back-twice", "The delivery has a record twice, once of them tagged as not told to its patient; nothing of it was applied", "Send the valid version alone", record.Place)
                    : null;
                finding = Finding.Error("intake.duplicate-key", "Another record of this delivery has the same key but different content; the first one was taken", "Send the valid version alone", record.Place);
            }

            return true;
        }
    }

    private string current = "unknown";

    private Finding? contradiction;
}

/// <summary>A delivery on its way in.</summary>
internal sealed record Delivery(
    DeliveryId Id, HolderId Holder, DatasetId Dataset, IReadOnlyList<Raw.RawFile> Files, IReadOnlyList<(long Length, DateTime Written)> Looks, string ContentSha256, Agreement? Agreement);
