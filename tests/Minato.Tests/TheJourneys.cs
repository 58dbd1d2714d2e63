using Microsoft.Playwright;

namespace Minato.Tests;

/// <summary>
/// What a citizen, the desk and a doctor do on a day, from page to page in a real browser, in both languages. Long, so that they run only where <c>MINATO_JOURNEYS=1</c> asks for them.
/// </summary>
public sealed class TheJourneys(TheVoyage voyage, TheBrowser browser) : IClassFixture<TheBrowser>
{
    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task A_citizen_looks_refuses_in_part_checks_the_receipt_and_takes_it_back(string language)
    {
        var page = await StartAsync("citizen-3", language);
        await page.GotoAsync("/me");
        await page.Locator("details summary").First.ClickAsync();
        await page.Locator("#c-users").SelectOptionAsync("company");
        await page.Locator("form:has(#c-users) button").ClickAsync();
        await page.Locator("[role=status]").First.WaitForAsync();
        await page.Locator("a[href^='/me/receipt/']").First.ClickAsync();
        await page.Locator("#receipt-checks li:nth-child(4) .tag.good").WaitForAsync();
        Assert.Equal(4, await page.Locator("#receipt-checks .tag.good").CountAsync());
        await page.GotoAsync("/me");
        Assert.True(await page.Locator("#notices + ul li, #notices ~ ul.flow li").CountAsync() > 0);
        await page.Locator("ul.cards form button").First.ClickAsync();
        await page.Locator("[role=status]").First.WaitForAsync();
        await page.GotoAsync("/missing");
        Assert.True(await page.Locator("table").CountAsync() > 0);
    }

    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task A_parent_chooses_for_a_child(string language)
    {
        var page = await StartAsync("citizen-1", language);
        await page.GotoAsync("/me");
        await page.Locator("a[href^='/me/for/']").First.ClickAsync();
        await page.Locator("form:has(#c-users) input[name=category]").Nth(1).CheckAsync();
        await page.Locator("form:has(#c-users) button").ClickAsync();
        await page.Locator("[role=status]").First.WaitForAsync();
        await page.Locator("ul.cards form button").First.ClickAsync();
        await page.Locator("[role=status]").First.WaitForAsync();
    }

    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task Two_of_the_desk_read_a_paper_and_the_letter_shows_what_was_recorded(string language)
    {
        var card = new People(voyage.Folder).All.Single(p => p.Id == "citizen-2").Identity!;
        var first = await StartAsync("counter", language);
        await first.GotoAsync("/choice-desk");
        await FillAsync(first, card);
        await first.Locator("form:has(#o-case) button").ClickAsync();
        var said = await first.Locator("[role=status]").First.InnerTextAsync();
        var number = said.Trim()[..12];
        var second = await StartAsync("counter-2", language);
        await second.GotoAsync("/choice-desk");
        await second.Locator("#o-case").FillAsync(number);
        await FillAsync(second, card);
        await second.Locator("form:has(#o-case) button").ClickAsync();
        await second.Locator($"a[href='/choice-desk/{number}/letter.pdf']").WaitForAsync();
        var clerk = new People(voyage.Folder).Find("counter").Value;
        var letter = voyage.Harbour.ChoiceDesk.Letter(number, clerk).Value;
        var anybody = await StartAsync(null, language);
        await anybody.GotoAsync("/receipt");
        await anybody.Locator("#l-number").FillAsync(number);
        await anybody.Locator("#l-word").FillAsync(letter.Word);
        await anybody.Locator("form:has(#l-word) button").ClickAsync();
        await anybody.Locator("#receipt-checks li:nth-child(4) .tag.good").WaitForAsync();
        var known = (await voyage.Harbour.Linkage.IdentifyAsync(card, TestContext.Current.CancellationToken)).Value;
        await voyage.Harbour.OptOut.WithdrawAsync(known, letter.Choice!.Choice.Id, clerk, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task A_doctor_in_an_emergency_is_seen_by_the_patient_and_by_the_auditor(string language)
    {
        var card = new People(voyage.Folder).All.Single(p => p.Id == "citizen-1").Identity!;
        var doctor = await StartAsync("dr-minami", language);
        await doctor.GotoAsync("/record");
        await doctor.Locator("#insurer").FillAsync(card.InsurerNumber!);
        await doctor.Locator("#symbol").FillAsync(card.InsuredSymbol ?? "");
        await doctor.Locator("#number").FillAsync(card.InsuredNumber!);
        await doctor.Locator("#branch").FillAsync(card.InsuredBranch ?? "");
        await doctor.Locator("#kana").FillAsync(card.NameKana!);
        await doctor.Locator("#kanji").FillAsync(card.NameKanji ?? "");
        await doctor.Locator("#born").FillAsync(card.BirthDate!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await doctor.Locator("input[name=ground][value=Emergency]").CheckAsync();
        var reason = $"搬送時に意識がなく、服薬を確かめるため ({language})";
        await doctor.Locator("#reason").FillAsync(reason);
        await doctor.Locator("form:has(#reason) button").ClickAsync();
        await doctor.Locator("h2[role=status]").WaitForAsync();
        var patient = await StartAsync("citizen-1", language);
        await patient.GotoAsync("/me/record");
        await patient.GetByText(reason).First.WaitForAsync();
        var auditor = await StartAsync("audit-abe", language);
        await auditor.GotoAsync("/emergencies");
        var card1 = auditor.Locator("section.card", new() { HasText = reason });
        await card1.Locator("textarea").FillAsync("診療録と合う。");
        await card1.Locator("button").ClickAsync();
        await auditor.Locator("[role=status]").First.WaitForAsync();
    }

    private static async Task FillAsync(IPage page, PersonIdentity card)
    {
        await page.Locator("#p-insurer").FillAsync(card.InsurerNumber!);
        await page.Locator("#p-symbol").FillAsync(card.InsuredSymbol ?? "");
        await page.Locator("#p-number").FillAsync(card.InsuredNumber!);
        await page.Locator("#p-branch").FillAsync(card.InsuredBranch ?? "");
        await page.Locator("#p-kana").FillAsync(card.NameKana!);
        await page.Locator("#p-kanji").FillAsync(card.NameKanji ?? "");
        await page.Locator("#p-born").FillAsync(card.BirthDate!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.Locator("#o-category").SelectOptionAsync("Genome");
    }

    private async Task<IPage> StartAsync(string? who, string language)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MINATO_JOURNEYS") == "1", "MINATO_JOURNEYS=1 asks for the journeys");
        Assert.SkipUnless(browser.IsThere, "chromium is not installed");
        var page = await browser.OpenAsync(who);
        await page.GotoAsync($"/language/{language}?returnUrl=/about");
        return page;
    }
}
