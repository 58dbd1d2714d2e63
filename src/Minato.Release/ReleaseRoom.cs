using Minato.Access;
using Minato.Ledger;
using Minato.Workspace;

namespace Minato.Release;

/// <param name="Folder">Where submitted and released files are kept, by their hashes.</param>
/// <param name="StandardsFolder">The folder <c>standards/</c>; the rules are in <c>output-rules/</c> below it.</param>
public sealed record ReleaseOptions(string Folder, string StandardsFolder);

public static class ReleaseRoom
{
    /// <exception cref="InvalidDataException">The output rules are missing or cannot be used; the message names the file.</exception>
    public static IRelease Open(ReleaseOptions options, ILedger ledger, IAccess access, IWorkspace workspace, TimeProvider clock) =>
        new ExitDesk(
            new FileVault(Path.Join(options.Folder, "submitted")),
            new FileVault(Path.Join(options.Folder, "released")),
            new OutputRuleBook(Path.Join(options.StandardsFolder, "output-rules")),
            ledger,
            access,
            workspace,
            clock);
}
