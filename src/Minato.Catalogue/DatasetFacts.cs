namespace Minato.Catalogue;

/// <summary>What a snapshot says of itself, with small cells already hidden.</summary>
internal sealed record DatasetFacts(
    DateTimeOffset? SnapshotAt,
    long? Persons,
    IReadOnlyDictionary<string, long?> RowsByTable,
    DateOnly? From,
    DateOnly? To,
    TypicalAge? TypicalAge,
    IReadOnlyDictionary<string, double> Quality,
    IReadOnlyList<VariableDescription> Variables)
{
    /// <summary>A dataset to which nothing has been delivered yet.</summary>
    public static DatasetFacts None { get; } = new(null, null, new Dictionary<string, long?>(), null, null, null, new Dictionary<string, double>(), []);
}
