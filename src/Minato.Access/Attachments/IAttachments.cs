namespace Minato.Access;

/// <summary>What may be attached: data in <c>standards/attachments/</c>. Sizes in bytes.</summary>
public sealed record AttachmentRules(string Id, string Version, DateOnly ValidFrom, Bilingual Title, long MostBytes, int MostFiles, long MostBytesInAll, IReadOnlyList<string> MediaTypes, IReadOnlyList<AttachmentKind> Kinds) : IStandard
{
    string? IStandard.Defect =>
        MostBytes <= 0 || MostFiles <= 0 || MostBytesInAll < MostBytes ? "its limits are not sound"
        : MediaTypes.FirstOrDefault(t => !AttachmentType.Known.Contains(t)) is { } unknown ? $"'{unknown}' is no media type that can be told from its content"
        : Kinds.Count == 0 || Kinds.Any(k => !Slug.IsValid(k.Id)) || Kinds.DistinctBy(k => k.Id).Count() != Kinds.Count ? "its kinds are not valid"
        : null;
}

/// <param name="ForHolders">Holders who were asked about the application may read it.</param>
public sealed record AttachmentKind(string Id, Bilingual Name, bool ForHolders);

/// <summary>A document that belongs to an application.</summary>
/// <param name="Name">The file's name, made harmless.</param>
/// <param name="MediaType">By its content, whatever it was called.</param>
/// <param name="Sha256">Of the content, in hexadecimal digits.</param>
public sealed record AttachmentView(string Id, ApplicationId Application, string Kind, string Name, string MediaType, long Bytes, string Sha256, ActorId By, DateTimeOffset At);

/// <summary>
/// Documents attached to applications: sealed on the disk and in the ledger, typed by their content, changed only while the application's text may be changed, read
/// by whoever may read the application. Never published.
/// </summary>
public interface IAttachments
{
    AttachmentRules Rules { get; }

    /// <summary>Refused with <c>attachment.type</c>, <c>attachment.active</c>, <c>attachment.size</c>, <c>attachment.kind</c>, <c>attachment.twice</c>, or as the permission table refuses to save the draft. A change during a question voids the votes, as a changed text does.</summary>
    Task<Outcome<AttachmentView>> AttachAsync(ApplicationId application, string kind, string fileName, Stream content, Actor by, CancellationToken ct = default);

    Task<Outcome<bool>> RemoveAsync(ApplicationId application, string id, Actor by, CancellationToken ct = default);

    /// <summary>Those that this person may read, oldest first.</summary>
    IReadOnlyList<AttachmentView> Of(ApplicationId application, Actor actor);

    Outcome<(AttachmentView View, byte[] Content)> Read(ApplicationId application, string id, Actor actor);
}
