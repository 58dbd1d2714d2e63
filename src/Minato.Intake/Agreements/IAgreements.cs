namespace Minato.Intake;

/// <summary>What holders have agreed to deliver, and what is due of it. At most one agreement per dataset is in force on a day.</summary>
public interface IAgreements
{
    /// <summary>The policy by which deliveries without an agreement are taken or refused.</summary>
    DeliveryPolicy Policy { get; }

    /// <summary>All agreements, by dataset and first day.</summary>
    IReadOnlyList<Agreement> All { get; }

    /// <summary>The agreement that is in force today; null where there is none.</summary>
    Agreement? InForce(DatasetId dataset);

    /// <summary>Registers an agreement: from its first day on it takes the place of the dataset's earlier ones. The operator's.</summary>
    Task<Outcome<Agreement>> MakeAsync(Agreement agreement, Actor by, CancellationToken ct = default);

    /// <summary>Ends the dataset's last agreement with that day. The operator's.</summary>
    Task<Outcome<Agreement>> EndAsync(DatasetId dataset, DateOnly lastDay, string reason, Actor by, CancellationToken ct = default);

    /// <summary>What is due next of each dataset whose agreement has a cadence; the most overdue first.</summary>
    IReadOnlyList<DueDelivery> Due(HolderId? holder = null);

    /// <summary>Says on the ledger of which overdue deliveries their holders are reminded: once for each due date. The operator's and the clock's.</summary>
    Task<Outcome<IReadOnlyList<DueDelivery>>> RemindAsync(Actor by, CancellationToken ct = default);
}
