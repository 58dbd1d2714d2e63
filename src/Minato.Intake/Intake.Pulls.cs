using System.Security.Cryptography;
using Minato.Formats;
using Minato.Intake.Agreements;
using Minato.Intake.Pull;
using Minato.Intake.Raw;
using Minato.Ledger;

namespace Minato.Intake;

/// <summary>Deliveries that are fetched: from the FHIR server or the drop folder of their holder, by agreement or on request.</summary>
internal sealed partial class Intake
{
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

    /// <summary>A holder that agreed the basic level sends by itself; only one of the extended level is asked (B2).</summary>
    private Finding? NotExtended(DatasetId dataset) => agreements.Taking(dataset) is { Level: ProvisionLevel.Basic }
        ? Finding.Error("pull.level", $"The agreement on {dataset} is of the basic level: the holder sends by itself and is not asked", "Agree the extended level, or wait for the holder's delivery")
        : null;

    private string Pulled => Directory.CreateDirectory(Path.Combine(options.Folder, "pulled")).FullName;
}
