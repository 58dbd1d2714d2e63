using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Minato.Ledger;
using E = Minato.Access.AttachmentEvent;

namespace Minato.Access;

[JsonDerivedType(typeof(Attached), "document-attached")]
[JsonDerivedType(typeof(Removed), "document-removed")]
internal abstract record AttachmentEvent
{
    private AttachmentEvent() { }

    /// <param name="Sealed">The file's name.</param>
    /// <param name="Standard">The rules, as <c>id@version</c>.</param>
    public sealed record Attached(string Id, string Kind, string Sealed, string MediaType, long Bytes, string Sha256, string Standard) : AttachmentEvent;

    public sealed record Removed(string Id) : AttachmentEvent;
}

/// <summary>The documents of one application.</summary>
internal sealed record AttachmentShelf(IReadOnlyList<AttachmentView> Files)
{
    public static AttachmentShelf Empty { get; } = new([]);

    /// <summary>Names stay sealed here.</summary>
    public static AttachmentShelf Evolve(AttachmentShelf? state, E e, RecordedEvent recorded) => e switch
    {
        E.Attached x => new([.. state?.Files ?? [], new(x.Id, new(recorded.Stream[AttachmentRoom.Prefix.Length..]), x.Kind, x.Sealed, x.MediaType, x.Bytes, x.Sha256, recorded.By, recorded.At)]),
        E.Removed x => new([.. state!.Files.Where(f => f.Id != x.Id)]),
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };

    public static Outcome<IReadOnlyList<E>> Attach(AttachmentShelf? state, E.Attached file, AttachmentRules rules)
    {
        var files = (state ?? Empty).Files;
        return files.Count >= rules.MostFiles ? Finding.Error("attachment.size", $"An application has at most {rules.MostFiles} documents", "Remove one first")
            : files.Sum(f => f.Bytes) + file.Bytes > rules.MostBytesInAll ? Finding.Error("attachment.size", $"The documents together are larger than {rules.MostBytesInAll >> 20} MiB", "Remove one first, or give a smaller file")
            : files.Any(f => f.Sha256 == file.Sha256) ? Finding.Error("attachment.twice", "The same document is attached already", "Nothing more is needed")
            : Outcome<IReadOnlyList<E>>.Ok([file]);
    }
}

/// <summary>
/// Attachments of applications. The sealed file is on the disk before the ledger names it: after a crash there may be a file that no event names, and it is erased at
/// the next start; never an event without its file.
/// </summary>
public sealed class AttachmentRoom : IAttachments
{
    internal const string Prefix = "attachment/";
    private const string Key = "access-attachments";

    private readonly Projection<AttachmentShelf, E> shelves;
    private readonly StandardFolder<AttachmentRules> standards;
    private readonly IAccessDesk access;
    private readonly IKeyStore keys;
    private readonly TimeProvider clock;
    private readonly string folder;

    private AttachmentRoom(string folder, StandardFolder<AttachmentRules> standards, ILedger ledger, IKeyStore keys, IAccessDesk access, TimeProvider clock)
    {
        (this.folder, this.standards, this.access, this.keys, this.clock) = (folder, standards, access, keys, clock);
        shelves = new(ledger, "access", Prefix, AttachmentShelf.Evolve);
    }

    /// <param name="folder">Of the sealed files; made where it is not there.</param>
    /// <exception cref="InvalidDataException">The standard is missing or cannot be used.</exception>
    public static IAttachments Open(string folder, string standardsFolder, ILedger ledger, IKeyStore keys, IAccessDesk access, TimeProvider clock)
    {
        var room = new AttachmentRoom(Directory.CreateDirectory(folder).FullName, StandardFolder<AttachmentRules>.Read(Path.Combine(standardsFolder, "attachments")), ledger, keys, access, clock);
        room.EraseUnnamed();
        return room;
    }

    public AttachmentRules Rules => standards.InForce(clock.GetUtcNow());

    public async Task<Outcome<AttachmentView>> AttachAsync(ApplicationId application, string kind, string fileName, Stream content, Actor by, CancellationToken ct = default)
    {
        if (MayChange(application, by) is { } refusal)
        {
            return refusal;
        }

        var rules = Rules;
        if (rules.Kinds.All(k => k.Id != kind))
        {
            return Finding.Error("attachment.kind", "There is no such kind of document", $"Use one of {string.Join(", ", rules.Kinds.Select(k => k.Id))}");
        }

        var read = await ReadAsync(content, rules.MostBytes, ct).ConfigureAwait(false);
        var typed = read.Then(AttachmentType.Of);
        if (!typed.Try(out var type) || !read.Try(out var bytes))
        {
            return Outcome<AttachmentView>.Refused(typed.Findings);
        }

        if (!rules.MediaTypes.Contains(type))
        {
            return Finding.Error("attachment.type", $"Documents of the type {type} are not taken", $"Give one of {string.Join(", ", rules.MediaTypes)}");
        }

        var (stream, id) = (Prefix + application, $"d-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        var file = new E.Attached(
            id, kind, SealedText.Close(keys, Key, AttachmentName.Of(fileName, type, kind), Place(application, id) + "/name"), type, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), rules.Name());
        Write(PathOf(id), SealedBytes.Close(keys, Key, bytes, Place(application, id)));
        var attached = await shelves.DecideAsync(stream, by.Id, state => AttachmentShelf.Attach(state, file, rules), ct: ct).ConfigureAwait(false);
        if (!attached.Try(out var shelf))
        {
            File.Delete(PathOf(id));
            return Outcome<AttachmentView>.Refused(attached.Findings);
        }

        await VoidVotesAsync(application, by, ct).ConfigureAwait(false);
        return Named(shelf.Files.First(f => f.Id == id));
    }

    public async Task<Outcome<bool>> RemoveAsync(ApplicationId application, string id, Actor by, CancellationToken ct = default)
    {
        if (MayChange(application, by) is { } refusal)
        {
            return refusal;
        }

        var removed = await shelves.DecideAsync(
            Prefix + application, by.Id, state => state?.Files.Any(f => f.Id == id) == true ? Outcome<IReadOnlyList<E>>.Ok([new E.Removed(id)]) : NotThere, ct: ct).ConfigureAwait(false);
        if (removed.IsOk)
        {
            File.Delete(PathOf(id));
            await VoidVotesAsync(application, by, ct).ConfigureAwait(false);
        }

        return removed.Map(_ => true);
    }

    public IReadOnlyList<AttachmentView> Of(ApplicationId application, Actor actor) => [.. Readable(application, actor).Select(Named)];

    public Outcome<(AttachmentView View, byte[] Content)> Read(ApplicationId application, string id, Actor actor)
    {
        if (Readable(application, actor).FirstOrDefault(f => f.Id == id) is not { } file)
        {
            return NotThere;
        }

        try
        {
            return (Named(file), SealedBytes.Open(keys, Key, File.ReadAllBytes(PathOf(id)), Place(application, id)));
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            return Finding.Error("attachment.damaged", "The document cannot be opened: its file is missing or was changed", "Tell the operator; attach it again");
        }
    }

    private IEnumerable<AttachmentView> Readable(ApplicationId application, Actor actor)
    {
        var files = (shelves.Find(Prefix + application) ?? AttachmentShelf.Empty).Files;
        return access.RelationTo(application, actor) switch
        {
            Relation.Applicant or Relation.Member or Relation.Reviewer or Relation.CitizenReviewer or Relation.Secretariat or Relation.Auditor or Relation.Harbour => files,
            Relation.Holder => files.Where(f => Rules.Kinds.FirstOrDefault(k => k.Id == f.Kind)?.ForHolders == true),
            _ => [],
        };
    }

    /// <summary>Documents are part of the text: who may change the one in this state may change the other.</summary>
    private Finding? MayChange(ApplicationId application, Actor by) =>
        access.Find(application) is null ? Finding.Error("access.unknown-application", "There is no such application", "Check the id")
        : access.PermittedCommands(application, by).Contains(nameof(ApplicationCommand.SaveDraft)) ? null
        : Finding.Error("access.not-permitted", "Documents are changed by those who may change the application's text, while they may", "Ask the applicant, or wait for a question of the reviewers");

    /// <summary>What was voted on is no longer what is there.</summary>
    private async Task VoidVotesAsync(ApplicationId application, Actor by, CancellationToken ct)
    {
        if (access.Find(application) is { State: ApplicationState.QuestionAsked, Votes.Count: > 0, Draft: { } draft })
        {
            _ = await access.ExecuteAsync(application, new ApplicationCommand.SaveDraft(draft), by, ct).ConfigureAwait(false);
        }
    }

    private AttachmentView Named(AttachmentView file) => file with { Name = SealedText.Open(keys, Key, file.Name, Place(file.Application, file.Id) + "/name") };

    private void EraseUnnamed()
    {
        var named = shelves.All.SelectMany(s => s.Files).Select(f => PathOf(f.Id)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => !named.Contains(f)))
        {
            File.Delete(file);
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id);

    private static string Place(ApplicationId application, string id) => $"{Prefix}{application}/{id}";

    private static void Write(string path, byte[] box)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(box);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path);
    }

    private static async Task<Outcome<byte[]>> ReadAsync(Stream content, long most, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[81920];
        int n;
        while ((n = await content.ReadAsync(piece, ct).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + n > most)
            {
                return Finding.Error("attachment.size", $"The document is larger than {most >> 20} MiB", "Give a smaller file, or name where it is published");
            }

            bytes.Write(piece, 0, n);
        }

        return bytes.ToArray();
    }

    private static Finding NotThere => Finding.Error("attachment.not-found", "There is no such document, or it may not be read by you", "Check the application and the document's id");
}
