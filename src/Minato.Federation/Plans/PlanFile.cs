using System.Text.Json;

namespace Minato.Federation;

/// <summary>Reads <c>plans/*.json</c>. A file that is wrong in ten places is answered with ten findings.</summary>
public static class PlanFile
{
    private const long LargestFile = 1 << 20;

    /// <summary>All plans of a folder, in the order of their file names.</summary>
    public static Outcome<IReadOnlyList<Plan>> ReadFolder(string folder)
    {
        var place = new Place(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList() : [];
        if (files.Count == 0)
        {
            return Finding.Error("plan.none", "There are no plans in the folder", "Name the folder that has plan-1.json and the others", place);
        }

        var outcomes = files.ConvertAll(Read);
        var findings = outcomes.SelectMany(o => o.Findings).ToList();
        if (findings.Count == 0)
        {
            findings.AddRange(outcomes.GroupBy(o => o.Value.Id).Where(g => g.Count() > 1).Select(g =>
                Finding.Error("plan.twice", $"Two files have the plan '{g.Key}'", "Give each plan an id of its own", place)));
        }

        return findings.Count > 0 ? Outcome<IReadOnlyList<Plan>>.Refused(findings) : Outcome<IReadOnlyList<Plan>>.Ok(outcomes.ConvertAll(o => o.Value));
    }

    public static Outcome<Plan> Read(string path)
    {
        var name = Path.GetFileName(path);
        return !File.Exists(path) || new FileInfo(path).Length > LargestFile
            ? Finding.Error("plan.no-file", $"The plan is not there, or is larger than {LargestFile} bytes", "Name a file of plans/", new Place(name))
            : Parse(File.ReadAllBytes(path), name);
    }

    public static Outcome<Plan> Parse(ReadOnlySpan<byte> utf8Json, string fileName)
    {
        WrittenPlan? written;
        try
        {
            written = JsonSerializer.Deserialize(utf8Json, WrittenJson.Default.WrittenPlan);
        }
        catch (JsonException e)
        {
            return Finding.Error(
                "plan.json", "The plan is not JSON of the expected shape", "Compare it with a plan that came with Minato", new Place(fileName, e.LineNumber + 1));
        }

        var check = new PlanCheck(fileName);
        var plan = check.Check(written ?? new WrittenPlan());
        return check.Findings.Count > 0 ? Outcome<Plan>.Refused(check.Findings) : plan;
    }
}
