namespace Minato.Workspace.Images;

public enum ImageState
{
    /// <summary>Taken in and looked through; nobody runs it yet.</summary>
    Catalogued,

    /// <summary>Another operator than the one who brought it allowed it.</summary>
    Approved,
    Withdrawn,
}

/// <summary>A package that an image says it holds.</summary>
public sealed record ImagePackage(string Name, string Version);

/// <summary>A system image: programs and libraries that jobs may run with instead of the node's own.</summary>
/// <param name="Name">A slug. A name may have several contents over time: jobs that name it alone get the one that was approved last.</param>
/// <param name="Digest">SHA-256 (hex) over the sorted list of paths, kinds, contents and targets of links.</param>
/// <param name="Source">What it was brought as: <c>directory</c> or <c>oci-bundle</c>.</param>
/// <param name="Languages">Those whose interpreter is in it.</param>
/// <param name="Warnings">What the checks found that does not keep it out.</param>
public sealed record SystemImage(
    string Name, string Digest, ImageState State, string Title, string Source, long Files, long Bytes, int Packages, IReadOnlyList<JobLanguage> Languages, IReadOnlyList<string> Warnings,
    DateTimeOffset CataloguedAt, ActorId By, ActorId? ApprovedBy = null, string? Withdrawn = null)
{
    /// <summary>How a run names it.</summary>
    public string Id => $"{Name}@{Digest}";
}

/// <summary>
/// The catalogue of system images. An image is copied in (so that what was checked is what runs), stripped of set-user-id bits, refused with devices or without the programs that the
/// sandbox needs, listed with its packages, and allowed by a second operator. Before its first use in a process its content is compared with its digest, and the sandbox's own tries to
/// get out are run from inside it.
/// </summary>
public interface IImages
{
    /// <summary>Takes in a root directory, or an OCI runtime bundle (<c>config.json</c> with <c>root.path</c>). For operators.</summary>
    /// <param name="path">A folder on this node.</param>
    Task<Outcome<SystemImage>> CatalogueAsync(string name, string title, string path, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default);

    /// <summary>Allows it. For an operator who did not bring it.</summary>
    Task<Outcome<SystemImage>> ApproveAsync(string name, string digest, Actor by, CancellationToken ct = default);

    /// <summary>Nothing starts with it any more; what runs goes on to its end. Its files are deleted. For operators.</summary>
    Task<Outcome<SystemImage>> WithdrawAsync(string name, string digest, string reason, Actor by, CancellationToken ct = default);

    /// <summary>All that were ever catalogued, by name and time.</summary>
    IReadOnlyList<SystemImage> All { get; }

    /// <summary>The one that a job would get: the name's last approved one, or the one of a digest that begins so (<c>name@3fa9…</c>).</summary>
    Outcome<SystemImage> Find(string named);

    /// <summary>The packages it says it holds, by name.</summary>
    Outcome<IReadOnlyList<ImagePackage>> Packages(string named);
}
