namespace Minato.Formats;

/// <summary>One step of reading: a record, or a finding about a piece that could not be taken.</summary>
public abstract record ReadItem
{
    private ReadItem() { }

    public sealed record Good(DeliveredRecord Record) : ReadItem;

    /// <summary>A piece that could not be read. <paramref name="Raw"/> is its bytes (capped at 1 MiB), for quarantine only.</summary>
    public sealed record Bad(Finding Finding, ReadOnlyMemory<byte> Raw) : ReadItem;

    /// <summary>Something to tell the holder; no piece was lost.</summary>
    public sealed record Remark(Finding Finding) : ReadItem;
}

/// <summary>The first bytes and the name of a file, from which a reader recognises its format.</summary>
public readonly record struct FileHead(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// A streaming reader of one format: constant memory, never throws for what a file contains (a file that cannot be read
/// at all is one <see cref="ReadItem.Bad"/>). Lines or entries over the limit are findings, not allocations.
/// </summary>
public interface IFormatReader
{
    /// <summary>Short name as in receipts and figures: <c>uke</c>, <c>fhir</c>, <c>checkup-xml</c>, <c>vaccination-csv</c>, <c>care-csv</c>, <c>death-csv</c>.</summary>
    string Format { get; }

    bool Recognises(FileHead head);

    IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default);
}
