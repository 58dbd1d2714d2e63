using System.Security.Cryptography;
using Minato.Intake.Raw;
using Minato.Ledger;

namespace Minato.Intake;

/// <summary>Deliveries that are sent piece by piece or posted: sealed while they lie here, erased when they are closed.</summary>
internal sealed partial class Intake
{
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

    /// <summary>Destroys an upload's key, and says so: the certificate of its erasure.</summary>
    private async Task EraseAsync(Upload upload, DeliveryId? delivery, Actor by)
    {
        if (uploads.Erase(upload.Id) is { } gone)
        {
            _ = await ledger.AppendAsync(
                $"raw/{upload.Id}", -1, by.Id, [EventJson.Write<IntakeEvent>("intake", new IntakeEvent.RawErased(upload.Holder.Value, delivery?.Value, gone.Bytes, gone.Commitment))]).ConfigureAwait(false);
        }
    }
}
