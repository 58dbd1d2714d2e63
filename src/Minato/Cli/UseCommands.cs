using System.CommandLine;
using System.Text.Json;
using Minato.Access;
using Minato.Release;
using Minato.Workspace;

namespace Minato.Cli;

/// <summary>Applications, permits, extraction, workspace, exit: the way through and out.</summary>
internal static class UseCommands
{
    private static readonly Argument<string> Application = new("application") { Description = "Application id" };
    private static readonly Argument<string> Permit = new("permit") { Description = "Permit id" };
    private static readonly Argument<string> File = new("file") { Description = "A file" };
    private static readonly Argument<string> Submission = new("submission") { Description = "Submission id" };
    private static readonly Argument<string> Words = new("text") { Description = "What to say" };

    public static Command Applications()
    {
        var reviewers = new Argument<string[]>("reviewers") { Description = "Ids of three or more reviewers, one of them a citizen" };
        var vote = new Argument<Vote>("vote") { Description = "approve, approveWithConditions or refuse" };
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var conditions = new Option<string[]>("--condition") { Description = "A condition (may be repeated)" };
        var met = new Option<string[]>("--met") { Description = "Criteria that are met (may be repeated)", AllowMultipleArgumentsPerToken = true };
        var unmet = new Option<string[]>("--not-met") { Description = "Criteria that are not met (may be repeated)", AllowMultipleArgumentsPerToken = true };
        return Verb.Group("application", "Applications for use, review and permits",
            Verb.On("create", "Begins a draft", [], async (h, _, by, ct) => (await h.Access.CreateAsync(by, ct).ConfigureAwait(false)).Any()),
            Verb.On("draft", "Saves the draft in a JSON file", [Application, File], async (h, p, by, ct) =>
            {
                var read = DataCommands.ReadJson<ApplicationDraft>(p.GetValue(File)!);
                return read.Try(out var draft) ? await Do(h, p, by, new ApplicationCommand.SaveDraft(draft), ct).ConfigureAwait(false) : Outcome<object?>.Refused(read.Findings);
            }),
            Step("submit", "Submits it", [], _ => new ApplicationCommand.Submit()),
            Step("withdraw", "Withdraws it", [Words], p => new ApplicationCommand.Withdraw(p.GetValue(Words)!)),
            Verb.On("assign", "Names the reviewers", [Application, reviewers], async (h, p, by, ct) =>
            {
                var people = new People(h.Options.Folder);
                var found = p.GetValue(reviewers)!.Select(people.Find).ToList();
                return found.FirstOrDefault(f => !f.IsOk) is { } no
                    ? Outcome<object?>.Refused(no.Findings)
                    : await Do(h, p, by, new ApplicationCommand.AssignReviewers([.. found.Select(f => f.Value)]), ct).ConfigureAwait(false);
            }),
            Step("conflict", "Declares a conflict of interest", [Words], p => new ApplicationCommand.DeclareConflict(p.GetValue(Words)!)),
            Step("ask", "Asks the applicant; the clock stands", [Words], p => new ApplicationCommand.Ask(p.GetValue(Words)!)),
            Step("answer", "Answers the question", [Words], p => new ApplicationCommand.Answer(p.GetValue(Words)!)),
            Step("vote", "Casts a reviewer's vote", [vote, reasons, conditions, met, unmet], p => new ApplicationCommand.CastVote(
                p.GetValue(vote), p.GetValue(reasons)!,
                (p.GetValue(met) ?? []).Select(c => (c, true)).Concat((p.GetValue(unmet) ?? []).Select(c => (c, false))).ToDictionary(x => x.c, x => x.Item2),
                p.GetValue(conditions) ?? [])),
            Step("decide", "Closes the review by its votes", [], _ => new ApplicationCommand.Decide()),
            Step("accept-fee", "Accepts the fee quote; the permit begins", [], _ => new ApplicationCommand.AcceptFee()),
            Step("suspend", "Suspends the permit", [Words], p => new ApplicationCommand.Suspend(p.GetValue(Words)!)),
            Step("resume", "Lets the permit go on", [Words], p => new ApplicationCommand.Resume(p.GetValue(Words)!)),
            Step("end", "Ends the permit; the project's key is destroyed", [Words], p => new ApplicationCommand.End(p.GetValue(Words)!)),
            Verb.On("list", "Lists the applications you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.Access.VisibleTo(by)))),
            Verb.On("show", "Shows one application", [Application], (h, p, by, _) =>
                Task.FromResult(Verb.Found(h.Access.VisibleTo(by).FirstOrDefault(a => a.Id.Value == p.GetValue(Application)), "application"))),
            Verb.On("permitted", "What you may do with it now", [Application], (h, p, by, _) =>
                Task.FromResult(Verb.Value(h.Access.PermittedCommands(new ApplicationId(p.GetValue(Application)!), by)))),
            Verb.On("form", "The application form in force", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Access.Form))));
    }

    public static Command Extractions() => Verb.Group("extraction", "Link, leave out who refused, select, process",
        Verb.On("run", "Makes the extraction of a permit", [Permit], async (h, p, by, ct) =>
            (await h.Processing.ExtractAsync(Id(p), by, null, Verb.Progress, ct).ConfigureAwait(false)).Any()),
        Verb.On("list", "Lists the manifests", [Permit], (h, p, _, _) => Task.FromResult(Verb.Value(h.Processing.Extractions(Id(p))))),
        Verb.On("check-cohort", "Checks a cohort definition (OHDSI Circe JSON)", [File], async (h, p, _, ct) =>
            h.Processing.CheckCohort(await System.IO.File.ReadAllTextAsync(p.GetValue(File)!, ct).ConfigureAwait(false)).Any()));

    public static Command Jobs()
    {
        var run = new Argument<string>("run") { Description = "Run id" };
        var language = new Option<JobLanguage>("--language") { Required = true, Description = "r, python, sql or shell" };
        var image = new Option<string?>("--image") { Description = "A system image of 'image list' (default: the node's own programs)" };
        var device = new Option<string?>("--device") { Description = "A device that the operator lends to jobs" };
        return Verb.Group("job", "Work in the secure environment",
            Verb.On("run", "Runs a program on the permit's data and waits for its end", [Permit, File, language, image, device], async (h, p, by, ct) =>
                (await h.Workspace.RunAsync(await RequestAsync(p, ct).ConfigureAwait(false), by, Verb.Progress, ct).ConfigureAwait(false)).Any()),
            Verb.On("queue", "Queues a program for the process that serves this node, and does not wait", [Permit, File, language, image, device], async (h, p, by, ct) =>
                (await h.Workspace.QueueAsync(await RequestAsync(p, ct).ConfigureAwait(false), by, leave: true, ct).ConfigureAwait(false)).Any()),
            Verb.On("cancel", "Ends a job or session, also one that waits", [Permit, run], async (h, p, by, ct) =>
                (await h.Workspace.CancelAsync(Id(p), p.GetValue(run)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists the runs", [Permit], (h, p, _, _) => Task.FromResult(Verb.Value(h.Workspace.Runs(Id(p))))),
            Verb.On("sandbox", "Which sandbox this machine gives", [], (h, _, _, _) => Task.FromResult(h.Workspace.Sandbox.Any())));

        async Task<JobRequest> RequestAsync(ParseResult p, CancellationToken ct) => new(Id(p), p.GetValue(language), await System.IO.File.ReadAllTextAsync(p.GetValue(File)!, ct).ConfigureAwait(false), Image: p.GetValue(image), Device: p.GetValue(device));
    }

    public static Command Releases()
    {
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var verdict = new Option<ExitVerdict>("--verdict") { DefaultValueFactory = _ => ExitVerdict.Release, Description = "Release, Return or Refuse" };
        var mends = new Option<string?>("--mends") { Description = "The draft to hand in, or the stopped or returned submission that this one mends" };
        var run = new Argument<string>("run") { Description = "Run id" };
        var name = new Argument<string>("name") { Description = "File name" };
        var target = new Option<string?>("--to") { Description = "Where to write the file (default: its name)" };
        return Verb.Group("release", "Exit control: submissions, checks, decisions",
            Verb.On("classes", "What kinds of output there are, and what each is declared with", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Release.Classes))),
            Verb.On("declared", "What a run's programs declared of their results", [Permit, run], (h, p, by, _) => Task.FromResult(h.Release.DeclaredIn(Id(p), p.GetValue(run)!, by).Any())),
            Verb.On("submit", "Submits outbox files declared in a JSON file", [Permit, File, mends], async (h, p, by, ct) =>
            {
                var read = DataCommands.ReadJson<List<OutputDeclaration>>(p.GetValue(File)!);
                return read.Try(out var files) ? (await h.Release.SubmitAsync(Id(p), files, by, p.GetValue(mends), ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(read.Findings);
            }),
            Verb.On("accept-mended", "Submits the version that lies ready for a stopped submission", [Submission], async (h, p, by, ct) =>
                (await h.Release.AcceptMendedAsync(p.GetValue(Submission)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("decide", "Says as an output checker what should become of it", [Submission, reasons, verdict], async (h, p, by, ct) =>
                (await h.Release.DecideAsync(p.GetValue(Submission)!, p.GetValue(verdict), p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("appeal", "Asks other checkers to look at a refusal", [Submission, reasons], async (h, p, by, ct) =>
                (await h.Release.AppealAsync(p.GetValue(Submission)!, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("withdraw", "Takes a submission back", [Submission], async (h, p, by, ct) => (await h.Release.WithdrawAsync(p.GetValue(Submission)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("figures", "How the exit works: numbers and times", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Release.Figures))),
            Verb.On("dossier", "Prints the dossier of a release", [Submission], (h, p, by, _) =>
                Task.FromResult(h.Release.Dossier(p.GetValue(Submission)!, by).Map(json => JsonSerializer.Deserialize<JsonElement>(json.Span)).Any())),
            Verb.On("list", "Lists the submissions you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.Release.VisibleTo(by)))),
            Verb.On("show", "Shows one submission with its checks", [Submission], (h, p, by, _) =>
                Task.FromResult(Verb.Found(h.Release.VisibleTo(by).FirstOrDefault(s => s.Id == p.GetValue(Submission)), "submission"))),
            Verb.On("fetch", "Writes a released file", [Submission, name, target], async (h, p, by, ct) =>
            {
                var fetched = await h.Release.FetchAsync(p.GetValue(Submission)!, p.GetValue(name)!, by, ct).ConfigureAwait(false);
                if (!fetched.Try(out var got))
                {
                    return Outcome<object?>.Refused(fetched.Findings);
                }

                await using var content = got.Content;
                await using var file = System.IO.File.Create(p.GetValue(target) ?? Path.GetFileName(got.File.Name));
                await content.CopyToAsync(file, ct).ConfigureAwait(false);
                return Verb.Value(got.File);
            }));
    }

    private static PermitId Id(ParseResult p) => new(p.GetValue(Permit)!);

    private static Command Step(string name, string description, IReadOnlyList<Symbol> words, Func<ParseResult, ApplicationCommand> command) =>
        Verb.On(name, description, [Application, .. words], (h, p, by, ct) => Do(h, p, by, command(p), ct));

    private static async Task<Outcome<object?>> Do(Harbour h, ParseResult p, Actor by, ApplicationCommand command, CancellationToken ct)
    {
        var done = await h.Access.ExecuteAsync(new ApplicationId(p.GetValue(Application)!), command, by, ct).ConfigureAwait(false);

        // The end of a permit is the end of its pseudonyms (D2).
        if (command is ApplicationCommand.End && done.Try(out var ended) && ended.Permit is { } permit)
        {
            var closed = await h.Linkage.CloseProjectAsync(permit.Id, by.Id, ct).ConfigureAwait(false);
            if (!closed.IsOk)
            {
                return Outcome<object?>.Refused(closed.Findings);
            }
        }

        return done.Any();
    }
}
