using System.Diagnostics;

namespace Minato.Federation.Keys;

/// <summary>Lets one process at a time change the keys of a node's folder; a process that dies lets go.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <exception cref="IOException">Another process held it for longer than half a minute.</exception>
    public static FileStream Take(string path)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return DurableFile.OpenForOwner(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(since) < LongestWait)
            {
                Thread.Sleep(5);
            }
        }
    }
}
