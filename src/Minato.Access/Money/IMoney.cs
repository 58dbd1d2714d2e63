namespace Minato.Access;

/// <summary>Yen of an invoice that go to a holder.</summary>
public sealed record HolderShare(HolderId Holder, string Item, decimal Yen);

/// <summary>An invoice, or a credit note where the total is negative. Yen, no fractions.</summary>
/// <param name="Stage">Of the tariff: <c>application</c>, <c>permit</c>, <c>running</c>, <c>settlement</c>.</param>
public sealed record Invoice(string Number, ApplicationId Application, string Stage, string Tariff, IReadOnlyList<FeeLine> Lines, decimal TotalYen, IReadOnlyList<HolderShare> Shares, DateTimeOffset IssuedAt, DateOnly DueOn)
{
    public DateTimeOffset? PaidAt { get; init; }

    public string? PaymentReference { get; init; }
}

/// <summary>What was used, as measured: hours of work, months of the environment.</summary>
public sealed record MeterReading(string Item, decimal Quantity, string Evidence, DateTimeOffset At, ActorId By);

/// <summary>The account of one application.</summary>
public sealed record AccountView(ApplicationId Application, IReadOnlyList<Invoice> Invoices, IReadOnlyList<MeterReading> Readings)
{
    public decimal InvoicedYen => Invoices.Sum(i => i.TotalYen);

    public decimal PaidYen => Invoices.Where(i => i.PaidAt is not null).Sum(i => i.TotalYen);
}

/// <summary>One line of a holder's statement.</summary>
public sealed record StatementLine(DateTimeOffset IssuedAt, string Invoice, ApplicationId Application, string Item, decimal Yen, bool Paid);

/// <summary>Who paid for what in a year (J3).</summary>
public sealed record MoneyFigures(int Year, decimal InvoicedYen, decimal ToHoldersYen, decimal ReductionsYen, IReadOnlyDictionary<string, decimal> ByItem, int Invoices);

/// <summary>Fees after the quote (I6, J): staged invoices, metering, settlement on what was incurred, the holders' shares to the yen.</summary>
public interface IMoney
{
    /// <summary>The project's people, the secretariat and auditors.</summary>
    Outcome<AccountView> Account(ApplicationId application, Actor actor);

    /// <summary>Hours worked or another quantity of a tariff's item, with what proves it. By the operator.</summary>
    Task<Outcome<AccountView>> RecordAsync(ApplicationId application, string item, decimal quantity, string evidence, Actor by, CancellationToken ct = default);

    /// <summary>Issues every invoice that is due by now and not issued yet; asking twice issues nothing twice.</summary>
    Task<Outcome<IReadOnlyList<Invoice>>> IssueDueAsync(Actor by, CancellationToken ct = default);

    Task<Outcome<AccountView>> PaidAsync(ApplicationId application, string invoice, string reference, Actor by, CancellationToken ct = default);

    /// <summary>What a holder is paid, oldest first. For the holder itself, the operator and auditors.</summary>
    Outcome<IReadOnlyList<StatementLine>> Statement(HolderId holder, Actor actor);

    /// <summary>By year, for everybody.</summary>
    IReadOnlyList<MoneyFigures> Figures { get; }
}
