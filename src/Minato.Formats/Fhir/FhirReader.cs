using System.Text.Json;
using Minato.Formats.Text;

namespace Minato.Formats.Fhir;

/// <summary>
/// FHIR R4 JSON: documents and collections (JP-CLINS 3文書6情報), single resources, NDJSON of resources or of Bundles.
/// A Bundle is one record per patient; a resource outside a Bundle is one record whose identity is what its reference says.
/// </summary>
internal sealed class FhirReader(int limit = FhirReader.DefaultLimit) : IFormatReader
{
    /// <summary>Largest value held at once. A larger Bundle is taken entry by entry, a larger resource is refused.</summary>
    public const int DefaultLimit = 16 << 20;

    public string Format => "fhir";

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        return IsLines(head.Name)
            || (bytes is [(byte)'{' or (byte)'[', ..] && (bytes.IndexOf("\"resourceType\""u8) >= 0 || head.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)));
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var pieces = new JsonPieces(stream, IsLines(fileName), limit, ct);
        var tally = new Tally(fileName);
        var any = false;
        foreach (var (items, remarks) in Ahead.InOrder(JsonBatch.Of(pieces), batch => Take(batch, fileName)))
        {
            any = true;
            tally.Add(remarks);
            foreach (var item in items)
            {
                yield return item;
            }
        }

        if (!any)
        {
            tally.Warn("fhir.empty", "file without a single resource", 1, "Check whether the right file was sent");
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    internal static bool IsLines(string fileName)
    {
        var name = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
        return name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
    }

    private static (List<ReadItem> Items, Tally Remarks) Take(JsonBatch batch, string file)
    {
        var tally = new Tally(file);
        var items = new List<ReadItem>(batch.Pieces.Count);
        foreach (var piece in batch.Pieces)
        {
            items.AddRange(Take(piece, file, tally));
        }

        return (items, tally);
    }

    private static IReadOnlyList<ReadItem> Take(JsonPiece piece, string file, Tally tally)
    {
        var at = new Place(file, piece.Line);
        if (PieceFault.Of(piece.Kind, piece.Bytes.Span, "fhir", "resource", at) is { } refusal)
        {
            return [new ReadItem.Bad(refusal, Raw.Capped(piece.Bytes.Span))];
        }

        try
        {
            using var document = JsonDocument.Parse(piece.Bytes, Json.Strict);
            return piece.Kind is PieceKind.Entry or PieceKind.HeldBackEntry
                ? document.RootElement.Get("resource") is { } inner ? new FhirDelivery(file, tally, piece.Line, gate: true).Single(inner, document.RootElement.Text("fullUrl"), piece.Kind == PieceKind.HeldBackEntry) : []
                : new FhirDelivery(file, tally, piece.Line, gate: piece.Kind == PieceKind.Document).Root(document.RootElement);
        }
        catch (JsonException e)
        {
            return [new ReadItem.Bad(Why(piece, at with { Line = piece.Line + (e.LineNumber ?? 0) }), Raw.Capped(piece.Bytes.Span))];
        }
        catch (InvalidOperationException)
        {
            // The JSON reader's way to say that an escaped text is no text (a lone surrogate).
            return [new ReadItem.Bad(Finding.Error("fhir.text", "A text holds characters that do not exist", "Correct the text's escapes", at), Raw.Capped(piece.Bytes.Span))];
        }
    }

    private static Finding Why(JsonPiece piece, Place at)
    {
        if (piece.Depth > 64)
        {
            return Finding.Error("fhir.depth", "The JSON is nested deeper than any resource (64)", "Send FHIR R4 resources", at);
        }

        try
        {
            using var lax = JsonDocument.Parse(piece.Bytes, new JsonDocumentOptions { MaxDepth = 64 });
            return Finding.Error("fhir.duplicate-key", "An object has the same property twice, so it is unclear which one counts", "Send each property once", at);
        }
        catch (JsonException)
        {
            return Finding.Error("fhir.json", "The JSON is not well formed", "Correct the JSON at this place", at);
        }
    }
}
