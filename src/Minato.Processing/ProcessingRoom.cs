using Minato.Access;
using Minato.Disclosure;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing.Extracting;
using Minato.Warehouse;

namespace Minato.Processing;

/// <summary>What a table about these datasets with these columns must keep to.</summary>
public delegate OutputRule CellRuleOf(IReadOnlyList<DatasetId> datasets, IReadOnlyList<string> columns);

/// <param name="Folder">Extractions live here, one folder per permit; made if it is not there.</param>
/// <param name="StandardsFolder">Holds <c>processing/*.json</c>.</param>
/// <param name="CodeVersion">Named in every manifest (H12).</param>
/// <param name="Keys">Needed by standards that shift dates: the shift is keyed per project. Without it such a standard is refused.</param>
public sealed record ProcessingOptions(string Folder, string StandardsFolder, string CodeVersion, IKeyStore? Keys = null)
{
    /// <summary>The exit's rule, which tables that are made here keep to as well.</summary>
    public CellRuleOf CellRule { get; init; } = (_, _) => OutputRule.Default;

    /// <summary>What the engine may take for one extraction; beyond it, it spills to disk.</summary>
    public int MemoryMegabytes { get; init; } = 3072;

    /// <summary>How much of it one part of a table may take while it is put in order.</summary>
    public int StageMegabytes { get; init; } = 2048;
}

/// <summary>The room's door.</summary>
public static class ProcessingRoom
{
    /// <summary>Opens the room; what a killed extraction left half-made is swept.</summary>
    public static IProcessing Open(ProcessingOptions options, ILedger ledger, IAccess access, IOptOut optOut, ILinkage linkage, IWarehouse warehouse, TimeProvider clock) =>
        new ProcessingDesk(options, ledger, access, optOut, linkage, warehouse, clock);
}
