using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Minato.Web;

namespace Minato.Tests;

/// <summary>A session begins with a sign-in and ends with it: by its owner, by time, and for whoever copied its cookie.</summary>
public sealed class SessionsEnd(ASmallSite site) : IClassFixture<ASmallSite>
{
    [Fact]
    public async Task The_cookie_is_for_this_site_and_no_script()
    {
        using var browser = site.Browser();
        var (_, set) = await site.SignInAsync(browser, ASmallSite.Somebody);
        var attributes = set.Split(';', StringSplitOptions.TrimEntries)[1..].Select(a => a.ToLowerInvariant()).ToList();
        Assert.Superset(new HashSet<string> { "httponly", "samesite=lax", "path=/" }, attributes.ToHashSet());
        Assert.DoesNotContain(attributes, a => a.StartsWith("domain", StringComparison.Ordinal) || a.StartsWith("expires", StringComparison.Ordinal));
        Assert.DoesNotContain(ASmallSite.Somebody, Uri.UnescapeDataString(set), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_TLS_every_cookie_is_secure()
    {
        using var browser = site.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var cookies = new List<string>();
        foreach (var page in new[] { "/sign-in", "/provider/sign-in", "/language/en" })
        {
            using var answer = await browser.GetAsync(page);
            cookies.AddRange(ASmallSite.Set(answer));
        }

        Assert.True(cookies.Count >= 4, string.Join('\n', cookies));
        Assert.DoesNotContain(cookies, c => !c.Contains("; secure", StringComparison.OrdinalIgnoreCase) || !c.Contains("; httponly", StringComparison.OrdinalIgnoreCase) || !c.Contains("; samesite=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_the_site_itself_has_TLS_the_cookie_belongs_to_the_host()
    {
        await using var secure = Site.Build(site.Harbour, new SiteOptions(new Uri("https://localhost:7443/"), ChooseWhoYouAre: false)).Value;
        var cookie = secure.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(SignIn.SiteCookie).Cookie;
        Assert.Equal(("__Host-minato", CookieSecurePolicy.Always, (string?)null, true), (cookie.Name, cookie.SecurePolicy, cookie.Domain, cookie.HttpOnly));
        Assert.True(cookie.Path is null or "/");
    }

    [Fact]
    public async Task Signing_in_anew_is_another_session_and_the_former_one_is_over()
    {
        using var browser = site.Browser();
        var first = Value((await site.SignInAsync(browser, ASmallSite.Somebody)).SetCookie);
        Assert.True(await OpensAsync(first));
        var second = Value((await site.SignInAsync(browser, ASmallSite.Everybody)).SetCookie);
        Assert.NotEqual(first, second);
        Assert.False(await OpensAsync(first));
        Assert.True(await OpensAsync(second));
    }

    [Fact]
    public async Task A_cookie_that_the_visitor_brought_is_not_taken_over()
    {
        using var browser = site.With("minato=chosen-by-somebody-else");
        using var answer = await browser.GetAsync("/research");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        using var another = site.Browser();
        var cookie = Value((await site.SignInAsync(another, ASmallSite.Somebody)).SetCookie);
        var middle = cookie.Length / 2;
        Assert.False(await OpensAsync(cookie[..middle] + (cookie[middle] == 'A' ? 'B' : 'A') + cookie[(middle + 1)..]));
    }

    [Fact]
    public async Task Signing_out_ends_a_copied_cookie_too()
    {
        using var browser = site.Browser();
        var copied = Value((await site.SignInAsync(browser, ASmallSite.Somebody)).SetCookie);
        Assert.True(await OpensAsync(copied));
        using var answer = await browser.PostAsync("/sign-out", ASmallSite.Form(("__RequestVerificationToken", await ASmallSite.TokenOfAsync(browser, "/research"))));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.False(await OpensAsync(copied));
        using var again = await browser.GetAsync("/research");
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
    }

    [Fact]
    public async Task Who_does_nothing_for_an_hour_signs_in_again()
    {
        await using var old = await ASmallSite.StartAsync();
        using var browser = await old.SignedInAsync(ASmallSite.Somebody);
        old.Clock.Move(Sessions.Idle + TimeSpan.FromMinutes(1));
        using var answer = await browser.GetAsync("/research");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Who_is_never_idle_signs_in_again_after_a_working_day()
    {
        await using var old = await ASmallSite.StartAsync();
        using var browser = await old.SignedInAsync(ASmallSite.Somebody);
        var step = TimeSpan.FromMinutes(40);
        for (var at = step; at < Sessions.Longest; at += step)
        {
            old.Clock.Move(step);
            using var answer = await browser.GetAsync("/research");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"after {at}: {answer.StatusCode}");
        }

        old.Clock.Move(step);
        using var last = await browser.GetAsync("/research");
        Assert.Equal(HttpStatusCode.Redirect, last.StatusCode);
    }

    [Fact]
    public async Task A_token_of_the_API_ends_after_half_an_hour()
    {
        await using var old = await ASmallSite.StartAsync();
        using var clinic = await old.ClinicAsync();
        using var now = await clinic.GetAsync("/api/v1/receipts");
        Assert.Equal(HttpStatusCode.OK, now.StatusCode);
        old.Clock.Move(TimeSpan.FromMinutes(31));
        using var later = await clinic.GetAsync("/api/v1/receipts");
        Assert.Equal(HttpStatusCode.Unauthorized, later.StatusCode);
    }

    private async Task<bool> OpensAsync(string cookie)
    {
        using var client = site.With(cookie);
        using var answer = await client.GetAsync("/research");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>Name and value of a cookie.</summary>
    private static string Value(string set) => set[..set.IndexOf(';', StringComparison.Ordinal)];
}
