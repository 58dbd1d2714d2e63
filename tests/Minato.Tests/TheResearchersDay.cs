using System.Diagnostics;
using Microsoft.Playwright;

namespace Minato.Tests;

/// <summary>
/// A researcher's whole day in the browser, and the checker's: a notebook, many rows, a model in R and in Python that agree, a table and a figure, one part back
/// with a reason, corrected, released and fetched. The rows are those of the extraction; <c>MINATO_DAY_ROWS</c> (say 1000000) repeats them to as many.
/// </summary>
public sealed class TheResearchersDay(TheVoyage voyage, TheBrowser browser) : IClassFixture<TheBrowser>
{
    private static readonly long Rows = long.TryParse(Environment.GetEnvironmentVariable("MINATO_DAY_ROWS"), out var n) ? n : 0;

    [Fact]
    public async Task From_the_notebook_to_the_released_result()
    {
        Assert.SkipUnless(browser.IsThere, "chromium is not installed");
        var permit = voyage.Report.Extraction.Permit;
        var page = await browser.OpenAsync("r-sato");
        page.SetDefaultTimeout(90_000);
        await page.GotoAsync($"/research/permits/{permit}?lang=en");
        await page.GetByLabel("Notebook or console in").SelectOptionAsync("Python");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a notebook" }).ClickAsync();
        await TheBrowser.ArrivedAsync(page, "/notebook/");
        await NothingFound(page, "notebook");

        // In Python: read, look, fit, draw.
        var begun = Stopwatch.GetTimestamp();
        var measured = Rows > 0 ? $"(select m.* from measurement m, range({Rows}) limit {Rows})" : "measurement";
        Assert.Contains(Rows > 0 ? Rows.ToString(System.Globalization.CultureInfo.InvariantCulture) : "rows", await RunAsync(page, $"from minato import sql, crosstab\nd = sql('select * from {measured}')\nprint(len(d), 'rows')"), StringComparison.Ordinal);
        var read = Stopwatch.GetElapsedTime(begun);
        Assert.Contains("gender_concept_id", await RunAsync(page, "people = sql('select gender_concept_id, year_of_birth, count(*) as n from person group by all')\npeople.head(3)"), StringComparison.Ordinal);
        var inPython = await RunAsync(page, "import numpy\nslope, intercept = numpy.polyfit(people.year_of_birth.astype(float), people.n.astype(float), 1)\nprint('slope %.6f' % slope)");
        await RunAsync(page, "crosstab('by-sex', ['gender_concept_id'], 'person', description='People by sex')\nby = sql('select gender_concept_id, count(distinct person_id) as n from person group by all order by 1')\nby.to_csv('/out/by-sex-again.csv', index=False)");
        await RunAsync(page, "import matplotlib.pyplot as plt\nplt.bar(by.gender_concept_id.astype(str), by.n.astype(float))\nplt.savefig('/out/by-sex.png')\nNone");
        Assert.True(await page.Locator("img.figure").CountAsync() > 0);
        await NothingFound(page, "notebook with outputs");
        await page.GetByLabel("Save as").FillAsync("day.ipynb");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByText("Saved ").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and end" }).ClickAsync();
        await page.Locator("#state .tag", new() { HasText = "Ended" }).WaitForAsync();

        // In R, by keyboard: the same model gives the same slope.
        await page.GotoAsync($"/research/permits/{permit}?lang=en");
        await page.GetByLabel("Notebook or console in").SelectOptionAsync("R");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a notebook" }).ClickAsync();
        await TheBrowser.ArrivedAsync(page, "/notebook/");
        var inR = await RunAsync(page, "people <- sql('select gender_concept_id, year_of_birth, count(*) as n from person group by all')\ncat(sprintf('slope %.6f\\n', coef(lm(n ~ year_of_birth, data = people))[2]))", byKeyboard: true);
        Assert.Equal(Slope(inPython), Slope(inR));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and end" }).ClickAsync();
        await page.Locator("#state .tag", new() { HasText = "Ended" }).WaitForAsync();

        // A question in SQL, its table and its chart.
        await page.GotoAsync($"/research/permits/{permit}/sql?lang=en");
        await page.GetByLabel("SQL").FillAsync("select year_of_birth, count(*) as n from person group by all order by all");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw" }).WaitForAsync();
        await page.GetByLabel("Up").SelectOptionAsync("n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw" }).ClickAsync();
        await page.GetByRole(AriaRole.Img, new() { Name = "n / year_of_birth" }).WaitForAsync();
        await NothingFound(page, "sql");

        // Submitted, returned with a reason, corrected, released.
        var first = await SubmitAsync(page, permit, "by-sex.csv", "People");
        await DecideAsync("check-ono", first, "Return to be mended", "Say in the description which people these are");
        await page.GotoAsync("/research?lang=en");
        await page.GetByText("Say in the description which people these are").WaitForAsync();
        var second = await SubmitAsync(page, permit, "by-sex.csv", "People of the cohort by sex");
        foreach (var checker in new[] { "check-ono", "check-ueda" }.Take(voyage.Harbour.Release.Find(second)!.PeopleNeeded))
        {
            await DecideAsync(checker, second, "Release", "Counts of a whole cohort, no small cell");
        }

        await page.GotoAsync("/research?lang=en");
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator($"a[href='/research/outputs/{second}/by-sex.csv']").ClickAsync());
        TestContext.Current.SendDiagnosticMessage($"{(Rows > 0 ? Rows : "All")} rows read in the notebook in {read.TotalSeconds:F1} s; the day, from the open notebook to the fetched result, took {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");
        Assert.StartsWith("gender_concept_id,persons", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Slope(string text) => text[text.IndexOf("slope", StringComparison.Ordinal)..].Split('\n')[0].Trim();

    private static async Task NothingFound(IPage page, string name) => Assert.Empty((await TheBrowser.ViolationsAsync(page)).Select(v => $"{name}: {v}"));

    /// <summary>Runs a new cell and gives what it wrote.</summary>
    private static async Task<string> RunAsync(IPage page, string code, bool byKeyboard = false)
    {
        await page.Locator("#state .tag", new() { HasText = "Ready" }).WaitForAsync();
        var line = page.Locator("#line");
        await line.FillAsync(code);
        if (byKeyboard)
        {
            await line.FocusAsync();
            await page.Keyboard.PressAsync("Shift+Enter");
        }
        else
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Add and run" }).ClickAsync();
        }

        var cell = page.Locator("section.cell", new() { Has = page.Locator("textarea.cell", new() { HasText = code.Split('\n')[0] }) }).Last;
        await cell.GetByText("Done [").WaitForAsync();
        return await cell.InnerTextAsync();
    }

    private async Task<string> SubmitAsync(IPage page, string permit, string file, string description)
    {
        await page.GotoAsync($"/research/permits/{permit}?lang=en");
        var option = await page.Locator($"#file option[value$='/{file}']").First.GetAttributeAsync("value");
        await page.GetByLabel("File", new() { Exact = true }).SelectOptionAsync(option!);
        await page.GetByLabel("Kind", new() { Exact = true }).SelectOptionAsync("FrequencyTable");
        await page.GetByLabel("Dimension columns").FillAsync("gender_concept_id");
        await page.GetByLabel("Count column").FillAsync("persons");
        await page.GetByLabel("Description (published)").FillAsync(description);
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit to the exit" }).ClickAsync();
        await page.Locator(".done, .refusal").First.WaitForAsync();
        var submitted = voyage.Harbour.Release.VisibleTo(new People(voyage.Folder).Find("r-sato").Value).Last(s => s.Files.Any(f => f.Description == description));
        Assert.True(submitted.State == Release.SubmissionState.InReview, string.Join("\n", submitted.Checks.Where(c => !c.Passed).Select(c => $"{c.Rule} {c.Reason.En}")));
        return submitted.Id;
    }

    private async Task DecideAsync(string checker, string submission, string button, string reasons)
    {
        var page = await browser.OpenAsync(checker);
        await page.GotoAsync("/exit?lang=en");
        var card = page.Locator("article.card", new() { HasText = submission });
        await card.GetByLabel("Reasons").FillAsync(reasons);
        await card.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await page.GetByText("Recorded.").First.WaitForAsync();
        await page.CloseAsync();
    }
}
