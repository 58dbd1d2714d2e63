using System.Security.Authentication;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Minato.Access;
using Minato.Portal;
using Minato.Processing.Minimising;
using Minato.Processing.Reporting;
using Scalar.AspNetCore;
using Serilog;
using Serilog.Events;

namespace Minato.Web;

/// <summary>An OpenID Connect provider outside this node.</summary>
public sealed record OutsideProvider(Uri Authority, string ClientId, string ClientSecret);

/// <param name="Address">Where the site is reached; ends with '/'. HTTP only on loopback.</param>
/// <param name="ChooseWhoYouAre">The demonstration's sign-in: pick a person from a list, no password. Loopback only.</param>
public sealed record SiteOptions(Uri Address, bool ChooseWhoYouAre, OutsideProvider? OutsideProvider = null);

/// <summary>The web site and the HTTP API of a node.</summary>
public static class Site
{
    /// <summary>Name of the limit on what anybody may send without signing in.</summary>
    internal const string AnonymousWrites = "anonymous-writes";

    public static Outcome<WebApplication> Build(Harbour harbour, SiteOptions options)
    {
        if (options.Address.Scheme != "https" && !options.Address.IsLoopback)
        {
            return Finding.Error("site.http", "Plain HTTP is served on this machine's loopback address only", "Give an https address, or a reverse proxy with TLS in front of the loopback address");
        }

        if (options.ChooseWhoYouAre && !options.Address.IsLoopback)
        {
            return Finding.Error("site.demo-sign-in", "The demonstration's sign-in has no password and is offered on loopback only", "Configure an OpenID Connect provider");
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(Site).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(options.Address.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.ConfigureHttpsDefaults(static tls => tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
            k.Limits.MaxRequestBodySize = 16 << 20;
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(c => c.MinimumLevel.Warning().MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Warning).WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose));
        builder.Services.AddDataProtection().SetApplicationName("minato").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(harbour.Options.Folder, "site-keys")));
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddOpenApi();
        builder.Services.AddRateLimiter(o =>
        {
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            o.AddPolicy(AnonymousWrites, http => RateLimitPartition.GetTokenBucketLimiter(
                Callers.Of(http), static _ => new TokenBucketRateLimiterOptions { TokenLimit = 10, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(6), QueueLimit = 0, AutoReplenishment = true }));
        });
        var people = new People(harbour.Options.Folder);
        Register(builder.Services, harbour, people, options);
        SignIn.Add(builder, options, harbour);
        builder.Services.AddHostedService(services => new DeliveryClock(harbour, services.GetRequiredService<ILogger<DeliveryClock>>()));
        builder.Services.AddHostedService(services => new WebhookClock(harbour, services.GetRequiredService<ILogger<WebhookClock>>()));
        builder.Services.AddOutputCache(o => o.AddBasePolicy(new PublicPages(harbour.Ledger)));
        builder.Services.AddPortal();
        builder.Services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);

        // A proxy with TLS stands on this machine (the default: nobody else is believed) and says whom it speaks for.
        builder.Services.Configure<ForwardedHeadersOptions>(o => o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        // Pages get a page; the API keeps its problem documents, and a refused POST its status.
        app.UseWhen(static http => HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !http.Request.Path.StartsWithSegments("/connect", StringComparison.Ordinal),
            static pages => pages.UseStatusCodePagesWithReExecute("/problem/{0}"));
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A body that is too large or cut short is the caller's matter, and said as such.
            StatusCodeSelector = static e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            ExceptionHandler = static http => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
                ? Results.Problem(title: "Something went wrong here", detail: "Try again; the operator finds the reason in the log", statusCode: http.Response.StatusCode).ExecuteAsync(http)
                : Results.Text("うまくいきませんでした。時間をおいて、もう一度お試しください。\nSomething went wrong here. Please try again in a while.\n", "text/plain; charset=utf-8", statusCode: http.Response.StatusCode).ExecuteAsync(http),
        });

        // After what answers again under another path: a page that is not there leads to the page that says so.
        app.UseRouting();

        // What the router itself answers (405, 415) has no rule and needs none: it says a status and nothing else.
        app.Use(static (http, next) => http.GetEndpoint() is { RequestDelegate: { } refuse } and not RouteEndpoint ? refuse(http) : next(http));

        // Before sign-in: the provider answers for its own endpoints there.
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseOutputCache();
        app.MapStaticAssets().AllowAnonymous();
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/api/docs").AllowAnonymous();
        SignIn.Map(app, options, people, harbour);
        Api.Map(app, harbour, people);
        app.MapGet("/.well-known/jwks.json", () => Results.Text(harbour.Access.PublicKeys, "application/json")).AllowAnonymous();
        app.MapPortal();
        return app;
    }

    /// <summary>The ports, so that pages and endpoints ask for exactly the room they need.</summary>
    private static void Register(IServiceCollection services, Harbour h, People people, SiteOptions options)
    {
        services.AddSingleton(h.Acting).AddSingleton(h.ChoiceDesk).AddSingleton(h.Missing).AddSingleton(h.Primary).AddSingleton(new PersonalInbox(h.Linkage, h.Access, h.OptOut, h.Acting, h.Primary, h.Intake, h.Warehouse, h.Clock));
        services.AddSingleton(h.Ledger).AddSingleton(h.Linkage).AddSingleton(h.Warehouse).AddSingleton(h.Intake).AddSingleton(h.OptOut).AddSingleton(h.Catalogue)
            .AddSingleton(h.Access).AddSingleton<IAccess>(h.Access).AddSingleton(h.Measures).AddSingleton(h.Money).AddSingleton(h.Inquiries).AddSingleton(h.Attachments).AddSingleton(h.Webhooks).AddSingleton(h.Harvest).AddSingleton(h.Similar).AddSingleton(new KnownPeople(() => [.. people.All.Select(p => p.AsActor())])).AddSingleton(h.Processing).AddSingleton(MinimisationCoach.Open(h.Standards)).AddSingleton(new ReportDesk(h.Processing, h.Access, h.Standards)).AddSingleton(h.Imports).AddSingleton(h.Watch).AddSingleton(h.Workspace).AddSingleton(h.Release).AddSingleton(h.HandOvers).AddSingleton(h.Findings).AddSingleton(h.Enriched).AddSingleton(h.Clock)
            .AddSingleton(new SignInChoices(options.ChooseWhoYouAre
                ? [.. people.All.Select(p => new SignInChoice(p.Id, new Bilingual(p.Name, p.NameEn), p.AsActor().Roles, new Bilingual(p.About ?? "", p.AboutEn ?? p.About ?? "")))]
                : []));
    }
}
