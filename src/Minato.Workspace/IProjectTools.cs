namespace Minato.Workspace;

/// <summary>Something that was approved for a project: its jobs find it at <c>/tools/NAME</c>, read only.</summary>
/// <param name="Name">A slug.</param>
/// <param name="Sha256">What was approved, as the approval on the ledger names it.</param>
public sealed record ProjectTool(string Name, string Sha256);

/// <summary>A tool as it lies there for a sandbox; disposed when that has ended.</summary>
/// <param name="path">A folder on this node; what lies there is what was approved.</param>
public sealed class ToolInUse(string path, Action putAway) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => putAway();
}

/// <summary>The door by which imports come into project spaces: asked at the start of each job and session.</summary>
public interface IProjectTools
{
    /// <summary>What was approved for the project and was not withdrawn.</summary>
    /// <param name="ownKernel">Whether the job has a kernel of its own (<see cref="SandboxEngine.GVisor"/>): brought software is there in such jobs only.</param>
    IReadOnlyList<ProjectTool> Of(PermitId permit, bool ownKernel);

    /// <summary>Lays a tool out; null where it may not be used any more, or is not what was approved.</summary>
    ToolInUse? LayOut(PermitId permit, ProjectTool tool);
}
