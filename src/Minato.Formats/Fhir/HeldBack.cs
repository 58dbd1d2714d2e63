using System.Text.Json;

namespace Minato.Formats.Fhir;

/// <summary>
/// What its patient has not been told of (未告知, JP-CLINS) or not been given (未提供) yet: resources with that tag or security label are not put into use while
/// it stands. Any code system counts: held back by mistake can be mended, told by mistake cannot.
/// </summary>
internal static class HeldBack
{
    public static bool Is(JsonElement resource) =>
        resource.Get("meta") is { } meta && meta.Items("tag").Concat(meta.Items("security")).Any(c => c.Is("code", "UNINFORMED") || c.Is("code", "UNDELIVERED"));

    /// <summary>The same of the beginning of a Bundle that is too large to be held.</summary>
    public static bool IsIn(ReadOnlySpan<byte> head) => head.IndexOf("\"UNINFORMED\""u8) >= 0 || head.IndexOf("\"UNDELIVERED\""u8) >= 0;
}
