using System.Text.Json;
using Minato.Ledger;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Images;

/// <summary>The images of this node: events on the ledger, files below one folder by digest.</summary>
internal sealed class ImageDesk : IImages
{
    private const int LongestText = 500;

    private readonly TimeProvider clock;
    private readonly string folder;
    private readonly Projection<ImageShelf, ImageEvent> shelves;

    /// <param name="folder">Where the runner user can pass: copies are read by it, and written by nobody.</param>
    public ImageDesk(string folder, ILedger ledger, TimeProvider clock)
    {
        (this.folder, this.clock) = (folder, clock);
        shelves = new(ledger, ImageShelf.Room, ImageShelf.StreamPrefix, ImageShelf.Evolve);
        if (Directory.Exists(folder))
        {
            foreach (var left in Directory.EnumerateDirectories(folder, "new-*").Where(d => !ProcessMark.IsAlive(Path.GetFileName(d)[4..].Split('_')[0])))
            {
                Staging.Remove(left);
            }
        }
    }

    public IReadOnlyList<SystemImage> All => [.. shelves.All.SelectMany(s => s.Images).OrderBy(i => i.Name, StringComparer.Ordinal).ThenBy(i => i.CataloguedAt)];

    /// <summary>Where its root lies.</summary>
    public string RootOf(SystemImage image) => Path.Join(FolderOf(image), "root");

    public bool IsUnchanged(SystemImage image) => ImageTree.IsUnchanged(FolderOf(image), image.Digest);

    public async Task<Outcome<SystemImage>> CatalogueAsync(string name, string title, string path, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        if (NotOperator(by) is { } refusal)
        {
            return refusal;
        }

        if (!Slug.IsValid(name) || string.IsNullOrWhiteSpace(title) || title.Length > LongestText)
        {
            return Finding.Error("image.name", "An image needs a name (a-z, 0-9, -) and a title", "For example: r-4-5 \"R 4.5 with survival models\"");
        }

        var source = ImageTree.RootOf(path);
        if (!source.Try(out var from))
        {
            return Outcome<SystemImage>.Refused(source.Findings);
        }

        Directory.CreateDirectory(folder);
        var draft = Directory.CreateDirectory(Path.Join(folder, $"new-{ProcessMark.Own}_{Guid.NewGuid():n}")).FullName;
        try
        {
            var taken = ImageTree.Take(from.Root, draft, progress, ct);
            if (!taken.Try(out var contents))
            {
                return Outcome<SystemImage>.Refused(taken.Findings);
            }

            var place = Path.Join(folder, contents.Digest);
            if (!ImageTree.IsUnchanged(place, contents.Digest))
            {
                Staging.Remove(place);
                Spawn.Flush(draft, [.. Directory.EnumerateFileSystemEntries(draft, "*", SearchOption.AllDirectories).Select(e => Path.GetRelativePath(draft, e)).Take(101)]);
                Directory.Move(draft, place);
            }

            var decided = await shelves.DecideAsync(ImageShelf.Stream(name), by.Id, shelf => Outcome<IReadOnlyList<ImageEvent>>.Ok(shelf?.Find(contents.Digest) is { State: not ImageState.Withdrawn } ? [] :
            [
                new ImageEvent.Catalogued
                {
                    Digest = contents.Digest,
                    Title = title.Trim(),
                    Source = from.Source,
                    Files = contents.Files,
                    Bytes = contents.Bytes,
                    Packages = contents.Packages.Count,
                    Languages = contents.Languages,
                    Warnings = contents.Warnings,
                    At = clock.GetUtcNow(),
                },
            ]), ct: ct).ConfigureAwait(false);
            return decided.Map(s => s.Find(contents.Digest)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("image.unreadable", $"The image cannot be copied: {e.Message}", "Look at what it names, and begin again: nothing was taken");
        }
        finally
        {
            Staging.Remove(draft);
        }
    }

    public Task<Outcome<SystemImage>> ApproveAsync(string name, string digest, Actor by, CancellationToken ct = default) => SayAsync(name, digest, by, image =>
        image.State != ImageState.Catalogued ? Finding.Error("image.not-now", $"This image is {image.State}", "Catalogue it anew")
        : image.By == by.Id ? Finding.Error("image.own", "Nobody allows an image that they brought", "Ask another operator")
        : new ImageEvent.Approved { Digest = image.Digest }, ct);

    public async Task<Outcome<SystemImage>> WithdrawAsync(string name, string digest, string reason, Actor by, CancellationToken ct = default)
    {
        var said = await SayAsync(name, digest, by, image =>
            string.IsNullOrWhiteSpace(reason) || reason.Length > LongestText ? Finding.Error("image.reason", "This needs its reason", $"Say why, in at most {LongestText} characters")
            : image.State == ImageState.Withdrawn ? Finding.Error("image.not-now", "This image was withdrawn before", "Nothing is left to do")
            : new ImageEvent.Withdrawn { Digest = image.Digest, Reason = reason.Trim() }, ct).ConfigureAwait(false);
        if (said.Try(out var image) && !All.Any(i => i.Digest == image.Digest && i.State != ImageState.Withdrawn))
        {
            Staging.Remove(FolderOf(image));
        }

        return said;
    }

    public Outcome<SystemImage> Find(string named)
    {
        var (name, digest) = named.Split('@', 2) is [var n, var d] ? (n, d) : (named, "");
        var known = Slug.IsValid(name) ? shelves.Find(ImageShelf.Stream(name))?.Images.Where(i => i.Digest.StartsWith(digest, StringComparison.Ordinal)).ToList() ?? [] : [];
        return known.LastOrDefault(i => i.State == ImageState.Approved) is { } image ? image
            : known.Count > 0 ? Finding.Error("image.not-approved", $"The image '{named}' is not approved", "Ask the operators, or use another one")
            : Finding.Error("image.unknown", $"There is no image '{named}' here", "Name one of the list");
    }

    public Outcome<IReadOnlyList<ImagePackage>> Packages(string named) => Find(named).Then(image =>
        Path.Join(FolderOf(image), "packages.json") is var file && File.Exists(file)
            ? Outcome<IReadOnlyList<ImagePackage>>.Ok(JsonSerializer.Deserialize<IReadOnlyList<ImagePackage>>(File.ReadAllBytes(file), JsonSerializerOptions.Web) ?? [])
            : Finding.Error("image.changed", "The image's files are not there as they were catalogued", "Tell the operators"));

    private string FolderOf(SystemImage image) => Path.Join(folder, image.Digest);

    private async Task<Outcome<SystemImage>> SayAsync(string name, string digest, Actor by, Func<SystemImage, Outcome<ImageEvent>> decide, CancellationToken ct)
    {
        if (NotOperator(by) is { } refusal)
        {
            return refusal;
        }

        const int leastDigits = 8;
        SystemImage? meant = null;
        var decided = Slug.IsValid(name) && digest.Length >= leastDigits
            ? await shelves.DecideAsync(ImageShelf.Stream(name), by.Id, shelf => (meant = shelf?.Images.LastOrDefault(i => i.Digest.StartsWith(digest, StringComparison.Ordinal))) is null
                ? Unknown()
                : decide(meant).Map(e => (IReadOnlyList<ImageEvent>)[e]), ct: ct).ConfigureAwait(false)
            : Unknown();
        return decided.Map(s => s.Find(meant!.Digest)!);

        static Finding Unknown() => Finding.Error("image.unknown", "There is no such image here", $"Name one of the list, with at least {leastDigits} digits of its digest");
    }

    private static Finding? NotOperator(Actor by) => by.Is(Role.Operator) ? null : Finding.Error("image.role", "Operators keep the catalogue of images", "Ask one of them");
}
