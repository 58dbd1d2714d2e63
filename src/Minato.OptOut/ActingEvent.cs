using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Minato.OptOut;

/// <summary>That somebody may speak for another, as it stands on the ledger: who, for whom, why and on what evidence stand in the sealed part only.</summary>
[JsonDerivedType(typeof(Granted), "acting-granted")]
[JsonDerivedType(typeof(Ended), "acting-ended")]
internal abstract record ActingEvent
{
    public sealed record Granted(string Id, string Sealed) : ActingEvent;

    public sealed record Ended(string Id, string Sealed) : ActingEvent;
}

/// <summary>The sealed part of <see cref="ActingEvent.Granted"/>. <paramref name="Person"/> and <paramref name="Proxy"/>: 32 hex digits.</summary>
internal sealed record GrantedText(string Person, string Proxy, string Ground, IReadOnlyList<string> Evidence, IReadOnlyList<string> CheckedBy, DateTimeOffset? Until, string Policy);

/// <summary>Everybody who may speak for one person.</summary>
internal sealed record PersonActing(Pseudonym<Citizen> Person, ImmutableList<ActingGrant> Grants)
{
    public const string StreamPrefix = "acting/";

    public ActingGrant? Find(string id) => Grants.Find(g => g.Id == id);
}
