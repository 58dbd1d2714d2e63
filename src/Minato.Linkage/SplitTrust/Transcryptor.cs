using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Minato.Ledger;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>How many persons a transcryptor evaluates a day (Japan time) unless two officers allow more: what an authorised caller could guess on line.</summary>
internal sealed record Quotas(long Enrolled = 500_000_000, long Converted = 2_000_000_000);

/// <summary>What both transcryptors do: keep factors, check orders, and write a line before each answer.</summary>
/// <remarks>Apart, each runs in its own process on its own machine, with its own keys and its own ledger; nothing here is shared but the pinned public keys.</remarks>
internal abstract class Transcryptor
{
    /// <summary>A run ends by itself: its tags are worth nothing afterwards, to anybody.</summary>
    protected static readonly TimeSpan RunLasts = TimeSpan.FromMinutes(10);

    private readonly ILedger ledger;
    private readonly TimeProvider clock;
    private readonly Quotas quotas;
    private readonly string streams;
    private readonly Projection<DomainState, TranscryptorEvent> domains;
    private readonly ConcurrentDictionary<(OrderKind, DateOnly), long> tally = new();
    private readonly ConcurrentDictionary<string, Run> runs = new(StringComparer.Ordinal);

    protected Transcryptor(PartyKeys keys, string peer, PartyBook book, ILedger ledger, Quotas quotas, TimeProvider clock)
    {
        (Keys, Peer, Book, this.ledger, this.quotas, this.clock) = (keys, peer, book, ledger, quotas, clock);
        streams = $"linkage/{keys.Party}/";
        domains = new(ledger, "linkage", streams + "domains/", DomainState.Evolve);
        foreach (var state in domains.All)
        {
            Remember(state);
        }

        foreach (var recorded in ledger.ReadStream(streams + "work").Where(e => !e.Erased))
        {
            switch (EventJson.Read<TranscryptorEvent>(recorded))
            {
                case TranscryptorEvent.Served s when s.Step != Transcryption.Finish:
                    tally.AddOrUpdate((s.Kind, DayOf(recorded.At)), s.Asked, (_, n) => n + s.Asked);
                    break;
                case TranscryptorEvent.QuotaRaised q:
                    raised[q.Kind] = q.PersonsADay;
                    break;
            }
        }
    }

    private readonly ConcurrentDictionary<OrderKind, long> raised = new();

    protected PartyKeys Keys { get; }

    protected string Peer { get; }

    protected PartyBook Book { get; }

    protected Scalar Share => Keys.Exponent("share");

    /// <summary>The public side of this party's factor for a domain, signed. The factor is made at the first asking.</summary>
    public Outcome<FactorStatement> Promise(Domain domain)
    {
        if (domains.Find(StreamOf(domain)) is { Closed: true } || Keys.IsDestroyed(FactorName(domain)))
        {
            return Finding.Error("linkage.project-closed", $"The factor of {domain} is destroyed", "A closed domain never comes back");
        }

        var statement = new FactorStatement(
            Keys.Party, domain.Name, domain.Version, (Factor(domain) * Point.G).ToHex(), (EnrolmentFactor(domain) * Point.G).ToHex(), (Share * Point.G).ToHex(), "");
        return statement with { Signature = Convert.ToHexStringLower(Keys.Sign(statement.Text())) };
    }

    /// <summary>Opens a domain or a project: from here on it may be converted from, or into. Pins the other transcryptor's statement.</summary>
    public async Task<Outcome<bool>> OpenAsync(SignedOrder signed, FactorStatement peer, CancellationToken ct = default)
    {
        var order = signed.Order;
        if (order.Kind is not (OrderKind.OpenDomain or OrderKind.OpenProject) || order.To.IsProject != (order.Kind == OrderKind.OpenProject))
        {
            return Finding.Error("linkage.order-kind", "The order opens nothing", "Send an order to open a domain or a project");
        }

        if (Book.Check(signed, Now) is { } refused)
        {
            return await DeclineAsync(signed, refused, ct).ConfigureAwait(false);
        }

        if (peer.Party != Peer || peer.Domain != order.To.Name || peer.Version != order.To.Version || !Book.IsSigned(Peer, peer.Text(), peer.Signature)
            || !PointOf(peer.Commitment).HasValue || !PointOf(peer.Enrolment).HasValue || !PointOf(peer.Share).HasValue)
        {
            return await DeclineAsync(signed, Finding.Error("linkage.statement-forged", "The other transcryptor's statement is not its own", "Fetch the statement from the other transcryptor again"), ct).ConfigureAwait(false);
        }

        if (!OpeningTerms.TryParse(order.Detail, out var terms) || !PointOf(terms.ReceiverKey).HasValue || !Book.Pin(order.To.Name, Convert.FromHexString(terms.CallerKey)))
        {
            return await DeclineAsync(signed, Finding.Error("linkage.order-detail", "The order does not name the receiver's keys, or others than are pinned", "Send the keys that the vault has"), ct).ConfigureAwait(false);
        }

        if (!Promise(order.To).Try(out var own))
        {
            return Promise(order.To).Map(_ => true);
        }

        var opened = await domains.DecideAsync(
            StreamOf(order.To),
            new ActorId(Keys.Party),
            state => DecideOpening(state, order, terms, own, peer, signed.Id),
            ct: ct).ConfigureAwait(false);
        return opened.Map(_ => true);
    }

    /// <summary>Closes a project: the line first, then the factor is destroyed, then the statement of that. A repeated call finishes what a crash left.</summary>
    public async Task<Outcome<bool>> CloseAsync(SignedOrder signed, CancellationToken ct = default)
    {
        var domain = signed.Order.To;
        if (signed.Order.Kind != OrderKind.CloseProject || !domain.IsProject)
        {
            return Finding.Error("linkage.order-kind", "The order closes nothing", "Send an order to close a project");
        }

        if (Book.Check(signed, Now) is { } refused)
        {
            return await DeclineAsync(signed, refused, ct).ConfigureAwait(false);
        }

        var closed = await domains.DecideAsync(
            StreamOf(domain),
            new ActorId(Keys.Party),
            state => state is null
                ? Finding.Error("linkage.project-not-open", $"{domain.Name} was never opened", "There is nothing to close")
                : Outcome<IReadOnlyList<TranscryptorEvent>>.Ok(state.Closed ? [] : [new TranscryptorEvent.ProjectClosed(signed.Order.Permit, signed.Id)]),
            ct: ct).ConfigureAwait(false);
        return closed.Try(out var state)
            ? await DestroyAsync(domain, state, ct).ConfigureAwait(false)
            : closed.Map(_ => true);
    }

    /// <summary>Destroys the factor of a domain's old version once everybody was moved to the next.</summary>
    public async Task<Outcome<bool>> RetireAsync(SignedOrder signed, CancellationToken ct = default)
    {
        var domain = signed.Order.From;
        if (signed.Order.Kind != OrderKind.Retire || domain.IsProject || signed.Order.To != domain.Next)
        {
            return Finding.Error("linkage.order-kind", "The order retires nothing", "Send an order that names the old and the next version");
        }

        if (Book.Check(signed, Now) is { } refused)
        {
            return await DeclineAsync(signed, refused, ct).ConfigureAwait(false);
        }

        return domains.Find(StreamOf(domain)) is { } state && state.Versions.ContainsKey(domain.Version) && state.Versions.ContainsKey(domain.Next.Version)
            ? await DestroyAsync(domain, state, ct).ConfigureAwait(false)
            : Finding.Error("linkage.domain-not-open", $"{domain} or its next version was never opened", "Rotate first");
    }

    /// <summary>Allows more persons a day for a kind of order, under two officers' signatures.</summary>
    public async Task<Outcome<bool>> RaiseQuotaAsync(SignedOrder signed, CancellationToken ct = default)
    {
        if (signed.Order.Kind != OrderKind.RaiseQuota
            || signed.Order.Detail.Split(' ') is not [var kind, var number] || !Enum.TryParse<OrderKind>(kind, out var raisedKind) || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var persons))
        {
            return Finding.Error("linkage.order-kind", "The order raises no quota", "Name the kind of order and the persons a day");
        }

        if (Book.Check(signed, Now) is { } refused)
        {
            return await DeclineAsync(signed, refused, ct).ConfigureAwait(false);
        }

        var told = await TellAsync(new TranscryptorEvent.QuotaRaised(raisedKind, persons, signed.Order.Caller, signed.SecondCaller!, signed.Id), signed, "quota", ct).ConfigureAwait(false);
        if (told is null)
        {
            raised[raisedKind] = persons;
        }

        return told is null ? true : told;
    }

    protected DateTimeOffset Now => clock.GetUtcNow();

    protected Scalar Factor(Domain domain) => Keys.Exponent(FactorName(domain));

    /// <summary>The factor from the identity authority's point into a domain.</summary>
    protected abstract Scalar EnrolmentFactor(Domain domain);

    /// <summary>Checks the order, does the work, writes the line, and only then answers.</summary>
    /// <param name="asked">Persons, counted against the day's quota in the first step of an order.</param>
    protected async Task<Outcome<T>> ServeAsync<T>(SignedOrder signed, string step, int asked, Func<Outcome<(T Answer, int Withheld)>> work, CancellationToken ct)
    {
        if (Admit(signed, step, asked) is { } refused)
        {
            return (await DeclineAsync(signed, refused, ct).ConfigureAwait(false)).Map<T>(_ => throw new InvalidOperationException());
        }

        Outcome<(T Answer, int Withheld)> done;
        try
        {
            done = work();
        }
        catch (NotAPointException)
        {
            done = Finding.Error("linkage.not-a-point", "A value is no element of the group, or the identity", "Send only what the protocol gave");
        }
        catch (KeyDestroyedException)
        {
            done = Finding.Error("linkage.project-closed", "A factor that this needs is destroyed", "It never comes back");
        }

        if (!done.Try(out var answer))
        {
            return (await DeclineAsync(signed, done.Findings[0], ct).ConfigureAwait(false)).Map<T>(_ => throw new InvalidOperationException());
        }

        var o = signed.Order;
        return await TellAsync(
            new TranscryptorEvent.Served(o.Kind, step, o.Caller, o.From.ToString(), o.To.ToString(), o.Permit, asked, answer.Withheld, o.Detail, signed.Id), signed, step, ct).ConfigureAwait(false) is { } untold
            ? untold
            : answer.Answer;
    }

    /// <summary>The pinned keys of a domain's version.</summary>
    protected Outcome<DomainKeys> KeysOf(Domain domain) =>
        domains.Find(StreamOf(domain)) is { Closed: false } state && state.Versions.TryGetValue(domain.Version, out var keys) && !Keys.IsDestroyed(FactorName(domain))
            ? keys
            : Finding.Error("linkage.domain-not-open", $"{domain} is not open for linkage", "Open it first; what was closed or retired never comes back");

    /// <summary>Null where the order's direction is allowed now; every doubt is a refusal.</summary>
    protected Finding? CheckDirection(Order order, RunTerms terms)
    {
        if (order.Kind == OrderKind.Rotate)
        {
            return !order.From.IsProject && order.To == order.From.Next ? null : Finding.Error("linkage.direction", "A rotation goes from a version to the next of the same domain", "Name the two");
        }

        var project = domains.Find(StreamOf(new Domain($"project/{order.Permit}", 1)));
        if (project is null || project.Closed)
        {
            return Finding.Error(
                project is null ? "linkage.project-not-open" : "linkage.project-closed", $"The project {order.Permit} is {(project is null ? "not open" : "closed and its factors destroyed")}", "Begin the permit first; a closed one never comes back");
        }

        if (order.From.Name == Domain.CitizenName || order.From.IsProject
            || order.Kind is not (OrderKind.Convert or OrderKind.NoteUse)
            || (order.Kind == OrderKind.Convert ? order.To.Name != $"project/{order.Permit}" : order.To.Name != Domain.CitizenName))
        {
            return Finding.Error("linkage.direction", "Conversions go from a dataset to the permit's project, and notes of use to the citizens; no other way", "Give an order of that direction");
        }

        if (!project.Datasets.Contains(order.From.Name["dataset/".Length..]))
        {
            return Finding.Error("linkage.dataset-not-permitted", $"The permit {order.Permit} does not cover {order.From.Name}", "Convert only the datasets that the permit lists");
        }

        if (order.Kind == OrderKind.NoteUse)
        {
            return null;
        }

        return terms switch
        {
            _ when Now > project.Until => Finding.Error("linkage.project-expired", $"The project {order.Permit} ended on {project.Until:yyyy-MM-dd}", "Have the permit extended"),
            { SetId.Length: 0 } => Finding.Error("linkage.refusals-missing", "There is no set of refusals", "Ask OptOut for the set of this use and hand it over; without it nothing is converted"),
            _ when terms.AsOf > Now => Finding.Error("linkage.refusals-from-the-future", "The set of refusals is of a moment that has not come", "Ask for the set as of now"),
            _ when terms.AsOf < project.OpenedAt => Finding.Error("linkage.refusals-stale", "The set of refusals is older than the project itself", "Ask for the set as of a moment after the permit began"),
            _ => null,
        };
    }

    /// <summary>The run that an order goes on with, where it is the same in everything but the people.</summary>
    protected Run? RunOf(Order order, RunTerms terms) =>
        runs.TryGetValue(terms.Run, out var run) && run.Since > Now - RunLasts
        && run.Caller == order.Caller && run.From == order.From && run.To == order.To && run.Permit == order.Permit && run.Detail == order.Detail
            ? run
            : null;

    protected Run BeginRun(Order order, RunTerms terms)
    {
        foreach (var (id, old) in runs)
        {
            if (old.Since <= Now - RunLasts)
            {
                runs.TryRemove(id, out _);
            }
        }

        return runs[terms.Run] = new Run(order.Caller, order.From, order.To, order.Permit, order.Detail, Now, Scalar.Random());
    }

    protected static Finding NoRun { get; } =
        Finding.Error("linkage.run-unknown", "The run that the order goes on with is not known here, or ended", "Begin a new run, with the refusals");

    protected static Finding WrongProof { get; } =
        Finding.Error("linkage.proof-wrong", "The other transcryptor's proof does not hold: a factor was wrong, or a value was exchanged", "Stop the conversion and have both transcryptors looked at");

    private static string FactorName(Domain domain) => string.Create(CultureInfo.InvariantCulture, $"factor/{domain.Name}/{domain.Version}");

    private string StreamOf(Domain domain) => $"{streams}domains/{domain.Name}";

    protected static Point? PointOf(string hex)
    {
        var bytes = new byte[Point.Size];
        return hex.Length == 64 && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Point.Size && Point.TryRead(bytes, out var point) ? point : null;
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToUniversalTime().AddHours(9).DateTime);

    private void Remember(DomainState state)
    {
        foreach (var keys in state.Versions.Values)
        {
            Book.Pin(keys.Domain, Convert.FromHexString(keys.CallerKey));
        }
    }

    private Outcome<IReadOnlyList<TranscryptorEvent>> DecideOpening(DomainState? state, Order order, OpeningTerms terms, FactorStatement own, FactorStatement peer, string id)
    {
        if (state is { Closed: true })
        {
            return Finding.Error("linkage.project-closed", $"The project {order.Permit} is closed and its factors destroyed", "A closed project never comes back; apply again");
        }

        if (state is not null && state.Versions.TryGetValue(order.To.Version, out var known)
            && (known.Peer.Commitment != peer.Commitment || known.Peer.Enrolment != peer.Enrolment || known.Peer.Share != peer.Share || known.ReceiverKey != terms.ReceiverKey))
        {
            return Finding.Error("linkage.statement-changed", "The domain was opened with other keys", "Keys do not change within a version; rotate");
        }

        if (order.Kind == OrderKind.OpenDomain)
        {
            return Outcome<IReadOnlyList<TranscryptorEvent>>.Ok(
                state?.Versions.ContainsKey(order.To.Version) == true
                    ? []
                    : [new TranscryptorEvent.DomainOpened(order.To.Name, order.To.Version, own, peer, terms.ReceiverKey, terms.CallerKey, id)]);
        }

        if (terms.Datasets.Count == 0)
        {
            return Finding.Error("linkage.no-datasets", "The permit names no dataset", "Name the datasets that the permit covers");
        }

        if (terms.Until <= Now)
        {
            return Finding.Error("linkage.project-expired", "The permit's end has passed already", "Open the project while the permit is in force");
        }

        return Outcome<IReadOnlyList<TranscryptorEvent>>.Ok(
            state is not null && state.Until == terms.Until && state.Datasets.SequenceEqual(terms.Datasets)
                ? []
                : [new TranscryptorEvent.ProjectOpened(order.Permit, terms.Datasets, terms.Until, own, peer, terms.ReceiverKey, terms.CallerKey, id)]);
    }

    private async Task<Outcome<bool>> DestroyAsync(Domain domain, DomainState state, CancellationToken ct)
    {
        Keys.Destroy(FactorName(domain));
        if (state.Destroyed.Contains(domain.Version))
        {
            return true;
        }

        var at = Now;
        var commitment = state.Versions[domain.Version].Own.Commitment;
        var text = string.Create(CultureInfo.InvariantCulture, $"minato factor destroyed v1\n{Keys.Party}\n{domain}\n{commitment}\n{at:O}\n");
        var told = await domains.DecideAsync(
            StreamOf(domain),
            new ActorId(Keys.Party),
            now => Outcome<IReadOnlyList<TranscryptorEvent>>.Ok(
                now!.Destroyed.Contains(domain.Version) ? [] : [new TranscryptorEvent.FactorDestroyed(domain.Name, domain.Version, commitment, at, Convert.ToHexStringLower(Keys.Sign(System.Text.Encoding.UTF8.GetBytes(text))))]),
            ct: ct).ConfigureAwait(false);
        return told.Map(_ => true);
    }

    private Finding? Admit(SignedOrder signed, string step, int asked)
    {
        if (Book.Check(signed, Now) is { } refused)
        {
            return refused;
        }

        if (ledger.Recall(streams + "work", LineOf(signed, step)) is not null)
        {
            return Replayed;
        }

        if (step == Transcryption.Finish)
        {
            return null;
        }

        var kind = signed.Order.Kind;
        var most = raised.TryGetValue(kind, out var more) ? more : kind == OrderKind.Enrol ? quotas.Enrolled : quotas.Converted;
        var today = tally.AddOrUpdate((kind, DayOf(Now)), asked, (_, n) => n + asked);
        return today > most
            ? Finding.Error("linkage.quota", $"More than {most} persons a day are not evaluated", "Wait until tomorrow, or have two officers raise the quota")
            : null;
    }

    private static Finding Replayed { get; } = Finding.Error("linkage.order-replayed", "The order was answered before", "Give a new order");

    private string LineOf(SignedOrder signed, string step) => $"{Keys.Party}/{signed.Id}/{step}";

    /// <summary>No line, no answer.</summary>
    private async Task<Finding?> TellAsync(TranscryptorEvent e, SignedOrder signed, string step, CancellationToken ct)
    {
        var told = await ledger.AppendAsync(streams + "work", -1, new ActorId(Keys.Party), [EventJson.Write("linkage", e)], LineOf(signed, step), ct).ConfigureAwait(false);
        return told.Try(out var appended) ? appended.Repeated ? Replayed : null : told.Findings[0];
    }

    private async Task<Outcome<bool>> DeclineAsync(SignedOrder signed, Finding refused, CancellationToken ct)
    {
        var o = signed.Order;
        var told = await ledger.AppendAsync(
            streams + "declined", -1, new ActorId(Keys.Party), [EventJson.Write<TranscryptorEvent>("linkage", new TranscryptorEvent.Declined(o.Kind, o.Caller, o.From.ToString(), o.To.ToString(), refused.Code))], ct: ct).ConfigureAwait(false);
        return told.IsOk ? refused : Outcome<bool>.Refused([refused, .. told.Findings]);
    }

    /// <summary>A run: one dataset, one target, one set of refusals. Its factor e lives in memory and dies with the run.</summary>
    internal sealed class Run(string caller, Domain from, Domain to, string permit, string detail, DateTimeOffset since, Scalar e)
    {
        public string Caller => caller;

        public Domain From => from;

        public Domain To => to;

        public string Permit => permit;

        public string Detail => detail;

        public DateTimeOffset Since => since;

        public Scalar Factor => e;

        public Point Commitment { get; } = e * Point.G;

        /// <summary>The other transcryptor's commitment to its own factor of the run.</summary>
        public Point? PeerCommitment { get; set; }

        /// <summary>The tags of the people whom the set of refusals names.</summary>
        public HashSet<Point>? Named { get; set; }
    }

    /// <summary>The public keys of a domain's version, as pinned.</summary>
    internal sealed record DomainKeys(string Domain, FactorStatement Own, FactorStatement Peer, string ReceiverKey, string CallerKey)
    {
        public Point OwnCommitment => PointOf(Own.Commitment)!.Value;

        public Point PeerCommitment => PointOf(Peer.Commitment)!.Value;

        public Point OwnShare => PointOf(Own.Share)!.Value;

        public Point PeerShare => PointOf(Peer.Share)!.Value;

        public Point OwnEnrolment => PointOf(Own.Enrolment)!.Value;

        public Point PeerEnrolment => PointOf(Peer.Enrolment)!.Value;

        public Point Receiver => PointOf(ReceiverKey)!.Value;
    }

    private sealed record DomainState(
        ImmutableDictionary<int, DomainKeys> Versions, IReadOnlyList<string> Datasets, DateTimeOffset OpenedAt, DateTimeOffset Until, bool Closed, ImmutableHashSet<int> Destroyed)
    {
        private static readonly DomainState Nothing = new(ImmutableDictionary<int, DomainKeys>.Empty, [], default, default, false, []);

        public static DomainState Evolve(DomainState? state, TranscryptorEvent e, RecordedEvent recorded) => e switch
        {
            TranscryptorEvent.DomainOpened o => (state ?? Nothing) with
            {
                Versions = (state ?? Nothing).Versions.SetItem(o.Version, new(o.Domain, o.Own, o.Peer, o.ReceiverKey, o.CallerKey)),
                OpenedAt = state?.OpenedAt ?? recorded.At,
            },
            TranscryptorEvent.ProjectOpened o => (state ?? Nothing) with
            {
                Versions = (state ?? Nothing).Versions.SetItem(1, new($"project/{o.Permit}", o.Own, o.Peer, o.ReceiverKey, o.CallerKey)),
                Datasets = o.Datasets,
                OpenedAt = state?.OpenedAt ?? recorded.At,
                Until = o.Until,
            },
            TranscryptorEvent.ProjectClosed when state is not null => state with { Closed = true },
            TranscryptorEvent.FactorDestroyed d when state is not null => state with { Destroyed = state.Destroyed.Add(d.Version) },
            _ => state ?? throw new InvalidOperationException($"Event {recorded.Index} is of a domain that was never opened"),
        };
    }
}

/// <summary>What an order to open says beside the domain: the receiver's ElGamal key, its signing key, and for a project the datasets and the last moment.</summary>
internal sealed record OpeningTerms(string ReceiverKey, string CallerKey, DateTimeOffset Until, IReadOnlyList<string> Datasets)
{
    public override string ToString() => $"{ReceiverKey} {CallerKey} {Until.ToUniversalTime():O} {string.Join(',', Datasets)}";

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpeningTerms? terms)
    {
        terms = text.Split(' ') is [var receiver, { Length: 64 } caller, var until, var datasets] && caller.All(char.IsAsciiHexDigit)
            && DateTimeOffset.TryParseExact(until, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
                ? new(receiver, caller, at, datasets.Length == 0 ? [] : datasets.Split(','))
                : null;
        return terms is not null;
    }
}

/// <summary>What stays the same over the parts of a run.</summary>
/// <param name="Run">32 hex digits, random.</param>
/// <param name="SetId">The evidence of the set of refusals; empty where the order needs none.</param>
/// <param name="Named">How many people the set names.</param>
/// <param name="CitizenVersion">The version of the citizens' domain in which they are named.</param>
internal sealed record RunTerms(string Run, DateTimeOffset AsOf, bool Inverted, int Named, int CitizenVersion, string SetId)
{
    public static RunTerms None { get; } = new("", default, false, 0, 0, "");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}\n{AsOf.ToUniversalTime():O}\n{(Inverted ? "only" : "without")}\n{Named}\n{CitizenVersion}\n{SetId}");

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RunTerms? terms)
    {
        terms = text.Split('\n', 6) is [{ Length: 32 } run, var asOf, "only" or "without", var named, var version, var set]
            && DateTimeOffset.TryParseExact(asOf, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            && int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var citizens)
                ? new(run, at, text.Split('\n')[2] == "only", count, citizens, set)
                : null;
        return terms is not null;
    }
}
