using System.CommandLine;
using System.Globalization;
using Minato.Release;
using Minato.Web;
using Spectre.Console;

namespace Minato.Demo;

/// <summary><c>minato demo</c>: the whole voyage, its summary on one screen, and then the site.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var people = new Option<int>("--people") { DefaultValueFactory = _ => 10_000, Description = "How many people the nation begins with" };
        var seed = new Option<ulong>("--seed") { DefaultValueFactory = _ => 2026, Description = "Same seed, same nation" };
        var noServe = new Option<bool>("--no-serve") { Description = "Do not serve the site afterwards" };
        var port = new Option<int>("--port") { DefaultValueFactory = _ => 5080, Description = "Loopback port of the site" };
        var keep = new Option<bool>("--keep") { Description = "Do not delete an earlier demo's folder; refuse instead" };
        var command = new Command("demo", "Makes a synthetic nation, takes one whole voyage on it, and serves the site") { people, seed, noServe, port, keep };
        command.SetAction(async (p, ct) =>
        {
            var folder = Path.GetFullPath(p.GetValue(Cli.Verb.Data)!);
            if (Prepare(folder, p.GetValue(keep)) is { } no)
            {
                return Cli.Printing.Print(Outcome<object?>.Refused(no), p.GetValue(Cli.Verb.Json));
            }

            using var harbour = Harbour.Open(new HarbourOptions(folder, Cli.Rules.Folder));
            var teller = new Teller(Console.Error, rewrite: !Console.IsErrorRedirected);
            var voyage = await new Voyage(harbour, Path.Combine(folder, "nation"), p.GetValue(people), p.GetValue(seed), teller).RunAsync(ct).ConfigureAwait(false);
            if (!voyage.Try(out var report))
            {
                return Cli.Printing.Print(Outcome<object?>.Refused(voyage.Findings), p.GetValue(Cli.Verb.Json));
            }

            if (p.GetValue(Cli.Verb.Json))
            {
                Cli.Printing.Print(Outcome<object?>.Ok(report), json: true);
            }
            else
            {
                Summarise(report);
            }

            return p.GetValue(noServe) ? 0 : await ServeCommand.RunAsync(harbour, new SiteOptions(new Uri($"http://127.0.0.1:{p.GetValue(port)}/"), ChooseWhoYouAre: true), ct).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>The mark of a demonstration's folder: only such a folder is emptied, and only there may people choose who they are.</summary>
    public static string MarkOf(string folder) => Path.Combine(folder, "this-is-a-demonstration");

    private static Finding? Prepare(string folder, bool keep)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            if (keep || !File.Exists(MarkOf(folder)))
            {
                return Finding.Error("demo.folder", $"The folder {folder} is not empty" + (keep ? "" : " and is no earlier demo's"), "Name another folder with --data, or remove it yourself");
            }

            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(MarkOf(folder), "Everything here is synthetic and may be deleted.\n");
        return null;
    }

    private static void Summarise(VoyageReport r)
    {
        var c = CultureInfo.InvariantCulture;
        var grid = new Table { Border = TableBorder.Rounded, Title = new TableTitle("The voyage / 航海のまとめ") };
        grid.AddColumn("").AddColumn("");
        void Row(string what, string value) => grid.AddRow(new Text(what), new Text(value));
        Row("records in", string.Join("\n", r.ByFormat.OrderByDescending(f => f.Value.Records).Select(f => string.Create(c, $"{f.Key,-16}{f.Value.Records,10:N0} records{f.Value.Facts,12:N0} facts{f.Value.Quarantined,7:N0} quarantined"))));
        Row("persons found", string.Create(c, $"{r.Linkage.PersonsFound:N0} found for {r.Linkage.PersonsTrue:N0} true; precision {r.Linkage.Precision:P3}, recall {r.Linkage.Recall:P3}"));
        foreach (var g in r.Linkage.Groups.Where(g => g.Group != "dataset"))
        {
            Row($"  {g.Group} {g.Value}", string.Create(c, $"precision {g.Precision.Value:P3}, recall {g.Recall.Value:P3} ({g.Recall.Low:P2}–{g.Recall.High:P2})"));
        }

        Row("refused by choice", string.Create(c, $"{r.RefusingCitizens.Count:N0} people refuse everything; {r.RefusedByChoice:N0} left out, summed over the datasets"));
        Row("extracted", string.Create(c, $"{r.Extraction.Persons:N0} people, {r.Extraction.Files.Sum(f => f.Rows):N0} rows; {string.Join(" > ", r.Extraction.Flow.Select(f => f.Persons.ToString("N0", c)))}; {(r.RepeatedBitForBit ? "repeated bit for bit" : "NOT REPEATABLE")}"));
        Row("analysis", r.Result);
        Row("left", string.Join("\n", r.Submissions.Where(s => s.IsOut).SelectMany(s => s.Files.Select(f => $"{f.FileName}: {f.Description}"))));
        Row("stopped", string.Join("\n", r.Submissions.Where(s => !s.IsOut).Select(s => $"{s.Files[0].FileName}: {s.Checks.FirstOrDefault(x => !x.Passed && x.Hard)?.Reason.En}")));
        Row("table only", string.Create(c, $"{string.Join(" × ", r.Table.By)}: {r.Table.Cells.Count} cells, {r.Table.Hidden.Small} small and {r.Table.Hidden.Others} others hidden"));
        Row("ledger", string.Create(c, $"{r.LedgerEvents:N0} events, verified; checkpoint {r.Checkpoint}"));
        Row("time", string.Create(c, $"{r.Seconds:0.0} s"));
        AnsiConsole.Write(grid);
    }
}
