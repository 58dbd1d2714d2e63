using Minato.Access;
using Minato.Ledger;
using Minato.Processing;

namespace Minato.Workspace;

public static class WorkspaceRoom
{
    /// <summary>Opens the secure environment over its folder. The sandbox is tried on itself at the first job or the first look at <see cref="IWorkspace.Sandbox"/>.</summary>
    public static IWorkspace Open(WorkspaceOptions options, ILedger ledger, IAccess access, IProcessing processing, TimeProvider clock) =>
        new JobRunner(options, ledger, access, processing, clock);
}
