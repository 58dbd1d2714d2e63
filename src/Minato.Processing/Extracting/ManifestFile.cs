using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minato.Processing.Extracting;

/// <summary>A manifest's name and its file.</summary>
internal static class ManifestFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Gives the manifest its id: the SHA-256 of all it says but the times. The names of the choice sets are left out too: they
    /// hold a position in the ledger, and who was left out is said by the counts and by the files themselves.
    /// </summary>
    public static ExtractionManifest Named(ExtractionManifest m)
    {
        var timeless = m with
        {
            Id = "",
            ChoicesAsOf = default,
            MadeAt = default,
            Standings = [],
            Changes = null,
            Refusals = [.. m.Refusals.Select(r => r with { SetId = "", AsOf = default, AtPermit = null })],
            Snapshots = new SortedDictionary<string, string>(m.Snapshots.ToDictionary(), StringComparer.Ordinal),
        };
        return m with { Id = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(timeless, Json))) };
    }

    public static void Write(string folder, ExtractionManifest m) => Durable.Write(Path.Join(folder, ExtractionManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(m, Json));
}

/// <summary>Writing that has reached the disk when it returns.</summary>
internal static class Durable
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a file that another writer made, and hashes it.</summary>
    public static (long Bytes, string Sha256) Seal(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
        return (stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
