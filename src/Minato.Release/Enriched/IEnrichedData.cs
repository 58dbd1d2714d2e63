namespace Minato.Release.Enriched;

/// <summary>A column that a project made of the data.</summary>
/// <param name="Name">As the file's header has it.</param>
/// <param name="Meaning">What a value says, with its unit.</param>
/// <param name="Method">How it was made.</param>
public sealed record DerivedColumn(string Name, string Meaning, string Method);

/// <param name="Holder">Whose data it enriches.</param>
/// <param name="Run">The run in whose outbox the file lies.</param>
/// <param name="FileName">A CSV: <c>person_id</c> and the derived columns, one row a person.</param>
/// <param name="Summary">What was changed against the original data, and why it is worth having.</param>
public sealed record EnrichedOffer(HolderId Holder, string Run, string FileName, string Summary, IReadOnlyList<DerivedColumn> Columns);

public enum EnrichedState
{
    /// <summary>Waits for people to look at it.</summary>
    Offered,

    /// <summary>People agreed; waits for the holder.</summary>
    Approved,
    Refused,

    /// <summary>The holder wants it: it lies ready, sealed for the holder.</summary>
    Accepted,

    /// <summary>The holder does not want it, and says why.</summary>
    Declined,
}

/// <param name="Rows">As offered.</param>
public sealed record EnrichedView(string Id, PermitId Permit, ActorId By, EnrichedOffer Offer, string Sha256, int Rows, EnrichedState State, DateTimeOffset At)
{
    /// <summary>Who approved so far.</summary>
    public IReadOnlyList<ActorId> Approvals { get; init; } = [];

    public string? Reasons { get; init; }

    /// <summary>SHA-256 of what lies ready for the holder.</summary>
    public string? ContainerSha256 { get; init; }

    /// <summary>Rows in it: of patients whom the holder knows by a number of its own and who do not refuse the use.</summary>
    public int? RowsSent { get; init; }
}

/// <summary>
/// Enriched data back to holders (EHDS, TEHDAS2 D7.4: the third kind of export): what a project derived, row by person, goes to the holder whose data it enriches, and nowhere else. Two people look at it, the
/// holder takes it or not, Linkage says which of the holder's patients each row is, for the holder's eyes alone.
/// </summary>
public interface IEnrichedData
{
    Task<Outcome<EnrichedView>> OfferAsync(PermitId permit, EnrichedOffer offer, Actor by, CancellationToken ct = default);

    /// <summary>The offered file, for a checker without part in the project; the look is recorded.</summary>
    Task<Outcome<Stream>> InspectAsync(string offer, Actor by, CancellationToken ct = default);

    Task<Outcome<EnrichedView>> DecideAsync(string offer, bool approve, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>The holder's word. Accepting seals it for the holder's key (the one of its tray for findings).</summary>
    Task<Outcome<EnrichedView>> AnswerAsync(string offer, bool accept, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>
    /// The container for the holder: <c>enriched.csv</c> with a column <c>row</c> in place of the person, <c>description.json</c>, and <c>patients.csv</c>, which Linkage sealed: the holder's own number of each row.
    /// </summary>
    Task<Outcome<Stream>> FetchAsync(string offer, Actor by, CancellationToken ct = default);

    IReadOnlyList<EnrichedView> VisibleTo(Actor actor);
}
