namespace Minato.Warehouse.Standing;

/// <summary>How a snapshot says which delivery made it.</summary>
internal static class SnapshotCause
{
    private const string Prefix = "delivery ";

    public static string Of(DeliveryId delivery) => $"{Prefix}{delivery}";

    /// <summary>Null where the snapshot came of something else.</summary>
    public static DeliveryId? DeliveryOf(string cause) => cause.StartsWith(Prefix, StringComparison.Ordinal) && Slug.IsValid(cause[Prefix.Length..]) ? new DeliveryId(cause[Prefix.Length..]) : null;
}
