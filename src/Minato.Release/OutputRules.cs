using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <param name="DegreesOfFreedom">Residual degrees of freedom at least.</param>
/// <param name="Digits">Significant digits of a number with a fraction at most.</param>
internal sealed record StatisticsRule(int DegreesOfFreedom, int Digits);

/// <param name="MaximumNumbers">More numbers than this are a table.</param>
/// <param name="LongestToken">A longer run of letters and digits is not read by people.</param>
internal sealed record TextRule(int MaximumBytes, int MaximumLineLength, int MaximumNumbers, int LongestToken);

/// <summary>How many people look: at what no rule marked, at what one marked, at an appeal; and at which share of the unmarked a second one looks.</summary>
internal sealed record ReviewRule(int Clean, int Marked, int Appeal, double SecondLook);

/// <summary>What is asked and checked of one class of output.</summary>
/// <param name="Rules">Rules beyond those of every table.</param>
/// <param name="Look">People look at it even where nothing else is marked.</param>
internal sealed record ClassRule(
    OutputKind Kind, Bilingual Title, Bilingual Says, IReadOnlyList<string> Files, IReadOnlyList<string> Asks, IReadOnlyList<string> Rules, bool Look);

/// <summary>A form of file that does not leave, how it is known, and what to hand in instead.</summary>
/// <param name="Magic">How such a file may begin, in hex.</param>
internal sealed record FormatRule(string Name, IReadOnlyList<string> Extensions, IReadOnlyList<string> Magic, Bilingual Instead)
{
    public bool Knows(string name, ReadOnlySpan<byte> content)
    {
        foreach (var magic in Magic)
        {
            // An odd number of digits ends in half a byte.
            if (content.Length >= (magic.Length + 1) / 2 && Convert.ToHexStringLower(content[..((magic.Length + 1) / 2)]).StartsWith(magic, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return Extensions.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }
}

internal sealed record IdentifierPattern(string Name, string Pattern)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private Regex? word;

    /// <summary>Whether it is in a text, as a word of its own.</summary>
    public bool IsIn(string text) => (word ??= new Regex($@"(?<![A-Za-z0-9])(?:{Pattern})(?![A-Za-z0-9])", RegexOptions.CultureInvariant, Patience)).IsMatch(text);
}

/// <summary>Columns whose values stand for small places, and the least cell of a table that has one.</summary>
internal sealed record AreaRule(IReadOnlyList<string> Columns, int Minimum);

/// <summary>Columns that count other things than persons (offices, municipalities), and their least value; 0 may be shown.</summary>
internal sealed record UnitRule(IReadOnlyList<string> Columns, int Minimum);

/// <summary>What one database asks beyond the common rules (<c>standards/output-rules/databases/</c>).</summary>
/// <param name="Datasets">Ids of the datasets it holds for; <c>*</c> stands for anything.</param>
internal sealed record DatabaseRules(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<string> Datasets, int MinimumCell, AreaRule? Areas, IReadOnlyList<UnitRule> Units)
{
    public string Name => $"{Id}@{Version}";

    public bool HoldsFor(DatasetId dataset) =>
        Datasets.Any(d => Regex.IsMatch(dataset.Value, $@"\A{Regex.Escape(d).Replace(@"\*", ".*", StringComparison.Ordinal)}\z", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200)));
}

/// <summary>The output rules of one version (<c>standards/output-rules/</c>), named in every submission checked under them.</summary>
internal sealed record OutputRules(
    string Id, string Version, DateOnly ValidFrom, FileRule Files, CellRule Cells, RowLevelRule RowLevel, StatisticsRule Statistics, TextRule Text, ReviewRule Review, int FigureLevels,
    IReadOnlyList<IdentifierPattern> Identifiers, IReadOnlyList<ClassRule> Classes, IReadOnlyList<FormatRule> Formats, IReadOnlyList<RuleText> Rules)
{
    /// <summary>What the linked databases ask beyond these; empty for the rules alone.</summary>
    [JsonIgnore]
    public IReadOnlyList<DatabaseRules> Databases { get; init; } = [];

    public string Name => string.Join('+', Databases.Select(d => d.Name).Prepend($"{Id}@{Version}"));

    public RuleText this[string rule] => Rules.First(r => r.Id == rule);

    public ClassRule Class(OutputKind kind) => Classes.First(c => c.Kind == kind);

    /// <summary>The least cell of a table with these columns: the strictest that any of the linked databases asks.</summary>
    public OutputRule CellsOf(IEnumerable<string> columns)
    {
        var names = columns.ToList();
        var least = Databases.Select(d => d.Areas is { } areas && names.Any(n => areas.Columns.Contains(n, StringComparer.OrdinalIgnoreCase)) ? Math.Max(areas.Minimum, d.MinimumCell) : d.MinimumCell);
        return Cells.ToRule() with { MinimumCell = least.Append(Cells.Minimum).Max() };
    }

    /// <summary>The least value of a column that counts other things than persons; 0 where it is none.</summary>
    public int LeastUnits(string column) =>
        Databases.SelectMany(d => d.Units).Where(u => u.Columns.Contains(column, StringComparer.OrdinalIgnoreCase)).Select(u => u.Minimum).DefaultIfEmpty().Max();
}

/// <summary>All versions of the rules. Older ones stay, because decisions were made under them.</summary>
internal sealed class OutputRuleBook
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly List<OutputRules> common = [];
    private readonly List<DatabaseRules> databases = [];

    /// <exception cref="InvalidDataException">The folder or a file in it cannot be used; the message names it.</exception>
    public OutputRuleBook(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"The folder of output rules '{folder}' is missing");
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            common.Add(Read<OutputRules>(file, Check));
        }

        var beside = Path.Join(folder, "databases");
        foreach (var file in Directory.Exists(beside) ? Directory.GetFiles(beside, "*.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            databases.Add(Read<DatabaseRules>(file, _ => { }));
        }

        if (common.Count == 0)
        {
            throw new InvalidDataException($"There are no output rules in '{folder}'");
        }
    }

    /// <summary>The youngest version whose day has come, and with it what the databases of these datasets ask.</summary>
    public OutputRules InForce(DateTimeOffset now, IEnumerable<DatasetId> datasets)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var rules = common.Where(r => r.ValidFrom <= today).MaxBy(r => r.ValidFrom) ?? throw new InvalidDataException($"No output rules are in force on {now:yyyy-MM-dd}");
        var linked = datasets.ToList();
        return rules with
        {
            Databases = [.. databases.Where(d => d.ValidFrom <= today && linked.Any(d.HoldsFor)).GroupBy(d => d.Id, StringComparer.Ordinal).Select(g => g.MaxBy(d => d.ValidFrom)!).OrderBy(d => d.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>The rules that a submission was checked under.</summary>
    public OutputRules Named(string name)
    {
        var parts = name.Split('+');
        return common.First(r => r.Name == parts[0]) with { Databases = [.. parts.Skip(1).Select(p => databases.First(d => d.Name == p))] };
    }

    private static T Read<T>(string file, Action<T> check)
    {
        try
        {
            var rules = JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is empty");
            check(rules);
            return rules;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The output rules '{file}' cannot be read: {e.Message}", e);
        }
    }

    private static void Check(OutputRules rules)
    {
        Lacks("rules", RuleId.All.Except(rules.Rules.Select(r => r.Id)));
        Lacks("classes", Enum.GetValues<OutputKind>().Except(rules.Classes.Select(c => c.Kind)).Select(k => k.ToString()));
        Lacks("rules named by classes", rules.Classes.SelectMany(c => c.Rules).Except(RuleId.All));
        foreach (var pattern in rules.Identifiers)
        {
            pattern.IsIn("");
        }
    }

    private static void Lacks(string what, IEnumerable<string> missing)
    {
        if (missing.ToList() is { Count: > 0 } all)
        {
            throw new JsonException($"it lacks the {what} {string.Join(", ", all)}");
        }
    }
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
    public const string Percentages = "percentages";
    public const string ClassDisclosure = "class-disclosure";
    public const string Dominance = "dominance";
    public const string DominanceUnchecked = "dominance-unchecked";
    public const string Differencing = "differencing";
    public const string DifferencingLinked = "differencing-linked";
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
    public const string PersonsBehind = "persons-behind";
    public const string DegreesOfFreedom = "degrees-of-freedom";
    public const string Tail = "tail";
    public const string Endpoints = "endpoints";
    public const string ExactFit = "exact-fit";
    public const string SurvivalSteps = "survival-steps";
    public const string RatioUnderlying = "ratio-underlying";
    public const string Precision = "precision";
    public const string TextForm = "text-form";
    public const string Encoded = "encoded";
    public const string DataInText = "data-in-text";
    public const string Look = "look";

    public static IReadOnlyList<string> All { get; } =
    [
        FileType, FileSize, FileRows, CsvForm, DeclaredColumns, TableShape, MinimumCell, Complementary, Totals, Negative, SuppressedRow, DerivedColumn, Percentages, ClassDisclosure, Dominance,
        DominanceUnchecked, Differencing, DifferencingLinked, RowLevel, PersonId, IdentifierPattern, ExactDate, ExactDateCategory, FalseCount, ImpossibleCount, Formula, FreeText, FigureForm,
        FigureHidden, FigureUnderlying, FigureLook, PersonsBehind, DegreesOfFreedom, Tail, Endpoints, ExactFit, SurvivalSteps, RatioUnderlying, Precision, TextForm, Encoded, DataInText, Look,
    ];
}
