using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.IdentityModel.Tokens;
using Minato.Portal;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using OpenIddict.Validation.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Minato.Web;

/// <summary>
/// Sign-in by OpenID Connect. Two providers behind one site: the one inside this node (for the demo's people and for
/// holders' machines), and, where one is configured, an outside provider such as the national one. The site itself is
/// an ordinary client of either.
/// </summary>
internal static class SignIn
{
    public const string SiteCookie = "minato";
    public const string ProviderCookie = "minato-provider";
    public const string SiteClient = "minato-site";
    public const string CommandLineClient = "minato-cli";

    /// <summary>Name of the limit on tries to sign in.</summary>
    private const string SignIns = "sign-ins";

    /// <summary>The API: bearer tokens only, so that no page elsewhere can act through a person's cookie.</summary>
    public const string Bearer = OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>The secret of a holder's machine client: derived, so that none is stored.</summary>
    public static string HolderSecret(IKeyStore keys, HolderId holder) =>
        Convert.ToBase64String(HMACSHA256.HashData(keys.Key("holder-clients"), Encoding.UTF8.GetBytes(holder.Value))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static void Add(WebApplicationBuilder builder, SiteOptions options, Harbour harbour)
    {
        var services = builder.Services;
        var siteSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

        // A root of its own: two sites in one process would otherwise share clients and tokens by the database's name.
        var memory = new InMemoryDatabaseRoot();
        services.AddDbContext<ProviderStore>(o => o.UseInMemoryDatabase("provider", memory).UseOpenIddict());
        services.AddOpenIddict()
            .AddCore(o => o.UseEntityFrameworkCore().UseDbContext<ProviderStore>())
            .AddServer(o =>
            {
                o.SetIssuer(options.Address);
                o.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo").SetEndSessionEndpointUris("connect/end-session");
                o.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
                o.AllowClientCredentialsFlow();
                o.RegisterScopes(Scopes.Profile, Scopes.Roles, "minato");
                o.SetAccessTokenLifetime(TimeSpan.FromMinutes(30));
                o.AddEncryptionKey(new SymmetricSecurityKey(harbour.Keys.Key("provider-encryption")));

                // Tokens live for minutes; a new signing key at each start needs no key file.
                o.AddEphemeralSigningKey();
                var host = o.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().EnableUserInfoEndpointPassthrough().EnableEndSessionEndpointPassthrough();
                if (options.Address.IsLoopback)
                {
                    host.DisableTransportSecurityRequirement();
                }
            })
            .AddValidation(o =>
            {
                o.UseLocalServer();

                // In an address a token would stand in logs and histories.
                o.UseAspNetCore().DisableAccessTokenExtractionFromQueryString().DisableAccessTokenExtractionFromBodyForm();
            });

        // Nothing can be guessed here that is not 256 bits long; the limit keeps one caller from using up the provider. The demonstration's people all share one address.
        services.AddRateLimiter(o => o.AddPolicy(SignIns, http => options.ChooseWhoYouAre
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(Callers.Of(http), static _ => new TokenBucketRateLimiterOptions { TokenLimit = 60, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0, AutoReplenishment = true })));

        var sessions = new Sessions(harbour.Clock);
        var isHttps = options.Address.Scheme == "https";
        services.AddAuthentication(o =>
            {
                o.DefaultScheme = SiteCookie;
                o.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie(SiteCookie, o =>
            {
                // Behind a proxy the address here is loopback, and what the proxy says of the request decides.
                o.Cookie.Name = isHttps ? "__Host-minato" : "minato";
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.Cookie.HttpOnly = true;
                o.Cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                o.ExpireTimeSpan = Sessions.Idle;
                o.Events.OnSigningIn = sessions.BeginAsync;
                o.Events.OnValidatePrincipal = sessions.CheckAsync;
                o.Events.OnSigningOut = c => sessions.EndAsync(c.HttpContext, SiteCookie);
                o.SlidingExpiration = true;
                o.AccessDeniedPath = "/denied";

                // Where the rule for whatever has none asks for a sign-in.
                o.LoginPath = "/sign-in";
                o.ReturnUrlParameter = "returnUrl";
            })
            .AddCookie(ProviderCookie, o =>
            {
                o.Cookie.Name = "minato-provider";
                o.LoginPath = "/provider/sign-in";
                o.ExpireTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddOpenIdConnect(o =>
            {
                o.SignInScheme = SiteCookie;
                o.Authority = (options.OutsideProvider?.Authority ?? options.Address).ToString();
                o.ClientId = options.OutsideProvider?.ClientId ?? SiteClient;
                o.ClientSecret = options.OutsideProvider?.ClientSecret ?? siteSecret;
                o.ResponseType = "code";
                o.UsePkce = true;

                // The answer comes as an ordinary navigation, so that the cookies below may be same-site and need no TLS on loopback.
                o.ResponseMode = "query";
                o.CorrelationCookie.SameSite = SameSiteMode.Lax;
                o.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                o.NonceCookie.SameSite = SameSiteMode.Lax;
                o.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                o.RequireHttpsMetadata = !options.Address.IsLoopback;
                o.MapInboundClaims = false;
                o.GetClaimsFromUserInfoEndpoint = true;
                o.ClaimActions.MapJsonKey("role", "role");
                o.ClaimActions.MapJsonKey(ActorClaims.Affiliation, ActorClaims.Affiliation);
                o.TokenValidationParameters.NameClaimType = "name";
                o.TokenValidationParameters.RoleClaimType = "role";
                o.Scope.Add("roles");

                // A token that came over the back channel may be unsigned by OpenID Connect Core 3.1.3.7, and the framework takes it: we take no such token.
                o.Events.OnTokenValidated = static c =>
                {
                    if (string.IsNullOrEmpty(c.SecurityToken.RawSignature))
                    {
                        c.Fail("The token is not signed");
                    }

                    return Task.CompletedTask;
                };
                o.Events.OnTicketReceived = async c => await AddCitizenAsync(c, harbour).ConfigureAwait(false);
                o.Events.OnRemoteFailure = c =>
                {
                    c.Response.Redirect("/?signin=failed");
                    c.HandleResponse();
                    return Task.CompletedTask;
                };
            });

        // Whatever has no rule of its own needs a signed-in person.
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(SiteCookie).RequireAuthenticatedUser().Build());
        services.AddHostedService(sp => new Clients(sp, options, harbour, siteSecret));
    }

    public static void Map(WebApplication app, SiteOptions options, People people, Harbour harbour)
    {
        app.MapGet("/sign-in", (string? returnUrl) => Results.Challenge(
            new AuthenticationProperties { RedirectUri = LocalAddress.OrHome(returnUrl) }, [OpenIdConnectDefaults.AuthenticationScheme])).AllowAnonymous().RequireRateLimiting(SignIns).ExcludeFromDescription();
        app.MapPost("/sign-out", async (HttpContext http) =>
        {
            await http.SignOutAsync(SiteCookie).ConfigureAwait(false);
            await http.SignOutAsync(ProviderCookie).ConfigureAwait(false);
            return Results.LocalRedirect("/");
        }).AllowAnonymous().AddEndpointFilter(FromOurForm).ExcludeFromDescription();

        // The inner provider's own page: a list to choose from, for demonstrations on this machine only.
        app.MapPost("/provider/choose", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync().ConfigureAwait(false);
            if (!options.ChooseWhoYouAre || people.All.FirstOrDefault(p => p.Id == form["person"].ToString()) is not { } person)
            {
                return Results.Forbid(authenticationSchemes: [ProviderCookie]);
            }

            var identity = new ClaimsIdentity([new Claim("sub", person.Id)], ProviderCookie);
            await http.SignInAsync(ProviderCookie, new ClaimsPrincipal(identity)).ConfigureAwait(false);
            return Results.LocalRedirect(LocalAddress.OrHome(form["returnUrl"]));
        }).AllowAnonymous().AddEndpointFilter(FromOurForm).RequireRateLimiting(SignIns).ExcludeFromDescription();

        app.MapMethods("/connect/authorize", ["GET", "POST"], async (HttpContext http) =>
        {
            var who = await http.AuthenticateAsync(ProviderCookie).ConfigureAwait(false);
            if (!who.Succeeded || people.All.FirstOrDefault(p => p.Id == who.Principal.FindFirstValue("sub")) is not { } person)
            {
                return Results.Challenge(new AuthenticationProperties { RedirectUri = http.Request.PathBase + http.Request.Path + http.Request.QueryString }, [ProviderCookie]);
            }

            var request = http.GetOpenIddictServerRequest()!;
            return Results.SignIn(Principal(person, request.GetScopes()), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }).AllowAnonymous().RequireRateLimiting(SignIns).ExcludeFromDescription();

        app.MapPost("/connect/token", async (HttpContext http) =>
        {
            var request = http.GetOpenIddictServerRequest()!;
            if (request.IsClientCredentialsGrantType())
            {
                // Only holders have machine clients; the secret was checked before we come here.
                var holder = request.ClientId!["holder-".Length..];
                var machine = new Person("holder-" + holder, holder, holder, [Role.Holder], holder);
                return Results.SignIn(Principal(machine, request.GetScopes()), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
            }

            var ticket = await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme).ConfigureAwait(false);
            return ticket.Principal is { } principal
                ? Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)
                : Results.Forbid(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
        }).AllowAnonymous().DisableAntiforgery().RequireRateLimiting(SignIns).ExcludeFromDescription();

        app.MapMethods("/connect/userinfo", ["GET", "POST"], (ClaimsPrincipal user) => Results.Json(new Dictionary<string, object?>
        {
            ["sub"] = user.FindFirstValue("sub"),
            ["name"] = user.FindFirstValue("name"),
            ["role"] = user.FindAll("role").Select(c => c.Value).ToArray(),
            [ActorClaims.Affiliation] = user.FindFirstValue(ActorClaims.Affiliation),
        })).RequireAuthorization(new AuthorizationPolicyBuilder(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme).RequireAuthenticatedUser().Build()).ExcludeFromDescription();

        app.MapMethods("/connect/end-session", ["GET", "POST"], async (HttpContext http) =>
        {
            await http.SignOutAsync(ProviderCookie).ConfigureAwait(false);
            return Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
        }).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>Endpoints that read their form themselves are not looked at by the framework: a form must carry the token of a page of ours.</summary>
    private static async ValueTask<object?> FromOurForm(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context.HttpContext).ConfigureAwait(false)
            ? await next(context).ConfigureAwait(false)
            : Results.BadRequest();

    private static ClaimsPrincipal Principal(Person person, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("minato", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Id).SetClaim(Claims.Name, person.Name).SetClaim(ActorClaims.Affiliation, person.Affiliation);
        identity.SetClaims(Claims.Role, [.. person.Roles.Select(r => r.ToString())]);
        identity.SetScopes(scopes);
        identity.SetDestinations(static c => c.Type is Claims.Name or Claims.Role or ActorClaims.Affiliation ? [Destinations.AccessToken, Destinations.IdentityToken] : [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>
    /// A citizen's own pseudonym is found once, at sign-in, from what the provider asserts, and kept in the sealed
    /// session. In the demo people.json stands for the national provider's assertion.
    /// </summary>
    private static async Task AddCitizenAsync(TicketReceivedContext context, Harbour harbour)
    {
        if (context.Principal?.Identity is ClaimsIdentity identity && ActorClaims.ActorOf(context.Principal) is { } actor && actor.Is(Role.Citizen)
            && new People(harbour.Options.Folder).All.FirstOrDefault(p => p.Id == actor.Id.Value)?.Identity is { } asserted)
        {
            var found = await harbour.Linkage.IdentifyAsync(asserted, context.HttpContext.RequestAborted).ConfigureAwait(false);
            if (found.Try(out var citizen))
            {
                identity.AddClaim(new Claim(ActorClaims.Citizen, citizen.ToString()));
            }
        }
    }

    /// <summary>Tells the provider its clients: the site, the command line, and one per holder.</summary>
    private sealed class Clients(IServiceProvider services, SiteOptions options, Harbour harbour, string siteSecret) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var scope = services.CreateAsyncScope();
            var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            var code = new[] { Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession, Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Roles, Permissions.Prefixes.Scope + "minato" };
            var site = new OpenIddictApplicationDescriptor { ClientId = SiteClient, ClientSecret = siteSecret, ConsentType = ConsentTypes.Implicit, RedirectUris = { new Uri(options.Address, "signin-oidc") } };
            var cli = new OpenIddictApplicationDescriptor { ClientId = CommandLineClient, ClientType = ClientTypes.Public, ConsentType = ConsentTypes.Implicit, RedirectUris = { new Uri("http://127.0.0.1:4567/") } };
            foreach (var d in new[] { site, cli })
            {
                d.Permissions.UnionWith(code);
                await clients.CreateAsync(d, cancellationToken).ConfigureAwait(false);
            }

            foreach (var holder in harbour.Intake.Holders)
            {
                await clients.CreateAsync(new OpenIddictApplicationDescriptor
                {
                    ClientId = "holder-" + holder.Id,
                    ClientSecret = HolderSecret(harbour.Keys, holder.Id),
                    Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials, Permissions.Prefixes.Scope + "minato" },
                }, cancellationToken).ConfigureAwait(false);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Clients and short-lived tokens of the inner provider; rebuilt at each start.</summary>
internal sealed class ProviderStore(DbContextOptions<ProviderStore> options) : DbContext(options);
