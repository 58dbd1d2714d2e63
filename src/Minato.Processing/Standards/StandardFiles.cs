using System.Collections.Concurrent;
using System.Text.Json;

namespace Minato.Processing.Standards;

/// <summary>The files that a standard names: ladders, populations, rules for free text. Read once, and their content counts into the standard's hash.</summary>
/// <param name="folder"><c>standards/processing</c>; null where a standard is read alone and may name none.</param>
internal sealed class StandardFiles(string? folder)
{
    private readonly SortedDictionary<string, byte[]> named = new(StringComparer.Ordinal);

    /// <summary>What was read so far, by path below <c>standards/</c>.</summary>
    public IReadOnlyDictionary<string, byte[]> Named => named;

    /// <exception cref="FormatException">There is no such ladder, or it is broken.</exception>
    public Ladder Ladder(string name) => Standards.Ladder.Read(name, Bytes("processing/hierarchies", name));

    /// <summary>People by place: code → population.</summary>
    /// <exception cref="FormatException">There is no such file, or it is broken.</exception>
    public IReadOnlyDictionary<long, long> Populations(string name)
    {
        try
        {
            using var document = JsonDocument.Parse(Bytes("processing/hierarchies", name));
            return document.RootElement.GetProperty("population").EnumerateObject()
                .ToDictionary(p => long.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p => p.Value.GetInt64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"the populations '{name}' cannot be read: 'population' with code and number is needed");
        }
    }

    /// <summary>Rules of one version are compiled once: making them costs more than a small table.</summary>
    public FreeText Rules(string name)
    {
        var bytes = Bytes("free-text", name);
        return Compiled.GetOrAdd(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), _ => FreeText.Read(bytes));
    }

    private static readonly ConcurrentDictionary<string, FreeText> Compiled = new(StringComparer.Ordinal);

    private byte[] Bytes(string under, string name)
    {
        if (folder is null || name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') || name.Contains("..", StringComparison.Ordinal))
        {
            throw new FormatException($"there is no file '{name}' in standards/{under}");
        }

        var path = Path.Join(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), under, name + ".json");
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : throw new FormatException($"there is no file '{name}.json' in standards/{under}");
        named[$"{under}/{name}.json"] = bytes;
        return bytes;
    }
}
