using System.Globalization;

namespace Minato.Workspace.Sandbox;

/// <summary>What a job's processes use now: memory that is no file's (shared anonymous memory too), CPU time so far, how many they are, inodes of its scratch folders.</summary>
internal readonly record struct Usage(long MemoryBytes, double CpuSeconds, int Processes, long Inodes);

/// <summary>
/// The processes below one, read from /proc. Orphans inside a sandbox fall to its own first process, so nothing that a
/// job starts can leave the tree.
/// </summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;
    private static readonly string[] OtherScratch = ["scratch", "tmp", "out"];

    public static IReadOnlyList<int> Of(int root)
    {
        var all = new List<int> { root };
        for (var i = 0; i < all.Count; i++)
        {
            try
            {
                foreach (var thread in Directory.EnumerateDirectories($"/proc/{all[i]}/task"))
                {
                    foreach (var child in File.ReadAllText(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    {
                        all.Add(int.Parse(child, CultureInfo.InvariantCulture));
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return all;
    }

    /// <param name="workBytes">Size of the job's /work, by which its own file systems are told from the host's before it has moved in.</param>
    public static Usage Measure(IReadOnlyList<int> tree, long workBytes)
    {
        long memory = 0;
        double cpu = 0;
        long inodes = 0;
        var processes = 0;
        foreach (var pid in tree)
        {
            try
            {
                memory += Sum($"/proc/{pid}/status", "RssAnon:", "RssShmem:");
                cpu += CpuSeconds(File.ReadAllText($"/proc/{pid}/stat"));
                processes++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (inodes == 0 && Spawn.FileSystem($"/proc/{pid}/root/work") is { } work && work.Size == workBytes)
            {
                inodes = work.UsedInodes + OtherScratch.Sum(f => Spawn.FileSystem($"/proc/{pid}/root/{f}")?.UsedInodes ?? 0);
            }
        }

        return new(memory, cpu, processes, inodes);
    }

    /// <summary>
    /// Memory of a kernel in user space: its guest's pages lie in a memory file, and hardly any of them are mapped at a time. Null
    /// where no such file can be seen.
    /// </summary>
    public static long? InMemoryFiles(IReadOnlyList<int> tree)
    {
        var files = new Dictionary<long, long>();
        foreach (var pid in tree)
        {
            try
            {
                foreach (var descriptor in new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos())
                {
                    if (descriptor.LinkTarget?.StartsWith("/memfd:", StringComparison.Ordinal) == true && Spawn.Allocated(descriptor.FullName) is { } file)
                    {
                        files[file.Inode] = file.Allocated;
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }

        return files.Count == 0 ? null : files.Values.Sum();
    }

    /// <summary>Memory by proportional share: forked processes that still share their pages are not counted twice. Dearer to ask.</summary>
    public static long ShareOfMemory(IReadOnlyList<int> tree)
    {
        long total = 0;
        foreach (var pid in tree)
        {
            try
            {
                total += Sum($"/proc/{pid}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not ours to look into: counted whole. Or it has ended: counted as nothing.
                total += Measure([pid], -1).MemoryBytes;
            }
        }

        return total;
    }

    /// <summary>Bytes in the lines of a file that begin with one of the words, as in <c>RssAnon:  12 kB</c>.</summary>
    private static long Sum(string path, params ReadOnlySpan<string> words)
    {
        long total = 0;
        foreach (var line in File.ReadLines(path))
        {
            foreach (var word in words)
            {
                if (line.StartsWith(word, StringComparison.Ordinal))
                {
                    total += long.Parse(line.AsSpan(word.Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) * 1024;
                }
            }
        }

        return total;
    }

    /// <summary>User and system time of a process and of the children it has reaped (fields 14 to 17 of proc(5) stat).</summary>
    internal static double CpuSeconds(string stat)
    {
        // The second field is the program's name in brackets and may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields.AsSpan(11, 4).ToArray().Sum(f => long.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
