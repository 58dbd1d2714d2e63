using System.Net;
using System.Net.Http.Headers;

namespace Minato.Tests;

/// <summary>What is read by many is worked out once, and never shows anybody what is another's or what was before.</summary>
public sealed class ManyReadOne(ASmallSite site) : IClassFixture<ASmallSite>
{
    [Fact]
    public async Task A_public_page_is_kept_until_the_ledger_grows()
    {
        using var visitor = site.Browser();
        Assert.False(await KeptAsync(visitor, "/uses?lang=en&from=20"));
        Assert.True(await KeptAsync(visitor, "/uses?lang=en&from=20"));

        // Another language and another part are other pages; a question is answered each time.
        Assert.False(await KeptAsync(visitor, "/uses?lang=ja&from=20"));
        Assert.False(await KeptAsync(visitor, "/uses?lang=en&from=40"));
        Assert.False(await KeptAsync(visitor, "/uses?lang=en&q=other"));
        Assert.False(await KeptAsync(visitor, "/uses?lang=en&q=other"));
        Assert.Contains("lang=\"ja\"", await visitor.GetStringAsync("/uses?lang=ja&from=20"), StringComparison.Ordinal);
        using var english = site.Browser();
        english.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        Assert.Contains("lang=\"ja\"", await visitor.GetStringAsync("/about"), StringComparison.Ordinal);
        Assert.Contains("lang=\"en\"", await english.GetStringAsync("/about"), StringComparison.Ordinal);

        _ = (await site.Harbour.Inquiries.AskAsync(Access.InquiryKind.Question, "Something happens.", TestContext.Current.CancellationToken)).Value;
        Assert.False(await KeptAsync(visitor, "/uses?lang=en&from=20"));
    }

    [Fact]
    public async Task Who_is_signed_in_sees_their_own_page_and_nobody_else_does()
    {
        using var somebody = await site.SignedInAsync(ASmallSite.Somebody);
        Assert.False(await KeptAsync(somebody, "/figures"));
        Assert.False(await KeptAsync(somebody, "/figures"));
        Assert.Contains("ある人", WebUtility.HtmlDecode(await somebody.GetStringAsync("/figures")), StringComparison.Ordinal);
        using var visitor = site.Browser();
        Assert.DoesNotContain("ある人", WebUtility.HtmlDecode(await visitor.GetStringAsync("/figures")), StringComparison.Ordinal);
        Assert.True(await KeptAsync(visitor, "/figures"));
        Assert.Contains("ある人", WebUtility.HtmlDecode(await somebody.GetStringAsync("/figures")), StringComparison.Ordinal);

        // A page with a form sets a cookie, and is each visitor's own.
        Assert.False(await KeptAsync(visitor, "/ask"));
        Assert.False(await KeptAsync(visitor, "/ask"));
    }

    [Fact]
    public async Task A_harvester_asks_for_pages_and_gets_nothing_twice()
    {
        using var harvester = site.Browser();
        using var first = await harvester.GetAsync("/api/v1/catalogue/dcat?from=0&size=1&format=turtle");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("text/turtle", first.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(first.Content.Headers.LastModified);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/catalogue/dcat?from=0&size=1&format=turtle");
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
        using var nothing = await harvester.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, nothing.StatusCode);
        Assert.Empty(await nothing.Content.ReadAsByteArrayAsync());
    }

    /// <summary>An answer from the cache says its age.</summary>
    private static async Task<bool> KeptAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        return answer.Headers.Age is not null;
    }
}
