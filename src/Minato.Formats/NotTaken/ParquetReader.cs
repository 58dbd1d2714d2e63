namespace Minato.Formats.NotTaken;

/// <summary>Parquet, usually OMOP CDM tables that somebody else has already linked and converted.</summary>
internal sealed class ParquetReader() : NotTakenReader("omop-parquet")
{
    public override bool Recognises(FileHead head) => head.Bytes.Span.StartsWith("PAR1"u8);

    protected override ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning) => Refuse(
        "omop.not-taken",
        "A Parquet table (OMOP CDM): its persons carry numbers of another place and no identity, so they cannot be linked to anybody here; not yet supported",
        "Deliver the source records (FHIR, claims, check-ups); vocabulary tables are loaded by the operator, not delivered",
        fileName,
        beginning);
}
