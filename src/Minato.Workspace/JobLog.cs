using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minato.Workspace;

/// <summary>
/// What a job writes, kept up to a size and readable while it runs: a log is for finding errors, and it is seen by its writer's project only. A line
/// <c>[progress 40] fitting</c>, which the helper libraries write, tells how far it is.
/// </summary>
internal sealed partial class JobLog
{
    public const int Bytes = 64 * 1024;
    private const int LongestLine = 200;

    private readonly Lock gate = new();
    private readonly byte[] kept = new byte[Bytes];
    private readonly StringBuilder line = new();
    private int length;
    private bool isCut;
    private int? percent;

    public string Text
    {
        get
        {
            lock (gate)
            {
                var text = Encoding.UTF8.GetString(kept, 0, length).Replace('\0', '\ufffd');
                return isCut ? text + $"\n[cut after {Bytes / 1024} KiB]\n" : text;
            }
        }
    }

    /// <summary>0 to 100; null where the job does not say.</summary>
    public int? Percent
    {
        get
        {
            lock (gate)
            {
                return percent;
            }
        }
    }

    /// <summary>Reads to the end and keeps the beginning; what comes after is drawn off, so that the job does not stand still.</summary>
    public bool Read(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }

        return true;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            var fits = Math.Min(bytes.Length, Bytes - length);
            bytes[..fits].CopyTo(kept.AsSpan(length));
            length += fits;
            isCut |= fits < bytes.Length;
            foreach (var b in bytes)
            {
                if (b != '\n')
                {
                    if (line.Length < LongestLine)
                    {
                        line.Append((char)b);
                    }

                    continue;
                }

                if (line.Length > 0 && line[0] == '[' && Progress().Match(line.ToString()) is { Success: true } told)
                {
                    percent = Math.Min(100, int.Parse(told.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
                }

                line.Clear();
            }
        }
    }

    [GeneratedRegex("^\\[progress ([0-9]{1,3})\\]")]
    private static partial Regex Progress();
}
