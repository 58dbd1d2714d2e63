using Minato.Access;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing.Cohorts;
using Minato.Processing.Extracting;
using Minato.Processing.Feasibility;
using Minato.Processing.Standards;
using Minato.Processing.Statistics;
using Minato.Warehouse;

namespace Minato.Processing;

/// <summary>The room itself: each thing it does has a desk of its own.</summary>
internal sealed class ProcessingDesk : IProcessing, IDisposable
{
    private readonly ExtractionDesk extraction;
    private readonly FeasibilityDesk feasibility;
    private readonly StatisticsDesk statistics;

    public ProcessingDesk(ProcessingOptions options, ILedger ledger, IAccess access, IOptOut optOut, ILinkage linkage, IWarehouse warehouse, TimeProvider clock)
    {
        var linking = new Linking(optOut, linkage, warehouse);
        extraction = new(options, ledger, access, optOut, linkage, warehouse, linking, clock);
        feasibility = new(options, ledger, linkage, warehouse, linking, clock);
        statistics = new(options, ledger, access, linkage, warehouse, linking, clock);
    }

    public Task<Outcome<ExtractionManifest>> ExtractAsync(PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        extraction.ExtractAsync(permit, by, repeat, progress, ct);

    public IReadOnlyList<ExtractionManifest> Extractions(PermitId permit) => extraction.Extractions(permit);

    public Outcome<IReadOnlyList<RefusalEvidence>> ProveRefusals(PermitId permit, string extractionId, Actor by) => extraction.ProveRefusals(permit, extractionId, by);

    public Task<Outcome<StatisticsTable>> TabulateAsync(PermitId permit, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        statistics.TabulateAsync(permit, by, progress, ct);

    public IReadOnlyList<StatisticsTable> AllTables => statistics.All;

    public IReadOnlyList<StatisticsTable> Tables(PermitId permit) => statistics.Tables(permit);

    public Outcome<bool> MayBePut(PermitId permit, DataPlace place, string? extraction = null) => this.extraction.MayBePut(permit, place, extraction);

    public string FolderOf(PermitId permit, string extractionId) => extraction.FolderOf(permit, extractionId);

    public ErasedExtractions Erase(PermitId permit) => extraction.Erase(permit);

    public Outcome<bool> CheckCohort(string circeJson) => CirceReader.Read(circeJson).Map(_ => true);

    public Task<Outcome<FeasibilityAnswer>> AskFeasibilityAsync(FeasibilityQuestion question, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) =>
        feasibility.AskAsync(question, by, progress, ct);

    public Outcome<long> FeasibilityLeft(Actor by) => feasibility.Left(by);

    public void Dispose() => feasibility.Dispose();
}
