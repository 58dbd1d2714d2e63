using Minato.Tables.Engines;
using Minato.Tables.Snapshots;

namespace Minato.Tables;

/// <summary>Limits of an engine session.</summary>
public sealed record SessionOptions
{
    /// <summary>Memory of the engine's buffers in MiB; beyond it the engine spills to <see cref="TempFolder"/>. 0: 1,024.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>Worker threads; 0: as many as the machine has processors.</summary>
    public int Threads { get; init; }

    /// <summary>Where the engine spills; null: it may not spill.</summary>
    public string? TempFolder { get; init; }

    /// <summary>Where given, SQL in this session reads and writes files in these folders only, and cannot change its own settings.</summary>
    public IReadOnlyList<string>? AllowedFolders { get; init; }
}

/// <summary>The room's door.</summary>
public static class TablesRoom
{
    /// <summary>Opens a folder of datasets; left-over files of changes that did not come to their end are swept.</summary>
    public static ISnapshotStore OpenSnapshots(string folder) => new SnapshotStore(folder, Disk.Real);

    /// <summary>An empty DuckDB in memory.</summary>
    public static ITableSession OpenSession(SessionOptions? options = null) => new DuckDbSession(options ?? new());
}
