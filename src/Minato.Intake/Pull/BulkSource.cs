namespace Minato.Intake;

/// <summary>Where a dataset is fetched from: a FHIR server with Bulk Data export (HL7 Bulk Data Access 2.0).</summary>
/// <param name="Fhir">The server's FHIR base, https; http only on this machine.</param>
/// <param name="ClientId">Our id at the server, which knows our public keys (<see cref="IIntake.PullKeys"/>); null: the server asks for no sign-in.</param>
/// <param name="Group">The group of patients that may be exported; null: all of the server.</param>
/// <param name="Types">Resource types to ask for; empty: all that the server gives.</param>
/// <param name="EveryHours">How often it is fetched by itself; 0: on request only.</param>
public sealed record BulkSource(Uri Fhir, string? ClientId = null, string? Group = null, IReadOnlyList<string>? Types = null, int EveryHours = 24)
{
    internal Finding? Fault()
    {
        if (!Fhir.IsAbsoluteUri || Fhir.UserInfo.Length > 0 || Fhir.Query.Length > 0 || !IsSafe(Fhir))
        {
            return Finding.Error("pull.source", "The address is no https address of a FHIR server", "Give its FHIR base, for example https://hospital.example/fhir", new Place(Field: "fhir"));
        }

        if (Group is { } group && (group.Length is 0 or > 64 || group.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))))
        {
            return Finding.Error("pull.group", "The group is no FHIR id (letters, digits, '-', '.', at most 64)", "Give the id of the Group resource", new Place(Field: "group"));
        }

        return (Types ?? []).Any(t => t.Length is 0 or > 64 || !t.All(char.IsAsciiLetter))
            ? Finding.Error("pull.types", "A resource type has other characters than letters", "Name types as FHIR does, for example Patient", new Place(Field: "types"))
            : EveryHours is < 0 or > 24 * 366
                ? Finding.Error("pull.every", "The hours between two fetches lie outside 0 to 8784", "Give hours, or 0 to fetch on request only", new Place(Field: "everyHours"))
                : null;
    }

    /// <summary>Health data travels encrypted; a server on this machine needs no certificate.</summary>
    internal static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}

/// <summary>A dataset that is fetched, and how it stands.</summary>
/// <param name="Last">When it was last fetched with success.</param>
/// <param name="Since">The server's own time of that export: the next asks for what changed after it.</param>
/// <param name="DueAt">When it is fetched next by itself; null: on request only.</param>
/// <param name="Drop">The SFTP drop folder, where it is fetched from one instead.</param>
public sealed record PullState(DatasetId Dataset, HolderId Holder, BulkSource? Source, DateTimeOffset? Last, string? Since, DateTimeOffset? DueAt, SftpSource? Drop = null)
{
    internal int EveryHours => Source?.EveryHours ?? Drop?.EveryHours ?? 0;
}
