using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Minato.Intake;
using Minato.Warehouse;
using Minato.Web;

namespace Minato.Tests;

/// <summary>A harbour with one holder and no data, served under a clock that the test moves.</summary>
public sealed class ASmallSite : IAsyncLifetime
{
    /// <summary>Somebody with every role, and a researcher.</summary>
    public const string Everybody = "everybody", Somebody = "somebody";

    public static readonly HolderId Clinic = new("clinic");

    private readonly string folder = TheVoyage.NewFolder("small");
    private readonly bool choose;
    private Harbour harbour = null!;
    private WebApplication app = null!;

    public ASmallSite() : this(choose: true)
    {
    }

    /// <param name="choose">Whether people sign in by choosing who they are.</param>
    private ASmallSite(bool choose) => this.choose = choose;

    public Uri Address { get; } = new($"http://127.0.0.1:{TheVoyage.FreePort()}/");

    public MovedClock Clock { get; } = new();

    public IServiceProvider Services => app.Services;

    internal Harbour Harbour => harbour;

    /// <summary>One of a test's own: who moves the clock can sign in no more, since tokens of another day are refused.</summary>
    internal static async Task<ASmallSite> StartAsync(bool choose = true)
    {
        var site = new ASmallSite(choose);
        await site.InitializeAsync();
        return site;
    }

    public async ValueTask InitializeAsync()
    {
        harbour = Harbour.Open(new HarbourOptions(folder, TheVoyage.Root()), Clock);
        new People(folder).Save(
        [
            new Person(Everybody, "全員", "Everybody", [Role.Citizen, Role.Researcher, Role.Reviewer, Role.CitizenReviewer, Role.Holder, Role.Operator, Role.OutputChecker, Role.Auditor, Role.ChoiceDesk, Role.Clinician], Clinic.Value),
            new Person(Somebody, "ある人", "Somebody", [Role.Researcher]),
        ]);
        var title = new Bilingual("診療所", "Clinic");
        var registered = await harbour.Intake.RegisterAsync(new HolderRegistration(Clinic, title, "hospital", [new DatasetInfo(new DatasetId("clinic-records"), Clinic, DataCategory.MedicalRecord, title)]), Actor.Harbour);
        Assert.True(registered.IsOk, string.Join("\n", registered.Findings));
        app = Site.Build(harbour, new SiteOptions(Address, choose)).Value;
        app.MapGet("/throws", Fail).AllowAnonymous();
        app.MapGet("/api/v1/throws", Fail).AllowAnonymous();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        harbour.Dispose();
        await TheVoyage.DeleteAsync(folder);
    }

    /// <summary>A browser that follows nothing by itself and keeps its cookies.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>One that sends just the cookies that it was given.</summary>
    public HttpClient With(string cookie)
    {
        var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    public async Task<HttpClient> SignedInAsync(string who)
    {
        var browser = Browser();
        await SignInAsync(browser, who);
        return browser;
    }

    /// <summary>Signs in; gives where the browser was sent at last, and the session's cookie as it was set, with its attributes.</summary>
    public async Task<(string Landed, string SetCookie)> SignInAsync(HttpClient browser, string who, string returnUrl = "/about")
    {
        await SignedIn.ChooseAsync(browser, who);
        var (next, cookie) = ("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), "");
        const int Steps = 3;
        for (var step = 0; step < Steps; step++)
        {
            using var answer = await browser.GetAsync(next);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            next = answer.Headers.Location!.OriginalString;
            cookie = Set(answer).FirstOrDefault(c => c.StartsWith("minato=", StringComparison.Ordinal)) ?? cookie;
        }

        Assert.NotEmpty(cookie);
        return (next, cookie);
    }

    /// <summary>The API as the clinic's machine.</summary>
    public async Task<HttpClient> ClinicAsync()
    {
        var client = new HttpClient { BaseAddress = Address };
        using var answer = await client.PostAsync("/connect/token", Credentials(SignIn.HolderSecret(harbour.Keys, Clinic)));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", json.RootElement.GetProperty("access_token").GetString());
        return client;
    }

    public static FormUrlEncodedContent Credentials(string secret) => Form(("grant_type", "client_credentials"), ("client_id", "holder-clinic"), ("client_secret", secret), ("scope", "minato"));

    public static FormUrlEncodedContent Form(params (string Key, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));

    /// <summary>The token of a form on that page.</summary>
    public static async Task<string> TokenOfAsync(HttpClient browser, string page) => SignedIn.AntiForgery().Match(await browser.GetStringAsync(page)).Groups[1].Value is { Length: > 0 } token ? token : throw new InvalidOperationException($"{page} has no form");

    public static IEnumerable<string> Set(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];

    private static IResult Fail() => throw new InvalidOperationException("a secret of the machine");

    /// <summary>The machine's clock, moved on.</summary>
    public sealed class MovedClock : TimeProvider
    {
        private TimeSpan moved;

        public void Move(TimeSpan by) => moved += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + moved;
    }
}
