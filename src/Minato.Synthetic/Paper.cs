using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>What becomes of a record on its way to the platform.</summary>
internal enum Fate
{
    Delivered,

    /// <summary>Damaged on purpose: half a line or an impossible date.</summary>
    Malformed,
}

/// <summary>One record about one person, on its way into a file of a dataset.</summary>
/// <param name="Dataset">Dataset id.</param>
/// <param name="Key">The key that a reader will find in it (shared contract of formats).</param>
/// <param name="Group">Which file of the delivery it belongs to.</param>
internal abstract record Paper(string Dataset, string Key, int Person, DateOnly On, string Group)
{
    public Fate Fate { get; init; }

    /// <summary>The delivery in which this came first, for a copy or a correction; null for a first writing.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Written once more, unchanged, in the next delivery.</summary>
    public bool Twice { get; init; }
}

/// <param name="Correction">The receipt as the next delivery corrects it, or null.</param>
internal sealed record ReceiptPaper(string Dataset, string Key, int Person, DateOnly On, string Group, Institution Institution, UkeReceipt Receipt, UkeReceipt? Correction)
    : Paper(Dataset, Key, Person, On, Group);

internal sealed record BundlePaper(string Dataset, string Key, int Person, DateOnly On, string Group, ClinsBundle Bundle) : Paper(Dataset, Key, Person, On, Group);

internal sealed record CheckupPaper(string Dataset, string Key, int Person, DateOnly On, string Group, CheckupDocument Document) : Paper(Dataset, Key, Person, On, Group);

internal sealed record VaccinationPaper(string Dataset, string Key, int Person, DateOnly On, string Group, VaccinationRow Row) : Paper(Dataset, Key, Person, On, Group);

internal sealed record CarePaper(string Dataset, string Key, int Person, DateOnly On, string Group, CareRow Row) : Paper(Dataset, Key, Person, On, Group);

internal sealed record DeathPaper(string Dataset, string Key, int Person, DateOnly On, string Group, DeathRow Row) : Paper(Dataset, Key, Person, On, Group);
