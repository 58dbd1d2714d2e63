namespace Minato.Linkage;

/// <summary>A pseudonym domain, whose key can be renewed: a dataset, a project, or the citizens.</summary>
public readonly record struct KeyDomain
{
    private KeyDomain(string name) => Name = name;

    /// <summary>The name in the key store and on the ledger, for example <c>domain/dataset/claims</c>.</summary>
    public string Name { get; }

    public static KeyDomain Citizens { get; } = new(Pseudonyms.PseudonymDomain.CitizenName);

    public static KeyDomain Of(DatasetId dataset) => new(Pseudonyms.PseudonymDomain.NameOf(dataset));

    public static KeyDomain Of(PermitId permit) => new(Pseudonyms.PseudonymDomain.NameOf(permit));

    public DatasetId? Dataset => ToString() is var text && text.StartsWith("dataset/", StringComparison.Ordinal) ? new DatasetId(text["dataset/".Length..]) : null;

    public bool IsProject => Name.StartsWith("domain/project/", StringComparison.Ordinal);

    /// <summary><c>citizen</c>, <c>dataset/claims</c> or <c>project/p-2026-0001</c>.</summary>
    public static bool TryParse(string? text, out KeyDomain domain)
    {
        (var ok, domain) = text?.Split('/') switch
        {
            ["citizen"] => (true, Citizens),
            ["dataset", var id] when Slug.IsValid(id) => (true, Of(new DatasetId(id))),
            ["project", var id] when Slug.IsValid(id) => (true, Of(new PermitId(id))),
            _ => (false, default),
        };
        return ok;
    }

    /// <summary>The provision that a project's key epoch (<see cref="Conversion.KeyEpoch"/>) names; null where the permit's provisions join.</summary>
    public static string? ProvisionOf(string keyEpoch) => keyEpoch.Split('#')[0].Split('/') is ["domain", "project", _, var provision] ? provision : null;

    public override string ToString() => Name["domain/".Length..];
}

public enum KeyState
{
    /// <summary>New pseudonyms are made with it.</summary>
    Newest,

    /// <summary>A former key whose pseudonyms are still recognised.</summary>
    Former,

    /// <summary>Used no more; its destruction is being finished.</summary>
    Retired,

    Destroyed,
}

/// <summary>One key of a domain.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Commitment">64 hex digits that bind to the key and do not show it.</param>
/// <param name="MadeAt">Ledger index of its making.</param>
/// <param name="DestroyedAt">Ledger index of the statement that it is gone.</param>
public sealed record DomainKey(KeyDomain Domain, int Epoch, KeyState State, string Commitment, DateTimeOffset Since, long MadeAt, long? DestroyedAt);

/// <summary>A dataset's people under their newest pseudonyms, aligned with what was asked.</summary>
public sealed record Renewal(IReadOnlyList<Pseudonym<Dataset>> People, int OfFormerEpoch, string KeyEpoch);

/// <summary>
/// The keys of the pseudonym domains: listed, renewed, retired, all on the ledger. Done at the node that has the keys; no other
/// node may call it.
/// </summary>
public interface ILinkageKeys
{
    /// <summary>The keys that the ledger knows, by domain and epoch.</summary>
    Task<IReadOnlyList<DomainKey>> KeysAsync(CancellationToken ct = default);

    /// <summary>Gives the domain a new key. New pseudonyms are made with it; those of former keys are recognised until they are retired.</summary>
    Task<Outcome<DomainKey>> RotateKeyAsync(KeyDomain domain, ActorId by, CancellationToken ct = default);

    /// <summary>
    /// The dataset's people under the newest key, to replace what it has. No identity is needed. A pseudonym that is new already
    /// stays; one that the dataset never had refuses the whole call (<c>linkage.unknown-pseudonym</c>).
    /// </summary>
    Task<Outcome<Renewal>> RenewAsync(DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, ActorId by, CancellationToken ct = default);

    /// <summary>Destroys a former key: its pseudonyms are recognised no more.</summary>
    Task<Outcome<DomainKey>> RetireKeyAsync(KeyDomain domain, int epoch, string reason, ActorId by, CancellationToken ct = default);

    /// <summary>From now on each provision of the permit has pseudonyms of its own, so that two do not join. Before its first conversion only.</summary>
    Task<Outcome<bool>> SeparateProvisionsAsync(PermitId permit, ActorId by, CancellationToken ct = default);

    /// <summary>Allows others to have so many people converted for the permit today (dual control).</summary>
    Task<Outcome<bool>> ApproveConversionAsync(PermitId permit, long people, string reason, ActorId by, CancellationToken ct = default);
}
