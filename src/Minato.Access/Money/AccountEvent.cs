using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Access;

[JsonDerivedType(typeof(MeterRead), "meter-read")]
[JsonDerivedType(typeof(InvoiceIssued), "invoice-issued")]
[JsonDerivedType(typeof(InvoicePaid), "invoice-paid")]
internal abstract record AccountEvent
{
    private AccountEvent() { }

    public sealed record MeterRead(string Item, decimal Quantity, string Evidence) : AccountEvent;

    public sealed record InvoiceIssued([property: JsonConverter(typeof(AccessJson<Invoice>))] Invoice Invoice) : AccountEvent;

    public sealed record InvoicePaid(string Number, string Reference) : AccountEvent;

    public static AccountView Evolve(AccountView? state, AccountEvent e, RecordedEvent recorded)
    {
        var a = state ?? new AccountView(new ApplicationId(recorded.Stream[MoneyRoom.Prefix.Length..]), [], []);
        return e switch
        {
            MeterRead x => a with { Readings = [.. a.Readings, new MeterReading(x.Item, x.Quantity, x.Evidence, recorded.At, recorded.By)] },
            InvoiceIssued x => a with { Invoices = [.. a.Invoices, x.Invoice] },
            InvoicePaid x => a with { Invoices = [.. a.Invoices.Select(i => i.Number == x.Number ? i with { PaidAt = recorded.At, PaymentReference = x.Reference } : i)] },
            _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
        };
    }
}
