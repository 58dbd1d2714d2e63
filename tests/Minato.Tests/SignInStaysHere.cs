using System.Net;
using System.Net.Http.Headers;

namespace Minato.Tests;

/// <summary>Signing in leads back to this site, and a token counts here only as it was made here.</summary>
public sealed class SignInStaysHere(ASmallSite site) : IClassFixture<ASmallSite>
{
    public static TheoryData<string> Elsewhere => ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", ""];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task Nobody_is_sent_elsewhere(string returnUrl)
    {
        using var browser = site.Browser();
        Assert.Equal("/", (await site.SignInAsync(browser, ASmallSite.Somebody, returnUrl)).Landed);

        using var language = await browser.GetAsync("/language/en?returnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.Equal("/", language.Headers.Location?.OriginalString);

        var token = await ASmallSite.TokenOfAsync(browser, "/provider/sign-in");
        using var chosen = await browser.PostAsync("/provider/choose", ASmallSite.Form(("person", ASmallSite.Somebody), ("returnUrl", returnUrl), ("__RequestVerificationToken", token)));
        Assert.Equal("/", chosen.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_page_of_this_site_is_where_one_comes_back_to()
    {
        using var browser = site.Browser();
        Assert.Equal("/research?lang=en", (await site.SignInAsync(browser, ASmallSite.Somebody, "/research?lang=en")).Landed);
    }

    [Fact]
    public async Task A_token_that_was_changed_or_made_elsewhere_opens_nothing()
    {
        using var clinic = await site.ClinicAsync();
        var token = clinic.DefaultRequestHeaders.Authorization!.Parameter!;
        Assert.Equal(HttpStatusCode.OK, await WithAsync(token));
        var parts = token.Split('.');
        foreach (var part in Enumerable.Range(0, parts.Length).Where(p => parts[p].Length > 2))
        {
            string[] changed = [.. parts];
            var middle = changed[part].Length / 2;
            changed[part] = changed[part][..middle] + (changed[part][middle] == 'A' ? 'B' : 'A') + changed[part][(middle + 1)..];
            Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(string.Join('.', changed)));
        }

        // Another node's token, of a holder with the same name.
        await using var other = await ASmallSite.StartAsync();
        using var theirs = await other.ClinicAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(theirs.DefaultRequestHeaders.Authorization!.Parameter!));

        // Nor is a token read from an address, where logs would keep it.
        using var visitor = site.Browser();
        using var inAddress = await visitor.GetAsync("/api/v1/receipts?access_token=" + token);
        Assert.Equal(HttpStatusCode.Unauthorized, inAddress.StatusCode);
    }

    [Theory]
    [InlineData("holder-clinic", "wrong")]
    [InlineData("holder-clinic", "")]
    [InlineData("holder-nobody", "wrong")]
    [InlineData("minato-cli", "")]
    public async Task A_machine_without_its_secret_gets_no_token(string client, string secret)
    {
        using var browser = site.Browser();
        using var answer = await browser.PostAsync("/connect/token", ASmallSite.Form(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("scope", "minato")));
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{answer.StatusCode}");
        Assert.DoesNotContain("access_token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("refresh_token")]
    [InlineData("implicit")]
    public async Task There_is_no_other_way_to_a_token(string grant)
    {
        using var browser = site.Browser();
        using var answer = await browser.PostAsync("/connect/token", ASmallSite.Form(("grant_type", grant), ("client_id", "minato-cli"), ("username", ASmallSite.Somebody), ("password", "x"), ("refresh_token", "x")));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_signs_nobody_in()
    {
        using var browser = site.Browser();
        using var answer = await browser.GetAsync("/signin-oidc?code=abc&state=def");
        Assert.Equal("/?signin=failed", answer.Headers.Location?.OriginalString);
        Assert.DoesNotContain(ASmallSite.Set(answer), c => c.StartsWith("minato=", StringComparison.Ordinal));
    }

    private async Task<HttpStatusCode> WithAsync(string token)
    {
        using var client = new HttpClient { BaseAddress = site.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/v1/receipts");
        return answer.StatusCode;
    }
}
