namespace Minato.Catalogue.Tests;

/// <summary>HealthDCAT-AP Release 8 as its own shapes ask for it, in each profile, and the same triples in both languages.</summary>
public sealed class ShapesTests(OneDataset one) : IClassFixture<OneDataset>
{
    private static readonly Uri Base = new("https://minato.example/");

    private static Rdf ShapesOf(string profile) => Rdf.FromTurtle(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Shapes", $"{profile}-shapes.ttl")));

    private Rdf Data() => Rdf.FromTurtle(one.Harbour.Catalogue.ToTurtle(one.Id, Base));

    [Theory]
    [InlineData(AccessRights.NonPublic, "non-public")]
    [InlineData(AccessRights.Restricted, "restricted")]
    [InlineData(AccessRights.Public, "public")]
    public async Task Every_profile_s_shapes_find_nothing(AccessRights access, string profile)
    {
        using var own = new OneDataset();
        var catalogue = own.Harbour.Catalogue;
        Assert.True((await catalogue.DescribeAsync(own.Id, Harbour.Words with { Access = access, ContactPoint = "https://port.example/data?a=1", RetainedUntil = new(2040, 3, 31) }, Harbour.Operator)).IsOk);
        own.Harbour.Warehouse.Shares = [new(1, "s1", Harbour.Now, 0.5, 0.9, null, 90, 10)];
        own.Harbour.Warehouse.Standings = [new(new("one"), 1, new DateOnly(2199, 4, 1))];
        var shapes = ShapesOf(profile);
        Assert.Empty(new Shacl(shapes, Rdf.FromTurtle(catalogue.ToTurtle(own.Id, Base))).Violations());
        Assert.Empty(new Shacl(shapes, Rdf.FromJsonLd(catalogue.ToJsonLd(own.Id, Base))).Violations());
    }

    [Fact]
    public void So_do_they_where_nothing_was_delivered_or_said_yet_and_for_the_catalogue_as_a_whole()
    {
        using var own = new OneDataset();
        foreach (var category in Enum.GetValues<DataCategory>())
        {
            own.Harbour.Warehouse.Register($"new-{category.ToString().ToLowerInvariant()}", category);
        }

        Assert.Empty(new Shacl(ShapesOf("non-public"), Rdf.FromTurtle(own.Harbour.Catalogue.ToTurtle(null, Base))).Violations());
        Assert.Empty(new Shacl(ShapesOf("non-public"), Rdf.FromJsonLd(own.Harbour.Catalogue.ToJsonLd(null, Base))).Violations());
    }

    [Fact]
    public void Both_languages_say_the_same()
    {
        Assert.Equal(Rdf.FromJsonLd(one.Harbour.Catalogue.ToJsonLd(one.Id, Base)).Canonical(), Data().Canonical());
        Assert.Equal(Rdf.FromJsonLd(one.Harbour.Catalogue.ToJsonLd(null, Base)).Canonical(), Rdf.FromTurtle(one.Harbour.Catalogue.ToTurtle(null, Base)).Canonical());
    }

    [Fact]
    public async Task Whatever_a_holder_writes_stays_within_its_text()
    {
        using var own = new OneDataset();
        const string Hostile = "a \"quote\", a \\ and\r\n\t\u0001 <https://x.example/> @en ^^ ; . ] 𠮷";
        var words = Harbour.Words with { Title = new(Hostile, Hostile), Keywords = [Hostile], ContactPoint = "x@y{z}|`^\\.example" };
        Assert.True((await own.Harbour.Catalogue.DescribeAsync(own.Id, words, Harbour.Operator)).IsOk);
        var data = Rdf.FromTurtle(own.Harbour.Catalogue.ToTurtle(own.Id, Base));
        Assert.Equal([Hostile, Hostile], data.Of(RdfTerm.Iri($"https://minato.example/catalogue/{own.Id}"), "http://purl.org/dc/terms/title").Select(t => t.Value));
        Assert.Equal(Rdf.FromJsonLd(own.Harbour.Catalogue.ToJsonLd(own.Id, Base)).Canonical(), data.Canonical());
        Assert.Empty(new Shacl(ShapesOf("non-public"), data).Violations());
    }

    [Theory]
    [InlineData("http://purl.org/dc/terms/accessRights")]
    [InlineData("http://data.europa.eu/r5r/applicableLegislation")]
    [InlineData("http://www.w3.org/ns/dcat#contactPoint")]
    [InlineData("http://www.w3.org/ns/dcat#distribution")]
    [InlineData("http://purl.org/dc/terms/identifier")]
    [InlineData("http://www.w3.org/ns/dcat#keyword")]
    [InlineData("http://purl.org/dc/terms/provenance")]
    [InlineData("http://www.w3.org/ns/dcat#theme")]
    [InlineData("http://purl.org/dc/terms/type")]
    [InlineData("http://healthdataportal.eu/ns/health#hdab")]
    [InlineData("http://healthdataportal.eu/ns/health#healthCategory")]
    [InlineData("http://healthdataportal.eu/ns/health#hasStructuredData")]
    [InlineData("http://healthdataportal.eu/ns/health#hasVariables")]
    [InlineData("http://data.europa.eu/m8g/contactPoint")]
    [InlineData("http://data.europa.eu/m8g/contactPage")]
    [InlineData("http://www.w3.org/2006/vcard/ns#hasEmail")]
    [InlineData("http://www.w3.org/ns/csvw#table")]
    [InlineData("http://www.w3.org/ns/csvw#column")]
    [InlineData("http://www.w3.org/ns/csvw#name")]
    [InlineData("http://www.w3.org/ns/csvw#title")]
    [InlineData("http://www.w3.org/ns/csvw#datatype")]
    public void The_shapes_miss_what_is_taken_away(string property) =>
        Assert.NotEmpty(new Shacl(ShapesOf("non-public"), Data().Without(t => t.Predicate == property)).Violations());

    [Theory]
    [InlineData("public")]
    [InlineData("restricted")]
    public void The_shapes_of_another_profile_ask_for_its_access_rights(string profile) =>
        Assert.Equal([$"https://minato.example/catalogue/{one.Id} http://purl.org/dc/terms/accessRights sh:hasValue"], new Shacl(ShapesOf(profile), Data()).Violations());
}
