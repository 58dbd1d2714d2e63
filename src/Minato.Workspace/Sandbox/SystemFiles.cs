using Minato.Workspace.Images;

namespace Minato.Workspace.Sandbox;

/// <summary>Programs and libraries that a sandbox sees, read only: the node's own, or a catalogued image's.</summary>
/// <param name="Links">At the root, as a merged-/usr system has them.</param>
internal sealed record SystemFiles(IReadOnlyList<ReadOnlyBind> Binds, IReadOnlyList<(string Target, string Link)> Links)
{
    /// <summary>
    /// Of this machine: not /usr/local (an operator's own tools), no /home, /root, /var, /run, and of /etc only what programs cannot start without.
    /// </summary>
    public static SystemFiles OfTheNode { get; } = new(
        [.. new[] { "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share", "/etc/alternatives", "/etc/R", "/etc/fonts", "/etc/ld.so.cache", "/etc/matplotlibrc", "/var/cache/fontconfig" }.Where(Path.Exists).Select(f => new ReadOnlyBind(f, f))],
        [("usr/bin", "/bin"), ("usr/lib", "/lib"), ("usr/lib64", "/lib64")]);

    /// <summary>Of an image as it was taken in: what is at its root and in the folders that we plant files in ourselves, entry by entry.</summary>
    public static SystemFiles Of(string root)
    {
        var (binds, links) = (new List<ReadOnlyBind>(), new List<(string, string)>());
        Add(root, "/");
        return new(binds, links);

        void Add(string folder, string inside)
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                var at = inside + entry.Name;
                if (entry.LinkTarget is { } target)
                {
                    links.Add((target, at));
                }
                else if (ImageTree.IsOpened(at))
                {
                    Add(entry.FullName, at + "/");
                }
                else
                {
                    binds.Add(new(entry.FullName, at));
                }
            }
        }
    }
}
