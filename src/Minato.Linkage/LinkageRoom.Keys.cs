using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>Keys of the pseudonym domains: made, renewed, retired. The ledger says which are in force, the key store has them.</summary>
public sealed partial class LinkageRoom : ILinkageKeys
{
    public Task<IReadOnlyList<DomainKey>> KeysAsync(CancellationToken ct = default) =>
        AloneAsync(
            () => Task.FromResult<IReadOnlyList<DomainKey>>(
                [.. domainKeys.All.OrderBy(d => d.Domain, StringComparer.Ordinal).SelectMany(d => d.Epochs.Select(k => Told(d, k)))]),
            ct);

    public Task<Outcome<DomainKey>> RotateKeyAsync(KeyDomain domain, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var rotated = await domainKeys.DecideAsync(
                    LedgerStreams.Keys(domain.Name),
                    by,
                    known =>
                    {
                        if (known is null ? domain.IsProject : known.Newest.Retired)
                        {
                            return Finding.Error("linkage.key-closed", $"The domain {domain} has no key in force", "A project has one while it is open; what was closed never comes back");
                        }

                        // The first key is told now where nothing told of it before: it may be in use for long.
                        var first = known is null ? [Made(domain.Name, 1)] : Array.Empty<LinkageEvent>();
                        return Outcome<IReadOnlyList<LinkageEvent>>.Ok([.. first, Made(domain.Name, (known?.Newest.Number ?? 1) + 1)]);
                    },
                    ct: ct).ConfigureAwait(false);
                return rotated.Map(d => Told(d, d.Newest));
            },
            ct);

    public Task<Outcome<Renewal>> RenewAsync(DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                using var domain = Domain(PseudonymDomain.NameOf(dataset));
                var persons = Values(people);
                var nodes = new int[persons.Length];
                var recognised = domain.Find(persons, nodes, forest);
                if (recognised.Unknown > 0)
                {
                    return UnknownPseudonyms(dataset, recognised.Unknown);
                }

                // Each keeps a name of their own, also after a merge: so a split gives each their records back.
                for (var i = 0; i < persons.Length; i++)
                {
                    persons[i] = forest.HandleOf(nodes[i]);
                }

                domain.Encrypt(persons);
                var told = await ledger.AppendAsync(
                    LedgerStreams.Conversions, -1, by, [Write(new LinkageEvent.PseudonymsRenewed(dataset.Value, persons.Length, recognised.OfFormerEpoch, domain.Epoch))], ct: ct).ConfigureAwait(false);
                return told.Map(_ => new Renewal(Array.ConvertAll(persons, p => new Pseudonym<Dataset>(p)), recognised.OfFormerEpoch, domain.Epoch));
            },
            ct);

    public Task<Outcome<DomainKey>> RetireKeyAsync(KeyDomain domain, int epoch, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var retired = await domainKeys.DecideAsync(LedgerStreams.Keys(domain.Name), by, known => Retire(known, domain, epoch, reason), ct: ct).ConfigureAwait(false);
                if (!retired.Try(out var after))
                {
                    return Outcome<DomainKey>.Refused(retired.Findings);
                }

                return (await DestroyAsync(after, after.Epochs[epoch - 1], by, ct).ConfigureAwait(false)).Map(d => Told(d, d.Epochs[epoch - 1]));
            },
            ct);

    public Task<Outcome<bool>> SeparateProvisionsAsync(PermitId permit, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var separated = await projects.DecideAsync(
                    LedgerStreams.Project(permit),
                    by,
                    project => project switch
                    {
                        null or { Closed: true } => Finding.Error("linkage.project-not-open", $"The project {permit} is not open", "Open it first"),
                        { Separate: true } => Outcome<IReadOnlyList<LinkageEvent>>.Ok([]),
                        _ when tally.Find(LedgerStreams.Conversions)?.Of(permit).All > 0 =>
                            Finding.Error("linkage.project-in-use", $"The project {permit} has pseudonyms already, which would go on joining", "Separate the provisions before the first conversion"),
                        _ => Outcome<IReadOnlyList<LinkageEvent>>.Ok([new LinkageEvent.ProvisionsSeparated(permit.Value)]),
                    },
                    ct: ct).ConfigureAwait(false);
                return separated.Map(_ => true);
            },
            ct);

    public Task<Outcome<bool>> ApproveConversionAsync(PermitId permit, long people, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (projects.Find(LedgerStreams.Project(permit)) is null or { Closed: true })
                {
                    return Finding.Error("linkage.project-not-open", $"The project {permit} is not open", "Open it first");
                }

                if (people <= 0 || string.IsNullOrWhiteSpace(reason))
                {
                    return Finding.Error("linkage.reason-missing", "An approval needs a number of people and a reason", "Say for how many people, and why");
                }

                var told = await ledger.AppendAsync(LedgerStreams.Conversions, -1, by, [Write(new LinkageEvent.ConversionApproved(permit.Value, people, reason))], ct: ct).ConfigureAwait(false);
                return told.Map(_ => true);
            },
            ct);

    /// <summary>The domain's keys in force, the newest first.</summary>
    /// <exception cref="KeyDestroyedException">The domain is closed for good.</exception>
    private PseudonymDomain Domain(string name) => PseudonymDomain.Of(keys, DomainKeys.NamesInForce(domainKeys.Find(LedgerStreams.Keys(name)), name));

    /// <summary>Makes the domain's first key and tells of it, where that was not done.</summary>
    private async Task<Outcome<DomainKeys>> FirstKeyAsync(string domain, ActorId by, CancellationToken ct) =>
        await domainKeys.DecideAsync(
            LedgerStreams.Keys(domain), by, known => Outcome<IReadOnlyList<LinkageEvent>>.Ok(known is null ? [Made(domain, 1)] : []), ct: ct).ConfigureAwait(false);

    private LinkageEvent.KeyMade Made(string domain, int epoch)
    {
        var name = DomainKeys.NameOf(domain, epoch);
        var key = keys.Key(name);
        var commitment = PseudonymKey.CommitmentTo(key, name);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(key);
        return new LinkageEvent.KeyMade(domain, epoch, commitment);
    }

    private Outcome<IReadOnlyList<LinkageEvent>> Retire(DomainKeys? known, KeyDomain domain, int epoch, string reason)
    {
        if (known is null || epoch < 1 || epoch > known.Epochs.Count)
        {
            return Finding.Error("linkage.unknown-key", $"The domain {domain} has no key of epoch {epoch}", "See 'linkage keys list'");
        }

        if (known.Epochs[epoch - 1].Retired)
        {
            return Outcome<IReadOnlyList<LinkageEvent>>.Ok([]);
        }

        if (domain == KeyDomain.Citizens)
        {
            return Finding.Error("linkage.key-in-use", "Choices of citizens are on the ledger under their former pseudonyms", "Former keys of the citizens' domain stay; rotate it again where a new one is needed");
        }

        if (epoch == known.Newest.Number)
        {
            return Finding.Error("linkage.key-in-use", $"Epoch {epoch} is the newest of {domain}", domain.IsProject ? "Close the project" : "Rotate the key first, and have the dataset renew its pseudonyms");
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return Finding.Error("linkage.reason-missing", "Retiring a key needs a reason", "Say why it may go");
        }

        return domain.Dataset is { } dataset && !WasRenewed(dataset, known.Newest)
            ? Finding.Error("linkage.not-renewed", $"The dataset {dataset} never asked for its new pseudonyms", "Have it renew and replace all of them first: what is left under the former key would be lost")
            : Outcome<IReadOnlyList<LinkageEvent>>.Ok([new LinkageEvent.KeyRetired(domain.Name, epoch, reason)]);
    }

    private bool WasRenewed(DatasetId dataset, EpochOnLedger newest) =>
        ledger.ReadAll(newest.MadeAt, LedgerStreams.Conversions).Any(e => !e.Erased && Ledger.EventJson.Read<LinkageEvent>(e) is LinkageEvent.PseudonymsRenewed r && r.Dataset == dataset.Value);

    /// <summary>Destroys a retired key and states on the ledger that it is gone. Safe to repeat.</summary>
    private async Task<Outcome<DomainKeys>> DestroyAsync(DomainKeys domain, EpochOnLedger key, ActorId by, CancellationToken ct)
    {
        var name = DomainKeys.NameOf(domain.Domain, key.Number);
        keys.Destroy(name);
        if (!keys.IsDestroyed(name))
        {
            throw new InvalidOperationException("The key store kept a key that it was told to destroy");
        }

        return await domainKeys.DecideAsync(
            LedgerStreams.Keys(domain.Domain),
            by,
            now => Outcome<IReadOnlyList<LinkageEvent>>.Ok(
                now!.Epochs[key.Number - 1].DestroyedAt is null ? [new LinkageEvent.KeyDestroyed(domain.Domain, key.Number, key.Commitment, key.MadeAt)] : []),
            ct: ct).ConfigureAwait(false);
    }

    /// <summary>Destroys all keys of a closed project; the closing on the ledger is what allows it.</summary>
    private async Task<Outcome<bool>> DestroyProjectAsync(PermitId permit, ActorId by, CancellationToken ct)
    {
        var name = PseudonymDomain.NameOf(permit);
        var known = domainKeys.Find(LedgerStreams.Keys(name));
        if (known is null)
        {
            keys.Destroy(name);
            return true;
        }

        foreach (var key in known.Epochs.Where(k => k.DestroyedAt is null))
        {
            var destroyed = await DestroyAsync(known, key, by, ct).ConfigureAwait(false);
            if (!destroyed.IsOk)
            {
                return Outcome<bool>.Refused(destroyed.Findings);
            }
        }

        return true;
    }

    /// <summary>
    /// What a crash left between the ledger and the key store: closed projects and retired keys whose key is still there, open
    /// projects without one. Keys go even where the ledger cannot be told now; that is then done the next time.
    /// </summary>
    private async Task FinishKeysAsync()
    {
        foreach (var project in projects.All)
        {
            _ = project.Closed
                ? (await DestroyProjectAsync(project.Permit, Actor.Harbour.Id, CancellationToken.None).ConfigureAwait(false)).IsOk
                : (await FirstKeyAsync(PseudonymDomain.NameOf(project.Permit), Actor.Harbour.Id, CancellationToken.None).ConfigureAwait(false)).IsOk;
        }

        foreach (var domain in domainKeys.All)
        {
            foreach (var key in domain.Epochs.Where(k => k is { Retired: true, DestroyedAt: null }))
            {
                _ = await DestroyAsync(domain, key, Actor.Harbour.Id, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static DomainKey Told(DomainKeys domain, EpochOnLedger key) => new(
        KeyDomain.TryParse(domain.Domain["domain/".Length..], out var d) ? d : throw new InvalidOperationException("A key of no domain"),
        key.Number,
        key.DestroyedAt is not null ? KeyState.Destroyed : key.Retired ? KeyState.Retired : key == domain.Newest ? KeyState.Newest : KeyState.Former,
        key.Commitment,
        key.Since,
        key.MadeAt,
        key.DestroyedAt);
}
