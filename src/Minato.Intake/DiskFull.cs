using System.Data.Common;

namespace Minato.Intake;

/// <summary>A disk without room says so in as many ways as there are writers: files, SQLite, DuckDB.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28; // ENOSPC
    private const int SqliteFull = 13;

    /// <param name="of">What was not applied.</param>
    /// <param name="again">What to do when there is room.</param>
    public static Finding Finding(string of, string again) =>
        Kernel.Finding.Error("intake.disk-full", $"The node's disk is full; nothing of the {of} was applied", $"The operator makes room; then {again}");

    public static bool Is(Exception e) => e switch
    {
        IOException io => (io.HResult & 0xFFFF) == NoSpace,
        DbException db => db.ErrorCode == SqliteFull || db.Message.Contains("No space left", StringComparison.Ordinal) || db.Message.Contains("database or disk is full", StringComparison.Ordinal),
        AggregateException several => several.InnerExceptions.Any(Is),
        _ => e.InnerException is { } inner && Is(inner),
    };
}
