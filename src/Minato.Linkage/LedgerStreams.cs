namespace Minato.Linkage;

/// <summary>Where Linkage writes on the ledger.</summary>
internal static class LedgerStreams
{
    public const string Room = "linkage";
    public const string Deliveries = "linkage/deliveries";
    public const string Conversions = "linkage/conversions";
    public const string Missing = "linkage/missing";
    public const string Persons = "linkage/persons";
    public const string Citizens = "linkage/citizens";
    public const string Corrections = "linkage/corrections";
    public const string Desk = "linkage/desk";
    /// <summary>Ways back to holders: of findings, and of rows.</summary>
    public const string WaysBack = "linkage/ways-back";
    public const string Uses = "linkage/uses";
    public const string ProjectPrefix = "linkage/project/";

    public const string KeyPrefix = "linkage/keys/";

    /// <summary>The keys of a domain.</summary>
    public static string Keys(string domain) => KeyPrefix + domain["domain/".Length..];

    public static string Project(PermitId permit) => ProjectPrefix + permit.Value;
}
