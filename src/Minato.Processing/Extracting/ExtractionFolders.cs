namespace Minato.Processing.Extracting;

/// <summary>
/// Where extractions live: <c>{permit}/{id}/</c>. One is made in <c>.making/</c> and appears by a rename; what is in
/// <c>.making/</c> when the room opens was left by a crash, and goes.
/// </summary>
internal sealed class ExtractionFolders
{
    private readonly string root;
    private readonly string making;

    public ExtractionFolders(string root)
    {
        this.root = Directory.CreateDirectory(Path.GetFullPath(root)).FullName;
        making = Path.Join(this.root, ".making");
        if (Directory.Exists(making))
        {
            Directory.Delete(making, recursive: true);
        }

        Directory.CreateDirectory(making);
    }

    public string Begin(PermitId permit) => Directory.CreateDirectory(Path.Join(making, $"{permit}-{Guid.NewGuid():n}")).FullName;

    /// <exception cref="ArgumentException">The id is not one of an extraction.</exception>
    public string Of(PermitId permit, string id) =>
        id.Length == 64 && id.All(char.IsAsciiHexDigitLower) ? Path.Join(root, permit.Value, id) : throw new ArgumentException("Not an extraction id", nameof(id));

    /// <summary>Puts a finished extraction in its place. The same extraction again leaves the first where it is, if it is whole.</summary>
    public string Commit(string made, PermitId permit, ExtractionManifest manifest)
    {
        var place = Of(permit, manifest.Id);
        if (Directory.Exists(place) && manifest.Files.All(f => File.Exists(Path.Join(place, f.Path)) && Durable.Seal(Path.Join(place, f.Path)).Sha256 == f.Sha256))
        {
            Directory.Delete(made, recursive: true);
            return place;
        }

        if (Directory.Exists(place))
        {
            Directory.Move(place, Path.Join(making, $"damaged-{Guid.NewGuid():n}"));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        Directory.Move(made, place);
        return place;
    }

    /// <summary>Deletes everything of a permit.</summary>
    public ErasedExtractions Erase(PermitId permit)
    {
        var all = new DirectoryInfo(Path.Join(root, permit.Value));
        var files = all.Exists ? all.GetFiles("*", SearchOption.AllDirectories) : [];
        var erased = new ErasedExtractions(files.Length, files.Sum(f => f.Length));
        Discard(all.FullName);
        return erased;
    }

    public static void Discard(string made)
    {
        if (Directory.Exists(made))
        {
            Directory.Delete(made, recursive: true);
        }
    }
}
