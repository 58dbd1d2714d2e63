using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minato.Tests;

/// <summary>Signs a person in as a browser would, or gets a bearer token by the code flow with PKCE.</summary>
internal static partial class SignedIn
{
    public static async Task<HttpClient> BrowserAsync(TheVoyage voyage, string? person)
    {
        var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = true }) { BaseAddress = voyage.Address };
        if (person is not null)
        {
            await ChooseAsync(client, person);
            await client.GetAsync("/sign-in?returnUrl=/about");
        }

        return client;
    }

    public static async Task<HttpClient> ApiAsync(TheVoyage voyage, string? person)
    {
        var client = new HttpClient { BaseAddress = voyage.Address };
        if (person is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(voyage, person));
        }

        return client;
    }

    private static async Task<string> TokenAsync(TheVoyage voyage, string person)
    {
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = voyage.Address };
        await ChooseAsync(client, person);
        var verifier = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var challenge = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        const string back = "http://127.0.0.1:4567/";
        var authorize = await client.GetAsync($"/connect/authorize?client_id=minato-cli&response_type=code&scope=openid%20profile%20roles%20minato&redirect_uri={Uri.EscapeDataString(back)}&code_challenge={challenge}&code_challenge_method=S256");
        Assert.True(authorize.Headers.Location is not null, await authorize.Content.ReadAsStringAsync());
        var code = System.Web.HttpUtility.ParseQueryString(authorize.Headers.Location!.Query)["code"];
        var token = await client.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["client_id"] = "minato-cli", ["code"] = code!, ["redirect_uri"] = back, ["code_verifier"] = verifier,
        }));
        using var json = JsonDocument.Parse(await token.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    internal static async Task ChooseAsync(HttpClient client, string person)
    {
        var page = await client.GetStringAsync("/provider/sign-in?ReturnUrl=/about");
        var token = AntiForgery().Match(page).Groups[1].Value;
        var chosen = await client.PostAsync("/provider/choose", new FormUrlEncodedContent(new Dictionary<string, string> { ["person"] = person, ["returnUrl"] = "/about", ["__RequestVerificationToken"] = token }));
        Assert.True(chosen.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.OK, $"{chosen.StatusCode}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    internal static partial Regex AntiForgery();
}
