namespace Minato.Tables.Snapshots;

/// <summary>The folders of one dataset.</summary>
internal readonly record struct DatasetLayout(string Folder)
{
    public const string ChangeLock = "lock";
    public const string Temporary = ".tmp";

    public string Data => Path.Combine(Folder, "data");

    public History History => Minato.Tables.Snapshots.History.Of(Folder);

    /// <summary>The manifests in force.</summary>
    public string Snapshots => Path.Combine(Folder, History.Folder);

    public string Changes => Path.Combine(Folder, "changes");

    public string CommitLock => Path.Combine(Folder, "commit.lock");

    /// <summary>A data file's path as manifests write it.</summary>
    public static string DataFile(string name) => $"data/{name}";
}
