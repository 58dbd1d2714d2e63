using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Minato.Tests;

public class EveryEndpointHasARule(TheVoyage voyage)
{
    [Fact]
    public void No_endpoint_is_open_by_accident()
    {
        var endpoints = voyage.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 40, $"{endpoints.Count} endpoints");
        // {**path:file} is the framework's fallback for static files; it serves nothing that is not one.
        var without = endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && e.Metadata.GetMetadata<IAuthorizeData>() is null && e.Metadata.GetMetadata<AuthorizationPolicy>() is null)
            .Select(e => e.RoutePattern.RawText).Where(r => r is not null and not "{**path:file}" && !r.StartsWith("_framework", StringComparison.Ordinal) && !r.StartsWith("/_framework", StringComparison.Ordinal)).ToList();
        Assert.Empty(without);
    }

    /// <summary>Method, path, who may, and somebody who may not.</summary>
    public static TheoryData<string, string, string, string> Guarded => new()
    {
        { "POST", "/api/v1/uploads", "clerk-hospital", "r-sato" },
        { "GET", "/api/v1/uploads/0123", "clerk-hospital", "citizen-1" },
        { "PATCH", "/api/v1/uploads/0123", "clerk-hospital", "rev-ito" },
        { "DELETE", "/api/v1/uploads/0123", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/uploads/0123/complete", "clerk-hospital", "audit-abe" },
        { "POST", "/api/v1/fhir/x/y", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/fhir/x/y/$import", "clerk-hospital", "rev-ito" },
        { "GET", "/api/v1/fhir/imports/0123", "clerk-hospital", "r-sato" },
        { "GET", "/api/v1/receipts", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/deliveries/d-0/confirm", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/deliveries/d-0/embargo", "clerk-hospital", "audit-abe" },
        { "POST", "/api/v1/datasets/x/confirm", "clerk-hospital", "citizen-1" },
        { "GET", "/api/v1/deliveries/due", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/catalogue/x/description", "clerk-hospital", "r-sato" },
        { "POST", "/api/v1/catalogue/x/attest", "clerk-hospital", "rev-ito" },
        { "POST", "/api/v1/catalogue/x/label", "operator", "clerk-hospital" },
        { "GET", "/api/v1/applications", "r-sato", "citizen-1" },
        { "GET", "/api/v1/applications/a-0", "rev-ito", "check-ono" },
        { "GET", "/api/v1/applications/a-0/commands", "clerk-hospital", "citizen-1" },
        { "GET", "/api/v1/applications/a-0/clocks", "rev-ito", "check-ono" },
        { "GET", "/api/v1/clocks", "operator", "citizen-1" },
        { "POST", "/api/v1/applications/a-0/commands/Submit", "r-sato", "check-ono" },
        { "POST", "/api/v1/applications", "r-sato", "rev-ito" },
        { "GET", "/api/v1/applications/a-0/attachments", "rev-ito", "check-ono" },
        { "GET", "/api/v1/applications/a-0/attachments/d-0", "rev-ito", "citizen-1" },
        { "POST", "/api/v1/applications/a-0/attachments", "r-sato", "operator" },
        { "DELETE", "/api/v1/applications/a-0/attachments/d-0", "r-sato", "rev-ito" },
        { "PUT", "/api/v1/applications/a-0/cohort", "r-sato", "operator" },
        { "GET", "/api/v1/applications/a-0/similar", "rev-ito", "citizen-1" },
        { "POST", "/api/v1/permits/p-0/follow-ups/Renewal", "r-sato", "operator" },
        { "POST", "/api/v1/applications/preview", "r-sato", "citizen-1" },
        { "GET", "/api/v1/permits/p-0/visas", "r-sato", "audit-abe" },
        { "GET", "/api/v1/permits/p-0/signed", "audit-abe", "rev-ito" },
        { "GET", "/api/v1/measures", "r-sato", "citizen-1" },
        { "POST", "/api/v1/measures", "operator", "audit-abe" },
        { "POST", "/api/v1/measures/m-0/commands/Answer", "r-sato", "rev-ito" },
        { "GET", "/api/v1/applications/a-0/account", "r-sato", "rev-ito" },
        { "POST", "/api/v1/applications/a-0/meter", "operator", "audit-abe" },
        { "POST", "/api/v1/invoices/issue", "operator", "r-sato" },
        { "POST", "/api/v1/applications/a-0/invoices/i-0/paid", "operator", "clerk-hospital" },
        { "GET", "/api/v1/holders/x/statement", "clerk-hospital", "r-sato" },
        { "GET", "/api/v1/inquiries", "audit-abe", "r-sato" },
        { "GET", "/api/v1/refusals", "audit-abe", "operator" },
        { "POST", "/api/v1/records/open", "dr-minami", "clerk-hospital" },
        { "GET", "/api/v1/emergencies", "audit-abe", "dr-minami" },
        { "POST", "/api/v1/emergencies/x/y/review", "audit-abe", "operator" },
        { "POST", "/api/v1/disasters", "operator", "dr-minami" },
        { "POST", "/api/v1/disasters/x/end", "operator", "audit-abe" },
        { "GET", "/api/v1/choice-desk/cases", "audit-abe", "operator" },
        { "POST", "/api/v1/choice-desk/cases", "counter", "audit-abe" },
        { "POST", "/api/v1/choice-desk/cases/0/look", "counter", "operator" },
        { "POST", "/api/v1/choice-desk/cases/0/drop", "counter", "citizen-1" },
        { "GET", "/api/v1/choice-desk/cases/0/letter", "counter", "audit-abe" },
        { "POST", "/api/v1/inquiries/q-0/answer", "operator", "audit-abe" },
        { "POST", "/api/v1/inquiries/q-0/forward", "operator", "rev-mori" },
        { "POST", "/api/v1/inquiries/q-0/publish", "operator", "citizen-1" },
        { "GET", "/api/v1/webhooks", "r-sato", "citizen-1" },
        { "POST", "/api/v1/webhooks", "clerk-hospital", "citizen-1" },
        { "GET", "/api/v1/webhooks/w-0/log", "r-sato", "citizen-1" },
        { "POST", "/api/v1/webhooks/w-0/resume", "r-sato", "citizen-1" },
        { "DELETE", "/api/v1/webhooks/w-0", "r-sato", "citizen-1" },
        { "PUT", "/api/v1/elsewhere/sources/x", "operator", "r-sato" },
        { "POST", "/api/v1/elsewhere/sources/x/fetch", "operator", "clerk-hospital" },
        { "POST", "/api/v1/elsewhere/sources/x/document", "operator", "audit-abe" },
        { "DELETE", "/api/v1/elsewhere/sources/x", "operator", "r-sato" },
        { "POST", "/api/v1/feasibility", "r-sato", "citizen-1" },
        { "POST", "/api/v1/permits/p-0/tables", "r-sato", "rev-ito" },
        { "GET", "/api/v1/permits/p-0/tables/0123", "r-sato", "audit-abe" },
        { "POST", "/api/v1/permits/p-0/jobs", "r-sato", "operator" },
        { "POST", "/api/v1/permits/p-0/submissions", "r-sato", "check-ono" },
        { "GET", "/api/v1/permits/p-0/space", "audit-abe", "citizen-1" },
        { "GET", "/api/v1/permits/p-0/space/certificate", "audit-abe", "rev-ito" },
        { "GET", "/api/v1/permits/p-0/runs", "operator", "check-ono" },
        { "GET", "/api/v1/permits/p-0/devices", "operator", "check-ono" },
        { "GET", "/api/v1/images", "operator", "check-ono" },
        { "GET", "/api/v1/images/none/packages", "operator", "check-ono" },
        { "POST", "/api/v1/permits/p-0/space/CutOff", "operator", "audit-abe" },
        { "DELETE", "/api/v1/permits/p-0/runs/j-0", "operator", "check-ono" },
        { "POST", "/api/v1/permits/p-0/queue", "r-sato", "operator" },
        { "POST", "/api/v1/permits/p-0/snapshots", "r-sato", "operator" },
        { "POST", "/api/v1/permits/p-0/snapshots/s-0/restore", "r-sato", "rev-ito" },
        { "POST", "/api/v1/permits/p-0/sessions", "r-sato", "operator" },
        { "GET", "/api/v1/permits/p-0/sessions", "r-sato", "audit-abe" },
        { "POST", "/api/v1/permits/p-0/sessions/i-0", "r-sato", "check-ono" },
        { "GET", "/api/v1/output-classes", "r-sato", "citizen-1" },
        { "GET", "/api/v1/permits/p-0/runs/j-0/declared", "r-sato", "check-ono" },
        { "POST", "/api/v1/permits/p-0/drafts", "r-sato", "operator" },
        { "POST", "/api/v1/submissions/o-0/accept-mended", "r-sato", "check-ono" },
        { "POST", "/api/v1/submissions/o-0/appeal", "r-sato", "check-ono" },
        { "POST", "/api/v1/submissions/o-0/withdraw", "r-sato", "rev-ito" },
        { "GET", "/api/v1/submissions/o-0/look/x.csv", "check-ono", "r-sato" },
        { "GET", "/api/v1/submissions/o-0/dossier", "audit-abe", "citizen-1" },
        { "GET", "/api/v1/submissions/s-0/files/x.csv", "r-sato", "check-ono" },
        { "POST", "/api/v1/permits/p-0/extractions", "operator", "r-sato" },
        { "GET", "/api/v1/linkage/figures", "operator", "r-sato" },
        { "GET", "/api/v1/submissions", "check-ono", "r-sato" },
        { "POST", "/api/v1/submissions/s-0/decision", "check-ono", "r-sato" },
        { "GET", "/api/v1/permits/p-0/extractions/x/refusals", "audit-abe", "r-sato" },
        { "GET", "/api/v1/ledger/events", "audit-abe", "r-sato" },
        { "GET", "/api/v1/alerts", "r-sato", "citizen-1" },
        { "GET", "/api/v1/permits/p-0/activity", "audit-abe", "r-sato" },
        { "POST", "/api/v1/permits/p-0/alerts/w-0/answer", "r-sato", "operator" },
        { "POST", "/api/v1/permits/p-0/alerts/w-0/measure", "operator", "audit-abe" },
        { "POST", "/api/v1/permits/p-0/alerts/w-0/close", "operator", "r-sato" },
        { "POST", "/api/v1/permits/p-0/alerts/w-0/reverse", "operator", "r-sato" },
        { "GET", "/api/v1/imports", "audit-abe", "citizen-1" },
        { "POST", "/api/v1/permits/p-0/imports", "r-sato", "check-ono" },
        { "PUT", "/api/v1/imports/i-0/content", "r-sato", "check-ono" },
        { "POST", "/api/v1/imports/i-0/submit", "r-sato", "check-ono" },
        { "GET", "/api/v1/imports/i-0/contents", "check-ono", "operator" },
        { "POST", "/api/v1/imports/i-0/withdraw", "r-sato", "rev-ito" },
        { "POST", "/api/v1/imports/i-0/decision", "check-ono", "r-sato" },
        { "POST", "/api/v1/imports/i-0/hand-over", "check-ono", "r-sato" },
        { "GET", "/api/v1/enriched", "clerk-hospital", "citizen-1" },
        { "POST", "/api/v1/permits/p-0/enriched", "r-sato", "check-ono" },
        { "GET", "/api/v1/enriched/e-0/file", "check-ono", "clerk-hospital" },
        { "POST", "/api/v1/enriched/e-0/decision", "check-ono", "r-sato" },
        { "POST", "/api/v1/enriched/e-0/answer", "clerk-hospital", "r-sato" },
        { "GET", "/api/v1/enriched/e-0/container", "clerk-hospital", "check-ono" },
        { "GET", "/api/v1/findings", "audit-abe", "operator" },
        { "POST", "/api/v1/permits/p-0/findings", "r-sato", "rev-ito" },
        { "GET", "/api/v1/findings/f-0", "rev-ito", "r-sato" },
        { "POST", "/api/v1/findings/f-0/decision", "rev-ito", "r-sato" },
        { "GET", "/api/v1/holders/x/findings", "clerk-hospital", "r-sato" },
        { "PUT", "/api/v1/holders/x/findings/key", "operator", "clerk-hospital" },
        { "GET", "/api/v1/hand-overs", "audit-abe", "citizen-1" },
        { "GET", "/api/v1/hand-overs/h-0/evidence", "audit-abe", "rev-ito" },
        { "POST", "/api/v1/permits/p-0/hand-overs", "r-sato", "check-ono" },
        { "POST", "/api/v1/hand-overs/h-0/withdraw", "r-sato", "operator" },
        { "POST", "/api/v1/recipients/x/terms", "r-tanaka", "operator" },
        { "GET", "/api/v1/hand-overs/h-0/container", "r-tanaka", "check-ono" },
        { "POST", "/api/v1/hand-overs/h-0/receipt", "r-tanaka", "operator" },
        { "POST", "/api/v1/hand-overs/h-0/duties", "r-tanaka", "audit-abe" },
        { "POST", "/api/v1/hand-overs/h-0/decision", "check-ono", "r-sato" },
        { "POST", "/api/v1/recipients", "operator", "r-tanaka" },
        { "POST", "/api/v1/recipients/x/revoke", "operator", "check-ono" },
        { "POST", "/api/v1/hand-overs/h-0/pack", "operator", "check-ono" },
        { "POST", "/api/v1/hand-overs/h-0/recall", "operator", "r-tanaka" },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task The_wrong_role_is_refused_and_the_right_one_gets_an_answer(string method, string path, string may, string mayNot)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(null));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(mayNot));
        Assert.NotEqual(HttpStatusCode.Unauthorized, await SendAsync(may));

        async Task<HttpStatusCode> SendAsync(string? who)
        {
            using var client = await SignedIn.ApiAsync(voyage, who);
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : JsonContent.Create(new { }) };
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public void Every_guarded_endpoint_of_the_api_is_tried()
    {
        var routes = voyage.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && e.Metadata.GetMetadata<IAllowAnonymous>() is null && !e.RoutePattern.RawText.StartsWith("/api/v1/me/", StringComparison.Ordinal))
            .Count();
        Assert.Equal(routes, Guarded.Count);
    }

    [Theory]
    [InlineData("/me", "citizen-1", "r-sato")]
    [InlineData("/research", "r-sato", "citizen-1")]
    [InlineData("/research/feasibility", "r-sato", "rev-ito")]
    [InlineData("/review", "rev-mori", "r-sato")]
    [InlineData("/exit", "check-ono", "r-sato")]
    [InlineData("/imports", "check-ono", "r-sato")]
    [InlineData("/enriched", "clerk-hospital", "citizen-1")]
    [InlineData("/findings", "rev-ito", "operator")]
    [InlineData("/hand-overs", "check-ono", "citizen-1")]
    [InlineData("/watch", "audit-abe", "citizen-1")]
    [InlineData("/research/imports", "r-sato", "check-ono")]
    [InlineData("/deliveries", "clerk-hospital", "r-sato")]
    [InlineData("/holder/datasets", "clerk-hospital", "r-sato")]
    [InlineData("/operation", "operator", "rev-ito")]
    [InlineData("/operation/inquiries", "operator", "audit-abe")]
    [InlineData("/webhooks", "r-sato", "citizen-1")]
    [InlineData("/operation/elsewhere", "operator", "r-sato")]
    [InlineData("/clocks", "clerk-hospital", "citizen-1")]
    [InlineData("/measures", "audit-abe", "rev-ito")]
    [InlineData("/holder/tasks", "clerk-hospital", "r-sato")]
    [InlineData("/choice-desk", "counter", "operator")]
    [InlineData("/me/record", "citizen-1", "dr-minami")]
    [InlineData("/record", "dr-minami", "r-sato")]
    [InlineData("/emergencies", "audit-abe", "dr-minami")]
    [InlineData("/api/v1/me/record", "citizen-1", "dr-minami")]
    [InlineData("/api/v1/me/readings", "citizen-1", "audit-abe")]
    [InlineData("/me/receipt/c-0", "citizen-1", "counter")]
    [InlineData("/api/v1/me/choices", "citizen-1", "operator")]
    [InlineData("/api/v1/me/choices/history", "citizen-1", "counter")]
    [InlineData("/api/v1/me/uses", "citizen-1", "r-sato")]
    public async Task A_page_opens_for_its_role_only(string path, string may, string mayNot)
    {
        using var right = await SignedIn.BrowserAsync(voyage, may);
        using var opened = await right.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal(path, opened.RequestMessage!.RequestUri!.AbsolutePath);

        using var wrong = await SignedIn.BrowserAsync(voyage, mayNot);
        using var refused = await wrong.GetAsync(path);
        Assert.NotEqual((HttpStatusCode.OK, path), (refused.StatusCode, refused.RequestMessage!.RequestUri!.AbsolutePath));
    }
}
