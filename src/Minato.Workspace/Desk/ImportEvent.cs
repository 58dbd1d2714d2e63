using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace.Desk;

/// <summary>What the ledger says of an import: declaration, hashes, types, decisions; never content.</summary>
[JsonDerivedType(typeof(Declared), "import-declared")]
[JsonDerivedType(typeof(Attached), "import-attached")]
[JsonDerivedType(typeof(Submitted), "import-submitted")]
[JsonDerivedType(typeof(LookedInto), "import-looked-into")]
[JsonDerivedType(typeof(Decided), "import-decided")]
[JsonDerivedType(typeof(HandedOn), "import-handed-over")]
[JsonDerivedType(typeof(Withdrawn), "import-withdrawn")]
[JsonDerivedType(typeof(Expired), "import-expired")]
internal abstract record ImportEvent
{
    public sealed record Declared : ImportEvent
    {
        public required string Permit { get; init; }

        public required ImportDeclaration Declaration { get; init; }
    }

    public sealed record Attached : ImportEvent
    {
        public required string Sha256 { get; init; }

        public required long Bytes { get; init; }
    }

    /// <summary>With what the machine found in it.</summary>
    public sealed record Submitted : ImportEvent
    {
        public required string Sha256 { get; init; }

        public required bool Blocked { get; init; }

        public required IReadOnlyDictionary<string, int> Types { get; init; }

        public required long UnpackedBytes { get; init; }

        public required string ContentsSha256 { get; init; }

        public required ScanResult Scan { get; init; }

        public required IReadOnlyList<Finding> Findings { get; init; }

        public required string Rules { get; init; }
    }

    public sealed record LookedInto : ImportEvent;

    public sealed record Decided : ImportEvent
    {
        public required bool Approved { get; init; }

        public required string Reasons { get; init; }

        public DateTimeOffset? Until { get; init; }

        /// <summary>Approved although nothing was scanned.</summary>
        public bool Unscanned { get; init; }
    }

    public sealed record HandedOn : ImportEvent
    {
        public required string Dataset { get; init; }

        public required string Delivery { get; init; }
    }

    public sealed record Withdrawn : ImportEvent
    {
        public required string Reasons { get; init; }
    }

    public sealed record Expired : ImportEvent;
}

/// <summary>An import's state and the pure decisions on it.</summary>
internal static class Import
{
    public const string Room = "workspace";

    public const string StreamPrefix = "import/";

    private const int LongestText = 1000;

    public static ImportView Evolve(ImportView? state, ImportEvent happened, RecordedEvent recorded) => happened switch
    {
        ImportEvent.Declared d => state is null
            ? new(recorded.Stream[StreamPrefix.Length..], new PermitId(d.Permit), recorded.By, ImportState.Draft, d.Declaration, recorded.At)
            : state with { Declaration = d.Declaration, By = recorded.By },
        ImportEvent.Attached a => state! with { Sha256 = a.Sha256, Bytes = a.Bytes },
        ImportEvent.Submitted s => state! with
        {
            State = s.Blocked ? ImportState.Blocked : ImportState.InReview,
            By = recorded.By,
            At = recorded.At,
            Types = s.Types,
            UnpackedBytes = s.UnpackedBytes,
            ContentsSha256 = s.ContentsSha256,
            Scan = s.Scan,
            Findings = s.Findings,
            Rules = s.Rules,
        },
        ImportEvent.Decided d => state! with { State = d.Approved ? ImportState.Approved : ImportState.Refused, DecidedBy = recorded.By, Reasons = d.Reasons, Until = d.Until },
        ImportEvent.HandedOn h => state! with { Dataset = h.Dataset, Delivery = h.Delivery },
        ImportEvent.Withdrawn w => state! with { State = ImportState.Withdrawn, Reasons = w.Reasons },
        ImportEvent.Expired => state! with { State = ImportState.Expired },
        _ => state!,
    };

    /// <summary>What is wrong with a declaration, or null.</summary>
    public static Finding? Misdeclared(ImportDeclaration d) =>
        new[] { d.Title, d.Origin, d.Licence, d.Why }.Any(t => string.IsNullOrWhiteSpace(t) || t.Length > LongestText)
            ? Finding.Error("imports.declaration", "What it is, where it comes from, its licence and why it is needed must be said", $"Fill in all four, each with at most {LongestText} characters")
        : !ArchiveNames.IsPlain(d.FileName)
            ? Finding.Error("imports.file-name", "The file's name is empty, longer than 80 characters, or has other characters than letters, digits, '.', '-' and '_'", "Rename the file")
        : d.Kind == ImportKind.PersonData && d.Category is null
            ? Finding.Error("imports.category", "It is not said what kind of persons' data this is", "Name a category of data: it becomes a dataset of its own")
            : null;

    public static Outcome<IReadOnlyList<ImportEvent>> Decide(ImportView? state, bool approve, string reasons, ImportRole role, bool unscanned, DateTimeOffset until) =>
        state is null ? NotThere
        : ImportTable.Refusal(state.State, role, ImportCommand.Decide) is { } refusal ? refusal
        : BadReasons(reasons) is { } bad ? bad
        : approve && state.Scan?.Infected is null && !unscanned
            ? Finding.Error("imports.unscanned", "It was not scanned for viruses, and you did not say that you approve it all the same", "Have a scanner installed and the file handed in again, or approve it unscanned")
            : Outcome<IReadOnlyList<ImportEvent>>.Ok([new ImportEvent.Decided { Approved = approve, Reasons = reasons.Trim(), Until = approve ? until : null, Unscanned = approve && state.Scan?.Infected is null }]);

    public static Outcome<IReadOnlyList<ImportEvent>> Withdraw(ImportView? state, string reasons, ImportRole role) =>
        state is null ? NotThere
        : ImportTable.Refusal(state.State, role, ImportCommand.Withdraw) is { } refusal ? refusal
        : BadReasons(reasons) is { } bad ? bad
        : Outcome<IReadOnlyList<ImportEvent>>.Ok([new ImportEvent.Withdrawn { Reasons = reasons.Trim() }]);

    public static Finding NotThere { get; } = Finding.Error("imports.not-found", "There is no such import", "Name an import of a project of yours");

    private static Finding? BadReasons(string reasons) =>
        string.IsNullOrWhiteSpace(reasons) || reasons.Length > LongestText ? Finding.Error("imports.reasons", "This needs its reasons", $"Give reasons of at most {LongestText} characters") : null;
}
