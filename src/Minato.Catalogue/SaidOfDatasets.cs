using Minato.Ledger;

namespace Minato.Catalogue;

/// <summary>Whatever changes a description is said on the ledger, on one of these streams: until then what was worked out holds.</summary>
internal static class SaidOfDatasets
{
    /// <summary>What came in and was measured, how deliveries stand, what the holder says, how the records are linked.</summary>
    private static readonly string[] Prefixes = ["dataset/", "standing/", HolderWords.Prefix, LinkageWords.Prefix];

    public static IEnumerable<DatasetId> From(ILedger ledger, long index) => ledger.ReadAll(index).Select(e => DatasetOf(e.Stream)).OfType<DatasetId>();

    private static DatasetId? DatasetOf(string stream) =>
        Prefixes.FirstOrDefault(p => stream.StartsWith(p, StringComparison.Ordinal)) is { } prefix && Slug.IsValid(stream[prefix.Length..]) ? new DatasetId(stream[prefix.Length..]) : null;
}
