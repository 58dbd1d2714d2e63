using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minato.Warehouse;

namespace Minato.Catalogue;

/// <summary>
/// Descriptions as HealthDCAT-AP Release 8 in JSON-LD and Turtle, in the profile of the dataset's access rights. What is not known is left out, never invented; the
/// order is always the same, so that a harvester sees a change only where there is one.
/// </summary>
internal sealed class HealthDcat(CatalogueOptions options, Uri baseUri)
{
    private const string Eu = "http://publications.europa.eu/resource/authority";
    private const string Health = "https://hdeu-dcat.data.health.europa.eu/resource/authority";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private static readonly (string Prefix, string Namespace)[] Prefixes =
    [
        ("adms", "http://www.w3.org/ns/adms#"), ("csvw", "http://www.w3.org/ns/csvw#"), ("cv", "http://data.europa.eu/m8g/"), ("dcat", "http://www.w3.org/ns/dcat#"),
        ("dcatap", "http://data.europa.eu/r5r/"), ("dct", "http://purl.org/dc/terms/"), ("dpv", "https://w3id.org/dpv#"), ("dpvpd", "https://w3id.org/dpv/dpv-pd#"),
        ("dqv", "http://www.w3.org/ns/dqv#"), ("foaf", "http://xmlns.com/foaf/0.1/"), ("geodcatap", "http://data.europa.eu/930/"), ("healthdcatap", "http://healthdataportal.eu/ns/health#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("skos", "http://www.w3.org/2004/02/skos/core#"), ("vcard", "http://www.w3.org/2006/vcard/ns#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ];

    private readonly string root = baseUri.AbsoluteUri.EndsWith('/') ? baseUri.AbsoluteUri : baseUri.AbsoluteUri + "/";

    public JsonObject Catalogue(IReadOnlyList<DatasetDescription> all, DateTimeOffset now) => new()
    {
        ["@id"] = $"{root}catalogue",
        ["@type"] = "dcat:Catalog",
        ["dct:title"] = Both(new("みなと データカタログ", "Minato data catalogue")),
        ["dct:description"] = Both(new("二次利用できる医療等データの一覧。", "Health data that can be applied for.")),
        ["dct:publisher"] = Body(),
        ["dct:language"] = Ids($"{Eu}/language/JPN", $"{Eu}/language/ENG"),
        ["dct:modified"] = Typed(all.Max(d => d.SnapshotAt) is { } latest ? Day(latest) : Day(now), "xsd:date"),
        ["dcatap:applicableLegislation"] = new JsonArray([.. all.Select(d => CategoryWords.Of(d.Dataset.Category).Law).Append("429AC0000000028").Distinct().Order(StringComparer.Ordinal).Select(l => (JsonNode)Id(Law(l)))]),
        ["foaf:homepage"] = Id(root),
        ["dcat:dataset"] = new JsonArray([.. all.OrderBy(d => d.Dataset.Id.Value, StringComparer.Ordinal).Select(d => (JsonNode)Dataset(d))]),
    };

    public static string JsonLd(JsonObject node)
    {
        var context = new JsonObject();
        foreach (var (prefix, name) in Prefixes)
        {
            context[prefix] = name;
        }

        node.Insert(0, "@context", context);
        return node.ToJsonString(Format) + "\n";
    }

    public static string AsTurtle(JsonObject node) => Turtle.Of(node, Prefixes);

    public JsonObject Dataset(DatasetDescription d)
    {
        var category = CategoryWords.Of(d.Dataset.Category);
        var holder = d.ByHolder;
        var page = $"{root}catalogue/{d.Dataset.Id}";
        var law = Law(category.Law);
        var node = new JsonObject
        {
            ["@id"] = page,
            ["@type"] = "dcat:Dataset",
            ["dct:title"] = Both(holder?.Title ?? d.Dataset.Title),
            ["dct:description"] = Both(holder?.Summary ?? new($"{category.Name.Ja}のデータ。", $"{category.Name.En}.")),
            ["dct:identifier"] = d.Dataset.Id.Value,
            ["dct:accessRights"] = Id($"{Eu}/access-right/{RightOf(holder?.Access ?? AccessRights.NonPublic)}"),
            ["dcatap:applicableLegislation"] = Id(law),
            ["dct:type"] = Id($"{Eu}/dataset-type/STATISTICAL"),
            ["dct:language"] = Id($"{Eu}/language/JPN"),
            ["dct:publisher"] = Body(),
            ["geodcatap:custodian"] = Agent(new(d.Dataset.Holder.Value, d.Dataset.Holder.Value), holder?.ContactPoint, page),
            ["healthdcatap:hdab"] = Body(),
            ["dct:conformsTo"] = Id($"{Health}/standard/OMOP-CDM"),
            ["dct:spatial"] = Id($"{Eu}/country/JPN"),
            ["dct:provenance"] = new JsonObject
            {
                ["@type"] = "dct:ProvenanceStatement",
                ["rdfs:label"] = Both(new(
                    "提供者のデータを、名前と記録に分けて受け取り、記録だけを仮名の下で OMOP CDM v5.4 に入れたもの。",
                    "Taken in from the holder, split into identities and records; the records alone, under pseudonyms, in OMOP CDM v5.4.")),
            },
            ["dcat:theme"] = Id($"{Eu}/data-theme/HEAL"),
            ["dcat:keyword"] = Keywords(category, holder),
            ["dcat:contactPoint"] = Contact("vcard:Kind", "vcard:hasEmail", "vcard:hasURL", holder?.ContactPoint, page),
            ["dcat:landingPage"] = Id(page),
            ["healthdcatap:healthCategory"] = Id($"{Health}/healthcategories/{category.HealthCategory}"),
            ["healthdcatap:hasStructuredData"] = Typed(d.Variables.Count > 0 ? "true" : "false", "xsd:boolean"),
            ["healthdcatap:hasCodingSystem"] = CodingSystems(d),
            ["healthdcatap:populationCoverage"] = Both(holder?.PopulationCoverage ?? Coverage(d, category)),
            ["dpv:hasPersonalData"] = Ids("dpvpd:Age", "dpvpd:Gender", "dpvpd:MedicalHealth"),
            ["dpv:hasLegalBasis"] = new JsonObject { ["@type"] = "dpv:LegalBasis", ["dct:source"] = Id(law) },
            ["dcat:distribution"] = Distribution(
                new("解析環境での提供", "Provided in the secure environment"),
                new("許可を受けた利用者に、加工した形で、解析環境の中だけで提供する。", "Provided in processed form to permitted users, inside the secure environment only."),
                $"{root}research", law, d.Conditions),
            ["healthdcatap:analytics"] = Distribution(
                new("このデータの姿", "What the data look like"),
                new($"件数、期間、変数、多い値。{options.SmallCell}人未満の数は示さない。", $"Counts, period, variables and frequent values; nothing of fewer than {options.SmallCell} people."),
                page, law, []),
        };
        Add(node, "dct:accrualPeriodicity", Frequency(holder?.UpdateFrequency) is { } f ? Id($"{Eu}/frequency/{f}") : null);
        Add(node, "dct:modified", d.SnapshotAt is { } at ? Typed(Day(at), "xsd:date") : null);
        Add(node, "dcat:version", d.SnapshotId);
        Add(node, "dct:available", d.Standing?.EmbargoUntil is { } usable ? Typed(usable.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "xsd:date") : null);
        Add(node, "adms:versionNotes", d.Standing is { Deliveries: > 0 } standing ? Both(InWords(standing)) : null);
        Add(node, "dct:temporal", d is { From: { } from, To: { } to } ? Period(from, to) : null);
        Add(node, "healthdcatap:retentionPeriod", holder?.RetainedUntil is { } until && d.From is { } kept ? Period(kept, until) : null);
        Add(node, "healthdcatap:numberOfUniqueIndividuals", d.Persons is { } persons ? Count(persons) : null);

        // A sum that leaves out a hidden table would give that table's size away to whoever knows the total.
        Add(node, "healthdcatap:numberOfRecords", d.RowsByTable.Count > 0 && d.RowsByTable.Values.All(r => r is not null) ? Count(d.RowsByTable.Values.Sum(r => r!.Value)) : null);
        Add(node, "healthdcatap:minTypicalAge", d.TypicalAge is { } young ? Count(young.From) : null);
        Add(node, "healthdcatap:maxTypicalAge", d.TypicalAge is { } old ? Count(old.To) : null);
        Add(node, "healthdcatap:hasCodeValues", CodeValues(d) is { Count: > 0 } codes ? codes : null);
        Add(node, "healthdcatap:hasVariables", d.Variables.Count > 0 ? Variables(d) : null);
        Add(node, "dqv:hasQualityMeasurement", d.Quality.Count > 0 || d.Linkage is not null || d.Checks.Count > 0 ? Quality(d, page) : null);
        return node;
    }

    private static JsonObject Variables(DatasetDescription d) => new()
    {
        ["@type"] = "csvw:TableGroup",
        ["dct:title"] = Both(new("変数の一覧（OMOP CDM v5.4）", "Variables (OMOP CDM v5.4)")),
        ["csvw:table"] = new JsonArray([.. d.Variables.GroupBy(v => v.Table).OrderBy(g => g.Key, StringComparer.Ordinal).Select(table => (JsonNode)new JsonObject
        {
            ["@type"] = "csvw:Table",
            ["dct:title"] = Text(table.Key, "en"),
            ["csvw:column"] = new JsonArray([.. table.Select(v => (JsonNode)new JsonObject
            {
                ["@type"] = "csvw:Column",
                ["csvw:name"] = v.Column,
                ["csvw:title"] = Text(v.Column.Replace('_', ' '), "en"),
                ["csvw:datatype"] = DataType(v.Type),
                ["dct:description"] = Both(InWords(v)),
            })]),
        })]),
    };

    private static Bilingual InWords(DatasetStanding s)
    {
        var through = s.ConfirmedThrough?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return s.IsConfirmed ? new("提供者が確定したデータ", "Confirmed by the holder")
            : through is not null ? new($"{through}までは確定、それ以後は速報", $"Confirmed through {through}, preliminary after that")
            : new($"速報（{s.Deliveries}回の提供のうち未確定{s.Preliminary}回）", $"Preliminary ({s.Preliminary} of {s.Deliveries} deliveries not confirmed)");
    }

    /// <summary>What users miss most in catalogues: per variable, how much is missing and between what it lies.</summary>
    private static Bilingual InWords(VariableDescription v)
    {
        var missing = v.MissingShare is { } share ? share.ToString("P1", CultureInfo.InvariantCulture) : null;
        var range = v.Minimum is not null && v.Maximum is not null ? $"{v.Minimum} – {v.Maximum}" : null;
        string Sentence(string missingWord, string rangeWord, string none) =>
            string.Join("; ", new[] { missing is null ? null : $"{missingWord} {missing}", range is null ? null : $"{rangeWord} {range}" }.Where(s => s is not null)) is { Length: > 0 } text ? text : none;
        return new(Sentence("欠測", "範囲（1〜99%）", v.Column), Sentence("missing", "range (1st to 99th percentile)", v.Column));
    }

    private static JsonArray Quality(DatasetDescription d, string page) => new([.. d.Quality.Concat(OfLinkage(d)).Concat(OfChecks(d)).OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => (JsonNode)new JsonObject
    {
        ["@type"] = "dqv:QualityMeasurement",
        ["dqv:isMeasurementOf"] = Id($"{page}#quality-{Uri.EscapeDataString(q.Key)}"),
        ["dqv:value"] = Typed(q.Value.ToString("0.###", CultureInfo.InvariantCulture), "xsd:decimal"),
    })]);

    /// <summary><c>checks.category</c>: the share of the latest measured snapshot's quality checks that passed; nothing where the label was revoked.</summary>
    private static IEnumerable<KeyValuePair<string, double>> OfChecks(DatasetDescription d) => d.Checks.Count == 0 || d.Label?.Standing == LabelStanding.Revoked
        ? []
        : new (string Name, double? Share)[] { ("conformance", d.Checks[^1].Conformance), ("completeness", d.Checks[^1].Completeness), ("plausibility", d.Checks[^1].Plausibility) }
            .Where(c => c.Share is not null).Select(c => new KeyValuePair<string, double>("checks." + c.Name, c.Share!.Value));

    /// <summary><c>linkage.class.group.value</c>: shares of records by class of link, and what the weights expect to be wrong.</summary>
    private static IEnumerable<KeyValuePair<string, double>> OfLinkage(DatasetDescription d)
    {
        if (d.Linkage is not { } linkage)
        {
            yield break;
        }

        foreach (var g in linkage.Groups)
        {
            foreach (var (linkClass, share) in g.ByClass)
            {
                yield return new(g.Group == "all" ? $"linkage.{linkClass}" : $"linkage.{linkClass}.{g.Group}.{g.Value}", share);
            }
        }

        if (linkage.EstimatedFalse is { } wrong)
        {
            yield return new("linkage.estimated-false", wrong);
        }

        if (linkage.EstimatedMissed is { } missed)
        {
            yield return new("linkage.estimated-missed", missed);
        }
    }

    private static JsonArray CodingSystems(DatasetDescription d)
    {
        // Only systems that the controlled list of Release 8 has; Japanese ones are national procedure codes there.
        var used = d.Variables.SelectMany(v => v.TopValues).Select(v => v.System switch
        {
            CodeSystem.Icd10 => "ICD-10",
            CodeSystem.Loinc => "LOINC",
            CodeSystem.Snomed => "SNOMED-CT",
            CodeSystem.RxNorm => "RXNORM",
            CodeSystem.Procedure => "PROC-CODES-NAT",
            _ => null,
        }).OfType<string>().Append("OHDSI-VOCAB").Distinct().Order(StringComparer.Ordinal);
        return Ids([.. used.Select(s => $"{Health}/coding-system/{s}")]);
    }

    private static JsonArray CodeValues(DatasetDescription d) => new([.. d.Variables.SelectMany(v => v.TopValues)
        .Where(v => v.System.Length > 0 && v.System != "omop")
        .GroupBy(v => (v.System, v.Code)).OrderByDescending(g => g.Max(v => v.Count)).ThenBy(g => g.Key.System, StringComparer.Ordinal).ThenBy(g => g.Key.Code, StringComparer.Ordinal)
        .Take(20).Select(g => (JsonNode)$"{g.Key.System}:{g.Key.Code}")]);

    private static Bilingual Coverage(DatasetDescription d, CategoryWords category)
    {
        var (ja, en) = d.Persons is { } n ? ($"{n.ToString("N0", CultureInfo.InvariantCulture)}人", $"{n.ToString("N0", CultureInfo.InvariantCulture)} people") : ("人数は示さない", "number of people not shown");
        return new($"{category.Name.Ja}に記録のある人（{ja}）。", $"People with a record in this dataset of {category.Name.En.ToLowerInvariant()} ({en}).");
    }

    private static JsonArray Keywords(CategoryWords category, HolderDescription? holder) => new(
    [
        Text(category.Name.Ja, "ja"), Text(category.Name.En, "en"),
        .. (holder?.Keywords ?? []).Distinct().Order(StringComparer.Ordinal).Select(k => (JsonNode)Text(k, k.All(char.IsAscii) ? "en" : "ja")),
    ]);

    private JsonObject Body() => Agent(options.Body, options.BodyEmail, $"{root}about");

    private static JsonObject Agent(Bilingual name, string? contact, string page) => new()
    {
        ["@type"] = "foaf:Agent",
        ["foaf:name"] = name.Ja == name.En ? new JsonArray(Text(name.En, "en")) : Both(name),
        ["cv:contactPoint"] = IsEmail(contact)
            ? new JsonObject { ["@type"] = "cv:ContactPoint", ["cv:email"] = contact }
            : new JsonObject { ["@type"] = "cv:ContactPoint", ["cv:contactPage"] = Id(PageOf(contact) ?? page) },
    };

    private static JsonObject Contact(string type, string email, string url, string? contact, string page) => IsEmail(contact)
        ? new() { ["@type"] = type, [email] = Id($"mailto:{contact}") }
        : new() { ["@type"] = type, [url] = Id(PageOf(contact) ?? page) };

    private static JsonObject Distribution(Bilingual title, Bilingual description, string accessUrl, string law, IReadOnlyList<DatasetCondition> conditions)
    {
        var node = new JsonObject
        {
            ["@type"] = "dcat:Distribution",
            ["dct:title"] = Both(title),
            ["dct:description"] = Both(description),
            ["dcatap:applicableLegislation"] = Id(law),
            ["dcat:accessURL"] = Id(accessUrl),
        };
        Add(node, "dct:rights", conditions.Count > 0 ? new JsonArray([.. conditions.Select(c => (JsonNode)Rights(c))]) : null);
        return node;
    }

    /// <summary>A condition of use: the term of the Data Use Ontology, and what it says here.</summary>
    private static JsonObject Rights(DatasetCondition c) => new()
    {
        ["@type"] = "dct:RightsStatement",
        ["dct:conformsTo"] = Id(c.Term.Iri),
        ["rdfs:label"] = Both(c.Value is { } value ? new($"{c.Term.Name.Ja}：{value}", $"{c.Term.Name.En}: {value}") : c.Term.Name),
    };

    private static JsonObject Period(DateOnly from, DateOnly to) => new()
    {
        ["@type"] = "dct:PeriodOfTime",
        ["dcat:startDate"] = Typed(from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "xsd:date"),
        ["dcat:endDate"] = Typed(to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "xsd:date"),
    };

    private static string RightOf(AccessRights access) => access switch
    {
        AccessRights.Public => "PUBLIC",
        AccessRights.Restricted => "RESTRICTED",
        _ => "NON_PUBLIC",
    };

    private static string? Frequency(string? words) => words?.Trim().ToLowerInvariant() switch
    {
        "continuous" or "realtime" or "随時" => "CONT",
        "daily" or "毎日" => "DAILY",
        "weekly" or "毎週" => "WEEKLY",
        "monthly" or "毎月" or "月次" => "MONTHLY",
        "quarterly" or "四半期" => "QUARTERLY",
        "yearly" or "annual" or "annually" or "毎年" or "年次" => "ANNUAL",
        _ => null,
    };

    private static string DataType(string type) => type switch
    {
        "Integer" => "integer",
        "Decimal" => "decimal",
        "Date" => "date",
        "Boolean" => "boolean",
        _ => "string",
    };

    private static bool IsEmail(string? text) => text is not null && text.IndexOf('@', StringComparison.Ordinal) > 0 && !text.Any(c => char.IsWhiteSpace(c) || c is '<' or '>' or '"' or '{' or '}' or '|' or '^' or '`' or '\\');

    private static string? PageOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri!.AbsoluteUri : null;

    private static string Law(string id) => $"https://laws.e-gov.go.jp/law/{id}";

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static JsonObject Id(string iri) => new() { ["@id"] = iri };

    private static JsonArray Ids(params IReadOnlyList<string> iris) => new([.. iris.Select(i => (JsonNode)Id(i))]);

    private static JsonObject Text(string text, string language) => new() { ["@value"] = text, ["@language"] = language };

    private static JsonArray Both(Bilingual text) => new(Text(text.Ja, "ja"), Text(text.En, "en"));

    private static JsonObject Typed(string value, string type) => new() { ["@value"] = value, ["@type"] = type };

    private static JsonObject Count(long n) => Typed(n.ToString(CultureInfo.InvariantCulture), "xsd:nonNegativeInteger");

    private static void Add(JsonObject node, string property, JsonNode? value)
    {
        if (value is not null)
        {
            node[property] = value;
        }
    }
}
