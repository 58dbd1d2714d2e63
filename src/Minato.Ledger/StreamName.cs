namespace Minato.Ledger;

/// <summary>Names of streams: 1 to 8 slugs joined by '/', at most 200 characters, for example <c>application/a-2026-0001</c>.</summary>
public static class StreamName
{
    /// <summary>Streams that begin so are written by the ledger itself.</summary>
    internal const string ReservedPrefix = "ledger/";

    /// <summary>Where each erasure of a payload is recorded.</summary>
    public const string Erasures = "ledger/erasures";

    public static bool IsValid(string? name)
    {
        if (name is null || name.Length is 0 or > 200)
        {
            return false;
        }

        var parts = name.Split('/');
        return parts.Length <= 8 && Array.TrueForAll(parts, Slug.IsValid);
    }
}
