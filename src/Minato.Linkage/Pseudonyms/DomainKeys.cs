using Minato.Ledger;

namespace Minato.Linkage.Pseudonyms;

/// <summary>One key of a domain as the ledger tells it. <paramref name="MadeAt"/> and <paramref name="DestroyedAt"/> are ledger indexes.</summary>
internal sealed record EpochOnLedger(int Number, string Commitment, long MadeAt, DateTimeOffset Since, bool Retired = false, long? DestroyedAt = null);

/// <summary>The keys of one domain, oldest first: rebuilt from the ledger, so that every process agrees which one is in force.</summary>
internal sealed record DomainKeys(string Domain, IReadOnlyList<EpochOnLedger> Epochs)
{
    public EpochOnLedger Newest => Epochs[^1];

    public static DomainKeys Evolve(DomainKeys? keys, LinkageEvent e, RecordedEvent recorded) => e switch
    {
        LinkageEvent.KeyMade m => new DomainKeys(m.Domain, [.. keys?.Epochs ?? [], new EpochOnLedger(m.Epoch, m.Commitment, recorded.Index, recorded.At)]),
        LinkageEvent.KeyRetired r => Of(keys, recorded).With(r.Epoch, k => k with { Retired = true }),
        LinkageEvent.KeyDestroyed d => Of(keys, recorded).With(d.Epoch, k => k with { Retired = true, DestroyedAt = recorded.Index }),
        _ => Of(keys, recorded),
    };

    /// <summary>Names in the key store, newest first: what a conversion may use. A domain that the ledger does not know yet has its first key.</summary>
    /// <exception cref="KeyDestroyedException">None is in force any more.</exception>
    public static string[] NamesInForce(DomainKeys? keys, string domain) =>
        keys is null ? [domain]
        : keys.Newest.Retired ? throw new KeyDestroyedException(domain)
        : [.. keys.Epochs.Where(k => !k.Retired).OrderByDescending(k => k.Number).Select(k => NameOf(domain, k.Number))];

    /// <summary>The name in the key store: the first epoch's is the domain's own.</summary>
    public static string NameOf(string domain, int epoch) => epoch == 1 ? domain : $"{domain}@{epoch}";

    private DomainKeys With(int epoch, Func<EpochOnLedger, EpochOnLedger> change) => this with { Epochs = [.. Epochs.Select(k => k.Number == epoch ? change(k) : k)] };

    private static DomainKeys Of(DomainKeys? keys, RecordedEvent recorded) =>
        keys ?? throw new InvalidOperationException($"Event {recorded.Index} is about a key that was never made");
}
