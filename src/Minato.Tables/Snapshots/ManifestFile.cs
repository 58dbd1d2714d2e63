using System.Globalization;

namespace Minato.Tables.Snapshots;

/// <summary>What a manifest's file name claims: the snapshot's number and the SHA-256 of the file's bytes.</summary>
internal sealed record ManifestFile(int Number, string Id, string Path)
{
    /// <summary>Null where the name is not a manifest's.</summary>
    public static ManifestFile? Of(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        return name.Length == 6 + 1 + 64 + 5 && name[6] == '-' && name.EndsWith(".json", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, 6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Manifest.IsId(name[7..71])
            ? new(number, name[7..71], path)
            : null;
    }
}
