namespace Minato.Warehouse;

/// <summary>
/// This process's folder for what the engine spills, below the warehouse's own folder so that it lies on the same
/// protected volume. Folders of processes that are gone are removed: their lock ended with them.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string LockFile = "lock";

    private readonly FileStream alive;

    public ScratchFolder(string parent)
    {
        Directory.CreateDirectory(parent);
        foreach (var old in Directory.GetDirectories(parent))
        {
            try
            {
                new FileStream(System.IO.Path.Combine(old, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None).Dispose();
                Directory.Delete(old, recursive: true);
            }
            catch (IOException)
            {
                // Another process is at work there.
            }
        }

        Path = System.IO.Path.Combine(parent, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
        alive = new FileStream(System.IO.Path.Combine(Path, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    public void Dispose()
    {
        alive.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
