using System.Text;
using Minato.Catalogue.Harvest;

namespace Minato.Catalogue.Tests;

/// <summary>Other catalogues: read, whoever wrote them; shown as theirs; never ours.</summary>
public sealed class HarvestTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly Uri Root = new("https://other.example/catalogue");

    private readonly Harbour harbour = new();
    private readonly HttpClient http = new();
    private readonly string folder = Directory.CreateTempSubdirectory("minato-harvest-").FullName;

    public void Dispose()
    {
        http.Dispose();
        harbour.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IHarvest Open() => HarvestRoom.Open(new HarvestOptions(folder, http), harbour.Ledger, harbour.Clock);

    private static Outcome<IReadOnlyList<HarvestedDataset>> Read(string text) => DcatReader.Read(Encoding.UTF8.GetBytes(text), "catalogue", Root);

    private const string Turtle = """
        @prefix dcat: <http://www.w3.org/ns/dcat#> .
        PREFIX dct: <http://purl.org/dc/terms/>
        @prefix foaf: <http://xmlns.com/foaf/0.1/> . # a comment
        <> a dcat:Catalog ; dcat:dataset <#cancer>, [] .
        <#cancer> a dcat:Dataset ;
            dct:title "がん登録"@ja, 'Cancer "registry"'@en ;
            dct:description '''Two
        lines'''@en , "ふたつ\u306e行"@ja ;
            dct:publisher [ a foaf:Agent ; foaf:name "A body" ] ;
            dct:accessRights <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;
            dcat:keyword "cancer", "がん" ; dct:modified "2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date> ;
            dcat:landingPage <https://other.example/cancer> ; dct:extent 12.5, true, (1 2 ( )) .
        """;

    [Fact]
    public void Turtle_is_read()
    {
        var d = Read(Turtle).Value.Single();
        Assert.Equal(("https://other.example/catalogue#cancer", "がん登録", "Cancer \"registry\"", "Two\nlines", "ふたつの行", "A body", "NON_PUBLIC", "https://other.example/cancer", "2026-01-31"),
            (d.Address, d.Title.Ja, d.Title.En, d.Description.En, d.Description.Ja, d.Publisher, d.AccessRights, d.Page, d.Modified));
        Assert.Equal(["cancer", "がん"], d.Keywords);
    }

    [Fact]
    public void JSON_LD_is_read_with_terms_language_maps_and_graphs()
    {
        var d = Read("""
            {"@context":[{"dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/"},
              {"title":{"@id":"dct:title","@container":"@language"},"Dataset":"dcat:Dataset","publisher":{"@id":"dct:publisher"},"name":"http://xmlns.com/foaf/0.1/name","page":{"@id":"dcat:landingPage","@type":"@id"}}],
             "@graph":[{"@id":"d/1","@type":"Dataset","title":{"ja":"死亡","en":["Deaths"]},"publisher":{"name":"A body"},"page":"https://other.example/d/1","dct:description":{"@value":"About","@language":"en"},"unknown":{"a":1}},
                       {"@id":"d/2","@type":["Dataset"]}]}
            """);
        Assert.Equal(("https://other.example/d/1", "死亡", "Deaths", "A body", "About"), (d.Value.Single().Address, d.Value[0].Title.Ja, d.Value[0].Title.En, d.Value[0].Publisher, d.Value[0].Description.En));
        Assert.Equal("harvest.dataset", d.Findings.Single().Code);
    }

    [Theory]
    [InlineData("turtle")]
    [InlineData("json-ld")]
    public void Our_own_catalogue_is_read_back(string form)
    {
        foreach (var id in new[] { "port-records", "port-claims" })
        {
            harbour.Warehouse.Register(id, DataCategory.Registry, $"{id}の登録", $"Registry {id}");
        }

        var text = form == "turtle" ? harbour.Catalogue.ToTurtle(null, new("https://minato.example/")) : harbour.Catalogue.ToJsonLd(null, new("https://minato.example/"));
        Assert.Equal([("https://minato.example/catalogue/port-claims", "Registry port-claims"), ("https://minato.example/catalogue/port-records", "Registry port-records")], Read(text).Value.Select(d => (d.Address, d.Title.En)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("<a> <b> .")]
    [InlineData("<a> <b> \"unfinished")]
    [InlineData("<a> <b> \"x\"^^")]
    [InlineData("@prefix : <http://x/> . :a :b \"\\uD800\" .")]
    [InlineData("a:b a:c a:d .")]
    [InlineData("<a> <b> [[[[")]
    [InlineData("@prefix")]
    [InlineData("{\"@context\":\"https://elsewhere.example/context.jsonld\",\"@type\":\"Dataset\"}")]
    [InlineData("{\"@context\":{\"@vocab\":\"http://www.w3.org/ns/dcat#\"},\"@type\":\"Dataset\",\"@id\":\"javascript:alert(1)\",\"http://purl.org/dc/terms/title\":\"x\"}")]
    [InlineData("{\"@type\":\"http://www.w3.org/ns/dcat#Dataset\",\"http://purl.org/dc/terms/title\":\"\\ud800\"}")]
    public void What_cannot_be_read_is_refused_with_its_place(string text)
    {
        var read = Read(text);
        Assert.False(read.IsOk);
        Assert.All(read.Findings, f => Assert.Equal(("catalogue", true, true), (f.Place.File, f.Reason.Length > 0, f.Remedy.Length > 0)));
    }

    [Fact]
    public void Nothing_deep_or_endless_is_followed()
    {
        Assert.False(Read("<a> <b> " + new string('[', 5000)).IsOk);
        Assert.False(Read("<a> <b> " + string.Concat(Enumerable.Repeat("(", 5000))).IsOk);
        Assert.False(Read(string.Concat(Enumerable.Repeat("{\"a\":", 5000))).IsOk);
        Assert.False(Read("""{"@context":{"a":"b:x","b":"a:y"},"@type":"a:z"}""").IsOk);
        Assert.Equal("harvest.too-large", DcatReader.Read(new byte[(20 << 20) + 1], "c", Root).Findings.Single().Code);
    }

    [Fact]
    public async Task A_source_is_shown_as_elsewhere_and_a_bad_document_changes_nothing()
    {
        var harvest = Open();
        Assert.Equal("harvest.not-permitted", (await harvest.RegisterAsync("other", new("他", "Other"), null, Harbour.HolderOf("x"), None)).Findings.Single().Code);
        Assert.Equal("harvest.address", (await harvest.RegisterAsync("other", new("他", "Other"), "http://169.254.169.254/", Harbour.Operator, None)).Findings.Single().Code);
        Assert.True((await harvest.RegisterAsync("other", new("他", "Other"), null, Harbour.Operator, None)).IsOk);
        Assert.Equal("harvest.known", (await harvest.RegisterAsync("other", new("他", "Other"), null, Harbour.Operator, None)).Findings.Single().Code);
        Assert.Equal(1, (await harvest.UploadAsync("other", Encoding.UTF8.GetBytes(Turtle), Harbour.Operator, None)).Value.Datasets);
        Assert.Equal("harvest.unreadable", (await harvest.UploadAsync("other", "<a> <b> \"x"u8.ToArray(), Harbour.Operator, None)).Findings.Single().Code);
        var source = harvest.Sources.Single();
        Assert.Equal((1, true), (source.Datasets, source.Failed?.Length > 0));
        Assert.Single(harvest.Search("がん 登録"));
        Assert.Empty(harvest.Search("diabetes"));

        // Never ours; the same after a start; a file that was changed is not shown.
        Assert.Empty(harbour.Catalogue.All);
        Assert.Single(Open().Search(null));
        await File.AppendAllTextAsync(Path.Combine(folder, "other.json"), " ", None);
        Assert.Empty(Open().Search(null));
        Assert.True((await harvest.RemoveAsync("other", Harbour.Operator, None)).IsOk);
        Assert.Empty(harvest.Sources);
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public void A_page_of_the_catalogue_is_a_part_of_the_whole()
    {
        for (var n = 0; n < 5; n++)
        {
            harbour.Warehouse.Register($"d-{n}");
        }

        Assert.Equal(["d-2", "d-3"], DcatReader.Read(Encoding.UTF8.GetBytes(harbour.Catalogue.ToJsonLd(2, 2, Root)), "p", Root).Value.Select(d => d.Address.Split('/')[^1]));
        Assert.Equal(["d-4"], DcatReader.Read(Encoding.UTF8.GetBytes(harbour.Catalogue.ToTurtle(4, 2, Root)), "p", Root).Value.Select(d => d.Address.Split('/')[^1]));
        Assert.NotNull(harbour.Catalogue.ChangedAt);
    }
}
