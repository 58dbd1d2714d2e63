using Minato.Tables;

namespace Minato.Warehouse;

/// <summary>What the keeper of a dataset does with its past: looks back, lets go, and takes a person out for good. At the node that holds the files.</summary>
public interface IWarehouseKeeping
{
    /// <summary>The snapshots that are kept, oldest first.</summary>
    IReadOnlyList<Snapshot> History(DatasetId dataset);

    /// <summary>The dataset as it was at a moment; null before its first kept snapshot.</summary>
    Snapshot? AsOf(DatasetId dataset, DateTimeOffset moment) => History(dataset).LastOrDefault(s => s.At <= moment);

    /// <summary>
    /// Lets go of all but the last snapshots, and says on the ledger which. An extraction that was made from one of them cannot be repeated
    /// any more. At least one is kept.
    /// </summary>
    Task<Outcome<IReadOnlyList<Snapshot>>> RetainAsync(DatasetId dataset, int last, Actor by, CancellationToken ct = default);

    /// <summary>
    /// Removes a person on legal grounds (a right of erasure, a court's order): every row under any name of theirs leaves every kept snapshot's
    /// files, at once, and the files that had them are deleted. The ledger keeps the proof, which names nobody. Refused with
    /// <c>warehouse.person-unknown</c> where no kept snapshot has the person.
    /// </summary>
    /// <param name="grounds">The law or order and its reference, without names: it is published.</param>
    Task<Outcome<RemovalReceipt>> RemovePersonAsync(DatasetId dataset, Pseudonym<Dataset> person, string grounds, Actor by, CancellationToken ct = default);
}

/// <summary>A file that had rows of the person, before and after.</summary>
/// <param name="Before">SHA-256 in hex; <paramref name="After"/> null where nothing else was in it.</param>
/// <param name="Removed">Rows.</param>
public sealed record RewrittenFile(string Table, string Before, string? After, long Removed);

/// <summary>
/// The proof for the person. <paramref name="Commitment"/> is on the ledger: SHA-256 over the 16 bytes of <paramref name="Salt"/> and the 16 of the pseudonym, so that who holds
/// the receipt can show whose removal it was, and nobody else can tell.
/// </summary>
/// <param name="Snapshots">Former snapshot ids with the present ones.</param>
public sealed record RemovalReceipt(
    string Dataset, string Grounds, DateTimeOffset At, string Salt, string Commitment, IReadOnlyList<RewrittenFile> Files, IReadOnlyDictionary<string, string> Snapshots);
