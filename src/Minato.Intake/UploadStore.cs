using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Intake;

/// <summary>Resumable uploads: a part file whose length is the offset, and a description beside it.</summary>
internal sealed class UploadStore(string folder)
{
    private sealed record Described(string Holder, string Dataset, string FileName, long Length, DateOnly? Embargo = null);

    public Upload Begin(HolderId holder, DatasetId dataset, string fileName, long length, DateOnly? embargo)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Directory.CreateDirectory(Path.Combine(folder, id));
        File.WriteAllText(Path.Combine(folder, id, "upload.json"), JsonSerializer.Serialize(new Described(holder.Value, dataset.Value, fileName, length, embargo)));
        File.Create(PartOf(id)).Dispose();
        return new Upload(id, holder, dataset, fileName, length, 0, embargo);
    }

    public Upload? Find(string id)
    {
        if (!Slug.IsValid(id) || !File.Exists(Path.Combine(folder, id, "upload.json")))
        {
            return null;
        }

        var d = JsonSerializer.Deserialize<Described>(File.ReadAllText(Path.Combine(folder, id, "upload.json")))!;
        return new Upload(id, new HolderId(d.Holder), new DatasetId(d.Dataset), d.FileName, d.Length, new FileInfo(PartOf(id)).Length, d.Embargo);
    }

    /// <summary>Appends what comes, up to the announced length; what arrived before a broken connection is kept.</summary>
    public async Task AppendAsync(Upload upload, Stream content, CancellationToken ct)
    {
        await using var part = new FileStream(PartOf(upload.Id), FileMode.Append, FileAccess.Write, FileShare.Read);
        var buffer = new byte[128 << 10];
        var room = upload.Length - upload.Offset;
        while (room > 0)
        {
            var n = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, room)), ct).ConfigureAwait(false);
            if (n == 0)
            {
                break;
            }

            await part.WriteAsync(buffer.AsMemory(0, n), CancellationToken.None).ConfigureAwait(false);
            room -= n;
        }

        part.Flush(flushToDisk: true);
    }

    /// <summary>The folder with the file under its own name, ready to be received.</summary>
    public string Finish(Upload upload)
    {
        var delivery = Path.Combine(folder, upload.Id, "delivery");
        Directory.CreateDirectory(delivery);
        var target = Path.Combine(delivery, upload.FileName);
        if (!File.Exists(target))
        {
            File.Move(PartOf(upload.Id), target);
        }

        return delivery;
    }

    public void Remove(string id) => Directory.Delete(Path.Combine(folder, id), recursive: true);

    private string PartOf(string id)
    {
        var part = Path.Combine(folder, id, "content.part");
        var d = Path.Combine(folder, id, "delivery");
        return File.Exists(part) || !Directory.Exists(d) ? part : Directory.EnumerateFiles(d).FirstOrDefault() ?? part;
    }
}
