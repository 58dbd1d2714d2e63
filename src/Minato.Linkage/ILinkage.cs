using Minato.Linkage.Quality;

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

    /// <summary>Name, birth date and sex rules matched, or the linkage desk joined it.</summary>
    RuleMatched = 3,

    /// <summary>The holder's own patient number matched an earlier record of the same holder.</summary>
    LocalVerified = 4,

    /// <summary>No rule matched; the weight of all agreements and disagreements together did.</summary>
    Probabilistic = 5,
}

/// <summary>One identity of a delivery to be linked. <paramref name="Ticket"/> is the caller's row number.</summary>
/// <param name="Ids">The national databases' own hashes of the person, where the record has them.</param>
public sealed record IdentityTicket(int Ticket, PersonIdentity Identity, NationalIds? Ids = null);

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

/// <summary>A holder who takes findings about its own patients.</summary>
/// <param name="PublicKey">X25519, <c>age1…</c>: only the holder reads who it is about.</param>
public sealed record FindingHome(HolderId Holder, string PublicKey);

/// <summary>The way of a finding. <paramref name="Holder"/> is null where there is none; whether the person is not known, or does not want to know, is not said.</summary>
/// <param name="Address">An age file for the holder: which of its patients it is, in its own number, as JSON. Always as long as any other.</param>
public sealed record WayHome(HolderId? Holder, byte[] Address);

/// <summary>Which of a project's rows are of patients of a holder.</summary>
/// <param name="Rows">Their places in the list that was asked about, ascending.</param>
/// <param name="Sealed">An age file for the holder: CSV <c>row,patient</c>, in the holder's own numbers.</param>
public sealed record AddressedRows(IReadOnlyList<int> Rows, byte[] Sealed);

/// <summary>One use of a person's data, for that person's eyes.</summary>
public sealed record PersonalUse(PermitId Permit, string Extraction, DateTimeOffset At);

/// <summary>One dataset that holds something of a person, for that person's eyes.</summary>
public sealed record PersonalHolding(DatasetId Dataset, DateTimeOffset FirstDelivery, DateTimeOffset LastDelivery);

/// <summary>A number's change known from the insurers' history service: the same person had both.</summary>
public sealed record NumberHistory(PersonIdentity Before, PersonIdentity After, DateOnly ChangedOn);

/// <summary>A correction by the linkage desk. Recorded on the ledger; undo is another correction.</summary>
public sealed record PersonMerge(string Kept, string Merged, string Reason);

/// <summary>What later evidence, a correction or new rules changed about answers given before.</summary>
public enum CorrectionKind
{
    /// <summary>Two persons turned out to be one: <c>From</c> is a tombstone now and leads to <c>To</c>.</summary>
    Merged = 1,

    /// <summary>One person turned out to be two: what <c>From</c> stood for is partly <c>To</c> now.</summary>
    Parted = 2,

    /// <summary>Some records belong to another person than they were answered under.</summary>
    Moved = 3,
}

/// <summary>Tickets of one delivery that a correction moves.</summary>
public sealed record MovedTickets(HolderId Holder, DeliveryId Delivery, IReadOnlyList<int> Tickets);

/// <summary>
/// One correction, in the pseudonyms of the dataset or project that it is told to, and in no others.
/// </summary>
/// <param name="Number">Rises; a reader keeps the last one and asks for what came after. There are gaps.</param>
/// <param name="Record">To a dataset: the pseudonym in its records that the correction is about. Null to a project, which holds the persons' present names only.</param>
/// <param name="From">The person before.</param>
/// <param name="To">The person now.</param>
/// <param name="Reason"><c>later-evidence</c>, <c>history</c>, <c>desk</c> or <c>rules</c>.</param>
/// <param name="Tickets">Of <see cref="CorrectionKind.Moved"/>, to a dataset: which records. A project extracts again.</param>
public sealed record Correction<TDomain>(
    long Number, CorrectionKind Kind, Pseudonym<TDomain>? Record, Pseudonym<TDomain> From, Pseudonym<TDomain> To, string Reason, DateTimeOffset At, IReadOnlyList<MovedTickets> Tickets);

/// <summary>What the linkage desk said of a case.</summary>
public enum DeskVerdict
{
    Same = 1,
    Different = 2,

    /// <summary>Looked at, and not to be told from what is there. The case stays open, at the end of the queue.</summary>
    Undecided = 3,
}

/// <summary>One field of a desk case in words.</summary>
public sealed record DeskEvidence(Bilingual Field, Bilingual Agreement);

/// <summary>
/// Two sets of identities that may be one person, for people to look at: as written, without anything medical. They fit, but
/// one of them fits others as well, and all of them cannot be one; or no rule fits, and the weight of all that agrees is not enough.
/// </summary>
/// <param name="Rule">The rule by which they fit, or that they do by weight.</param>
public sealed record DeskCase(
    string Id, Bilingual Rule, IReadOnlyList<PersonIdentity> Left, IReadOnlyList<PersonIdentity> Right, IReadOnlyList<DeskEvidence> Evidence, bool Undecided)
{
    /// <summary>Identities must not leak by being printed.</summary>
    public override string ToString() => $"DeskCase({Id})";
}

/// <summary>
/// Figures about the linkage as it stands (no truth needed). From <c>Ambiguous</c> on they are the regression counters of the national
/// linkage id (linkage facts §3): they should stay near zero and never jump.
/// </summary>
/// <param name="Persons">Persons with at least one delivered record, after merges.</param>
/// <param name="Identities">Distinct identities as written.</param>
/// <param name="Numbers">Distinct insured numbers.</param>
/// <param name="Merges">Merges in force, by rule and by hand.</param>
/// <param name="Ambiguous">Identities that fitted several persons and were therefore kept apart.</param>
/// <param name="Id5OfSeveralPersons">ID5 values that several persons carry: one of them has another's.</param>
/// <param name="PersonsOfSeveralId5">Persons who carry several ID5 values.</param>
/// <param name="OpenCases">Cases that wait for the desk.</param>
public sealed record LinkageFigures(
    long Persons, long Identities, long Numbers, IReadOnlyDictionary<LinkClass, long> TicketsByClass, long Merges, long Splits,
    long Ambiguous = 0, long NumbersOfSeveralPersons = 0, long PersonsOfTwoSexes = 0, long PersonsOfSeveralBirthDates = 0,
    long Id5OfSeveralPersons = 0, long PersonsOfSeveralId5 = 0, long OpenCases = 0);

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

    /// <summary>The same for many at once, for records of care; null where nobody matches safely.</summary>
    async Task<IReadOnlyList<Pseudonym<Citizen>?>> IdentifyAllAsync(IReadOnlyList<PersonIdentity> identities, CancellationToken ct = default)
    {
        var found = new Pseudonym<Citizen>?[identities.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = (await IdentifyAsync(identities[i], ct).ConfigureAwait(false)).Try(out var citizen) ? citizen : null;
        }

        return found;
    }

    /// <summary>
    /// Where a finding about a person of a running project may go: of these holders the one that knew the person last by a patient number of its own. No way leads to who does not want to know.
    /// What the finding is stays unknown here, and who it is about unknown to whoever asks.
    /// </summary>
    Task<Outcome<WayHome>> FindWayHomeAsync(PermitId permit, Pseudonym<Project> person, IReadOnlyList<FindingHome> homes, RefusalSet notToKnow, ActorId by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<WayHome>>(Finding.Error("linkage.no-way-home", "This linkage finds no way for findings", "Ask the node that runs Linkage"));

    /// <summary>
    /// Which of a running project's persons are patients of a holder by numbers of its own, without those whom any of the sets refuses; for data that goes back to the holder. The numbers are sealed for the holder.
    /// Refused with <c>linkage.unknown-pseudonym</c> where one is not of the project.
    /// </summary>
    Task<Outcome<AddressedRows>> AddressRowsAsync(PermitId permit, IReadOnlyList<Pseudonym<Project>> people, FindingHome home, IReadOnlyList<RefusalSet> refusals, ActorId by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<AddressedRows>>(Finding.Error("linkage.no-way-home", "This linkage finds no way back to holders", "Ask the node that runs Linkage"));

    /// <summary>
    /// How many of a dataset's people a set of choices leaves out, by group: the report on who is missing. Small cells are hidden here, and whoever asks learns of nobody. On the ledger.
    /// Refused with <c>linkage.unknown-pseudonym</c> where one is not of the dataset.
    /// </summary>
    Task<Outcome<IReadOnlyList<MissingShare>>> MissingAsync(
        DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, IReadOnlyList<DividedPeople> divided, RefusalSet refusals, ActorId by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<IReadOnlyList<MissingShare>>>(Finding.Error("linkage.no-shares", "This linkage does not count who is missing", "Ask the node that runs Linkage"));

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

    /// <summary>
    /// What changed about answers given to a dataset, in its own pseudonyms, after the correction of that number (0: all).
    /// Apply in order.
    /// </summary>
    Task<Outcome<IReadOnlyList<Correction<Dataset>>>> CorrectionsAsync(DatasetId dataset, long after, CancellationToken ct = default) =>
        Task.FromResult<Outcome<IReadOnlyList<Correction<Dataset>>>>(Finding.Error("linkage.no-corrections", "This linkage keeps no corrections", "Ask the node that runs Linkage"));

    /// <summary>What changed about persons whom a running project has received, in its own pseudonyms. Refused once the project is closed.</summary>
    Task<Outcome<IReadOnlyList<Correction<Project>>>> CorrectionsAsync(PermitId permit, long after, CancellationToken ct = default) =>
        Task.FromResult<Outcome<IReadOnlyList<Correction<Project>>>>(Finding.Error("linkage.no-corrections", "This linkage keeps no corrections", "Ask the node that runs Linkage"));

    /// <summary>The queue of the linkage desk, the strongest rules first. Refused to anybody but the desk: it shows identities as written.</summary>
    Task<Outcome<IReadOnlyList<DeskCase>>> DeskAsync(Actor by, int most = 50, CancellationToken ct = default) =>
        Task.FromResult<Outcome<IReadOnlyList<DeskCase>>>(Finding.Error("linkage.no-desk", "This linkage has no desk", "Ask the node that runs Linkage"));

    /// <summary>The desk's word on a case. It lasts: no rule and no later evidence overrules it, only another word of the desk.</summary>
    Task<Outcome<bool>> DecideAsync(string caseId, DeskVerdict verdict, string reason, Actor by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<bool>>(Finding.Error("linkage.no-desk", "This linkage has no desk", "Ask the node that runs Linkage"));

    /// <summary>
    /// How well a dataset's records (null: each dataset's) are linked, told without the truth: by group of people, without identities and
    /// small cells. Told to the ledger too, for the catalogue. A dataset of fewer than ten people is left out.
    /// </summary>
    Task<Outcome<IReadOnlyList<LinkageQuality>>> QualityAsync(DatasetId? dataset, ActorId by, CancellationToken ct = default) =>
        Task.FromResult<Outcome<IReadOnlyList<LinkageQuality>>>(Finding.Error("linkage.no-quality", "This linkage does not tell its quality", "Ask the node that runs Linkage"));
}
