using System.Security.Cryptography;
using System.Text.Json;
using Minato.Formats.Sharing;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.Primary;

/// <param name="Folder">Holds this room's store and nothing of any other.</param>
public sealed record PrimaryOptions(string Folder);

/// <summary>The room.</summary>
public sealed class PrimaryRoom : IPrimary
{
    private const string Room = "primary";
    private const string SealKey = "primary-access";
    private const string DisasterPrefix = "primary-disaster/";
    private const int TogetherAtMost = 1_000;

    private readonly RecordStore store;
    private readonly IKeyStore keys;
    private readonly ILinkage linkage;
    private readonly TimeProvider clock;
    private readonly Projection<PersonAccess, PrimaryEvent> persons;
    private readonly Projection<DeclaredDisaster, DisasterEvent> disasters;

    private PrimaryRoom(PrimaryOptions options, ILedger ledger, IKeyStore keys, ILinkage linkage, TimeProvider clock)
    {
        (this.keys, this.linkage, this.clock) = (keys, linkage, clock);
        store = new RecordStore(options.Folder, keys);
        persons = new(ledger, Room, PersonAccess.StreamPrefix, Evolve);
        disasters = new(ledger, Room, DisasterPrefix, static (state, e, recorded) => e switch
        {
            DisasterEvent.Declared d => new(recorded.Stream[DisasterPrefix.Length..], d.Reason, d.Until, recorded.At),
            _ => state! with { EndedAt = recorded.At },
        });
    }

    public IReadOnlyList<DeclaredDisaster> Disasters => [.. disasters.All.OrderByDescending(d => d.At)];

    public static IPrimary Open(PrimaryOptions options, ILedger ledger, IKeyStore keys, ILinkage linkage, TimeProvider clock) => new PrimaryRoom(options, ledger, keys, linkage, clock);

    public async Task<FeedResult> TakeAsync(HolderId holder, IEnumerable<SharedDocument> documents, CancellationToken ct = default)
    {
        var (taken, unclaimed) = (0, 0);
        foreach (var some in documents.Chunk(TogetherAtMost))
        {
            var persons = await linkage.IdentifyAllAsync([.. some.Select(d => d.Person)], ct).ConfigureAwait(false);
            var claimed = some.Zip(persons).Where(x => x.Second is not null).Select(x => (store.NameOf(x.Second!.Value), holder, x.First)).ToList();
            store.Put(claimed);
            (taken, unclaimed) = (taken + claimed.Count, unclaimed + some.Length - claimed.Count);
        }

        return new FeedResult(taken, unclaimed);
    }

    public async Task<Outcome<OpenedRecord>> OpenOwnAsync(Pseudonym<Citizen> citizen, Actor by, CancellationToken ct = default)
    {
        var opened = await OpenAsync(citizen, ReadingGround.Own, "", by, ct).ConfigureAwait(false);
        return opened.Map(r => r with
        {
            Documents = [.. r.Documents.Where(d => !d.Hidden).Select(d => d with { Items = [.. d.Items.Where(i => !i.NotTold)] }).Where(d => d.Items.Count > 0)],
        });
    }

    public async Task<Outcome<OpenedRecord>> OpenAsync(PersonIdentity patient, ReadingGround ground, string reason, Actor by, CancellationToken ct = default)
    {
        if (ground == ReadingGround.Own || !by.Is(Role.Clinician) || !Slug.IsValid(by.Affiliation))
        {
            return PersonAccess.NotYours;
        }

        var found = await linkage.IdentifyAsync(patient, ct).ConfigureAwait(false);
        return found.Try(out var citizen) ? await OpenAsync(citizen, ground, reason, by, ct).ConfigureAwait(false) : Outcome<OpenedRecord>.Refused(found.Findings);
    }

    public async Task<Outcome<ReadingConsent>> ConsentAsync(Pseudonym<Citizen> citizen, HolderId provider, DateOnly until, Actor by, CancellationToken ct = default)
    {
        var (stream, id) = (StreamOf(citizen), NewId());
        var consent = new PrimaryEvent.Consented(id, Close(new ConsentText(provider.Value, until), stream));
        var done = await persons.DecideAsync(stream, Themselves, p => PersonAccess.DecideConsent(p, until, by, JapaneseDay.Today(clock), consent), ct: ct).ConfigureAwait(false);
        return done.Map(p => p.Find(id)!);
    }

    public async Task<Outcome<ReadingConsent>> WithdrawAsync(Pseudonym<Citizen> citizen, string consent, Actor by, CancellationToken ct = default)
    {
        var done = await persons.DecideAsync(StreamOf(citizen), Themselves, p => PersonAccess.DecideWithdraw(p, consent, by), ct: ct).ConfigureAwait(false);
        return done.Map(p => p.Find(consent)!);
    }

    public IReadOnlyList<ReadingConsent> ConsentsOf(Pseudonym<Citizen> citizen) => [.. (persons.Find(StreamOf(citizen))?.Consents ?? []).Reverse()];

    public IReadOnlyList<ReadingRecord> ReadingsOf(Pseudonym<Citizen> citizen) => [.. (persons.Find(StreamOf(citizen))?.Readings ?? []).Reverse()];

    public async Task<Outcome<DeclaredDisaster>> DeclareDisasterAsync(string reason, DateOnly until, Actor by, CancellationToken ct = default)
    {
        const int MostDays = 31;
        var today = JapaneseDay.Today(clock);
        return !by.Is(Role.Operator) ? Finding.Error("primary.role", "Only the operator declares a disaster", "Ask the operator")
            : reason?.Trim().Length is not (> 0 and <= PersonAccess.LongestReason) ? Finding.Error("primary.reason", "The reason is empty or too long", "Write which disaster, where, and who decided")
            : until < today || until > today.AddDays(MostDays) ? Finding.Error("primary.until", "The last day has passed, or is too far ahead", $"Choose a day within {MostDays} days; it can be declared again")
            : await disasters.DecideAsync(DisasterPrefix + NewId(), by.Id, _ => Outcome<IReadOnlyList<DisasterEvent>>.Ok([new DisasterEvent.Declared(reason.Trim(), until)]), ct: ct).ConfigureAwait(false);
    }

    public async Task<Outcome<DeclaredDisaster>> EndDisasterAsync(string id, Actor by, CancellationToken ct = default) =>
        !by.Is(Role.Operator) ? Finding.Error("primary.role", "Only the operator ends it", "Ask the operator")
        : !Slug.IsValid(id) ? Finding.Error("primary.disaster-unknown", "There is no such declaration", "Look at the list")
        : await disasters.DecideAsync(
            DisasterPrefix + id, by.Id,
            d => d is null ? Finding.Error("primary.disaster-unknown", "There is no such declaration", "Look at the list") : Outcome<IReadOnlyList<DisasterEvent>>.Ok(d.EndedAt is null ? [new DisasterEvent.Ended()] : []), ct: ct).ConfigureAwait(false);

    public IReadOnlyList<EmergencyCase> EmergenciesFor(Actor actor) =>
        !actor.Is(Role.Auditor) ? []
        : [.. persons.All.SelectMany(p => p.Readings.Where(r => r.Ground is ReadingGround.Emergency or ReadingGround.Disaster).Select(r => new EmergencyCase(p.Stream[PersonAccess.StreamPrefix.Length..], r)))
            .OrderBy(c => c.Reading.Review is not null).ThenByDescending(c => c.Reading.At)];

    public async Task<Outcome<ReadingRecord>> ReviewAsync(string person, string reading, bool justified, string note, Actor by, CancellationToken ct = default)
    {
        if (!Slug.IsValid(person))
        {
            return Finding.Error("primary.reading-unknown", "There is no such emergency", "Look at the list");
        }

        var stream = PersonAccess.StreamPrefix + person;
        var reviewed = new PrimaryEvent.Reviewed(reading, justified, SealedText.Close(keys, SealKey, note?.Trim() ?? "", stream));
        var done = await persons.DecideAsync(stream, by.Id, p => PersonAccess.DecideReview(p, reading, note ?? "", by, reviewed), ct: ct).ConfigureAwait(false);
        return done.Map(p => p.Readings.Find(r => r.Id == reading)!);
    }

    /// <summary>The line on the ledger comes first: what cannot be recorded is not shown.</summary>
    private async Task<Outcome<OpenedRecord>> OpenAsync(Pseudonym<Citizen> citizen, ReadingGround ground, string reason, Actor by, CancellationToken ct)
    {
        var (stream, id) = (StreamOf(citizen), NewId());
        var provider = ground == ReadingGround.Own ? null : by.Affiliation;
        var documents = store.Of(store.NameOf(citizen));
        Finding? refused = null;
        var done = await persons.DecideAsync(
            stream,
            ground == ReadingGround.Own ? Themselves : by.Id,
            p =>
            {
                refused = PersonAccess.Problem(p, ground, reason, by, JapaneseDay.Today(clock), DisasterNow);
                var text = Close(new ReadingText(provider, (reason ?? "").Trim() is var r && r.Length > PersonAccess.LongestReason ? r[..PersonAccess.LongestReason] : r, documents.Count), stream);
                return Outcome<IReadOnlyList<PrimaryEvent>>.Ok([refused is null ? new PrimaryEvent.Read(id, ground, text) : new PrimaryEvent.Refused(ground, text, refused.Code)]);
            },
            ct: ct).ConfigureAwait(false);
        return !done.Try(out var after) ? Outcome<OpenedRecord>.Refused(done.Findings)
            : refused is not null ? refused
            : new OpenedRecord(after.Readings.Find(r => r.Id == id)!, documents);
    }

    private bool DisasterNow => JapaneseDay.Today(clock) is var today && disasters.All.Any(d => d.EndedAt is null && today <= d.Until);

    private PersonAccess Evolve(PersonAccess? state, PrimaryEvent e, RecordedEvent recorded)
    {
        state ??= PersonAccess.None(recorded.Stream);
        switch (e)
        {
            case PrimaryEvent.Consented c:
                var consent = Open<ConsentText>(c.Sealed, recorded.Stream);
                return state with { Consents = state.Consents.Add(new ReadingConsent(c.Id, new HolderId(consent.Provider), consent.Until, recorded.At, recorded.Index)) };
            case PrimaryEvent.Withdrawn w when state.Find(w.Id) is { } given:
                return state with { Consents = state.Consents.Replace(given, given with { WithdrawnAt = recorded.At }) };
            case PrimaryEvent.Read r:
                var text = Open<ReadingText>(r.Sealed, recorded.Stream);
                return state with { Readings = state.Readings.Add(new ReadingRecord(r.Id, r.Ground, text.Provider is { } p ? new HolderId(p) : null, recorded.By, text.Reason, text.Documents, recorded.At, recorded.Index)) };
            case PrimaryEvent.Reviewed v when state.Readings.Find(x => x.Id == v.Reading) is { } reading:
                return state with { Readings = state.Readings.Replace(reading, reading with { Review = new EmergencyReview(v.Justified, SealedText.Open(keys, SealKey, v.Sealed, recorded.Stream), recorded.By, recorded.At) }) };
            case PrimaryEvent.Refused:
                return state;
            default:
                throw new InvalidOperationException($"Event {recorded.Index} is about nothing that was there");
        }
    }

    private string StreamOf(Pseudonym<Citizen> citizen) => PersonAccess.StreamPrefix + store.NameOf(citizen);

    private string Close<T>(T text, string stream) => SealedText.Close(keys, SealKey, JsonSerializer.Serialize(text), stream);

    private T Open<T>(string text, string stream) => JsonSerializer.Deserialize<T>(SealedText.Open(keys, SealKey, text, stream))!;

    private static string NewId() => $"r-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>A person's own account does not stand beside their stream; a clinician's does.</summary>
    private static ActorId Themselves { get; } = new("citizen");
}
