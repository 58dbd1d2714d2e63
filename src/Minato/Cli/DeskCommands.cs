using System.CommandLine;
using Minato.Workspace.Desk;

namespace Minato.Cli;

/// <summary>The import desk from the keyboard.</summary>
internal static class DeskCommands
{
    private static readonly Argument<string> Import = new("import") { Description = "Import id" };

    public static Command Imports()
    {
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var declaration = new Argument<string>("declaration") { Description = "A JSON file: kind, title, origin, licence, why, fileName" };
        var file = new Argument<string>("file") { Description = "The file or archive" };
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var unscanned = new Option<bool>("--unscanned") { Description = "Approve although nothing was scanned for viruses" };
        return Verb.Group("import", "Bring data and software into a project's environment",
            Verb.On("submit", "Declares a file, attaches it and hands it in", [permit, declaration, file], async (h, p, by, ct) =>
            {
                var read = DataCommands.ReadJson<ImportDeclaration>(p.GetValue(declaration)!);
                if (!read.Try(out var said))
                {
                    return Outcome<object?>.Refused(read.Findings);
                }

                if (!File.Exists(p.GetValue(file)))
                {
                    return Finding.Error("imports.no-such-file", "There is no file of that name", "Give the path of the file to bring in");
                }

                var declared = await h.Imports.DeclareAsync(new PermitId(p.GetValue(permit)!), said, by, null, ct).ConfigureAwait(false);
                if (!declared.Try(out var draft))
                {
                    return Outcome<object?>.Refused(declared.Findings);
                }

                await using var content = File.OpenRead(p.GetValue(file)!);
                var attached = await h.Imports.AttachAsync(draft.Id, content, by, ct).ConfigureAwait(false);
                return attached.IsOk ? (await h.Imports.SubmitAsync(draft.Id, by, ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(attached.Findings);
            }),
            Verb.On("list", "Lists the imports you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.Imports.VisibleTo(by)))),
            Verb.On("contents", "Lists the files of an import", [Import], async (h, p, by, ct) => (await h.Imports.ContentsAsync(p.GetValue(Import)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("approve", "Approves an import as an output checker", [Import, reasons, unscanned], async (h, p, by, ct) =>
                (await h.Imports.DecideAsync(p.GetValue(Import)!, true, p.GetValue(reasons)!, by, p.GetValue(unscanned), ct).ConfigureAwait(false)).Any()),
            Verb.On("refuse", "Refuses an import as an output checker", [Import, reasons], async (h, p, by, ct) =>
                (await h.Imports.DecideAsync(p.GetValue(Import)!, false, p.GetValue(reasons)!, by, false, ct).ConfigureAwait(false)).Any()),
            Verb.On("hand-over", "Hands approved persons' data to Intake once more", [Import], async (h, p, by, ct) => (await h.Imports.HandOverAsync(p.GetValue(Import)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("withdraw", "Takes an import back, or out of use", [Import, reasons], async (h, p, by, ct) => (await h.Imports.WithdrawAsync(p.GetValue(Import)!, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("expire", "Ends the use of what is past its term", [], async (h, _, _, ct) => (await h.Imports.ExpireAsync(ct).ConfigureAwait(false)).Map(n => new { expired = n }).Any()));
    }
}
