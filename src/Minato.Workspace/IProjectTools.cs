namespace Minato.Workspace;

/// <summary>Something that was approved for a project: its jobs find it at <c>/tools/NAME</c>, read only.</summary>
/// <param name="Name">A slug.</param>
/// <param name="Path">A file or folder on this node; what lies there is what was approved.</param>
/// <param name="Sha256">What was approved, as the approval on the ledger names it.</param>
public sealed record ProjectTool(string Name, string Path, string Sha256);

/// <summary>The door by which imports come into project spaces: asked at the start of each job and session.</summary>
public interface IProjectTools
{
    /// <summary>What was approved for the project and was not withdrawn.</summary>
    /// <param name="ownKernel">Whether the job has a kernel of its own (<see cref="SandboxEngine.GVisor"/>): brought software is there in such jobs only.</param>
    IReadOnlyList<ProjectTool> Of(PermitId permit, bool ownKernel);
}
