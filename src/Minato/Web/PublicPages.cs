using System.Globalization;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Minato.Ledger;
using Minato.Portal;

namespace Minato.Web;

/// <summary>
/// Keeps what visitors without a session are shown: for half a minute, by path, language and page, and as long as nothing was written to the ledger. Never what a signed-in
/// person sees, nor an answer that sets a cookie (a form does), nor the answer to a question: there are as many as people can think of, and they would push out what many read.
/// </summary>
internal sealed class PublicPages(ILedger ledger) : IOutputCachePolicy
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>What is worked out from many rows, and read by many.</summary>
    private static readonly string[] Kept =
    [
        "/", "/catalogue", "/uses", "/releases", "/figures", "/about", "/words", "/questions", "/who-sees-what", "/open-data", "/reports", "/ledger", "/guide", "/feed", "/api/v1/catalogue", "/api/v1/uses", "/api/v1/releases", "/api/v1/report",
    ];

    private static readonly HashSet<string> KeptBy = new(StringComparer.OrdinalIgnoreCase) { "lang", "from", "size", "format" };

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        var may = HttpMethods.IsGet(http.Request.Method) && http.User.Identity?.IsAuthenticated != true && http.Request.Headers.Authorization.Count == 0 && !http.Request.Headers.ContainsKey("If-None-Match")
            && IsKept(http.Request.Path) && http.Request.Query.All(q => KeptBy.Contains(q.Key) && q.Value.ToString().Length <= 10);
        context.EnableOutputCaching = true;
        context.AllowCacheLookup = context.AllowCacheStorage = may;
        context.AllowLocking = true;
        context.ResponseExpirationTimeSpan = Longest;
        if (may)
        {
            context.CacheVaryByRules.QueryKeys = "*";
            context.CacheVaryByRules.HeaderNames = new StringValues("Accept");
            context.CacheVaryByRules.VaryByValues["language"] = Language.Choose(http);
            context.CacheVaryByRules.VaryByValues["ledger"] = ledger.Size.ToString(CultureInfo.InvariantCulture);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var response = context.HttpContext.Response;
        context.AllowCacheStorage &= response.StatusCode == StatusCodes.Status200OK && response.Headers.SetCookie.Count == 0 && response.Headers.ContentDisposition.Count == 0;
        return ValueTask.CompletedTask;
    }

    private static bool IsKept(PathString path) => path == "/" || Kept.Any(k => k.Length > 1 && path.StartsWithSegments(k, StringComparison.Ordinal));
}
