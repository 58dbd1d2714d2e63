using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Access;
using Minato.Workspace;

namespace Minato.Release;

/// <summary>
/// What goes with a release, for machines (TEHDAS2 D7.2 asks for its contents and knows no format): who made it under which permit, of which data, by which
/// programs, what was checked under which rules and with what outcome, who decided and why, for whom and on which terms.
/// </summary>
internal static class Dossier
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static byte[] Of(SubmissionView submission, Permit permit, IEnumerable<JobRun> runs, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Dossier = "1.0",
            submission.Id,
            Permit = permit.Id.Value,
            permit.Use.Title,
            permit.Use.Purpose,
            Datasets = permit.Use.Datasets.Select(d => d.Dataset.Value),
            permit.Use.ProcessingStandard,
            Creator = submission.By.Value,
            submission.SubmittedAt,
            Files = submission.Files.Select(f => new { f.FileName, f.Kind, f.Description, f.DimensionColumns, f.CountColumn, f.DegreesOfFreedomColumn, f.UnderlyingFile, Sha256 = submission.Sha256ByFile[f.FileName], Run = f.RunId }),
            Steps = runs.Select(r => new { r.Id, r.Language, Code = r.CodeSha256, r.Extraction, r.Sandbox, r.StartedAt }),
            Rules = submission.OutputRules,
            Checks = submission.Checks.Select(c => new { c.File, c.Rule, c.Passed, c.Hard, c.Reason }),
            submission.Mends,
            submission.Appeal,
            Opinions = submission.Opinions.Select(o => new { By = o.By.Value, o.Verdict, o.Reasons }),
            DecidedAt = now,
            Recipient = permit.Use.Members.Select(m => m.Value),
            Terms = permit.Conditions,
        },
        Json);
}
