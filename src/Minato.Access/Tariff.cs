namespace Minato.Access;

/// <summary>
/// A tariff (I6): the four fees of the third-party provision guideline, in more than one mode. An amount is a whole number of
/// yen times a whole quantity, which is linear in datasets and months, so that anybody can work it out on paper beforehand.
/// </summary>
internal sealed record Tariff(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<TariffMode> Modes, string DefaultMode, string ModeField, IReadOnlyList<Reduction> Reductions,
    IReadOnlyList<TariffStage> Stages, IReadOnlyList<TariffShare> Shares, int PaymentDays) : IStandard
{
    public string? Defect =>
        Stages.Any(s => !TariffStage.Moments.Contains(s.At)) ? "a stage is invoiced at no known moment"
        : Stages.SelectMany(s => s.Items).GroupBy(i => i).Any(g => g.Count() > 1) ? "an item is invoiced twice"
        : Modes.SelectMany(m => m.Items).Any(i => !Stages.Any(s => s.Items.Contains(i.Item))) ? "an item is invoiced at no stage"
        : Shares.Any(s => s.HoldersPercent is < 0 or > 100) ? "a share is not between 0 and 100 percent"
        : PaymentDays is < 1 or > 365 ? "there is no time to pay"
        : Modes.All(m => m.Id != DefaultMode) ? "its default mode does not exist"
        : Modes.SelectMany(m => m.Items).Any(i => i.UnitYen is < 0 or > 100_000_000 || i.Quantity.IsNegative) ? "an amount or quantity is negative or too large"
        : Reductions.Any(r => r.Percent is < 0 or > 100) ? "a reduction is not between 0 and 100 percent"
        : null;

    /// <summary>The quote for a use. Its <see cref="FeeQuote.Tariff"/> is <c>id@version</c> and the mode: <c>tariff@1.0.0/fixed</c>.</summary>
    public Outcome<FeeQuote> Quote(RequestedUse use, IReadOnlyDictionary<string, string> answers)
    {
        var wanted = answers.GetValueOrDefault(ModeField, DefaultMode);
        if (Modes.FirstOrDefault(m => m.Id == wanted) is not { } mode)
        {
            return Finding.Error("access.fee-mode", "The tariff has no such fee mode", $"Choose one of {string.Join(", ", Modes.Select(m => m.Id))}", new Place(Field: ModeField));
        }

        var datasets = use.Datasets.Select(d => d.Dataset).Distinct().Count();
        List<FeeLine> lines = [.. mode.Items.Select(i => i.For(datasets, use.MonthsOfUse)).Where(l => l.Quantity > 0)];
        var full = lines.Sum(l => l.Yen);

        // At most one reduction, the best one: reductions are reasons, not coupons.
        if (Reductions.Where(r => r.AppliesTo(answers, datasets)).MaxBy(r => r.Percent) is { Percent: > 0 } best)
        {
            var yen = -Math.Floor(full * best.Percent / 100);
            lines.Add(new FeeLine($"reduction-{best.Id}", best.Label, best.Percent, "percent", 0, yen));
        }

        return new FeeQuote($"{this.Name()}/{mode.Id}", lines, lines.Sum(l => l.Yen));
    }
}

/// <summary>When which items are invoiced.</summary>
/// <param name="At">One of <see cref="Moments"/>.</param>
internal sealed record TariffStage(string Id, string At, IReadOnlyList<string> Items)
{
    public const string Submitted = "submitted";
    public const string Accepted = "accepted";
    public const string Monthly = "monthly";
    public const string Ended = "ended";

    public static IReadOnlyList<string> Moments { get; } = [Submitted, Accepted, Monthly, Ended];
}

/// <summary>What of an item's fee goes to the holders of the data (B4, J3).</summary>
internal sealed record TariffShare(string Item, int HoldersPercent);

/// <param name="Binding">The amount stays as quoted; else it is an estimate, settled on what was incurred.</param>
internal sealed record TariffMode(string Id, Bilingual Title, bool Binding, IReadOnlyList<TariffItem> Items);

internal sealed record TariffItem(string Item, Bilingual Label, string Unit, Bilingual UnitLabel, decimal UnitYen, TariffQuantity Quantity)
{
    public FeeLine For(int datasets, int months)
    {
        var quantity = Quantity.For(datasets, months);
        return new FeeLine(Item, Label, quantity, Unit, UnitYen, decimal.Truncate(UnitYen * quantity));
    }
}

/// <summary>Units = once + per dataset + per dataset after the first + per month.</summary>
internal sealed record TariffQuantity(int Once = 0, int PerDataset = 0, int PerFurtherDataset = 0, int PerMonth = 0)
{
    public bool IsNegative => Once < 0 || PerDataset < 0 || PerFurtherDataset < 0 || PerMonth < 0;

    public int For(int datasets, int months) => Once + (PerDataset * datasets) + (PerFurtherDataset * Math.Max(0, datasets - 1)) + (PerMonth * months);
}

/// <summary>A reduction where a field of the form has one of these values, optionally only up to a number of datasets.</summary>
internal sealed record Reduction(string Id, Bilingual Label, string Field, IReadOnlyList<string> Values, int Percent, int? MaxDatasets = null)
{
    public bool AppliesTo(IReadOnlyDictionary<string, string> answers, int datasets) =>
        answers.TryGetValue(Field, out var value) && Values.Contains(value) && (MaxDatasets is not { } max || datasets <= max);
}
