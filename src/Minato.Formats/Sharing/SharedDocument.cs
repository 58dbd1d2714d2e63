namespace Minato.Formats.Sharing;

/// <summary>The three documents and, as one kind, the six kinds of information (3文書6情報).</summary>
public enum SharedKind
{
    /// <summary>診療情報提供書.</summary>
    Referral,

    /// <summary>退院時サマリー.</summary>
    DischargeSummary,

    /// <summary>健康診断結果報告書.</summary>
    CheckUpReport,

    /// <summary>Items of the six kinds that came without a document.</summary>
    Information,
}

/// <summary>The six kinds of information, and a document's own words.</summary>
public enum SharedItemKind
{
    Condition,
    Allergy,
    Infection,
    Contraindication,
    Test,
    Prescription,

    /// <summary>A section of a document, in its author's words.</summary>
    Section,
}

/// <summary>One thing a provider tells other providers and the person. Unlike <see cref="HealthFact"/> it may hold narrative: it is for care and is never a fact of the warehouse.</summary>
/// <param name="Value">Result, dose or severity, as written, with its unit.</param>
/// <param name="NotTold">未告知: the person has not been told of it, or not been given it yet.</param>
public sealed record SharedItem(SharedItemKind Kind, DateOnly? Date, string Name, string? Code, string? Value, bool NotTold);

/// <summary>A document or a bundle of information as one provider shared it.</summary>
/// <param name="Id">The bundle's own identifier: the same again replaces it.</param>
/// <param name="NotTold">The whole may not be shown to the person: it, or a part that its words may give away, is 未告知.</param>
public sealed record SharedDocument(string Id, SharedKind Kind, string Title, DateOnly? Date, PersonIdentity Person, IReadOnlyList<SharedItem> Items, bool NotTold)
{
    /// <summary>It names a person and what is the matter with them: printing one by accident must not leak it.</summary>
    public override string ToString() => $"SharedDocument({Kind})";
}
