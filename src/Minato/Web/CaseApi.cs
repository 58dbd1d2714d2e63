using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Minato.Access;

namespace Minato.Web;

/// <summary>Endpoints of applications, permits, limits of time, measures, money and inquiries.</summary>
internal static class CaseApi
{
    private const Role Everybody = Role.Researcher | Role.Reviewer | Role.CitizenReviewer | Role.Holder | Role.Operator | Role.Auditor;

    public static void Map(RouteGroupBuilder api, Harbour h, People people)
    {
        Open(api, h);
        var refusals = new RefusalBook(Path.Combine(h.Options.Folder, "refusals.jsonl"));
        Applications(api, h, people, refusals);
        Office(api, h);

        var concerned = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Operator | Role.Auditor)).WithTags("Measures");
        concerned.MapGet("/measures", (ClaimsPrincipal user) => h.Measures.VisibleTo(Api.Who(user)));
        concerned.MapPost("/measures/{id}/commands/{command}", async (string id, string command, JsonElement body, ClaimsPrincipal user, CancellationToken ct) =>
            CommandReader.ReadMeasure(command, body) is var read && read.Try(out var given) ? Api.Answer(await h.Measures.ExecuteAsync(id, given, Api.Who(user), ct).ConfigureAwait(false)) : Api.Answer(read));
        concerned.MapGet("/applications/{id}/account", (string id, ClaimsPrincipal user) => Slug.IsValid(id) ? Api.Answer(h.Money.Account(new ApplicationId(id), Api.Who(user))) : Results.NotFound());

        var statement = api.MapGroup("").RequireAuthorization(Api.For(Role.Holder | Role.Operator | Role.Auditor)).WithTags("Money");
        statement.MapGet("/holders/{holder}/statement", (string holder, ClaimsPrincipal user) => Slug.IsValid(holder) ? Api.Answer(h.Money.Statement(new HolderId(holder), Api.Who(user))) : Results.NotFound());
    }

    private static void Open(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/permissions", () => h.Access.Permissions);
        open.MapGet("/measures/published", () => h.Measures.Published);
        open.MapGet("/money", () => h.Money.Figures);
        open.MapGet("/report", () => new
        {
            h.Access.Figures,
            byPurpose = h.Access.Uses.ByPurpose.ToDictionary(g => g.Purpose, g => g.Count),
            byMonth = h.Access.Published.Where(a => a.DecidedAt is not null).GroupBy(a => JapaneseDay.Of(a.DecidedAt!.Value).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count()),
            results = h.Access.Published.Sum(a => a.Results.Count),
            releases = h.Release.Published.Count(s => s.IsOut),
            personsRefusing = h.OptOut.PersonsRefusing,
            money = h.Money.Figures,
            measures = h.Measures.Published.Select(m => new { m.Id, m.Kind, m.Summary, m.DecidedAt, m.State }),
            inquiries = h.Inquiries.Figures.ToDictionary(f => f.Key.ToString(), f => new { all = f.Value.All, answered = f.Value.Answered }),
            ledger = h.Ledger.Size,
        });
        open.MapGet("/questions", () => h.Inquiries.Published);
        open.MapPost("/questions", async (InquiryBody body, CancellationToken ct) => Api.Answer(await h.Inquiries.AskAsync(body.Kind, body.Text ?? "", ct).ConfigureAwait(false))).RequireRateLimiting(Site.AnonymousWrites);
        open.MapPost("/questions/read", (InquiryTicket ticket) => Api.Answer(h.Inquiries.Read(ticket))).RequireRateLimiting(Site.AnonymousWrites);
    }

    private static void Applications(RouteGroupBuilder api, Harbour h, People people, RefusalBook refusals)
    {
        var use = api.MapGroup("").RequireAuthorization(Api.For(Everybody)).WithTags("Applications");
        use.MapGet("/applications", (ClaimsPrincipal user) => h.Access.VisibleTo(Api.Who(user)));
        use.MapGet("/applications/{id}", (string id, ClaimsPrincipal user) => Visible(id, user) is { } a ? Results.Ok(a) : Results.NotFound());
        use.MapGet("/applications/{id}/commands", (string id, ClaimsPrincipal user) => Slug.IsValid(id) ? Results.Ok(h.Access.PermittedCommands(new ApplicationId(id), Api.Who(user))) : Results.NotFound());
        use.MapGet("/applications/{id}/clocks", (string id, ClaimsPrincipal user) => Slug.IsValid(id) ? Results.Ok(h.Access.ClocksOf(new ApplicationId(id), Api.Who(user))) : Results.NotFound());
        use.MapGet("/clocks", (ClaimsPrincipal user) => h.Access.Clocks(Api.Who(user)));

        // One endpoint for every command: its name and the permission table say the rest.
        use.MapPost("/applications/{id}/commands/{command}", async (string id, string command, JsonElement body, ClaimsPrincipal user, CancellationToken ct) =>
        {
            if (!Slug.IsValid(id))
            {
                return Results.NotFound();
            }

            var read = command == nameof(ApplicationCommand.AssignReviewers) ? Panel(body, people) : CommandReader.Read(command, body);
            if (!read.Try(out var given))
            {
                return Api.Answer(read);
            }

            var who = Api.Who(user);
            var done = await h.Access.ExecuteAsync(new ApplicationId(id), given, who, ct).ConfigureAwait(false);
            if (done.Findings.FirstOrDefault(f => f.Code == "access.not-permitted") is { } refusal)
            {
                refusals.Add(new Refusal(h.Clock.GetUtcNow(), who.Id.Value, command, id, refusal.Reason));
            }

            return Api.Answer(done);
        });

        var research = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher)).WithTags("Applications");
        research.MapPost("/applications", async (ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Access.CreateAsync(Api.Who(user), ct).ConfigureAwait(false)));
        research.MapPost("/permits/{permit}/follow-ups/{kind}", async (string permit, FollowKind kind, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Api.Answer(await h.Access.FollowAsync(new FollowUp(new PermitId(permit), kind), Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapPost("/applications/preview", (ApplicationDraft draft) =>
        {
            var (checks, quote) = h.Access.Preview(draft);
            return Results.Ok(new { checks, quote = quote.Try(out var q) ? q : null, findings = quote.Findings });
        });
        research.MapGet("/permits/{permit}/visas", (string permit, HttpRequest r, ClaimsPrincipal user) =>
            Slug.IsValid(permit) ? Api.Answer(h.Access.Visas(new PermitId(permit), Api.BaseOf(r), Api.Who(user)), visas => Results.Ok(new { ga4gh_passport_v1 = visas })) : Results.NotFound());

        var papers = api.MapGroup("").RequireAuthorization(Api.For(Role.Researcher | Role.Operator | Role.Auditor)).WithTags("Applications");
        papers.MapGet("/permits/{permit}/signed", (string permit, HttpRequest r, ClaimsPrincipal user) =>
            Slug.IsValid(permit) ? Api.Answer(h.Access.SignedPermit(new PermitId(permit), Api.BaseOf(r), Api.Who(user)), jws => Results.Text(jws, "application/jose")) : Results.NotFound());

        var audit = api.MapGroup("").RequireAuthorization(Api.For(Role.Auditor)).WithTags("Audit");
        audit.MapGet("/refusals", (int? most) => refusals.Last(Math.Clamp(most ?? 100, 1, 1000)));

        ApplicationView? Visible(string id, ClaimsPrincipal user) => h.Access.VisibleTo(Api.Who(user)).FirstOrDefault(a => a.Id.Value == id);
    }

    private static void Office(RouteGroupBuilder api, Harbour h)
    {
        var office = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator)).WithTags("Operation");
        office.MapPost("/measures", async (MeasureReport report, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Measures.OpenAsync(report, Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/applications/{id}/meter", async (string id, MeterBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Api.Answer(await h.Money.RecordAsync(new ApplicationId(id), body.Item ?? "", body.Quantity, body.Evidence ?? "", Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        office.MapPost("/invoices/issue", async (ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Money.IssueDueAsync(Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/applications/{id}/invoices/{number}/paid", async (string id, string number, Api.Said said, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Api.Answer(await h.Money.PaidAsync(new ApplicationId(id), number, said.Text, Api.Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        office.MapPost("/inquiries/{id}/answer", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Inquiries.AnswerAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/inquiries/{id}/forward", async (string id, Api.Said said, ClaimsPrincipal user, CancellationToken ct) => Api.Answer(await h.Inquiries.ForwardAsync(id, said.Text, Api.Who(user), ct).ConfigureAwait(false)));
        office.MapPost("/inquiries/{id}/publish", async (string id, PublishBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Api.Answer(await h.Inquiries.PublishAsync(id, body.Question, body.Answer, Api.Who(user), ct).ConfigureAwait(false)));

        var watched = api.MapGroup("").RequireAuthorization(Api.For(Role.Operator | Role.Auditor)).WithTags("Operation");
        watched.MapGet("/inquiries", (ClaimsPrincipal user) => h.Inquiries.VisibleTo(Api.Who(user)));
    }

    /// <summary>Reviewers are named by their ids; who they are and where they belong, this node knows.</summary>
    private static Outcome<ApplicationCommand> Panel(JsonElement body, People people)
    {
        var ids = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("reviewers", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(e => e.ToString()).ToArray() : [];
        var found = ids.Select(people.Find).ToArray();
        return found.FirstOrDefault(f => !f.IsOk) is { } missing
            ? Outcome<ApplicationCommand>.Refused(missing.Findings)
            : new ApplicationCommand.AssignReviewers([.. found.Select(f => f.Value)], body.ValueKind == JsonValueKind.Object && body.TryGetProperty("body", out var b) && b.ValueKind == JsonValueKind.String ? b.GetString() : null);
    }

    internal sealed record InquiryBody(InquiryKind Kind, string? Text);

    internal sealed record MeterBody(string? Item, decimal Quantity, string? Evidence);

    internal sealed record PublishBody(Bilingual Question, Bilingual Answer);
}
