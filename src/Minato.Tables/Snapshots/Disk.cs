using System.Runtime.InteropServices;
using System.Text;

namespace Minato.Tables.Snapshots;

/// <summary>
/// The few file operations a commit is made of, each durable when it returns or not done. <paramref name="before"/> hears of each one
/// first: tests let the machine die there.
/// </summary>
internal sealed class Disk(Action<string> before)
{
    public static Disk Real { get; } = new(_ => { });

    public void CreateFolder(string path)
    {
        before("create-folder");
        Directory.CreateDirectory(path);
    }

    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        before("write");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(bytes[..(bytes.Length / 2)]);
        file.Flush();
        before("write-rest");
        file.Write(bytes[(bytes.Length / 2)..]);
        file.Flush();
        before("flush");
        file.Flush(flushToDisk: true);
    }

    public void Flush(string path)
    {
        before("flush");
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.Flush(flushToDisk: true);
    }

    public void Rename(string from, string to)
    {
        before("rename");
        File.Move(from, to, overwrite: true);
    }

    /// <summary>Makes renames and new names in a folder durable (POSIX: fsync of the directory).</summary>
    public void FlushFolder(string path)
    {
        before("flush-folder");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder cannot be opened to flush it (errno {Marshal.GetLastPInvokeError()})");
        }

        var failed = FileSync(descriptor) != 0;
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException("The folder cannot be flushed to disk");
        }
    }

    public void Delete(string path)
    {
        before("delete");
        File.Delete(path);
    }

    public void DeleteFolder(string path)
    {
        before("delete-folder");
        Directory.Delete(path, recursive: true);
    }

    /// <summary>An advisory lock that ends with the process, or null where another holds it.</summary>
    public FileStream? TryLock(string path)
    {
        before("lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
