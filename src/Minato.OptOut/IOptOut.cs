using Minato.Linkage;

namespace Minato.OptOut;

/// <summary>What a choice covers. All null: everything. Several set: all must match (E3, E7).</summary>
public sealed record ChoiceScope(DataCategory? Category = null, string? Purpose = null, HolderId? Holder = null)
{
    public static ChoiceScope Everything { get; } = new();
}

/// <summary>A person's choice, as it stands.</summary>
/// <param name="Refused">True: no use within the scope; false: allowed (a refusal taken back, or consent under an opt-in policy).</param>
/// <param name="LedgerIndex">The event that proves it.</param>
public sealed record Choice(string Id, ChoiceScope Scope, bool Refused, DateTimeOffset From, DateTimeOffset MadeAt, long LedgerIndex);

/// <summary>The rule of choice in force: a file in <c>standards/choice/</c>, never code (E7).</summary>
/// <param name="DefaultAllows">True: opt-out (use unless refused); false: opt-in (use only if allowed).</param>
public sealed record ChoicePolicy(string Id, string Version, bool DefaultAllows, IReadOnlyList<string> AllowedScopes, Bilingual Title, Bilingual Text);

/// <summary>One use, for which the set of refusals is asked.</summary>
public sealed record IntendedUse(string Purpose, DatasetId Dataset, HolderId Holder, DataCategory Category);

/// <summary>Choices of persons: one refusal at one place is enough (E3).</summary>
public interface IOptOut
{
    ChoicePolicy Policy { get; }

    /// <summary>Makes a choice, effective from a moment. Refused where the policy does not offer the scope.</summary>
    Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, Actor by, CancellationToken ct = default);

    /// <summary>Takes a choice back.</summary>
    Task<Outcome<Choice>> WithdrawAsync(Pseudonym<Citizen> citizen, string choiceId, Actor by, CancellationToken ct = default);

    /// <summary>All choices of a person that are in force, newest first.</summary>
    IReadOnlyList<Choice> ChoicesOf(Pseudonym<Citizen> citizen);

    /// <summary>Who refused this use as of a moment; the id names policy version, ledger position and hash of the set.</summary>
    RefusalSet RefusalsFor(IntendedUse use, DateTimeOffset asOf);

    /// <summary>Whether the person is to be told of findings about their health: yes, unless they said no (the right not to know, EHDS Art. 58). No choice of use touches it, and it touches none.</summary>
    bool WantsToKnow(Pseudonym<Citizen> citizen) => true;

    Task<Outcome<bool>> SayWhetherToTellAsync(Pseudonym<Citizen> citizen, bool tell, Actor by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<bool>>(Finding.Error("choice.not-here", "This node keeps no such choice", "Ask the node that runs OptOut"));

    /// <summary>Everybody who does not want to know now; for Linkage, which finds no way to them.</summary>
    RefusalSet NotToKnow => throw new NotSupportedException("This node keeps no such choice");

    /// <summary>How many persons have a refusal in force (public figure).</summary>
    long PersonsRefusing { get; }
}
