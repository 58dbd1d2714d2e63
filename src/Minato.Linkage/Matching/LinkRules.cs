using System.Text.Json;

namespace Minato.Linkage.Matching;

/// <summary>One clause: every named field must be at one of its levels.</summary>
internal sealed class Clause
{
    private readonly (Field Field, int Mask)[] tests;

    private Clause((Field, int)[] tests) => this.tests = tests;

    public bool Holds(in Comparison c)
    {
        foreach (var (field, mask) in tests)
        {
            if ((mask & (1 << (int)c[field])) == 0)
            {
                return false;
            }
        }

        return true;
    }

    public static Clause Parse(JsonElement json, string where)
    {
        var tests = new List<(Field, int)>();
        foreach (var property in json.EnumerateObject())
        {
            if (!Enum.TryParse<Field>(property.Name, ignoreCase: true, out var field) || !property.Name.All(char.IsAsciiLetterLower))
            {
                throw new FormatException($"{where}: there is no field '{property.Name}'.");
            }

            var mask = 0;
            foreach (var level in property.Value.EnumerateArray())
            {
                mask |= 1 << (int)LevelOf(level.GetString() ?? "", where);
            }

            tests.Add((field, mask));
        }

        return tests.Count == 0 ? throw new FormatException($"{where}: a clause needs at least one field.") : new Clause([.. tests]);
    }

    private static Level LevelOf(string word, string where) => word switch
    {
        "unknown" or "clear" => Level.Unknown,
        "different" or "lapsed" => Level.Different,
        "family" => Level.Family,
        "municipality" => Level.Municipality,
        "given" => Level.Given,
        "near" => Level.Near,
        "same" or "inside" => Level.Same,
        "rival" => Level.Rival,
        _ => throw new FormatException($"{where}: there is no level '{word}'."),
    };
}

/// <summary>A rule that lets a record belong to a person, or two persons be one.</summary>
/// <param name="Rank">Position in the file, from 0; lower is stronger.</param>
/// <param name="Joins">May also join two persons who were known before.</param>
internal sealed record LinkRule(int Rank, string Id, LinkClass Class, bool Joins, Clause When, IReadOnlyList<Clause> Any, Bilingual Text)
{
    public bool Fits(in Comparison c)
    {
        if (!When.Holds(c))
        {
            return false;
        }

        foreach (var clause in Any)
        {
            if (clause.Holds(c))
            {
                return true;
            }
        }

        return Any.Count == 0;
    }
}

/// <summary>The rules in force: <c>standards/linkage/rules-v1.json</c>, data that can be read, versioned and argued about.</summary>
internal sealed record LinkRules(string Version, IReadOnlyList<LinkRule> Rules, IReadOnlyList<Clause> Conflicts, IReadOnlyList<Clause> WhenSeveral)
{
    /// <exception cref="FormatException">The file does not say rules; the message names the place.</exception>
    public static LinkRules Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var rules = new List<LinkRule>();
        foreach (var r in root.GetProperty("rules").EnumerateArray())
        {
            var id = r.GetProperty("id").GetString() ?? "";
            var where = $"rule '{id}'";
            if (!Slug.IsValid(id) || rules.Any(x => x.Id == id))
            {
                throw new FormatException($"{where}: ids are slugs and stand once.");
            }

            if (!Enum.TryParse<LinkClass>(r.GetProperty("class").GetString(), out var linkClass) || linkClass == LinkClass.Unlinked)
            {
                throw new FormatException($"{where}: there is no such class of link.");
            }

            rules.Add(new LinkRule(
                rules.Count,
                id,
                linkClass,
                r.GetProperty("joins").GetBoolean(),
                Clause.Parse(r.GetProperty("when"), where),
                r.TryGetProperty("any", out var any) ? [.. any.EnumerateArray().Select(a => Clause.Parse(a, where))] : [],
                new Bilingual(r.GetProperty("ja").GetString() ?? "", r.GetProperty("en").GetString() ?? "")));
        }

        return new LinkRules(
            root.GetProperty("version").GetString() ?? throw new FormatException("The rules need a version."),
            rules.Count > 0 ? rules : throw new FormatException("There are no rules."),
            [.. root.GetProperty("conflicts").EnumerateArray().Select((c, i) => Clause.Parse(c.GetProperty("when"), $"conflict {i + 1}"))],
            [.. root.GetProperty("whenSeveral").EnumerateArray().Select((c, i) => Clause.Parse(c, $"whenSeveral {i + 1}"))]);
    }

    /// <summary>The strongest rule that fits, unless a conflict forbids every rule.</summary>
    public LinkRule? For(in Comparison c, bool joinsOnly = false)
    {
        foreach (var conflict in Conflicts)
        {
            if (conflict.Holds(c))
            {
                return null;
            }
        }

        foreach (var rule in Rules)
        {
            if ((rule.Joins || !joinsOnly) && rule.Fits(c))
            {
                return rule;
            }
        }

        return null;
    }
}
