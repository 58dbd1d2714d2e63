using Minato.Ledger;
using Minato.Tables;

namespace Minato.Warehouse;

/// <summary>Where the warehouse lives and what it may use.</summary>
/// <param name="Folder">Holds <c>datasets/</c> (snapshots) and <c>temp/</c>.</param>
public sealed record WarehouseOptions(string Folder)
{
    internal const string Datasets = "datasets";

    /// <summary>A folder with an OHDSI vocabulary export (CONCEPT.csv …), which adds to the vocabulary the software carries.</summary>
    public string? VocabularyFolder { get; init; }

    /// <summary>A folder with the national claim masters as published (b_*.zip, y_*.zip, s_*.zip).</summary>
    public string? MastersFolder { get; init; }

    /// <summary>Memory of one engine session in MiB; beyond it the engine spills to disk.</summary>
    public int MemoryMegabytes { get; init; } = 384;

    /// <summary>Worker threads of one engine session; 0: as many as the machine has processors.</summary>
    public int Threads { get; init; }

    /// <summary>A table of a dataset in more files than this is compacted, smallest files first.</summary>
    public int MostFilesPerTable { get; init; } = 8;
}

/// <summary>The room's door.</summary>
public static class WarehouseRoom
{
    /// <summary>The table of genomes' variants: told apart from all others wherever rows are given or shown (A6).</summary>
    public const string Variants = "variant_occurrence";

    /// <summary>The shapes of all tables of the CDM as every warehouse has them, by name.</summary>
    public static IReadOnlyDictionary<string, TableShape> Shapes => Minato.Warehouse.Shapes.CdmTables.ByName;

    public static IWarehouse Open(WarehouseOptions options, ILedger ledger, TimeProvider clock) =>
        new Warehouse(options, TablesRoom.OpenSnapshots(Path.Combine(options.Folder, WarehouseOptions.Datasets)), ledger, clock);
}
