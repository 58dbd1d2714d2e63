using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Workspace.Devices;
using Minato.Workspace.Images;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Sessions;
using Minato.Workspace.Space;
using Minato.Workspace.Training;
using Minato.Workspace.Watching;

namespace Minato.Workspace;

/// <summary>The secure environment of this node: its engines, the projects' spaces, the queue.</summary>
internal sealed class WorkspaceDesk : IWorkspace, IDisposable
{
    /// <summary>The runner must pass to the staging folder below; it can list nothing, and each permit's folder is closed to it.</summary>
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly IProcessing processing;
    private readonly Staging staging;
    private readonly Engines engines;
    private readonly ImageDesk images;
    private readonly DeviceDesk devices;
    private readonly Provision provision;
    private readonly ProjectSpaces spaces;
    private readonly RunBook book;
    private readonly JobQueue queue;
    private readonly SessionDesk sessions;

    public WorkspaceDesk(WorkspaceOptions options, ILedger ledger, IKeyStore keys, IAccess access, IProcessing processing, TimeProvider clock, IProjectTools? tools, IJobWatch? watch, ITraining? training)
    {
        this.processing = processing;
        Directory.CreateDirectory(options.Folder, Passable);
        File.SetUnixFileMode(options.Folder, Passable);
        var runner = RunnerUser.Choose(options.RunnerUser, Spawn.EffectiveUser, File.ReadLines("/etc/passwd"));
        staging = new(Path.GetFullPath(Path.Join(options.Folder, "staging")), runner);
        staging.Sweep();
        images = new(Staging.FolderFor(Path.GetFullPath(Path.Join(options.Folder, "images")), runner), ledger, clock);
        devices = new(DeviceFile.Read(options.DeviceFile), Path.Join(options.Folder, "devices"));
        engines = new(options, runner, staging, images);
        provision = new(processing, tools, staging);
        var places = new WorkPlaces(engines, images, devices, provision);
        spaces = new(options, ledger, keys, access, processing, clock);
        book = new(ledger, access, clock, provision, spaces, watch, training);
        book.CloseAbandoned();
        queue = new(options, access, clock, engines, places, devices, provision, spaces, book);
        sessions = new(options, clock, engines, places, devices, provision, spaces, book) { DeviceFree = () => queue.Pump(adopt: false) };
        spaces.Close = (permit, why) => Task.WhenAll(queue.CloseAsync(permit, why), sessions.CloseAsync(permit, why));
        spaces.LastUse = queue.LastUse;
    }

    public Outcome<string> Sandbox => engines.Choose(null).Map(e => e.Description);

    public IProjectSpaces Spaces => spaces;

    public ISessions Sessions => sessions;

    public IImages Images => images;

    public IReadOnlyList<DeviceChoice> Devices(PermitId permit) => [.. devices.For(permit).Select(d => new DeviceChoice(d.Name, d.Title))];

    public Task<Outcome<JobRun>> QueueAsync(JobRequest request, Actor by, bool leave = false, CancellationToken ct = default) => queue.QueueAsync(request, by, leave, ct);

    public Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) => queue.RunAsync(request, by, progress, ct);

    public Task<Outcome<JobRun>> CancelAsync(PermitId permit, string run, Actor by, CancellationToken ct = default) => queue.CancelAsync(permit, run, by, sessions.CancelAsync, ct);

    public IReadOnlyList<JobRun> Runs(PermitId permit) => queue.Runs(permit);

    public Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name) => book.OpenOutbox(permit, runId, name);

    public Outcome<string> CodeOf(PermitId permit, string runId, Actor by) => book.Admit(permit, by.Id).Then(_ =>
        book.Find(permit, runId) is { CodeSha256.Length: > 0 } run ? Outcome<string>.Ok(book.ReadCode(run)) : Finding.Error("workspace.run-unknown", "This permit has no such run", "Name one of the list"));

    public Outcome<ResultPage> ReadTable(PermitId permit, string runId, string name, long skip, int take, Actor by)
    {
        const int most = 1000;
        if (book.Admit(permit, by.Id) is { IsOk: false } refused)
        {
            return Outcome<ResultPage>.Refused(refused.Findings);
        }

        return name.EndsWith(".csv", StringComparison.Ordinal)
            ? book.OpenOutbox(permit, runId, name).Map(csv => ResultTable.Read(csv, Math.Max(0, skip), Math.Clamp(take, 0, most)))
            : Finding.Error("workspace.no-table", "Only tables (.csv) are shown", "Write a table as CSV into /out");
    }

    public string? DataOf(PermitId permit, string runId) => book.Find(permit, runId) is { Extraction.Length: > 0 } run ? processing.FolderOf(permit, run.Extraction) : null;

    public Task<Outcome<int>> SweepAsync(CancellationToken ct = default)
    {
        book.CloseAbandoned();
        queue.Pump(adopt: true);
        return spaces.SweepAsync(ct);
    }

    public void Dispose()
    {
        sessions.Dispose();
        queue.Dispose();
        provision.Dispose();
        staging.RemoveIfEmpty();
    }
}
