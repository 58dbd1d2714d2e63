using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Minato.Portal;

/// <summary>The door of the room: the web site's pages, over the ports that the host registers.</summary>
public static class PortalRoom
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddScoped<Language>();
        services.AddSingleton<EventTally>();
        services.AddSingleton<OpenData>();
        return services;
    }

    private static void PaperReaders(Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder p) => p.RequireRole(nameof(Role.Researcher), nameof(Role.Operator), nameof(Role.Auditor));

    public static WebApplication MapPortal(this WebApplication app)
    {
        app.MapGet("/language/{code}", (string code, string? returnUrl, HttpContext http) =>
        {
            if (code is "ja" or "en")
            {
                http.Response.Cookies.Append(Language.Cookie, code, new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = http.Request.IsHttps });
            }

            return Results.LocalRedirect(LocalAddress.OrHome(returnUrl));
        }).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/research/outputs/{submission}/{name}", async (string submission, string name, HttpContext http, Release.IRelease release) =>
            ActorClaims.ActorOf(http.User) is { } me && (await release.FetchAsync(submission, name, me, http.RequestAborted)).Try(out var got)
                ? Results.Stream(got.Content, "application/octet-stream", got.File.Name)
                : Results.NotFound()).RequireAuthorization(p => p.RequireRole(nameof(Role.Researcher))).ExcludeFromDescription();
        app.MapGet("/applications/{id}/attachments/{document}", (string id, string document, HttpContext http, Access.IAttachments attachments) =>
            Slug.IsValid(id) && ActorClaims.ActorOf(http.User) is { } me && attachments.Read(new ApplicationId(id), document, me).Try(out var read)
                ? Results.File(read.Content, read.View.MediaType, read.View.Name)
                : Results.NotFound()).RequireAuthorization().ExcludeFromDescription();
        app.MapGet("/enriched/{id}/container", async (string id, HttpContext http, Release.Enriched.IEnrichedData enriched) =>
            ActorClaims.ActorOf(http.User) is { } me && (await enriched.FetchAsync(id, me, http.RequestAborted)).Try(out var container)
                ? Results.Stream(container, "application/octet-stream", $"{id}.age")
                : Results.NotFound()).RequireAuthorization(p => p.RequireRole(nameof(Role.Holder))).ExcludeFromDescription();
        app.MapGet("/enriched/{id}/file", async (string id, HttpContext http, Release.Enriched.IEnrichedData enriched) =>
            ActorClaims.ActorOf(http.User) is { } me && (await enriched.InspectAsync(id, me, http.RequestAborted)).Try(out var content)
                ? Results.Stream(content, "text/csv; charset=utf-8", $"{id}.csv")
                : Results.NotFound()).RequireAuthorization(p => p.RequireRole(nameof(Role.OutputChecker))).ExcludeFromDescription();
        app.MapGet("/hand-overs/{id}/container", async (string id, HttpContext http, Release.HandingOver.IHandOvers handOvers) =>
            ActorClaims.ActorOf(http.User) is { } me && (await handOvers.FetchAsync(id, me, http.RequestAborted)).Try(out var container)
                ? Results.Stream(container, "application/octet-stream", $"{id}.age")
                : Results.NotFound()).RequireAuthorization(p => p.RequireRole(nameof(Role.Researcher))).ExcludeFromDescription();
        app.MapGet("/uses/{permit}/report.pdf", (string permit, HttpContext http, Language language, Processing.Reporting.ReportDesk reports, TimeProvider clock) =>
        {
            if (!Slug.IsValid(permit) || !reports.For(new PermitId(permit), ActorClaims.ActorOf(http.User)).Try(out var report))
            {
                return Results.NotFound();
            }

            var written = Paper.PdfPaper.Write(Paper.ReportPaper.Of(report, language.Code, permit, clock.GetUtcNow()));
            return written.Try(out var pdf) ? Results.File(pdf, "application/pdf", $"report-{permit}.pdf") : Results.Problem(written.Findings[0].ToString(), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/permits/{permit}/signed.jws", (string permit, HttpContext http, Access.IAccessDesk access) =>
            Slug.IsValid(permit) && ActorClaims.ActorOf(http.User) is { } me && access.SignedPermit(new PermitId(permit), new Uri($"{http.Request.Scheme}://{http.Request.Host}/"), me).Try(out var jws)
                ? Results.Text(jws, "application/jose")
                : Results.NotFound()).RequireAuthorization(PaperReaders).ExcludeFromDescription();
        app.MapGet("/permits/{permit}/decision.pdf", (string permit, HttpContext http, Language language, Access.IAccessDesk access) =>
        {
            var site = new Uri($"{http.Request.Scheme}://{http.Request.Host}/");
            if (!Slug.IsValid(permit) || ActorClaims.ActorOf(http.User) is not { } me || !access.SignedPermit(new PermitId(permit), site, me).Try(out var jws) || access.FindPermit(new PermitId(permit)) is not { } found)
            {
                return Results.NotFound();
            }

            var written = Paper.PdfPaper.Write(Paper.DecisionPaper.Of(access.Find(found.Application)!, jws, site, language.Code));
            return written.Try(out var pdf) ? Results.File(pdf, "application/pdf", $"decision-{permit}.pdf") : Results.Problem(written.Findings[0].ToString(), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).RequireAuthorization(PaperReaders).ExcludeFromDescription();
        app.MapGet("/exit/files/{submission}/{name}", async (string submission, string name, HttpContext http, Release.IRelease release) =>
            ActorClaims.ActorOf(http.User) is { } me && (await release.InspectAsync(submission, name, me, http.RequestAborted)).Try(out var content)
                ? Results.Stream(content, "application/octet-stream", name)
                : Results.NotFound()).RequireAuthorization(p => p.RequireRole(nameof(Role.OutputChecker))).ExcludeFromDescription();
        app.MapOpenness();
        app.MapGet("/choice-desk/{id}/letter.pdf", (string id, HttpContext http, Language language, OptOut.Desk.IChoiceDesk desk, OptOut.IActing acting, Access.IAccessDesk access, Intake.IIntake intake, Catalogue.ICatalogue catalogue) =>
        {
            if (ActorClaims.ActorOf(http.User) is not { } me || !desk.Letter(id, me).Try(out var letter))
            {
                return Results.NotFound();
            }

            var what = letter.Choice is { } c ? ChoiceWords.Of(c.Choice.Scope, access, intake, catalogue) : null;
            var written = Paper.PdfPaper.Write(Paper.LetterPaper.Of(letter, what, acting.ActingPolicy.Ground(letter.Ground)?.Title, new Uri($"{http.Request.Scheme}://{http.Request.Host}/"), language.Code));
            return written.Try(out var pdf) ? Results.File(pdf, "application/pdf", $"letter-{letter.Receipt}.pdf") : Results.Problem(written.Findings[0].ToString(), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).RequireAuthorization(p => p.RequireRole(nameof(Role.ChoiceDesk))).ExcludeFromDescription();
        app.MapRazorComponents<App>();
        return app;
    }
}
