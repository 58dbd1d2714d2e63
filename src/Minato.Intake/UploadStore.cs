using System.Security.Cryptography;
using System.Text.Json;
using Minato.Intake.Raw;

namespace Minato.Intake;

/// <summary>Resumable uploads, sealed on the disk: each a folder with its wrapped key, its description, and its content whose length is the offset.</summary>
internal sealed class UploadStore(string folder, RawKeys keys)
{
    private sealed record Described(string Holder, string Dataset, string FileName, long Length, DateOnly? Embargo = null);

    public Upload Begin(HolderId holder, DatasetId dataset, string fileName, long length, DateOnly? embargo)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var key = keys.Create(Directory.CreateDirectory(FolderOf(id)).FullName);
        new SealedWriter(ContentOf(id), key).Dispose();
        using (var description = new SealedWriter(DescriptionOf(id), key))
        {
            JsonSerializer.Serialize(description, new Described(holder.Value, dataset.Value, fileName, length, embargo));
        }

        return new Upload(id, holder, dataset, fileName, length, 0, embargo);
    }

    public Upload? Find(string id)
    {
        if (!Slug.IsValid(id) || !File.Exists(DescriptionOf(id)) || !File.Exists(ContentOf(id)) || keys.Find(FolderOf(id)) is not { } key)
        {
            return null;
        }

        using (key)
        {
            try
            {
                using var description = new SealedReader(DescriptionOf(id), key);
                using var content = new SealedReader(ContentOf(id), key);
                var d = JsonSerializer.Deserialize<Described>(description)!;
                return new Upload(id, new HolderId(d.Holder), new DatasetId(d.Dataset), d.FileName, d.Length, content.Length, d.Embargo);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException)
            {
                // Begun when the process died: nobody was told its id.
                return null;
            }
        }
    }

    /// <summary>Appends what comes, up to the announced length; what arrived before a broken connection is kept.</summary>
    public async Task AppendAsync(Upload upload, Stream content, CancellationToken ct)
    {
        using var key = KeyOf(upload.Id);
        await using var part = new SealedWriter(ContentOf(upload.Id), key);
        var buffer = new byte[128 << 10];
        var room = upload.Length - part.Length;
        while (room > 0)
        {
            var n = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, room)), ct).ConfigureAwait(false);
            if (n == 0)
            {
                break;
            }

            part.Write(buffer.AsSpan(0, n));
            room -= n;
        }
    }

    /// <summary>The uploaded file, as one of a delivery. Its key is the caller's to dispose.</summary>
    public RawFile FileOf(Upload upload) => new(upload.FileName, ContentOf(upload.Id), KeyOf(upload.Id));

    /// <summary>Ids of uploads that nothing was added to since then.</summary>
    public IEnumerable<string> Untouched(DateTime since) =>
        Directory.EnumerateDirectories(folder).Where(d => new FileInfo(Path.Combine(d, Content)) is var f && (f.Exists ? f.LastWriteTimeUtc : Directory.GetLastWriteTimeUtc(d)) < since).Select(d => Path.GetFileName(d)!);

    /// <summary>Destroys an upload's key and then what it sealed.</summary>
    /// <returns>The key's commitment and the bytes it sealed; null where there was none.</returns>
    public (string Commitment, long Bytes)? Erase(string id)
    {
        var bytes = File.Exists(ContentOf(id)) ? new FileInfo(ContentOf(id)).Length : 0;
        using var key = keys.Find(FolderOf(id));
        RawKeys.Destroy(FolderOf(id));
        Directory.Delete(FolderOf(id), recursive: true);
        return key?.Commitment is { } commitment ? (commitment, bytes) : null;
    }

    private const string Content = "content.sealed";

    private RawKey KeyOf(string id) => keys.Find(FolderOf(id)) ?? throw new InvalidOperationException("The upload's key is gone");

    private string FolderOf(string id) => Path.Combine(folder, id);

    private string ContentOf(string id) => Path.Combine(folder, id, Content);

    private string DescriptionOf(string id) => Path.Combine(folder, id, "upload.sealed");
}
