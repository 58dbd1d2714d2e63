using System.Text.Json;

namespace Minato.Catalogue;

/// <summary>A condition that a holder puts on the use of a dataset.</summary>
/// <param name="Code">Of GA4GH's Data Use Ontology, such as <c>DUO:0000021</c>.</param>
/// <param name="Value">Where the term asks for one: countries, a day, months, a disease.</param>
public sealed record UseCondition(string Code, string? Value = null);

/// <summary>What a term asks of an application's form.</summary>
/// <param name="Field">A field of the form, or <c>use.purpose</c>, <c>use.months</c>.</param>
/// <param name="In">The answer is one of these; the empty text: nothing was answered.</param>
/// <param name="Filled">Something was answered.</param>
/// <param name="InValue">The answer is one of the words of the condition's value.</param>
/// <param name="AtMostValue">The answer is a number not above the condition's value.</param>
public sealed record UseTest(string Field, IReadOnlyList<string>? In = null, bool Filled = false, bool InValue = false, bool AtMostValue = false);

/// <summary>A term of the ontology in plain words, with its test.</summary>
/// <param name="Kind"><c>permission</c> or <c>modifier</c>.</param>
/// <param name="All">Where all of these hold, the condition is met.</param>
/// <param name="Otherwise"><c>met</c>, <c>duty</c>, <c>people</c> or <c>refused</c>.</param>
/// <param name="Value">What the value is, where the term needs one.</param>
public sealed record UseTerm(string Code, string Short, string Kind, Bilingual Name, Bilingual Meaning, IReadOnlyList<UseTest> All, string Otherwise, Bilingual? Value = null)
{
    public string Iri => "http://purl.obolibrary.org/obo/" + Code.Replace(':', '_');
}

/// <summary>A condition as it holds for a dataset.</summary>
/// <param name="ByHolder">Stated by the holder; else what holds for data of this kind.</param>
public sealed record DatasetCondition(UseTerm Term, string? Value, bool ByHolder);

/// <summary>The terms by which conditions of use are said, and which hold where a holder said none: data in <c>standards/use-conditions/</c>.</summary>
public sealed record UseTerms(string Id, string Version, Bilingual Title, IReadOnlyList<UseTerm> Terms, IReadOnlyList<CategoryConditions> ByCategory)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    /// <summary>No terms, and so no conditions.</summary>
    public static UseTerms None { get; } = new("none", "1", new("", ""), [], []);

    /// <exception cref="InvalidDataException">The file is missing or cannot be used; the message names it.</exception>
    public static UseTerms Read(string standardsFolder)
    {
        var path = Path.Combine(standardsFolder, "use-conditions", "duo-v1.json");
        try
        {
            var terms = JsonSerializer.Deserialize<UseTerms>(File.ReadAllBytes(path), Json) ?? throw new JsonException("it is empty");
            return terms.Defect is { } defect ? throw new InvalidDataException($"The standard '{path}' cannot be used: {defect}") : terms;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidDataException($"The standard '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The holder's conditions; where it stated none, those of the kind of data.</summary>
    public IReadOnlyList<DatasetCondition> Of(DataCategory category, IReadOnlyList<UseCondition>? byHolder)
    {
        var stated = byHolder is { Count: > 0 };
        var conditions = stated ? byHolder! : ByCategory.FirstOrDefault(c => c.Categories.Count == 0 || c.Categories.Contains(category.ToString()))?.Conditions ?? [];
        return [.. conditions.Select(c => Terms.FirstOrDefault(t => t.Code == c.Code) is { } term ? new DatasetCondition(term, c.Value, stated) : null).OfType<DatasetCondition>()];
    }

    /// <summary>What is wrong with a holder's conditions, or null.</summary>
    public string? DefectOf(IReadOnlyList<UseCondition>? conditions) =>
        conditions is null || conditions.Count > 30 || conditions.Any(c => c?.Code is null || c.Value?.Length > 200) ? "there are too many, or one is empty or too long"
        : conditions.DistinctBy(c => c.Code).Count() != conditions.Count ? "a code is listed twice"
        : conditions.FirstOrDefault(c => Terms.All(t => t.Code != c.Code)) is { } unknown ? $"there is no term {unknown.Code}"
        : conditions.FirstOrDefault(c => Terms.First(t => t.Code == c.Code).Value is not null == string.IsNullOrWhiteSpace(c.Value)) is { } wrong ? $"{wrong.Code} needs a value, or takes none"
        : null;

    private string? Defect =>
        Terms.DistinctBy(t => t.Code).Count() != Terms.Count ? "a term is listed twice"
        : Terms.FirstOrDefault(t => t.Otherwise is not ("met" or "duty" or "people" or "refused")) is { } term ? $"{term.Code} says otherwise '{term.Otherwise}'"
        : Terms.FirstOrDefault(t => t.Value is null && t.All.Any(a => a.InValue || a.AtMostValue)) is { } valueless ? $"{valueless.Code} tests a value that it does not ask for"
        : ByCategory.SelectMany(c => c.Conditions).FirstOrDefault(c => Terms.All(t => t.Code != c.Code)) is { } unknown ? $"there is no term {unknown.Code}"
        : ByCategory.SelectMany(c => c.Categories).FirstOrDefault(c => !Enum.TryParse<DataCategory>(c, out _)) is { } category ? $"there is no kind of data '{category}'"
        : null;
}

/// <param name="Categories">Kinds of data; empty: every kind.</param>
public sealed record CategoryConditions(IReadOnlyList<string> Categories, IReadOnlyList<UseCondition> Conditions);
