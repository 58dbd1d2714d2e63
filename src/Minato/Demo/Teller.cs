using System.Diagnostics;
using System.Globalization;

namespace Minato.Demo;

/// <summary>Tells what the voyage is doing: a line per stage with its time, and progress while a long one runs.</summary>
internal sealed class Teller(TextWriter to, bool rewrite) : IProgress<Step>
{
    private readonly Stopwatch all = Stopwatch.StartNew();
    private long lastShown;
    private string stage = "";

    public TimeSpan Elapsed => all.Elapsed;

    public async Task<T> Tell<T>(string what, Func<Task<T>> work, Func<T, string> result)
    {
        stage = what;
        var watch = Stopwatch.StartNew();
        Show($"… {what}");
        var value = await work().ConfigureAwait(false);
        if (rewrite)
        {
            to.Write("\r\u001b[K");
        }

        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"✓ {what,-34} {watch.Elapsed.TotalSeconds,6:0.0} s   {result(value)}"));
        return value;
    }

    public void Report(Step value)
    {
        // On a terminal ten times a second, in a log every five seconds.
        var now = Environment.TickCount64;
        if (now - lastShown < (rewrite ? 100 : 5000))
        {
            return;
        }

        lastShown = now;
        Show(string.Create(CultureInfo.InvariantCulture, $"… {stage}: {value.What} {value.Done:N0}{(value.Total is { } t ? $" / {t:N0}" : "")} {value.Unit}"));
    }

    private void Show(string line)
    {
        if (rewrite)
        {
            to.Write($"\r\u001b[K{(line.Length > 110 ? line[..110] : line)}");
        }
        else if (line.Contains(':', StringComparison.Ordinal))
        {
            to.WriteLine("  " + line);
        }
    }
}
