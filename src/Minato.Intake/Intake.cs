using System.Collections.Concurrent;
using System.Security.Cryptography;
using Minato.Formats;
using Minato.Intake.Agreements;
using Minato.Intake.Pull;
using Minato.Intake.Raw;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Warehouse;

namespace Minato.Intake;

internal sealed class Intake : IIntake, IDisposable
{
    private const long LargestDocument = 16L << 20;
    private const int MostImports = 4;
    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly ILinkage linkage;
    private readonly IWarehouse warehouse;
    private readonly TimeProvider clock;
    private readonly IntakeOptions options;
    private readonly Projection<IntakeState, IntakeEvent> holders;
    private readonly Projection<IntakeState, IntakeEvent> deliveries;
    private readonly Projection<IntakeState, IntakeEvent> pulls;
    private readonly QuarantineStore quarantine;
    private readonly RawKeys rawKeys;
    private readonly UploadStore uploads;
    private readonly CorrectionReader corrections;
    private readonly Projection<IntakeState, IntakeEvent> imports;
    private readonly BackendSignIn signIn;
    private readonly AgreementBook agreements;

    // Redirects are not followed: they could lead a token, or us, to somebody else.
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) }) { Timeout = TimeSpan.FromHours(6) };

    /// <summary>Imports on request that run in this process.</summary>
    private readonly ConcurrentDictionary<string, Task> running = new();

    private readonly CancellationTokenSource closing = new();

    // One delivery at a time: a snapshot has one parent, and the machine's two cores are already busy with one.
    private readonly SemaphoreSlim door = new(1, 1);

    public Intake(IntakeOptions options, ILedger ledger, IKeyStore keys, ILinkage linkage, IWarehouse warehouse, TimeProvider clock)
    {
        (this.options, this.ledger, this.keys, this.linkage, this.warehouse, this.clock) = (options, ledger, keys, linkage, warehouse, clock);
        holders = new(ledger, "intake", "holder/", IntakeState.Evolve);
        deliveries = new(ledger, "intake", "delivery/", IntakeState.Evolve);
        pulls = new(ledger, "intake", "pull/", IntakeState.Evolve);
        imports = new(ledger, "intake", "import/", IntakeState.Evolve);
        signIn = new(keys, clock);
        quarantine = new(Folder("quarantine"), keys);
        rawKeys = new(keys);
        uploads = new(Folder("uploads"), rawKeys);
        corrections = new(linkage, warehouse);
        agreements = new(options.Policy ?? DeliveryPolicy.Open, ledger, warehouse, clock, [.. (options.Readers ?? FormatsRoom.Readers).Select(r => r.Format).Distinct()], CameOf);

        string Folder(string name) => Directory.CreateDirectory(Path.Combine(options.Folder, name)).FullName;
    }

    public IAgreements Agreements => agreements;

    public IReadOnlyList<HolderRegistration> Holders => [.. holders.All.Select(s => s.Holder!)];

    public async Task<Outcome<bool>> RegisterAsync(HolderRegistration holder, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator | Role.System))
        {
            return Finding.Error("intake.role", "Only an operator registers a holder", "Ask the operator of this node");
        }

        foreach (var dataset in holder.Datasets)
        {
            if (dataset.Holder != holder.Id)
            {
                return Finding.Error("intake.dataset-holder", $"The dataset {dataset.Id} names another holder", "Let each dataset name the holder that registers it");
            }

            if (warehouse.Register(dataset) is { IsOk: false } refused)
            {
                return Outcome<bool>.Refused(refused.Findings);
            }
        }

        var done = await holders.DecideAsync($"holder/{holder.Id}", by.Id, state =>
            Outcome<IReadOnlyList<IntakeEvent>>.Ok(Same(state?.Holder, holder) ? [] : [new IntakeEvent.HolderRegistered(holder)]), ct: ct).ConfigureAwait(false);
        return done.Map(_ => true);

        static bool Same(HolderRegistration? a, HolderRegistration b) =>
            a is not null && a.Name == b.Name && a.Kind == b.Kind && a.Datasets.SequenceEqual(b.Datasets);
    }

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

    public async Task<Outcome<Receipt>> ReceiveDocumentAsync(HolderId holder, DatasetId dataset, Stream json, Actor by, CancellationToken ct = default)
    {
        var begun = BeginUpload(holder, dataset, "document.json", LargestDocument, by);
        if (!begun.Try(out var upload))
        {
            return Outcome<Receipt>.Refused(begun.Findings);
        }

        DeliveryId? delivery = null;
        try
        {
            await uploads.AppendAsync(upload, json, ct).ConfigureAwait(false);
            if (await json.ReadAsync(new byte[1], ct).ConfigureAwait(false) > 0)
            {
                return Finding.Error("intake.document-too-large", $"A document may have at most {LargestDocument >> 20} MiB", "Send it as an upload or as a folder");
            }

            var file = uploads.FileOf(upload);
            using (file.Key)
            {
                var received = await TakeAsync(holder, dataset, [file], null, by, null, ct).ConfigureAwait(false);
                delivery = received.Try(out var receipt) ? receipt.Delivery : null;
                return received;
            }
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            return DiskFull.Finding("document", "send the document again");
        }
        finally
        {
            await EraseAsync(upload, delivery, by).ConfigureAwait(false);
        }
    }

    public Outcome<Upload> BeginUpload(HolderId holder, DatasetId dataset, string fileName, long length, Actor by, DateOnly? embargo = null)
    {
        if ((Check(holder, dataset, by) ?? agreements.Refusal(dataset)) is { } no)
        {
            return no;
        }

        if (length <= 0 || Path.GetFileName(fileName) != fileName || fileName.Length is 0 or > 120 || fileName.StartsWith('.') || fileName.Any(char.IsControl))
        {
            return Finding.Error("upload.announce", "The upload needs a plain file name and its length in bytes", "Announce fileName (no folders, at most 120 characters) and length");
        }

        if (rawKeys.IsDestroyed)
        {
            return Finding.Error("upload.key-destroyed", "The node's key for raw files was destroyed, so that nothing can be uploaded any more", "The operator sets up a new node");
        }

        return uploads.Begin(holder, dataset, fileName, length, embargo);
    }

    public Outcome<Upload> FindUpload(string id, Actor by) =>
        uploads.Find(id) is { } upload && Check(upload.Holder, upload.Dataset, by) is null
            ? upload
            : Finding.Error("upload.unknown", "There is no such upload of this holder", "Begin a new upload");

    public async Task<Outcome<Upload>> AppendUploadAsync(string id, long offset, Stream content, Actor by, CancellationToken ct = default)
    {
        var found = FindUpload(id, by);
        if (!found.Try(out var upload))
        {
            return found;
        }

        if (offset != upload.Offset)
        {
            return Finding.Error("upload.offset", $"The upload stands at byte {upload.Offset}", "Go on from that offset");
        }

        try
        {
            await uploads.AppendAsync(upload, content, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            return DiskFull.Finding("upload", "go on with it");
        }

        return uploads.Find(id)!;
    }

    public async Task<Outcome<Receipt>> CompleteUploadAsync(string id, string sha256, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        var found = FindUpload(id, by);
        if (!found.Try(out var upload))
        {
            return Outcome<Receipt>.Refused(found.Findings);
        }

        if (upload.Offset != upload.Length)
        {
            return Finding.Error("upload.incomplete", $"{upload.Offset} of {upload.Length} bytes have arrived", "Send the rest first");
        }

        if (agreements.Refusal(upload.Dataset) is { } no)
        {
            return no;
        }

        var file = uploads.FileOf(upload);
        using (file.Key)
        {
            if (!string.Equals(await HashOf(file, ct).ConfigureAwait(false), sha256, StringComparison.OrdinalIgnoreCase))
            {
                return Finding.Error("upload.hash", "The content's SHA-256 is not the announced one", "Upload the file again");
            }

            var received = await TakeAsync(upload.Holder, upload.Dataset, [file], upload.Embargo, by, progress, ct).ConfigureAwait(false);
            if (received.Try(out var receipt))
            {
                await EraseAsync(upload, receipt.Delivery, by).ConfigureAwait(false);
            }

            return received;
        }

        // A file that the disk spoilt has no hash.
        static async Task<string?> HashOf(RawFile file, CancellationToken ct)
        {
            try
            {
                using var content = file.Open();
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct).ConfigureAwait(false));
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
    }

    public async Task<Outcome<bool>> EraseUploadAsync(string id, Actor by, CancellationToken ct = default)
    {
        var found = FindUpload(id, by);
        if (!found.Try(out var upload))
        {
            return Outcome<bool>.Refused(found.Findings);
        }

        await EraseAsync(upload, null, by).ConfigureAwait(false);
        return true;
    }

    public async Task<Outcome<int>> EraseAbandonedAsync(Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator | Role.System))
        {
            return Finding.Error("intake.role", "Only an operator erases what was abandoned", "Ask the operator of this node");
        }

        var erased = 0;
        foreach (var id in uploads.Untouched(clock.GetUtcNow().UtcDateTime.AddDays(-agreements.Policy.KeepUploadDays)).ToList())
        {
            if (uploads.Find(id) is { } upload)
            {
                await EraseAsync(upload, null, by).ConfigureAwait(false);
            }
            else
            {
                _ = uploads.Erase(id);
            }

            erased++;
        }

        // Fetched files whose process died: their key died with it.
        foreach (var left in Directory.EnumerateDirectories(Pulled).Where(d => Directory.GetLastWriteTimeUtc(d) < clock.GetUtcNow().UtcDateTime.AddDays(-2)).ToList())
        {
            Directory.Delete(left, recursive: true);
            erased++;
        }

        return erased;
    }

    private string Pulled => Directory.CreateDirectory(Path.Combine(options.Folder, "pulled")).FullName;

    /// <summary>Destroys an upload's key, and says so: the certificate of its erasure.</summary>
    private async Task EraseAsync(Upload upload, DeliveryId? delivery, Actor by)
    {
        if (uploads.Erase(upload.Id) is { } gone)
        {
            _ = await ledger.AppendAsync(
                $"raw/{upload.Id}", -1, by.Id, [EventJson.Write<IntakeEvent>("intake", new IntakeEvent.RawErased(upload.Holder.Value, delivery?.Value, gone.Bytes, gone.Commitment))]).ConfigureAwait(false);
        }
    }

    public IReadOnlyList<PullState> Pulls => [.. pulls.All.Select(s => s.Pull!).OrderBy(p => p.Dataset.Value, StringComparer.Ordinal)];

    public string PullKeys => signIn.PublicKeys();

    public string SftpKey
    {
        get
        {
            using var key = NodeSigningKey.Of(keys, SftpDrop.KeyName);
            return NodeSigningKey.AuthorizedKey(key, "minato");
        }
    }

    public Task<Outcome<bool>> AgreePullAsync(DatasetId dataset, BulkSource source, Actor by, CancellationToken ct = default) =>
        AgreeSourceAsync(dataset, source.Fault(), holder => new IntakeEvent.PullAgreed(holder.Value, dataset.Value, source), by, ct);

    public Task<Outcome<bool>> AgreeDropAsync(DatasetId dataset, SftpSource drop, Actor by, CancellationToken ct = default) =>
        AgreeSourceAsync(dataset, drop.Fault(), holder => new IntakeEvent.DropAgreed(holder.Value, dataset.Value, drop), by, ct);

    private async Task<Outcome<bool>> AgreeSourceAsync(DatasetId dataset, Finding? fault, Func<HolderId, IntakeEvent> agreed, Actor by, CancellationToken ct)
    {
        if (!by.Is(Role.Operator | Role.System))
        {
            return Finding.Error("intake.role", "Only an operator agrees what is fetched from where", "Ask the operator of this node");
        }

        if (fault is not null)
        {
            return fault;
        }

        if (warehouse.Datasets.FirstOrDefault(d => d.Id == dataset) is not { } info)
        {
            return Finding.Error("intake.unknown-dataset", $"There is no dataset {dataset} here", "Register the holder and its datasets first");
        }

        var done = await pulls.DecideAsync($"pull/{dataset}", by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok([agreed(info.Holder)]), ct: ct).ConfigureAwait(false);
        return done.Map(_ => true);
    }

    public async Task<Outcome<Receipt?>> PullAsync(DatasetId dataset, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        if (pulls.Find($"pull/{dataset}")?.Pull is not { } pull)
        {
            return Finding.Error("pull.not-agreed", $"It is not agreed from where {dataset} is fetched", "Agree it with 'minato delivery pull-from'");
        }

        if ((Check(pull.Holder, dataset, by) ?? agreements.Refusal(dataset) ?? NotExtended(dataset)) is { } no)
        {
            return no;
        }

        var folder = Directory.CreateDirectory(Path.Combine(Pulled, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)))).FullName;
        using var key = RawKey.Passing();
        try
        {
            if (pull.Drop is { } drop)
            {
                return await LookIntoAsync(pull, drop, folder, key, by, progress, ct).ConfigureAwait(false);
            }

            var fetched = await new BulkExport(http, signIn, pull.Source!, clock, progress).ToFolderAsync(folder, key, pull.Since, ct).ConfigureAwait(false);
            if (!fetched.Try(out var exported))
            {
                return Outcome<Receipt?>.Refused(fetched.Findings);
            }

            Receipt? receipt = null;
            if (exported.Bytes > 0)
            {
                var received = await TakeAsync(pull.Holder, dataset, DeliveryFiles.List(folder, key), null, by, progress, ct).ConfigureAwait(false);
                if (!received.Try(out receipt))
                {
                    return Outcome<Receipt?>.Refused(received.Findings);
                }
            }

            // Said after the delivery: a process that dies in between fetches the same again, which is then applied already.
            var said = await pulls.DecideAsync($"pull/{dataset}", by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok(
                [new IntakeEvent.Pulled(receipt?.Delivery.Value, exported.Time, exported.Files, exported.Bytes)]), ct: ct).ConfigureAwait(false);
            return said.IsOk ? Outcome<Receipt?>.Ok(receipt, Remarks(exported)) : Outcome<Receipt?>.Refused(said.Findings);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            return DiskFull.Finding("export", "fetch again");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IReadOnlyList<Finding> Remarks(Exported e) =>
        [
            .. e.ErrorFiles > 0 ? [Finding.Warning("pull.errors", $"The server reports errors of its own in {e.ErrorFiles} files; what it could export was taken", "Ask the server's operator")] : (Finding[])[],
            .. e.DeletedFiles > 0 ? [Finding.Warning("pull.deleted", $"The server lists deleted resources in {e.DeletedFiles} files; they were not taken away here", "Fetch anew without a time, or ask the holder for a correction")] : (Finding[])[],
        ];
    }

    public async Task<Outcome<ImportState>> BeginImportAsync(HolderId holder, DatasetId dataset, BulkImport import, Actor by, CancellationToken ct = default)
    {
        if ((Check(holder, dataset, by) ?? agreements.Refusal(dataset)) is { } no)
        {
            return no;
        }

        if (pulls.Find($"pull/{dataset}")?.Pull?.Source is not { } source)
        {
            return Finding.Error("pull.not-agreed", $"It is not agreed from where {dataset} is fetched", "The operator agrees on the server with 'minato delivery pull-from'");
        }

        if (running.Count >= MostImports)
        {
            return Finding.Error("import.busy", $"{MostImports} imports are running", "Ask again when one of them is done");
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var asked = await imports.DecideAsync($"import/{id}", by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok([new IntakeEvent.ImportAsked(id, holder.Value, dataset.Value)]), ct: ct).ConfigureAwait(false);
        if (asked.IsOk)
        {
            var started = new TaskCompletionSource();
            running[id] = Task.Run(
                async () =>
                {
                    await started.Task.ConfigureAwait(false);
                    await ImportAsync(id, holder, dataset, source, import, by).ConfigureAwait(false);
                    running.TryRemove(id, out _);
                },
                CancellationToken.None);
            started.SetResult();
        }

        return asked.Map(s => s.Import!);
    }

    public Outcome<ImportState> FindImport(string id, Actor by)
    {
        if (!Slug.IsValid(id) || imports.Find($"import/{id}") is not { Import: { } import, ImportedAs: var delivery } || Check(import.Holder, import.Dataset, by) is not null)
        {
            return Finding.Error("import.unknown", "There is no such import of this holder", "Ask for a new one");
        }

        return import.Stage == ImportStage.Running && !running.ContainsKey(id) && imports.Find($"import/{id}")?.Import is { Stage: ImportStage.Running }
            ? import with { Stage = ImportStage.Refused, Findings = [Finding.Error("import.interrupted", "The node stopped while it fetched; nothing was applied, or the delivery is in the list of receipts", "Ask for a new import: what is there already changes nothing")] }
            : import with { Receipt = delivery is null ? null : Receipts(import.Holder).FirstOrDefault(r => r.Delivery.Value == delivery) };
    }

    /// <summary>An import that was asked for, to its end. Whatever happens, it is said.</summary>
    private async Task ImportAsync(string id, HolderId holder, DatasetId dataset, BulkSource source, BulkImport import, Actor by)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Pulled, id)).FullName;
        var ct = closing.Token;
        using var key = RawKey.Passing();
        Outcome<Receipt> received;
        try
        {
            var fetched = await new BulkExport(http, signIn, source, clock, null).ToFolderAsync(folder, key, import, ct).ConfigureAwait(false);
            received = !fetched.IsOk ? Outcome<Receipt>.Refused(fetched.Findings)
                : fetched.Value.Bytes == 0 ? Finding.Error("intake.empty", "The delivery has no content", "Name files that have resources")
                : await TakeAsync(holder, dataset, DeliveryFiles.List(folder, key), null, by, null, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e)
        {
            // The one who asked is not waiting any more: a defect of ours must not leave the import running for ever.
            received = DiskFull.Is(e) ? DiskFull.Finding("import", "ask for it again") : Finding.Error("import.defect", $"The import failed ({e.GetType().Name}); nothing of it was applied", "Tell the operator of this node, and ask again");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        _ = await imports.DecideAsync($"import/{id}", by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok(
            [new IntakeEvent.ImportClosed(received.Try(out var receipt) ? receipt.Delivery.Value : null, received.IsOk ? [] : received.Findings)])).ConfigureAwait(false);
    }

    /// <summary>Each finished file or folder of a drop is a delivery. One that is refused stays, and what comes after it waits: the order may matter.</summary>
    private async Task<Outcome<Receipt?>> LookIntoAsync(PullState pull, SftpSource drop, string folder, RawKey key, Actor by, IProgress<Step>? progress, CancellationToken ct)
    {
        using var sftp = new SftpDrop(drop, keys, key, folder, progress);
        var finished = await sftp.FinishedAsync(ct).ConfigureAwait(false);
        if (!finished.Try(out var names))
        {
            return Outcome<Receipt?>.Refused(finished.Findings);
        }

        Receipt? receipt = null;
        var (files, bytes, remarks) = (0, 0L, new List<Finding>());
        foreach (var name in names)
        {
            var fetched = await sftp.FetchAsync(name, ct).ConfigureAwait(false);
            if (!fetched.Try(out var raw))
            {
                return Outcome<Receipt?>.Refused(fetched.Findings);
            }

            if (raw.Count == 0)
            {
                remarks.Add(Finding.Warning("sftp.empty", "A folder is marked as finished and has no files", "Ask the holder", new Place(FormatsRoom.Shown(name))));
                continue;
            }

            var received = await TakeAsync(pull.Holder, pull.Dataset, raw, null, by, progress, ct).ConfigureAwait(false);
            if (!received.Try(out receipt))
            {
                return Outcome<Receipt?>.Refused(received.Findings);
            }

            (files, bytes) = (files + raw.Count, bytes + receipt.ByFormat.Values.Sum(f => f.Bytes));
            foreach (var file in raw)
            {
                File.Delete(file.Path);
            }

            if (!await sftp.MarkTakenAsync(name, ct).ConfigureAwait(false))
            {
                remarks.Add(Finding.Warning("sftp.not-marked", "What was taken could not be marked so, and will be fetched again, which changes nothing", "Let the holder allow our user to rename in the drop folder", new Place(FormatsRoom.Shown(name))));
            }
        }

        var said = await pulls.DecideAsync($"pull/{pull.Dataset}", by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok(
            [new IntakeEvent.Pulled(receipt?.Delivery.Value, clock.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture), files, bytes)]), ct: ct).ConfigureAwait(false);
        return said.IsOk ? Outcome<Receipt?>.Ok(receipt, remarks) : Outcome<Receipt?>.Refused(said.Findings);
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

    public IReadOnlyList<Receipt> Receipts(HolderId? holder = null) =>
        Standing([.. deliveries.All.Where(d => d.Receipt is not null && (holder is null || d.Receipt.Holder == holder)).Select(d => d.Receipt!)]);

    public async Task<Outcome<Receipt>> ConfirmAsync(DeliveryId delivery, Actor by, CancellationToken ct = default)
    {
        var found = Applied(delivery, by);
        return found.Try(out var receipt)
            ? (await warehouse.ConfirmAsync(receipt.Dataset, delivery, null, by, ct).ConfigureAwait(false)).Map(_ => Standing([receipt])[0])
            : found;
    }

    public async Task<Outcome<int>> ConfirmPeriodAsync(DatasetId dataset, DateOnly through, Actor by, CancellationToken ct = default)
    {
        if (warehouse.Datasets.FirstOrDefault(d => d.Id == dataset) is not { } info)
        {
            return Finding.Error("intake.unknown-dataset", $"There is no dataset {dataset} here", "List the holders to see their datasets");
        }

        return Check(info.Holder, dataset, by) is { } no ? no : await warehouse.ConfirmAsync(dataset, null, through, by, ct).ConfigureAwait(false);
    }

    public async Task<Outcome<Receipt>> EmbargoAsync(DeliveryId delivery, DateOnly until, Actor by, CancellationToken ct = default)
    {
        var found = Applied(delivery, by);
        if (!found.Try(out var receipt))
        {
            return found;
        }

        if (until < receipt.Standing?.Embargo && !by.Is(Role.Holder))
        {
            return Finding.Error("intake.role", "Only the holder itself may let its data be used earlier", "Ask the holder");
        }

        return (await warehouse.EmbargoAsync(receipt.Dataset, delivery, until, by, ct).ConfigureAwait(false)).Map(_ => Standing([receipt])[0]);
    }

    public IReadOnlyList<QuarantinedPiece> Quarantine(DeliveryId delivery) => deliveries.Find($"delivery/{delivery}")?.Quarantine ?? [];

    public Outcome<byte[]> OpenQuarantined(string pieceId, Actor by)
    {
        var dot = pieceId.LastIndexOf('.');
        if (dot > 0 && Slug.IsValid(pieceId[..dot]) && int.TryParse(pieceId[(dot + 1)..], out var number)
            && deliveries.Find($"delivery/{pieceId[..dot]}")?.Receipt is { } receipt
            && (by.Is(Role.Holder) && by.Affiliation == receipt.Holder.Value)
            && quarantine.Read(receipt.Delivery, receipt.Holder, number) is { } bytes)
        {
            return bytes;
        }

        return Finding.Error("intake.quarantine", "There is no such piece for you", "Only the holder that delivered it can open a quarantined piece");
    }

    public void Dispose()
    {
        closing.Cancel();
        Task.WaitAll([.. running.Values], TimeSpan.FromSeconds(30));
        closing.Dispose();
        door.Dispose();
        http.Dispose();
    }

    private static Finding Changed() =>
        Finding.Error("intake.changed", "A file of the delivery changed while it was read; nothing of the delivery was applied", "Let the files be finished before they are delivered, and send them again");

    private static DeliveryId NameOf(DatasetId dataset, string hash) => new($"d-{dataset.Value[..Math.Min(40, dataset.Value.Length)]}-{hash[..16]}");

    private Finding? Check(HolderId holder, DatasetId dataset, Actor by)
    {
        if (!by.Is(Role.Operator | Role.System) && !(by.Is(Role.Holder) && by.Affiliation == holder.Value))
        {
            return Finding.Error("intake.role", "Only the holder itself or an operator may deliver", "Sign in as the holder");
        }

        return holders.Find($"holder/{holder}")?.Holder is { } registered && registered.Datasets.Any(d => d.Id == dataset)
            ? null
            : Finding.Error("intake.unknown-dataset", $"The holder {holder} has not registered the dataset {dataset}", "Register the holder and its datasets first");
    }

    private Outcome<Receipt> Applied(DeliveryId delivery, Actor by) =>
        deliveries.Find($"delivery/{delivery}")?.Receipt is { State: DeliveryState.Applied } receipt && Check(receipt.Holder, receipt.Dataset, by) is null
            ? Standing([receipt])[0]
            : Finding.Error("intake.unknown-delivery", "There is no such delivery of this holder that was taken in", "List the receipts");

    /// <summary>Receipts with how their deliveries stand today.</summary>
    private List<Receipt> Standing(IReadOnlyList<Receipt> receipts)
    {
        var standings = receipts.Select(r => r.Dataset).Distinct().SelectMany(warehouse.StandingOf).ToDictionary(s => s.Delivery);
        return [.. receipts.Select(r => r.State == DeliveryState.Applied ? r with { Standing = standings.GetValueOrDefault(r.Delivery) } : r)];
    }

    /// <summary>A holder that agreed the basic level sends by itself; only one of the extended level is asked (B2).</summary>
    private Finding? NotExtended(DatasetId dataset) => agreements.Taking(dataset) is { Level: ProvisionLevel.Basic }
        ? Finding.Error("pull.level", $"The agreement on {dataset} is of the basic level: the holder sends by itself and is not asked", "Agree the extended level, or wait for the holder's delivery")
        : null;

    /// <summary>When something came of a dataset: a delivery that was applied, or a FHIR server that had nothing new. An empty drop folder is nothing.</summary>
    private IEnumerable<DateTimeOffset> CameOf(DatasetId dataset)
    {
        var applied = deliveries.All.Where(d => d.Receipt is { State: DeliveryState.Applied } r && r.Dataset == dataset).Select(d => d.Receipt!.At);
        return pulls.Find($"pull/{dataset}")?.Pull is { Source: not null, Last: { } last } ? applied.Append(last) : applied;
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
        var receipt = new Receipt(
            delivery.Id, delivery.Holder, delivery.Dataset, snapshot is null ? DeliveryState.Refused : DeliveryState.Applied, clock.GetUtcNow(), delivery.ContentSha256,
            AlreadyApplied: false, book.Formats, book.Findings, book.NotListed, snapshot);
        var closed = await deliveries.DecideAsync(stream, by.Id, _ => Outcome<IReadOnlyList<IntakeEvent>>.Ok([new IntakeEvent.DeliveryClosed(receipt, Listed(pieces))]), ct: ct).ConfigureAwait(false);
        return closed.Map(s => Standing([s.Receipt!])[0]);

        static DateOnly? Later(DateOnly? a, DateOnly? b) => b is null || a > b ? a : b;

        // The ledger keeps the first pieces' places; all pieces' bytes are in the sealed store.
        static IReadOnlyList<QuarantinedPiece> Listed(IReadOnlyList<QuarantinedPiece> all) => all.Count <= 1000 ? all : [.. all.Take(1000)];
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
}
