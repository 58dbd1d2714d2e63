using Minato.Kernel;
using Minato.Linkage.Matching;

namespace Minato.Bench.Linkage;

/// <summary>The batch matcher on files of rows.</summary>
internal static class Matching
{
    public static LinkModel Model { get; } = LinkModel.Parse(File.ReadAllText(Path.Combine(World.Standards, "linkage", "model-v1.json")));

    /// <summary>Normal forms of the files one after another, on all cores.</summary>
    public static IdentityColumns Columns(IReadOnlyList<Row[]> files, Func<PersonIdentity, PersonIdentity>? only = null)
    {
        var columns = new IdentityColumns(Engines.Classes);
        foreach (var file in files)
        {
            var first = columns.Reserve(file.Length);
            Parallel.For(0, file.Length, i =>
            {
                var identity = file[i].Identity;
                columns.Set(first + i, new IdentityParts(only is null ? identity : only(identity)), new HolderId(file[i].Holder));
            });
        }

        return columns;
    }

    public static MatchResult Match(IdentityColumns columns, int split) => new Matcher(columns, Model, new MatchOptions(split)).Run();

    public static (double Precision, double Recall, double F1) Judge(MatchResult result, Row[] left, Row[] right)
    {
        var belong = left.Select(r => r.Person).Intersect(right.Select(r => r.Person)).Count();
        var true1 = result.Links.Take(result.Made).Count(l => left[l.A].Person == right[l.B - left.Length].Person);
        var (p, r) = (result.Made == 0 ? 1 : (double)true1 / result.Made, belong == 0 ? 1 : (double)true1 / belong);
        return (p, r, p + r == 0 ? 0 : 2 * p * r / (p + r));
    }
}
