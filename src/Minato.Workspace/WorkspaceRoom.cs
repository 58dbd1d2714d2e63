using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Workspace.Training;
using Minato.Workspace.Watching;

namespace Minato.Workspace;

public static class WorkspaceRoom
{
    /// <summary>Opens the secure environment over its folder. The sandbox is tried on itself at the first job or the first look at <see cref="IWorkspace.Sandbox"/>.</summary>
    /// <param name="tools">What was approved for each project; null: nothing.</param>
    /// <param name="watch">What is told of runs, and whose measures hold; null: nobody watches.</param>
    /// <param name="training">Without whose courses nobody works here; null: nothing is asked.</param>
    public static IWorkspace Open(WorkspaceOptions options, ILedger ledger, IKeyStore keys, IAccess access, IProcessing processing, TimeProvider clock, IProjectTools? tools = null, IJobWatch? watch = null, ITraining? training = null) =>
        new WorkspaceDesk(options, ledger, keys, access, processing, clock, tools, watch, training);
}
