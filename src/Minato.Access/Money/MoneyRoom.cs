using System.Globalization;
using Minato.Catalogue;
using Minato.Ledger;
using E = Minato.Access.AccountEvent;

namespace Minato.Access;

/// <summary>The accounts of applications: one stream each, invoices numbered by the application, so that no counter is raced for.</summary>
public sealed class MoneyRoom : IMoney
{
    internal const string Prefix = "account/";
    private const decimal MostQuantity = 10_000;

    private readonly Projection<AccountView, E> accounts;
    private readonly StandardFolder<Tariff> tariffs;
    private readonly IAccessDesk access;
    private readonly ICatalogue catalogue;
    private readonly TimeProvider clock;

    private MoneyRoom(StandardFolder<Tariff> tariffs, ILedger ledger, IAccessDesk access, ICatalogue catalogue, TimeProvider clock)
    {
        (this.tariffs, this.access, this.catalogue, this.clock) = (tariffs, access, catalogue, clock);
        accounts = new(ledger, "access", Prefix, E.Evolve);
    }

    public static IMoney Open(AccessOptions options, ILedger ledger, IAccessDesk access, ICatalogue catalogue, TimeProvider clock) =>
        new MoneyRoom(StandardFolder<Tariff>.Read(Path.Combine(options.StandardsFolder, "tariffs")), ledger, access, catalogue, clock);

    public Outcome<AccountView> Account(ApplicationId application, Actor actor) =>
        access.VisibleTo(actor).FirstOrDefault(a => a.Id == application) is { } a && (IsOffice(actor) || a.Applicant == actor.Id || a.Draft?.Use.Members.Contains(actor.Id) == true)
            ? Of(application)
            : Unknown;

    public async Task<Outcome<AccountView>> RecordAsync(ApplicationId application, string item, decimal quantity, string evidence, Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator) && !by.Is(Role.System))
        {
            return NotTheOffice;
        }

        if (access.Find(application) is not { SubmittedAt: not null } a)
        {
            return Unknown;
        }

        var items = TariffOf(a) is { } t ? t.Tariff.Modes.SelectMany(m => m.Items).Select(i => i.Item).Distinct().ToArray() : [];
        return !items.Contains(item) ? Finding.Error("money.item", "The tariff has no such item", $"Use one of {string.Join(", ", items)}")
            : quantity is <= 0 or > MostQuantity || decimal.Round(quantity, 2) != quantity ? Finding.Error("money.quantity", "The quantity is not above zero with at most two decimals", "Give hours such as 1.25")
            : evidence?.Trim().Length is not (> 0 and <= 1000) ? Finding.Error("money.evidence", "Nothing proves the quantity", "Say what was done, and when")
            : await Do(application, by, _ => [new E.MeterRead(item, quantity, evidence.Trim())], ct).ConfigureAwait(false);
    }

    public async Task<Outcome<IReadOnlyList<Invoice>>> IssueDueAsync(Actor by, CancellationToken ct = default)
    {
        if (!by.Is(Role.Operator) && !by.Is(Role.System))
        {
            return NotTheOffice;
        }

        List<Invoice> issued = [];
        foreach (var a in access.VisibleTo(Actor.Harbour).Where(a => a.SubmittedAt is not null))
        {
            var before = Of(a.Id).Invoices.Count;
            var done = await Do(a.Id, by, account => [.. DueOf(a, account).Select(i => new E.InvoiceIssued(i))], ct).ConfigureAwait(false);
            if (!done.Try(out var after))
            {
                return Outcome<IReadOnlyList<Invoice>>.Refused(done.Findings);
            }

            issued.AddRange(after.Invoices.Skip(before));
        }

        return issued;
    }

    public async Task<Outcome<AccountView>> PaidAsync(ApplicationId application, string invoice, string reference, Actor by, CancellationToken ct = default) =>
        !by.Is(Role.Operator) ? NotTheOffice
        : Of(application).Invoices.FirstOrDefault(i => i.Number == invoice) is not { } found ? Finding.Error("money.invoice", "There is no such invoice", "Check the number")
        : found.PaidAt is not null ? Finding.Error("money.paid", "The invoice is paid already", "Nothing is to be done")
        : reference?.Trim().Length is not (> 0 and <= 200) ? Finding.Error("money.reference", "The payment has no reference", "Give the bank's reference")
        : await Do(application, by, account => account.Invoices.Any(i => i.Number == invoice && i.PaidAt is null) ? [new E.InvoicePaid(invoice, reference.Trim())] : [], ct).ConfigureAwait(false);

    public Outcome<IReadOnlyList<StatementLine>> Statement(HolderId holder, Actor actor) =>
        !IsOffice(actor) && !(actor.Is(Role.Holder) && actor.Affiliation == holder.Value)
            ? Finding.Error("money.not-the-holder", "Only the holder, the operator and auditors read a holder's statement", "Sign in as somebody of the holder")
            : Outcome<IReadOnlyList<StatementLine>>.Ok(
                [.. accounts.All.SelectMany(a => a.Invoices).SelectMany(i => i.Shares.Where(s => s.Holder == holder).Select(s => new StatementLine(i.IssuedAt, i.Number, i.Application, s.Item, s.Yen, i.PaidAt is not null))).OrderBy(l => l.IssuedAt)]);

    public IReadOnlyList<MoneyFigures> Figures =>
    [
        .. accounts.All.SelectMany(a => a.Invoices).GroupBy(i => JapaneseDay.Of(i.IssuedAt).Year).OrderBy(g => g.Key).Select(g => new MoneyFigures(
            g.Key, g.Sum(i => i.TotalYen), g.SelectMany(i => i.Shares).Sum(s => s.Yen), -g.SelectMany(i => i.Lines).Where(l => l.Yen < 0 && l.Item is "reduction" or "settlement").Sum(l => l.Yen),
            g.SelectMany(i => i.Lines).Where(l => l.Item is not ("reduction" or "settlement")).GroupBy(l => l.Item).ToDictionary(l => l.Key, l => l.Sum(x => x.Yen)), g.Count())),
    ];

    private static Finding Unknown => Finding.Error("money.unknown", "There is no such account", "Check the application's id");

    private static Finding NotTheOffice => Finding.Error("money.not-permitted", "Only the operator's office does that", "Ask the office");

    private static bool IsOffice(Actor actor) => actor.Is(Role.Operator) || actor.Is(Role.Auditor) || actor.Is(Role.System);

    private AccountView Of(ApplicationId application) => accounts.Find(Prefix + application) ?? new AccountView(application, [], []);

    /// <summary>The tariff under which an application is quoted: the one its quote names, else the one of the day it was submitted on.</summary>
    private (Tariff Tariff, FeeQuote Quote)? TariffOf(ApplicationView a)
    {
        if (a.Fee is { } fee)
        {
            return tariffs.Find(fee.Tariff.Split('/')[0]) is { } named ? (named, fee) : null;
        }

        var tariff = tariffs.InForce(a.SubmittedAt!.Value);
        return tariff.Quote(a.Draft!.Use, a.Draft.Answers).Try(out var quote) ? (tariff, quote) : null;
    }

    private IEnumerable<Invoice> DueOf(ApplicationView a, AccountView account)
    {
        if (TariffOf(a) is not { } t)
        {
            yield break;
        }

        var now = clock.GetUtcNow();
        HolderId[] holders = [.. (a.Permit?.Use ?? a.Draft!.Use).Datasets.Select(d => catalogue.Find(d.Dataset)?.Dataset.Holder).OfType<HolderId>()];
        var number = account.Invoices.Count;
        foreach (var due in Billing.For(a, account, t.Tariff, t.Quote, now))
        {
            yield return new Invoice(
                string.Create(CultureInfo.InvariantCulture, $"i{a.Id.Value[1..]}-{++number:00}"), a.Id, due.Stage, t.Quote.Tariff, due.Lines, due.Lines.Sum(l => l.Yen),
                Billing.Shares(due.Lines, t.Tariff, holders), now, JapaneseDay.Of(now).AddDays(t.Tariff.PaymentDays));
        }
    }

    private async Task<Outcome<AccountView>> Do(ApplicationId application, Actor by, Func<AccountView, IReadOnlyList<E>> decide, CancellationToken ct)
    {
        var done = await accounts.DecideAsync(Prefix + application, by.Id, state => Outcome<IReadOnlyList<E>>.Ok(decide(state ?? new AccountView(application, [], []))), ct: ct).ConfigureAwait(false);
        return done.IsOk || done.Findings.Any(f => f.Code != "ledger.nothing-there") ? done : Of(application);
    }
}
