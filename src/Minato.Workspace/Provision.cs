using System.Runtime.InteropServices;
using Minato.Processing;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace;

/// <summary>What a project finds in its sandboxes beside its own files: the extraction, approved imports, the SQL engine.</summary>
internal sealed class Provision : IDisposable
{
    private readonly IProcessing processing;
    private readonly IProjectTools? tools;
    private readonly Staging staging;
    private readonly Lazy<(string? Path, Action? AfterUse)> engine;

    public Provision(IProcessing processing, IProjectTools? tools, Staging staging)
    {
        (this.processing, this.tools, this.staging) = (processing, tools, staging);
        engine = new(() => SqlEngine is null ? (null, null) : staging.For(SqlEngine));
    }

    /// <summary>DuckDB's library as our package brings it: beside the program, or below it by platform. Null where there is none.</summary>
    public string? SqlEngine { get; } = Candidates().FirstOrDefault(File.Exists);

    /// <summary>The permit's latest extraction; null where there is none.</summary>
    public string? ExtractionOf(PermitId permit) => processing.Extractions(permit).MaxBy(e => e.MadeAt)?.Id;

    /// <summary>What was brought in and is there: brought software under a kernel of its own only. Null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? ToolsOf(PermitId permit, bool ownKernel) => tools?.Of(permit, ownKernel) is { Count: > 0 } brought ? brought.ToDictionary(t => t.Name, t => t.Sha256) : null;

    /// <summary>Read-only binds, and what to do when the sandbox has ended.</summary>
    public (IReadOnlyList<ReadOnlyBind> Binds, Action AfterUse) For(PermitId permit, string extraction, bool ownKernel)
    {
        var (binds, after) = (new List<ReadOnlyBind>(), new List<Action>());
        void Bind(string host, string inside)
        {
            var (path, afterUse) = staging.For(host);
            binds.Add(new(path, inside));
            if (afterUse is not null)
            {
                after.Add(afterUse);
            }
        }

        try
        {
            Bind(processing.FolderOf(permit, extraction), "/data");
            foreach (var tool in tools?.Of(permit, ownKernel) ?? [])
            {
                if (tools!.LayOut(permit, tool) is { } there)
                {
                    after.Add(there.Dispose);
                    Bind(there.Path, $"/tools/{Slug.Check(tool.Name, "tool")}");
                }
            }

            if (engine.Value.Path is { } library)
            {
                binds.Add(new(library, JobProgram.Engine));
            }
        }
        catch
        {
            AfterUse();
            throw;
        }

        return (binds, AfterUse);

        void AfterUse() => after.ForEach(a => a());
    }

    public void Dispose()
    {
        if (engine.IsValueCreated)
        {
            engine.Value.AfterUse?.Invoke();
        }
    }

    private static IEnumerable<string> Candidates()
    {
        var platform = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        return [Path.Join(AppContext.BaseDirectory, "runtimes", platform, "native", "libduckdb.so"), Path.Join(AppContext.BaseDirectory, "libduckdb.so")];
    }
}
