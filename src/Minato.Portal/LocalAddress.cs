namespace Minato.Portal;

/// <summary>An address that a form or link asks to come back to.</summary>
public static class LocalAddress
{
    /// <summary>The address if it is a path of this site, else the first page. Browsers drop tabs and line ends and read '\' as '/', so that '/⇥/evil' leads elsewhere.</summary>
    public static string OrHome(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl) ? url : "/";
}
