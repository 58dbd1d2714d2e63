using Minato.Linkage;

namespace Minato.OptOut;

/// <summary>What a choice covers. All null: everything. Several set: all must match (E3, E7).</summary>
/// <param name="Users">A kind of applicant, an option of the field <c>applicant.kind</c> of the application form: <c>university</c>, <c>company</c> …</param>
public sealed record ChoiceScope(DataCategory? Category = null, string? Purpose = null, HolderId? Holder = null, DatasetId? Dataset = null, string? Users = null)
{
    public static ChoiceScope Everything { get; } = new();
}

/// <summary>How a word came in.</summary>
public enum ChoiceChannel
{
    Online,
    Paper,
    Phone,
}

/// <summary>How a word came in, and whose it is.</summary>
/// <param name="Case">The desk's case; a case makes one choice, however often it is tried.</param>
/// <param name="Proxy">Who speaks for the person; null: the person.</param>
public sealed record ChoiceWay(ChoiceChannel Channel = ChoiceChannel.Online, string? Case = null, Pseudonym<Citizen>? Proxy = null)
{
    public static ChoiceWay Own { get; } = new();
}

/// <summary>A person's choice, as it stands.</summary>
/// <param name="Refused">True: no use within the scope; false: allowed (a refusal taken back, or consent under an opt-in policy).</param>
/// <param name="LedgerIndex">The event that proves it.</param>
/// <param name="Ground">On what ground somebody else made it, a ground of the acting policy; null: the person's own word, which always wins.</param>
/// <param name="Until">It ends by itself then; null: it stands until taken back.</param>
public sealed record Choice(
    string Id, ChoiceScope Scope, bool Refused, DateTimeOffset From, DateTimeOffset MadeAt, long LedgerIndex, string? Ground = null, ChoiceChannel Channel = ChoiceChannel.Online, DateTimeOffset? Until = null);

/// <summary>A choice and when it was taken back, if it was.</summary>
public sealed record PastChoice(Choice Choice, DateTimeOffset? WithdrawnAt, long? WithdrawnIndex);

/// <summary>The rule of choice in force: a file in <c>standards/choice/</c>, never code (E7).</summary>
/// <param name="DefaultAllows">True: opt-out (use unless refused); false: opt-in (use only if allowed).</param>
public sealed record ChoicePolicy(string Id, string Version, bool DefaultAllows, IReadOnlyList<string> AllowedScopes, Bilingual Title, Bilingual Text);

/// <summary>One use, for which the set of refusals is asked.</summary>
/// <param name="Users">The kind of applicant; null: not known, and then every refusal by kind of user counts and no permission by it.</param>
public sealed record IntendedUse(string Purpose, DatasetId Dataset, HolderId Holder, DataCategory Category, string? Users = null);

/// <summary>Choices of persons: one refusal at one place is enough (E3).</summary>
public interface IOptOut
{
    ChoicePolicy Policy { get; }

    /// <summary>Makes a choice, effective from a moment. Refused where the policy does not offer the scope.</summary>
    Task<Outcome<Choice>> ChooseAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, DateTimeOffset? from, Actor by, CancellationToken ct = default);

    /// <summary>The same, said for the person by somebody else, or at the desk. Refused with <c>acting.none</c> where nobody let the proxy speak for the person.</summary>
    Task<Outcome<Choice>> ChooseForAsync(Pseudonym<Citizen> citizen, ChoiceScope scope, bool refuse, ChoiceWay way, Actor by, CancellationToken ct = default) =>
        way == ChoiceWay.Own ? ChooseAsync(citizen, scope, refuse, null, by, ct) : Task.FromResult<Outcome<Choice>>(NotHere);

    /// <summary>Takes a choice back.</summary>
    Task<Outcome<Choice>> WithdrawAsync(Pseudonym<Citizen> citizen, string choiceId, Actor by, CancellationToken ct = default);

    /// <summary>The same by a proxy or the desk. A proxy takes back only what a proxy said.</summary>
    Task<Outcome<Choice>> WithdrawForAsync(Pseudonym<Citizen> citizen, string choiceId, ChoiceWay way, Actor by, CancellationToken ct = default) =>
        way == ChoiceWay.Own ? WithdrawAsync(citizen, choiceId, by, ct) : Task.FromResult<Outcome<Choice>>(NotHere);

    /// <summary>Everything a person or their proxies ever chose, newest first.</summary>
    IReadOnlyList<PastChoice> HistoryOf(Pseudonym<Citizen> citizen) => [];

    /// <summary>Whether this one person is left out of a use as of a moment, as <see cref="RefusalsFor"/> would say.</summary>
    bool IsLeftOut(Pseudonym<Citizen> citizen, IntendedUse use, DateTimeOffset asOf) => RefusalsFor(use, asOf) is var set && set.Refused.Contains(citizen) != set.Inverted;

    /// <summary>Everybody who refused anything (under opt-in: allowed anything) as of a moment, for figures about who is missing; never for a conversion.</summary>
    RefusalSet AnythingRefused(DateTimeOffset asOf) => throw new NotSupportedException("This node keeps no choices");

    /// <summary>All choices of a person that are in force, newest first.</summary>
    IReadOnlyList<Choice> ChoicesOf(Pseudonym<Citizen> citizen);

    /// <summary>Who refused this use as of a moment; the id names policy version, ledger position and hash of the set.</summary>
    RefusalSet RefusalsFor(IntendedUse use, DateTimeOffset asOf);

    /// <summary>Whether the person is to be told of findings about their health: yes, unless they said no (the right not to know, EHDS Art. 58). No choice of use touches it, and it touches none.</summary>
    bool WantsToKnow(Pseudonym<Citizen> citizen) => true;

    Task<Outcome<bool>> SayWhetherToTellAsync(Pseudonym<Citizen> citizen, bool tell, Actor by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<bool>>(NotHere);

    /// <summary>Everybody who does not want to know now; for Linkage, which finds no way to them.</summary>
    RefusalSet NotToKnow => throw new NotSupportedException("This node keeps no such choice");

    /// <summary>How many persons have a refusal in force (public figure).</summary>
    long PersonsRefusing { get; }

    private static Finding NotHere => Finding.Error("choice.not-here", "This node keeps no such choice", "Ask the node that runs OptOut");
}
