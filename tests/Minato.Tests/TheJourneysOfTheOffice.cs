using System.Text.Json;
using Microsoft.Playwright;
using Minato.Access;
using Minato.Demo;

namespace Minato.Tests;

/// <summary>
/// What researchers, holders, reviewers, the office and auditors do, from an idea to a permit, in a real browser and in both languages; on each page axe finds nothing, and at 400 % zoom
/// nothing has to be scrolled sideways. Only with <c>MINATO_JOURNEYS=1</c>: it takes minutes.
/// </summary>
public sealed class TheJourneysOfTheOffice(TheVoyage voyage, TheBrowser browser) : IClassFixture<TheBrowser>
{
    private static bool IsAsked => Environment.GetEnvironmentVariable("MINATO_JOURNEYS") == "1";

    private static readonly IReadOnlyList<string> Everybody = ["r-sato", "operator", "clerk-hospital", "rev-ito", "rev-kato", "rev-mori", "audit-abe"];

    private readonly Dictionary<string, IPage> open = [];
    private string language = "ja";

    [Theory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task From_an_idea_to_a_permit(string language)
    {
        Assert.SkipUnless(IsAsked, "MINATO_JOURNEYS is not 1");
        Assert.SkipUnless(browser.IsThere, "chromium is not installed");
        this.language = language;
        foreach (var who in Everybody)
        {
            open[who] = await browser.OpenAsync(who);
            await open[who].GotoAsync($"/language/{language}?returnUrl=/about");
        }

        var id = await TheResearcherAppliesAsync();
        await TheOfficeNamesReviewersAndAsksAsync(id);
        await TheHolderAnswersAsync();
        foreach (var reviewer in DemoStudy.Panel)
        {
            await TheReviewerVotesAsync(reviewer, id);
        }

        await TheOfficeDecidesAsync(id);
        await TheResearcherBeginsAsync(id);
        await TheAuditorLooksAsync(id);
        foreach (var page in open.Values)
        {
            await page.GotoAsync("/language/ja?returnUrl=/about");
            await page.CloseAsync();
        }
    }

    private async Task<string> TheResearcherAppliesAsync()
    {
        var page = open["r-sato"];
        await GoAsync(page, "/guide?need=rows&who=research&size=linked&many=single");
        await GoAsync(page, "/catalogue?q=" + Uri.EscapeDataString(T("糖尿病", "diabetes")));
        await GoAsync(page, "/research");
        await page.GetByRole(AriaRole.Button, new() { Name = T("新しい申請を始める", "Begin an application") }).ClickAsync();
        await TheBrowser.ArrivedAsync(page, "/research/applications/");
        var id = new Uri(page.Url).Segments[^1];

        // The whole form, field by field.
        var use = DemoStudy.Use(voyage.Harbour);
        await page.Locator("[name=titleJa]").FillAsync(use.Title.Ja + language);
        await page.Locator("[name=titleEn]").FillAsync(use.Title.En + " " + language);
        await page.Locator("[name=plainJa]").FillAsync(use.PlainSummary.Ja);
        await page.Locator("[name=plainEn]").FillAsync(use.PlainSummary.En);
        await page.Locator("[name=purpose]").SelectOptionAsync(use.Purpose);
        await page.Locator("[name=from]").FillAsync("2016-01-01");
        await page.Locator("[name=to]").FillAsync("2025-12-31");
        await page.Locator("[name=standard]").FillAsync(use.ProcessingStandard);
        await page.Locator("[name=members]").FillAsync("r-sato");
        foreach (var dataset in use.Datasets)
        {
            await page.Locator($"input[name=dataset][value='{dataset.Dataset}']").CheckAsync();
        }

        var answers = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(TheVoyage.Root(), "standards", "application-form", "examples", "sglt2-and-kidney.json")))!;
        foreach (var (field, value) in answers)
        {
            await AnswerAsync(page, $"answer.{field}", value);
        }

        await ClickAsync(page, T("下書きを保存", "Save the draft"));
        await page.Locator("#cohort-file").SetInputFilesAsync(Path.Combine(TheVoyage.Root(), "standards", "cohorts", "t2d-new-users-sglt2-dpp4.json"));
        await ClickAsync(page, T("取り込む", "Import"));
        await page.GetByText(T("すべて整っています。", "Everything is complete.")).WaitForAsync();
        await page.Locator("#att-file").SetInputFilesAsync(new FilePayload { Name = "protocol.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.7\n%%EOF"u8.ToArray() });
        await ClickAsync(page, T("書類を添える", "Attach"));
        await page.GetByRole(AriaRole.Link, new() { Name = "protocol.pdf" }).WaitForAsync();
        await LookAsync(page);
        await ClickAsync(page, T("提出する", "Submit"));
        await page.Locator(".done").First.WaitForAsync();
        Assert.Equal(ApplicationState.Submitted, voyage.Harbour.Access.Find(new(id))!.State);
        return id;
    }

    private async Task TheOfficeNamesReviewersAndAsksAsync(string id)
    {
        var page = open["operator"];
        await GoAsync(page, $"/operation/applications/{id}");
        await page.Locator("select[name=kind]").SelectOptionAsync(HolderTask.Feasibility);
        await page.Locator("select[name=holder]").SelectOptionAsync(new People(voyage.Folder).Find("clerk-hospital").Value.Affiliation);
        await page.Locator("#holder-said").FillAsync(T("できますか。", "Can it be done?"));
        await ClickAsync(page, T("問い合わせる", "Ask the holder"));
        foreach (var reviewer in DemoStudy.Panel)
        {
            await page.Locator($"input[name=reviewer][value='{reviewer}']").CheckAsync();
        }

        await ClickAsync(page, T("審査員を決める", "Name the reviewers"));
        Assert.Equal(ApplicationState.InReview, voyage.Harbour.Access.Find(new(id))!.State);
        await LookAsync(page);
        await GoAsync(page, "/clocks");
        await GoAsync(page, "/operation/elsewhere");
    }

    private async Task TheHolderAnswersAsync()
    {
        var page = open["clerk-hospital"];
        await GoAsync(page, "/holder/tasks");
        await page.Locator("input[name=feasible][value=true]").Last.CheckAsync();
        await page.Locator("textarea[name=said]").Last.FillAsync(T("できます。", "It can."));
        await page.GetByRole(AriaRole.Button, new() { Name = T("回答する", "Answer"), Exact = true }).Last.ClickAsync();
        await page.Locator(".done").First.WaitForAsync();
        await GoAsync(page, "/holder/datasets");
    }

    private async Task TheReviewerVotesAsync(string reviewer, string id)
    {
        var page = open[reviewer];
        await GoAsync(page, "/review");
        await page.Locator($"a[href='/review/{id}']").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "protocol.pdf" }).WaitForAsync();
        foreach (var criterion in await page.Locator("input[name='Form.Met']").AllAsync())
        {
            await criterion.CheckAsync();
        }

        // By keyboard alone.
        await page.Locator("input[name='Form.Vote'][value=Approve]").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Locator("#reasons").FillAsync(T("目的も方法も妥当です。", "Purpose and method are sound."));
        await LookAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = T("投票する", "Vote") }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".done").First.WaitForAsync();
    }

    private async Task TheOfficeDecidesAsync(string id)
    {
        var page = open["operator"];
        await GoAsync(page, $"/operation/applications/{id}");
        await ClickAsync(page, T("票にもとづき決定する", "Decide by the votes"));
        Assert.Equal(ApplicationState.Approved, voyage.Harbour.Access.Find(new(id))!.State);
    }

    private async Task TheResearcherBeginsAsync(string id)
    {
        var page = open["r-sato"];
        await GoAsync(page, $"/research/applications/{id}");
        await ClickAsync(page, T("手数料を確認し、利用を始める", "Accept the fee and begin"));
        await page.GetByRole(AriaRole.Link, new() { Name = T("安全な環境へ", "To the secure environment") }).ClickAsync();
        await TheBrowser.ArrivedAsync(page, "/research/permits/");
        await LookAsync(page);
        await GoAsync(page, "/webhooks");
    }

    private async Task TheAuditorLooksAsync(string id)
    {
        var page = open["audit-abe"];
        foreach (var path in new[] { $"/uses/{id}", "/measures", "/watch", "/clocks", "/imports", "/hand-overs", "/findings", "/reports", "/ledger/proofs?index=1" })
        {
            await GoAsync(page, path);
        }

        await page.GetByText(T("確かめました：根と一致します。", "Checked: it gives the root.")).WaitForAsync();
    }

    private string T(string ja, string en) => language == "ja" ? ja : en;

    private async Task GoAsync(IPage page, string path)
    {
        var answer = await page.GotoAsync(path);
        Assert.Equal(200, answer!.Status);
        await LookAsync(page);
    }

    private static async Task ClickAsync(IPage page, string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
        await page.Locator(".done, .refusal, form").First.WaitForAsync();
        var refusal = page.Locator(".refusal");
        Assert.True(await refusal.CountAsync() == 0, await refusal.CountAsync() > 0 ? await refusal.First.InnerTextAsync() : "");
    }

    /// <summary>axe, the language, and the width that 400 % of zoom leaves.</summary>
    private async Task LookAsync(IPage page)
    {
        Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Empty((await TheBrowser.ViolationsAsync(page)).Select(v => $"{page.Url} ({language}): {v}"));
        var size = page.ViewportSize!;
        await page.SetViewportSizeAsync(320, 256);
        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        await page.SetViewportSizeAsync(size.Width, size.Height);
        Assert.True(width <= 320, $"{page.Url} ({language}) is {width} wide at 400 % zoom");
    }

    private static async Task AnswerAsync(IPage page, string name, string value)
    {
        var field = page.Locator($"[name='{name}']");
        var kind = await field.First.EvaluateAsync<string>("e => e.tagName === 'INPUT' ? e.type : e.tagName");
        switch (kind)
        {
            case "checkbox":
                await field.First.SetCheckedAsync(value == "true");
                break;
            case "radio":
                await page.Locator($"[name='{name}'][value='{value}']").CheckAsync();
                break;
            case "SELECT":
                await field.First.SelectOptionAsync(value);
                break;
            default:
                await field.First.FillAsync(value);
                break;
        }
    }
}
