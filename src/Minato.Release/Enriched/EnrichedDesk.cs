using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Access;
using Minato.Ledger;
using Minato.Ledger.Age;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Release.Checks;
using Minato.Release.Findings;
using Minato.Release.HandingOver;
using Minato.Warehouse;
using Minato.Workspace;

namespace Minato.Release.Enriched;

/// <inheritdoc cref="IEnrichedData"/>
internal sealed class EnrichedDesk : IEnrichedData
{
    private const string PersonColumn = "person_id";
    private const int PeopleNeeded = 2;
    private const int MostColumns = 100;
    private const int LongestText = 2000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileVault offered;
    private readonly FileVault containers;
    private readonly IAccess access;
    private readonly IWorkspace workspace;
    private readonly ILinkage linkage;
    private readonly IOptOut optOut;
    private readonly Func<IReadOnlyList<DatasetInfo>> datasets;
    private readonly TimeProvider clock;
    private readonly Projection<EnrichedView, EnrichedEvent> offers;
    private readonly Projection<Tray, TrayEvent> trays;

    public EnrichedDesk(FileVault offered, FileVault containers, ILedger ledger, IAccess access, IWorkspace workspace, ILinkage linkage, IOptOut optOut, Func<IReadOnlyList<DatasetInfo>> datasets, TimeProvider clock)
    {
        (this.offered, this.containers, this.access, this.workspace, this.linkage, this.optOut, this.datasets, this.clock) = (offered, containers, access, workspace, linkage, optOut, datasets, clock);
        offers = new(ledger, Submission.Room, Enrichment.StreamPrefix, Enrichment.Evolve);
        trays = new(ledger, Submission.Room, Tray.StreamPrefix, Tray.Evolve);
    }

    public async Task<Outcome<EnrichedView>> OfferAsync(PermitId permit, EnrichedOffer offer, Actor by, CancellationToken ct = default)
    {
        var inForce = access.InForce(permit);
        if (!inForce.Try(out var project))
        {
            return Outcome<EnrichedView>.Refused(inForce.Findings);
        }

        if (!project.Use.Members.Contains(by.Id))
        {
            return Finding.Error("enriched.role", "Only members named in the permit offer what they made", "Ask a member to do it");
        }

        if (HoldersData(project, offer.Holder).Count == 0)
        {
            return Finding.Error("enriched.holder", "The permit has no data of this holder", "Name the holder whose data it enriches");
        }

        if (Misdescribed(offer) is { } bad)
        {
            return bad;
        }

        var opened = workspace.OpenOutbox(permit, offer.Run, offer.FileName);
        if (!opened.Try(out var stream))
        {
            return Outcome<EnrichedView>.Refused(opened.Findings);
        }

        using var copy = new MemoryStream();
        await using (stream)
        {
            await stream.CopyToAsync(copy, ct).ConfigureAwait(false);
        }

        var bytes = copy.ToArray();
        var read = Read(bytes, offer);
        if (!read.Try(out var file))
        {
            return Outcome<EnrichedView>.Refused(read.Findings);
        }

        var happened = new EnrichedEvent.Offered(permit.Value, offer, offered.Keep(bytes), file.Rows.Count);
        return await offers.DecideAsync(
            StreamOf($"e-{Guid.CreateVersion7(clock.GetUtcNow()).ToString("n")[..20]}"), by.Id,
            state => state is null ? Outcome<IReadOnlyList<EnrichedEvent>>.Ok([happened]) : Finding.Error("enriched.id-taken", "The id is taken", "Offer it again"), ct: ct).ConfigureAwait(false);
    }

    public async Task<Outcome<Stream>> InspectAsync(string offer, Actor by, CancellationToken ct = default)
    {
        var looked = await DoAsync(offer, by, EnrichedCommand.Look, _ => new EnrichedEvent.Looked(), ct).ConfigureAwait(false);
        return looked.Then(view => offered.Read(view.Sha256) is { } content ? Outcome<Stream>.Ok(new MemoryStream(content, writable: false)) : Changed);
    }

    public async Task<Outcome<EnrichedView>> DecideAsync(string offer, bool approve, string reasons, Actor by, CancellationToken ct = default) =>
        BadWords(reasons) is { } bad ? bad
        : Find(offer)?.Approvals.Contains(by.Id) == true ? Finding.Error("enriched.said-already", "You have approved this already", "Another output checker must look at it too")
        : await DoAsync(offer, by, EnrichedCommand.Decide, view => new EnrichedEvent.OpinionGiven(approve, reasons.Trim(), !approve || view.Approvals.Count + 1 >= PeopleNeeded), ct).ConfigureAwait(false);

    public async Task<Outcome<EnrichedView>> AnswerAsync(string offer, bool accept, string reasons, Actor by, CancellationToken ct = default)
    {
        if (Find(offer) is not { } found)
        {
            return NotThere;
        }

        if ((EnrichedTable.Refusal(found.State, RoleOf(by, found), EnrichedCommand.Answer) ?? BadWords(reasons)) is { } no)
        {
            return no;
        }

        var answered = new EnrichedEvent.Answered(reasons.Trim(), null, null);
        if (accept)
        {
            var packed = await PackAsync(found, by, ct).ConfigureAwait(false);
            if (!packed.Try(out var container))
            {
                return Outcome<EnrichedView>.Refused(packed.Findings);
            }

            answered = answered with { ContainerSha256 = container.Sha256, RowsSent = container.Rows };
        }

        return await DoAsync(offer, by, EnrichedCommand.Answer, _ => answered, ct).ConfigureAwait(false);
    }

    public async Task<Outcome<Stream>> FetchAsync(string offer, Actor by, CancellationToken ct = default)
    {
        var fetched = await DoAsync(offer, by, EnrichedCommand.Fetch, _ => new EnrichedEvent.Fetched(), ct).ConfigureAwait(false);
        return fetched.Then(view => containers.Open(view.ContainerSha256!) is { } content ? Outcome<Stream>.Ok(content) : Changed);
    }

    public IReadOnlyList<EnrichedView> VisibleTo(Actor actor) =>
        [
            .. offers.All.Where(o => actor.Is(Role.OutputChecker | Role.Operator | Role.Auditor | Role.System) || IsOfTheProject(actor, o) || (RoleOf(actor, o) == EnrichedRole.Holder && o.State is not (EnrichedState.Offered or EnrichedState.Refused)))
                // How many rows went would count, for the project, those who refuse.
                .Select(o => actor.Is(Role.Operator | Role.Auditor | Role.System) || RoleOf(actor, o) == EnrichedRole.Holder ? o : o with { RowsSent = null }),
        ];

    /// <summary>The rows of the holder's own patients, sealed for the holder with what Linkage says of whom they are.</summary>
    private async Task<Outcome<(string Sha256, int Rows)>> PackAsync(EnrichedView found, Actor by, CancellationToken ct)
    {
        var inForce = access.InForce(found.Permit);
        if (!inForce.Try(out var permit))
        {
            return Outcome<(string, int)>.Refused(inForce.Findings);
        }

        if (trays.Find(Tray.StreamPrefix + found.Offer.Holder) is not { } tray || !AgeRecipient.TryParse(tray.PublicKey, out var key))
        {
            return Finding.Error("enriched.no-key", "The holder has no key here to seal it for", "Make one with 'minato handover key' and give its public half to the operator");
        }

        if (offered.Read(found.Sha256) is not { } bytes || !Read(bytes, found.Offer).Try(out var file))
        {
            return Changed;
        }

        var now = clock.GetUtcNow();
        var refusals = HoldersData(permit, found.Offer.Holder).Select(d => optOut.RefusalsFor(new IntendedUse(permit.Use.Purpose, d.Id, d.Holder, d.Category), now)).ToList();
        var person = file.IndexOf(PersonColumn);
        var addressed = await linkage.AddressRowsAsync(
            found.Permit, [.. file.Rows.Select(r => Pseudonym<Project>.FromGuid(Guid.Parse(r[person], CultureInfo.InvariantCulture)))], new FindingHome(tray.Holder, tray.PublicKey), refusals, by.Id, ct).ConfigureAwait(false);
        if (!addressed.Try(out var rows))
        {
            return Outcome<(string, int)>.Refused(addressed.Findings);
        }

        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["description.json"] = JsonSerializer.SerializeToUtf8Bytes(new { offer = found.Id, permit = found.Permit.Value, permit.Use.Title, found.Offer.Run, found.Offer.Summary, found.Offer.Columns }, Json),
            ["enriched.csv"] = WithoutPersons(file, person, rows.Rows),
            ["patients.csv.age"] = rows.Sealed,
        };
        var list = new PackingList(
            found.Id, found.Permit.Value, tray.Holder.Value, found.Offer.Run, permit.Use.ProcessingStandard, "enriched-data", [new("保有者が自らのデータを豊かにするために用います。", "For the holder, to enrich its own data.")], JapaneseDay.Of(permit.Until),
            [.. contents.Select(c => new PackedFile(c.Key, c.Value.Length, FileVault.Hash(c.Value)))]);
        Outcome<PackingList> packed = list;
        var kept = containers.Keep(to => (packed = SealedContainer.Write(to, key, list, path => new MemoryStream(contents[path], writable: false))).IsOk);
        return kept is { } container ? (container.Sha256, rows.Rows.Count) : Outcome<(string, int)>.Refused(packed.Findings);
    }

    /// <summary>The derived columns of these rows; a row's number is its place in Linkage's list.</summary>
    private static byte[] WithoutPersons(CsvFile file, int person, IReadOnlyList<int> rows)
    {
        var text = new StringBuilder();
        Line("row", file.Header);
        foreach (var row in rows)
        {
            Line(row.ToString(CultureInfo.InvariantCulture), file.Rows[row]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        void Line(string first, IReadOnlyList<string> fields) =>
            text.AppendJoin(',', fields.Where((_, i) => i != person).Select(CsvField.Quoted).Prepend(first)).Append('\n');
    }

    private static Outcome<CsvFile> Read(byte[] bytes, EnrichedOffer offer)
    {
        if (!CsvFile.TryRead(bytes, out var file) || !file.Header.Order(StringComparer.Ordinal).SequenceEqual(offer.Columns.Select(c => c.Name).Append(PersonColumn).Order(StringComparer.Ordinal)))
        {
            return Finding.Error("enriched.columns", $"The file is no CSV with {PersonColumn} and exactly the described columns", "Write UTF-8 CSV with a header, and describe each column", new Place(offer.FileName, 1));
        }

        var at = file.IndexOf(PersonColumn);
        var seen = new HashSet<Guid>();
        for (var row = 0; row < file.Rows.Count; row++)
        {
            if (!Guid.TryParse(file.Rows[row][at], out var person) || !seen.Add(person))
            {
                return Finding.Error("enriched.person", "A row is of nobody, or a person has two", "Write one row a person, with the person_id of the data", new Place(offer.FileName, CountedTable.Line(row), PersonColumn));
            }
        }

        return file.Rows.Count > 0 ? file : Finding.Error("enriched.columns", "The file has no row", "Write one row a person", new Place(offer.FileName));
    }

    private static Finding? Misdescribed(EnrichedOffer offer) =>
        BadWords(offer.Summary) is { } bad ? bad
        : offer.Columns is not { Count: > 0 and <= MostColumns } || offer.Columns.Any(c => !Slug.IsValid(c.Name) || BadWords(c.Meaning) is not null || BadWords(c.Method) is not null)
            ? Finding.Error("enriched.description", $"Each of 1 to {MostColumns} columns has a name of a-z, 0-9, '_', a meaning and a method", "Describe every column: what it says, in which unit, and how it was made")
            : null;

    private List<DatasetInfo> HoldersData(Permit permit, HolderId holder) => [.. datasets().Where(d => d.Holder == holder && permit.Use.Datasets.Any(g => g.Dataset == d.Id))];

    private async Task<Outcome<EnrichedView>> DoAsync(string offer, Actor by, EnrichedCommand command, Func<EnrichedView, EnrichedEvent> happens, CancellationToken ct) =>
        Find(offer) is null ? NotThere : await offers.DecideAsync(
            StreamOf(offer), by.Id, state => EnrichedTable.Refusal(state!.State, RoleOf(by, state), command) is { } refusal ? refusal : Outcome<IReadOnlyList<EnrichedEvent>>.Ok([happens(state)]), ct: ct).ConfigureAwait(false);

    private EnrichedView? Find(string offer) => Slug.IsValid(offer) ? offers.Find(StreamOf(offer)) : null;

    private EnrichedRole RoleOf(Actor actor, EnrichedView view) =>
        actor.Is(Role.Holder) && actor.Affiliation == view.Offer.Holder.Value ? EnrichedRole.Holder
        : actor.Is(Role.OutputChecker) && !IsOfTheProject(actor, view) ? EnrichedRole.IndependentChecker
        : EnrichedRole.Other;

    private bool IsOfTheProject(Actor actor, EnrichedView view)
    {
        var permit = access.FindPermit(view.Permit);
        return actor.Id == view.By || permit?.Use.Members.Contains(actor.Id) != false || access.Find(permit.Application)?.Applicant == actor.Id;
    }

    private static Finding NotThere { get; } = Finding.Error("enriched.unknown", "There is no such offer", "List them");

    private static Finding Changed { get; } = Finding.Error("enriched.changed", "The file is not there, or not what it was", "Tell the operator");

    private static Finding? BadWords(string? words) =>
        string.IsNullOrWhiteSpace(words) || words.Length > LongestText ? Finding.Error("enriched.words", "This needs words; they go on the ledger", $"Write 1 to {LongestText} characters, without names or values of persons") : null;

    private static string StreamOf(string offer) => Enrichment.StreamPrefix + offer;
}
