using System.Text.Json;

namespace Minato.Access;

/// <summary>Commands by name, as they come over the wire: the names of the permission tables, the parameters as JSON.</summary>
public static class CommandReader
{
    public static IReadOnlyCollection<string> Names => Of<ApplicationCommand>.Types.Keys;

    /// <param name="parameters">An object; nothing where the command has none.</param>
    /// <returns>Refused with <c>access.command</c> where there is no such command, or its parameters cannot be read.</returns>
    public static Outcome<ApplicationCommand> Read(string name, JsonElement? parameters) => Of<ApplicationCommand>.Read(name, parameters);

    /// <summary>Likewise of measures.</summary>
    public static Outcome<MeasureCommand> ReadMeasure(string name, JsonElement? parameters) => Of<MeasureCommand>.Read(name, parameters);

    private static class Of<T> where T : class
    {
        public static readonly Dictionary<string, Type> Types = typeof(T).GetNestedTypes().ToDictionary(t => t.Name, StringComparer.Ordinal);

        public static Outcome<T> Read(string name, JsonElement? parameters)
        {
            if (!Types.TryGetValue(name, out var type))
            {
                return Finding.Error("access.command", "There is no such command", $"Use one of {string.Join(", ", Types.Keys)}");
            }

            try
            {
                using var none = JsonDocument.Parse("{}");
                return (T)(parameters is { ValueKind: JsonValueKind.Object } given ? given : none.RootElement).Deserialize(type, AccessJson.Options)!;
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                // The message may quote what was sent.
                return Finding.Error("access.command", $"The parameters of {name} cannot be read", $"Send an object with {string.Join(", ", type.GetConstructors()[0].GetParameters().Select(p => p.Name))}", new Place(Field: (e as JsonException)?.Path));
            }
        }
    }
}
