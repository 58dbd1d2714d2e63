using System.Diagnostics;
using System.Globalization;

namespace Minato.Ledger.Tests;

public sealed class KillTests
{
    [Fact]
    public async Task What_the_ledger_acknowledged_is_there_after_the_process_was_killed()
    {
        using var quay = Quay.New();
        quay.Ledger.Dispose();
        var acknowledged = await AppendAndKillAsync(quay.Folder, after: 500);

        quay.Reopen();
        Assert.Empty(quay.Verify());
        var recorded = quay.Ledger.ReadAll().Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Stream} {e.Version} {e.Index}")).ToHashSet();
        Assert.Subset(recorded, acknowledged.ToHashSet());

        // And the ledger goes on from there.
        var next = quay.Append("after/the-kill");
        Assert.Equal(recorded.Count, next.FirstIndex);
        quay.Ledger.MakeCheckpoint();
        Assert.Empty(quay.Verify());
    }

    private static async Task<List<string>> AppendAndKillAsync(string folder, int after)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Appender.Verb, folder]) { RedirectStandardOutput = true })!;
        var lines = new List<string>();
        while (lines.Count < after && await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        process.Kill();
        await process.WaitForExitAsync();

        // The last line may be cut; a line that was written whole was acknowledged.
        var rest = await process.StandardOutput.ReadToEndAsync();
        lines.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(lines.Count >= after);
        return lines;
    }
}
