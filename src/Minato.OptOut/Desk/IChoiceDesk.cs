namespace Minato.OptOut.Desk;

/// <summary>What somebody wants of the desk.</summary>
public enum OrderKind
{
    /// <summary>Refuse or allow.</summary>
    Choose,

    /// <summary>Take back a choice that was made before.</summary>
    TakeBack,

    /// <summary>Speak for another.</summary>
    ActFor,
}

/// <summary>
/// An order as a clerk reads it off a paper or hears it on the phone. The identities go to Linkage and no further: neither this room nor the ledger keeps them.
/// </summary>
/// <param name="Person">Whose data it is about.</param>
/// <param name="Proxy">Who speaks for the person; null: the person.</param>
/// <param name="Checks">Questions that were answered rightly on the phone.</param>
/// <param name="Choice">Of <see cref="OrderKind.TakeBack"/>: the choice's id, as the letter has it.</param>
/// <param name="Ground">Of <see cref="OrderKind.ActFor"/>, with <paramref name="Evidence"/>: what was shown.</param>
public sealed record DeskOrder(
    OrderKind Kind, ChoiceChannel Channel, PersonIdentity Person, PersonIdentity? Proxy = null, ChoiceScope? Scope = null, bool Refuse = true, string? Choice = null,
    string? Ground = null, IReadOnlyList<string>? Evidence = null, IReadOnlyList<string>? Checks = null)
{
    /// <summary>Identities must not leak by being printed.</summary>
    public override string ToString() => $"DeskOrder({Kind})";
}

public enum DeskState
{
    /// <summary>Another person must read the paper too.</summary>
    WaitsForSecondLook,

    /// <summary>The second read something else: a third look, or the sender is asked.</summary>
    ReadDifferently,
    Done,
    Dropped,
}

/// <summary>A case of the desk, for the desk's eyes: nothing in it says whose.</summary>
/// <param name="Id">Its receipt number, digits; the last is a check digit.</param>
/// <param name="Looks">Who has read it.</param>
/// <param name="Made">The choice or the grant that came of it.</param>
public sealed record ChoiceCase(string Id, OrderKind Kind, ChoiceChannel Channel, DeskState State, DateTimeOffset TakenAt, IReadOnlyList<string> Looks, int LooksNeeded, string? Made, string? Dropped);

/// <summary>A confirmation to be sent to the address that stands in the register.</summary>
/// <param name="Word">With it, and the number, anybody who holds the letter sees what was recorded.</param>
/// <param name="Choice">Null: the case let somebody speak for another.</param>
/// <param name="LedgerIndex">The event that proves it.</param>
public sealed record ConfirmationLetter(string Receipt, string Word, OrderKind Kind, PastChoice? Choice, string? Ground, DateTimeOffset At, long LedgerIndex);

/// <summary>Choices by paper and phone, through people. A paper is read by two, each without seeing what the other read; by phone one can only refuse, as the policy says.</summary>
public interface IChoiceDesk
{
    /// <summary>Takes an order. Where one look is enough it is done at once.</summary>
    Task<Outcome<ChoiceCase>> TakeAsync(DeskOrder order, Actor by, CancellationToken ct = default);

    /// <summary>The second look: the same order, read off the paper anew by another person. Done where both read the same.</summary>
    Task<Outcome<ChoiceCase>> LookAgainAsync(string id, DeskOrder order, Actor by, CancellationToken ct = default);

    /// <summary>Nothing comes of it: it could not be read, or the sender took it back.</summary>
    Task<Outcome<ChoiceCase>> DropAsync(string id, string reason, Actor by, CancellationToken ct = default);

    /// <summary>For the desk and the auditor: open cases first.</summary>
    IReadOnlyList<ChoiceCase> VisibleTo(Actor actor);

    /// <summary>The letter of a case that is done; the desk's alone.</summary>
    Outcome<ConfirmationLetter> Letter(string id, Actor by);

    /// <summary>What a letter's number and word show to whoever holds it.</summary>
    Outcome<ConfirmationLetter> Read(string receipt, string word);
}
