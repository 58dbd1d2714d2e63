using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Minato.Tests;

/// <summary>What belongs to an application beside its form, through HTTP: the cohort imported, documents attached, what was similar before.</summary>
public sealed class TheApplicationsRest(TheVoyage voyage)
{
    [Fact]
    public async Task A_cohort_is_imported_and_what_cannot_be_read_names_its_node()
    {
        using var sato = await SignedIn.ApiAsync(voyage, "r-sato");
        var id = (await (await sato.PostAsJsonAsync("/api/v1/applications", new { })).Content.ReadFromJsonAsync<string>())!;
        using var broken = await sato.PutAsync($"/api/v1/applications/{id}/cohort", new StringContent("""{"ConceptSets":[],"PrimaryCriteria":{"CriteriaList":[{"ConditionOccurrence":{"Sidereal":1}}]}}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.StatusCode);
        var said = await broken.Content.ReadAsStringAsync();
        Assert.Contains("$.PrimaryCriteria.CriteriaList[0].ConditionOccurrence.Sidereal", said, StringComparison.Ordinal);
        Assert.Contains("cohort.unknown-field", said, StringComparison.Ordinal);

        // As a cohort editor's server wraps it.
        var cohort = await File.ReadAllTextAsync(Path.Combine(TheVoyage.Root(), "standards", "cohorts", "t2d-prevalent.json"), TestContext.Current.CancellationToken);
        using var wrapped = await sato.PutAsync($"/api/v1/applications/{id}/cohort", JsonContent.Create(new { id = 7, name = "T2D", expression = cohort }));
        Assert.True(wrapped.IsSuccessStatusCode, await wrapped.Content.ReadAsStringAsync());
        using var a = JsonDocument.Parse(await sato.GetStringAsync($"/api/v1/applications/{id}"));
        Assert.Equal(cohort, a.RootElement.GetProperty("draft").GetProperty("use").GetProperty("cohortJson").GetString());
        Assert.Contains(a.RootElement.GetProperty("checks").EnumerateArray(), c => c.GetProperty("rule").GetString() == "use.cohort" && c.GetProperty("passed").GetBoolean());

        using var yamada = await SignedIn.ApiAsync(voyage, "r-yamada");
        Assert.Equal(HttpStatusCode.Forbidden, (await yamada.PutAsync($"/api/v1/applications/{id}/cohort", new StringContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task A_document_is_attached_in_the_browser_and_read_by_its_people_only()
    {
        using var sato = await SignedIn.ApiAsync(voyage, "r-sato");
        var id = (await (await sato.PostAsJsonAsync("/api/v1/applications", new { })).Content.ReadFromJsonAsync<string>())!;
        using var browser = await SignedIn.BrowserAsync(voyage, "r-sato");
        var page = $"/research/applications/{id}?lang=en";
        using var form = new MultipartFormDataContent
        {
            { new StringContent("attach"), "_handler" },
            { new StringContent(SignedIn.AntiForgery().Match(await browser.GetStringAsync(page)).Groups[1].Value), "__RequestVerificationToken" },
            { new StringContent("protocol"), "kind" },
            { new ByteArrayContent(Encoding.ASCII.GetBytes("%PDF-1.7\n%%EOF")), "file", "study plan.pdf" },
        };
        using var attached = await browser.PostAsync(page, form);
        Assert.Contains("study plan.pdf is attached", await attached.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var document = (await sato.GetFromJsonAsync<JsonElement>($"/api/v1/applications/{id}/attachments")).EnumerateArray().Single().GetProperty("id").GetString();
        using var file = await browser.GetAsync($"/applications/{id}/attachments/{document}");
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        using var yamada = await SignedIn.BrowserAsync(voyage, "r-yamada");
        Assert.Equal(HttpStatusCode.NotFound, (await yamada.GetAsync($"/applications/{id}/attachments/{document}")).StatusCode);
        using var hostile = await sato.PostAsync($"/api/v1/applications/{id}/attachments?kind=protocol&name=x.html", new StringContent("<html>"));
        Assert.Contains("attachment.active", await hostile.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The demonstration's study is alike to the one that only counts.
        var similar = await sato.GetFromJsonAsync<JsonElement>($"/api/v1/applications/{voyage.Harbour.Access.FindPermit(new(voyage.Report.Extraction.Permit))!.Application}/similar");
        Assert.NotEmpty(similar.EnumerateArray());
    }
}
