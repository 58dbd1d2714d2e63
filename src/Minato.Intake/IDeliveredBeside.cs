namespace Minato.Intake;

/// <summary>
/// Stands beside the warehouse and gets the files of a delivery as they came, for what the harbour does with them besides: records for care. Called after the delivery was applied and before it is
/// closed: whoever is killed between is called again with the same. It must bear the same file twice.
/// </summary>
public interface IDeliveredBeside
{
    /// <summary>The formats that it wants.</summary>
    IReadOnlySet<string> Formats { get; }

    /// <param name="content">Unpacked, from its beginning; closed by the caller.</param>
    /// <returns>What the holder should know; none: nothing.</returns>
    Task<IReadOnlyList<Finding>> TakeAsync(HolderId holder, DatasetId dataset, Stream content, CancellationToken ct);
}
