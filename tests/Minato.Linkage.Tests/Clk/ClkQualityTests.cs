using System.Globalization;
using Minato.Linkage.Clk;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests;

/// <summary>
/// Quality on the public FEBRL-4 files (Freely Extensible Biomedical Record Linkage, ANU; 5,000 originals and 5,000 duplicates), which are not part of the repository: set
/// MINATO_FEBRL to the folder that holds febrl_dataset4a.csv and febrl_dataset4b.csv.
/// </summary>
public sealed class ClkQualityTests(ITestOutputHelper output)
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    [Fact]
    public void Febrl4_is_linked_almost_as_well_as_in_clear()
    {
        var folder = Environment.GetEnvironmentVariable("MINATO_FEBRL");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "Set MINATO_FEBRL to the folder of the FEBRL-4 files");
        var (a, b) = (Read(Path.Combine(folder, "febrl_dataset4a.csv")), Read(Path.Combine(folder, "febrl_dataset4b.csv")));
        var all = F1("clk-v1", a, b, namesOnly: false);
        var names = F1("clk-v1", a, b, namesOnly: true);
        var salted = F1("clk-v1-salted", a, b, namesOnly: false);
        var saltedNames = F1("clk-v1-salted", a, b, namesOnly: true);
        Assert.True(all >= 0.9995, $"all fields: {all:F5}");
        Assert.True(names >= 0.97, $"name and birth date: {names:F5}");
        Assert.True(salted >= 0.93, $"salted, all fields: {salted:F5}");
        Assert.True(saltedNames >= 0.93, $"salted, name and birth date: {saltedNames:F5}");
    }

    private double F1(string schemaName, List<string[]> left, List<string[]> right, bool namesOnly)
    {
        var schema = ClkSchema.Read(Quay.Standards, schemaName).Value;
        var (a, b) = (Encode(schema, left, namesOnly), Encode(schema, right, namesOnly));
        var linkage = ClkLinker.Link(a, b, schema);
        var correct = linkage.Links.Count(l => Number(left[l.A][0]) == Number(right[l.B][0]));
        var (p, r) = ((double)correct / linkage.Links.Count, (double)correct / left.Count);
        var f1 = 2 * p * r / (p + r);
        output.WriteLine($"{schemaName} {(namesOnly ? "name+DOB" : "all")}: P {p:F5} R {r:F5} F1 {f1:F5}; links {linkage.Links.Count}, looked at {linkage.Pairs}, expected P {linkage.Precision:F5}, expected matches {linkage.Matches:F1}");
        return f1;
    }

    private static ClkSet Encode(ClkSchema schema, List<string[]> rows, bool namesOnly)
    {
        var classes = KanjiClasses.Parse("");
        var today = new DateOnly(2026, 4, 1);
        var people = rows.Select(r => namesOnly
            ? ClkPerson.OfParts(r[2], r[1], null, Date(r[9]), Sex.Unknown, null, null, null, null, classes, today)
            : ClkPerson.OfParts(r[2], r[1], null, Date(r[9]), Sex.Unknown, r[7], r[6], r[4] + r[5], r[3], classes, today)).ToArray();
        using var encoder = new ClkEncoder(schema, Key);
        var clks = new ulong[people.Length * ClkBits.Words];
        encoder.Encode(people, clks);
        var set = new ClkSet();
        for (var i = 0; i < people.Length; i++)
        {
            set.Add((uint)i, clks.AsSpan(i * ClkBits.Words, ClkBits.Words));
        }

        return set;
    }

    private static List<string[]> Read(string file) => [.. File.ReadLines(file).Skip(1).Select(l => Array.ConvertAll(l.Split(','), f => f.Trim()))];

    private static string Number(string id) => id.Split('-')[1];

    private static DateOnly? Date(string text) => DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) ? d : null;
}
