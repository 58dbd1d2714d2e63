namespace Minato.Intake.Raw;

/// <summary>A file of a delivery as it lies on the disk: in clear where its holder put it, sealed where this node did.</summary>
/// <param name="Name">As the holder named it.</param>
internal sealed record RawFile(string Name, string Path, RawKey? Key = null)
{
    /// <summary>Its content; can be read from any place.</summary>
    public Stream Open() => Key is null ? File.OpenRead(Path) : new SealedReader(Path, Key);
}
