using System.Text.Json;

namespace Minato.OptOut;

/// <summary>Reads a policy of choice from <c>standards/choice/</c> (E7).</summary>
internal static class PolicyFile
{
    private static readonly string[] Parts = ["category", "purpose", "holder", "dataset", "users"];

    /// <exception cref="FormatException">The file is no policy; the message says what is wrong.</exception>
    public static ChoicePolicy Read(string standardsFolder, string policyId)
    {
        var file = Path.Combine(standardsFolder, "choice", Slug.Check(policyId, "policy id") + ".json");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement;
        var policy = new ChoicePolicy(
            Text(root, "id"),
            Text(root, "version"),
            root.GetProperty("defaultAllows").GetBoolean(),
            [.. root.GetProperty("allowedScopes").EnumerateArray().Select(s => s.GetString() ?? "")],
            In(root, "title"),
            In(root, "text"));
        if (policy.Id != policyId)
        {
            throw new FormatException($"The policy of choice '{policyId}' calls itself '{policy.Id}'.");
        }

        if (policy.AllowedScopes.Count == 0 || policy.AllowedScopes.Any(s => !IsKind(s)))
        {
            throw new FormatException($"The policy of choice '{policyId}' must offer scopes: 'everything', or some of {string.Join(", ", Parts)} in this order, joined by '+'.");
        }

        return policy;
    }

    private static bool IsKind(string scope) => scope == "everything" || string.Join('+', Parts.Intersect(scope.Split('+'))) == scope;

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new FormatException($"A policy of choice needs '{name}'.");

    private static Bilingual In(JsonElement json, string name) => new(Text(json.GetProperty(name), "ja"), Text(json.GetProperty(name), "en"));
}
