using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Minato.Tests;

/// <summary>What axe has against a page.</summary>
/// <param name="Impact"><c>minor</c>, <c>moderate</c>, <c>serious</c> or <c>critical</c>.</param>
/// <param name="At">The HTML of the first elements concerned.</param>
public sealed record Violation(string Id, string? Impact, string Help, IReadOnlyList<string> At)
{
    public override string ToString() => $"{Impact} {Id}: {Help} at {string.Join(" | ", At)}";
}

/// <summary>One Chromium for all pages, in which each person signs in once. Not there where the machine has no Chromium.</summary>
public sealed class TheBrowser(TheVoyage voyage) : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly Dictionary<string, IBrowserContext> signedIn = [];
    private readonly Dictionary<string, IPage> windows = [];
    private IPlaywright? playwright;
    private IBrowser? browser;

    public bool IsThere => browser is not null;

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Chromium))
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Chromium,
                // One process draws for all: each window of its own would cost a second of two cores.
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--in-process-gpu", "--disable-software-rasterizer", "--disable-extensions", "--process-per-site", "--renderer-process-limit=1", "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess"],
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>The window of that person, the same each time; null: of a visitor.</summary>
    public async Task<IPage> WindowOfAsync(string? who) => windows.TryGetValue(who ?? "", out var open) ? open : windows[who ?? ""] = await OpenAsync(who);

    /// <summary>A new page of that person; null: of a visitor.</summary>
    public async Task<IPage> OpenAsync(string? who)
    {
        if (!signedIn.TryGetValue(who ?? "", out var context))
        {
            context = signedIn[who ?? ""] = await browser!.NewContextAsync(new() { BaseURL = voyage.Address.ToString(), ViewportSize = new() { Width = 1180, Height = 900 } });
            context.SetDefaultTimeout(30_000);
            await context.AddInitScriptAsync(new BundledAxeScriptProvider().GetScript());
            if (who is not null)
            {
                var door = await context.NewPageAsync();
                await door.GotoAsync("/sign-in?returnUrl=/about");
                await door.Locator($"form:has(input[value='{who}']) button").ClickAsync();

                await ArrivedAsync(door, "/about");
                await door.CloseAsync();
            }
        }

        return await context.NewPageAsync();
    }

    /// <summary>Waits until the page is at an address with that in its path. That it came may have been told before anybody waited for it: then the address itself says so.</summary>
    public static async Task ArrivedAsync(IPage page, string path)
    {
        bool IsThere(string address) => new Uri(address).AbsolutePath.Contains(path, StringComparison.Ordinal);
        try
        {
            await page.WaitForURLAsync(IsThere, new() { WaitUntil = WaitUntilState.Commit, Timeout = 20_000 });
        }
        catch (TimeoutException) when (IsThere(page.Url))
        {
        }
    }

    /// <summary>
    /// Every rule of axe on the page as it stands. axe is called directly: the binding for .NET opens a second page for each
    /// report, which a page without frames does not need, and brings home every element that passed (4 to 15 times slower).
    /// </summary>
    public static async Task<IReadOnlyList<Violation>> ViolationsAsync(IPage page)
    {
        Assert.Single(page.Frames);
        var told = await page.EvaluateAsync<JsonElement>("""
            async () => {
                const r = await axe.run(document, { resultTypes: ['violations'] });
                return { passed: r.passes.length, violations: r.violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, at: v.nodes.slice(0, 3).map(n => n.html) })) };
            }
            """);
        Assert.True(told.GetProperty("passed").GetInt32() > 0, "axe looked at nothing");
        return told.GetProperty("violations").Deserialize<IReadOnlyList<Violation>>(JsonSerializerOptions.Web)!;
    }
}
