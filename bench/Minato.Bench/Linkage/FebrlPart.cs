using System.Globalization;
using Minato.Kernel;
using Minato.Linkage.Matching;

namespace Minato.Bench.Linkage;

/// <summary>FEBRL 4, the field's common test: 5 000 against 5 000 invented Australians. Not shipped; give its folder.</summary>
internal sealed class FebrlPart : Part
{
    public override string Name => "febrl";

    public override string About => "FEBRL 4, thresholds without labels";

    public override string? Lacks(Settings settings) =>
        settings.Febrl is not { } folder ? "no --febrl folder" : File.Exists(Path.Combine(folder, "febrl_dataset4a.csv")) && File.Exists(Path.Combine(folder, "febrl_dataset4b.csv")) ? null : "febrl_dataset4a.csv and 4b are not in the folder";

    public override IEnumerable<Figure> Measure(World world)
    {
        var (a, b) = (Read(Path.Combine(world.Settings.Febrl!, "febrl_dataset4a.csv")), Read(Path.Combine(world.Settings.Febrl!, "febrl_dataset4b.csv")));
        foreach (var (what, keep, target) in new (string, Func<Record, IdentityParts>, double)[]
        {
            ("name and birth date only", r => new IdentityParts(new PersonIdentity()) { Family = r.Family, Given = r.Given, Birth = r.Birth }, 0.990),
            ("all but the social security number", r => r.Parts with { PersonNumber = null }, 0),
            ("all fields", r => r.Parts, 0),
        })
        {
            var columns = new IdentityColumns(Engines.Classes);
            foreach (var r in a.Concat(b))
            {
                columns.Add(keep(r));
            }

            var (seconds, result) = Timing.Once(() => Matching.Match(columns, a.Count));
            var right = result.Links.Take(result.Made).Count(l => a[l.A].Person == b[l.B - a.Count].Person);
            var (p, recall) = ((double)right / Math.Max(1, result.Made), (double)right / a.Count);
            var f1 = new Figure($"{what}: F1", 2 * p * recall / Math.Max(1e-9, p + recall), "share", FormattableString.Invariant($"P {p:0.00000} R {recall:0.00000}; {seconds:0.0} s"));
            yield return target > 0 ? f1.AtLeast(target) : f1;
        }
    }

    private sealed record Record(int Person, string? Family, string? Given, int Birth, IdentityParts Parts);

    private static List<Record> Read(string file)
    {
        var lines = File.ReadAllLines(file);
        var names = lines[0].Split(',').Select(n => n.Trim()).ToList();
        return [.. lines.Skip(1).Where(l => l.Length > 0).Select(l =>
        {
            var cells = l.Split(',');
            string? At(string name) => names.IndexOf(name) is >= 0 and var i && cells[i].Trim() is { Length: > 0 } text ? text : null;
            var birth = int.TryParse(At("date_of_birth"), CultureInfo.InvariantCulture, out var d) ? d : 0;
            return new Record(int.Parse(cells[0].Split('-')[1], CultureInfo.InvariantCulture), At("surname"), At("given_name"), birth, new IdentityParts(new PersonIdentity { PostalCode = At("postcode") })
            {
                Family = At("surname"), Given = At("given_name"), Birth = birth, PersonNumber = At("soc_sec_id"), Prefecture = At("state"), Place = At("suburb"), Town = At("address_1"), Lot = At("street_number"),
                Others = [At("address_2")],
            });
        })];
    }
}
