using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>
/// A CSV layout as data: which columns say who it is, which are facts and of what kind (docs/formats.md, <c>standards/formats/csv</c>).
/// <see cref="Parse"/> lets no mapping through that could read nothing, guess, or carry a person's words into a fact.
/// </summary>
internal sealed record CsvMapping
{
    /// <summary>The format's name in receipts: <c>vaccination-csv</c>.</summary>
    public required string Format { get; init; }

    public required Bilingual Title { get; init; }

    /// <summary>Where the layout is published, or who declared it.</summary>
    public string? Source { get; init; }

    public required Recognition Recognise { get; init; }

    /// <summary>One of <c>, ; |</c> and the tab.</summary>
    public string Delimiter { get; init; } = ",";

    /// <summary><c>utf-8</c> or <c>cp932</c>; without it the file's beginning tells.</summary>
    public string? Encoding { get; init; }

    /// <summary>For files without a header row: the names of their columns, in order.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Columns that are known and stay behind.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What stands in a field that has no value (<c>NA</c>, <c>9999</c>), besides nothing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Translations that several fields share.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, string?>> Tables { get; init; } = new Dictionary<string, Dictionary<string, string?>>();

    public required KeyRule Key { get; init; }

    /// <summary>The day on which the identity was true.</summary>
    public required FieldRule AsOf { get; init; }

    public required IdentityRule Identity { get; init; }

    [JsonIgnore]
    public IReadOnlyList<FactRule> Facts { get; private init; } = [];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        Converters = { new FieldRule.Reading(), new JsonStringEnumConverter<FactKind>(allowIntegerValues: false) },
    };

    /// <param name="file">Its name, for findings.</param>
    public static Outcome<CsvMapping> Parse(string json, string file)
    {
        try
        {
            if (JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 16 }) is not JsonObject root)
            {
                return Refused("The mapping is no JSON object", "$");
            }

            if (!IsWritten(root))
            {
                return Refused("A text has control characters, or a list has an empty place", "$");
            }

            // Facts are read one by one, because a repeated one (dose1, dose2 …) is written out first.
            var rules = root["facts"] as JsonArray;
            root.Remove("facts");
            var facts = new List<FactRule>();
            for (var i = 0; i < rules?.Count; i++)
            {
                foreach (var (text, n) in WrittenOut(rules[i]))
                {
                    try
                    {
                        var fact = JsonSerializer.Deserialize<FactRule>(text, Json)!;
                        facts.Add(fact with { At = n is null ? $"facts[{i}]" : $"facts[{i}] (n = {n})" });
                    }
                    catch (JsonException e)
                    {
                        return Refused(Said(e), $"facts[{i}]{e.Path?.TrimStart('$')}");
                    }
                }
            }

            var mapping = JsonSerializer.Deserialize<CsvMapping>(root, Json)! with { Facts = facts };
            var faults = MappingRules.Check(mapping, file);
            return faults.Count > 0 ? Outcome<CsvMapping>.Refused(faults) : mapping;
        }
        catch (JsonException e)
        {
            return Refused(Said(e), e.Path ?? "$", e.LineNumber + 1);
        }
        catch (InvalidOperationException)
        {
            return Refused("A text is not Unicode", "$");
        }

        Finding Refused(string reason, string field, long? line = null) =>
            Finding.Error("mapping.json", reason, "See docs/formats.md, CSV by a declared mapping", new Place(file, line, field));

        static string Said(JsonException e) => e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "A property is not one that mappings have"
            : e.Message.Contains("missing required", StringComparison.Ordinal) ? "A property that every mapping needs is missing"
            : "The JSON is not well formed, or a value is not of the kind that stands here";
    }

    /// <summary>Texts without control characters, for findings name columns; and no null in a list, which no list of a mapping may have.</summary>
    private static bool IsWritten(JsonNode node) => node switch
    {
        JsonObject o => o.All(p => !p.Key.Any(char.IsControl) && (p.Value is null || IsWritten(p.Value))),
        JsonArray a => a.All(n => n is not null && IsWritten(n)),
        JsonValue v => !v.TryGetValue(out string? text) || text == "\t" || !text.Any(char.IsControl),
        _ => true,
    };

    /// <summary><c>repeat: [1, 10]</c>: the same fact for each n, with {n} in its texts replaced.</summary>
    private static IEnumerable<(string Json, int? N)> WrittenOut(JsonNode? rule)
    {
        if (rule is not JsonObject fact || fact["repeat"] is not JsonArray { Count: 2 } range || range[0] is not JsonValue from || range[1] is not JsonValue to || !from.TryGetValue(out int first) || !to.TryGetValue(out int last) || (long)last - first > 99)
        {
            yield return (rule?.ToJsonString() ?? "null", null);
            yield break;
        }

        fact.Remove("repeat");
        for (var n = first; n <= last; n++)
        {
            yield return (fact.ToJsonString().Replace("{n}", n.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), n);
        }
    }
}

/// <summary>A file is of this layout if its header has all of the columns, or its name is of this form (one <c>*</c>).</summary>
internal sealed record Recognition(IReadOnlyList<string>? Columns = null, string? FileName = null);

/// <summary>What makes a record the same record in a later delivery. Hashed where a column of it says who the person is.</summary>
internal sealed record KeyRule(IReadOnlyList<string> Columns, bool Hashed = false);

/// <summary>Which columns hold the identity half. A name alone is a column.</summary>
internal sealed record IdentityRule
{
    public FieldRule? InsurerNumber { get; init; }

    public FieldRule? InsuredSymbol { get; init; }

    public FieldRule? InsuredNumber { get; init; }

    public FieldRule? InsuredBranch { get; init; }

    public FieldRule? NameKanji { get; init; }

    public FieldRule? NameKana { get; init; }

    public FieldRule? BirthDate { get; init; }

    public FieldRule? Sex { get; init; }

    public FieldRule? PostalCode { get; init; }

    public FieldRule? Address { get; init; }

    /// <summary>The holder's number of the person: one column, or what it is counted in (an institution) before it, joined by <c>-</c>.</summary>
    public IReadOnlyList<string> LocalPatientId { get; init; } = [];

    /// <summary>全国地方公共団体コード of where the person lives, if the address does not say the prefecture.</summary>
    public FieldRule? Municipality { get; init; }

    /// <summary>Columns that name or number the person: no fact and no plain key may read them.</summary>
    public IEnumerable<string> Identifying() =>
        new[] { InsurerNumber, InsuredSymbol, InsuredNumber, InsuredBranch, NameKanji, NameKana, BirthDate, PostalCode, Address }.Select(f => f?.Name).OfType<string>().Concat(LocalPatientId.TakeLast(1));
}

/// <summary>One fact of a row. It is left out where its code, or all of its values, are empty.</summary>
internal sealed record FactRule
{
    public required FactKind Kind { get; init; }

    /// <summary>One of the code systems of the harbour, or <c>other:</c> and a name.</summary>
    public string System { get; init; } = "";

    public FieldRule? Code { get; init; }

    public required FieldRule Start { get; init; }

    public FieldRule? End { get; init; }

    /// <summary>A number; a result in words of convention (陰性, <c>&lt;0.5</c>) becomes the coded result.</summary>
    public FieldRule? Value { get; init; }

    public FieldRule? Unit { get; init; }

    public FieldRule? ValueCode { get; init; }

    public FieldRule? Quantity { get; init; }

    public FieldRule? Days { get; init; }

    public FieldRule? Facility { get; init; }

    public Test? Suspected { get; init; }

    /// <summary>The fact is taken only from rows that pass.</summary>
    public Test? When { get; init; }

    /// <summary>Where in the mapping it stands.</summary>
    [JsonIgnore]
    public string At { get; init; } = "";

    public IEnumerable<(string Name, FieldRule Field)> Fields() =>
        new (string, FieldRule?)[] { ("code", Code), ("start", Start), ("end", End), ("value", Value), ("unit", Unit), ("valueCode", ValueCode), ("quantity", Quantity), ("days", Days), ("facility", Facility) }
            .Where(f => f.Item2 is not null).Select(f => (f.Item1, f.Item2!));
}

/// <summary>Whether a column holds one of some values (or, with <c>not</c>, something else).</summary>
internal sealed record Test(string Column, IReadOnlyList<string>? In = null, IReadOnlyList<string>? Not = null);

/// <summary>Where a value comes from: a column, perhaps translated, or a constant.</summary>
internal sealed record FieldRule
{
    /// <summary>A text alone: a constant in a fact, a column in the identity and for dates.</summary>
    public string? Literal { get; init; }

    public string? Column { get; init; }

    /// <summary>A row without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>What the whole value must look like, as a regular expression without look-around.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Translation: other values are refused, null means none.</summary>
    public IReadOnlyDictionary<string, string?>? Values { get; init; }

    /// <summary>Name of a shared translation.</summary>
    public string? Table { get; init; }

    /// <summary>The column holds YYYYMM: the month's first (<c>month-start</c>) or last day (<c>month-end</c>).</summary>
    public string? As { get; init; }

    /// <summary>The column, where a text alone means one.</summary>
    public string? Name => Column ?? Literal;

    internal sealed class Reading : JsonConverter<FieldRule>
    {
        public override FieldRule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new FieldRule { Literal = reader.GetString() };
            }

            if (reader.TokenType == JsonTokenType.Number)
            {
                return new FieldRule { Literal = JsonElement.ParseValue(ref reader).GetRawText() };
            }

            var said = JsonSerializer.Deserialize<Written>(ref reader, options)!;
            try
            {
                return new FieldRule
                {
                    Column = said.Column,
                    Required = said.Required,
                    Pattern = said.Pattern is null ? null : new Regex($@"\A(?:{said.Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
                    Values = said.Values,
                    Table = said.Table,
                    As = said.As,
                };
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new JsonException("pattern", e);
            }
        }

        public override void Write(Utf8JsonWriter writer, FieldRule value, JsonSerializerOptions options) => throw new NotSupportedException();

        private sealed record Written(string Column, bool Required = false, string? Pattern = null, Dictionary<string, string?>? Values = null, string? Table = null, string? As = null);
    }
}
