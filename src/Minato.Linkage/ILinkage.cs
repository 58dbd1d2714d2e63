namespace Minato.Linkage;

/// <summary>How surely a record belongs to its person (linkage facts §3); visible to researchers as a column.</summary>
public enum LinkClass
{
    /// <summary>A new person was made: nothing matched, or too little was known.</summary>
    Unlinked = 0,

    /// <summary>The insured number matched within its period.</summary>
    NumberVerified = 1,

    /// <summary>The number's history closed the gap.</summary>
    HistoryClosed = 2,

    /// <summary>Name, birth date and sex rules matched.</summary>
    RuleMatched = 3,

    /// <summary>The holder's own patient number matched an earlier record of the same holder.</summary>
    LocalVerified = 4,
}

/// <summary>One identity of a delivery to be linked. <paramref name="Ticket"/> is the caller's row number.</summary>
public sealed record IdentityTicket(int Ticket, PersonIdentity Identity);

/// <summary>The answer for one ticket.</summary>
public readonly record struct LinkedTicket(int Ticket, Pseudonym<Dataset> Person, LinkClass Class);

/// <summary>The answer for one ticket inside Linkage, under the person's 128-bit handle, which never leaves it.</summary>
internal readonly record struct ResolvedTicket(int Ticket, UInt128 Handle, LinkClass Class)
{
    /// <summary>A handle printed by accident would be a key to everything.</summary>
    public override string ToString() => $"ResolvedTicket({Ticket}, {Class})";
}

/// <summary>
/// The people who refused, as of a moment, for one use of one dataset: made by OptOut, subtracted inside the conversion.
/// <paramref name="SetId"/> names the evidence (policy version, ledger position, hash) in the manifest.
/// </summary>
/// <param name="AsOf">The moment the choices were read. Not in the future, and not before the project was opened; otherwise there is no conversion.</param>
/// <param name="Refused">The citizens the set names.</param>
/// <param name="Inverted">False (opt-out): the people named are left out. True (opt-in): the people named are the only ones allowed.</param>
public sealed record RefusalSet(string SetId, DateTimeOffset AsOf, IReadOnlyList<Pseudonym<Citizen>> Refused, bool Inverted = false);

/// <summary>A request to convert dataset pseudonyms for a permit. Without a refusal set there is no conversion (fail-closed).</summary>
/// <param name="Provision">Which provision of the permit this is for. It matters only where the permit's provisions have pseudonyms of their own.</param>
public sealed record ConversionRequest(
    PermitId Permit, DatasetId Dataset, IReadOnlyList<Pseudonym<Dataset>> People, RefusalSet Refusals, ActorId By, string? Provision = null);

/// <summary>
/// The conversion, aligned with the request: null where the person refused. <paramref name="Withheld"/> counts them.
/// <paramref name="KeyEpoch"/> names the project's key: name, epoch, provision and fingerprint.
/// </summary>
public sealed record Conversion(IReadOnlyList<Pseudonym<Project>?> People, int Withheld, string KeyEpoch);

/// <summary>One use of a person's data, for that person's eyes.</summary>
public sealed record PersonalUse(PermitId Permit, string Extraction, DateTimeOffset At);

/// <summary>One dataset that holds something of a person, for that person's eyes.</summary>
public sealed record PersonalHolding(DatasetId Dataset, DateTimeOffset FirstDelivery, DateTimeOffset LastDelivery);

/// <summary>A number's change known from the insurers' history service: the same person had both.</summary>
public sealed record NumberHistory(PersonIdentity Before, PersonIdentity After, DateOnly ChangedOn);

/// <summary>A correction by the linkage desk. Recorded on the ledger; undo is another correction.</summary>
public sealed record PersonMerge(string Kept, string Merged, string Reason);

/// <summary>
/// Figures about the linkage as it stands (no truth needed). The last four are the regression counters of the national
/// linkage id (linkage facts §3): they should stay near zero and never jump.
/// </summary>
/// <param name="Persons">Persons with at least one delivered record, after merges.</param>
/// <param name="Identities">Distinct identities as written.</param>
/// <param name="Numbers">Distinct insured numbers.</param>
/// <param name="Merges">Merges in force, by rule and by hand.</param>
/// <param name="Ambiguous">Identities that fitted several persons and were therefore kept apart.</param>
public sealed record LinkageFigures(
    long Persons, long Identities, long Numbers, IReadOnlyDictionary<LinkClass, long> TicketsByClass, long Merges, long Splits,
    long Ambiguous = 0, long NumbersOfSeveralPersons = 0, long PersonsOfTwoSexes = 0, long PersonsOfSeveralBirthDates = 0);

/// <summary>
/// Who is it? The only room that sees identities; it never sees a diagnosis (D2). It keeps a random 128-bit person
/// handle that never leaves it, and gives each dataset, project and citizen domain its own pseudonym.
/// All calls are logged on the ledger without identities.
/// </summary>
public interface ILinkage
{
    /// <summary>Finds or makes the person of each identity and answers in the dataset's pseudonyms. Identities known from the delivery's other records help each other. Idempotent.</summary>
    Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default);

    /// <summary>Takes in number changes from the insurers' history service.</summary>
    Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default);

    /// <summary>Dataset → project, minus refusals. The permit must have been opened with <see cref="OpenProjectAsync"/>.</summary>
    Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default);

    /// <summary>Allows conversions from these datasets for this permit (one-way, directed, until a day). Called when a permit begins.</summary>
    Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default);

    /// <summary>Destroys the project's key: its pseudonyms can never be made or converted again.</summary>
    Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default);

    /// <summary>The signed-in person's own pseudonym; refused with <c>linkage.unknown-person</c> where nobody matches safely.</summary>
    Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default);

    /// <summary>Notes who was in an extraction, so that each person can see it (E1). Kept inside Linkage, under the citizen's pseudonym.</summary>
    Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default);

    Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default);

    Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default);

    /// <summary>The two citizens are one person: joins them. The refused or younger one becomes a tombstone.</summary>
    Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default);

    /// <summary>Takes a merge back, by the id that <see cref="MergeAsync"/> gave.</summary>
    Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default);

    Task<LinkageFigures> FiguresAsync(CancellationToken ct = default);

    /// <summary>
    /// All citizen pseudonyms under which this person may have acted, the present one first: after a merge the other
    /// person's choices are this person's too. Empty where the pseudonym is unknown.
    /// </summary>
    Task<IReadOnlyList<Pseudonym<Citizen>>> AliasesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<Pseudonym<Citizen>>>([citizen]);
}
