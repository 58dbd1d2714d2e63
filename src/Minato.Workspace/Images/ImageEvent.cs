using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace.Images;

[JsonDerivedType(typeof(Catalogued), "image-catalogued")]
[JsonDerivedType(typeof(Approved), "image-approved")]
[JsonDerivedType(typeof(Withdrawn), "image-withdrawn")]
internal abstract record ImageEvent
{
    public required string Digest { get; init; }

    public sealed record Catalogued : ImageEvent
    {
        public required string Title { get; init; }

        public required string Source { get; init; }

        public required long Files { get; init; }

        public required long Bytes { get; init; }

        public required int Packages { get; init; }

        public required IReadOnlyList<JobLanguage> Languages { get; init; }

        public required IReadOnlyList<string> Warnings { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    public sealed record Approved : ImageEvent;

    public sealed record Withdrawn : ImageEvent
    {
        public required string Reason { get; init; }
    }
}

/// <summary>The images of one name, in the order in which they came into use.</summary>
internal sealed record ImageShelf(string Name, IReadOnlyList<SystemImage> Images)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "image/";

    public static string Stream(string name) => StreamPrefix + name;

    public SystemImage? Find(string digest) => Images.LastOrDefault(i => i.Digest == digest);

    public static ImageShelf Evolve(ImageShelf? shelf, ImageEvent happened, RecordedEvent recorded)
    {
        shelf ??= new(recorded.Stream[StreamPrefix.Length..], []);
        return happened switch
        {
            ImageEvent.Catalogued c => shelf with
            {
                Images = [.. shelf.Images.Where(i => i.Digest != c.Digest), new(shelf.Name, c.Digest, ImageState.Catalogued, c.Title, c.Source, c.Files, c.Bytes, c.Packages, c.Languages, c.Warnings, c.At, recorded.By)],
            },
            // The one approved last comes last: it is what the name alone means.
            ImageEvent.Approved a when shelf.Find(a.Digest) is { } image => shelf with { Images = [.. shelf.Images.Where(i => i != image), image with { State = ImageState.Approved, ApprovedBy = recorded.By }] },
            ImageEvent.Withdrawn w => shelf with { Images = [.. shelf.Images.Select(i => i.Digest == w.Digest ? i with { State = ImageState.Withdrawn, Withdrawn = w.Reason } : i)] },
            _ => shelf,
        };
    }
}
