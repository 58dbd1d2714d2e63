using System.CommandLine;
using System.Globalization;
using Minato.Processing;

namespace Minato.Cli;

/// <summary>What Processing does beside extraction: counts before applying, tables that are made here.</summary>
internal static class ProcessingCommands
{
    public static Command All()
    {
        var cohort = new Argument<string>("cohort") { Description = "A file with the cohort (OHDSI Circe JSON)" };
        var datasets = new Option<string[]>("--dataset") { Required = true, Description = "A dataset to count on (may be repeated)", AllowMultipleArgumentsPerToken = true };
        var from = new Option<string>("--from") { Required = true, Description = "First day of the study period, YYYY-MM-DD" };
        var to = new Option<string>("--to") { Required = true, Description = "Last day of it" };
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var extraction = new Argument<string>("extraction") { Description = "Extraction id" };
        var purpose = new Option<string>("--purpose") { Description = "A purpose of standards/purposes", DefaultValueFactory = _ => "research" };
        return Verb.Group("processing", "Counts before applying, and tables that are made here",
            Verb.On("feasibility", "About how many persons a draft cohort would have, step by step", [cohort, datasets, from, to, purpose], async (h, p, by, ct) =>
            {
                if (!Day(p.GetValue(from)).Try(out var first) || !Day(p.GetValue(to)).Try(out var last))
                {
                    return Outcome<object?>.Refused([.. Day(p.GetValue(from)).Findings, .. Day(p.GetValue(to)).Findings]);
                }

                var question = new FeasibilityQuestion(
                    await File.ReadAllTextAsync(p.GetValue(cohort)!, ct).ConfigureAwait(false), [.. p.GetValue(datasets)!.Select(d => new DatasetId(d))], first, last, p.GetValue(purpose)!);
                return (await h.Processing.AskFeasibilityAsync(question, by, Verb.Progress, ct).ConfigureAwait(false)).Any();
            }),
            Verb.On("tabulate", "Makes the table of a permit that asks for nothing else", [permit], async (h, p, by, ct) =>
                (await h.Processing.TabulateAsync(new PermitId(p.GetValue(permit)!), by, Verb.Progress, ct).ConfigureAwait(false)).Any()),
            Verb.On("tables", "The tables that were made for a permit", [permit], (h, p, by, _) => Task.FromResult(
                by.Is(Role.Operator | Role.Auditor) || h.Access.FindPermit(new PermitId(p.GetValue(permit)!))?.Use.Members.Contains(by.Id) == true
                    ? Verb.Value(h.Processing.Tables(new PermitId(p.GetValue(permit)!)))
                    : Finding.Error("processing.role", "Only members of the project, the operator and auditors may see its tables", "Ask one of them"))),
            Verb.On("prove", "Whether an extraction's refusals are the ledger's", [permit, extraction], (h, p, by, _) =>
                Task.FromResult(h.Processing.ProveRefusals(new PermitId(p.GetValue(permit)!), p.GetValue(extraction)!, by).Any())),
            Verb.On("left", "New numbers that you may still get this month", [], (h, _, by, _) => Task.FromResult(h.Processing.FeasibilityLeft(by).Map(n => new { left = n }).Any())));
    }

    private static Outcome<DateOnly> Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : Finding.Error("cli.date", "A day cannot be read", "Write days as YYYY-MM-DD");
}
