namespace Minato.Web;

/// <summary>What every answer says to the browser: pages, files, the API, and what went wrong.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing inline, nothing from elsewhere, in nobody's frame.</summary>
    private const string Policy = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    /// <summary>When the answer begins, so that a failure's answer, which begins anew, has them too.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static (http, next) =>
    {
        http.Response.OnStarting(static state =>
        {
            Set((HttpContext)state);
            return Task.CompletedTask;
        }, http);
        return next(http);
    });

    private static void Set(HttpContext http)
    {
        var h = http.Response.Headers;
        h.ContentSecurityPolicy = Policy;
        h.XContentTypeOptions = "nosniff";
        h["Referrer-Policy"] = "same-origin";
        h["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        h["Cross-Origin-Opener-Policy"] = "same-origin";
        if (http.Request.IsHttps)
        {
            h.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        // What somebody sees as themselves is for nobody's cache; files say what holds for them.
        if (http.User.Identity?.IsAuthenticated == true && h.CacheControl.Count == 0)
        {
            h.CacheControl = "no-store";
        }
    }
}
