using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minato.Web;

namespace Minato.Tests;

/// <summary>How often somebody may try to sign in, and how much may be sent.</summary>
public sealed class CallersAreLimited
{
    [Fact]
    public async Task Who_tries_to_sign_in_too_often_waits_and_others_do_not()
    {
        await using var site = await ASmallSite.StartAsync(choose: false);
        var (first, limited) = (await TryAsync("203.0.113.7"), 0);
        Assert.True(first is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{first}");
        const int Tries = 200;
        for (var i = 0; i < Tries && limited == 0; i++)
        {
            limited += await TryAsync("203.0.113.7") == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(1, limited);
        Assert.Equal(first, await TryAsync("203.0.113.8"));

        // Nor has a network more tries than a host.
        for (var i = 0; i < Tries && limited == 1; i++)
        {
            limited += await TryAsync($"2001:db8::{i + 1:x}") == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(2, limited);
        using var browser = site.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.8");
        using var page = await browser.GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);

        async Task<HttpStatusCode> TryAsync(string from)
        {
            using var client = site.Browser();
            client.DefaultRequestHeaders.Add("X-Forwarded-For", from);
            using var answer = await client.PostAsync("/connect/token", ASmallSite.Credentials("guessed"));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Who_writes_without_signing_in_waits_and_others_do_not()
    {
        await using var site = await ASmallSite.StartAsync();
        var limited = 0;
        const int Tries = 100;
        for (var i = 0; i < Tries && limited == 0; i++)
        {
            limited += await AskAsync("203.0.113.7") == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(1, limited);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await AskAsync("203.0.113.8"));

        async Task<HttpStatusCode> AskAsync(string from)
        {
            using var client = site.Browser();
            client.DefaultRequestHeaders.Add("X-Forwarded-For", from);
            using var answer = await client.PostAsJsonAsync("/api/v1/questions/read", new { });
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task More_than_a_request_may_hold_is_refused_before_it_is_sent()
    {
        await using var site = await ASmallSite.StartAsync();
        using var clinic = await site.ClinicAsync();
        var upload = await BeginAsync(clinic, 40 << 20);
        using var piece = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = new ByteArrayContent(new byte[(16 << 20) + 1]), Headers = { { "Upload-Offset", "0" } } };
        piece.Headers.ExpectContinue = true;
        using var answer = await clinic.SendAsync(piece);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, await OffsetAsync(clinic, upload));

        using var json = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = new StringContent("{\"holder\":\"" + new string('x', 17 << 20) + "\"}", null, "application/json") };
        json.Headers.ExpectContinue = true;
        using var large = await clinic.SendAsync(json);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task A_piece_begins_where_the_last_one_ended_and_ends_within_what_was_announced()
    {
        await using var site = await ASmallSite.StartAsync();
        using var clinic = await site.ClinicAsync();
        foreach (var length in new[] { 0, -1 })
        {
            using var refused = await AnnounceAsync(clinic, "a.csv", length);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        foreach (var name in new[] { "../a.csv", "a/b.csv", ".hidden", "", "a\nb.csv" })
        {
            using var refused = await AnnounceAsync(clinic, name, 10);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        var upload = await BeginAsync(clinic, 10);
        foreach (var offset in new[] { "5", "-1", "9223372036854775807", "x", null })
        {
            Assert.Equal(HttpStatusCode.Conflict, await SendAsync(offset, 3));
        }

        Assert.Equal(HttpStatusCode.OK, await SendAsync("0", 4));
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync("0", 4));
        await SendAsync("4", 20);
        Assert.True(await OffsetAsync(clinic, upload) <= 10);

        async Task<HttpStatusCode> SendAsync(string? offset, int bytes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/uploads/{upload}") { Content = new ByteArrayContent(new byte[bytes]) };
            if (offset is not null)
            {
                request.Headers.Add("Upload-Offset", offset);
            }

            using var answer = await clinic.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private static Task<HttpResponseMessage> AnnounceAsync(HttpClient clinic, string fileName, long length) =>
        clinic.PostAsJsonAsync("/api/v1/uploads", new { holder = "clinic", dataset = "clinic-records", fileName, length });

    private static async Task<string> BeginAsync(HttpClient clinic, long length)
    {
        using var begun = await AnnounceAsync(clinic, "a.csv", length);
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        return (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<long> OffsetAsync(HttpClient clinic, string upload) => (await clinic.GetFromJsonAsync<JsonElement>($"/api/v1/uploads/{upload}")).GetProperty("offset").GetInt64();
}
