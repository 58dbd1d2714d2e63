using System.Text;

namespace Minato.Workspace;

/// <summary>What a job wrote, kept up to a size: a log is for finding errors, and it is seen by its writer only.</summary>
internal static class JobLog
{
    public const int Bytes = 64 * 1024;

    /// <summary>Reads to the end and keeps the beginning; what comes after is drawn off, so that the job does not stand still.</summary>
    public static string Read(Stream stream)
    {
        var kept = new byte[Bytes];
        var length = 0;
        var cut = false;
        var buffer = new byte[16 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            var fits = Math.Min(read, Bytes - length);
            buffer.AsSpan(0, fits).CopyTo(kept.AsSpan(length));
            length += fits;
            cut |= fits < read;
        }

        var text = Encoding.UTF8.GetString(kept, 0, length).Replace('\0', '\ufffd');
        return cut ? text + $"\n[cut after {Bytes / 1024} KiB]\n" : text;
    }
}
