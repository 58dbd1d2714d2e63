using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Minato.Processing;
using Minato.Tests;
using Minato.Workspace;

namespace Minato.Release.Tests;

/// <summary>A village with an exit. The outbox is filled by hand: what jobs are is not the matter here.</summary>
public sealed class Exit : IDisposable
{
    public const string Run = "j-1";

    private readonly string standards;

    /// <param name="secondLook">At which share of what no rule marked a second person looks: none, so that a test knows how many there are.</param>
    /// <param name="at">A folder that is kept, for what is opened again.</param>
    public Exit(double secondLook = 0, string? at = null)
    {
        Village = new(at);
        Outbox = new HandFilledOutbox(Village);
        standards = Village.At("standards");
        Copy(Path.Join(Standards, "output-rules"), Path.Join(standards, "output-rules"));
        var common = Path.Join(standards, "output-rules", "v1.json");
        var rules = JsonNode.Parse(File.ReadAllText(common))!;
        rules["review"]!["secondLook"] = secondLook;
        File.WriteAllText(common, rules.ToJsonString());
        Release = Open();
    }

    public Village Village { get; }

    public HandFilledOutbox Outbox { get; }

    public IRelease Release { get; }

    /// <summary>The repository's own rules, as policy people wrote them.</summary>
    public static string Standards { get; } = Path.GetFullPath(Path.Join(Path.GetDirectoryName(Here()), "..", "..", "standards"));

    /// <summary>What left by the other door.</summary>
    public List<StatisticsTable> MadeHere { get; } = [];

    public IRelease Open() => ReleaseRoom.Open(new ReleaseOptions(Village.At("release"), standards) { MadeHere = () => MadeHere }, Village.Ledger, Village.Access, Outbox, TimeProvider.System);

    public static OutputDeclaration Table(string name, string[] dimensions, string? count = "persons", OutputKind kind = OutputKind.FrequencyTable, string? underlying = null) =>
        new(Run, name, kind, dimensions, count, underlying, "a table");

    public async Task<SubmissionView> Submit(string name, string csv, params string[] dimensions)
    {
        Outbox.Put(name, Encoding.UTF8.GetBytes(csv));
        return await Submit(Table(name, dimensions));
    }

    public async Task<SubmissionView> Submit(params OutputDeclaration[] files)
    {
        var outcome = await Release.SubmitAsync(Village.Permit, files, Village.Researcher);
        Assert.True(outcome.IsOk, string.Join("\n", outcome.Findings));
        return outcome.Value;
    }

    public async Task<SubmissionView> SubmitAndRelease(string name, string csv, params string[] dimensions)
    {
        var view = await Submit(name, csv, dimensions);
        Assert.True(view.State == SubmissionState.InReview, Failed(view));
        return await DecideAsync(view);
    }

    /// <summary>As many checkers as it needs say that it may leave.</summary>
    public async Task<SubmissionView> DecideAsync(SubmissionView view, ExitVerdict verdict = ExitVerdict.Release)
    {
        foreach (var checker in new[] { Village.Checker, Village.OtherChecker }.Take(view.PeopleNeeded))
        {
            var said = await Release.DecideAsync(view.Id, verdict, "Nothing stands against it", checker);
            Assert.True(said.IsOk, string.Join("\n", said.Findings));
            view = said.Value;
        }

        return view;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Join(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Join(to, Path.GetFileName(folder)));
        }
    }

    public static string Failed(SubmissionView view) => string.Join("\n", view.Checks.Where(c => !c.Passed).Select(c => $"{c.Rule}{(c.Hard ? "!" : "")} {c.Where}"));

    /// <summary>Hard rules that failed, each once, in order.</summary>
    public static string[] Stops(SubmissionView view) => [.. view.Checks.Where(c => c is { Hard: true, Passed: false }).Select(c => c.Rule).Distinct()];

    public void Dispose() => Village.Dispose();

    private static string Here([CallerFilePath] string path = "") => path;
}

public sealed class HandFilledOutbox(Village village) : IWorkspace
{
    private readonly Dictionary<string, byte[]> files = [];

    public void Put(string name, byte[] content) => files[name] = content;

    public Outcome<Stream> OpenOutbox(PermitId permit, string runId, string name) =>
        permit == Village.Permit && runId == Exit.Run && files.TryGetValue(name, out var content)
            ? Outcome<Stream>.Ok(new MemoryStream(content, writable: false))
            : Finding.Error("workspace.no-output", "There is no such file", "Name a file of the run");

    public string? DataOf(PermitId permit, string runId) =>
        runId == Exit.Run ? village.Processing.FolderOf(permit, village.Processing.Extractions(permit)[0].Id) : null;

    public Outcome<string> Sandbox => throw new NotSupportedException();

    public IReadOnlyList<JobRun> Runs(PermitId permit) => permit != Village.Permit ? [] :
    [
        new(Exit.Run, permit, Village.Researcher.Id, JobLanguage.Python, JobState.Succeeded, 0, null, "bubblewrap", "c0de", "extraction", DateTimeOffset.UnixEpoch, 1, 1, 1, "",
            [.. files.Select(f => new OutboxFile(f.Key, f.Value.Length, Convert.ToHexStringLower(SHA256.HashData(f.Value))))]),
    ];

    public Task<Outcome<JobRun>> RunAsync(JobRequest request, Actor by, IProgress<Step>? progress = null, CancellationToken ct = default) => throw new NotSupportedException();
}
