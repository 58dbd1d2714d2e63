using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Release.Checks;
using Minato.Workspace;

namespace Minato.Release;

/// <summary>The exit (D8): files in from the outbox, machine checks, people's decisions, files out by their hashes.</summary>
internal sealed class ExitDesk : IRelease
{
    /// <summary>What the helper libraries write beside a result.</summary>
    private const string DeclarationEnding = ".minato.json";

    private static readonly JsonSerializerOptions DeclarationJson = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };

    private readonly FileVault submitted;
    private readonly FileVault released;
    private readonly OutputRuleBook rules;
    private readonly IAccess access;
    private readonly IWorkspace workspace;
    private readonly TimeProvider clock;
    private readonly ReleasedTables history;
    private readonly Projection<SubmissionView, SubmissionEvent> submissions;

    public ExitDesk(FileVault submitted, FileVault released, OutputRuleBook rules, ILedger ledger, IAccess access, IWorkspace workspace, Func<IReadOnlyList<StatisticsTable>> madeHere, TimeProvider clock)
    {
        this.submitted = submitted;
        this.released = released;
        this.rules = rules;
        this.access = access;
        this.workspace = workspace;
        this.clock = clock;
        history = new(submitted, rules, access, madeHere);
        submissions = new(ledger, Submission.Room, Submission.StreamPrefix, Submission.Evolve);
    }

    public IReadOnlyList<OutputClass> Classes => [.. rules.InForce(clock.GetUtcNow(), []).Classes.Select(c => new OutputClass(c.Kind, c.Title, c.Says, c.Files, c.Asks))];

    public Outcome<IReadOnlyList<OutputDeclaration>> DeclaredIn(PermitId permit, string run, Actor by)
    {
        if (Member(permit, by) is { } refusal)
        {
            return refusal;
        }

        var declared = new List<OutputDeclaration>();
        foreach (var file in workspace.Runs(permit).FirstOrDefault(r => r.Id == run)?.Outbox.Where(f => f.Name.EndsWith(DeclarationEnding, StringComparison.Ordinal)) ?? [])
        {
            var content = Read(permit, run, file.Name);
            if (!content.Try(out var bytes))
            {
                return Outcome<IReadOnlyList<OutputDeclaration>>.Refused(content.Findings);
            }

            try
            {
                declared.Add(JsonSerializer.Deserialize<OutputDeclaration>(bytes, DeclarationJson)! with { RunId = run, FileName = file.Name[..^DeclarationEnding.Length] });
            }
            catch (Exception e) when (e is JsonException or NullReferenceException)
            {
                return Finding.Error("release.declaration", "A result's own declaration cannot be read", "Write it with the helper library, or declare the file by hand", new Place(file.Name));
            }
        }

        return declared;
    }

    public async Task<Outcome<SubmissionView>> SaveDraftAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, string? draft = null, CancellationToken ct = default)
    {
        if ((Member(permit, by) ?? Misdeclared(files, rules.InForce(clock.GetUtcNow(), []))) is { } refusal)
        {
            return refusal;
        }

        var saved = new SubmissionEvent.Drafted { Permit = permit.Value, Files = files };
        if (draft is null)
        {
            return await Begin(NewId(), by, saved, ct).ConfigureAwait(false);
        }

        return !Slug.IsValid(draft) ? Submission.NotThere : await submissions.DecideAsync(
            StreamOf(draft), by.Id, state => state is null || state.Permit != permit ? Submission.NotThere
                : ExitTable.Refusal(state.State, RoleOf(by, state), ExitCommand.Save) is { } no ? no
                : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([saved]),
            ct: ct).ConfigureAwait(false);
    }

    public async Task<Outcome<SubmissionView>> SubmitAsync(PermitId permit, IReadOnlyList<OutputDeclaration> files, Actor by, string? mends = null, CancellationToken ct = default)
    {
        if (Member(permit, by) is { } refusal)
        {
            return refusal;
        }

        var former = mends is null ? null : Find(mends);
        if (mends is not null && (former is null || former.Permit != permit))
        {
            return Submission.NotThere;
        }

        if (former is not null && ExitTable.Refusal(former.State, RoleOf(by, former), ExitCommand.Submit) is { } no)
        {
            return no;
        }

        var now = rules.InForce(clock.GetUtcNow(), history.DatasetsOf(permit));
        if (Misdeclared(files, now) is { } bad)
        {
            return bad;
        }

        var opened = Open(permit, files, now);
        return opened.Try(out var handed) ? await HandInAsync(permit, handed, now, by, former, ct).ConfigureAwait(false) : Outcome<SubmissionView>.Refused(opened.Findings);
    }

    public async Task<Outcome<SubmissionView>> AcceptMendedAsync(string submission, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found)
        {
            return Submission.NotThere;
        }

        if ((Member(found.Permit, by) ?? ExitTable.Refusal(found.State, RoleOf(by, found), ExitCommand.Submit)) is { } refusal)
        {
            return refusal;
        }

        if (found.Proposal != Proposal.Mend)
        {
            return Finding.Error("release.nothing-ready", "No mended version lies ready for this submission", "Mend the files in the environment, and submit them again");
        }

        var files = new List<SubmittedFile>();
        foreach (var file in found.Files)
        {
            if (submitted.Read(found.Mended.GetValueOrDefault(file.FileName) ?? found.Sha256ByFile[file.FileName]) is not { } content)
            {
                return Changed;
            }

            files.Add(new SubmittedFile(file, content, file is { Kind: OutputKind.MagnitudeTable, UnderlyingFile: { } name } && Read(found.Permit, file.RunId, name).Try(out var support) ? support : null));
        }

        return await HandInAsync(found.Permit, files, rules.InForce(clock.GetUtcNow(), history.DatasetsOf(found.Permit)), by, found, ct).ConfigureAwait(false);
    }

    public async Task<Outcome<SubmissionView>> DecideAsync(string submission, ExitVerdict verdict, string reasons, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found)
        {
            return Submission.NotThere;
        }

        var release = verdict == ExitVerdict.Release;
        if (release && access.InForce(found.Permit) is { IsOk: false } over)
        {
            return Outcome<SubmissionView>.Refused(over.Findings);
        }

        // The files first: a decision on the ledger must never name what is not there.
        if (release && found.Sha256ByFile.Values.Any(hash => submitted.Read(hash) is null))
        {
            return Changed;
        }

        var decided = await submissions.DecideAsync(StreamOf(submission), by.Id, state => Submission.Decide(state, verdict, reasons, RoleOf(by, found), by.Id, Recheck, KeepDossier), ct: ct).ConfigureAwait(false);
        if (!decided.Try(out var view))
        {
            return decided;
        }

        foreach (var hash in view.State == SubmissionState.Released ? view.Sha256ByFile.Values : [])
        {
            released.Keep(submitted.Read(hash));
        }

        return release && view.State == SubmissionState.Stopped
            ? Finding.Error("release.differencing-since", "What this project released meanwhile makes this unsafe; it is stopped now", "Have it made again with what was released in mind")
            : Submission.ForChecker(view, by.Id);
    }

    public Task<Outcome<SubmissionView>> AppealAsync(string submission, string reasons, Actor by, CancellationToken ct = default) =>
        OnOwn(submission, by, (state, role) => Submission.Appeal(state, reasons, role, state is null ? 1 : rules.Named(state.OutputRules).Review.Appeal), ct);

    public Task<Outcome<SubmissionView>> WithdrawAsync(string submission, Actor by, CancellationToken ct = default) => OnOwn(submission, by, Submission.Withdraw, ct);

    public async Task<Outcome<Stream>> InspectAsync(string submission, string name, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found || !found.Sha256ByFile.TryGetValue(name, out var hash))
        {
            return Submission.NotThere;
        }

        var looked = await submissions.DecideAsync(StreamOf(submission), by.Id, state => Submission.Look(state, name, RoleOf(by, found)), ct: ct).ConfigureAwait(false);
        return looked.Then(_ => submitted.Read(hash) is { } content ? Outcome<Stream>.Ok(new MemoryStream(content, writable: false)) : Changed);
    }

    public SubmissionView? Find(string submission) => Slug.IsValid(submission) ? submissions.Find(StreamOf(submission)) : null;

    public IReadOnlyList<SubmissionView> VisibleTo(Actor actor)
    {
        if (actor.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System))
        {
            var handedIn = submissions.All.Where(s => s.State != SubmissionState.Draft);
            return [.. actor.Is(Role.Operator | Role.Auditor | Role.System) ? handedIn : handedIn.Select(s => Submission.ForChecker(s, actor.Id))];
        }

        return [.. submissions.All.Where(s => s.By == actor.Id || access.FindPermit(s.Permit)?.Use.Members.Contains(actor.Id) == true).Select(s => Submission.ForChecker(s, actor.Id))];
    }

    public IReadOnlyList<SubmissionView> Published =>
        [.. submissions.All.Where(s => s.State is not (SubmissionState.Draft or SubmissionState.InReview or SubmissionState.Appealed or SubmissionState.Withdrawn)).Select(Submission.ForThePublic)];

    public ExitFigures Figures
    {
        get
        {
            var all = submissions.All.Where(s => s.State != SubmissionState.Draft).ToList();
            var hours = all.Where(s => s.DecidedAt is not null).Select(s => (s.DecidedAt!.Value - s.SubmittedAt).TotalHours).Order().ToList();
            var waiting = all.Where(s => s.State is SubmissionState.InReview or SubmissionState.Appealed).ToList();
            int In(params SubmissionState[] states) => all.Count(s => states.Contains(s.State));
            return new(
                all.Count, In(SubmissionState.Released, SubmissionState.Fetched), In(SubmissionState.Stopped), In(SubmissionState.Returned), In(SubmissionState.Refused), waiting.Count,
                hours.Count == 0 ? null : hours[hours.Count / 2], hours.Count == 0 ? null : hours[^1],
                waiting.Count == 0 ? null : (clock.GetUtcNow() - waiting.Min(s => s.SubmittedAt)).TotalHours,
                all.SelectMany(s => s.Checks.Where(c => c is { Hard: true, Passed: false }).Select(c => c.Rule).Distinct()).CountBy(r => r).OrderByDescending(r => r.Value).ToDictionary(StringComparer.Ordinal));
        }
    }

    public async Task<Outcome<(ReleasedFile File, Stream Content)>> FetchAsync(string submission, string name, Actor by, CancellationToken ct = default)
    {
        if (Find(submission) is not { } found || !found.Sha256ByFile.TryGetValue(name, out var hash))
        {
            return Submission.NotThere;
        }

        if (!found.IsOut)
        {
            return Finding.Error("release.not-released", "This was not released: nobody can fetch it", "Wait for the decision, or submit it mended");
        }

        // The decision stands even where the node ended between it and the copying.
        var content = released.Read(hash) ?? submitted.Read(hash);
        if (content is null)
        {
            return Finding.Error("release.changed", "The file is not what was released", "Tell the operator: it must be restored from a backup", new Place(name));
        }

        if (RoleOf(by, found) == ExitRole.OfTheProject)
        {
            await submissions.DecideAsync(
                StreamOf(submission), by.Id, state => Outcome<IReadOnlyList<SubmissionEvent>>.Ok(state!.State == SubmissionState.Released ? [new SubmissionEvent.Fetched()] : []), ct: ct).ConfigureAwait(false);
        }

        return ((ReleasedFile File, Stream Content))(new ReleasedFile { Submission = submission, Permit = found.Permit, Name = name, Sha256 = hash, Bytes = content.Length }, new MemoryStream(content, writable: false));
    }

    public Outcome<ReadOnlyMemory<byte>> Dossier(string submission, Actor by)
    {
        if (Find(submission) is not { } found || (RoleOf(by, found) != ExitRole.OfTheProject && !by.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System)))
        {
            return Submission.NotThere;
        }

        return found.DossierSha256 is { } hash && submitted.Read(hash) is { } content
            ? Outcome<ReadOnlyMemory<byte>>.Ok(content)
            : Finding.Error("release.no-dossier", "There is no dossier: this was not released", "Name a released submission");
    }

    private async Task<Outcome<SubmissionView>> HandInAsync(PermitId permit, IReadOnlyList<SubmittedFile> handed, OutputRules now, Actor by, SubmissionView? former, CancellationToken ct)
    {
        // Checking a large table takes a moment; the caller's thread has better to do.
        var (checks, proposal, mended) = await Task.Run(() => Judge(permit, handed, now), ct).ConfigureAwait(false);
        var id = former?.State == SubmissionState.Draft ? former.Id : NewId();
        var hashes = handed.ToDictionary(f => f.Name, f => submitted.Keep(f.Content.Span), StringComparer.Ordinal);
        var submission = new SubmissionEvent.Submitted
        {
            Permit = permit.Value,
            Files = [.. handed.Select(f => f.Declaration)],
            Checks = checks,
            OutputRules = now.Name,
            Sha256ByFile = hashes,
            SupportSha256 = handed.Where(f => f.Contributions is not null).ToDictionary(f => f.Name, f => submitted.Keep(f.Contributions!.Value.Span), StringComparer.Ordinal),
            Proposal = proposal,
            Mended = mended.ToDictionary(f => f.Key, f => submitted.Keep(f.Value), StringComparer.Ordinal),
            PeopleNeeded = PeopleFor(id, hashes.Values, checks, now.Review),
            Mends = former is null || former.State == SubmissionState.Draft ? null : former.Id,
        };
        return former?.State == SubmissionState.Draft
            ? await submissions.DecideAsync(
                StreamOf(id), by.Id, state => ExitTable.Refusal(state!.State, RoleOf(by, state), ExitCommand.Submit) is { } no ? no : Outcome<IReadOnlyList<SubmissionEvent>>.Ok([submission]), ct: ct).ConfigureAwait(false)
            : await Begin(id, by, submission, ct).ConfigureAwait(false);
    }

    private (IReadOnlyList<OutputCheck> Checks, Proposal Proposal, IReadOnlyDictionary<string, byte[]> Mended) Judge(PermitId permit, IReadOnlyList<SubmittedFile> handed, OutputRules now)
    {
        var before = history.Of(permit, submissions.All);
        var mirrorOf = MirrorOf(permit);
        var reports = Inspection.Inspect(handed, before, mirrorOf, now);
        IReadOnlyList<OutputCheck> checks = [.. reports.SelectMany(r => r.Checks)];
        var mended = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (reports.All(r => !r.Stops))
        {
            return (checks, checks.All(c => c.Passed) ? Proposal.Release : Proposal.Review, mended);
        }

        // What was hidden may make another column telling: mended once more, and no more than that.
        const int Rounds = 3;
        List<SubmittedFile> better = [.. handed];
        for (var round = 0; round < Rounds && reports.Any(r => r.Stops); round++)
        {
            for (var i = 0; i < better.Count; i++)
            {
                if (reports[i].Stops)
                {
                    if (Mending.Mend(better[i], reports[i]) is not { } content)
                    {
                        return (checks, Proposal.Refuse, new Dictionary<string, byte[]>());
                    }

                    better[i] = better[i] with { Content = content, Original = content };
                    mended[better[i].Name] = content;
                }
            }

            reports = Inspection.Inspect(better, before, mirrorOf, now);
        }

        return reports.Any(r => r.Stops) ? (checks, Proposal.Refuse, new Dictionary<string, byte[]>()) : (checks, Proposal.Mend, mended);
    }

    /// <summary>
    /// More people look at what a rule marked, and, by lot, at some of the rest. The lot is drawn from the id and the files' hashes, so that nobody chooses it
    /// and everybody can draw it again.
    /// </summary>
    private static int PeopleFor(string id, IEnumerable<string> hashes, IReadOnlyList<OutputCheck> checks, ReviewRule review)
    {
        var lot = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes.Order(StringComparer.Ordinal).Prepend(id)))));
        return checks.Any(c => !c.Passed) ? review.Marked : review.Clean + (lot < review.SecondLook * uint.MaxValue ? 1 : 0);
    }

    private Task<Outcome<SubmissionView>> Begin(string id, Actor by, SubmissionEvent first, CancellationToken ct) => submissions.DecideAsync(
        StreamOf(id), by.Id, existing => existing is null ? Outcome<IReadOnlyList<SubmissionEvent>>.Ok([first]) : Finding.Error("release.id-taken", "The id is taken", "Submit again"), ct: ct);

    private async Task<Outcome<SubmissionView>> OnOwn(string submission, Actor by, Func<SubmissionView?, ExitRole, Outcome<IReadOnlyList<SubmissionEvent>>> decide, CancellationToken ct) =>
        Find(submission) is { } found
            ? await submissions.DecideAsync(StreamOf(submission), by.Id, state => decide(state, RoleOf(by, found)), ct: ct).ConfigureAwait(false)
            : Submission.NotThere;

    private Finding? Member(PermitId permit, Actor by)
    {
        var inForce = access.InForce(permit);
        return !inForce.Try(out var project) ? inForce.Findings[0]
            : project.Use.Members.Contains(by.Id) ? null
            : Finding.Error("release.not-member", "Only members named in the permit submit outputs", "Ask a member to submit it");
    }

    private static Finding? Misdeclared(IReadOnlyList<OutputDeclaration> files, OutputRules now)
    {
        if (files.Count == 0 || files.Count > now.Files.MaximumFiles || files.Select(f => f.FileName).Distinct(StringComparer.Ordinal).Count() != files.Count)
        {
            return Finding.Error("release.files", $"A submission has 1 to {now.Files.MaximumFiles} files of different names", "Name each file once; split larger submissions");
        }

        const int longest = 1000;
        return files.Any(f => f.Description.Length > longest || f.DimensionColumns.Count > now.Files.MaximumColumns
            || f.DimensionColumns.Append(f.CountColumn ?? "").Append(f.DegreesOfFreedomColumn ?? "").Any(c => c.Length > now.Files.MaximumText))
            ? Finding.Error("release.declaration", "A declaration is too long", $"Describe a file in at most {longest} characters, and name its columns as its header does")
            : null;
    }

    private Outcome<IReadOnlyList<SubmittedFile>> Open(PermitId permit, IReadOnlyList<OutputDeclaration> files, OutputRules now)
    {
        var all = new List<SubmittedFile>();
        foreach (var file in files)
        {
            var content = Read(permit, file.RunId, file.FileName);
            var support = file is { Kind: OutputKind.MagnitudeTable, UnderlyingFile: { } name } ? Read(permit, file.RunId, name) : null;
            if (!content.Try(out var bytes) || support?.IsOk == false)
            {
                return Outcome<IReadOnlyList<SubmittedFile>>.Refused([.. content.Findings, .. support?.Findings ?? []]);
            }

            all.Add(new SubmittedFile(file, Drawn(file, bytes, now), support is null ? null : support.Value) { Original = bytes });
        }

        return all;
    }

    /// <summary>A figure is drawn anew: what people look at, and what leaves, is the new drawing.</summary>
    private static byte[] Drawn(OutputDeclaration file, byte[] bytes, OutputRules now)
    {
        if (file.Kind != OutputKind.Figure || bytes.Length > now.Files.MaximumBytes || PngFile.Inspect(bytes, now.Files.MaximumPixels, now.Files.FigureText) == PngState.Broken)
        {
            return bytes;
        }

        try
        {
            return PngPicture.Redraw(bytes, now.FigureLevels);
        }
        catch (InvalidDataException)
        {
            // It says it is a picture and cannot be drawn: the checks say so too.
            return [];
        }
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

    private IReadOnlyList<OutputCheck> Recheck(SubmissionView view) => Inspection.AgainstHistory(
        [.. view.Files.Select(f => new SubmittedFile(f, submitted.Read(view.Sha256ByFile[f.FileName])))], history.Of(view.Permit, submissions.All), rules.Named(view.OutputRules));

    private string KeepDossier(SubmissionView view)
    {
        var runs = view.Files.Select(f => f.RunId).ToHashSet(StringComparer.Ordinal);
        return submitted.Keep(Minato.Release.Dossier.Of(view, access.FindPermit(view.Permit)!, workspace.Runs(view.Permit).Where(r => runs.Contains(r.Id)), clock.GetUtcNow()));
    }

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
            : !actor.Is(Role.OutputChecker) ? ExitRole.Other
            : view.DecidedBefore.Contains(actor.Id) ? ExitRole.DecidedBefore
            : ExitRole.IndependentChecker;
    }

    private string NewId() => $"o-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";

    private static Finding Changed { get; } = Finding.Error("release.changed", "A submitted file is not what it was when it was checked", "Have it submitted again, and tell the operator");

    private static string StreamOf(string submission) => Submission.StreamPrefix + submission;
}
