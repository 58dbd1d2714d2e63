using System.Globalization;
using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <param name="Folder">Where <c>linkage.db</c> lives; made if it is not there.</param>
/// <param name="StandardsFolder">The repository's <c>standards</c>: rules, weights and tables of names are read from its <c>linkage</c> folder.</param>
public sealed record LinkageOptions(string Folder, string StandardsFolder);

/// <summary>The linkage authority in one process: matching in memory, a SQLite file below, one writer at a time.</summary>
public sealed partial class LinkageRoom : ILinkage, IDisposable
{
    private const string MadeBy = "made-by";
    private const string Instance = "instance";
    private const string LedgerRead = "ledger-read";
    private const string WritingKey = "linkage-match";

    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly TimeProvider clock;
    private readonly LinkRules rules;
    private readonly NameTables names;
    private readonly string madeBy;
    private readonly LinkageStore store;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Projection<ProjectGate, LinkageEvent> projects;
    private readonly Projection<DomainKeys, LinkageEvent> domainKeys;
    private readonly Projection<ConversionTally, LinkageEvent> tally;
    private readonly ConversionPolicy policy;
    private readonly string instance;
    private PersonForest forest = new();
    private Register register;
    private Dictionary<LinkClass, long> ticketsByClass = [];

    private LinkageRoom(LinkageStore store, LinkRules rules, NameTables names, ConversionPolicy policy, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        (this.store, this.rules, this.names, this.policy, this.ledger, this.keys, this.clock) = (store, rules, names, policy, ledger, keys, clock);
        domainKeys = new Projection<DomainKeys, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.KeyPrefix, DomainKeys.Evolve);
        tally = new Projection<ConversionTally, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.Conversions, ConversionTally.Evolve);
        projects = new Projection<ProjectGate, LinkageEvent>(ledger, LedgerStreams.Room, LedgerStreams.ProjectPrefix, ProjectGate.Evolve);
        register = new Register(rules, forest);
        madeBy = $"{WrittenForm.Version}/{names.Classes.Hash}/{rules.Version}/{rules.Weights?.Version}/{names.Frequencies.Version}";
        instance = store.Meta(Instance) ?? System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    }

    /// <exception cref="FormatException">The rules, the weights or the tables of names cannot be read; the message names the place.</exception>
    /// <exception cref="RefusedException">The store is damaged, or of another version: nothing was opened.</exception>
    public static LinkageRoom Open(LinkageOptions options, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        var standards = Path.Combine(options.StandardsFolder, "linkage");
        var rules = LinkRules.Parse(File.ReadAllText(Path.Combine(standards, "rules-v2.json"))) with
        {
            Weights = LinkWeights.Parse(File.ReadAllText(Path.Combine(standards, "weights-v1.json"))),
        };
        var names = new NameTables(
            KanjiClasses.Parse(File.ReadAllText(Path.Combine(standards, "kanji-classes-v1.txt"))),
            NameFrequencies.Parse("name-frequencies@1", File.ReadAllText(Path.Combine(standards, "name-frequencies-v1.txt"))));
        var policy = ConversionPolicy.Parse(File.ReadAllText(Path.Combine(standards, "conversion-v1.json")));
        var store = LinkageStore.Open(options.Folder, keys);
        var room = new LinkageRoom(store, rules, names, policy, ledger, keys, clock);
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
            if (store.Meta(Instance) is null)
            {
                store.SetMeta(Instance, instance);
            }

            Load();
            RemakeIfRulesChanged();
            transaction.Commit();
        }

        store.NoteVersion();
        TakeInWhatTheLedgerKnows();
        FinishKeysAsync().GetAwaiter().GetResult();
        TellAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Reads the log from its beginning: memory is then as the disk is.</summary>
    private void Load()
    {
        store.NoteVersion();
        forest = new PersonForest();
        register = new Register(rules, forest);
        books.Clear();
        var replay = new Replay(this);
        replay.Run();
        ticketsByClass = store.TicketsByClass().ToDictionary();
    }

    /// <summary>
    /// Other rules, or another normalisation, may make other persons (and so may a date of birth that is in the future no more):
    /// whoever changes is corrected as by any later evidence.
    /// </summary>
    private void RemakeIfRulesChanged()
    {
        var before = store.Meta(MadeBy);
        if (before != madeBy)
        {
            store.SetMeta(MadeBy, madeBy);
        }

        var batch = new Batch(this, "rules");
        batch.Settle(unsettled);
        batch.Save();
        if (before is not null && before != madeBy && register.Table.Count > 0)
        {
            batch.Tell(LedgerStreams.Deliveries, Actor.Harbour.Id, new LinkageEvent.NormalisedAnew(before, madeBy, register.Table.Count));
        }
        else
        {
            batch.TellChanges();
        }

        unsettled = [];
    }

    /// <summary>The desk's corrections go to the ledger first; what a crash kept from the store is taken in here.</summary>
    private void TakeInWhatTheLedgerKnows()
    {
        var read = long.Parse(store.Meta(LedgerRead) ?? "0", CultureInfo.InvariantCulture);
        var events = ledger.ReadStream(LedgerStreams.Persons, read + 1);
        if (events.Count == 0)
        {
            return;
        }

        using var transaction = BeginFresh();
        using (var citizens = Domain(PseudonymDomain.CitizenName))
        {
            foreach (var recorded in events.Where(e => !e.Erased))
            {
                switch (EventJson.Read<LinkageEvent>(recorded))
                {
                    case LinkageEvent.PersonsMerged { Rule: DeskRule } m when forest.Edge(m.Id) is null
                        && NodeOf(m.Kept, citizens) is { } kept && NodeOf(m.Merged, citizens) is { } merged && forest.Kept(kept) != forest.Kept(merged):
                        Merge(m.Id, kept, merged);
                        break;
                    case LinkageEvent.PersonsSplit s when forest.Edge(s.Id) is { InForce: true } edge:
                        Split(edge);
                        break;
                }
            }
        }

        store.SetMeta(LedgerRead, events[^1].Version.ToString(CultureInfo.InvariantCulture));
        transaction.Commit();
        store.NoteVersion();
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

    private int? NodeOf(string citizen, PseudonymDomain citizens) =>
        Pseudonym<Citizen>.TryParse(citizen, out var c) ? citizens.Find(c.Value, forest) : null;

    private Pseudonym<Citizen> CitizenOf(int node, PseudonymDomain citizens) => new(citizens.Pseudonym(forest.HandleOf(node)));

    private DateOnly Today() => DateOnly.FromDateTime(clock.GetUtcNow().AddHours(9).DateTime);

    private string NewAppend() => $"linkage-{instance}-{System.Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    private static NewEvent Write(LinkageEvent e) => EventJson.Write(LedgerStreams.Room, e);
}
