using Microsoft.AspNetCore.Http;

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

    private static string Choose(HttpContext? context)
    {
        if (context is null)
        {
            return "ja";
        }

        var asked = context.Request.Query["lang"].ToString() is { Length: > 0 } q ? q : context.Request.Cookies[Cookie];
        return asked is "ja" or "en" ? asked
            : context.Request.Headers.AcceptLanguage.ToString().StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "ja";
    }
}
