using System.Text.Json;
using System.Text.RegularExpressions;
using Minato.Disclosure;

namespace Minato.Release;

/// <summary>One rule as policy people wrote it: whether anybody may overrule it, and what is said where it fails.</summary>
internal sealed record RuleText(string Id, bool Hard, Bilingual Title, Bilingual Reason, Bilingual Remedy);

internal sealed record FileRule(
    long MaximumBytes, int MaximumRows, int MaximumColumns, int MaximumCombinations, int MaximumFiles, int MaximumText, long MaximumPixels, IReadOnlyList<string> FigureText);

internal sealed record CellRule(int Minimum, bool ZeroAllowed, int DominanceUnits, decimal DominanceShare, decimal PPercent)
{
    public OutputRule ToRule() => new(Minimum, ZeroAllowed, DominanceUnits, DominanceShare, PPercent);
}

/// <summary>When rows are taken for persons: at least so many rows, this share of which match at most so many persons on so many columns.</summary>
internal sealed record RowLevelRule(int MinimumRows, double ShareOfRows, int Columns, int Persons);

internal sealed record IdentifierPattern(string Name, string Pattern)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private Regex? whole;

    public bool Matches(string text) => (whole ??= new Regex($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant, Patience)).IsMatch(text);
}

/// <summary>The output rules of one version (<c>standards/output-rules/</c>), named in every submission checked under them.</summary>
internal sealed record OutputRules(
    string Id, string Version, DateOnly ValidFrom, FileRule Files, CellRule Cells, RowLevelRule RowLevel, IReadOnlyList<IdentifierPattern> Identifiers, IReadOnlyList<RuleText> Rules)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public string Name => $"{Id}@{Version}";

    public RuleText this[string rule] => Rules.First(r => r.Id == rule);

    /// <summary>All versions of a folder. Older ones stay, because decisions were made under them.</summary>
    /// <exception cref="InvalidDataException">The folder or a file in it cannot be used; the message names it.</exception>
    public static IReadOnlyList<OutputRules> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"The folder of output rules '{folder}' is missing");
        }

        var all = new List<OutputRules>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                var rules = JsonSerializer.Deserialize<OutputRules>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is empty");
                var missing = RuleId.All.Except(rules.Rules.Select(r => r.Id)).ToList();
                all.Add(missing.Count == 0 ? rules : throw new JsonException($"it lacks the rules {string.Join(", ", missing)}"));
                foreach (var pattern in rules.Identifiers)
                {
                    pattern.Matches("");
                }
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                throw new InvalidDataException($"The output rules '{file}' cannot be read: {e.Message}", e);
            }
        }

        return all.Count > 0 ? all : throw new InvalidDataException($"There are no output rules in '{folder}'");
    }

    /// <summary>The youngest version whose day has come.</summary>
    public static OutputRules InForce(IReadOnlyList<OutputRules> all, DateTimeOffset now) =>
        all.Where(r => r.ValidFrom <= DateOnly.FromDateTime(now.UtcDateTime)).MaxBy(r => r.ValidFrom)
        ?? throw new InvalidDataException($"No output rules are in force on {now:yyyy-MM-dd}");
}

/// <summary>The rules that the checks speak of.</summary>
internal static class RuleId
{
    public const string FileType = "file-type";
    public const string FileSize = "file-size";
    public const string FileRows = "file-rows";
    public const string CsvForm = "csv-form";
    public const string DeclaredColumns = "declared-columns";
    public const string TableShape = "table-shape";
    public const string MinimumCell = "minimum-cell";
    public const string Complementary = "complementary";
    public const string Totals = "totals";
    public const string Negative = "negative";
    public const string SuppressedRow = "suppressed-row";
    public const string DerivedColumn = "derived-column";
    public const string ClassDisclosure = "class-disclosure";
    public const string Dominance = "dominance";
    public const string DominanceUnchecked = "dominance-unchecked";
    public const string Differencing = "differencing";
    public const string RowLevel = "row-level";
    public const string PersonId = "person-id";
    public const string IdentifierPattern = "identifier-pattern";
    public const string ExactDate = "exact-date";
    public const string ExactDateCategory = "exact-date-category";
    public const string FalseCount = "false-count";
    public const string ImpossibleCount = "impossible-count";
    public const string Formula = "formula";
    public const string FreeText = "free-text";
    public const string FigureForm = "figure-form";
    public const string FigureHidden = "figure-hidden";
    public const string FigureUnderlying = "figure-underlying";
    public const string FigureLook = "figure-look";

    public static IReadOnlyList<string> All { get; } =
    [
        FileType, FileSize, FileRows, CsvForm, DeclaredColumns, TableShape, MinimumCell, Complementary, Totals, Negative, SuppressedRow, DerivedColumn, ClassDisclosure, Dominance,
        DominanceUnchecked, Differencing, RowLevel, PersonId, IdentifierPattern, ExactDate, ExactDateCategory, FalseCount, ImpossibleCount, Formula, FreeText, FigureForm, FigureHidden,
        FigureUnderlying, FigureLook,
    ];
}
