namespace Minato.Release.Findings;

/// <summary>How soon somebody should act.</summary>
public enum FindingUrgency
{
    /// <summary>At the next visit.</summary>
    Routine,

    /// <summary>Within weeks.</summary>
    Soon,

    /// <summary>Within days.</summary>
    Urgent,
}

/// <summary>Where a report stands, for everybody but the harbour's own books: whether it reached anybody is not among it.</summary>
public enum FindingState
{
    /// <summary>Waits for a medical reviewer.</summary>
    Reported,

    /// <summary>The reviewer did not find that it should be told.</summary>
    Declined,

    /// <summary>Passed on. Whether there was a way, and whether the person wanted to know, nobody outside learns.</summary>
    PassedOn,
}

/// <param name="Person">The project's pseudonym, as the data has it.</param>
/// <param name="Kind">Of <c>standards/findings</c>.</param>
/// <param name="Evidence">What was found and why it matters, for a physician. At most <see cref="LongestEvidence"/> characters; nothing that could name anybody.</param>
/// <param name="Run">The run in which it was seen.</param>
public sealed record FindingReport(Pseudonym<Project> Person, string Kind, FindingUrgency Urgency, string Evidence, string Run)
{
    public const int LongestEvidence = 2000;
}

/// <summary>A report without what it says: that stays sealed but for the reviewer and the holder.</summary>
public sealed record FindingView(string Id, PermitId Permit, string Kind, FindingUrgency Urgency, FindingState State, ActorId By, DateTimeOffset At)
{
    public ActorId? Reviewer { get; init; }

    public string? Reasons { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }
}

/// <summary>What a holder finds in its tray: two age files, which only the holder's key opens.</summary>
/// <param name="Address">Which patient of the holder, in the holder's own number.</param>
/// <param name="Content">Kind, urgency, evidence and the reviewer's reasons, as JSON.</param>
public sealed record FindingNotice(string Id, byte[] Address, byte[] Content);

public sealed record FindingKind(string Id, Bilingual Title);

/// <summary>How many, for everybody; how many of them had a way stays in the harbour.</summary>
public sealed record FindingFigures(int Reported, int PassedOn, int Declined);

/// <summary>
/// Findings that matter to a person's health (K3, EHDS Art. 58, TEHDAS2 D8.2): researcher → medical reviewer → holder → the person's physician. There is no duty to search. Nobody sees a name and a diagnosis together
/// but the holder, who had both; the researcher never learns who it is, nor whether it arrived; who does not want to know is not told.
/// </summary>
public interface IFindingsRelay
{
    IReadOnlyList<FindingKind> Kinds { get; }

    /// <summary>The holder takes findings, sealed for this key. By the operator, after comparing the fingerprint.</summary>
    Task<Outcome<HolderId>> OpenTrayAsync(HolderId holder, string publicKey, Actor by, CancellationToken ct = default);

    /// <summary>A member reports; the report's content is sealed before it is recorded.</summary>
    Task<Outcome<FindingView>> ReportAsync(PermitId permit, FindingReport report, Actor by, CancellationToken ct = default);

    /// <summary>What a report says, for a reviewer without part in the project. The look is recorded.</summary>
    Task<Outcome<FindingReport>> ReadAsync(string finding, Actor by, CancellationToken ct = default);

    /// <summary>The medical reviewer's word; if it is to be told, it goes its way at once.</summary>
    Task<Outcome<FindingView>> DecideAsync(string finding, bool tell, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>What lies in the holder's tray. Looking is recorded, also into an empty one: so looking says nothing.</summary>
    Task<Outcome<IReadOnlyList<FindingNotice>>> LookIntoTrayAsync(HolderId holder, Actor by, CancellationToken ct = default);

    /// <summary>Members see their project's reports, reviewers and auditors all.</summary>
    IReadOnlyList<FindingView> VisibleTo(Actor actor);

    FindingFigures Figures { get; }
}
