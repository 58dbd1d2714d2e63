using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <param name="Folder">Where <c>linkage.db</c> lives; made if it is not there.</param>
/// <param name="StandardsFolder">The repository's <c>standards</c>: rules and kanji classes are read from its <c>linkage</c> folder.</param>
public sealed record LinkageOptions(string Folder, string StandardsFolder);

/// <summary>The linkage authority in one process: matching in memory, a SQLite file below, one writer at a time.</summary>
public sealed partial class LinkageRoom : ILinkage, IDisposable
{
    private const string NormalisedBy = "normalised-by";
    private const string Instance = "instance";

    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly TimeProvider clock;
    private readonly LinkRules rules;
    private readonly KanjiClasses classes;
    private readonly LinkageStore store;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Projection<ProjectGate, LinkageEvent> projects;
    private readonly Projection<DomainKeys, LinkageEvent> domainKeys;
    private readonly Projection<ConversionTally, LinkageEvent> tally;
    private readonly ConversionPolicy policy;
    private readonly string instance;
    private PersonForest forest = new();
    private PersonIndex index;
    private Dictionary<UInt128, KnownIdentity> byDigest = [];
    private Dictionary<LinkClass, long> ticketsByClass = [];

    private LinkageRoom(LinkageStore store, LinkRules rules, KanjiClasses classes, ConversionPolicy policy, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        (this.store, this.rules, this.classes, this.policy, this.ledger, this.keys, this.clock) = (store, rules, classes, policy, ledger, keys, clock);
        domainKeys = new Projection<DomainKeys, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.KeyPrefix, DomainKeys.Evolve);
        tally = new Projection<ConversionTally, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.Conversions, ConversionTally.Evolve);
        projects = new Projection<ProjectGate, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.ProjectPrefix, ProjectGate.Evolve);
        index = new PersonIndex(rules, forest);
        instance = store.Meta(Instance) ?? System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    }

    /// <exception cref="FormatException">The rules or the kanji classes cannot be read; the message names the place.</exception>
    public static LinkageRoom Open(LinkageOptions options, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        var standards = Path.Combine(options.StandardsFolder, "linkage");
        var rules = LinkRules.Parse(File.ReadAllText(Path.Combine(standards, "rules-v1.json")));
        var classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(standards, "kanji-classes-v1.txt")));
        var policy = ConversionPolicy.Parse(File.ReadAllText(Path.Combine(standards, "conversion-v1.json")));
        var store = LinkageStore.Open(options.Folder);
        var room = new LinkageRoom(store, rules, classes, policy, ledger, keys, clock);
        try
        {
            room.Begin();
            return room;
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        store.Dispose();
        gate.Dispose();
    }

    private void Begin()
    {
        using (var transaction = store.Begin())
        {
            store.SetMeta(Instance, instance);
            NormaliseAnewIfNeeded();
            transaction.Commit();
        }

        Load();
        TakeInWhatTheLedgerKnows();
        FinishKeysAsync().GetAwaiter().GetResult();
        TellAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private void Load()
    {
        store.NoteVersion();
        forest = new PersonForest();
        index = new PersonIndex(rules, forest);
        byDigest = [];
        foreach (var handle in store.Handles())
        {
            forest.Add(handle);
        }

        foreach (var edge in store.Merges())
        {
            forest.Merge(edge);
        }

        using var seal = new Seal(keys);
        foreach (var (known, digest) in store.Identities(seal))
        {
            index.Add(known);
            byDigest.Add(digest, known);
        }

        ticketsByClass = store.TicketsByClass().ToDictionary();
    }

    /// <summary>Tokens of another normalisation match nothing: where the tables changed, every sealed identity is read anew.</summary>
    private void NormaliseAnewIfNeeded()
    {
        var now = $"{MatchTokens.Version}/{classes.Hash}";
        var before = store.Meta(NormalisedBy);
        if (before == now)
        {
            return;
        }

        var today = Today();
        using var seal = new Seal(keys);
        using var tokens = new MatchTokens(keys);
        var count = 0;
        foreach (var (id, digest, box) in store.SealedIdentities())
        {
            var raw = SealedIdentity.Open(seal, box, digest).Raw;
            var (identity, holder) = RawIdentity.Read(raw);
            store.SetSealed(id, SealedIdentity.Close(seal, Matching.Evidence.Of(identity, holder, today, classes, tokens), raw, digest));
            count++;
        }

        store.SetMeta(NormalisedBy, now);
        if (before is not null)
        {
            store.Tell(new Telling(LedgerStreams.Deliveries, Actor.Harbour.Id, [Write(new LinkageEvent.NormalisedAnew(before, now, count))]), NewAppend());
        }
    }

    /// <summary>The desk's corrections go to the ledger first; what a crash kept from the store is taken in here.</summary>
    private void TakeInWhatTheLedgerKnows()
    {
        using var citizens = Domain(PseudonymDomain.CitizenName);
        using var transaction = store.Begin();
        foreach (var recorded in ledger.ReadStream(LedgerStreams.Persons).Where(e => !e.Erased))
        {
            switch (EventJson.Read<LinkageEvent>(recorded))
            {
                case LinkageEvent.PersonsMerged m when forest.Edge(m.Id) is null
                    && NodeOf(m.Kept, citizens) is { } kept && NodeOf(m.Merged, citizens) is { } merged && forest.Kept(kept) != forest.Kept(merged):
                    Draw(new MergeEdge(m.Id, forest.NextSequence, kept, merged, m.Rule, InForce: true));
                    break;
                case LinkageEvent.PersonsSplit s when forest.Edge(s.Id) is { InForce: true }:
                    store.EndMerge(s.Id);
                    forest.Split(s.Id);
                    break;
            }
        }

        transaction.Commit();
    }

    /// <summary>Empties the outbox into the ledger. A repeated append is recognised there by its key.</summary>
    private async Task<IReadOnlyList<Finding>> TellAsync(CancellationToken ct)
    {
        foreach (var (append, telling) in store.Untold())
        {
            var told = await ledger.AppendAsync(telling.Stream, -1, telling.By, telling.Events, append, ct).ConfigureAwait(false);
            if (!told.IsOk)
            {
                return told.Findings;
            }

            store.Told(append);
        }

        return [];
    }

    /// <summary>Runs alone, on the present state. What memory and disk say differ after a failure, so memory is read anew.</summary>
    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (store.ChangedElsewhere)
            {
                Load();
            }

            return await work().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The writing transaction, with memory as the disk is: from here on no other process writes.</summary>
    private Microsoft.Data.Sqlite.SqliteTransaction BeginFresh()
    {
        var transaction = store.Begin();
        if (store.ChangedElsewhere)
        {
            Load();
        }

        return transaction;
    }

    private void Draw(MergeEdge edge)
    {
        forest.Merge(edge);
        store.AddMerge(edge);
    }

    private int? NodeOf(string citizen, PseudonymDomain citizens) =>
        Pseudonym<Citizen>.TryParse(citizen, out var c) ? citizens.Find(c.Value, forest) : null;

    private Pseudonym<Citizen> CitizenOf(int node, PseudonymDomain citizens) => new(citizens.Pseudonym(forest.HandleOf(node)));

    private DateOnly Today() => DateOnly.FromDateTime(clock.GetUtcNow().AddHours(9).DateTime);

    private string NewAppend() => $"linkage-{instance}-{System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    private static NewEvent Write(LinkageEvent e) => EventJson.Write(LedgerStreams.Room, e);
}
