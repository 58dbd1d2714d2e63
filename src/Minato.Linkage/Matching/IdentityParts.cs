namespace Minato.Linkage.Matching;

/// <summary>
/// An identity whose source tells more, or tells it in other pieces, than <see cref="PersonIdentity"/> holds. Every piece may be missing;
/// a piece given here goes before the same piece of <see cref="Identity"/>.
/// </summary>
internal sealed record IdentityParts(PersonIdentity Identity)
{
    public string? Family { get; init; }

    public string? Given { get; init; }

    public string? FamilyKanji { get; init; }

    public string? GivenKanji { get; init; }

    /// <summary>yyyymmdd with 00 for what is not known; may be a date that does not exist, as typing errors make.</summary>
    public int Birth { get; init; }

    /// <summary>A number of one person without an insurer, such as a social security number.</summary>
    public string? PersonNumber { get; init; }

    public string? Prefecture { get; init; }

    public string? Place { get; init; }

    public string? Town { get; init; }

    public string? Lot { get; init; }

    /// <summary>Up to four further fields, compared as texts.</summary>
    public IReadOnlyList<string?> Others { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => "IdentityParts(withheld)";
}
