using System.Text.Json;
using Minato.Formats;

namespace Minato.Intake;

/// <summary>
/// The records of a delivery's files, each once, in the files' order. What cannot be taken goes to quarantine, what is worth a word into the
/// book. Used by one thread.
/// </summary>
internal sealed class DeliveryReader(Delivery delivery, IReadOnlyList<IFormatReader>? readers, QuarantineStore.Writer quarantine, ReceiptBook book, TimeProvider clock)
{
    private readonly Dictionary<UInt128, ulong> seen = [];
    private readonly Fingerprint fingerprint = new();
    private readonly List<QuarantinedPiece> pieces = [];

    /// <summary>What was quarantined so far.</summary>
    public IReadOnlyList<QuarantinedPiece> Pieces => pieces;

    /// <summary>Why nothing of the delivery may be applied, found when a record stood in it twice; null for almost all.</summary>
    public Finding? Contradiction { get; private set; }

    public IEnumerable<DeliveredRecord> Records(CancellationToken ct)
    {
        foreach (var raw in delivery.Files)
        {
            foreach (var opened in DeliveryFiles.Open(raw))
            {
                ct.ThrowIfCancellationRequested();
                if (!opened.Try(out var file))
                {
                    foreach (var finding in opened.Findings)
                    {
                        Quarantine("unreadable", finding, default);
                    }

                    continue;
                }

                foreach (var record in Records(file, ct))
                {
                    yield return record;
                }
            }
        }
    }

    private IEnumerable<DeliveredRecord> Records(DeliveredFile file, CancellationToken ct)
    {
        var head = new byte[FormatsRoom.HeadSize];
        var n = file.Content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var peeked = head.AsMemory(0, n);
        var place = new Place(FormatsRoom.Shown(file.Name));
        if (FormatsRoom.ReaderFor(new FileHead(file.Name, peeked), readers) is not { } reader)
        {
            var reason = n == 0 ? "The file is empty" : "No reader knows this format";
            Quarantine("unknown", Finding.Error("intake.unknown-format", reason, "Send one of the formats of docs/formats.md, with its usual file name", place), peeked);
            yield break;
        }

        var format = reader.Format;
        if (delivery.Agreement?.Covers(format) == false)
        {
            Quarantine(format, Finding.Error("intake.format-not-agreed", "The agreement on the dataset does not cover this format", "Send what is agreed, or agree on the format", place), peeked);
            yield break;
        }

        foreach (var item in reader.Read(new Rejoined(peeked, file.Content), file.Name, ct))
        {
            switch (item)
            {
                case ReadItem.Good { Record: var record }:
                    book.Count(format, records: 1, facts: record.Facts.Count, heldBack: record.HeldBack);
                    if (IsFirst(record, format))
                    {
                        yield return record;
                    }

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
            Quarantine(format, Finding.Error("intake.archive-bomb", "The content unpacks to far more than any real delivery of this size; reading stopped there", "Send the files unpacked, or in several archives", place), default);
        }

        if (file is { UnpackedLength: { } said, Content: { TooLarge: false, Corrupt: false } } && said != (uint)file.Content.BytesRead)
        {
            book.Add(Finding.Warning("intake.cut-off", "The gzip's own length does not agree with its content: it may have been cut off; what was whole was read", "Compare with the original, and send it anew if something is missing", place));
        }

        if (file.Content.Corrupt)
        {
            Quarantine(format, Finding.Error("intake.corrupt", "The compressed content breaks off or is damaged; what was whole before that was read", "Pack the file again and send it anew", place), default);
        }
    }

    private void Quarantine(string format, Finding finding, ReadOnlyMemory<byte> raw)
    {
        var number = quarantine.Add(raw.Span);
        pieces.Add(new QuarantinedPiece($"{delivery.Id}.{number}", delivery.Id, finding, clock.GetUtcNow()));
        book.Count(format, quarantined: 1);
        book.Add(finding);
    }

    /// <summary>A key may stand once in a delivery. The same record twice is one record; two different ones are a question to the holder.</summary>
    private bool IsFirst(DeliveredRecord record, string format)
    {
        var content = fingerprint.Of(record);
        ref var known = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, Fingerprint.Of(record.Key), out var repeated);
        if (!repeated)
        {
            known = content;
            return true;
        }

        if (known == content)
        {
            book.Add(Finding.Note("intake.duplicate", "The same record stands twice in this delivery; it was taken once", "", record.Place));
            return false;
        }

        // Whichever came first, what a patient has not been told of must not come into use.
        Contradiction ??= record.HeldBack > 0
            ? Finding.Error("intake.held-back-twice", "The delivery has a record twice, once of them tagged as not told to its patient; nothing of it was applied", "Send the valid version alone", record.Place)
            : null;
        Quarantine(
            format,
            Finding.Error("intake.duplicate-key", "Another record of this delivery has the same key but different content; the first one was taken", "Send the valid version alone", record.Place),
            JsonSerializer.SerializeToUtf8Bytes(record));
        return false;
    }
}

/// <summary>A delivery on its way in.</summary>
internal sealed record Delivery(
    DeliveryId Id, HolderId Holder, DatasetId Dataset, IReadOnlyList<Raw.RawFile> Files, IReadOnlyList<(long Length, DateTime Written)> Looks, string ContentSha256, Agreement? Agreement);
