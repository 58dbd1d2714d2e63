using System.Text.Json.Serialization;

namespace Minato.Processing.Extracting;

/// <summary>What Processing writes to the ledger, on <c>extraction/{permit}</c>.</summary>
[JsonDerivedType(typeof(Extracted), "extracted")]
[JsonDerivedType(typeof(Repeated), "repeated")]
internal abstract record ProcessingEvent
{
    private ProcessingEvent() { }

    /// <summary>Data of a permit was made. The manifest holds no person.</summary>
    public sealed record Extracted(ExtractionManifest Manifest) : ProcessingEvent;

    /// <summary>
    /// An earlier extraction was made again, with its choices, to see whether it comes out the same. Not a new extraction: who
    /// has refused since then must not come back into use by it.
    /// </summary>
    public sealed record Repeated(string Of, string CameOut) : ProcessingEvent;
}

/// <summary>All extractions of a permit, oldest first.</summary>
internal sealed record ExtractionHistory(IReadOnlyList<ExtractionManifest> Manifests)
{
    public static string Stream(PermitId permit) => $"extraction/{permit}";

    public static ExtractionHistory Evolve(ExtractionHistory? before, ProcessingEvent e) => e switch
    {
        ProcessingEvent.Extracted x => new([.. before?.Manifests ?? [], x.Manifest]),
        _ => before ?? new([]),
    };
}
