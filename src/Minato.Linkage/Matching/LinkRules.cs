using System.Text.Json;

namespace Minato.Linkage.Matching;

/// <summary>One clause: every named field must be at one of its levels.</summary>
internal sealed class Clause
{
    /// <summary>The same, however rare.</summary>
    private const int Same = (1 << (int)Level.Same) | (-1 << (int)Level.Rare);

    private readonly (Field Field, int Mask)[] tests;

    private Clause((Field, int)[] tests) => this.tests = tests;

    public bool Holds(Levels levels)
    {
        foreach (var (field, mask) in tests)
        {
            if ((mask & (1 << (int)levels[field])) == 0)
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
            if (!Enum.TryParse<Field>(property.Name, ignoreCase: true, out var field) || !property.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            {
                throw new FormatException($"{where}: there is no field '{property.Name}'.");
            }

            var mask = 0;
            foreach (var level in property.Value.EnumerateArray())
            {
                var at = LevelWord.Parse(level.GetString() ?? "", where);
                mask |= at == Level.Same ? Same : 1 << (int)at;
            }

            tests.Add((field, mask));
        }

        return tests.Count == 0 ? throw new FormatException($"{where}: a clause needs at least one field.") : new Clause([.. tests]);
    }
}

/// <summary>A rule that lets a record belong to a person, or two persons be one.</summary>
/// <param name="Rank">Position in the file, from 0; lower is stronger.</param>
/// <param name="Joins">May also join two persons with more than one identity each.</param>
internal sealed record LinkRule(int Rank, string Id, LinkClass Class, bool Joins, Clause When, IReadOnlyList<Clause> Any, Bilingual Text)
{
    public bool Fits(Levels levels)
    {
        if (!When.Holds(levels))
        {
            return false;
        }

        foreach (var clause in Any)
        {
            if (clause.Holds(levels))
            {
                return true;
            }
        }

        return Any.Count == 0;
    }
}

/// <summary>A combination of levels that forbids every rule.</summary>
internal sealed record LinkConflict(string Id, Clause When, Bilingual Text);

/// <summary>What the rules say of a comparison.</summary>
/// <param name="Rank">Of the strongest rule that fits; <see cref="LinkRules.NoRule"/> where none does or a conflict forbids it.</param>
/// <param name="JoinRank">Of the strongest that fits and may join persons.</param>
/// <param name="Conflict">Whether a conflict holds.</param>
internal readonly record struct Judgement(byte Rank, byte JoinRank, bool Conflict);

/// <summary>The rules in force: <c>standards/linkage/rules-v2.json</c>, data that can be read, versioned and argued about.</summary>
internal sealed record LinkRules(string Version, IReadOnlyList<LinkRule> Rules, IReadOnlyList<LinkConflict> Conflicts, IReadOnlyList<Clause> WhenSeveral)
{
    public const byte NoRule = byte.MaxValue;

    /// <summary>What decides where no rule fits; null: nothing does.</summary>
    public LinkWeights? Weights { get; init; }

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
            rules.Count is > 0 and < LinkWeights.FirstRank ? rules : throw new FormatException($"There are no rules, or {LinkWeights.FirstRank} and more."),
            [.. root.GetProperty("conflicts").EnumerateArray().Select(c =>
            {
                var id = c.GetProperty("id").GetString() ?? "";
                return new LinkConflict(id, Clause.Parse(c.GetProperty("when"), $"conflict '{id}'"), new Bilingual(c.GetProperty("ja").GetString() ?? "", c.GetProperty("en").GetString() ?? ""));
            })],
            [.. root.GetProperty("whenSeveral").EnumerateArray().Select((c, i) => Clause.Parse(c, $"whenSeveral {i + 1}"))]);
    }

    public Judgement Judge(Levels levels)
    {
        foreach (var conflict in Conflicts)
        {
            if (conflict.When.Holds(levels))
            {
                return new Judgement(NoRule, NoRule, Conflict: true);
            }
        }

        var rank = NoRule;
        foreach (var rule in Rules)
        {
            if (rule.Fits(levels))
            {
                rank = Math.Min(rank, (byte)rule.Rank);
                if (rule.Joins)
                {
                    return new Judgement(rank, (byte)rule.Rank, Conflict: false);
                }
            }
        }

        return new Judgement(rank, NoRule, Conflict: false);
    }
}

/// <summary>
/// Rules, then weights, with the rules' answers of one thread remembered: a nation has some thousand different comparisons.
/// </summary>
internal sealed class RuleMemory(LinkRules rules)
{
    private const int Slots = 4096;
    private readonly (ulong Levels, Judgement Judgement, bool Used)[] memory = new (ulong, Judgement, bool)[Slots];

    public LinkRules Rules => rules;

    /// <summary>Whether the two cannot be one person.</summary>
    public bool IsConflict(Levels levels) => ByRules(levels).Conflict;

    public Judgement Judge(Levels levels)
    {
        var judged = ByRules(levels);
        return judged.Conflict || judged.JoinRank != LinkRules.NoRule || rules.Weights?.Rank(levels) is not { } rank || rank == LinkRules.NoRule
            ? judged
            : new Judgement(Math.Min(judged.Rank, rank), rank, Conflict: false);
    }

    /// <summary>Whether two that nothing joins are likely enough one person for people to look at.</summary>
    public bool Asks(Levels levels) => rules.Weights is { } weights && !IsConflict(levels) && weights.Asks(levels);

    private Judgement ByRules(Levels levels)
    {
        var plain = levels.Plain;
        ref var slot = ref memory[(int)((plain.Bits * 0x9E37_79B9_7F4A_7C15) >> 52)];
        if (!slot.Used || slot.Levels != plain.Bits)
        {
            slot = (plain.Bits, rules.Judge(plain), true);
        }

        return slot.Judgement;
    }
}
