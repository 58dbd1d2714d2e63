using Minato.Ledger;
using Minato.Warehouse;

namespace Minato.Intake.Agreements;

/// <inheritdoc cref="IAgreements"/>
/// <param name="formats">Names of the formats that are read.</param>
/// <param name="came">When something came of a dataset.</param>
internal sealed class AgreementBook(DeliveryPolicy policy, ILedger ledger, IWarehouse warehouse, TimeProvider clock, IReadOnlyCollection<string> formats, Func<DatasetId, IEnumerable<DateTimeOffset>> came) : IAgreements
{
    private readonly Projection<DatasetAgreements, AgreementEvent> book = new(ledger, "intake", DatasetAgreements.Prefix, DatasetAgreements.Evolve);

    public DeliveryPolicy Policy => policy;

    public IReadOnlyList<Agreement> All => [.. book.All.SelectMany(d => d.Agreements).OrderBy(a => a.Dataset.Value, StringComparer.Ordinal).ThenBy(a => a.From)];

    public Agreement? InForce(DatasetId dataset) => Find(dataset)?.Agreements.LastOrDefault(a => a.IsInForce(JapaneseDay.Today(clock)));

    /// <summary>The agreement under which something that comes today is taken.</summary>
    public Agreement? Taking(DatasetId dataset) => InForce(dataset) ?? Find(dataset)?.Agreements.LastOrDefault(a => a.Takes(JapaneseDay.Today(clock)));

    /// <summary>Why nothing of the dataset is taken in today; null where it is. An agreement that was made binds under every policy.</summary>
    public Finding? Refusal(DatasetId dataset)
    {
        if (Find(dataset) is not { } known)
        {
            return policy.RequiresAgreement
                ? Finding.Error("intake.no-agreement", $"There is no agreement on the dataset {dataset}, and the policy {policy.Id} asks for one", "Agree on its deliveries; the operator registers it with 'minato holder agree'")
                : null;
        }

        return Taking(dataset) is not null
            ? null
            : Finding.Error(
                "intake.agreement-not-in-force",
                known.Agreements.FirstOrDefault(a => a.From > JapaneseDay.Today(clock)) is { } later ? $"The agreement on the dataset {dataset} begins on {later.From:yyyy-MM-dd}" : $"The agreement on the dataset {dataset} ended on {known.Agreements[^1].To:yyyy-MM-dd}",
                "Deliver while it is in force, or agree anew; the operator registers it with 'minato holder agree'");
    }

    public async Task<Outcome<Agreement>> MakeAsync(Agreement agreement, Actor by, CancellationToken ct = default)
    {
        if (NotAllowed(by) is { } no)
        {
            return no;
        }

        if (warehouse.Datasets.FirstOrDefault(d => d.Id == agreement.Dataset) is not { } info)
        {
            return Finding.Error("intake.unknown-dataset", $"There is no dataset {agreement.Dataset} here", "Register the holder and its datasets first");
        }

        if (agreement.Fault(formats) is { } fault)
        {
            return fault;
        }

        var made = await book.DecideAsync(DatasetAgreements.StreamOf(agreement.Dataset), by.Id, state => Outcome<IReadOnlyList<AgreementEvent>>.Ok(
            state is { Agreements: [.., var last] } && Same(last, agreement) ? [] : [new AgreementEvent.Made(info.Holder.Value, agreement)]), ct: ct).ConfigureAwait(false);
        return made.Map(_ => agreement);

        static bool Same(Agreement a, Agreement b) => a with { Formats = null } == b with { Formats = null } && (a.Formats ?? []).SequenceEqual(b.Formats ?? []);
    }

    public async Task<Outcome<Agreement>> EndAsync(DatasetId dataset, DateOnly lastDay, string reason, Actor by, CancellationToken ct = default)
    {
        if (NotAllowed(by) is { } no)
        {
            return no;
        }

        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 500)
        {
            return Finding.Error("agreement.reason", "An end needs its reason, of at most 500 characters", "State why, without names");
        }

        var ended = await book.DecideAsync(
            DatasetAgreements.StreamOf(dataset),
            by.Id,
            state => state?.Agreements[^1] is not { } last ? Finding.Error("agreement.unknown", $"There is no agreement on {dataset}", "List the agreements")
                : lastDay < last.From || last.To < lastDay ? Finding.Error("agreement.content", "The day lies outside the agreement", "Give a day on which it is in force", new Place(Field: "lastDay"))
                : Outcome<IReadOnlyList<AgreementEvent>>.Ok([new AgreementEvent.Ended(lastDay, reason)]),
            ct: ct).ConfigureAwait(false);
        return ended.Map(s => s.Agreements[^1]);
    }

    public IReadOnlyList<DueDelivery> Due(HolderId? holder = null) =>
    [
        .. book.All.Where(d => holder is null || d.Holder == holder).Select(d => Open(d)?.Delivery).OfType<DueDelivery>()
            .OrderByDescending(d => d.DaysLate).ThenBy(d => d.Due).ThenBy(d => d.Dataset.Value, StringComparer.Ordinal),
    ];

    public async Task<Outcome<IReadOnlyList<DueDelivery>>> RemindAsync(Actor by, CancellationToken ct = default)
    {
        if (NotAllowed(by) is { } no)
        {
            return no;
        }

        var reminded = new List<DueDelivery>();
        foreach (var (open, missed) in book.All.Select(Open).OfType<(DueDelivery Delivery, DateOnly? LastMissed)>())
        {
            if (missed is not { } due || due <= open.Reminded)
            {
                continue;
            }

            // Another process may have been faster: then nothing is said a second time.
            var said = false;
            var done = await book.DecideAsync(
                DatasetAgreements.StreamOf(open.Dataset),
                by.Id,
                state => Outcome<IReadOnlyList<AgreementEvent>>.Ok((said = !(due <= state?.Reminded)) ? [new AgreementEvent.Reminded(open.Holder.Value, due, open.Missed)] : []),
                ct: ct).ConfigureAwait(false);
            if (!done.IsOk)
            {
                return Outcome<IReadOnlyList<DueDelivery>>.Refused(done.Findings);
            }

            if (said)
            {
                reminded.Add(open with { Reminded = due });
            }
        }

        return reminded;
    }

    private DatasetAgreements? Find(DatasetId dataset) => book.Find(DatasetAgreements.StreamOf(dataset));

    /// <summary>Of an agreement that has ended nothing is due once its days of grace are over: it could not be taken any more.</summary>
    private (DueDelivery Delivery, DateOnly? LastMissed)? Open(DatasetAgreements d)
    {
        var today = JapaneseDay.Today(clock);
        if (d.Agreements.LastOrDefault(a => a.IsInForce(today)) is not { } agreement && (agreement = d.Agreements.LastOrDefault(a => a.Takes(today))) is null)
        {
            return null;
        }

        var times = came(agreement.Dataset).Order().ToList();
        return DueDates.Open(agreement, times.Select(JapaneseDay.Of), today) is { } open
            ? (new DueDelivery(
                d.Holder, agreement.Dataset, open.Due, open.Missed > 0 ? today.DayNumber - open.Due.DayNumber : 0, open.Missed, times.Count > 0 ? times[^1] : null, d.Reminded), open.LastMissed)
            : null;
    }

    private static Finding? NotAllowed(Actor by) =>
        by.Is(Role.Operator | Role.System) ? null : Finding.Error("intake.role", "Only an operator registers agreements and reminds holders", "Ask the operator of this node");
}
