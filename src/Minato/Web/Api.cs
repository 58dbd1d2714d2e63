using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Minato.Access;
using Minato.Catalogue;
using Minato.Intake;
using Minato.Portal;
using Minato.Processing;
using Minato.Release;
using Minato.Workspace;

namespace Minato.Web;

/// <summary>
/// The HTTP API (H8). Every endpoint names who may call it; the rooms check again what the person may do with the thing
/// itself. Refusals are problem documents with the findings.
/// </summary>
internal static class Api
{
    public static void Map(WebApplication app, Harbour h, People people)
    {
        var api = app.MapGroup("/api/v1").DisableAntiforgery();
        Public(api, h);
        Holders(api, h);
        Researchers(api, h);
        Staff(api, h);
        DeskApi.Map(api, h);
        WatchApi.Map(api, h);
        SpaceApi.Map(api, h);
        HandOverApi.Map(api, h);
        FindingApi.Map(api, h);
        EnrichedApi.Map(api, h);
        CaseApi.Map(api, h, people);
        AttachmentApi.Map(api, h);
        WebhookApi.Map(api, h);
        HarvestApi.Map(api, h);
        ChoiceApi.Map(api, h);
        PrimaryApi.Map(api, h);
    }

    private static void Public(RouteGroupBuilder api, Harbour h)
    {
        var open = api.MapGroup("").AllowAnonymous().WithTags("Public");
        open.MapGet("/catalogue", () => h.Catalogue.All.Select(d => new { d.Dataset.Id, d.Dataset.Title, d.Dataset.Category, d.Persons, d.From, d.To }));
        open.MapGet("/catalogue/search", (string text) => h.Catalogue.Search(text).Select(d => new { d.Dataset.Id, d.Dataset.Title }));
        open.MapGet("/catalogue/dcat", (HttpRequest r, string? format, int? from, int? size) => Dcat(h, null, r, format, from, size));
        open.MapGet("/catalogue/{dataset}", (string dataset) => Slug.IsValid(dataset) && h.Catalogue.Find(new DatasetId(dataset)) is { } d ? Results.Ok(d) : Results.NotFound());
        open.MapGet("/catalogue/{dataset}/dcat", (string dataset, HttpRequest r, string? format) => Slug.IsValid(dataset) && h.Catalogue.Find(new DatasetId(dataset)) is not null ? Dcat(h, new DatasetId(dataset), r, format) : Results.NotFound());
        open.MapGet("/uses", () => h.Access.Published.Select(PublicUse));
        open.MapGet("/releases", () => h.Release.Published.Select(PublicRelease));
        open.MapGet("/ledger/checkpoint", () => Results.Text((h.Ledger.LatestCheckpoint ?? h.Ledger.MakeCheckpoint()).SignedNote, "text/plain; charset=utf-8"));
        open.MapGet("/ledger/proof/{index:long}", (long index) => Answer(h.Ledger.ProveInclusion(index).Map(p => new
        {
            p.Index, p.Size, leafHash = Hex(p.LeafHash), path = p.Path.Select(Hex), checkpoint = p.Checkpoint.SignedNote,
        })));
        open.MapGet("/ledger/consistency", (long from, long to) => Answer(h.Ledger.ProveConsistency(from, to).Map(p => new { p.OldSize, p.NewSize, path = p.Path.Select(Hex) })));
    }

    /// <summary>HealthDCAT-AP in Turtle where that is asked for, by <c>?format=turtle</c> or before JSON-LD in <c>Accept</c>; else in JSON-LD.</summary>
    /// <param name="from">Of a page of the catalogue: how many datasets come before it. The pages before and after are in the header <c>Link</c> (RFC 8288).</param>
    private static IResult Dcat(Harbour h, DatasetId? dataset, HttpRequest r, string? format, int? from = null, int? size = null)
    {
        r.HttpContext.Response.Headers.Vary = "Accept";
        var turtle = format is null
            ? r.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1).Select(a => a.MediaType.Value).FirstOrDefault(a => a is "text/turtle" or "application/ld+json") == "text/turtle"
            : format == "turtle";
        const int Most = 500;
        var (first, count) = (Math.Max(0, from ?? 0), Math.Clamp(size ?? 100, 1, Most));
        var paged = dataset is null && (from is not null || size is not null);
        var text = paged
            ? turtle ? h.Catalogue.ToTurtle(first, count, BaseOf(r)) : h.Catalogue.ToJsonLd(first, count, BaseOf(r))
            : turtle ? h.Catalogue.ToTurtle(dataset, BaseOf(r)) : h.Catalogue.ToJsonLd(dataset, BaseOf(r));
        if (paged)
        {
            var all = h.Catalogue.All.Count;
            string Page(int at, string rel) => $"<{new Uri(BaseOf(r), $"api/v1/catalogue/dcat?from={at}&size={count}{(format is null ? "" : "&format=" + (turtle ? "turtle" : "json-ld"))}")}>; rel=\"{rel}\"";
            string[] links = [.. first > 0 ? [Page(Math.Max(0, first - count), "prev")] : Array.Empty<string>(), .. first + count < all ? [Page(first + count, "next")] : Array.Empty<string>()];
            r.HttpContext.Response.Headers.Link = string.Join(", ", links);
        }

        // A harvester that has it gets nothing again.
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..32]}\"");
        return Results.Text(text, turtle ? "text/turtle; charset=utf-8" : "application/ld+json; charset=utf-8") is var answer && r.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(tag, useStrongComparison: false))
            ? Tagged(r, tag, h.Catalogue.ChangedAt, Results.StatusCode(StatusCodes.Status304NotModified))
            : Tagged(r, tag, h.Catalogue.ChangedAt, answer);
    }

    private static IResult Tagged(HttpRequest r, Microsoft.Net.Http.Headers.EntityTagHeaderValue tag, DateTimeOffset? changed, IResult answer)
    {
        var headers = r.HttpContext.Response.GetTypedHeaders();
        (headers.ETag, headers.LastModified) = (tag, changed);
        return answer;
    }

    private static void Holders(RouteGroupBuilder api, Harbour h)
    {
        var holders = api.MapGroup("").RequireAuthorization(For(Role.Holder | Role.Operator)).WithTags("Holders");
        holders.MapPost("/uploads", (UploadRequest r, ClaimsPrincipal user) =>
            Slug.IsValid(r.Holder) && Slug.IsValid(r.Dataset)
                ? Answer(h.Intake.BeginUpload(new HolderId(r.Holder), new DatasetId(r.Dataset), r.FileName, r.Length, Who(user), r.Embargo), u => Results.Created($"/api/v1/uploads/{u.Id}", u))
                : Answer<Intake.Upload>(Finding.Error("api.id", "The holder or dataset id is not well formed", "Use the ids of the registration")));
        holders.MapPost("/catalogue/{dataset}/description", async (string dataset, HolderDescription description, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(dataset) ? Answer(await h.Catalogue.DescribeAsync(new DatasetId(dataset), description, Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        holders.MapPost("/catalogue/{dataset}/attest", async (string dataset, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(dataset) ? Answer(await h.Catalogue.AttestAsync(new DatasetId(dataset), Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        holders.MapGet("/uploads/{id}", (string id, ClaimsPrincipal user) => Answer(h.Intake.FindUpload(id, Who(user))));
        holders.MapPatch("/uploads/{id}", async (string id, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
            long.TryParse(request.Headers["Upload-Offset"], out var offset)
                ? Answer(await h.Intake.AppendUploadAsync(id, offset, request.Body, Who(user), ct).ConfigureAwait(false))
                : Answer<Intake.Upload>(Finding.Error("upload.offset", "The header Upload-Offset is missing", "Say at which byte this piece begins")));
        holders.MapDelete("/uploads/{id}", async (string id, ClaimsPrincipal user, CancellationToken ct) => Answer(await h.Intake.EraseUploadAsync(id, Who(user), ct).ConfigureAwait(false), _ => Results.NoContent()));
        holders.MapPost("/uploads/{id}/complete", async (string id, UploadComplete r, ClaimsPrincipal user, CancellationToken ct) =>
            Answer(await h.Intake.CompleteUploadAsync(id, r.Sha256, Who(user), null, ct).ConfigureAwait(false)));
        holders.MapPost("/fhir/{holder}/{dataset}", async (string holder, string dataset, HttpRequest request, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(holder) && Slug.IsValid(dataset)
                ? Answer(await h.Intake.ReceiveDocumentAsync(new HolderId(holder), new DatasetId(dataset), request.Body, Who(user), ct).ConfigureAwait(false))
                : Answer<Intake.Receipt>(Finding.Error("api.id", "The holder or dataset id is not well formed", "Use the ids of the registration")));
        holders.MapPost("/fhir/{holder}/{dataset}/$import", async (string holder, string dataset, JsonElement body, ClaimsPrincipal user, HttpResponse response, CancellationToken ct) =>
        {
            var read = BulkImport.Parse(body);
            return !Slug.IsValid(holder) || !Slug.IsValid(dataset) ? Answer<ImportState>(Finding.Error("api.id", "The holder or dataset id is not well formed", "Use the ids of the registration"))
                : read.Try(out var import) ? Answer(await h.Intake.BeginImportAsync(new HolderId(holder), new DatasetId(dataset), import, Who(user), ct).ConfigureAwait(false), s =>
                {
                    response.Headers.ContentLocation = $"/api/v1/fhir/imports/{s.Id}";
                    return Results.StatusCode(StatusCodes.Status202Accepted);
                })
                : Answer<ImportState>(read.Findings[0]);
        });
        holders.MapGet("/fhir/imports/{id}", (string id, ClaimsPrincipal user, HttpResponse response) => Answer(h.Intake.FindImport(id, Who(user)), s =>
        {
            if (s.Stage == ImportStage.Running)
            {
                (response.Headers.RetryAfter, response.Headers["X-Progress"]) = ("5", "fetching");
                return Results.StatusCode(StatusCodes.Status202Accepted);
            }

            return s.Stage == ImportStage.Done ? Results.Ok(s) : Answer(Outcome<ImportState>.Refused(s.Findings));
        }));
        holders.MapGet("/receipts", (ClaimsPrincipal user) =>
        {
            var who = Who(user);
            return h.Intake.Receipts(who.Is(Role.Operator) ? null : new HolderId(who.Affiliation));
        });
        holders.MapPost("/deliveries/{id}/confirm", async (string id, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Answer(await h.Intake.ConfirmAsync(new DeliveryId(id), Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        holders.MapPost("/deliveries/{id}/embargo", async (string id, DayBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(id) ? Answer(await h.Intake.EmbargoAsync(new DeliveryId(id), body.Day, Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        holders.MapPost("/datasets/{dataset}/confirm", async (string dataset, DayBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(dataset) ? Answer(await h.Intake.ConfirmPeriodAsync(new DatasetId(dataset), body.Day, Who(user), ct).ConfigureAwait(false), n => Results.Ok(new { confirmed = n })) : Results.NotFound());
        holders.MapGet("/deliveries/due", (ClaimsPrincipal user) =>
        {
            var who = Who(user);
            return h.Intake.Agreements.Due(who.Is(Role.Operator) ? null : new HolderId(who.Affiliation));
        });
    }

    private static void Researchers(RouteGroupBuilder api, Harbour h)
    {
        var research = api.MapGroup("").RequireAuthorization(For(Role.Researcher)).WithTags("Research");
        research.MapPost("/feasibility", async (FeasibilityBody body, ClaimsPrincipal user, CancellationToken ct) => Answer(await h.Processing.AskFeasibilityAsync(
            new FeasibilityQuestion(body.Cohort.ValueKind == JsonValueKind.Object ? body.Cohort.GetRawText() : "{}", body.Datasets ?? [], body.From, body.To, body.Purpose ?? "research"), Who(user), null, ct).ConfigureAwait(false)));
        research.MapPost("/permits/{permit}/tables", async (string permit, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Answer(await h.Processing.TabulateAsync(new PermitId(permit), Who(user), null, ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapGet("/permits/{permit}/tables/{id}", (string permit, string id, ClaimsPrincipal user) =>
            Slug.IsValid(permit) && h.Access.FindPermit(new PermitId(permit)) is { } p && p.Use.Members.Contains(Who(user).Id) && h.Processing.Tables(p.Id).FirstOrDefault(t => t.Id == id) is { } table
                ? Results.Text(table.ToCsv(), "text/csv; charset=utf-8")
                : Results.NotFound());
        research.MapPost("/permits/{permit}/jobs", async (string permit, JobBody body, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Answer(await h.Workspace.RunAsync(new JobRequest(new PermitId(permit), body.Language, body.Code, Image: body.Image, Device: body.Device), Who(user), null, ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapGet("/output-classes", () => h.Release.Classes);
        research.MapGet("/permits/{permit}/runs/{run}/declared", (string permit, string run, ClaimsPrincipal user) =>
            Slug.IsValid(permit) ? Answer(h.Release.DeclaredIn(new PermitId(permit), run, Who(user))) : Results.NotFound());
        research.MapPost("/permits/{permit}/drafts", async (string permit, IReadOnlyList<OutputDeclaration> files, string? draft, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Answer(await h.Release.SaveDraftAsync(new PermitId(permit), files, Who(user), draft, ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapPost("/permits/{permit}/submissions", async (string permit, IReadOnlyList<OutputDeclaration> files, string? mends, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Answer(await h.Release.SubmitAsync(new PermitId(permit), files, Who(user), mends, ct).ConfigureAwait(false)) : Results.NotFound());
        research.MapPost("/submissions/{id}/accept-mended", async (string id, ClaimsPrincipal user, CancellationToken ct) => Answer(await h.Release.AcceptMendedAsync(id, Who(user), ct).ConfigureAwait(false)));
        research.MapPost("/submissions/{id}/appeal", async (string id, Said said, ClaimsPrincipal user, CancellationToken ct) => Answer(await h.Release.AppealAsync(id, said.Text, Who(user), ct).ConfigureAwait(false)));
        research.MapPost("/submissions/{id}/withdraw", async (string id, ClaimsPrincipal user, CancellationToken ct) => Answer(await h.Release.WithdrawAsync(id, Who(user), ct).ConfigureAwait(false)));
        research.MapGet("/submissions/{id}/files/{name}", async (string id, string name, ClaimsPrincipal user, CancellationToken ct) =>
            Answer(await h.Release.FetchAsync(id, name, Who(user), ct).ConfigureAwait(false), got => Results.Stream(got.Content, "application/octet-stream", got.File.Name)));
    }

    private static void Staff(RouteGroupBuilder api, Harbour h)
    {
        var staff = api.MapGroup("").RequireAuthorization(For(Role.Operator)).WithTags("Operation");
        staff.MapPost("/permits/{permit}/extractions", async (string permit, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(permit) ? Answer(await h.Processing.ExtractAsync(new PermitId(permit), Who(user), null, null, ct).ConfigureAwait(false)) : Results.NotFound());
        staff.MapPost("/catalogue/{dataset}/label", async (string dataset, LabelBody label, ClaimsPrincipal user, CancellationToken ct) =>
            Slug.IsValid(dataset) ? Answer(await h.Catalogue.JudgeLabelAsync(new DatasetId(dataset), label.Standing, label.Reason, Who(user), ct).ConfigureAwait(false)) : Results.NotFound());
        staff.MapGet("/linkage/figures", async (CancellationToken ct) => await h.Linkage.FiguresAsync(ct).ConfigureAwait(false));

        var exit = api.MapGroup("").RequireAuthorization(For(Role.OutputChecker)).WithTags("Exit");
        exit.MapGet("/submissions", (ClaimsPrincipal user) => h.Release.VisibleTo(Who(user)));
        exit.MapPost("/submissions/{id}/decision", async (string id, DecisionBody d, ClaimsPrincipal user, CancellationToken ct) =>
            Answer(await h.Release.DecideAsync(id, d.Verdict, d.Reasons, Who(user), ct).ConfigureAwait(false)));
        exit.MapGet("/submissions/{id}/look/{name}", async (string id, string name, ClaimsPrincipal user, CancellationToken ct) =>
            Answer(await h.Release.InspectAsync(id, name, Who(user), ct).ConfigureAwait(false), content => Results.Stream(content, "application/octet-stream", name)));

        var dossier = api.MapGroup("").RequireAuthorization(For(Role.Researcher | Role.OutputChecker | Role.Operator | Role.Auditor)).WithTags("Exit");
        dossier.MapGet("/submissions/{id}/dossier", (string id, ClaimsPrincipal user) => Answer(h.Release.Dossier(id, Who(user)), json => Results.Bytes(json, "application/json")));

        var audit = api.MapGroup("").RequireAuthorization(For(Role.Auditor)).WithTags("Audit");
        audit.MapGet("/permits/{permit}/extractions/{id}/refusals", (string permit, string id, ClaimsPrincipal user) =>
            Slug.IsValid(permit) ? Answer(h.Processing.ProveRefusals(new PermitId(permit), id, Who(user))) : Results.NotFound());
        audit.MapGet("/ledger/events", (long? from, string? stream, int? most) => h.Ledger.ReadAll(from ?? 0, stream).Take(Math.Clamp(most ?? 100, 1, 1000))
            .Select(e => new { e.Index, e.Stream, e.Version, e.Type, e.At, By = e.By.Value, e.Erased, LeafHash = Hex(e.LeafHash) }));

    }

    internal static object PublicUse(ApplicationView a) => new
    {
        a.Id, a.State, a.Draft?.Use.Title, a.Draft?.Use.PlainSummary, a.Draft?.Use.Purpose, Datasets = a.Draft?.Use.Datasets.Select(d => d.Dataset), a.SubmittedAt, a.DecidedAt, a.Conditions,
        Permit = a.Permit?.Id, a.Permit?.Until,
    };

    internal static object PublicRelease(SubmissionView s) => new
    {
        s.Id, s.Permit, s.State, s.SubmittedAt, s.DecidedAt, s.OutputRules, Files = s.Files.Select(f => new { f.FileName, f.Kind, f.Description }),
        Reasons = s.Checks.Where(c => !c.Passed).Select(c => new { c.File, c.Rule, c.Reason }),
    };

    internal static Uri BaseOf(HttpRequest r) => new($"{r.Scheme}://{r.Host}/");

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    internal static Actor Who(ClaimsPrincipal user) => ActorClaims.ActorOf(user) ?? throw new InvalidOperationException("The endpoint has no authorization rule");

    internal static AuthorizationPolicy For(Role anyOf) =>
        new AuthorizationPolicyBuilder(SignIn.Bearer).RequireAuthenticatedUser().RequireAssertion(c => c.User.Has(anyOf)).Build();

    internal static IResult Answer<T>(Outcome<T> outcome, Func<T, IResult>? ok = null)
    {
        if (outcome.Try(out var value))
        {
            return ok is null ? Results.Ok(value) : ok(value);
        }

        var first = outcome.Findings.First(f => f.Severity == Severity.Error);
        var status = first.Code.EndsWith(".role", StringComparison.Ordinal) || first.Code.Contains("not-permitted", StringComparison.Ordinal) ? StatusCodes.Status403Forbidden
            : first.Code is "upload.unknown" || first.Code.Contains("not-found", StringComparison.Ordinal) || (first.Code.Contains("unknown", StringComparison.Ordinal) && !first.Code.EndsWith(".unknown-field", StringComparison.Ordinal)) ? StatusCodes.Status404NotFound
            : first.Code is "upload.offset" or "ledger.conflict" ? StatusCodes.Status409Conflict
            : StatusCodes.Status422UnprocessableEntity;
        return Results.Problem(title: first.Reason, detail: first.Remedy, statusCode: status, extensions: new Dictionary<string, object?> { ["findings"] = outcome.Findings });
    }

    internal sealed record UploadRequest(string Holder, string Dataset, string FileName, long Length, DateOnly? Embargo = null);

    internal sealed record DayBody(DateOnly Day);

    internal sealed record UploadComplete(string Sha256);

    /// <summary>Words of a person; empty where the body has none.</summary>
    internal sealed record Said
    {
        public string Text { get; init => field = value ?? ""; } = "";
    }

    internal sealed record FeasibilityBody(JsonElement Cohort, IReadOnlyList<DatasetId>? Datasets, DateOnly From, DateOnly To, string? Purpose = null);

    internal sealed record JobBody(JobLanguage Language, string Code, string? Image = null, string? Device = null);

    internal sealed record LabelBody(LabelStanding Standing, string Reason);

    internal sealed record DecisionBody(ExitVerdict Verdict, string Reasons);
}
