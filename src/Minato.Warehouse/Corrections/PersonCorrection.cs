using Minato.Tables;

namespace Minato.Warehouse;

/// <summary>How a correction changed who is who; the numbers are Linkage's.</summary>
public enum PersonChange
{
    Merged = 1,
    Parted = 2,
    Moved = 3,
}

/// <summary>A record as Linkage knows it: a ticket of a delivery.</summary>
public readonly record struct RecordTicket(DeliveryId Delivery, int Ticket);

/// <summary>One correction of who is who, in the dataset's pseudonyms.</summary>
/// <param name="Number">Linkage's number of it.</param>
/// <param name="Name">Of a merge or parting: the name that records were answered under. Null where records moved.</param>
/// <param name="Person">The person now; of a move, the name under which the records are answered now.</param>
/// <param name="Records">Which records moved.</param>
public sealed record PersonCorrection(long Number, PersonChange Change, Pseudonym<Dataset>? Name, Pseudonym<Dataset> Person, IReadOnlyList<RecordTicket> Records);

/// <summary>What corrections or a renewal changed.</summary>
/// <param name="Snapshot">The latest snapshot; null where the dataset has none, and nothing was done.</param>
/// <param name="Applied">How many corrections, or renewed names, were new.</param>
/// <param name="Records">How many records have another <c>person_id</c> than before.</param>
public sealed record CorrectionResult(Snapshot? Snapshot, int Applied, long Records, long PersonsBefore, long PersonsAfter)
{
    internal static CorrectionResult Unchanged(Snapshot? latest)
    {
        var persons = latest is null ? 0 : PersonsOf(latest);
        return new CorrectionResult(latest, 0, 0, persons, persons);
    }

    internal static long PersonsOf(Snapshot snapshot) => snapshot.Files.Where(f => f.Table == Shapes.CdmTables.Person.Name).Sum(f => f.Rows);
}
