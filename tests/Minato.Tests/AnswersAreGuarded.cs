using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace Minato.Tests;

/// <summary>What the site says to browsers, and what it takes from them.</summary>
public sealed partial class AnswersAreGuarded(ASmallSite site) : IClassFixture<ASmallSite>
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/catalogue", 200)]
    [InlineData("/_content/Minato.Portal/minato.css", 200)]
    [InlineData("/api/v1/catalogue", 200)]
    [InlineData("/connect/token", 400)]
    [InlineData("/api/v1/linkage/figures", 401)]
    [InlineData("/research", 302)]
    [InlineData("/nowhere/not-there.txt", 302, 404)]
    [InlineData("/throws", 500)]
    [InlineData("/api/v1/throws", 500)]
    public async Task Every_answer_has_the_headers(string path, params int[] statuses)
    {
        using var browser = site.Browser();
        using var answer = await browser.GetAsync(path);
        Assert.Contains((int)answer.StatusCode, statuses);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        var policy = Header(answer, "Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries);
        Assert.Superset(new HashSet<string> { "default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'" }, policy.ToHashSet());
        Assert.DoesNotContain(policy, p => p.Contains("unsafe", StringComparison.Ordinal) || p.Contains('*', StringComparison.Ordinal));
        foreach (var absent in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "Strict-Transport-Security", "Access-Control-Allow-Origin" })
        {
            Assert.False(answer.Headers.Contains(absent), absent);
        }

        if (await answer.Content.ReadAsByteArrayAsync() is { Length: > 0 })
        {
            Assert.NotNull(answer.Content.Headers.ContentType);
        }
    }

    [Fact]
    public async Task Behind_TLS_browsers_are_told_to_stay_there()
    {
        using var browser = site.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var answer = await browser.GetAsync("/");
        Assert.Equal("max-age=31536000; includeSubDomains", Header(answer, "Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("/research")]
    [InlineData("/me")]
    [InlineData("/operation")]
    [InlineData("/api/v1/me/choices")]
    [InlineData("/")]
    public async Task What_somebody_sees_as_themselves_is_kept_in_no_cache(string path)
    {
        using var browser = await site.SignedInAsync(ASmallSite.Everybody);
        using var answer = await browser.GetAsync(path);
        Assert.True(answer.Headers.CacheControl?.NoStore, $"{path} {answer.StatusCode} {answer.Headers.CacheControl}");
    }

    [Fact]
    public async Task The_API_answers_machines_without_a_cache_too()
    {
        using var clinic = await site.ClinicAsync();
        using var answer = await clinic.GetAsync("/api/v1/receipts");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("/throws", "Something went wrong")]
    [InlineData("/api/v1/throws", "\"status\":500")]
    public async Task A_failure_tells_nothing_of_the_machine(string path, string says)
    {
        using var browser = site.Browser();
        using var answer = await browser.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of the machine", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRACE", "/")]
    [InlineData("PUT", "/about")]
    [InlineData("DELETE", "/api/v1/catalogue")]
    public async Task A_method_that_nobody_uses_is_not_answered(string method, string path)
    {
        using var browser = site.Browser();
        using var answer = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.True(answer.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.Redirect, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task No_other_origin_may_read_the_API_from_a_browser(string origin)
    {
        using var browser = site.Browser();
        browser.DefaultRequestHeaders.Add("Origin", origin);
        using var answer = await browser.GetAsync("/api/v1/catalogue");
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/uploads");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var asked = await browser.SendAsync(preflight);
        Assert.False(asked.IsSuccessStatusCode);
    }

    /// <summary>The policy allows nothing inline; a page that needs it would be broken, and one that got it would be open to what others wrote.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/catalogue")]
    [InlineData("/ledger")]
    [InlineData("/me")]
    [InlineData("/research")]
    [InlineData("/review")]
    [InlineData("/exit")]
    [InlineData("/imports")]
    [InlineData("/watch")]
    [InlineData("/operation")]
    public async Task A_page_has_no_script_and_no_style_of_its_own(string path)
    {
        using var browser = await site.SignedInAsync(ASmallSite.Everybody);
        var html = await browser.GetStringAsync(path);
        Assert.DoesNotMatch(Inline(), html);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task The_API_takes_JSON_that_is_called_JSON(string type)
    {
        using var clinic = await site.ClinicAsync();
        using var content = new StringContent("{\"holder\":\"clinic\",\"dataset\":\"clinic-records\",\"fileName\":\"a.csv\",\"length\":1}");
        content.Headers.ContentType = new(type);
        using var answer = await clinic.PostAsync("/api/v1/uploads", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("{\"holder\":")]
    [InlineData("[]")]
    [InlineData("{\"holder\":\"clinic\",\"dataset\":\"clinic-records\",\"fileName\":\"a.csv\",\"length\":\"many\"}")]
    [InlineData("{\"holder\":\"clinic\",\"dataset\":\"clinic-records\",\"fileName\":\"a.csv\",\"length\":99999999999999999999}")]
    public async Task What_is_not_the_JSON_that_was_asked_for_is_refused(string json)
    {
        using var clinic = await site.ClinicAsync();
        using var answer = await clinic.PostAsync("/api/v1/uploads", new StringContent(json, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>Each address that takes a form: without a token, with a garbled one, and with one that was given to somebody else.</summary>
    [Fact]
    public async Task A_form_that_is_not_ours_is_refused_everywhere()
    {
        var addresses = site.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(e => Parameter().Replace("/" + e.RoutePattern.RawText!.TrimStart('/'), m => m.Value.Contains(":int", StringComparison.Ordinal) || m.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "x-0"))
            .Where(a => !a.StartsWith("/api/", StringComparison.Ordinal) && !a.StartsWith("/connect/", StringComparison.Ordinal) && !a.StartsWith("/_framework", StringComparison.Ordinal)).Distinct().ToList();
        Assert.True(addresses.Count > 20, string.Join(' ', addresses));
        Assert.Superset(new HashSet<string> { "/sign-out", "/provider/choose", "/me", "/research", "/exit", "/watch" }, addresses.ToHashSet());
        using var browser = await site.SignedInAsync(ASmallSite.Everybody);
        using var other = await site.SignedInAsync(ASmallSite.Somebody);
        var foreign = await ASmallSite.TokenOfAsync(other, "/research");
        var own = await ASmallSite.TokenOfAsync(browser, "/research");
        foreach (var address in addresses)
        {
            foreach (var token in new[] { null, "", foreign, own[..^4] })
            {
                using var answer = await browser.PostAsync(address, token is null ? ASmallSite.Form(("_handler", "create")) : ASmallSite.Form(("_handler", "create"), ("__RequestVerificationToken", token)));
                Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{address}: {answer.StatusCode}");
            }
        }

        // And ours is taken: the session is over.
        using var signedOut = await browser.PostAsync("/sign-out", ASmallSite.Form(("__RequestVerificationToken", own)));
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
    }

    [Fact]
    public async Task The_API_acts_for_nobody_s_cookie()
    {
        using var browser = await site.SignedInAsync(ASmallSite.Everybody);
        using var answer = await browser.PostAsJsonAsync("/api/v1/uploads", new { holder = "clinic", dataset = "clinic-records", fileName = "a.csv", length = 1 });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    [GeneratedRegex("<script(?![^>]*\\ssrc=)|<style|\\sstyle=\"|\\son[a-z]+=\"|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("\\{[^}]+\\}")]
    private static partial Regex Parameter();
}
