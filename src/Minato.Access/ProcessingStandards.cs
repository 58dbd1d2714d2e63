using System.Text.Json;

namespace Minato.Access;

/// <summary>Which processing standards 加工基準 there are. Only their names matter here; Processing reads what they say.</summary>
internal static class ProcessingStandards
{
    /// <summary>True where a file of the folder is named so, or names itself so (<c>id</c> or <c>id@version</c>).</summary>
    public static bool Exists(string folder, string name)
    {
        if (name.Length is 0 or > 120 || !name.Split('@').All(Slug.IsValid) || !Directory.Exists(folder))
        {
            return false;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            if (Path.GetFileNameWithoutExtension(file) == name)
            {
                return true;
            }

            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(file));
                var (id, version) = (Text(json.RootElement, "id"), Text(json.RootElement, "version"));
                if (id is not null && (id == name || $"{id}@{version}" == name))
                {
                    return true;
                }
            }
            catch (JsonException)
            {
                // A broken standard is not one that can be applied for; Processing says what is wrong with it.
            }
        }

        return false;
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
}
