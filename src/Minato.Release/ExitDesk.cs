using Minato.Access;
using Minato.Disclosure;
using Minato.Ledger;
using Minato.Release.Checks;
using Minato.Workspace;

namespace Minato.Release;

/// <summary>The exit (D8): files in from the outbox, machine checks, a person's decision, files out by their hashes.</summary>
internal sealed class ExitDesk : IRelease
{
    private readonly FileVault submitted;
    private readonly FileVault released;
    private readonly IReadOnlyList<OutputRules> rules;
    private readonly IAccess access;
    private readonly IWorkspace workspace;
    private readonly TimeProvider clock;
    private readonly Projection<SubmissionView, SubmissionEvent> submissions;

    public ExitDesk(FileVault submitted, FileVault released, IReadOnlyList<OutputRules> rules, ILedger ledger, IAccess access, IWorkspace workspace, TimeProvider clock)
    {
        this.submitted = submitted;
        this.released = released;
        this.rules = rules;
        this.access = access;
        this.workspace = workspace;
        this.clock = clock;
        submissions = new(ledger, Submission.Room, Submission.StreamPrefix, Submission.Evolve);
    }

    public async Task<Outcome<SubmissionView>> SubmitAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, CancellationToken ct = default)
    {
        var inForce = access.InForce(permit);
        if (!inForce.Try(out var project))
        {
            return Outcome<SubmissionView>.Refused(inForce.Findings);
        }

        if (!project.Use.Members.Contains(by.Id))
        {
            return Finding.Error("release.not-member", "Only members named in the permit submit outputs", "Ask a member to submit it");
        }

        var now = OutputRules.InForce(rules, clock.GetUtcNow());
        var opened = Open(permit, files, now);
        if (!opened.Try(out var handed))
        {
            return Outcome<SubmissionView>.Refused(opened.Findings);
        }

        // Checking a large table takes a moment; the caller's thread has better to do.
        var checks = await Task.Run(() => Inspection.Inspect(handed, ReleasedTables(permit), MirrorOf(permit), now), ct).ConfigureAwait(false);
        var id = $"o-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        var submission = new SubmissionEvent.Submitted
        {
            Permit = permit.Value,
            Files = files,
            Checks = checks,
            OutputRules = now.Name,
            Sha256ByFile = handed.ToDictionary(f => f.Name, f => submitted.Keep(f.Content.Span), StringComparer.Ordinal),
            SupportSha256 = handed.Where(f => f.Contributions is not null).ToDictionary(f => f.Name, f => submitted.Keep(f.Contributions!.Value.Span), StringComparer.Ordinal),
        };
        return await submissions.DecideAsync(
            StreamOf(id), by.Id, existing => existing is null
                ? Outcome<IReadOnlyList<SubmissionEvent>>.Ok([submission])
                : Finding.Error("release.id-taken", "The id is taken", "Submit again"),
            ct: ct).ConfigureAwait(false);
    }

    public async Task<Outcome<SubmissionView>> DecideAsync(string submission, bool release, string reasons, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found)
        {
            return Submission.NotThere;
        }

        if (release && access.InForce(found.Permit) is { IsOk: false } over)
        {
            return Outcome<SubmissionView>.Refused(over.Findings);
        }

        // The files first: a decision on the ledger must never name what is not there.
        foreach (var hash in release ? found.Sha256ByFile.Values : [])
        {
            if (submitted.Read(hash) is null)
            {
                return Finding.Error("release.changed", "A submitted file is not what it was when it was checked", "Have it submitted again, and tell the operator");
            }
        }

        var decided = await submissions.DecideAsync(StreamOf(submission), by.Id, state => Submission.Decide(state, release, reasons, RoleOf(by, found), Recheck), ct: ct).ConfigureAwait(false);
        if (!decided.Try(out var view))
        {
            return decided;
        }

        foreach (var hash in view.State == SubmissionState.Released ? view.Sha256ByFile.Values : [])
        {
            released.Keep(submitted.Read(hash));
        }

        if (release && view.State == SubmissionState.Stopped)
        {
            return Finding.Error("release.differencing-since", "What this project released meanwhile makes this unsafe; it is stopped now", "Have it made again with what was released in mind");
        }

        return view;
    }

    public async Task<Outcome<Stream>> InspectAsync(string submission, string name, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found || !found.Sha256ByFile.TryGetValue(name, out var hash))
        {
            return Submission.NotThere;
        }

        var looked = await submissions.DecideAsync(StreamOf(submission), by.Id, state => Submission.Look(state, name, RoleOf(by, found)), ct: ct).ConfigureAwait(false);
        return looked.Then(_ => submitted.Read(hash) is { } content
            ? Outcome<Stream>.Ok(new MemoryStream(content, writable: false))
            : Finding.Error("release.changed", "A submitted file is not what it was when it was checked", "Have it submitted again, and tell the operator"));
    }

    public SubmissionView? Find(string submission) => Slug.IsValid(submission) ? submissions.Find(StreamOf(submission)) : null;

    public IReadOnlyList<SubmissionView> VisibleTo(Actor actor) =>
        actor.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System)
            ? submissions.All
            : [.. submissions.All.Where(s => s.By == actor.Id || access.FindPermit(s.Permit)?.Use.Members.Contains(actor.Id) == true)];

    public IReadOnlyList<SubmissionView> Published => [.. submissions.All.Where(s => s.State != SubmissionState.InReview).Select(Submission.ForThePublic)];

    public Outcome<(ReleasedFile File, Stream Content)> Fetch(string submission, string name, Actor by)
    {
        if (Find(submission) is not { } found || !found.Sha256ByFile.TryGetValue(name, out var hash))
        {
            return Submission.NotThere;
        }

        if (found.State != SubmissionState.Released)
        {
            return Finding.Error("release.not-released", "This was not released: nobody can fetch it", "Wait for the decision, or submit it mended");
        }

        // The decision stands even where the node ended between it and the copying.
        var content = released.Read(hash) ?? submitted.Read(hash);
        if (content is null)
        {
            return Finding.Error("release.changed", "The file is not what was released", "Tell the operator: it must be restored from a backup", new Place(name));
        }

        return ((ReleasedFile File, Stream Content))(new ReleasedFile { Submission = submission, Permit = found.Permit, Name = name, Sha256 = hash, Bytes = content.Length }, new MemoryStream(content, writable: false));
    }

    private Outcome<IReadOnlyList<SubmittedFile>> Open(PermitId permit, IReadOnlyList<OutputDeclaration> files, OutputRules now)
    {
        if (files.Count == 0 || files.Count > now.Files.MaximumFiles || files.Select(f => f.FileName).Distinct(StringComparer.Ordinal).Count() != files.Count)
        {
            return Finding.Error("release.files", $"A submission has 1 to {now.Files.MaximumFiles} files of different names", "Name each file once; split larger submissions");
        }

        const int longest = 1000;
        if (files.Any(f => f.Description.Length > longest || f.DimensionColumns.Count > now.Files.MaximumColumns || f.DimensionColumns.Append(f.CountColumn ?? "").Any(c => c.Length > now.Files.MaximumText)))
        {
            return Finding.Error("release.declaration", "A declaration is too long", $"Describe a file in at most {longest} characters, and name its columns as its header does");
        }

        var all = new List<SubmittedFile>();
        foreach (var file in files)
        {
            var content = Read(permit, file.RunId, file.FileName);
            var support = file is { Kind: OutputKind.MagnitudeTable, UnderlyingFile: { } name } ? Read(permit, file.RunId, name) : null;
            if (!content.Try(out var bytes) || support?.IsOk == false)
            {
                return Outcome<IReadOnlyList<SubmittedFile>>.Refused([.. content.Findings, .. support?.Findings ?? []]);
            }

            all.Add(new SubmittedFile(file, bytes, support is null ? null : support.Value));
        }

        return all;
    }

    private Outcome<byte[]> Read(PermitId permit, string run, string name) =>
        workspace.OpenOutbox(permit, run, name).Map(stream =>
        {
            using (stream)
            {
                var copy = new MemoryStream();
                stream.CopyTo(copy);
                return copy.ToArray();
            }
        });

    private List<OutputCheck> Recheck(SubmissionView view)
    {
        var then = rules.First(r => r.Name == view.OutputRules);
        var files = view.Files.Select(f => new SubmittedFile(f, submitted.Read(view.Sha256ByFile[f.FileName]))).ToList();

        // The rest was checked on the same bytes; only the history has moved.
        return [.. Inspection.Inspect(files, ReleasedTables(view.Permit), MirrorOf(view.Permit), then).Where(c => c.Rule == RuleId.Differencing)];
    }

    private List<CellTable> ReleasedTables(PermitId permit) =>
    [
        .. submissions.All.Where(s => s.State == SubmissionState.Released && s.Permit == permit)
            .SelectMany(s => s.Files.Select(f => submitted.Read(s.Sha256ByFile[f.FileName]) is { } content ? Inspection.CellsOf(f, content, rules.First(r => r.Name == s.OutputRules)) : null))
            .OfType<CellTable>(),
    ];

    private Func<string, ExtractionMirror> MirrorOf(PermitId permit)
    {
        var mirrors = new Dictionary<string, ExtractionMirror>(StringComparer.Ordinal);
        return run =>
        {
            var folder = workspace.DataOf(permit, run) ?? "";
            return mirrors.TryGetValue(folder, out var mirror) ? mirror : mirrors[folder] = new ExtractionMirror(folder);
        };
    }

    private ExitRole RoleOf(Actor actor, SubmissionView view)
    {
        var permit = access.FindPermit(view.Permit);
        var applicant = permit is null ? null : access.Find(permit.Application)?.Applicant;
        return actor.Id == view.By || actor.Id == applicant || permit?.Use.Members.Contains(actor.Id) != false ? ExitRole.OfTheProject
            : actor.Is(Role.OutputChecker) ? ExitRole.IndependentChecker
            : ExitRole.Other;
    }

    private static string StreamOf(string submission) => Submission.StreamPrefix + submission;
}
