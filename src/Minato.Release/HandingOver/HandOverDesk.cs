using System.Security.Cryptography;
using Minato.Access;
using Minato.Ledger;
using Minato.Ledger.Age;
using Minato.Processing;
using Minato.Processing.Standards;

namespace Minato.Release.HandingOver;

/// <inheritdoc cref="IHandOvers"/>
internal sealed class HandOverDesk : IHandOvers
{
    private readonly FileVault containers;
    private readonly TermsBook terms;
    private readonly ILedger ledger;
    private readonly IAccess access;
    private readonly IProcessing processing;
    private readonly TimeProvider clock;
    private readonly Projection<Recipient, RecipientEvent> recipients;
    private readonly Projection<HandOverView, HandOverEvent> handOvers;

    public HandOverDesk(FileVault containers, TermsBook terms, ILedger ledger, IAccess access, IProcessing processing, TimeProvider clock)
    {
        (this.containers, this.terms, this.ledger, this.access, this.processing, this.clock) = (containers, terms, ledger, access, processing, clock);
        recipients = new(ledger, Submission.Room, Recipient.StreamPrefix, Recipient.Evolve);
        handOvers = new(ledger, Submission.Room, HandOver.StreamPrefix, HandOver.Evolve);
    }

    public HandOverTerms Terms => terms.InForce(Today);

    public IReadOnlyList<CertifiedRecipient> Recipients => [.. recipients.All.Select(r => r.View(Today, Terms)).OrderBy(r => r.Registration.Id, StringComparer.Ordinal)];

    private DateOnly Today => JapaneseDay.Today(clock);

    public async Task<Outcome<CertifiedRecipient>> RegisterAsync(RecipientRegistration registration, Actor by, CancellationToken ct = default) =>
        NotTheSecretariat(by) is { } no ? no
        : !Slug.IsValid(registration.Id) ? Outcome<CertifiedRecipient>.Refused(Recipient.Register(registration, Today).Findings)
        : View(await recipients.DecideAsync(Recipient.StreamPrefix + registration.Id, by.Id, _ => Recipient.Register(registration, Today), ct: ct).ConfigureAwait(false));

    public async Task<Outcome<CertifiedRecipient>> AcceptTermsAsync(string recipient, string terms, Actor by, CancellationToken ct = default) =>
        !Slug.IsValid(recipient) ? Recipient.NotThere
        : View(await recipients.DecideAsync(Recipient.StreamPrefix + recipient, by.Id, state => Recipient.Accept(state, terms, Terms, by.Id), ct: ct).ConfigureAwait(false));

    public async Task<Outcome<CertifiedRecipient>> RevokeAsync(string recipient, string reasons, Actor by, CancellationToken ct = default)
    {
        if ((NotTheSecretariat(by) ?? (Slug.IsValid(recipient) ? null : Recipient.NotThere)) is { } no)
        {
            return no;
        }

        var revoked = await recipients.DecideAsync(Recipient.StreamPrefix + recipient, by.Id, state => Recipient.Revoke(state, reasons), ct: ct).ConfigureAwait(false);
        foreach (var open in revoked.IsOk ? handOvers.All.Where(h => h.Recipient == recipient && HandOverTable.Refusal(h.State, [HandOverRole.Secretariat], HandOverCommand.Recall) is null) : [])
        {
            // The registration ended by an operator's word; that what is out comes back follows from it, whoever has part in the project.
            await handOvers.DecideAsync(StreamOf(open.Id), Actor.Harbour.Id, state => HandOver.Recall(state, reasons, [HandOverRole.Secretariat], Today.AddDays(Terms.RecallDays)), ct: ct).ConfigureAwait(false);
        }

        Tidy();
        return View(revoked);
    }

    public async Task<Outcome<HandOverView>> ProposeAsync(PermitId permit, string why, Actor by, CancellationToken ct = default)
    {
        var inForce = access.InForce(permit);
        if (!inForce.Try(out var project))
        {
            return Outcome<HandOverView>.Refused(inForce.Findings);
        }

        if (!project.Use.Members.Contains(by.Id))
        {
            return Finding.Error("handover.role", "Only members named in the permit ask for a hand-over", "Ask a member to do it");
        }

        if ((HandOver.BadReasons(why) ?? NotNow(project)) is { } no)
        {
            return no;
        }

        if (handOvers.All.Any(h => h.Permit == permit && h.State is HandOverState.Proposed or HandOverState.Approved or HandOverState.Ready))
        {
            return Finding.Error("handover.open-already", "A hand-over under this permit is under way", "Wait for its end, or withdraw it");
        }

        var proposed = new HandOverEvent.Proposed(permit.Value, project.Use.HandOverTo!, why.Trim());
        return await handOvers.DecideAsync(
            StreamOf($"h-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}"), by.Id,
            state => state is null ? Outcome<IReadOnlyList<HandOverEvent>>.Ok([proposed]) : Finding.Error("handover.id-taken", "The id is taken", "Ask again"), ct: ct).ConfigureAwait(false);
    }

    public Task<Outcome<HandOverView>> WithdrawAsync(string handOver, string reasons, Actor by, CancellationToken ct = default) => DoAsync(handOver, by, (state, roles) => HandOver.Withdraw(state, reasons, roles), ct);

    public async Task<Outcome<HandOverView>> DecideAsync(string handOver, bool approve, string reasons, Actor by, CancellationToken ct = default) =>
        (await DoAsync(handOver, by, (state, roles) => HandOver.Decide(state, approve, reasons, roles, by.Id, Terms.People), ct).ConfigureAwait(false)).Map(view => HandOver.ForChecker(view, by.Id));

    public async Task<Outcome<HandOverView>> PackAsync(string handOver, Actor by, CancellationToken ct = default)
    {
        if (Find(handOver) is not { } found)
        {
            return HandOver.NotThere;
        }

        if (HandOverTable.Refusal(found.State, RolesOf(by, found), HandOverCommand.Pack) is { } refusal)
        {
            return refusal;
        }

        var inForce = access.InForce(found.Permit);
        if (!inForce.Try(out var permit))
        {
            return Outcome<HandOverView>.Refused(inForce.Findings);
        }

        if (processing.Extractions(found.Permit) is not [.., var extraction] || extraction.ChoicesAsOf < clock.GetUtcNow().AddDays(-Terms.FreshDays))
        {
            return Finding.Error("handover.stale", $"There is no extraction whose choices of persons are younger than {Terms.FreshDays} day(s): who refused since must not be handed over", "Extract anew, and pack at once");
        }

        if (NotNow(permit, extraction.Id) is { } no)
        {
            return no;
        }

        var recipient = recipients.Find(Recipient.StreamPrefix + found.Recipient)!;
        var useUntil = new[] { Today.AddMonths(Terms.UseMonths), JapaneseDay.Of(permit.Until), recipient.Registration.ValidUntil }.Min();
        if (useUntil <= Today)
        {
            return Finding.Error("handover.no-time", "The permit or the certification ends today", "Renew it first");
        }

        // Reading, hashing and sealing everything takes its time; the caller's thread has better to do.
        var sealedUp = await Task.Run(() => Seal(found, recipient, extraction, useUntil), ct).ConfigureAwait(false);
        return sealedUp.Try(out var container)
            ? await DoAsync(handOver, by, (state, roles) => HandOverTable.Refusal(state!.State, roles, HandOverCommand.Pack) is { } meanwhile ? meanwhile
                : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.Packed(container, HandOver.Duties(Terms, Today, useUntil))]), ct).ConfigureAwait(false)
            : Outcome<HandOverView>.Refused(sealedUp.Findings);
    }

    public async Task<Outcome<Stream>> FetchAsync(string handOver, Actor by, CancellationToken ct = default)
    {
        if (Find(handOver) is not { } found)
        {
            return HandOver.NotThere;
        }

        if (HandOverTable.Refusal(found.State, RolesOf(by, found), HandOverCommand.Fetch) is { } refusal)
        {
            return refusal;
        }

        if ((access.InForce(found.Permit) is { IsOk: false } over ? over.Findings[0] : NotActive(found.Recipient)) is { } no)
        {
            return no;
        }

        if (containers.Open(found.Container!.Sha256) is not { } content)
        {
            return Finding.Error("handover.gone", "The container is not there", "Tell the operator");
        }

        // On the ledger before the first byte leaves.
        var fetched = await DoAsync(handOver, by, (state, roles) => HandOverTable.Refusal(state!.State, roles, HandOverCommand.Fetch) is { } meanwhile ? meanwhile : Outcome<IReadOnlyList<HandOverEvent>>.Ok([new HandOverEvent.Fetched()]), ct).ConfigureAwait(false);
        if (fetched.IsOk)
        {
            return content;
        }

        await content.DisposeAsync().ConfigureAwait(false);
        return Outcome<Stream>.Refused(fetched.Findings);
    }

    public Task<Outcome<HandOverView>> ConfirmAsync(string handOver, string sha256, Actor by, CancellationToken ct = default) => DoAsync(handOver, by, (state, roles) => HandOver.Confirm(state, sha256, roles), ct);

    public Task<Outcome<HandOverView>> FulfilAsync(string handOver, DutyKind duty, string words, Actor by, DestructionMethod? method = null, CancellationToken ct = default) =>
        DoAsync(handOver, by, (state, roles) => HandOver.Fulfil(state, duty, words, method, roles), ct);

    public Task<Outcome<HandOverView>> RecallAsync(string handOver, string reasons, Actor by, CancellationToken ct = default) =>
        DoAsync(handOver, by, (state, roles) => HandOver.Recall(state, reasons, roles, Today.AddDays(Terms.RecallDays)), ct);

    public async Task<Outcome<int>> SweepAsync(CancellationToken ct = default)
    {
        var late = handOvers.All.Where(IsLate).ToList();
        foreach (var view in late)
        {
            await handOvers.DecideAsync(StreamOf(view.Id), Actor.Harbour.Id, state => Outcome<IReadOnlyList<HandOverEvent>>.Ok(IsLate(state!) ? [new HandOverEvent.Lapsed()] : []), ct: ct).ConfigureAwait(false);
        }

        Tidy();
        return late.Count;

        bool IsLate(HandOverView h) => h is { State: HandOverState.Ready, FirstFetchedAt: null } && h.Duties.Any(d => d.Kind == DutyKind.Receipt && d.IsOverdue(Today));
    }

    public Outcome<Evidence> Evidence(string handOver, Actor by) =>
        Find(handOver) is not { PackedIndex: { } index } found || (RolesOf(by, found).Count == 0 && !by.Is(Role.Auditor)) ? HandOver.NotThere : ledger.ProveEvent(index);

    public IReadOnlyList<HandOverView> VisibleTo(Actor actor) =>
        [.. handOvers.All.Where(h => actor.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System) || RolesOf(actor, h).Count > 0)
            .Select(h => actor.Is(Role.Operator | Role.Auditor | Role.System) ? h : HandOver.ForChecker(h, actor.Id))];

    public IReadOnlyList<HandOverView> Published => [.. handOvers.All.Where(h => h.State is not (HandOverState.Proposed or HandOverState.Withdrawn)).Select(HandOver.ForThePublic)];

    public IReadOnlyList<(HandOverView HandOver, HandOverDuty Duty)> Overdue =>
        [.. handOvers.All.SelectMany(h => h.Duties.Where(d => d.IsOverdue(Today)).Select(d => (h, d))).OrderBy(x => x.d.Due)];

    public HandOverFigures Figures
    {
        get
        {
            var all = handOvers.All;
            return new(
                Recipients.Count(r => r.State == RecipientState.Active), all.Count(h => h.FirstFetchedAt is not null), all.Count(h => h is { FirstFetchedAt: not null, State: HandOverState.Ready or HandOverState.Received or HandOverState.Recalled }),
                all.Count(h => h.Destruction is not null), Overdue.Count);
        }
    }

    /// <summary>Why nothing goes out under a permit now, whoever asks.</summary>
    private Finding? NotNow(Permit permit, string? extraction = null) =>
        permit.Use.HandOverTo is not { } to ? Finding.Error("handover.not-granted", "The permit names no certified user to whom data may be handed over", "Apply for it; it is reviewed with the rest")
        : NotActive(to) ?? (processing.MayBePut(permit.Id, DataPlace.CertifiedUser, extraction) is { IsOk: false } no ? no.Findings[0] : null);

    private Finding? NotActive(string recipient) => recipients.Find(Recipient.StreamPrefix + recipient)?.StateOn(Today, Terms) switch
    {
        RecipientState.Active => null,
        null => Finding.Error("handover.recipient", "The certified user of the permit is not registered", "Ask the secretariat to register it"),
        RecipientState.Waiting => Finding.Error("handover.recipient", $"The certified user has not accepted the terms in force ({Terms.Name})", "Ask its contacts to accept them"),
        RecipientState.OutOfTerm => Finding.Error("handover.recipient", "The certification is not valid today", "Ask the secretariat to register its renewal"),
        _ => Finding.Error("handover.recipient", "The certified user's registration was revoked", "Nothing goes there"),
    };

    private Outcome<HandOverContainer> Seal(HandOverView handOver, Recipient recipient, ExtractionManifest extraction, DateOnly useUntil)
    {
        var folder = processing.FolderOf(handOver.Permit, extraction.Id);
        List<PackedFile> files = [.. extraction.Files.Concat(extraction.Changes is { } changes ? [changes.File] : []).Select(f => new PackedFile(f.Path, f.Bytes, f.Sha256))];
        if (Path.Join(folder, ExtractionManifest.FileName) is var manifest && File.Exists(manifest))
        {
            using var content = File.OpenRead(manifest);
            files.Add(new PackedFile(ExtractionManifest.FileName, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }

        if (!AgeRecipient.TryParse(recipient.Registration.PublicKey, out var key))
        {
            return Finding.Error("handover.recipient", "The registered key cannot be read", "Register it anew");
        }

        var list = new PackingList(handOver.Id, handOver.Permit.Value, recipient.Registration.Id, extraction.Id, extraction.ProcessingStandard, Terms.Name, Terms.Says, useUntil, files);
        Outcome<PackingList> packed = list;
        var kept = containers.Keep(to => (packed = SealedContainer.Write(to, key, list, path => File.Exists(Path.Join(folder, path)) ? File.OpenRead(Path.Join(folder, path)) : null)).IsOk);
        return kept is { } container
            ? new HandOverContainer(extraction.Id, extraction.ProcessingStandard, Terms.Name, recipient.Fingerprint, container.Sha256, container.Bytes, files.Count, useUntil, clock.GetUtcNow())
            : Outcome<HandOverContainer>.Refused(packed.Findings);
    }

    private async Task<Outcome<HandOverView>> DoAsync(string handOver, Actor by, Func<HandOverView?, IReadOnlyCollection<HandOverRole>, Outcome<IReadOnlyList<HandOverEvent>>> decide, CancellationToken ct)
    {
        if (Find(handOver) is null)
        {
            return HandOver.NotThere;
        }

        var done = await handOvers.DecideAsync(StreamOf(handOver), by.Id, state => decide(state, RolesOf(by, state!)), ct: ct).ConfigureAwait(false);
        Tidy();
        return done;
    }

    /// <summary>Containers stay while they can be fetched. What was sealed in this day may be on its way to its record.</summary>
    private void Tidy()
    {
        var over = handOvers.All.Where(h => h.State != HandOverState.Ready).Select(h => h.Container?.Sha256).OfType<string>().ToList();
        var ready = handOvers.All.Where(h => h.State == HandOverState.Ready).Select(h => h.Container!.Sha256).ToHashSet(StringComparer.Ordinal);
        over.ForEach(containers.Delete);
        containers.KeepOnly(ready, clock.GetUtcNow().AddDays(-1));
    }

    private HandOverView? Find(string handOver) => Slug.IsValid(handOver) ? handOvers.Find(StreamOf(handOver)) : null;

    private HashSet<HandOverRole> RolesOf(Actor actor, HandOverView view)
    {
        var permit = access.FindPermit(view.Permit);
        var recipient = recipients.Find(Recipient.StreamPrefix + view.Recipient)?.Registration;
        var ofTheProject = actor.Id == view.By || permit?.Use.Members.Contains(actor.Id) != false || access.Find(permit.Application)?.Applicant == actor.Id;
        var ofTheRecipient = recipient?.Contacts.Contains(actor.Id) == true;
        var neither = !ofTheProject && !ofTheRecipient;
        return
        [
            .. new (bool Is, HandOverRole Role)[]
            {
                (ofTheProject, HandOverRole.OfTheProject), (ofTheRecipient, HandOverRole.OfTheRecipient), (neither && actor.Is(Role.Operator), HandOverRole.Secretariat),
                (neither && actor.Is(Role.OutputChecker) && actor.Affiliation != recipient?.Affiliation, HandOverRole.IndependentChecker),
            }.Where(r => r.Is).Select(r => r.Role),
        ];
    }

    private Outcome<CertifiedRecipient> View(Outcome<Recipient> recipient) => recipient.Map(r => r.View(Today, Terms));

    private static Finding? NotTheSecretariat(Actor by) => by.Is(Role.Operator) ? null : Finding.Error("handover.role", "Only the operator registers certified users and revokes them", "Ask the operator");

    private static string StreamOf(string handOver) => HandOver.StreamPrefix + handOver;
}
