using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace.Space;

/// <summary>What the ledger says of a project's space: states, hashes and sizes, never what is in it.</summary>
[JsonDerivedType(typeof(Opened), "space-opened")]
[JsonDerivedType(typeof(Moved), "space-moved")]
[JsonDerivedType(typeof(Snapshotted), "space-snapshot")]
[JsonDerivedType(typeof(Forgotten), "space-snapshot-forgotten")]
[JsonDerivedType(typeof(Restored), "space-restored")]
[JsonDerivedType(typeof(Erased), "space-erased")]
internal abstract record SpaceEvent
{
    /// <param name="Key">Name of the project's key in the key store.</param>
    /// <param name="KeyCommitment">Derived from the key, and of no use without it: the certificate of erasure names the same.</param>
    public sealed record Opened(string Key, string KeyCommitment, DateTimeOffset At) : SpaceEvent;

    public sealed record Moved(SpaceMove Move, SpaceState To, string Reason, DateTimeOffset At) : SpaceEvent;

    public sealed record Snapshotted(string Id, string Note, bool Automatic, string Sha256, long Bytes, int Files, DateTimeOffset At) : SpaceEvent;

    public sealed record Forgotten(string Id) : SpaceEvent;

    /// <param name="Before">The snapshot of what was there.</param>
    public sealed record Restored(string Id, string Before, DateTimeOffset At) : SpaceEvent;

    /// <summary>
    /// The certificate. The key by which all that the project kept here was sealed is destroyed: <c>work</c>, its snapshots, programs, logs and outboxes, and every
    /// backup of them. The extraction's files are deleted; they can be made again, so that no backup holds them.
    /// </summary>
    /// <param name="Files">Sealed files that were deleted.</param>
    /// <param name="Extractions">Ids of the extractions whose files were deleted.</param>
    /// <param name="Kept">What stays and where: it left by the exit's decision, or says what was done.</param>
    public sealed record Erased(
        PermitId Permit, string Key, string KeyCommitment, int Files, long Bytes, int Snapshots, IReadOnlyList<string> Extractions, int ExtractionFiles, long ExtractionBytes,
        DateTimeOffset PermitUntil, string Kept, DateTimeOffset At) : SpaceEvent;
}

/// <summary>A space as its events tell it.</summary>
internal sealed record SpaceLife(PermitId Permit, SpaceState State, string Key, string KeyCommitment, IReadOnlyList<WorkSnapshot> Snapshots, IReadOnlyList<SpaceStep> Steps, long? ErasedIndex)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "space/";

    public static string Stream(PermitId permit) => StreamPrefix + permit;

    public static SpaceLife Evolve(SpaceLife? life, SpaceEvent happened, RecordedEvent recorded)
    {
        if (happened is SpaceEvent.Opened opened)
        {
            return new(new PermitId(recorded.Stream[StreamPrefix.Length..]), SpaceState.Active, opened.Key, opened.KeyCommitment, [], [new(SpaceState.Active, "opened", recorded.By, opened.At)], null);
        }

        // Every other event follows the opening of the same stream.
        var space = life!;
        return happened switch
        {
            SpaceEvent.Moved m => space with { State = m.To, Steps = [.. space.Steps, new(m.To, m.Reason, recorded.By, m.At)] },
            SpaceEvent.Snapshotted s => space with { Snapshots = [.. space.Snapshots, new(s.Id, s.Note, s.Automatic, s.Sha256, s.Bytes, s.Files, s.At, recorded.By)] },
            SpaceEvent.Forgotten f => space with { Snapshots = [.. space.Snapshots.Where(s => s.Id != f.Id)] },
            SpaceEvent.Erased e => space with { State = SpaceState.Erased, Snapshots = [], Steps = [.. space.Steps, new(SpaceState.Erased, "erased", recorded.By, e.At)], ErasedIndex = recorded.Index },
            _ => space,
        };
    }
}
