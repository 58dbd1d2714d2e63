using Microsoft.Playwright;

namespace Minato.Tests;

/// <summary>Each page in a real browser: it opens in both languages, it can be used by keyboard, axe finds nothing against it, and its picture goes to docs/.</summary>
public sealed class ThePages(TheVoyage voyage, TheBrowser browser) : IClassFixture<TheBrowser>
{
    private const string NoChromium = "chromium is not installed";

    private static readonly bool IsThorough = Environment.GetEnvironmentVariable("MINATO_JOURNEYS") is { Length: > 0 };

    public static TheoryData<string, string?, string> Pages => new()
    {
        { "home", null, "/" },
        { "catalogue", null, "/catalogue" },
        { "dataset", null, "/catalogue/{dataset}" },
        { "uses", null, "/uses" },
        { "use", null, "/uses/{application}" },
        { "figures", null, "/figures" },
        { "guide", null, "/guide?need=rows&who=research&size=one&many=single" },
        { "ask", null, "/ask" },
        { "results", null, "/releases" },
        { "ledger", null, "/ledger" },
        { "proof", null, "/ledger/3" },
        { "about", null, "/about" },
        { "words", null, "/words" },
        { "questions", null, "/questions" },
        { "who-sees-what", null, "/who-sees-what" },
        { "open-data", null, "/open-data" },
        { "elsewhere", null, "/elsewhere" },
        { "webhooks", "r-sato", "/webhooks" },
        { "other-catalogues", "operator", "/operation/elsewhere" },
        { "reports", null, "/reports" },
        { "report", null, "/reports/{year}" },
        { "proofs", null, "/ledger/proofs?index=3&from=2" },
        { "witness", null, "/ledger/witness" },
        { "sign-in", null, "/provider/sign-in" },
        { "citizen", "citizen-1", "/me" },
        { "my-record", "citizen-1", "/me/record" },
        { "patients-record", "dr-minami", "/record" },
        { "emergencies", "audit-abe", "/emergencies" },
        { "choices-desk", "counter", "/choice-desk" },
        { "receipt", null, "/receipt" },
        { "missing", null, "/missing" },
        { "research", "r-sato", "/research" },
        { "feasibility", "r-sato", "/research/feasibility" },
        { "application", "r-sato", "/research/applications/{application}" },
        { "workspace", "r-sato", "/research/permits/{permit}" },
        { "table", "r-sato", "/research/tables/{table}" },
        { "sql", "r-sato", "/research/permits/{permit}/sql" },
        { "review", "rev-mori", "/review" },
        { "review-one", "rev-mori", "/review/{application}" },
        { "exit", "check-ono", "/exit" },
        { "imports", "check-ono", "/imports" },
        { "bring-in", "r-sato", "/research/imports" },
        { "watching", "operator", "/watch" },
        { "hand-overs", "operator", "/hand-overs" },
        { "findings", "r-sato", "/findings" },
        { "receipts", "clerk-hospital", "/deliveries" },
        { "operation", "operator", "/operation" },
        { "office-application", "operator", "/operation/applications/{application}" },
        { "limits", "operator", "/clocks" },
        { "measures", "operator", "/measures" },
        { "inquiries", "operator", "/operation/inquiries" },
        { "holder-tasks", "clerk-hospital", "/holder/tasks" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_readable_by_everybody(string name, string? who, string path)
    {
        Assert.SkipUnless(browser.IsThere, NoChromium);
        var page = await browser.WindowOfAsync(who);
        path = path.Replace("{dataset}", voyage.Harbour.Catalogue.All.First(d => d.Dataset.Category == DataCategory.Claims).Dataset.Id.Value, StringComparison.Ordinal)
            .Replace("{application}", voyage.Harbour.Access.Published[0].Id.Value, StringComparison.Ordinal)
            .Replace("{table}", voyage.Report.Table.Permit, StringComparison.Ordinal)
            .Replace("{permit}", voyage.Report.Extraction.Permit, StringComparison.Ordinal);
        path = path.Replace("{year}", JapaneseDay.Today(TimeProvider.System).Year.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var language in new[] { "en", "ja" })
        {
            var response = await page.GotoAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=" + language);
            Assert.Equal(200, response!.Status);
            Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
            Assert.NotEmpty(await page.Locator("h1").First.InnerTextAsync());

            // The languages differ in words only, and axe costs more than the page: one of the two, turn by turn; both where one asks for it.
            if (IsThorough || (name.Length % 2 == 0) == (language == "ja"))
            {
                Assert.Empty((await TheBrowser.ViolationsAsync(page)).Select(v => $"{name} ({language}): {v}"));
            }
        }

        if (Environment.GetEnvironmentVariable("MINATO_SCREENSHOTS") is { Length: > 0 })
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(TheVoyage.Root(), "docs", "tour", name + ".png"), FullPage = false });
        }
    }

    [Fact]
    public async Task A_citizen_refuses_by_keyboard_and_takes_it_back()
    {
        Assert.SkipUnless(browser.IsThere, NoChromium);
        var page = await browser.WindowOfAsync("citizen-3");
        await page.GotoAsync("/me?lang=en");
        await page.GetByLabel("Every use").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record this choice" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Your choice is recorded").WaitForAsync();
        await page.GotoAsync("/me?lang=en");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Every use – refused" }).WaitForAsync();
        var proof = await page.GetByRole(AriaRole.Link, new() { Name = "Proof on the ledger" }).First.GetAttributeAsync("href");
        await page.GetByRole(AriaRole.Link, new() { Name = "Receipt", Exact = true }).First.ClickAsync();
        var checks = page.Locator("#receipt-checks");
        await checks.Locator("li:nth-child(4) .tag").WaitForAsync();
        Assert.Equal(["right", "right", "right", "right"], (await checks.Locator(".tag").AllInnerTextsAsync()).Select(t => t.Trim()));
        await page.Locator("#receipt").EvaluateAsync("t => { t.value = t.value.replace('refused', 'Refused'); }");
        await page.Locator("#check-receipt").ClickAsync();
        Assert.Equal("WRONG", await checks.Locator("li:nth-child(2) .tag").InnerTextAsync());
        await page.GotoAsync("/me?lang=en");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).First.ClickAsync();
        await page.GetByText("The choice was taken back").WaitForAsync();
        await page.GotoAsync(proof + "?lang=en");
        await page.GetByText("Proof that this event is in the ledger").WaitForAsync();
    }

    [Fact]
    public async Task Who_asked_for_a_table_makes_it_and_takes_it_home()
    {
        Assert.SkipUnless(browser.IsThere, NoChromium);
        var made = voyage.Report.Table;
        var page = await browser.WindowOfAsync("r-sato");
        await page.GotoAsync($"/research/tables/{made.Permit}?lang=en");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the table" }).ClickAsync();
        await page.GetByText("The table is made.").WaitForAsync(new() { Timeout = 60_000 });
        using var client = await SignedIn.ApiAsync(voyage, "r-sato");
        var csv = await client.GetStringAsync($"/api/v1/permits/{made.Permit}/tables/{made.Id}");
        Assert.Equal(made.Cells.Count + 1, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("gender_concept_id,cohort_year,persons", csv[..csv.IndexOf('\n', StringComparison.Ordinal)]);
        Assert.DoesNotContain(made.Cells, c => c.Persons is > 0 and < 10);
    }

    [Fact]
    public async Task A_researcher_runs_a_program_from_the_site()
    {
        Assert.SkipUnless(browser.IsThere, NoChromium);
        var page = await browser.WindowOfAsync("r-sato");
        await page.GotoAsync($"/research/permits/{voyage.Report.Extraction.Permit}?lang=en");
        await page.GetByLabel("Language").SelectOptionAsync("Python");
        await page.GetByLabel("Program").FillAsync("open('/out/hello.csv', 'w').write('group,n\\na,12\\n')");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await page.GetByText("Succeeded").First.WaitForAsync(new() { Timeout = 60_000 });
        Assert.Contains("hello.csv", await page.ContentAsync(), StringComparison.Ordinal);
    }
}
