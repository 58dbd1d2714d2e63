using System.IO.Compression;
using System.Text;

namespace Minato.Access.Tests;

/// <summary>Documents come from strangers: what they are is told from their content, they lie sealed, and only who may read the application reads them.</summary>
public sealed class AttachmentTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\nstream\n/JS binary\nendstream\n%%EOF");

    private readonly string folder = Directory.CreateTempSubdirectory("minato-attached-").FullName;
    private readonly World world = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private IAttachments Room() => AttachmentRoom.Open(folder, World.StandardsFolder, world.Ledger, World.Keys, world.Access, world.Clock);

    private static Task<Outcome<AttachmentView>> Attach(IAttachments room, ApplicationId id, byte[] bytes, Actor? by = null, string name = "plan.pdf", string kind = "protocol") =>
        room.AttachAsync(id, kind, name, new MemoryStream(bytes), by ?? World.Applicant, None);

    [Fact]
    public async Task A_document_is_read_by_who_may_read_the_application_and_lies_sealed()
    {
        var room = Room();
        var id = await world.Created();
        await world.Do(id, World.Applicant, new ApplicationCommand.SaveDraft(World.Draft));
        var plan = (await Attach(room, id, Pdf, name: "../../研究計画\u202Efdp.exe")).Value;
        Assert.Equal(("研究計画_fdp.exe.pdf", "application/pdf", Pdf.Length), (plan.Name, plan.MediaType, (int)plan.Bytes));
        Assert.Equal(Pdf, room.Read(id, plan.Id, World.Member).Value.Content);
        Assert.Empty(room.Of(id, World.Stranger));
        Assert.Equal("attachment.not-found", room.Read(id, plan.Id, World.Stranger).Findings.Single().Code);
        Assert.Equal("access.not-permitted", (await Attach(room, id, Pdf, World.Stranger)).Findings.Single().Code);
        Assert.Equal("attachment.twice", (await Attach(room, id, Pdf)).Findings.Single().Code);

        // Neither on the disk nor on the ledger in clear; opened at another place it does not open.
        Assert.DoesNotContain("%PDF", Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(folder, plan.Id))), StringComparison.Ordinal);
        Assert.DoesNotContain("研究計画", string.Concat(world.Ledger.ReadAll(0, "attachment/").Select(e => Encoding.UTF8.GetString(e.Json.Span))), StringComparison.Ordinal);

        // Once submitted nothing changes, and reviewers read it; the holder reads what is for holders.
        var contract = (await Attach(room, id, "A contract."u8.ToArray(), name: "c.txt", kind: "contract")).Value;
        await world.Do(id, World.Applicant, new ApplicationCommand.Submit());
        await world.Do(id, World.Secretariat, new ApplicationCommand.AssignReviewers(World.Panel));
        await world.Do(id, World.Secretariat, new ApplicationCommand.AskHolder(HolderTask.Feasibility, new("holder"), "q"));
        Assert.Equal(2, room.Of(id, World.Citizen).Count);
        Assert.Equal([plan.Id], room.Of(id, World.Holder).Select(d => d.Id));
        Assert.Equal("access.not-permitted", (await room.RemoveAsync(id, contract.Id, World.Applicant, None)).Findings.Single().Code);

        // A change during a question voids the votes, as a changed text does.
        await world.Do(id, World.Expert, World.Approve);
        await world.Do(id, World.OtherExpert, new ApplicationCommand.Ask("Where is the approval?"));
        Assert.True((await room.RemoveAsync(id, contract.Id, World.Applicant, None)).IsOk);
        Assert.Empty(world.Access.Find(id)!.Votes);

        // What no event names is erased at the next start; what one names stays; a changed file does not open.
        await File.WriteAllTextAsync(Path.Combine(folder, "d-left-over"), "x", None);
        var again = Room();
        Assert.Equal([plan.Id], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        await File.AppendAllTextAsync(Path.Combine(folder, plan.Id), "x", None);
        Assert.Equal("attachment.damaged", again.Read(id, plan.Id, World.Applicant).Findings.Single().Code);
    }

    public static TheoryData<string, byte[], string> Hostile => new()
    {
        { "a program", [0x4D, 0x5A, 0x90, 0x00, 0x03], "attachment.type" },
        { "an ELF program", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], "attachment.type" },
        { "nothing", [], "attachment.type" },
        { "a page", Encoding.UTF8.GetBytes("\uFEFF  <html><script>alert(1)</script>"), "attachment.active" },
        { "a drawing that runs", Encoding.UTF8.GetBytes("<svg onload='alert(1)'/>"), "attachment.active" },
        { "a PDF with a script", Encoding.ASCII.GetBytes("%PDF-1.4\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), "attachment.active" },
        { "a PDF with a disguised script", Encoding.ASCII.GetBytes("%PDF-1.4\n<< /S /J#61vaScr#69pt >>"), "attachment.active" },
        { "a PDF that starts a program", Encoding.ASCII.GetBytes("%PDF-1.4\nstream\n..\nendstream << /Launch << /F (cmd.exe) >> >>"), "attachment.active" },
        { "a document with macros", Zip(("[Content_Types].xml", "<x/>"), ("word/document.xml", "<x/>"), ("word/vbaProject.bin", "x")), "attachment.active" },
        { "an archive that leaves its folder", Zip(("[Content_Types].xml", "<x/>"), ("../../etc/passwd", "x")), "attachment.active" },
        { "some archive", Zip(("setup.exe", "MZ")), "attachment.type" },
        { "a torn archive", [0x50, 0x4B, 3, 4, 9, 9, 9], "attachment.type" },
        { "half a character", [0x41, 0xC3], "attachment.type" },
        { "control characters", "text\0with nothing in it"u8.ToArray(), "attachment.type" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_could_do_something_is_not_taken(string what, byte[] bytes, string code)
    {
        var typed = AttachmentType.Of(bytes);
        Assert.False(typed.IsOk, what);
        Assert.Equal(code, typed.Findings.Single().Code);
    }

    [Fact]
    public void Documents_are_told_by_their_content()
    {
        Assert.Equal("application/pdf", AttachmentType.Of(Pdf).Value);
        Assert.Equal("image/png", AttachmentType.Of([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]).Value);
        Assert.Equal("image/jpeg", AttachmentType.Of([0xFF, 0xD8, 0xFF, 0xE0]).Value);
        Assert.Equal("application/json", AttachmentType.Of("""{"a":1}"""u8.ToArray()).Value);
        Assert.Equal("text/plain", AttachmentType.Of("[1] see below"u8.ToArray()).Value);
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", AttachmentType.Of(Zip(("[Content_Types].xml", "<x/>"), ("xl/workbook.xml", "<x/>"))).Value);
        Assert.Equal("application/vnd.oasis.opendocument.text", AttachmentType.Of(Zip(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>"))).Value);
    }

    [Theory]
    [InlineData("C:\\fakepath\\計画.PDF", "計画.pdf")]
    [InlineData("..", "protocol.pdf")]
    [InlineData("", "protocol.pdf")]
    [InlineData(null, "protocol.pdf")]
    [InlineData("a\r\nSet-Cookie: x.pdf", "a__Set-Cookie_ x.pdf")]
    [InlineData(".bashrc", "bashrc.pdf")]
    public void Names_are_made_harmless(string? given, string name) => Assert.Equal(name, AttachmentName.Of(given, "application/pdf", "protocol"));

    [Fact]
    public void Half_a_character_is_no_name() => Assert.Equal("protocol.pdf", AttachmentName.Of($"a{'\uD800'}.pdf", "application/pdf", "protocol"));

    [Fact]
    public async Task Too_large_and_too_many_are_refused()
    {
        var room = Room();
        var id = await world.Created();
        Assert.Equal("attachment.size", (await Attach(room, id, [.. Enumerable.Repeat((byte)'a', (int)room.Rules.MostBytes + 1)])).Findings.Single().Code);
        Assert.Equal("attachment.kind", (await Attach(room, id, Pdf, kind: "anything")).Findings.Single().Code);
        for (var n = 0; n < room.Rules.MostFiles; n++)
        {
            Assert.True((await Attach(room, id, Encoding.ASCII.GetBytes($"document {n}"), name: $"{n}.txt")).IsOk);
        }

        Assert.Equal("attachment.size", (await Attach(room, id, "one more"u8.ToArray())).Findings.Single().Code);
        Assert.Equal(room.Rules.MostFiles, Directory.EnumerateFiles(folder).Count());
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(text);
            }
        }

        return bytes.ToArray();
    }
}
