using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.OptOut;

/// <param name="StandardsFolder">The repository's <c>standards</c>; the policy is read from its <c>choice</c> folder.</param>
/// <param name="PolicyId">The policy in force: a file's name without <c>.json</c>.</param>
/// <param name="ActingId">Who may choose for whom, and how the desk works: a file of <c>standards/choice/acting</c>.</param>
public sealed record OptOutOptions(string StandardsFolder, string PolicyId, string ActingId = "acting-v1");

/// <summary>Choices as events on the ledger, one stream per person, and nothing else stored anywhere.</summary>
public sealed partial class OptOutRoom : IOptOut, IActing
{
    private const string Room = "choice";

    private readonly TimeProvider clock;
    private readonly ChoiceSeal seal;
    private readonly Projection<PersonChoices, ChoiceEvent> persons;
    private readonly Projection<KnowingChoice, KnowingEvent> knowing;

    private OptOutRoom(ChoicePolicy policy, ActingPolicy actingPolicy, ILedger ledger, IKeyStore keys, TimeProvider clock)
    {
        (Policy, ActingPolicy) = (policy, actingPolicy);
        this.clock = clock;
        seal = new ChoiceSeal(keys);
        persons = new Projection<PersonChoices, ChoiceEvent>(ledger, Room, ChoiceSeal.StreamPrefix, Evolve);
        acting = new Projection<PersonActing, ActingEvent>(ledger, Room, PersonActing.StreamPrefix, Evolve);
        knowing = new(ledger, Room, KnowingChoice.StreamPrefix, (_, said, recorded) => new(seal.Open(said.Sealed, recorded.Stream), said.Tell, recorded.Index + 1));
    }

    public ChoicePolicy Policy { get; }

    public long PersonsRefusing
    {
        get
        {
            var now = clock.GetUtcNow();
            return persons.All.LongCount(p => p.RefusesSomething(now));
        }
    }

    /// <exception cref="FormatException">The policy's file is no policy.</exception>
    public static OptOutRoom Open(OptOutOptions options, ILedger ledger, IKeyStore keys, TimeProvider clock) =>
        new(PolicyFile.Read(options.StandardsFolder, options.PolicyId), ActingPolicy.Read(options.StandardsFolder, options.ActingId), ledger, keys, clock);

    public Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, Actor by, CancellationToken ct = default) =>
        ChooseAsync(citizen, scope, refuse, from, ChoiceWay.Own, by, ct);

    public Task<Outcome<Choice>> ChooseForAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, ChoiceWay way, Actor by, CancellationToken ct = default) =>
        ChooseAsync(citizen, scope, refuse, null, way, by, ct);

    private async Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, ChoiceWay way, Actor by, CancellationToken ct)
    {
        if (Refusal(by) is { } notYours)
        {
            return notYours;
        }

        if (!Policy.AllowedScopes.Contains(scope.Kind()))
        {
            return Finding.Error(
                "choice.scope-not-offered", $"The policy {Policy.Id} does not offer a choice by {scope.Kind()}", $"Choose by one of: {string.Join(", ", Policy.AllowedScopes)}");
        }

        if (scope.Purpose is { } purpose && !Slug.IsValid(purpose))
        {
            return Finding.Error("choice.purpose", "The purpose is no purpose's name", "Use the name of a purpose from the list of permitted purposes");
        }

        if (scope.Users is { } users && !Slug.IsValid(users))
        {
            return Finding.Error("choice.users", "The kind of user is no kind's name", "Use a kind of applicant from the application form");
        }

        if (!Standing(citizen, way).Try(out var standing))
        {
            return NoStanding;
        }

        var id = way.Case is { } theCase ? $"c-{theCase}" : $"c-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var stream = seal.StreamOf(citizen);
        // A choice cannot begin before it was made: what was done by then was done with the word that held then.
        var begins = from is { } f && f > clock.GetUtcNow() ? f.ToUniversalTime() : (DateTimeOffset?)null;
        var made = new ChoiceEvent.Made(id, seal.Close(citizen, by.Id, stream), scope.Category, scope.Purpose, scope.Holder?.Value, refuse, begins, $"{Policy.Id}@{Policy.Version}")
        {
            Dataset = scope.Dataset?.Value,
            Users = scope.Users,
            Ground = standing.Ground,
            Channel = way.Channel == ChoiceChannel.Online ? null : way.Channel,
            Until = standing.Until,
        };
        var decided = await persons.DecideAsync(stream, Speaker(by), p => Outcome<IReadOnlyList<ChoiceEvent>>.Ok(p?.Find(id) is null ? [made] : []), ct: ct).ConfigureAwait(false);
        return decided.Map(p => p.Find(id)!.Choice);
    }

    public Task<Outcome<Choice>> WithdrawAsync(Pseudonym<Citizen> citizen, string choiceId, Actor by, CancellationToken ct = default) => WithdrawForAsync(citizen, choiceId, ChoiceWay.Own, by, ct);

    public async Task<Outcome<Choice>> WithdrawForAsync(Pseudonym<Citizen> citizen, string choiceId, ChoiceWay way, Actor by, CancellationToken ct = default)
    {
        if (Refusal(by) is { } notYours)
        {
            return notYours;
        }

        if (!Standing(citizen, way).Try(out var standing))
        {
            return NoStanding;
        }

        var stream = seal.StreamOf(citizen);
        var decided = await persons.DecideAsync(
            stream,
            Speaker(by),
            person => person?.Find(choiceId) switch
            {
                { IsOwn: true } when standing.Ground is not null => Finding.Error("choice.persons-own", "The person chose this themselves, and their own word stays", "Only the person can take it back"),
                null => Finding.Error("choice.unknown", "This person has made no such choice", "Look at the list of choices and use an id from there"),
                { WithdrawnAt: not null } => Finding.Error("choice.withdrawn", "The choice was taken back already", "There is nothing left to do"),
                _ => Outcome<IReadOnlyList<ChoiceEvent>>.Ok([new ChoiceEvent.Withdrawn(choiceId, seal.Close(citizen, by.Id, stream))]),
            },
            ct: ct).ConfigureAwait(false);
        return decided.Map(p => p.Find(choiceId)!.Choice);
    }

    public IReadOnlyList<Choice> ChoicesOf(Pseudonym<Citizen> citizen) =>
        persons.Find(seal.StreamOf(citizen))?.Standing(clock.GetUtcNow()) ?? [];

    public IReadOnlyList<PastChoice> HistoryOf(Pseudonym<Citizen> citizen) =>
        [.. (persons.Find(seal.StreamOf(citizen))?.Choices ?? []).Select(c => new PastChoice(c.Choice, c.WithdrawnAt, c.WithdrawnIndex)).Reverse()];

    public bool IsLeftOut(Pseudonym<Citizen> citizen, IntendedUse use, DateTimeOffset asOf) => persons.Find(seal.StreamOf(citizen))?.Says(use, asOf) ?? !Policy.DefaultAllows;

    public RefusalSet AnythingRefused(DateTimeOffset asOf) => SetOf(asOf, p => p.Choices.Any(c => c.HoldsAt(asOf) && c.Choice.Refused == Policy.DefaultAllows));

    public RefusalSet RefusalsFor(IntendedUse use, DateTimeOffset asOf) => SetOf(asOf, p => p.Says(use, asOf) == Policy.DefaultAllows);

    private RefusalSet SetOf(DateTimeOffset asOf, Func<PersonChoices, bool> isNamed)
    {
        // Under opt-in the set names those who allow, because "everyone but these" cannot be listed: new persons come daily.
        var inverted = !Policy.DefaultAllows;
        var named = new List<Pseudonym<Citizen>>();
        long position = 0;
        foreach (var person in persons.All)
        {
            if (isNamed(person))
            {
                named.Add(person.Citizen);
            }

            position = Math.Max(position, person.PositionAt(asOf));
        }

        named.Sort();
        return new RefusalSet(IdOf(named, inverted, position), asOf, named, inverted);
    }

    public bool WantsToKnow(Pseudonym<Citizen> citizen) => knowing.Find(KnowingStreamOf(citizen))?.Tell ?? true;

    public async Task<Outcome<bool>> SayWhetherToTellAsync(Pseudonym<Citizen> citizen, bool tell, Actor by, CancellationToken ct = default)
    {
        if (Refusal(by) is { } notYours)
        {
            return notYours;
        }

        var stream = KnowingStreamOf(citizen);
        var said = await knowing.DecideAsync(
            stream, Speaker(by), before => Outcome<IReadOnlyList<KnowingEvent>>.Ok((before?.Tell ?? true) == tell && before is not null ? [] : [new KnowingEvent.Said(seal.Close(citizen, by.Id, stream), tell)]), ct: ct).ConfigureAwait(false);
        return said.Map(k => k.Tell);
    }

    public RefusalSet NotToKnow
    {
        get
        {
            var all = knowing.All;
            List<Pseudonym<Citizen>> named = [.. all.Where(k => !k.Tell).Select(k => k.Citizen).Order()];
            return new RefusalSet(IdOf(named, inverted: false, all.Select(k => k.Position).DefaultIfEmpty().Max()), clock.GetUtcNow(), named);
        }
    }

    private string KnowingStreamOf(Pseudonym<Citizen> citizen) => seal.StreamOf(citizen, KnowingChoice.StreamPrefix);

    /// <summary>Policy, ledger size up to which choices counted, and SHA-256 of the sorted set: the same moment always gives the same id.</summary>
    private string IdOf(List<Pseudonym<Citizen>> sorted, bool inverted, long position)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[16];
        hash.AppendData([inverted ? (byte)1 : (byte)0]);
        foreach (var person in sorted)
        {
            person.Write(bytes);
            hash.AppendData(bytes);
        }

        return $"{Policy.Id}@{Policy.Version}/{position}/{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private PersonChoices Evolve(PersonChoices? person, ChoiceEvent e, RecordedEvent recorded)
    {
        switch (e)
        {
            case ChoiceEvent.Made m:
                person ??= new PersonChoices(seal.Open(m.Sealed, recorded.Stream), []);
                var scope = new ChoiceScope(m.Category, m.Purpose, m.Holder is { } h ? new HolderId(h) : null, m.Dataset is { } d ? new DatasetId(d) : null, m.Users);
                return person with
                {
                    Choices = person.Choices.Add(new KnownChoice(
                        new Choice(m.Id, scope, m.Refused, Later(m.From, recorded.At), recorded.At, recorded.Index, m.Ground, m.Channel ?? ChoiceChannel.Online, m.Until))),
                };
            case ChoiceEvent.Withdrawn w when person?.Find(w.Id) is { } known:
                return person with { Choices = person.Choices.Replace(known, known with { WithdrawnAt = recorded.At, WithdrawnIndex = recorded.Index }) };
            default:
                throw new InvalidOperationException($"Event {recorded.Index} takes back a choice that was never made");
        }
    }

    private static DateTimeOffset Later(DateTimeOffset? from, DateTimeOffset at) => from is { } f && f > at ? f : at;

    private static Finding? Refusal(Actor by) =>
        by.Is(Role.Citizen | Role.ChoiceDesk | Role.Operator | Role.System)
            ? null
            : Finding.Error("choice.not-yours", "Only the person, or the desk that acts for them, can choose", "Sign in as the person, or ask the desk");

    /// <summary>A person's own account must not stand beside their stream on the open ledger; it is in the sealed part.</summary>
    private static ActorId Speaker(Actor by) => by.Is(Role.Citizen) ? new ActorId("citizen") : by.Id;
}
