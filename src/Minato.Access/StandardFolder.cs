using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Access;

/// <summary>A versioned file that policy people edit. Named <c>id@version</c> in every record made under it.</summary>
internal interface IStandard
{
    string Id { get; }

    string Version { get; }

    DateOnly ValidFrom { get; }

    /// <summary>What is wrong with it, or null.</summary>
    string? Defect { get; }
}

/// <summary>
/// All versions in one folder of <c>standards/</c>. The one in force on a day is the youngest whose <c>validFrom</c> has come;
/// older ones stay, because records were made under them. Subfolders hold examples and are not read.
/// </summary>
internal sealed class StandardFolder<T> where T : class, IStandard
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly T[] versions;
    private readonly string folder;

    private StandardFolder(string folder, T[] versions) => (this.folder, this.versions) = (folder, versions);

    /// <exception cref="InvalidDataException">The folder is missing, or a file in it is not such a standard; the message names the file.</exception>
    public static StandardFolder<T> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"The folder of standards '{folder}' is missing");
        }

        List<T> all = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            T standard;
            try
            {
                standard = JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), Options) ?? throw new JsonException("it is empty");
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"The standard '{file}' cannot be read: {e.Message}", e);
            }

            var defect = !Slug.IsValid(standard.Id) ? "its id is not a valid name"
                : standard.Version.Length is 0 or > 20 || standard.Version.Contains('@', StringComparison.Ordinal) ? "its version is not valid"
                : all.Any(s => s.Name() == standard.Name()) ? "another file has the same id and version"
                : all.Any(s => s.ValidFrom == standard.ValidFrom) ? "another version is valid from the same day"
                : standard.Defect;
            if (defect is not null)
            {
                throw new InvalidDataException($"The standard '{file}' cannot be used: {defect}");
            }

            all.Add(standard);
        }

        return all.Count > 0 ? new(folder, [.. all.OrderBy(s => s.ValidFrom)]) : throw new InvalidDataException($"There is no standard in '{folder}'");
    }

    /// <exception cref="InvalidDataException">None is in force yet.</exception>
    public T InForce(DateTimeOffset now) =>
        versions.LastOrDefault(s => s.ValidFrom <= DateOnly.FromDateTime(now.UtcDateTime))
        ?? throw new InvalidDataException($"No standard in '{folder}' is in force yet; the first begins on {versions[0].ValidFrom:yyyy-MM-dd}");

    public T? Find(string name) => versions.FirstOrDefault(s => s.Name() == name);
}

internal static class StandardName
{
    public static string Name(this IStandard standard) => $"{standard.Id}@{standard.Version}";
}
