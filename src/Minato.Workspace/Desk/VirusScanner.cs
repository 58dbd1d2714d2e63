using System.Diagnostics;

namespace Minato.Workspace.Desk;

/// <summary>ClamAV, where the node has it (Debian: <c>clamav</c>, or <c>clamdscan</c> with its daemon). What it did not do is never told as done.</summary>
/// <param name="programs">Tried in order; the first that answers counts.</param>
internal sealed class VirusScanner(IReadOnlyList<string> programs)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="lend">Gives the file in clear, and takes it away again; asked only where there is a scanner.</param>
    public ScanResult Scan(Func<(string Path, Action Remove)> lend)
    {
        var why = "no scanner is installed: apt-get install clamav";
        foreach (var program in programs.Where(File.Exists))
        {
            var version = Run(program, ["--version"]);
            // Program, version, number and day of the signatures; without signatures there is nothing to scan with.
            if (version is not { Code: 0 } || version.Value.Output.Trim().Split('/') is not { Length: >= 2 } parts)
            {
                why = $"{Path.GetFileName(program)} has no signatures: freshclam";
                continue;
            }

            var (path, remove) = lend();

            // A file that is too large for it counts as found, not as clean.
            IReadOnlyList<string> words = Path.GetFileName(program) == "clamdscan"
                ? ["--no-summary", "--fdpass", "--", path]
                : ["--no-summary", "--max-filesize=2000M", "--max-scansize=2000M", "--alert-exceeds-max=yes", "--", path];
            (int Code, string Output)? answer;
            try
            {
                answer = Run(program, words);
            }
            finally
            {
                remove();
            }

            switch (answer?.Code)
            {
                case 0:
                    return new(string.Join('/', parts.Take(2)), false, null);
                case 1:
                    return new(string.Join('/', parts.Take(2)), true, null);
                default:
                    why = $"{Path.GetFileName(program)} failed";
                    break;
            }
        }

        return new(null, null, why);
    }

    /// <summary>Exit code and the first line of output; null where it did not end.</summary>
    private static (int Code, string Output)? Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            using var kill = new Timer(_ => process.Kill(entireProcessTree: true), null, Patience, Timeout.InfiniteTimeSpan);
            var first = process.StandardOutput.ReadLine() ?? "";
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, first);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }
}
