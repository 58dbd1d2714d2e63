namespace Minato.Intake;

/// <summary>提供レベル (B2): how far a holder goes.</summary>
public enum ProvisionLevel
{
    /// <summary>基本提供レベル: the holder sends what is agreed.</summary>
    Basic,

    /// <summary>拡張提供レベル: the holder also answers requests, so its data may be fetched.</summary>
    Extended,
}

/// <summary>How often a delivery is due.</summary>
public enum Cadence
{
    OnRequest,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

/// <summary>Until when what is delivered may not be used (B6): until a day, or for some months after each delivery; of both the later.</summary>
/// <param name="Until">First day of use.</param>
/// <param name="MonthsAfterDelivery">0: none.</param>
public sealed record EmbargoRule(DateOnly? Until = null, int MonthsAfterDelivery = 0)
{
    /// <summary>First day on which a delivery of <paramref name="day"/> may be used; null: at once.</summary>
    public DateOnly? For(DateOnly day)
    {
        var after = MonthsAfterDelivery > 0 ? day.AddMonths(MonthsAfterDelivery) : (DateOnly?)null;
        var first = Until > after || after is null ? Until : after;
        return first > day ? first : null;
    }
}

/// <summary>What a holder has agreed to deliver of one of its datasets.</summary>
/// <param name="From">First day of the agreement; due dates are counted from it.</param>
/// <param name="To">Last day; null: until it is ended.</param>
/// <param name="GraceDays">Days after the end of a period at which its delivery is due.</param>
/// <param name="Formats">Formats as receipts name them; empty: every format that is read.</param>
public sealed record Agreement(
    DatasetId Dataset, DateOnly From, DateOnly? To = null, Cadence Cadence = Cadence.OnRequest, int GraceDays = 0, ProvisionLevel Level = ProvisionLevel.Basic, IReadOnlyList<string>? Formats = null,
    EmbargoRule? Embargo = null)
{
    public bool IsInForce(DateOnly day) => From <= day && (To is null || day <= To);

    /// <summary>What was agreed to the last day may come in the days of grace after it.</summary>
    public bool Takes(DateOnly day) => From <= day && (To is null || day <= To.Value.AddDays(GraceDays));

    public bool Covers(string format) => Formats is not { Count: > 0 } some || some.Contains(format, StringComparer.Ordinal);

    /// <param name="formats">The formats that this node reads.</param>
    internal Finding? Fault(IReadOnlyCollection<string> formats)
    {
        Finding Wrong(string field, string reason, string remedy) => Finding.Error("agreement.content", reason, remedy, new Place(Field: field));
        return To < From ? Wrong("to", "The agreement ends before it begins", "Correct the days")
            : From.Year is < 1990 or > 2200 || To?.Year > 2200 ? Wrong("from", "A day lies outside 1990 to 2200", "Correct the days")
            : GraceDays is < 0 or > 366 ? Wrong("graceDays", "The days of grace lie outside 0 to 366", "Give days")
            : Embargo is { MonthsAfterDelivery: < 0 or > 1200 } || Embargo?.Until?.Year > 2200 ? Wrong("embargo", "The embargo lies outside 0 to 1200 months, or after 2200", "Correct the embargo")
            : !Enum.IsDefined(Cadence) || !Enum.IsDefined(Level) ? Wrong("cadence", "There is no such cadence or level", "Use a name of each")
            : (Formats ?? []).Any(f => !formats.Contains(f)) ? Wrong("formats", "A format is none that this node reads", $"Use some of {string.Join(", ", formats)}")
            : null;
    }
}

/// <summary>A delivery that is due.</summary>
/// <param name="Due">The first due date not met: the last day on which it may come in time.</param>
/// <param name="DaysLate">0 while it is not overdue.</param>
/// <param name="Missed">How many due dates have passed unmet.</param>
/// <param name="Last">When something last came.</param>
/// <param name="Reminded">The latest due date of which the holder was reminded.</param>
public sealed record DueDelivery(HolderId Holder, DatasetId Dataset, DateOnly Due, int DaysLate, int Missed, DateTimeOffset? Last, DateOnly? Reminded)
{
    public bool IsOverdue => DaysLate > 0;
}
