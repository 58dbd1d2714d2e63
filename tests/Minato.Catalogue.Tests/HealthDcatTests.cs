using System.Text.Json.Nodes;

namespace Minato.Catalogue.Tests;

/// <summary>One dataset, delivered and described.</summary>
public sealed class OneDataset : IDisposable
{
    public OneDataset()
    {
        var dataset = Harbour.Warehouse.Register("port-records");
        Harbour.Warehouse.Deliver(
            dataset,
            (ShelfWarehouse.Person, Rows.Of(300, p => Rows.Person(p, 1940 + (p % 50)))),
            (ShelfWarehouse.Condition, Rows.Of(300, p => Rows.Condition(p))),
            (ShelfWarehouse.Measurement, Rows.Of(300, p => Rows.Measurement(p, p / 10m))));
        Harbour.Catalogue.DescribeAsync(dataset.Id, Tests.Harbour.Words with { RetainedUntil = new(2040, 3, 31) }, Tests.Harbour.Operator).GetAwaiter().GetResult();
        Id = dataset.Id;
    }

    internal Harbour Harbour { get; } = new();

    internal DatasetId Id { get; }

    public void Dispose() => Harbour.Dispose();
}

/// <summary>Read back as RDF would be: every term through the context, every mandatory element of the Release 8 non-public profile with its cardinality.</summary>
public sealed class HealthDcatTests(OneDataset one) : IClassFixture<OneDataset>
{
    private const string Dct = "http://purl.org/dc/terms/";
    private const string Dcat = "http://www.w3.org/ns/dcat#";
    private const string Health = "http://healthdataportal.eu/ns/health#";
    private const string Eu = "http://publications.europa.eu/resource/authority/";

    private static readonly Uri Base = new("https://minato.example/");

    private readonly Harbour harbour = one.Harbour;
    private readonly DatasetId id = one.Id;

    private JsonObject Dataset() => Expand(harbour.Catalogue.ToJsonLd(id, Base));

    [Theory]
    [InlineData(Dct + "accessRights", 1, 1)]
    [InlineData("http://data.europa.eu/r5r/applicableLegislation", 1, 99)]
    [InlineData(Dcat + "contactPoint", 1, 99)]
    [InlineData(Dct + "description", 1, 99)]
    [InlineData(Dcat + "distribution", 1, 99)]
    [InlineData(Health + "healthCategory", 1, 99)]
    [InlineData(Health + "hasStructuredData", 1, 1)]
    [InlineData(Health + "hasVariables", 1, 99)]
    [InlineData(Health + "hdab", 1, 1)]
    [InlineData(Dct + "identifier", 1, 99)]
    [InlineData(Dcat + "keyword", 1, 99)]
    [InlineData(Dct + "provenance", 1, 99)]
    [InlineData(Dcat + "theme", 1, 99)]
    [InlineData(Dct + "title", 1, 99)]
    [InlineData(Dct + "type", 1, 99)]
    [InlineData(Dct + "publisher", 1, 1)]
    [InlineData("http://data.europa.eu/930/custodian", 1, 1)]
    [InlineData(Health + "numberOfRecords", 1, 1)]
    [InlineData(Health + "numberOfUniqueIndividuals", 1, 1)]
    [InlineData(Health + "minTypicalAge", 1, 1)]
    [InlineData(Health + "maxTypicalAge", 1, 1)]
    [InlineData(Health + "retentionPeriod", 1, 1)]
    [InlineData(Health + "populationCoverage", 1, 99)]
    [InlineData(Health + "hasCodingSystem", 1, 99)]
    [InlineData("https://w3id.org/dpv#hasPersonalData", 1, 99)]
    [InlineData(Dct + "temporal", 1, 1)]
    public void Every_mandatory_and_recommended_element_is_there(string property, int least, int most)
    {
        var values = Values(Dataset(), property);
        Assert.InRange(values.Count, least, most);
    }

    [Fact]
    public void Titles_are_in_both_languages()
    {
        var title = Values(Dataset(), Dct + "title").Select(v => ((string)v!["@language"]!, (string)v["@value"]!));
        Assert.Equal([("ja", "港病院の診療データ"), ("en", "Clinical data of the Port Hospital")], title);
    }

    [Fact]
    public void Values_have_the_types_that_the_shapes_ask_for()
    {
        var d = Dataset();
        Assert.Equal($"{Eu}access-right/NON_PUBLIC", Iri(d, Dct + "accessRights"));
        Assert.Equal("https://hdeu-dcat.data.health.europa.eu/resource/authority/healthcategories/EHRS", Iri(d, Health + "healthCategory"));
        Assert.Equal($"{Eu}data-theme/HEAL", Iri(d, Dcat + "theme"));
        Assert.Equal($"{Eu}frequency/MONTHLY", Iri(d, Dct + "accrualPeriodicity"));
        Assert.Equal("http://www.w3.org/2001/XMLSchema#boolean", Type(d, Health + "hasStructuredData"));
        Assert.Equal(("900", "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"), (Value(d, Health + "numberOfRecords"), Type(d, Health + "numberOfRecords")));
        Assert.Equal("300", Value(d, Health + "numberOfUniqueIndividuals"));
        Assert.StartsWith("https://laws.e-gov.go.jp/law/", Iri(d, "http://data.europa.eu/r5r/applicableLegislation"), StringComparison.Ordinal);
        Assert.Contains("icd10:E119", Values(d, Health + "hasCodeValues").Select(v => (string)v!));

        // Shapes: a vcard Kind has exactly an e-mail or a page, as an IRI; an agent has exactly one contact point; a distribution names its law and its address.
        Assert.Equal("mailto:data@port-hospital.example", Iri((JsonObject)Values(d, Dcat + "contactPoint")[0]!, "http://www.w3.org/2006/vcard/ns#hasEmail"));
        foreach (var agent in new[] { Health + "hdab", Dct + "publisher", "http://data.europa.eu/930/custodian" }.Select(p => (JsonObject)Values(d, p)[0]!))
        {
            Assert.Single(Values(agent, "http://data.europa.eu/m8g/contactPoint"));
            Assert.NotEmpty(Values(agent, "http://xmlns.com/foaf/0.1/name"));
        }

        foreach (var distribution in Values(d, Dcat + "distribution").Concat(Values(d, Health + "analytics")).Cast<JsonObject>())
        {
            Assert.StartsWith("https://minato.example/", Iri(distribution, Dcat + "accessURL"), StringComparison.Ordinal);
            Assert.NotEmpty(Values(distribution, "http://data.europa.eu/r5r/applicableLegislation"));
        }

        var temporal = (JsonObject)Values(d, Dct + "temporal")[0]!;
        Assert.Equal(("2020-01-01", "2021-12-31"), (Value(temporal, Dcat + "startDate"), Value(temporal, Dcat + "endDate")));
    }

    [Fact]
    public void Every_variable_is_in_the_table_group_once_with_a_title_a_type_and_words()
    {
        var group = (JsonObject)Values(Dataset(), Health + "hasVariables")[0]!;
        const string Csvw = "http://www.w3.org/ns/csvw#";
        Assert.NotEmpty(Values(group, Dct + "title"));
        var listed = Values(group, Csvw + "table").Cast<JsonObject>().SelectMany(t => Values(t, Csvw + "column").Cast<JsonObject>().Select(c => (Table: Value(t, Dct + "title"), Column: c))).ToArray();
        Assert.All(listed, l =>
        {
            Assert.Single(Values(l.Column, Csvw + "name"));
            Assert.NotEmpty(Values(l.Column, Csvw + "title"));
            Assert.Single(Values(l.Column, Csvw + "datatype"));
            Assert.Equal(2, Values(l.Column, Dct + "description").Count);
        });
        Assert.Equal(
            harbour.Catalogue.Find(id)!.Variables.Select(v => (v.Table, v.Column)).Order(),
            listed.Select(l => (l.Table, (string)Values(l.Column, Csvw + "name")[0]!)).Order());
        Assert.Contains(listed, l => Values(l.Column, Dct + "description").Any(v => ((string)v!["@value"]!).Contains("range (1st to 99th percentile)", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_catalogue_holds_every_dataset_and_is_the_same_text_every_time()
    {
        using var own = new OneDataset();
        var harbour = own.Harbour;
        harbour.Warehouse.Register("a-new-one", DataCategory.Claims);
        var text = harbour.Catalogue.ToJsonLd(null, Base);
        Assert.Equal(text, harbour.Reopen().ToJsonLd(null, new Uri("https://minato.example")));
        var catalogue = Expand(text);
        Assert.Equal($"{Dcat}Catalog", (string)catalogue["@type"]!);
        Assert.Equal(["https://minato.example/catalogue/a-new-one", "https://minato.example/catalogue/port-records"], Values(catalogue, Dcat + "dataset").Select(d => (string)d!["@id"]!));
        Assert.Contains("港病院", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hidden_table_hides_the_sum_too()
    {
        using var harbour = new Harbour();
        var small = harbour.Warehouse.Register("small");
        harbour.Warehouse.Deliver(small, (ShelfWarehouse.Person, Rows.Of(300, p => Rows.Person(p))), (ShelfWarehouse.Condition, Rows.Of(9, p => Rows.Condition(p))));
        var d = Expand(harbour.Catalogue.ToJsonLd(small.Id, Base));
        Assert.Empty(Values(d, Health + "numberOfRecords"));
        Assert.Equal("300", Value(d, Health + "numberOfUniqueIndividuals"));
    }

    private static List<JsonNode?> Values(JsonObject node, string property) => node[property] switch
    {
        null => [],
        JsonArray many => [.. many],
        var one => [one],
    };

    private static string Iri(JsonObject node, string property) => (string)Values(node, property)[0]!["@id"]!;

    private static string Value(JsonObject node, string property) => (string)Values(node, property)[0]!["@value"]!;

    private static string Type(JsonObject node, string property) => (string)Values(node, property)[0]!["@type"]!;

    /// <summary>JSON-LD expansion, as far as this document uses the language: prefixes in keys and types. An unknown prefix is an error.</summary>
    private static JsonObject Expand(string text)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        var context = json["@context"]!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!);
        string Full(string term)
        {
            var colon = term.IndexOf(':', StringComparison.Ordinal);
            return term.StartsWith('@') || term.Contains("://", StringComparison.Ordinal) || term.StartsWith("mailto:", StringComparison.Ordinal) ? term
                : colon > 0 && context.TryGetValue(term[..colon], out var ns) ? ns + term[(colon + 1)..]
                : throw new InvalidDataException($"'{term}' is not in the context");
        }

        JsonNode? Node(JsonNode? node) => node switch
        {
            JsonObject o => new JsonObject(o.Where(p => p.Key != "@context").Select(p => KeyValuePair.Create(
                Full(p.Key), p.Key is "@type" or "@id" ? JsonValue.Create(Full((string)p.Value!)) : p.Key is "@value" or "@language" ? p.Value!.DeepClone() : Node(p.Value)))),
            JsonArray a => new JsonArray([.. a.Select(Node)]),
            _ => node?.DeepClone(),
        };

        return Node(json)!.AsObject();
    }
}
