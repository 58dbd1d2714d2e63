using Minato.Formats;
using Minato.Intake.Raw;
using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Intake;

/// <summary>A delivery from its files to its receipt: one at a time, applied whole or not at all.</summary>
internal sealed partial class Intake
{
    public Task<Outcome<Receipt>> ReceiveFolderAsync(HolderId holder, DatasetId dataset, string path, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        ReceiveFolderAsync(holder, dataset, path, null, by, progress, ct);

    public async Task<Outcome<Receipt>> ReceiveFolderAsync(HolderId holder, DatasetId dataset, string path, DateOnly? embargo, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        if ((Check(holder, dataset, by) ?? agreements.Refusal(dataset)) is { } no)
        {
            return no;
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return Finding.Error("intake.no-such-path", "There is no file or folder of that name", "Give the path of the delivery", new Place(path));
        }

        var files = DeliveryFiles.List(path);
        return files.Count == 0
            ? Finding.Error("intake.empty", "The delivery has no files", "Put the files of the delivery into the folder", new Place(path))
            : await TakeAsync(holder, dataset, files, embargo, by, progress, ct).ConfigureAwait(false);
    }

    private async Task<Outcome<Receipt>> TakeAsync(HolderId holder, DatasetId dataset, IReadOnlyList<RawFile> files, DateOnly? embargo, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        await door.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var looks = DeliveryFiles.Looks(files);
            var hash = DeliveryFiles.Hash(files);
            return await ApplyAsync(new Delivery(NameOf(dataset, hash), holder, dataset, files, looks, hash, agreements.Taking(dataset)), embargo, by, progress, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            return DiskFull.Finding("delivery", "send the delivery again");
        }
        catch (FileNotFoundException)
        {
            return Changed();
        }
        finally
        {
            door.Release();
        }
    }

    private async Task<Outcome<Receipt>> ApplyAsync(Delivery delivery, DateOnly? embargo, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        var stream = $"delivery/{delivery.Id}";
        if (deliveries.Find(stream)?.Receipt is { State: DeliveryState.Applied } earlier)
        {
            return Standing([earlier with { AlreadyApplied = true }])[0];
        }

        var received = await deliveries.DecideAsync(stream, by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok(
            [new IntakeEvent.DeliveryReceived(delivery.Holder.Value, delivery.Dataset.Value, delivery.ContentSha256)]), ct: ct).ConfigureAwait(false);
        if (!received.IsOk)
        {
            return Outcome<Receipt>.Refused(received.Findings);
        }

        var book = new ReceiptBook();
        IReadOnlyList<QuarantinedPiece> pieces = [];
        string? snapshot = null;
        Outcome<IReadOnlyList<PersonCorrection>>? told = null;
        using (var sealedPieces = quarantine.Begin(delivery.Id, delivery.Holder))
        using (var batch = warehouse.Begin(delivery.Dataset, delivery.Id))
        {
            var reader = new DeliveryReader(delivery, options.Readers, sealedPieces, book, clock);
            var split = await new SplitPipeline(options.RecordsLinkedAtOnce, linkage).RunAsync(delivery, batch, reader.Records(ct), progress, ct).ConfigureAwait(false);
            if (!split.IsOk)
            {
                // Nothing was committed: the holder sends the same delivery again when the cause is mended.
                return Outcome<Receipt>.Refused(split.Findings);
            }

            if (reader.Contradiction is { } contradiction)
            {
                return contradiction;
            }

            pieces = reader.Pieces;

            if (!DeliveryFiles.Looks(delivery.Files).SequenceEqual(delivery.Looks))
            {
                return Changed();
            }

            sealedPieces.Flush();
            if (book.Records > 0)
            {
                // Said before the rows are there, so that there is no moment in which they could be used.
                var today = JapaneseDay.Today(clock);
                if (Later(embargo, delivery.Agreement?.Embargo?.For(today)) is { } until && until > today
                    && await warehouse.EmbargoAsync(delivery.Dataset, delivery.Id, until, by, ct).ConfigureAwait(false) is { IsOk: false } notSaid)
                {
                    return Outcome<Receipt>.Refused(notSaid.Findings);
                }

                // Nothing is heard where Linkage keeps no corrections or cannot say now, for then it is said later.
                told = await corrections.AskAllAsync(delivery.Dataset, ct).ConfigureAwait(false);
                batch.Hear(told.Try(out var all) ? all : []);
                var committed = await batch.CommitAsync(ct).ConfigureAwait(false);
                if (!committed.Try(out var result))
                {
                    return Outcome<Receipt>.Refused(committed.Findings);
                }

                snapshot = result.Snapshot.Id;
                if (result.UnmappedCodes > 0)
                {
                    book.Add(Finding.Note("intake.unmapped", $"{result.UnmappedCodes} codes have no concept in the vocabulary; they were stored with their source code"));
                }
            }
        }

        await CorrectAllAsync(delivery.Dataset, told, book, ct).ConfigureAwait(false);
        if (snapshot is not null && options.Beside is { } beside)
        {
            foreach (var finding in await HandAsync(delivery, beside, ct).ConfigureAwait(false))
            {
                book.Add(finding);
            }
        }

        var receipt = new Receipt(
            delivery.Id, delivery.Holder, delivery.Dataset, snapshot is null ? DeliveryState.Refused : DeliveryState.Applied, clock.GetUtcNow(), delivery.ContentSha256,
            AlreadyApplied: false, book.Formats, book.Findings, book.NotListed, snapshot);
        var closed = await deliveries.DecideAsync(stream, by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok([new IntakeEvent.DeliveryClosed(receipt, Listed(pieces))]), ct: ct).ConfigureAwait(false);
        return closed.Map(s => Standing([s.Receipt!])[0]);

        static DateOnly? Later(DateOnly? a, DateOnly? b) => b is null || a > b ? a : b;

        // The ledger keeps the first pieces' places; all pieces' bytes are in the sealed store.
        static IReadOnlyList<QuarantinedPiece> Listed(IReadOnlyList<QuarantinedPiece> all) => all.Count <= 1000 ? all : [.. all.Take(1000)];
    }

    /// <summary>The files again, as they came, to whoever stands beside the warehouse.</summary>
    private async Task<IReadOnlyList<Finding>> HandAsync(Delivery delivery, IDeliveredBeside beside, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var raw in delivery.Files)
        {
            foreach (var opened in DeliveryFiles.Open(raw))
            {
                if (!opened.Try(out var file))
                {
                    continue;
                }

                var head = new byte[FormatsRoom.HeadSize];
                var peeked = head.AsMemory(0, await file.Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false));
                if (FormatsRoom.ReaderFor(new FileHead(file.Name, peeked), options.Readers) is { } reader && beside.Formats.Contains(reader.Format) && delivery.Agreement?.Covers(reader.Format) != false)
                {
                    findings.AddRange(await beside.TakeAsync(delivery.Holder, delivery.Dataset, new Rejoined(peeked, file.Content), ct).ConfigureAwait(false));
                }
            }
        }

        return findings;
    }

    /// <summary>
    /// What a delivery teaches Linkage may change who the records of any dataset belong to. The delivery stands in any case: what
    /// cannot be corrected now is corrected with the next one, or by command.
    /// </summary>
    private async Task CorrectAllAsync(DatasetId delivered, Outcome<IReadOnlyList<PersonCorrection>>? told, ReceiptBook book, CancellationToken ct)
    {
        foreach (var dataset in warehouse.Datasets)
        {
            var corrected = await (dataset.Id == delivered && told is not null ? corrections.ApplyAsync(dataset.Id, told, ct) : corrections.ReadNewAsync(dataset.Id, ct)).ConfigureAwait(false);
            if (!corrected.IsOk && corrected.Findings.All(f => f.Code != CorrectionReader.NoCorrections))
            {
                book.Add(Finding.Warning("intake.corrections", "The corrections of linkage could not be applied to all datasets", "Nothing to do for the holder; the operator calls 'minato warehouse correct'"));
                return;
            }
        }
    }

    public async Task<Outcome<CorrectionResult>> CorrectAsync(DatasetId dataset, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator | Role.System))
        {
            return Finding.Error("intake.role", "Only an operator lets the corrections of linkage be applied", "Ask the operator of this node");
        }

        if (warehouse.Datasets.All(d => d.Id != dataset))
        {
            return Finding.Error("intake.unknown-dataset", $"There is no dataset {dataset} here", "List the holders to see their datasets");
        }

        await door.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await corrections.ReadAllAsync(dataset, ct).ConfigureAwait(false);
        }
        finally
        {
            door.Release();
        }
    }

    private static Finding Changed() =>
        Finding.Error("intake.changed", "A file of the delivery changed while it was read; nothing of the delivery was applied", "Let the files be finished before they are delivered, and send them again");

    private static DeliveryId NameOf(DatasetId dataset, string hash) => new($"d-{dataset.Value[..Math.Min(40, dataset.Value.Length)]}-{hash[..16]}");
}
