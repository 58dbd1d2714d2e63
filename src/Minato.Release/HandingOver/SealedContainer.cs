using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Minato.Ledger.Age;

namespace Minato.Release.HandingOver;

/// <param name="Path">Below the folder of the extraction: slugs joined by '/'.</param>
public sealed record PackedFile(string Path, long Bytes, string Sha256);

/// <summary>What lies in a container, for whom and on which terms: its first file, <c>hand-over.json</c>.</summary>
/// <param name="Extraction">Id of the extraction, by which the ledger names it.</param>
/// <param name="Says">The terms in words.</param>
/// <param name="UseUntil">After that day nothing of it may be used or kept.</param>
public sealed record PackingList(
    string HandOver, string Permit, string Recipient, string Extraction, string ProcessingStandard, string Terms, IReadOnlyList<Bilingual> Says, DateOnly UseUntil, IReadOnlyList<PackedFile> Files);

/// <summary>
/// One file for one recipient: a tar (<c>hand-over.json</c>, then what it lists, in its order) encrypted in the format age. Written and read as streams, file by file. Read as hostile, for anybody can encrypt to a
/// public key: what is not exactly as listed is refused, and nothing of it stays.
/// </summary>
public static class SealedContainer
{
    public const string ListName = "hand-over.json";
    private const int LongestList = 4 << 20;
    private const int MostFiles = 10_000;
    private const int Deepest = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes the listed files, opened by their paths (null: it is not there).</summary>
    /// <returns>Refused with <c>handover.list</c>, or <c>handover.changed</c> where a file is not what the list says; what was written is then worth nothing.</returns>
    internal static Outcome<PackingList> Write(Stream to, AgeRecipient recipient, PackingList list, Func<string, Stream?> open)
    {
        if (Fault(list) is { } fault)
        {
            return fault;
        }

        using var sealing = AgeFile.Write(to, recipient);
        var said = JsonSerializer.SerializeToUtf8Bytes(list, Json);
        Header(ListName, said.Length);
        sealing.Write(said);
        sealing.Write(new byte[TarHeader.PaddingOf(said.Length)]);
        foreach (var file in list.Files)
        {
            Header(file.Path, file.Bytes);
            using var content = open(file.Path);
            if (content is null || content.Length != file.Bytes || Copy(content, sealing, file.Bytes) != file.Sha256)
            {
                return Changed(file.Path);
            }

            sealing.Write(new byte[TarHeader.PaddingOf(file.Bytes)]);
        }

        sealing.Write(new byte[2 * TarHeader.Block]);
        sealing.Complete();
        return list;

        void Header(string name, long size) => new TarHeader(name, size, (byte)'0', "", 0b110_100_100, 0).Write(sealing);

        static Finding Changed(string path) =>
            Finding.Error("handover.changed", "A file is not what the extraction's manifest says", "Extract anew, and tell the operator", new Place(path));
    }

    /// <summary>Opens a container into a folder that is not there yet and appears whole, or not at all.</summary>
    /// <returns>Refused with <c>handover.folder</c>, <c>handover.not-sealed</c> (not for this key, changed, cut off), <c>handover.list</c>, <c>handover.not-as-listed</c>, or <c>handover.disk</c>.</returns>
    public static Outcome<PackingList> Open(Stream from, AgeIdentity identity, string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder))
        {
            return Finding.Error("handover.folder", "The folder is there already", "Name a folder that is not there yet");
        }

        var half = $"{folder}.{Guid.NewGuid():n}.half";
        try
        {
            Directory.CreateDirectory(half);
            using var content = AgeFile.Read(from, identity);
            var opened = Unpack(content, half);
            if (opened.IsOk)
            {
                Directory.Move(half, folder);
            }

            return opened;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return Finding.Error("handover.not-sealed", "This is no container for this key, or it was changed or cut off", "Use the key that was registered, and fetch the container again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("handover.disk", "The folder cannot be written, or the disk is full", "Name another folder");
        }
        finally
        {
            if (Directory.Exists(half))
            {
                Directory.Delete(half, recursive: true);
            }
        }
    }

    private static Outcome<PackingList> Unpack(Stream content, string folder)
    {
        if (TarHeader.Read(content) is not { Name: ListName, Kind: (byte)'0', Size: <= LongestList } first)
        {
            return NotAsListed(ListName);
        }

        var said = new byte[first.Size];
        content.ReadExactly(said);
        Skip(content, first.Padding);
        if (Parse(said) is not { } list || Fault(list) is not null)
        {
            return Finding.Error("handover.list", "The packing list cannot be read or used", "Do not rely on this container; ask the harbour", new Place(ListName));
        }

        foreach (var file in list.Files)
        {
            if (TarHeader.Read(content) is not { Kind: (byte)'0' } header || header.Name != file.Path || header.Size != file.Bytes)
            {
                return NotAsListed(file.Path);
            }

            var path = Path.Join(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            if (Copy(content, target, file.Bytes) != file.Sha256)
            {
                return NotAsListed(file.Path);
            }

            target.Flush(flushToDisk: true);
            Skip(content, header.Padding);
        }

        if (TarHeader.Read(content) is not null)
        {
            return NotAsListed(ListName);
        }

        // To the end: only then it is known that nothing was cut off or put behind it.
        content.CopyTo(Stream.Null);
        File.WriteAllBytes(Path.Join(folder, ListName), said);
        return list;
    }

    private static PackingList? Parse(byte[] utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<PackingList>(utf8, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Names that cannot leave the folder, each once, none of them the folder of another.</summary>
    private static Finding? Fault(PackingList list)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ListName };
        var folders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in list.Files.Take(MostFiles + 1))
        {
            var parts = file?.Path?.Split('/') ?? [];
            if (parts.Length is 0 or > Deepest || !parts.All(Slug.IsValid) || file!.Path.Length > TarHeader.LongestName || file.Bytes < 0 || !names.Add(file.Path))
            {
                return Bad;
            }

            for (var i = 1; i < parts.Length; i++)
            {
                folders.Add(string.Join('/', parts[..i]));
            }
        }

        return list.Files.Count > MostFiles || folders.Overlaps(names) ? Bad : null;
    }

    private static Finding Bad { get; } = Finding.Error("handover.list", "A file of the extraction has a name that a container cannot carry, or there are too many", "Tell the operator");

    private static Finding NotAsListed(string path) =>
        Finding.Error("handover.not-as-listed", "The container does not hold what its packing list says", "Do not use it; tell the harbour", new Place(path));

    /// <summary>SHA-256 (hex) of so many bytes, copied.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    private static string Copy(Stream from, Stream to, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        for (var left = bytes; left > 0;)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            hash.AppendData(buffer, 0, read);
            to.Write(buffer, 0, read);
            left -= read;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Skip(Stream from, int bytes) => from.ReadExactly(new byte[bytes]);
}
