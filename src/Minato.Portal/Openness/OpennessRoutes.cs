using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Minato.Access;
using Minato.Catalogue;
using Minato.Ledger;
using Minato.Release;

namespace Minato.Portal;

/// <summary>Files that anybody may take: open data with its dictionary, feeds, reports, the log's checkpoint and tiles.</summary>
internal static class OpennessRoutes
{
    public static void MapOpenness(this WebApplication app)
    {
        app.MapGet("/open-data/{name}.csv", (string name, OpenData data) => data.Find(name) is { } table ? Results.Stream(table.WriteCsvAsync, "text/csv; charset=utf-8", $"{name}.csv") : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/open-data/{name}.json", (string name, OpenData data) => data.Find(name) is { } table ? Results.Stream(table.WriteJsonAsync, "application/json", $"{name}.json") : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/open-data/dictionary", (HttpRequest r, OpenData data) => Results.Text(
            new JsonObject
            {
                ["@context"] = "http://www.w3.org/ns/csvw",
                ["dc:license"] = new JsonObject { ["@id"] = OpenData.Licence },
                ["dc:publisher"] = "Minato",
                ["tables"] = new JsonArray([.. data.Tables.Select(t => (JsonNode)t.Dictionary(SiteOf(r)))]),
            }.ToJsonString(Format), "application/csvm+json")).AllowAnonymous().ExcludeFromDescription();

        app.MapGet("/feed/uses.atom", (HttpRequest r, Language language, IAccess access) => Results.Bytes(Feeds.Uses(access, SiteOf(r), language.Code), "application/atom+xml; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/feed/results.atom", (HttpRequest r, Language language, IAccess access) => Results.Bytes(Feeds.Results(access, SiteOf(r), language.Code), "application/atom+xml; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();

        app.MapGet("/reports/{period}.csv", (string period, Language language, EventTally events, IAccess access, IRelease release, IMeasures measures, IMoney money, ICatalogue catalogue) =>
            ReportPeriod.Parse(period) is { } span
                ? Results.Text(
                    "section,line,label_ja,label_en,value,unit,computed_from\r\n" + string.Concat(PeriodReport.Of(span, events, access, release, measures, money, catalogue).Select(l =>
                        string.Create(CultureInfo.InvariantCulture, $"{l.Section},{CsvField.Quoted(l.Id)},{CsvField.Quoted(l.Label.Ja)},{CsvField.Quoted(l.Label.En)},{l.Value},{l.Unit},{l.From}\r\n"))),
                    "text/csv; charset=utf-8")
                : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();

        // The log for witnesses and monitors (C2SP tlog-tiles). What the leaves hold is not published: entries stay with those who have a right to them.
        app.MapGet("/tlog/key", (ILedger ledger) => ledger.PublishedKey is { } key ? Results.Text(key + "\n", "text/plain; charset=utf-8") : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/tlog/checkpoint", (ILedger ledger, HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-cache";
            return Results.Text((ledger.LatestCheckpoint ?? ledger.MakeCheckpoint()).SignedNote, "text/plain; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/tlog/tile/{**path}", (string path, ILedger ledger, HttpResponse response) =>
        {
            if (TileName.Parse(path) is not { } tile || !ledger.Tile(tile.Level, tile.Index, tile.Width).Try(out var hashes))
            {
                return Results.NotFound();
            }

            // What is there never changes.
            response.Headers.CacheControl = tile.IsFull ? "public, max-age=31536000, immutable" : "public, max-age=3600";
            return Results.Bytes([.. hashes.SelectMany(h => h.ToArray())], "application/octet-stream");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private static readonly System.Text.Json.JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Uri SiteOf(HttpRequest r) => new($"{r.Scheme}://{r.Host}/");
}
