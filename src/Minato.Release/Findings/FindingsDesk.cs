using System.Text.Json;
using Minato.Access;
using Minato.Ledger;
using Minato.Ledger.Age;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Warehouse;

namespace Minato.Release.Findings;

/// <inheritdoc cref="IFindingsRelay"/>
internal sealed class FindingsDesk : IFindingsRelay
{
    private const int LongestReasons = 500;

    private readonly IAccess access;
    private readonly ILinkage linkage;
    private readonly IOptOut optOut;
    private readonly Func<IReadOnlyList<DatasetInfo>> datasets;
    private readonly FindingSeal seal;
    private readonly TimeProvider clock;
    private readonly Projection<FindingCase, FindingEvent> cases;
    private readonly Projection<Tray, TrayEvent> trays;

    public FindingsDesk(string standards, ILedger ledger, IKeyStore keys, IAccess access, ILinkage linkage, IOptOut optOut, Func<IReadOnlyList<DatasetInfo>> datasets, TimeProvider clock)
    {
        (this.access, this.linkage, this.optOut, this.datasets, this.clock) = (access, linkage, optOut, datasets, clock);
        Kinds = ReadKinds(Path.Join(standards, "findings", "kinds-v1.json"));
        seal = new(keys);
        cases = new(ledger, Submission.Room, FindingCase.StreamPrefix, FindingCase.Evolve);
        trays = new(ledger, Submission.Room, Tray.StreamPrefix, Tray.Evolve);
    }

    public IReadOnlyList<FindingKind> Kinds { get; }

    public async Task<Outcome<HolderId>> OpenTrayAsync(HolderId holder, string publicKey, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator))
        {
            return Finding.Error("finding.role", "Only the operator opens a holder's tray", "Ask the operator");
        }

        if (datasets().All(d => d.Holder != holder) || !AgeRecipient.TryParse(publicKey, out var key))
        {
            return Finding.Error("finding.tray", "There is no such holder, or this is no public key", "Give the id of a registered holder, and the age1… that 'minato handover key' printed");
        }

        var opened = await trays.DecideAsync(Tray.StreamPrefix + holder, by.Id, _ => Outcome<IReadOnlyList<TrayEvent>>.Ok([new TrayEvent.Opened(publicKey, key.Fingerprint)]), ct: ct).ConfigureAwait(false);
        return opened.Map(t => t.Holder);
    }

    public async Task<Outcome<FindingView>> ReportAsync(PermitId permit, FindingReport report, Actor by, CancellationToken ct = default)
    {
        var inForce = access.InForce(permit);
        if (!inForce.Try(out var project))
        {
            return Outcome<FindingView>.Refused(inForce.Findings);
        }

        if (!project.Use.Members.Contains(by.Id))
        {
            return Finding.Error("finding.role", "Only members named in the permit report what they found", "Ask a member to do it");
        }

        if (Kinds.All(k => k.Id != report.Kind) || !Enum.IsDefined(report.Urgency) || !Slug.IsValid(report.Run))
        {
            return Finding.Error("finding.kind", "The kind, the urgency or the run is none", "Take the kind from the list, and name the run in which it was seen");
        }

        if (BadWords(report.Evidence, FindingReport.LongestEvidence) is { } bad)
        {
            return bad;
        }

        var stream = FindingCase.StreamPrefix + $"f-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}";
        var sealedReport = seal.CloseContent(new StoredReport(report.Person.ToString(), report.Evidence.Trim(), report.Run), stream);
        var reported = await cases.DecideAsync(
            stream, by.Id, state => state is null ? Outcome<IReadOnlyList<FindingEvent>>.Ok([new FindingEvent.Reported(permit.Value, report.Kind, report.Urgency, sealedReport)]) : Finding.Error("finding.id-taken", "The id is taken", "Report again"), ct: ct).ConfigureAwait(false);
        return reported.Map(c => c.View);
    }

    public async Task<Outcome<FindingReport>> ReadAsync(string finding, Actor by, CancellationToken ct = default)
    {
        if (Find(finding) is not { } found)
        {
            return NotThere;
        }

        if (NotTheReviewer(found, by) is { } no)
        {
            return no;
        }

        var looked = await cases.DecideAsync(StreamOf(finding), by.Id, _ => Outcome<IReadOnlyList<FindingEvent>>.Ok([new FindingEvent.Read()]), ct: ct).ConfigureAwait(false);
        return looked.Map(_ => ReportOf(found));
    }

    public async Task<Outcome<FindingView>> DecideAsync(string finding, bool tell, string reasons, Actor by, CancellationToken ct = default)
    {
        if (Find(finding) is not { } found)
        {
            return NotThere;
        }

        if ((NotTheReviewer(found, by) ?? BadWords(reasons, LongestReasons) ?? NotOpen(found)) is { } no)
        {
            return no;
        }

        FindingEvent decided = new FindingEvent.Declined(reasons.Trim());
        if (tell)
        {
            var way = await WayOfAsync(found, reasons.Trim(), by, ct).ConfigureAwait(false);
            if (!way.Try(out var sealedWay))
            {
                return Outcome<FindingView>.Refused(way.Findings);
            }

            decided = new FindingEvent.PassedOn(reasons.Trim(), sealedWay);
        }

        var done = await cases.DecideAsync(StreamOf(finding), by.Id, state => NotOpen(state!) is { } meanwhile ? meanwhile : Outcome<IReadOnlyList<FindingEvent>>.Ok([decided]), ct: ct).ConfigureAwait(false);
        return done.Map(c => c.View);
    }

    public async Task<Outcome<IReadOnlyList<FindingNotice>>> LookIntoTrayAsync(HolderId holder, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Holder) || by.Affiliation != holder.Value)
        {
            return Finding.Error("finding.role", "Only the holder looks into its tray", "Sign in for the holder");
        }

        var looked = await trays.DecideAsync(
            Tray.StreamPrefix + holder, by.Id, tray => tray is null ? Finding.Error("finding.no-tray", "The holder takes no findings here yet", "Give the operator a public key") : Outcome<IReadOnlyList<TrayEvent>>.Ok([new TrayEvent.LookedInto()]), ct: ct).ConfigureAwait(false);
        return looked.Map<IReadOnlyList<FindingNotice>>(_ =>
        [
            .. cases.All.Where(c => c.Way is not null).Select(c => (c.View.Id, Way: seal.Open<StoredWay>(c.Way!, StreamOf(c.View.Id)))).Where(w => w.Way.Holder == holder.Value)
                .Select(w => new FindingNotice(w.Id, w.Way.Address, w.Way.Content)),
        ]);
    }

    public IReadOnlyList<FindingView> VisibleTo(Actor actor) =>
        [.. cases.All.Select(c => c.View).Where(v => v.By == actor.Id || actor.Is(Role.Reviewer | Role.Auditor | Role.System) || access.FindPermit(v.Permit)?.Use.Members.Contains(actor.Id) == true)];

    public FindingFigures Figures
    {
        get
        {
            var all = cases.All;
            return new(all.Count, all.Count(c => c.View.State == FindingState.PassedOn), all.Count(c => c.View.State == FindingState.Declined));
        }
    }

    /// <summary>To whose tray it goes, sealed; or that there is no way, as long.</summary>
    private async Task<Outcome<string>> WayOfAsync(FindingCase found, string reasons, Actor by, CancellationToken ct)
    {
        var report = ReportOf(found);
        var given = access.FindPermit(found.View.Permit)?.Use.Datasets.Select(d => d.Dataset).ToHashSet() ?? [];
        var holders = datasets().Where(d => given.Contains(d.Id)).Select(d => d.Holder).ToHashSet();
        List<FindingHome> homes = [.. trays.All.Where(t => holders.Contains(t.Holder)).Select(t => new FindingHome(t.Holder, t.PublicKey))];
        var sought = await linkage.FindWayHomeAsync(found.View.Permit, report.Person, homes, optOut.NotToKnow, by.Id, ct).ConfigureAwait(false);
        return sought.Map(way => seal.CloseWay(
            way.Holder is { } holder && homes.FirstOrDefault(h => h.Holder == holder) is { } home && AgeRecipient.TryParse(home.PublicKey, out var key)
                ? new StoredWay(holder.Value, way.Address, FindingSeal.For(key, new Told(found.View.Id, found.View.Permit.Value, report.Kind, Kinds.First(k => k.Id == report.Kind).Title, report.Urgency, report.Evidence, reasons)))
                : new StoredWay(null, [], []),
            StreamOf(found.View.Id)));
    }

    private FindingReport ReportOf(FindingCase found)
    {
        var stored = seal.Open<StoredReport>(found.Report, StreamOf(found.View.Id));
        return new(Pseudonym<Project>.TryParse(stored.Person, out var person) ? person : default, found.View.Kind, found.View.Urgency, stored.Evidence, stored.Run);
    }

    private Finding? NotTheReviewer(FindingCase found, Actor by)
    {
        var permit = access.FindPermit(found.View.Permit);
        return !by.Is(Role.Reviewer) || by.Id == found.View.By || permit?.Use.Members.Contains(by.Id) != false || access.Find(permit.Application)?.Applicant == by.Id
            ? Finding.Error("finding.role", "Only a reviewer without part in the project reads a finding and decides on it", "Ask a medical reviewer")
            : null;
    }

    private static Finding? NotOpen(FindingCase found) => found.View.State == FindingState.Reported ? null : Finding.Error("finding.decided", "This finding was decided on", "Nothing is left to do with it");

    private FindingCase? Find(string finding) => Slug.IsValid(finding) ? cases.Find(StreamOf(finding)) : null;

    private static Finding NotThere { get; } = Finding.Error("finding.unknown", "There is no such finding", "List them");

    private static Finding? BadWords(string words, int longest) =>
        string.IsNullOrWhiteSpace(words) || words.Length > longest ? Finding.Error("finding.words", "This needs words", $"Write 1 to {longest} characters, without anything that could name somebody") : null;

    private static string StreamOf(string finding) => FindingCase.StreamPrefix + finding;

    /// <exception cref="InvalidDataException">The list is missing or cannot be used; the message names the file.</exception>
    private static IReadOnlyList<FindingKind> ReadKinds(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<KindsFile>(File.ReadAllBytes(file), JsonSerializerOptions.Web) is { Kinds.Count: > 0 } read && read.Kinds.All(k => Slug.IsValid(k.Id) && k.Title is not null)
                ? read.Kinds
                : throw new JsonException("it lists no kinds");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidDataException($"The kinds of findings '{file}' cannot be read: {e.Message}", e);
        }
    }

    private sealed record KindsFile(IReadOnlyList<FindingKind> Kinds);

    private sealed record StoredReport(string Person, string Evidence, string Run);

    private sealed record StoredWay(string? Holder, byte[] Address, byte[] Content);

    /// <summary>What the holder reads.</summary>
    private sealed record Told(string Finding, string Permit, string Kind, Bilingual Title, FindingUrgency Urgency, string Evidence, string Reasons);
}
