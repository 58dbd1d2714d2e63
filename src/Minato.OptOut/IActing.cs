namespace Minato.OptOut;

/// <summary>Somebody may choose for another.</summary>
/// <param name="Until">It ends by itself then; null: no day is set.</param>
/// <param name="EndedAt">When it was ended before that; null: it was not.</param>
/// <param name="CheckedBy">Who looked at the evidence.</param>
/// <param name="LedgerIndex">The event that proves it.</param>
public sealed record ActingGrant(
    string Id, Pseudonym<Citizen> Person, Pseudonym<Citizen> Proxy, string Ground, IReadOnlyList<string> Evidence, IReadOnlyList<string> CheckedBy, DateTimeOffset From, DateTimeOffset? Until,
    long LedgerIndex, DateTimeOffset? EndedAt = null, string? EndReason = null)
{
    public bool HoldsAt(DateTimeOffset moment) => From <= moment && !(Until <= moment) && !(EndedAt <= moment);
}

/// <summary>What was shown for somebody to speak for another.</summary>
/// <param name="BirthDate">Of the person spoken for, where an age ends the ground; only the day on which it ends is kept.</param>
public sealed record ActingRequest(Pseudonym<Citizen> Person, Pseudonym<Citizen> Proxy, string Ground, IReadOnlyList<string> Evidence, DateOnly? BirthDate);

/// <summary>Who may choose for whom: parents for children, representatives for people in care, family after death. The person's own word always wins.</summary>
public interface IActing
{
    ActingPolicy ActingPolicy { get; }

    /// <summary>What is wrong with such a request; null: nothing.</summary>
    Finding? Check(ActingRequest request);

    /// <summary>Lets somebody speak for a person, from now. The desk's alone, after <paramref name="checkedBy"/> looked at the evidence.</summary>
    /// <param name="id">The desk's case: it grants once, however often it is tried.</param>
    Task<Outcome<ActingGrant>> GrantAsync(string id, ActingRequest request, IReadOnlyList<ActorId> checkedBy, Actor by, CancellationToken ct = default);

    /// <summary>Ends it: by the proxy who gives it up (<paramref name="self"/>), or by the desk on evidence.</summary>
    Task<Outcome<ActingGrant>> EndAsync(Pseudonym<Citizen> person, string id, string reason, Pseudonym<Citizen>? self, Actor by, CancellationToken ct = default);

    /// <summary>Everybody who speaks or spoke for a person, newest first.</summary>
    IReadOnlyList<ActingGrant> SpeakingFor(Pseudonym<Citizen> person);

    /// <summary>For whom somebody speaks now.</summary>
    IReadOnlyList<ActingGrant> SpokenForBy(Pseudonym<Citizen> proxy);
}
