using System.Diagnostics;
using System.Globalization;

namespace Minato.Linkage.Tests;

/// <summary>
/// A run of several calls in a child process, which is this test executable itself, killed at random moments (<c>kill -9</c>) and
/// started again at the first call that it had not told to be done.
/// </summary>
internal static class KilledRun
{
    private const string FolderVariable = "MINATO_KILL_FOLDER";
    private const string FromVariable = "MINATO_KILL_FROM";

    /// <summary>How often a run is killed: few in the usual tests, more by <c>MINATO_KILLS</c>.</summary>
    public static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : otherwise;

    /// <summary>In the child: does the calls that are left. Elsewhere nothing.</summary>
    /// <param name="run">Takes the folder, the first call to do, and what hears "open", then "call 1" and so on, when each is done.</param>
    public static void InChild(Action<string, int, Action<string>> run)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            run(folder, int.Parse(Environment.GetEnvironmentVariable(FromVariable)!, CultureInfo.InvariantCulture), call => File.AppendAllText(folder + ".done", $"{call}\n"));
        }
    }

    /// <param name="test">The class with the method <paramref name="child"/> that calls <see cref="InChild"/>.</param>
    /// <param name="undisturbed">Milliseconds that a run without kills takes.</param>
    /// <returns>How many kills fell into the run, and how often it was resumed.</returns>
    public static async Task<(int Kills, int Resumed)> ToTheEndAsync(Type test, string child, string folder, int calls, int atMost, double undisturbed, CancellationToken ct)
    {
        var random = new Random(20261126);
        var (kills, resumed) = (0, 0);
        for (var done = 0; done < calls;)
        {
            using var process = Start(test, child, folder, done);
            var progress = FollowAsync(process, folder + ".done", done, ct);
            if (kills < atMost)
            {
                // Counted from the moment at which it works, so that starting a process does not swallow the kills.
                await Task.WhenAny(progress.Started, process.WaitForExitAsync(ct));
                await Task.WhenAny(process.WaitForExitAsync(ct), Task.Delay(random.Next(1, (int)(undisturbed * 1.6 / (atMost + 1)) + 20), ct));
                if (!process.HasExited)
                {
                    process.Kill();
                    kills++;
                }
            }

            await process.WaitForExitAsync(ct);
            var reached = await progress.Done;
            resumed += reached < calls ? 1 : 0;
            Assert.True(reached > done || kills > 0, "the child came to nothing by itself");
            Assert.True(resumed <= atMost + calls + 3, "the child does not go on any more after a kill");
            done = reached;
        }

        return (kills, resumed);
    }

    private static Process Start(Type test, string child, string folder, int from)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FolderVariable] = folder, [FromVariable] = from.ToString(CultureInfo.InvariantCulture) },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(test.Assembly.Location);
        }

        foreach (var word in (string[])["-noLogo", "-method", $"{test.FullName}.{child}"])
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static (Task Started, Task<int> Done) FollowAsync(Process process, string file, int done, CancellationToken ct)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (started.Task, Task.Run(
            async () =>
            {
                while (!process.HasExited)
                {
                    if (File.Exists(file) && File.ReadAllText(file).Contains("open\n", StringComparison.Ordinal))
                    {
                        started.TrySetResult();
                    }

                    await Task.Delay(5, ct);
                }

                started.TrySetResult();
                var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
                File.Delete(file);

                // A line that the kill cut short does not count: its call is made again, and must not change anything.
                return lines.SkipLast(1).Concat(lines.TakeLast(1).Where(l => l.Length >= 5)).Where(l => l.StartsWith("call ", StringComparison.Ordinal)).Select(l => int.TryParse(l[5..], out var n) ? n : done).DefaultIfEmpty(done).Max();
            },
            ct));
    }
}
