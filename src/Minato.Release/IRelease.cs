using Minato.Workspace;

namespace Minato.Release;

public enum SubmissionState
{
    /// <summary>A hard rule stopped it: it cannot leave as it is.</summary>
    Stopped,

    /// <summary>Machine checks passed; waits for a person.</summary>
    InReview,
    Released,
    Refused,
}

/// <summary>What a file is said to be.</summary>
public enum OutputKind
{
    FrequencyTable,
    MagnitudeTable,
    Figure,
}

/// <summary>
/// One file to be let out. For tables: which column holds the counts. For figures: the CSV (also in the submission)
/// with the numbers behind it.
/// </summary>
public sealed record OutputDeclaration(string RunId, string FileName, OutputKind Kind, IReadOnlyList<string> DimensionColumns, string? CountColumn, string? UnderlyingFile, string Description);

/// <summary>One check's result. <paramref name="Hard"/>: nobody can overrule it.</summary>
public sealed record OutputCheck(string File, string Rule, bool Passed, bool Hard, Bilingual Reason, string? Where);

public sealed record SubmissionView(
    string Id, PermitId Permit, ActorId By, SubmissionState State, IReadOnlyList<OutputDeclaration> Files, IReadOnlyList<OutputCheck> Checks, string OutputRules,
    ActorId? DecidedBy, string? Reasons, DateTimeOffset SubmittedAt, DateTimeOffset? DecidedAt, IReadOnlyDictionary<string, string> Sha256ByFile);

/// <summary>A file that left: only Release can make one.</summary>
public sealed record ReleasedFile
{
    internal ReleasedFile() { }

    public required string Submission { get; init; }

    public required PermitId Permit { get; init; }

    public required string Name { get; init; }

    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }
}

/// <summary>Exit control (D8): machine checks with reasons, then a person. Everything is published, refusals too.</summary>
public interface IRelease
{
    Task<Outcome<SubmissionView>> SubmitAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, CancellationToken ct = default);

    /// <summary>A checker who is no member of the project decides. Refused where a hard rule failed.</summary>
    Task<Outcome<SubmissionView>> DecideAsync(string submission, bool release, string reasons, Actor by, CancellationToken ct = default);

    /// <summary>A submitted file for the eyes of the checker who decides; the look is recorded. It is not released by this.</summary>
    Task<Outcome<Stream>> InspectAsync(string submission, string name, Actor by, CancellationToken ct = default);

    SubmissionView? Find(string submission);

    IReadOnlyList<SubmissionView> VisibleTo(Actor actor);

    /// <summary>All decisions for the public: titles, states and reasons, no content of stopped files.</summary>
    IReadOnlyList<SubmissionView> Published { get; }

    /// <summary>The file, for members of the project and (once released) the public record.</summary>
    Outcome<(ReleasedFile File, Stream Content)> Fetch(string submission, string name, Actor by);
}
