using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Tables.Snapshots;

/// <summary>
/// A snapshot's manifest: the canonical JSON of its content, in a file whose name carries the SHA-256 of these bytes.
/// <c>sha256sum</c> is enough to check one by hand.
/// </summary>
internal static class Manifest
{
    private const string Format = "minato-snapshot/1";

    public static (string Id, byte[] Bytes) Write(DatasetId dataset, int number, string? parent, DateTimeOffset at, string cause, IEnumerable<TableFile> files)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("dataset", dataset.Value);
            json.WriteNumber("number", number);
            json.WriteString("parent", parent);
            json.WriteString("at", at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("cause", cause);
            json.WriteStartArray("files");
            foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("table", file.Table);
                json.WriteString("path", file.Path);
                json.WriteNumber("rows", file.Rows);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return (IdOf(buffer.WrittenSpan), buffer.WrittenSpan.ToArray());
    }

    public static string NameOf(int number, string id) => string.Create(CultureInfo.InvariantCulture, $"{number:D6}-{id}.json");

    public static bool IsId(string text) => text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    /// <exception cref="InvalidDataException">The bytes are not those that the name promises.</exception>
    public static Snapshot Read(string path, DatasetId dataset)
    {
        var bytes = File.ReadAllBytes(path);
        if (ManifestFile.Of(path) is not { } claim || IdOf(bytes) != claim.Id)
        {
            throw new InvalidDataException($"Manifest {Path.GetFileName(path)} of {dataset} was changed after it was written");
        }

        using var json = JsonDocument.Parse(bytes);
        var root = json.RootElement;
        if (root.GetProperty("format").GetString() != Format || root.GetProperty("dataset").GetString() != dataset.Value || root.GetProperty("number").GetInt32() != claim.Number)
        {
            throw new InvalidDataException($"Manifest {Path.GetFileName(path)} does not belong here");
        }

        return new Snapshot(
            claim.Id,
            dataset,
            claim.Number,
            root.GetProperty("parent").GetString(),
            DateTimeOffset.Parse(root.GetProperty("at").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            root.GetProperty("cause").GetString()!,
            [.. root.GetProperty("files").EnumerateArray().Select(f => new TableFile(
                f.GetProperty("table").GetString()!, f.GetProperty("path").GetString()!, f.GetProperty("rows").GetInt64(), f.GetProperty("bytes").GetInt64(), f.GetProperty("sha256").GetString()!))]);
    }

    public static string HashOf(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string IdOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
