using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Minato.Workspace.Watching;

/// <summary>What a rule looks at.</summary>
internal enum SignKind
{
    /// <summary>A pattern in the program.</summary>
    Code,

    /// <summary>A pattern in lines of the log.</summary>
    Log,

    /// <summary>How the run ended.</summary>
    Exit,

    /// <summary>A limit ended it.</summary>
    Stopped,

    /// <summary>Different programs of one shape.</summary>
    Alike,

    /// <summary>When it began.</summary>
    Hours,

    /// <summary>That it ran.</summary>
    Runs,

    /// <summary>Bytes in the outbox.</summary>
    OutBytes,
}

/// <param name="Pattern">Of <see cref="SignKind.Code"/> and <see cref="SignKind.Log"/>, without capitals.</param>
/// <param name="Without">A program that has this too does not bear the sign.</param>
/// <param name="Languages">Null: all.</param>
/// <param name="Lines">At least so many lines of a log.</param>
/// <param name="Codes">Exit codes.</param>
/// <param name="From">Hour of the day in Japan, from which on …</param>
/// <param name="To">… and before which.</param>
internal sealed record WatchSign(SignKind Kind, string? Pattern = null, string? Without = null, IReadOnlyList<JobLanguage>? Languages = null, int Lines = 1, IReadOnlyList<int>? Codes = null, int From = 0, int To = 0)
{
    // Programs and logs are a stranger's: no pattern may take long on them.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private readonly Regex? pattern = Pattern is null ? null : new(Pattern, Options);
    private readonly Regex? without = Without is null ? null : new(Without, Options);

    public bool IsOfCode(JobLanguage language, string code) =>
        Kind == SignKind.Code && Languages?.Contains(language) != false && pattern!.IsMatch(code) && without?.IsMatch(code) != true;

    public bool IsOfLog(string log) => Kind == SignKind.Log && log.AsSpan().EnumerateLines() is var lines && CountIn(lines) >= Lines;

    private int CountIn(SpanLineEnumerator lines)
    {
        var found = 0;
        foreach (var line in lines)
        {
            found += pattern!.IsMatch(line) ? 1 : 0;
        }

        return found;
    }
}

/// <param name="WithinHours">How far back it counts.</param>
/// <param name="AtLeast">Runs, or bytes, from which on it raises an alert.</param>
/// <param name="Proposes">The measure that it proposes.</param>
/// <param name="AtOnce">Takes it itself, at once; a person looks afterwards.</param>
internal sealed record WatchRule(string Id, Bilingual Title, Bilingual Reason, WatchSign Sign, int WithinHours, long AtLeast, WatchMeasure Proposes, bool AtOnce = false);

/// <summary>Rules of one version (<c>standards/watching/</c>).</summary>
internal sealed record WatchRules(string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<WatchRule> Rules)
{
    [JsonIgnore]
    public string Name => $"{Id}@{Version}";

    /// <exception cref="InvalidDataException">There are no rules, or they cannot be used; the message names the file.</exception>
    public static IReadOnlyList<WatchRules> ReadAll(string folder)
    {
        var all = new List<WatchRules>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            all.Add(StandardFile.Read<WatchRules>(file, rules =>
            {
                if (rules.Rules.FirstOrDefault(r => r.Sign is { Kind: SignKind.Code or SignKind.Log, Pattern: null }) is { } lacks)
                {
                    throw new ArgumentException($"the rule {lacks.Id} has no pattern");
                }
            }));
        }

        return all.Count > 0 ? all : throw new InvalidDataException($"There are no rules for watching in '{folder}'");
    }
}
