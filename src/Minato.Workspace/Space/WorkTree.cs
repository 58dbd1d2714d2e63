using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Workspace.Space;

/// <summary>What stands at a path of <c>work</c>. A <see cref="Blob"/> is a file's content, a <see cref="Link"/> where a symbolic link points; a folder has neither.</summary>
/// <param name="Modified">Seconds since 1970.</param>
internal sealed record WorkEntry(string Path, bool Executable, long Bytes, long Modified, string? Sha256 = null, string? Blob = null, string? Link = null)
{
    /// <summary>Whether both are the same to whoever works with them.</summary>
    public bool IsLike(WorkEntry? other) => other is not null && (Executable, Sha256, Link) == (other.Executable, other.Sha256, other.Link);
}

/// <summary>The folder <c>work</c> at one moment, by path: a save or a snapshot is one of these, and files that did not change are in all of them.</summary>
internal sealed class WorkTree
{
    private readonly SortedDictionary<string, WorkEntry> entries;

    private WorkTree(IEnumerable<WorkEntry> entries) => this.entries = new(entries.ToDictionary(e => e.Path, StringComparer.Ordinal), StringComparer.Ordinal);

    public static WorkTree Empty { get; } = new([]);

    public static WorkTree Of(IEnumerable<WorkEntry> entries) => new(entries);

    public IReadOnlyCollection<WorkEntry> Entries => entries.Values;

    public WorkEntry? Find(string path) => entries.GetValueOrDefault(path);

    public long Bytes => entries.Values.Sum(e => e.Bytes);

    /// <summary>Files, folders and links.</summary>
    public int Count => entries.Count;

    /// <summary>SHA-256 (hex) over paths and contents; times do not count.</summary>
    public string Hash =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(entries.Values.Select(e => $"{e.Path}\0{(e.Executable ? 'x' : '-')}\0{e.Sha256}\0{e.Link}\n")))));

    /// <summary>
    /// What two who began with the same tree have together: each one's changes. Where both changed a path in different ways, the one that was saved first keeps it
    /// and the other stands beside it under another name.
    /// </summary>
    /// <param name="saved">Saved meanwhile.</param>
    /// <param name="mine">To be saved now.</param>
    /// <param name="suffix">Of the other name.</param>
    public static (WorkTree Tree, int Conflicts) Merge(WorkTree began, WorkTree saved, WorkTree mine, string suffix)
    {
        var merged = new Dictionary<string, WorkEntry>(saved.entries, StringComparer.Ordinal);
        var conflicts = 0;
        foreach (var path in began.entries.Keys.Union(mine.entries.Keys))
        {
            var (old, theirs, ours) = (began.Find(path), saved.Find(path), mine.Find(path));
            if (ours is null ? old is null : ours.IsLike(old))
            {
                continue;
            }

            if (theirs is null ? old is null || ours is null : theirs.IsLike(old) || theirs.IsLike(ours))
            {
                if (ours is null)
                {
                    merged.Remove(path);
                }
                else
                {
                    merged[path] = ours;
                }
            }
            else if (ours is not null)
            {
                merged[path + suffix] = ours with { Path = path + suffix };
                conflicts++;
            }
        }

        // What one deleted and the other wrote below comes back with its folders.
        foreach (var path in merged.Keys.ToList())
        {
            for (var up = path.LastIndexOf('/'); up > 0; up = path.LastIndexOf('/', up - 1))
            {
                merged.TryAdd(path[..up], new WorkEntry(path[..up], Executable: true, 0, merged[path].Modified));
            }
        }

        return (new(merged.Values), conflicts);
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(entries.Values, Options);

    public static WorkTree FromJson(ReadOnlySpan<byte> json) => new(JsonSerializer.Deserialize<IReadOnlyList<WorkEntry>>(json, Options) ?? []);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };
}
