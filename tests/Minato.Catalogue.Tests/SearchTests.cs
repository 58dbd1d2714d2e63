namespace Minato.Catalogue.Tests;

/// <summary>Five datasets; only the registry has been delivered.</summary>
public sealed class FiveDatasets : IDisposable
{
    private readonly Harbour harbour = new();

    internal Harbour Harbour => harbour;

    public FiveDatasets()
    {
        harbour.Warehouse.Register("port-records", DataCategory.MedicalRecord, "港病院の電子カルテ", "Records of the Port Hospital");
        harbour.Warehouse.Register("claims", DataCategory.Claims, "支払基金のレセプト", "Claims of the review body");
        harbour.Warehouse.Register("check-ups", DataCategory.CheckUp, "特定健診の結果", "Specific health check-ups");
        harbour.Warehouse.Register("vaccinations", DataCategory.Vaccination, "予防接種の記録", "Vaccination records");
        var dialysis = harbour.Warehouse.Register("registry", DataCategory.Registry, "透析登録", "Dialysis registry");
        harbour.Warehouse.Deliver(dialysis, (ShelfWarehouse.Condition, Rows.Of(30, p => Rows.Condition(p, concept: 320128, source: "I10"))));
    }

    public void Dispose() => harbour.Dispose();
}

public sealed class SearchTests(FiveDatasets five) : IClassFixture<FiveDatasets>
{
    private readonly Harbour harbour = five.Harbour;

    private string[] Found(string text) => [.. harbour.Catalogue.Search(text).Select(d => d.Dataset.Id.Value)];

    [Theory]
    [InlineData("レセプト", "claims")]
    [InlineData("ﾚｾﾌﾟﾄ", "claims")]
    [InlineData("れせぷと", "claims")]
    [InlineData("insurance claim", "claims")]
    [InlineData("ＣＬＡＩＭＳ", "claims")]
    [InlineData("billing", "claims")]
    [InlineData("診療報酬", "claims")]
    [InlineData("vaccine", "vaccinations")]
    [InlineData("ワクチン", "vaccinations")]
    [InlineData("予防接種", "vaccinations")]
    [InlineData("特定健診", "check-ups")]
    [InlineData("hospital records", "port-records")]
    [InlineData("港病院", "port-records")]
    [InlineData("透析", "registry")]
    [InlineData("dialysis", "registry")]
    public void Each_language_finds_the_dataset_first(string text, string expected) => Assert.Equal(expected, Found(text).FirstOrDefault());

    [Theory]
    [InlineData("高血圧")]
    [InlineData("hypertension")]
    [InlineData("I10")]
    [InlineData("320128")]
    public void What_is_in_the_data_is_found_by_its_name_in_either_language(string text) => Assert.Equal("registry", Found(text).FirstOrDefault());

    [Fact]
    public void Variables_are_found_by_name() => Assert.Equal(["registry"], Found("condition_start_date"));

    [Fact]
    public void One_character_is_enough() => Assert.Contains("check-ups", Found("健"));

    [Theory]
    [InlineData("天文学")]
    [InlineData("submarine")]
    [InlineData("!!! ???")]
    [InlineData("\0\uD800")]
    public void What_is_not_there_is_not_found(string text) => Assert.Empty(Found(text));

    [Fact]
    public void Nothing_asked_shows_everything() => Assert.Equal(5, Found("  ").Length);

    [Fact]
    public void An_endless_question_ends() => Assert.NotNull(Found(new string('糖', 2_000_000)));

    [Fact]
    public async Task The_holder_s_words_are_found_as_soon_as_they_are_said()
    {
        using var own = new FiveDatasets();
        string[] Found(string text) => [.. own.Harbour.Catalogue.Search(text).Select(d => d.Dataset.Id.Value)];
        Assert.Empty(Found("inpatient laboratory"));
        await own.Harbour.Catalogue.DescribeAsync(new("port-records"), Tests.Harbour.Words, Tests.Harbour.Operator);
        Assert.Equal(["port-records"], Found("inpatient laboratory"));
        Assert.Equal("port-records", Found("糖尿病")[0]);
    }

    [Theory]
    [InlineData("2型糖尿病", "2 型糖 糖尿 尿病")]
    [InlineData("ｶﾞﾝ登録", "ガン ン登 登録")]
    [InlineData("Claims, databases & HbA1c", "claim database hba1c")]
    [InlineData("status virus class", "status virus class")]
    [InlineData("脳", "脳")]
    [InlineData("", "")]
    public void Text_becomes_terms(string text, string terms) => Assert.Equal(terms, string.Join(' ', Terms.In(text)));
}
