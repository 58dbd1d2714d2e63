using System.IO.Compression;
using System.Text.Json;
using Minato.Formats.Fhir;
using Minato.Formats.Text;

namespace Minato.Formats.Views;

/// <summary>What a run did. <paramref name="Refused"/> counts resources and pieces of files without rows because of an error.</summary>
public sealed record ViewFigures(long Files, long Bytes, long Resources, long Rows, long Refused, IReadOnlyList<Finding> Findings);

/// <summary>
/// Runs a view over files: documents, Bundles of any size, NDJSON, Bulk Data exports, each also with gzip. One resource is
/// held at a time (a Bundle up to 16 MiB whole). Findings are counted, one for each kind and file; nothing a file contains throws.
/// </summary>
public sealed class ViewRun(View view, IViewOutput output)
{
    private const int Limit = FhirReader.DefaultLimit;

    private static readonly byte[] TypeFirst = "{\"resourceType\":\""u8.ToArray();

    private readonly ViewRows rows = new(view);
    private readonly byte[] wanted = System.Text.Encoding.UTF8.GetBytes(view.Resource + "\"");
    private readonly List<Finding> findings = [];
    private long files;
    private long bytes;
    private long resources;
    private long made;
    private long refused;

    public ViewFigures Figures => new(files, bytes, resources, made, refused, findings);

    /// <summary>Reads a file; the name decides whether it is gzip and lines.</summary>
    /// <exception cref="OperationCanceledException">Asked for.</exception>
    public void Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        files++;
        var tally = new Tally(fileName);
        var days = rows.NotWholeDays;
        using var plain = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
        var pieces = new JsonPieces(plain, FhirReader.IsLines(fileName), Limit, ct);
        try
        {
            while (pieces.Next())
            {
                bytes += pieces.Bytes.Length;
                Piece(pieces, tally);
            }
        }
        catch (InvalidDataException)
        {
            Refuse(tally, "view.gzip", "file that breaks off or is damaged inside its gzip", pieces.Line, "Send it again, whole");
        }

        if (rows.NotWholeDays > days)
        {
            tally.Warn("view.whole-day", "date without a day in a DATE column, left empty", 1, "Use a text column, or lowBoundary()");
        }

        findings.AddRange(tally.Remarks().Select(r => ((ReadItem.Remark)r).Finding));
    }

    private void Piece(JsonPieces piece, Tally tally)
    {
        if (Other(piece))
        {
            return;
        }

        if (PieceFault.Of(piece.Kind, piece.Bytes.Span, "view", "resource", default) is { } fault)
        {
            Refuse(tally, fault.Code, fault.Reason, piece.Line, fault.Remedy);
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(piece.Bytes, Json.Strict);
            Root(piece, document.RootElement, tally);
        }
        catch (JsonException)
        {
            Refuse(tally, "view.no-fhir", "piece that is not well-formed JSON, nests deeper than 64 or has a property twice", piece.Line, "Correct the JSON");
        }
    }

    /// <summary>Whether a line says at its beginning that it is a resource of another type, as most exports do; then nothing of it is parsed.</summary>
    private bool Other(JsonPieces piece)
    {
        if (piece.Kind != PieceKind.Line || !piece.Bytes.Span.StartsWith(TypeFirst))
        {
            return false;
        }

        var type = piece.Bytes.Span[TypeFirst.Length..];
        return !type.StartsWith(wanted) && !type.StartsWith("Bundle\""u8);
    }

    private void Root(JsonPieces piece, JsonElement root, Tally tally)
    {
        if (piece.Kind is PieceKind.Entry or PieceKind.HeldBackEntry)
        {
            // Of a Bundle too large to hold the other entries' names are not known.
            rows.Keys.LeaveBundle();
            Resource(root.Get("resource"), root.Text("fullUrl"), piece.Line, tally);
        }
        else if (root.Is("resourceType", "Bundle") && view.Resource != "Bundle")
        {
            rows.Keys.EnterBundle(root);
            foreach (var entry in root.Items("entry"))
            {
                Resource(entry.Get("resource"), entry.Text("fullUrl"), piece.Line, tally);
            }
        }
        else
        {
            rows.Keys.LeaveBundle();
            Resource(root, null, piece.Line, tally);
        }
    }

    private void Resource(JsonElement? resource, string? fullUrl, long line, Tally tally)
    {
        if (resource is not { ValueKind: JsonValueKind.Object } r || !r.Is("resourceType", view.Resource))
        {
            return;
        }

        resources++;
        rows.Keys.Enter(fullUrl);
        var count = rows.Of(r, output, out var fault);
        if (count >= 0)
        {
            made += count;
            return;
        }

        Refuse(tally, "view.value", $"{view.Resource} without rows: View {view.Name}, '{fault.Path?.Text}': {fault.Reason}", line, "Change the view, or correct the resource", fault.Path?.At);
    }

    private void Refuse(Tally tally, string code, string what, long line, string remedy, string? field = null)
    {
        refused++;
        tally.Warn(code, what, line, remedy, field);
    }
}
