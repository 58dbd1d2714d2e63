using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Ledger;
using Minato.Linkage;

namespace Minato.OptOut.Desk;

/// <summary>The desk: knows people through Linkage, and keeps no name.</summary>
public sealed class ChoiceDeskRoom : IChoiceDesk
{
    internal const string Prefix = "choice-desk/";
    private const string Room = "choice";
    private const int LongestReason = 300;

    private readonly OptOutRoom optOut;
    private readonly ILinkage linkage;
    private readonly IKeyStore keys;
    private readonly Projection<CaseState, DeskEvent> cases;

    private ChoiceDeskRoom(OptOutRoom optOut, ILinkage linkage, ILedger ledger, IKeyStore keys)
    {
        (this.optOut, this.linkage, this.keys) = (optOut, linkage, keys);
        cases = new(ledger, Room, Prefix, (state, e, recorded) => CaseState.Evolve(state, e, recorded, text => SealedText.Open(keys, ChoiceSeal.PersonKey, text, recorded.Stream)));
    }

    public static IChoiceDesk Open(OptOutRoom optOut, ILinkage linkage, ILedger ledger, IKeyStore keys) => new ChoiceDeskRoom(optOut, linkage, ledger, keys);

    public async Task<Outcome<ChoiceCase>> TakeAsync(DeskOrder order, Actor by, CancellationToken ct = default)
    {
        var read = await ReadAsync(order, by, ct).ConfigureAwait(false);
        if (!read.Try(out var meant))
        {
            return Outcome<ChoiceCase>.Refused(read.Findings);
        }

        var (id, text) = (ReceiptNumber.New(), JsonSerializer.Serialize(meant));
        var looks = order.Kind == OrderKind.ActFor ? optOut.ActingPolicy.Desk.ActingLooks : order.Channel == ChoiceChannel.Phone ? 1 : optOut.ActingPolicy.Desk.PaperLooks;
        var taken = await cases.DecideAsync(
            Prefix + id,
            by.Id,
            state => state is null
                ? Outcome<IReadOnlyList<DeskEvent>>.Ok([new DeskEvent.Taken(order.Kind, order.Channel, Close(id, text), looks)])
                : Finding.Error("desk.number", "The number is in use", "Try again"),
            ct: ct).ConfigureAwait(false);
        return taken.Try(out var state) ? await DoAsync(state, by, ct).ConfigureAwait(false) : Outcome<ChoiceCase>.Refused(taken.Findings);
    }

    public async Task<Outcome<ChoiceCase>> LookAgainAsync(string id, DeskOrder order, Actor by, CancellationToken ct = default)
    {
        if (Find(id) is not { } known)
        {
            return CaseState.Unknown;
        }

        var read = await ReadAsync(order, by, ct).ConfigureAwait(false);
        if (!read.Try(out var meant))
        {
            return Outcome<ChoiceCase>.Refused(read.Findings);
        }

        var text = JsonSerializer.Serialize(meant);
        var looked = await cases.DecideAsync(Prefix + known.Id, by.Id, state => CaseState.DecideLook(state, text, by.Id, Close(known.Id, text)), ct: ct).ConfigureAwait(false);
        return looked.Try(out var state) ? await DoAsync(state, by, ct).ConfigureAwait(false) : Outcome<ChoiceCase>.Refused(looked.Findings);
    }

    public async Task<Outcome<ChoiceCase>> DropAsync(string id, string reason, Actor by, CancellationToken ct = default)
    {
        if (Refusal(by) is { } no)
        {
            return no;
        }

        if (reason?.Trim().Length is not (> 0 and <= LongestReason))
        {
            return Finding.Error("desk.reason", "The reason is empty or too long", $"Write why, in up to {LongestReason} characters, and name nobody");
        }

        return Find(id) is not { } known ? CaseState.Unknown
            : (await cases.DecideAsync(Prefix + known.Id, by.Id, state => CaseState.DecideDrop(state, reason.Trim()), ct: ct).ConfigureAwait(false)).Map(View);
    }

    public IReadOnlyList<ChoiceCase> VisibleTo(Actor actor) =>
        actor.Is(Role.ChoiceDesk | Role.Auditor) ? [.. cases.All.Select(View).OrderBy(c => c.State is DeskState.Done or DeskState.Dropped).ThenByDescending(c => c.TakenAt)] : [];

    public Outcome<ConfirmationLetter> Letter(string id, Actor by) =>
        Refusal(by) is { } no ? no
        : Find(id) is not { } known ? CaseState.Unknown
        : LetterOf(known);

    public Outcome<ConfirmationLetter> Read(string receipt, string word)
    {
        var unknown = Finding.Error("desk.letter-unknown", "There is no such letter, or the word is another", "Check number and word on the letter");
        return ReceiptNumber.Read(receipt) is { } id && Find(id) is { } known
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes((word ?? "").Trim().ToLowerInvariant()), Encoding.UTF8.GetBytes(ReceiptNumber.WordOf(id, keys)))
            && LetterOf(known).Try(out var letter) ? letter : unknown;
    }

    /// <summary>Carries out what was agreed, also where a former try got no further: the case's number makes the choice one.</summary>
    private async Task<Outcome<ChoiceCase>> DoAsync(CaseState state, Actor by, CancellationToken ct)
    {
        if (state.Agreed is null || state.Made is not null)
        {
            return View(state);
        }

        var order = JsonSerializer.Deserialize<ReadOrder>(state.Agreed)!;
        var way = new ChoiceWay(state.Channel, state.Id, order.ProxyCitizen);
        var made = order.Kind switch
        {
            OrderKind.ActFor => (await optOut.GrantAsync(state.Id, RequestOf(order), [.. state.Readings.Where(r => r.Order == state.Agreed).Select(r => r.By)], by, ct).ConfigureAwait(false)).Map(g => g.Id),
            OrderKind.TakeBack => (await optOut.WithdrawForAsync(order.Citizen, order.Choice!, way, by, ct).ConfigureAwait(false)).Map(c => c.Id),
            _ => (await optOut.ChooseForAsync(order.Citizen, order.Scope, order.Refuse, way, by, ct).ConfigureAwait(false)).Map(c => c.Id),
        };
        if (!made.Try(out var id))
        {
            return Outcome<ChoiceCase>.Refused(made.Findings);
        }

        var done = await cases.DecideAsync(Prefix + state.Id, by.Id, s => Outcome<IReadOnlyList<DeskEvent>>.Ok(s!.Made is null ? [new DeskEvent.Done(id)] : []), ct: ct).ConfigureAwait(false);
        return done.Map(View);
    }

    private async Task<Outcome<ReadOrder>> ReadAsync(DeskOrder order, Actor by, CancellationToken ct)
    {
        if ((Refusal(by) ?? Problem(order)) is { } no)
        {
            return no;
        }

        var person = await linkage.IdentifyAsync(order.Person, ct).ConfigureAwait(false);
        if (!person.Try(out var citizen))
        {
            return Outcome<ReadOrder>.Refused(person.Findings);
        }

        Pseudonym<Citizen>? proxy = null;
        if (order.Proxy is { } other)
        {
            var found = await linkage.IdentifyAsync(other, ct).ConfigureAwait(false);
            if (!found.Try(out var known))
            {
                return Outcome<ReadOrder>.Refused(found.Findings);
            }

            proxy = known;
        }

        var scope = order.Kind == OrderKind.Choose ? order.Scope ?? ChoiceScope.Everything : ChoiceScope.Everything;
        var acting = order.Kind == OrderKind.ActFor;
        var read = new ReadOrder(
            order.Kind, citizen.ToString(), proxy?.ToString(), scope.Category, scope.Purpose, scope.Holder?.Value, scope.Dataset?.Value, scope.Users, order.Kind == OrderKind.Choose && order.Refuse,
            order.Kind == OrderKind.TakeBack ? order.Choice : null, acting ? order.Ground : null, acting ? [.. (order.Evidence ?? []).Distinct().Order(StringComparer.Ordinal)] : [], acting ? order.Person.BirthDate : null);
        return acting && optOut.Check(RequestOf(read)) is { } wrong ? wrong : read;
    }

    private Finding? Problem(DeskOrder order)
    {
        var rules = optOut.ActingPolicy.Desk;
        return order.Channel == ChoiceChannel.Online ? Finding.Error("desk.channel", "The desk takes paper and phone", "Say how it came in")
            : order.Kind == OrderKind.ActFor && order.Proxy is null ? Finding.Error("desk.proxy", "Nobody is named who would speak for the person", "Name both")
            : order.Kind == OrderKind.ActFor && order.Channel == ChoiceChannel.Phone ? Finding.Error("desk.evidence-by-phone", "Evidence cannot be shown by phone", "Ask for the papers")
            : order.Kind == OrderKind.TakeBack && order.Choice is not { Length: > 0 } ? Finding.Error("desk.which", "It is not said which choice is taken back", "Ask for the number of the choice on the letter")
            : order.Channel != ChoiceChannel.Phone ? null
            : (order.Checks ?? []).Intersect(rules.Questions.Select(q => q.Id)).Count() < rules.PhoneChecks
                ? Finding.Error("desk.not-known", "The caller answered too few questions", $"{rules.PhoneChecks} of them must be answered rightly; else send a form")
            : !rules.PhoneMayAllow && (order.Kind == OrderKind.TakeBack || !order.Refuse)
                ? Finding.Error("desk.phone-refuses-only", "By phone one can only refuse", "Send a form, or use the site")
            : null;
    }

    private Outcome<ConfirmationLetter> LetterOf(CaseState state)
    {
        if (state.Made is not { } made || state.Agreed is not { } agreed)
        {
            return Finding.Error("desk.not-done", "Nothing was recorded yet", "A second person must read the paper");
        }

        var order = JsonSerializer.Deserialize<ReadOrder>(agreed)!;
        var word = ReceiptNumber.WordOf(state.Id, keys);
        if (order.Kind == OrderKind.ActFor)
        {
            var grant = optOut.SpeakingFor(order.Citizen).First(g => g.Id == made);
            return new ConfirmationLetter(state.Id, word, order.Kind, null, grant.Ground, grant.From, grant.LedgerIndex);
        }

        var choice = optOut.HistoryOf(order.Citizen).First(c => c.Choice.Id == made);
        var taken = order.Kind == OrderKind.TakeBack;
        return new ConfirmationLetter(state.Id, word, order.Kind, choice, choice.Choice.Ground, taken ? choice.WithdrawnAt!.Value : choice.Choice.MadeAt, taken ? choice.WithdrawnIndex!.Value : choice.Choice.LedgerIndex);
    }

    private static ActingRequest RequestOf(ReadOrder order) => new(order.Citizen, order.ProxyCitizen!.Value, order.Ground ?? "", order.Evidence, order.BirthDate);

    private CaseState? Find(string id) => ReceiptNumber.Read(id) is { } number ? cases.Find(Prefix + number) : null;

    private string Close(string id, string text) => SealedText.Close(keys, ChoiceSeal.PersonKey, text, Prefix + id);

    private static ChoiceCase View(CaseState s) => new(s.Id, s.Kind, s.Channel, s.State, s.TakenAt, [.. s.Readings.Select(r => r.By.Value)], s.LooksNeeded, s.Made, s.DroppedFor);

    private static Finding? Refusal(Actor by) =>
        by.Is(Role.ChoiceDesk) ? null : Finding.Error("desk.role", "Only the desk for choices takes orders of others", "Choose on your own page, or send a form to the desk");
}
