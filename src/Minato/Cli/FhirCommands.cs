using System.CommandLine;
using System.Diagnostics;
using Minato.Formats.Views;

namespace Minato.Cli;

/// <summary><c>fhir</c>: tables from FHIR by ViewDefinitions. Needs no harbour and keeps nothing.</summary>
internal static class FhirCommands
{
    private static readonly Argument<string> Name = new("view") { Description = "A ViewDefinition (JSON), or the name of one in standards/views" };
    private static readonly Argument<string[]> Files = new("files") { Description = "FHIR R4: JSON, Bundles, NDJSON, each also .gz; or folders of them (a Bulk Data export)", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> To = new("--to") { Description = "Where the table goes; the ending says how: .parquet, .csv or .ndjson", Required = true };
    private static readonly Option<bool> KeepGoing = new("--keep-going") { Description = "Write the table even if resources had to be left out; they are told" };

    public static Command All() => Verb.Group("fhir", "Tables from FHIR by ViewDefinitions (SQL on FHIR v2)",
        Verb.Plain("views", "Lists the views that are shipped", [], (_, _) => Task.FromResult(Verb.Value(
            Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(f => Compile(f).Map(v => new { view = v.Name, v.Resource, columns = v.Columns.Count, v.Title }).Value).ToList()))),
        Verb.Plain("schema", "Checks a view and shows its columns", [Name], (p, _) => Task.FromResult(
            Compile(p.GetValue(Name)!).Map(v => v.Columns.Select(c => new { column = c.Name, sql = c.Type, list = c.IsCollection, fhir = c.FhirType, c.Description }).ToList()).Any())),
        Verb.Plain("view", "Runs a view over files and writes the table", [Name, Files, To, KeepGoing], (p, ct) =>
            Task.Run(() => Compile(p.GetValue(Name)!).Then(v => Run(v, p.GetValue(Files)!, Path.GetFullPath(p.GetValue(To)!), p.GetValue(KeepGoing), ct)), ct)));

    private static string Folder => Path.Combine(Rules.Folder, "standards", "views");

    private static Outcome<View> Compile(string name)
    {
        var path = File.Exists(name) ? name : Path.Combine(Folder, name + ".json");
        try
        {
            return View.Compile(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("view.file", "There is no such view", "Give the path of a ViewDefinition, or a name that `fhir views` lists", new Place(name));
        }
    }

    private static Outcome<object?> Run(View view, string[] names, string to, bool keepGoing, CancellationToken ct)
    {
        var files = new List<string>();
        foreach (var name in names)
        {
            var found = Directory.Exists(name) ? Directory.GetFiles(name, "*", SearchOption.AllDirectories).Where(IsFhir).Order(StringComparer.Ordinal).ToList() : File.Exists(name) ? [name] : [];
            if (found.Count == 0)
            {
                return Finding.Error("view.file", "Here is no file, or no FHIR file in this folder", "Give .json, .ndjson or .jsonl, also with .gz", new Place(name));
            }

            files.AddRange(found);
        }

        // Beside the goal, so that the table is there whole or not at all.
        var part = to + ".part";
        try
        {
            var clock = Stopwatch.StartNew();
            ViewFigures figures;
            using (var output = Open(view, to, part))
            {
                if (output is null)
                {
                    return Finding.Error("view.to", "The ending of the table's file is none of .parquet, .csv, .ndjson", "Choose one of them", new Place(to));
                }

                var run = new ViewRun(view, output);
                for (var i = 0; i < files.Count; i++)
                {
                    using var stream = new FileStream(files[i], FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
                    run.Read(stream, files[i], ct);
                    Verb.Progress.Report(new(view.Name, i + 1, files.Count, "files"));
                }

                figures = run.Figures;
                if (figures.Refused > 0 && !keepGoing)
                {
                    return Outcome<object?>.Refused([.. figures.Findings, Finding.Error("view.refused", $"{figures.Refused} resources or pieces could not be taken, so no table was written", "Correct them, or call with --keep-going", new Place(to))]);
                }

                output.Complete();
            }

            File.Move(part, to, overwrite: true);
            return Outcome<object?>.Ok(
                new { view = view.Name, to, figures.Files, figures.Resources, figures.Rows, figures.Refused, megabytes = Math.Round(figures.Bytes / 1e6, 1), seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) },
                [.. view.Remarks, .. figures.Findings]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("view.file", "A file cannot be read, or the table cannot be written", "Check paths, rights and space: " + e.Message, new Place(to));
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static IViewOutput? Open(View view, string to, string part) => Path.GetExtension(to).ToLowerInvariant() switch
    {
        ".parquet" => new ParquetView(part, view.Columns),
        ".csv" => new CsvView(File.Create(part), view.Columns),
        ".ndjson" or ".jsonl" => new NdjsonView(File.Create(part), view.Columns),
        _ => null,
    };

    private static bool IsFhir(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant() is ".json" or ".ndjson" or ".jsonl";
    }
}
