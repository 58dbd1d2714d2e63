using Minato.Access;
using Minato.Ledger;
using Minato.Processing;
using Minato.Tables;
using Minato.Tests;
using Minato.Workspace;

namespace Minato.Bench.SecureEnvironment;

/// <summary>One permit with an extraction, and the rooms that the secure environment needs; all else is not asked.</summary>
internal sealed class Stage : IDisposable
{
    public static readonly PermitId Permit = new("p-bench");
    public static readonly Actor Researcher = Village.Researcher;
    public static readonly Actor[] Checkers = [Village.Checker, Village.OtherChecker];

    private readonly LedgerRoom ledger;

    public Stage(long rows)
    {
        Folder = Directory.CreateTempSubdirectory("minato-environment-").FullName;
        ledger = LedgerRoom.Open(new LedgerOptions(Path.Join(Folder, "ledger"), "bench.example/ledger"), new VillageKeys(), TimeProvider.System);
        var processing = new OneExtraction(Path.Join(Folder, "data"), rows);
        Workspace = WorkspaceRoom.Open(new WorkspaceOptions(Path.Join(Folder, "workspace")), ledger, new VillageKeys(), new VillageAccess(), processing, TimeProvider.System);
        Data = processing.FolderOf(Permit, OneExtraction.Id);
    }

    public string Folder { get; }

    public string Data { get; }

    public ILedger Ledger => ledger;

    public IWorkspace Workspace { get; }

    public IAccess Access { get; } = new VillageAccess();

    public void Dispose()
    {
        (Workspace as IDisposable)?.Dispose();
        ledger.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class OneExtraction : IProcessing
    {
        public const string Id = "e-bench";

        private readonly string folder;

        public OneExtraction(string folder, long rows)
        {
            this.folder = folder;
            var data = Directory.CreateDirectory(Path.Join(FolderOf(Permit, Id), "data")).FullName;
            using var session = TablesRoom.OpenSession();
            session.WriteParquet(
                $"select i as measurement_id, md5(cast(i % {rows / 10} as varchar)) as person_id, i % 97 as measurement_concept_id, (i * 7919 % 1000) / 10.0 as value_as_number from range({rows}) t(i)",
                Path.Join(data, "measurement.parquet"));
        }

        public IReadOnlyList<ExtractionManifest> Extractions(PermitId permit) =>
            [new(Id, permit.Value, new Dictionary<string, string>(), "standard-v1", "0", "0", "1", "", [], [], 1, [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)];

        public string FolderOf(PermitId permit, string extractionId) => Path.Join(folder, permit.Value, extractionId);

        public Task<Outcome<ExtractionManifest>> ExtractAsync(PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default) => throw new NotSupportedException();

        public Outcome<bool> CheckCohort(string circeJson) => throw new NotSupportedException();
    }
}

/// <summary>An outbox filled by hand, for the exit alone.</summary>
internal sealed class HandFilledOutbox : IWorkspace
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name) =>
        Files.TryGetValue(name, out var content) ? new MemoryStream(content, writable: false) : Finding.Error("workspace.no-output", "There is no such file", "Name a file of the run");

    public string? DataOf(PermitId permit, string runId) => null;

    public IReadOnlyList<JobRun> Runs(PermitId permit) => [];

    public Outcome<string> Sandbox => "none";

    public Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) => throw new NotSupportedException();
}
