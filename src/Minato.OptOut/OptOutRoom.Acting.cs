using System.Collections.Concurrent;
using System.Text.Json;
using Minato.Ledger;

namespace Minato.OptOut;

/// <summary>Who speaks for whom.</summary>
public sealed partial class OptOutRoom
{
    private const int LongestReason = 300;

    private readonly Projection<PersonActing, ActingEvent> acting;

    /// <summary>The streams in which somebody was ever let speak for another; kept by the projection as it reads.</summary>
    private readonly ConcurrentDictionary<Pseudonym<Citizen>, ConcurrentDictionary<string, bool>> spokenFor = new();

    public ActingPolicy ActingPolicy { get; }

    private static Finding NoStanding => Finding.Error("acting.none", "Nobody let this person speak for the other, or it has ended", "Show the evidence at the desk");

    public Finding? Check(ActingRequest request)
    {
        if (ActingPolicy.Ground(request.Ground) is not { } ground)
        {
            return Finding.Error("acting.ground", "There is no such ground to speak for another", $"Use one of: {string.Join(", ", ActingPolicy.Grounds.Select(g => g.Id))}");
        }

        if (request.Person == request.Proxy)
        {
            return Finding.Error("acting.self", "Both are the same person", "A person chooses for themselves without any ground");
        }

        if (ground.Evidence.FirstOrDefault(any => !any.Intersect(request.Evidence).Any()) is { } missing)
        {
            return Finding.Error("acting.evidence", "A piece of evidence is missing", $"Ask for one of: {string.Join(", ", missing)}");
        }

        return ground.UntilAge is not { } age ? null
            : request.BirthDate is not { } born ? Finding.Error("acting.birth-date", "Without the person's birth date it is not known when this ends", "Read it from the evidence")
            : born > JapaneseDay.Today(clock) || born.AddYears(age) <= JapaneseDay.Today(clock) ? Finding.Error("acting.of-age", "The person has reached the age to choose themselves", "The person chooses, with an account or at the desk")
            : null;
    }

    public async Task<Outcome<ActingGrant>> GrantAsync(string id, ActingRequest request, IReadOnlyList<ActorId> checkedBy, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.ChoiceDesk))
        {
            return Finding.Error("acting.role", "Only the desk for choices looks at such evidence", "Go to the desk");
        }

        if (checkedBy.Distinct().Count() < ActingPolicy.Desk.ActingLooks)
        {
            return Finding.Error("acting.looks", "Too few people looked at the evidence", $"{ActingPolicy.Desk.ActingLooks} must look, each for themselves");
        }

        if (Check(request) is { } wrong)
        {
            return wrong;
        }

        var ground = ActingPolicy.Ground(request.Ground)!;
        var today = JapaneseDay.Today(clock);
        DateOnly?[] ends = [ground.UntilAge is { } age ? request.BirthDate!.Value.AddYears(age) : null, ground.MostYears is { } years ? today.AddYears(years) : null];
        var text = new GrantedText(
            request.Person.ToString(), request.Proxy.ToString(), ground.Id, [.. request.Evidence.Distinct().Order(StringComparer.Ordinal)], [.. checkedBy.Distinct().Select(c => c.Value)],
            ends.Min() is { } last ? new DateTimeOffset(last, TimeOnly.MinValue, TimeSpan.FromHours(9)) : null, $"{ActingPolicy.Id}@{ActingPolicy.Version}");
        var stream = ActingStreamOf(request.Person);
        var granted = new ActingEvent.Granted($"g-{id}", seal.CloseText(JsonSerializer.Serialize(text), stream));
        var decided = await acting.DecideAsync(stream, by.Id, p => Outcome<IReadOnlyList<ActingEvent>>.Ok(p?.Find(granted.Id) is null ? [granted] : []), ct: ct).ConfigureAwait(false);
        return decided.Map(p => p.Find(granted.Id)!);
    }

    public async Task<Outcome<ActingGrant>> EndAsync(Pseudonym<Citizen> person, string id, string reason, Pseudonym<Citizen>? self, Actor by, CancellationToken ct = default)
    {
        if (reason?.Trim().Length is not (> 0 and <= LongestReason))
        {
            return Finding.Error("acting.reason", "The reason is empty or too long", $"Write why, in up to {LongestReason} characters");
        }

        var stream = ActingStreamOf(person);
        var decided = await acting.DecideAsync(
            stream,
            Speaker(by),
            p => p?.Find(id) switch
            {
                null => Finding.Error("acting.unknown", "There is no such permission to speak for another", "Look at the list"),
                { EndedAt: not null } => Finding.Error("acting.ended", "It has ended already", "There is nothing left to do"),
                var g when !by.Is(Role.ChoiceDesk) && !(by.Is(Role.Citizen) && self == g.Proxy) =>
                    Finding.Error("acting.not-yours", "It is ended by who speaks, or by the desk", "Your own choices always win; ask the desk to end it"),
                _ => Outcome<IReadOnlyList<ActingEvent>>.Ok([new ActingEvent.Ended(id, seal.CloseText(reason.Trim(), stream))]),
            },
            ct: ct).ConfigureAwait(false);
        return decided.Map(p => p.Find(id)!);
    }

    public IReadOnlyList<ActingGrant> SpeakingFor(Pseudonym<Citizen> person) => [.. (acting.Find(ActingStreamOf(person))?.Grants ?? []).Reverse()];

    public IReadOnlyList<ActingGrant> SpokenForBy(Pseudonym<Citizen> proxy)
    {
        _ = acting.Version; // reads what is new
        var now = clock.GetUtcNow();
        return spokenFor.TryGetValue(proxy, out var streams)
            ? [.. streams.Keys.Select(acting.Find).SelectMany(p => p!.Grants).Where(g => g.Proxy == proxy && g.HoldsAt(now)).OrderBy(g => g.LedgerIndex)]
            : [];
    }

    /// <summary>On what ground a word is said, and when it ends by itself: neither for one's own.</summary>
    private Outcome<(string? Ground, DateTimeOffset? Until)> Standing(Pseudonym<Citizen> person, ChoiceWay way)
    {
        if (way.Proxy is not { } proxy)
        {
            return (null, null);
        }

        var now = clock.GetUtcNow();
        return acting.Find(ActingStreamOf(person))?.Grants.FindLast(g => g.Proxy == proxy && g.HoldsAt(now)) is { } grant
            ? (grant.Ground, ActingPolicy.Ground(grant.Ground)?.Lapse == true ? grant.Until : null)
            : NoStanding;
    }

    private string ActingStreamOf(Pseudonym<Citizen> person) => seal.StreamOf(person, PersonActing.StreamPrefix);

    private PersonActing Evolve(PersonActing? state, ActingEvent e, RecordedEvent recorded)
    {
        switch (e)
        {
            case ActingEvent.Granted g:
                var text = JsonSerializer.Deserialize<GrantedText>(seal.OpenText(g.Sealed, recorded.Stream))!;
                if (!Pseudonym<Citizen>.TryParse(text.Person, out var person) || !Pseudonym<Citizen>.TryParse(text.Proxy, out var proxy))
                {
                    throw new InvalidDataException($"Event {recorded.Index} names nobody");
                }

                spokenFor.GetOrAdd(proxy, _ => new())[recorded.Stream] = true;
                state ??= new PersonActing(person, []);
                return state with { Grants = state.Grants.Add(new ActingGrant(g.Id, person, proxy, text.Ground, text.Evidence, text.CheckedBy, recorded.At, text.Until, recorded.Index)) };
            case ActingEvent.Ended x when state?.Find(x.Id) is { } known:
                return state with { Grants = state.Grants.Replace(known, known with { EndedAt = recorded.At, EndReason = seal.OpenText(x.Sealed, recorded.Stream) }) };
            default:
                throw new InvalidOperationException($"Event {recorded.Index} ends what was never granted");
        }
    }
}
