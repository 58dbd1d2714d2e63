using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minato.OptOut;
using Minato.OptOut.Desk;

namespace Minato.Tests;

/// <summary>From a phone call to a letter, from a paper to its second look, through the API; and what a citizen's pages show of it.</summary>
public class ChoicesOfTheDesk(TheVoyage voyage)
{
    [Fact]
    public async Task A_call_and_a_paper_become_choices_and_letters()
    {
        using var clerk = await SignedIn.ApiAsync(voyage, "counter");
        using var colleague = await SignedIn.ApiAsync(voyage, "counter-2");
        using var anybody = await SignedIn.ApiAsync(voyage, null);
        var person = new People(voyage.Folder).All.Single(p => p.Id == "citizen-2").Identity!;
        var known = (await voyage.Harbour.Linkage.IdentifyAsync(person, TestContext.Current.CancellationToken)).Value;
        var phone = new { kind = "Choose", channel = "Phone", person, refuse = true, scope = new { category = "Genome" }, checks = new[] { "birth-date", "call-back" } };

        var done = await Read(await clerk.PostAsJsonAsync("/api/v1/choice-desk/cases", phone));
        Assert.Equal("Done", done.GetProperty("state").GetString());
        var receipt = done.GetProperty("id").GetString()!;
        Assert.Equal(DataCategory.Genome, Assert.Single(voyage.Harbour.OptOut.ChoicesOf(known)).Scope.Category);
        var letter = await Read(await colleague.GetAsync($"/api/v1/choice-desk/cases/{receipt}/letter"));
        var shown = await Read(await anybody.PostAsJsonAsync("/api/v1/choices/letters/read", new { receipt, word = letter.GetProperty("word").GetString() }));
        Assert.True(shown.GetProperty("choice").GetProperty("choice").GetProperty("refused").GetBoolean());
        using var guessed = await anybody.PostAsJsonAsync("/api/v1/choices/letters/read", new { receipt, word = "aaaaaaaaaa" });
        Assert.Equal(HttpStatusCode.NotFound, guessed.StatusCode);
        using var pdf = await (await SignedIn.BrowserAsync(voyage, "counter")).GetAsync($"/choice-desk/{receipt}/letter.pdf");
        Assert.Equal("application/pdf", pdf.Content.Headers.ContentType?.MediaType);

        var paper = new { kind = "TakeBack", channel = "Paper", person, choice = $"c-{receipt}" };
        var taken = await Read(await clerk.PostAsJsonAsync("/api/v1/choice-desk/cases", paper));
        Assert.Equal("WaitsForSecondLook", taken.GetProperty("state").GetString());
        using var alone = await clerk.PostAsJsonAsync($"/api/v1/choice-desk/cases/{taken.GetProperty("id").GetString()}/look", paper);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alone.StatusCode);
        Assert.Equal("Done", (await Read(await colleague.PostAsJsonAsync($"/api/v1/choice-desk/cases/{taken.GetProperty("id").GetString()}/look", paper))).GetProperty("state").GetString());
        Assert.Empty(voyage.Harbour.OptOut.ChoicesOf(known));
        var cases = await clerk.GetStringAsync("/api/v1/choice-desk/cases");
        Assert.DoesNotContain(person.InsuredNumber!, cases, StringComparison.Ordinal);
        Assert.DoesNotContain(known.ToString(), cases, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_missing_is_told_overall_and_for_a_permit()
    {
        using var anybody = await SignedIn.ApiAsync(voyage, null);
        var overall = await Read(await anybody.GetAsync("/api/v1/choices/missing"));
        var all = overall.GetProperty("datasets").EnumerateArray().SelectMany(d => d.GetProperty("shares").EnumerateArray()).ToList();
        Assert.NotEmpty(all);
        Assert.All(all, s => Assert.Equal(0, s.GetProperty("persons").GetInt64() % 10));
        Assert.Contains(all, s => s.GetProperty("group").GetString() == "all" && s.TryGetProperty("missing", out var m) && m.GetInt64() >= 10);
        Assert.Contains(all, s => s.GetProperty("group").GetString() == "prefecture");
        var permit = await Read(await anybody.GetAsync($"/api/v1/permits/{voyage.Report.Extraction.Permit}/missing"));
        Assert.Equal(voyage.Report.Extraction.Refusals.Select(r => r.AtPermit!).Order(), permit.GetProperty("datasets").EnumerateArray().Select(d => d.GetProperty("setId").GetString()!).Order());
        using var none = await anybody.GetAsync("/api/v1/permits/p-0/missing");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_mother_finds_her_child_on_her_page_and_others_do_not()
    {
        var people = new People(voyage.Folder).All.ToDictionary(p => p.Id);
        var mother = (await voyage.Harbour.Linkage.IdentifyAsync(people["citizen-1"].Identity!, TestContext.Current.CancellationToken)).Value;
        var clerk = people["counter"].AsActor();
        var grant = (await voyage.Harbour.Acting.GrantAsync(
            "1234", new ActingRequest(new Pseudonym<Citizen>(77), mother, "representative", ["court-order"], null), [clerk.Id, people["counter-2"].AsActor().Id], clerk, TestContext.Current.CancellationToken)).Value;
        using var browser = await SignedIn.BrowserAsync(voyage, "citizen-1");
        Assert.Contains($"/me/for/{grant.Id}", await browser.GetStringAsync("/me?lang=en"), StringComparison.Ordinal);
        Assert.Contains("You have refused nothing", await browser.GetStringAsync($"/me/for/{grant.Id}?lang=en"), StringComparison.Ordinal);
        using var stranger = await SignedIn.BrowserAsync(voyage, "citizen-2");
        Assert.Contains("You cannot choose for this person", await stranger.GetStringAsync($"/me/for/{grant.Id}?lang=en"), StringComparison.Ordinal);
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/me?lang=ja"));
        Assert.Contains("<ruby>研究<rp>(</rp><rt>けんきゅう</rt><rp>)</rp></ruby>", page, StringComparison.Ordinal);
        var notices = await voyage.Services.GetRequiredService<Minato.Portal.PersonalInbox>().OfAsync(mother, TestContext.Current.CancellationToken);
        var uses = await voyage.Harbour.Linkage.UsesOfAsync(mother, TestContext.Current.CancellationToken);
        Assert.Equal(uses.Count, notices.Count(n => n.Text.En.StartsWith("Your data was used for", StringComparison.Ordinal)));
        Assert.Contains(notices, n => n.Text.En.Contains("was permitted, over data that holds you", StringComparison.Ordinal));
        Assert.Contains(notices, n => n.Text.En.Contains("looked at your health record", StringComparison.Ordinal));
    }

    private static async Task<JsonElement> Read(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement.Clone();
        }
    }
}
