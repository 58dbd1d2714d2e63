using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minato.Formats.Notes;

/// <summary>What an item becomes as a fact, and what values it can have.</summary>
/// <param name="Kind"><c>measurement</c> or <c>observation</c>.</param>
/// <param name="Unit">UCUM; null for codes.</param>
public sealed record NoteItemRule(string Item, string Kind, string System, string Code, string? Unit, decimal Min, decimal Max, IReadOnlyDictionary<string, string> Codes);

/// <summary>
/// The rules of <c>standards/notes</c>: what items there are, the patterns that find them in a folded note, and the words of context. Patterns are regular
/// expressions of .NET without backtracking, so that no note can make them slow; <c>{name}</c> in them is a macro, a group's name an item. The
/// group <c>void</c> takes a stretch away from later patterns: a number that was corrected, an aim, an ulcer's stage.
/// </summary>
public sealed class NoteRules
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Regex Never = new("[^\\s\\S]", RegexOptions.NonBacktracking);

    private NoteRules(string id, string version) => (Id, Version) = (id, version);

    public string Id { get; }

    public string Version { get; }

    public IReadOnlyDictionary<string, NoteItemRule> Items { get; private init; } = new Dictionary<string, NoteItemRule>();

    internal IReadOnlyList<(Regex Pattern, string? Code, double Confidence)> Patterns { get; private init; } = [];

    internal IReadOnlyList<(NoteContext Context, Regex Pattern)> Before { get; private init; } = [];

    internal IReadOnlyList<(NoteContext Context, Regex Pattern)> After { get; private init; } = [];

    internal Regex Now { get; private init; } = Never;

    /// <summary>Reads a rules file.</summary>
    /// <returns>Refused with <c>notes.rules</c>, naming the pattern that does not work.</returns>
    public static Outcome<NoteRules> Read(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Of(document.RootElement, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return Finding.Error("notes.rules", "The file is not a set of rules for notes", "Take standards/notes/rules-v1.json as the example", new Place(file));
        }
    }

    private static Outcome<NoteRules> Of(JsonElement root, string file)
    {
        var findings = new List<Finding>();
        var macros = root.GetProperty("macros").EnumerateObject().Select(m => (Name: "{" + m.Name + "}", Text: m.Value.GetString()!)).ToList();
        var items = root.GetProperty("items").EnumerateObject().ToDictionary(i => i.Name, i => Item(i.Name, i.Value), StringComparer.Ordinal);
        Regex Compile(string pattern, string at)
        {
            // Macros may use those before them.
            for (var i = macros.Count - 1; i >= 0; i--)
            {
                pattern = pattern.Replace(macros[i].Name, macros[i].Text, StringComparison.Ordinal);
            }

            try
            {
                var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);
                if (regex.GetGroupNames().FirstOrDefault(g => !int.TryParse(g, CultureInfo.InvariantCulture, out _) && g is not ("void" or "tenths") && !items.ContainsKey(g.Replace('_', '-'))) is { } unknown)
                {
                    findings.Add(Finding.Error("notes.rules", $"The pattern names '{unknown}', which is no item", "Name an item, void or tenths", new Place(file, null, at)));
                }

                return regex;
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                findings.Add(Finding.Error("notes.rules", "The pattern is no regular expression, or needs backtracking", "Correct it; look-around and back-references are not allowed", new Place(file, null, at)));
                return Never;
            }
        }

        List<(NoteContext, Regex)> Contexts(string name) =>
            [.. root.GetProperty(name).EnumerateObject().Select(c => (Enum.Parse<NoteContext>(c.Name, ignoreCase: true), Compile(c.Value.GetString()!, $"{name}.{c.Name}")))];

        var rules = new NoteRules(root.GetProperty("id").GetString()!, root.GetProperty("version").GetString()!)
        {
            Items = items,
            Patterns = [.. root.GetProperty("patterns").EnumerateArray().Select((p, i) => (
                Compile(p.GetProperty("find").GetString()!, $"patterns[{i}]"),
                p.TryGetProperty("code", out var code) ? code.GetString() : null,
                p.TryGetProperty("confidence", out var sure) ? sure.GetDouble() : 0.9))],
            Before = Contexts("before"),
            After = Contexts("after"),
            Now = Compile(root.GetProperty("now").GetString()!, "now"),
        };
        return findings.Count > 0 ? Outcome<NoteRules>.Refused(findings) : rules;
    }

    private static NoteItemRule Item(string name, JsonElement e) => new(
        name,
        e.GetProperty("kind").GetString()!,
        e.GetProperty("system").GetString()!,
        e.GetProperty("code").GetString()!,
        e.TryGetProperty("unit", out var unit) ? unit.GetString() : null,
        e.TryGetProperty("min", out var min) ? min.GetDecimal() : decimal.MinValue,
        e.TryGetProperty("max", out var max) ? max.GetDecimal() : decimal.MaxValue,
        e.TryGetProperty("codes", out var codes) ? codes.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetString()!, StringComparer.Ordinal) : new Dictionary<string, string>());
}
