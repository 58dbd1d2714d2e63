using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Minato.Portal;

/// <summary>The visitor's language: <c>?lang=</c>, then the cookie, then the browser's wish; Japanese by default.</summary>
public sealed class Language(IHttpContextAccessor http)
{
    public const string Cookie = "minato-lang";

    public string Code { get; } = Choose(http.HttpContext);

    public bool IsEnglish => Code == "en";

    /// <summary>The text in the visitor's language. Pages keep both texts side by side, so that neither is forgotten.</summary>
    public string this[string ja, string en] => IsEnglish ? en : ja;

    public string this[Bilingual? text] => text?.In(Code) ?? "";

    /// <summary>The language of a request's answer: <c>ja</c> or <c>en</c>.</summary>
    public static string Choose(HttpContext? context)
    {
        if (context is null)
        {
            return "ja";
        }

        // The page that says what went wrong answers under another path, without the query that was asked with.
        var query = context.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalQueryString is { Length: > 0 } original ? QueryHelpers.ParseQuery(original).GetValueOrDefault("lang").ToString() : context.Request.Query["lang"].ToString();
        var asked = query.Length > 0 ? query : context.Request.Cookies[Cookie];
        return asked is "ja" or "en" ? asked
            : context.Request.Headers.AcceptLanguage.ToString().StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "ja";
    }
}
