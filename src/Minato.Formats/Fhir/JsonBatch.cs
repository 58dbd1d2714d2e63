namespace Minato.Formats.Fhir;

/// <summary>A piece that stands by itself: its bytes are its own.</summary>
internal readonly record struct JsonPiece(PieceKind Kind, ReadOnlyMemory<byte> Bytes, long Line, int Depth);

/// <summary>Pieces that follow each other in a file, enough of them to be worth a thread's attention.</summary>
internal sealed class JsonBatch
{
    /// <summary>A batch ends with the piece that reaches this many bytes.</summary>
    private const int Enough = 256 * 1024;

    private readonly List<JsonPiece> pieces = [];

    public IReadOnlyList<JsonPiece> Pieces => pieces;

    public static IEnumerable<JsonBatch> Of(JsonPieces source)
    {
        var batch = new JsonBatch();
        var size = 0;
        while (source.Next())
        {
            batch.pieces.Add(new(source.Kind, source.Bytes.ToArray(), source.Line, source.Depth));
            size += source.Bytes.Length;
            if (size >= Enough)
            {
                yield return batch;
                (batch, size) = (new JsonBatch(), 0);
            }
        }

        if (batch.pieces.Count > 0)
        {
            yield return batch;
        }
    }
}
