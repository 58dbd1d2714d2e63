namespace Minato.Access;

/// <summary>
/// What is to be invoiced by a moment, from the application, its quote and what was measured. Pure. Over the stages the lines of the quote come to
/// the quote's total to the yen; where the quote was an estimate, the settlement brings that to what was incurred.
/// </summary>
internal static class Billing
{
    /// <summary>One invoice that is due, without number and dates.</summary>
    internal sealed record Due(string Stage, IReadOnlyList<FeeLine> Lines);

    public static IEnumerable<Due> For(ApplicationView a, AccountView account, Tariff tariff, FeeQuote quote, DateTimeOffset now)
    {
        var mode = tariff.Modes.First(m => quote.Tariff.EndsWith($"/{m.Id}", StringComparison.Ordinal));
        var reduction = quote.Lines.FirstOrDefault(l => l.Unit == "percent")?.Quantity ?? 0;
        var withdrawn = a.State is ApplicationState.Withdrawn or ApplicationState.Refused;
        var issued = account.Invoices;
        foreach (var stage in tariff.Stages)
        {
            var lines = quote.Lines.Where(l => stage.Items.Contains(l.Item)).ToArray();
            switch (stage.At)
            {
                case TariffStage.Submitted when a.SubmittedAt is not null && issued.All(i => i.Stage != stage.Id) && lines.Length > 0:
                    yield return new Due(stage.Id, Reduced(lines, reduction));
                    break;
                // An amendment that now stands in its permit is paid like a permit, but for the months, which the permit pays already.
                case TariffStage.Accepted when (a.Permit is not null || a.State == ApplicationState.Applied) && issued.All(i => i.Stage != stage.Id) && lines.Length > 0:
                    yield return new Due(stage.Id, [.. Reduced(lines, reduction), .. quote.Lines.Where(l => l.Item == "settlement")]);
                    break;
                case TariffStage.Monthly when a.Permit is { } permit:
                    foreach (var line in lines)
                    {
                        // Month by month as it begins, no more months than were quoted, none after the end.
                        var months = MonthsBegun(permit, a, now, (int)line.Quantity) - (int)issued.Where(i => i.Stage == stage.Id).SelectMany(i => i.Lines).Where(l => l.Item == line.Item).Sum(l => l.Quantity);
                        if (months > 0)
                        {
                            yield return new Due(stage.Id, Reduced([line with { Quantity = months, Yen = decimal.Truncate(line.UnitYen * months) }], reduction));
                        }
                    }

                    break;
                case TariffStage.Ended when !mode.Binding && (withdrawn || a.State == ApplicationState.Ended) && a.SubmittedAt is not null && issued.All(i => i.Stage != stage.Id):
                    var settled = Settlement(account, mode, tariff, reduction, withdrawn);
                    if (settled.Count > 0)
                    {
                        yield return new Due(stage.Id, settled);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Of the items that were measured, the difference between what was used and what was invoiced. An application that came to no permit pays
    /// what was worked on it, and nothing else than its first stage (EHDS 62).
    /// </summary>
    private static List<FeeLine> Settlement(AccountView account, TariffMode mode, Tariff tariff, decimal reduction, bool withdrawn)
    {
        List<FeeLine> lines = [];
        foreach (var item in mode.Items.Where(i => tariff.Stages.First(s => s.Items.Contains(i.Item)).At == TariffStage.Accepted))
        {
            var used = account.Readings.Where(r => r.Item == item.Item).ToArray();
            if (used.Length == 0 && !withdrawn)
            {
                continue;
            }

            var quantity = used.Sum(r => r.Quantity) - account.Invoices.SelectMany(i => i.Lines).Where(l => l.Item == item.Item).Sum(l => l.Quantity);
            if (quantity != 0)
            {
                lines.Add(new FeeLine(item.Item, item.Label, quantity, item.Unit, item.UnitYen, Math.Floor(item.UnitYen * quantity)));
            }
        }

        return [.. Reduced(lines, reduction)];
    }

    private static int MonthsBegun(Permit permit, ApplicationView a, DateTimeOffset now, int most)
    {
        var end = a.Measures.LastOrDefault(m => m.What == ApplicationState.Ended)?.At ?? permit.Until;
        var until = now < end ? now : end;
        var months = 0;
        while (months < most && permit.From.AddMonths(months) < until)
        {
            months++;
        }

        return months;
    }

    /// <summary>The lines, and the reduction that belongs to them: rounded so that the reductions of all stages are never more than the quote's.</summary>
    private static IReadOnlyList<FeeLine> Reduced(IReadOnlyList<FeeLine> lines, decimal percent)
    {
        var yen = -Math.Floor(lines.Sum(l => l.Yen) * percent / 100);
        return yen == 0 ? lines : [.. lines, new FeeLine("reduction", new Bilingual("減額", "Reduction"), percent, "percent", 0, yen)];
    }

    /// <summary>
    /// The holders' shares of an invoice: for each item that is shared, the share of what is paid for it after reductions, split over the datasets equally
    /// and rounded by largest remainder, so that the parts are the share to the yen.
    /// </summary>
    public static IReadOnlyList<HolderShare> Shares(IReadOnlyList<FeeLine> lines, Tariff tariff, IReadOnlyList<HolderId> holderOfEachDataset)
    {
        if (holderOfEachDataset.Count == 0)
        {
            return [];
        }

        var percent = lines.FirstOrDefault(l => l.Item == "reduction")?.Quantity ?? 0;
        List<HolderShare> shares = [];
        foreach (var share in tariff.Shares.Where(s => s.HoldersPercent > 0))
        {
            var paid = lines.Where(l => l.Item == share.Item).Sum(l => l.Yen) * (100 - percent) / 100;
            var pool = Math.Truncate(paid * share.HoldersPercent / 100);
            if (pool == 0)
            {
                continue;
            }

            var byHolder = holderOfEachDataset.GroupBy(h => h).OrderBy(g => g.Key.Value, StringComparer.Ordinal).Select(g => (Holder: g.Key, Datasets: g.Count())).ToArray();
            var parts = Split(pool, [.. byHolder.Select(h => h.Datasets)]);
            shares.AddRange(byHolder.Zip(parts, (h, yen) => new HolderShare(h.Holder, share.Item, yen)).Where(s => s.Yen != 0));
        }

        return shares;
    }

    /// <summary>A whole amount in proportion to weights, in whole parts that add up to it: largest remainders first, then the earlier one.</summary>
    public static decimal[] Split(decimal whole, IReadOnlyList<int> weights)
    {
        decimal total = weights.Sum();
        var exact = weights.Select(w => whole * w / total).ToArray();
        var parts = exact.Select(decimal.Truncate).ToArray();
        var rest = whole - parts.Sum();
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => Math.Abs(exact[i] - parts[i])).ThenBy(i => i).Take((int)Math.Abs(rest)))
        {
            parts[i] += Math.Sign(rest);
        }

        return parts;
    }
}
