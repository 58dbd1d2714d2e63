using System.Globalization;

namespace Minato.Tables.Snapshots;

/// <summary>A folder of files that are being prepared. It is locked as long as the process lives, and swept once it is dead.</summary>
internal sealed class Staging : IDisposable
{
    private readonly Disk disk;
    private readonly string folder;
    private readonly FileStream alive;
    private readonly List<(string From, TableFile File)> added = [];
    private int named;
    private bool ended;

    public Staging(Disk disk, DatasetLayout layout)
    {
        this.disk = disk;
        foreach (var part in (string[])[layout.Folder, layout.Data, layout.Snapshots, layout.Changes])
        {
            disk.CreateFolder(part);
        }

        folder = Path.Combine(layout.Changes, Guid.NewGuid().ToString("N"));
        disk.CreateFolder(folder);
        alive = disk.TryLock(Path.Combine(folder, DatasetLayout.ChangeLock)) ?? throw new IOException("A fresh change folder is locked by another process");
    }

    public bool Ended => ended;

    public string NewFile(string table)
    {
        _ = Slug.Check(table, "table name");
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{table}-{++named}.parquet"));
    }

    public TableFile Add(string table, string absolutePath, long rows)
    {
        var from = Path.GetFullPath(absolutePath);
        if (Path.GetDirectoryName(from) != folder)
        {
            throw new ArgumentException("The file was not made by NewFile of this change", nameof(absolutePath));
        }

        disk.Flush(from);
        var hash = Manifest.HashOf(from);
        var file = new TableFile(table, DatasetLayout.DataFile($"{Slug.Check(table, "table name")}-{hash}.parquet"), rows, new FileInfo(from).Length, hash);
        added.Add((from, file));
        return file;
    }

    /// <summary>Moves the finished files to their content's names. A file of that name has the same bytes, or was damaged: either way this one may take its place.</summary>
    public void MoveTo(Func<TableFile, string> path, string data)
    {
        foreach (var (from, file) in added)
        {
            disk.Rename(from, path(file));
        }

        disk.FlushFolder(data);
    }

    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        ended = true;
        try
        {
            disk.DeleteFolder(folder);
        }
        catch (IOException)
        {
            // What is left is swept at the next start.
        }
        finally
        {
            alive.Dispose();
        }
    }
}
