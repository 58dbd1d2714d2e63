using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Minato.Catalogue;
using Minato.Ledger;

namespace Minato.Access;

/// <param name="StandardsFolder">The folder <c>standards/</c>: the form, the criteria, the purposes, the tariffs, the bodies, the limits of time, the processing standards.</param>
/// <param name="Bodies">Which bodies review: a folder of <c>standards/bodies/</c>, by the institutional option.</param>
public sealed record AccessOptions(string StandardsFolder, string Bodies = "one")
{
    /// <summary>Whether a measure in force keeps a person or an organisation from applying.</summary>
    public Func<ActorId, string, bool> IsExcluded { get; init; } = (_, _) => false;

    /// <summary>What is wrong with a cohort definition, by the room that would execute it; empty: nothing.</summary>
    public Func<string, IReadOnlyList<Finding>> CohortDefects { get; init; } = _ => [];
}

/// <summary>The room: the ledger at one side, pure decisions at the other.</summary>
public sealed class AccessRoom : IAccessDesk
{
    private const string Prefix = "application/";

    private readonly Projection<ApplicationCase, AccessEvent> applications;
    private readonly AccessRules rules;
    private readonly TimeProvider clock;
    private readonly ClockDesk clocks;
    private readonly PermitSeal seal;
    private readonly Kept<Register> published = new();
    private readonly Kept<AccessFigures> figures = new();
    private readonly Kept<PublishedUses> uses = new();

    /// <summary>Used within <see cref="published"/> alone, by one thread at a time.</summary>
    private readonly Dictionary<ApplicationId, (ApplicationCase Of, long Hour, ApplicationView View, string Text)> publicViews = [];
    private readonly Kept<IReadOnlyList<RunningClock>> running = new();

    private AccessRoom(AccessRules rules, ClockDesk clocks, PermitSeal seal, ILedger ledger, TimeProvider clock)
    {
        this.seal = seal;
        this.clock = clock;
        this.clocks = clocks;
        this.rules = rules with { PermitCase = CaseOf, Clocks = clocks.Of };
        applications = new(ledger, "access", Prefix, static (state, e, recorded) =>
            ApplicationCase.Evolve(state, e, new Stamp(new ApplicationId(recorded.Stream[Prefix.Length..]), recorded.Version, recorded.At, recorded.By, recorded.Type)));
    }

    /// <exception cref="InvalidDataException">A standard is missing or cannot be used; the message names the file.</exception>
    public static IAccessDesk Open(AccessOptions options, ILedger ledger, IKeyStore keys, ICatalogue catalogue, TimeProvider clock)
    {
        string Folder(string name) => Path.Combine(options.StandardsFolder, name);
        var room = new AccessRoom(
            new AccessRules(
                StandardFolder<FormStandard>.Read(Folder("application-form")),
                StandardFolder<PurposeStandard>.Read(Folder("purposes")),
                StandardFolder<CriteriaStandard>.Read(Folder("review-criteria")),
                StandardFolder<Tariff>.Read(Folder("tariffs")),
                StandardFolder<BodyStandard>.Read(Folder(Path.Combine("bodies", options.Bodies))),
                name => ProcessingStandards.Exists(Folder("processing"), name),
                catalogue.Find,
                () => catalogue.All.SelectMany(d => d.Variables).Select(v => (v.Table, v.Column)).ToHashSet(),
                _ => null,
                _ => [],
                options.IsExcluded,
                options.CohortDefects),
            ClockDesk.Open(options.StandardsFolder, ledger, clock),
            new PermitSeal(keys),
            ledger,
            clock);
        room.FinishFollowUps();
        return room;
    }

    public ApplicationForm Form => rules.Forms.InForce(clock.GetUtcNow()).ToForm();

    public IReadOnlyList<PermissionRule> Permissions => PermissionTable.Rules;

    public IReadOnlyList<Purpose> Purposes => rules.Purposes.InForce(clock.GetUtcNow()).Purposes;

    public Task<Outcome<ApplicationId>> CreateAsync(Actor by, CancellationToken ct = default) => CreateAsync(null, by, ct);

    public Task<Outcome<ApplicationId>> FollowAsync(FollowUp follows, Actor by, CancellationToken ct = default) => CreateAsync(follows, by, ct);

    private async Task<Outcome<ApplicationId>> CreateAsync(FollowUp? follows, Actor by, CancellationToken ct)
    {
        var year = clock.GetUtcNow().Year;
        for (; ; )
        {
            var next = applications.All.Select(a => PermitNumber.NumberIn(year, a.Id)).DefaultIfEmpty().Max() + 1;
            var id = PermitNumber.Application(year, next);
            var created = await applications.DecideAsync(StreamOf(id), by.Id, existing => ApplicationDecisions.Create(existing, follows, by, clock.GetUtcNow(), rules), ct: ct).ConfigureAwait(false);
            if (created.IsOk)
            {
                return id;
            }

            // Somebody else took the number between the count and the append: count again.
            if (created.Findings.All(f => f.Code != "access.id-taken"))
            {
                return Outcome<ApplicationId>.Refused(created.Findings);
            }
        }
    }

    public async Task<Outcome<ApplicationView>> ExecuteAsync(ApplicationId application, ApplicationCommand command, Actor by, CancellationToken ct = default)
    {
        var done = await applications.DecideAsync(
            StreamOf(application), by.Id, state => ApplicationDecisions.Decide(state, command, by, clock.GetUtcNow(), rules), ct: ct).ConfigureAwait(false);

        if (done.Try(out var after) && after.State == ApplicationState.Applied)
        {
            await FinishAsync(after).ConfigureAwait(false);
        }

        // The caller sees what the caller may see, also in the answer; one who has just left the panel sees the application no more.
        return done.Map(a => For(a, by) ?? ViewFor.Public(Office(a), PublicFields));
    }

    public ApplicationView? Find(ApplicationId application) => applications.Find(StreamOf(application)) is { } a ? Office(a) : null;

    public IReadOnlyList<ApplicationView> VisibleTo(Actor actor) => [.. applications.All.Select(a => For(a, actor)).OfType<ApplicationView>()];

    public ApplicationView? FindFor(ApplicationId application, Actor actor) => applications.Find(StreamOf(application)) is { } a ? For(a, actor) : null;

    public Relation RelationTo(ApplicationId application, Actor actor) => applications.Find(StreamOf(application)) is { } a ? RelationOf.To(a, actor) : Relation.Public;

    public IReadOnlyList<string> PermittedCommands(ApplicationId application, Actor actor) =>
        applications.Find(StreamOf(application)) is { } a ? PermissionTable.Commands(a.StateAt(clock.GetUtcNow()), RelationOf.To(a, actor)) : [];

    public Permit? FindPermit(PermitId permit) => CaseOf(permit)?.Permit;

    public Outcome<Permit> InForce(PermitId permit)
    {
        if (CaseOf(permit) is not { } a)
        {
            return UnknownPermit;
        }

        return a.StateAt(clock.GetUtcNow()) switch
        {
            ApplicationState.Permitted => a.Permit!,
            ApplicationState.Suspended => Finding.Error("access.permit-suspended", $"The permit {permit} is suspended", "Wait until the secretariat resumes it"),
            _ when a.State == ApplicationState.Ended => Finding.Error("access.permit-ended", $"The permit {permit} was ended", "Apply again"),
            _ => Finding.Error("access.permit-expired", $"The permit {permit} ran until {a.Permit!.Until:yyyy-MM-dd}", "Apply again"),
        };
    }

    public string PublicKeys => seal.PublicKeys;

    public Outcome<string> SignedPermit(PermitId permit, Uri issuer, Actor actor) =>
        CaseOf(permit) is { } a && RelationOf.To(a, actor) is Relation.Applicant or Relation.Member or Relation.Secretariat or Relation.Auditor or Relation.Harbour
            ? seal.Permit(a, a.Permit!, issuer)
            : UnknownPermit;

    public Outcome<IReadOnlyList<string>> Visas(PermitId permit, Uri issuer, Actor member) =>
        CaseOf(permit)?.Permit?.Use.Members.Contains(member.Id) == true ? InForce(permit).Map(p => seal.Visas(p, member.Id, issuer)) : UnknownPermit;

    public IReadOnlyList<RunningClock> ClocksOf(ApplicationId application, Actor actor) =>
        applications.Find(StreamOf(application)) is { } a && For(a, actor) is not null ? clocks.Of(a) : [];

    public IReadOnlyList<RunningClock> Clocks(Actor actor) =>
        actor.Is(Role.Operator) || actor.Is(Role.Auditor) || actor.Is(Role.System)
            ? running.Get(clocks.Version + applications.Version, clock.GetUtcNow(), () => Running(applications.All.SelectMany(clocks.Of).Concat(clocks.OfDatasetsAndHarbour())))
            : Running(applications.All.Where(a => For(a, actor) is not null).SelectMany(clocks.Of));

    private static IReadOnlyList<RunningClock> Running(IEnumerable<RunningClock> all) => [.. all.Where(c => c is { StoppedAt: null, Keep: false } && c.State != ClockState.Passed).OrderBy(c => c.Due)];

    /// <summary>Worked out once for each change and each hour (permits end by the calendar): the register is read far more often than it changes.</summary>
    public IReadOnlyList<ApplicationView> Published => Registered.Views;

    private Register Registered => published.Get(applications.Version, clock.GetUtcNow(), () =>
    {
        string[] fields = [.. PublicFields];
        var hour = clock.GetUtcNow().ToUnixTimeSeconds() / 3600;
        (ApplicationView View, string Text)[] entries = [.. applications.All.Where(a => a.DecidedAt is not null).OrderByDescending(a => a.DecidedAt).Select(Entry)];
        return new Register([.. entries.Select(e => e.View)], [.. entries.Select(e => e.Text)]);

        // Only what changed is made anew: the register of a nation has very many entries.
        (ApplicationView, string) Entry(ApplicationCase a)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(publicViews, a.Id, out _);
            if (!ReferenceEquals(known.Of, a) || known.Hour != hour)
            {
                var view = ViewFor.Public(Office(a), fields);
                known = (a, hour, view, view.Draft is { Use: var u } ? $"{u.Title.Ja}\n{u.Title.En}\n{u.PlainSummary.Ja}\n{u.PlainSummary.En}".ToUpperInvariant() : "");
            }

            return (known.View, known.Text);
        }
    });

    public IReadOnlyList<ApplicationView> SearchPublished(string words)
    {
        var (register, text) = (Registered, words.Trim().ToUpperInvariant());
        return text.Length == 0 ? register.Views : register.With(text);
    }

    public ApplicationView? FindPublished(ApplicationId application) =>
        applications.Find(StreamOf(application)) is { DecidedAt: not null } a ? ViewFor.Public(Office(a), [.. PublicFields]) : null;

    public ApplicationView? FindPublished(PermitId permit) => CaseOf(permit) is { } a ? FindPublished(a.Id) : null;

    public PublishedUses Uses => uses.Get(applications.Version, clock.GetUtcNow(), () =>
    {
        static IReadOnlyList<(string, int)> Count(IEnumerable<string> of) => [.. of.CountBy(x => x).Select(x => (x.Key, x.Value))];
        var all = Published;
        return new PublishedUses(
            Count(all.Select(a => a.Draft?.Use.Purpose ?? "")),
            [.. Count(all.SelectMany(a => a.Draft?.Use.Datasets ?? []).Select(d => d.Dataset.Value)).OrderByDescending(x => x.Item2).ThenBy(x => x.Item1, StringComparer.Ordinal).Take(12)],
            [.. Count(all.Select(a => JapaneseDay.Of(a.DecidedAt!.Value).ToString("yyyy-MM", CultureInfo.InvariantCulture))).OrderBy(x => x.Item1, StringComparer.Ordinal).TakeLast(24)],
            all.Count(a => a.Permit is not null));
    });

    public IReadOnlyList<Criterion> CriteriaFor(ApplicationId application) =>
        (applications.Find(StreamOf(application))?.Criteria is { } name ? rules.Criteria.Find(name) : null)?.Criteria
        ?? rules.Criteria.InForce(clock.GetUtcNow()).Criteria;

    public (IReadOnlyList<CheckResult> Checks, Outcome<FeeQuote> Quote) Preview(ApplicationDraft draft)
    {
        if (DraftShape.Defect(draft) is { } defect)
        {
            return ([], defect);
        }

        var now = clock.GetUtcNow();
        return (Checks.Run(rules, draft, now), rules.Tariffs.InForce(now).Quote(draft.Use, draft.Answers));
    }

    public AccessFigures Figures => figures.Get(applications.Version, clock.GetUtcNow(), CountFigures);

    private AccessFigures CountFigures()
    {
        var now = clock.GetUtcNow();
        var all = applications.All;
        var decided = all.Where(a => a.DecidedAt is not null).ToArray();
        var votes = decided.SelectMany(a => a.Votes).ToArray();
        double[] days = [.. decided.Select(a => (a.DecidedAt!.Value - a.SubmittedAt!.Value - a.QuestionTime).TotalDays).Order()];
        return new AccessFigures(
            all.Count(a => a.SubmittedAt is not null),
            all.Count(a => a.State is ApplicationState.Submitted or ApplicationState.InReview or ApplicationState.QuestionAsked),
            decided.Count(a => a.Fee is not null),
            decided.Count(a => a.State == ApplicationState.Refused),
            all.Count(a => a.StateAt(now) == ApplicationState.Permitted),
            days.Length == 0 ? null : (days[(days.Length - 1) / 2] + days[days.Length / 2]) / 2,
            votes.Length == 0 ? 0 : (double)votes.Count(v => v.Citizen) / votes.Length);
    }

    private static Finding UnknownPermit => Finding.Error("access.unknown-permit", "There is no such permit", "Check the permit's id");

    private IEnumerable<string> PublicFields => Form.Sections.SelectMany(s => s.Fields).Where(f => f.Public && f.Kind != "use").Select(f => f.Id);

    /// <summary>Follow-ups that were accepted just before the node stopped: the permit's own stream learns of them now.</summary>
    private void FinishFollowUps()
    {
        foreach (var change in applications.All.Where(a => a.State == ApplicationState.Applied))
        {
            FinishAsync(change).GetAwaiter().GetResult();
        }
    }

    private async Task FinishAsync(ApplicationCase change)
    {
        var permit = change.Permits[0];
        var done = await applications.DecideAsync(
            StreamOf(permit.Application),
            change.Applicant,
            original => Outcome<IReadOnlyList<AccessEvent>>.Ok(
                original!.Changes.Contains(change.Id.Value) ? []
                : permit.Renewals > original.Permit!.Renewals ? [new AccessEvent.PermitRenewed(permit with { Version = original.Permit.Version + 1 }, change.Id.Value)]
                : [new AccessEvent.PermitChanged(permit with { Version = original.Permit.Version + 1 }, change.Id.Value)])).ConfigureAwait(false);
        _ = done.Value;
    }

    private static string StreamOf(ApplicationId application) => $"{Prefix}{application}";

    private ApplicationCase? CaseOf(PermitId permit) =>
        permit.Value is ['p', '-', ..] && applications.Find(StreamOf(PermitNumber.Of(permit))) is { Permit: not null } a ? a : null;

    /// <summary>While the text can change, the checks are live; afterwards they are those it was submitted with.</summary>
    private ApplicationView Office(ApplicationCase a)
    {
        var now = clock.GetUtcNow();
        var live = a.State is ApplicationState.Draft or ApplicationState.QuestionAsked && a.Draft is not null;
        return ViewFor.Office(a, live ? Checks.Run(rules, a.Draft!, now) : a.Checks, now) with { Bodies = [.. a.Bodies.Select(b => rules.Bodies.InForce(now).Bodies.FirstOrDefault(r => r.Id == b)?.ToPort() ?? new ReviewBody(b, new Bilingual(b, b)))] };
    }

    private ApplicationView? For(ApplicationCase a, Actor actor) => RelationOf.To(a, actor) switch
    {
        Relation.Applicant or Relation.Member => ViewFor.Project(Office(a)),
        Relation.Reviewer or Relation.CitizenReviewer => ViewFor.Reviewer(Office(a), actor.Id),
        Relation.Holder => ViewFor.Holder(Office(a), new HolderId(actor.Affiliation)),
        Relation.Secretariat or Relation.Auditor or Relation.Harbour => Office(a),
        _ => null,
    };

    /// <summary>What the public sees, and of each entry the words that are searched, in capitals.</summary>
    private sealed record Register(IReadOnlyList<ApplicationView> Views, IReadOnlyList<string> Texts)
    {
        private const int MostAnswers = 200;

        /// <summary>What was looked for, as long as this register stands: whoever leafs through the answers asks again and again.</summary>
        private readonly ConcurrentDictionary<string, IReadOnlyList<ApplicationView>> answers = new(StringComparer.Ordinal);

        public IReadOnlyList<ApplicationView> With(string text)
        {
            if (!answers.TryGetValue(text, out var found))
            {
                found = [.. Views.Where((_, i) => Texts[i].Contains(text, StringComparison.Ordinal))];
                if (answers.Count < MostAnswers)
                {
                    answers[text] = found;
                }
            }

            return found;
        }
    }
}
