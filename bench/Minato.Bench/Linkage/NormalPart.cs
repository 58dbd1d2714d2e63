using Minato.Kernel;
using Minato.Linkage.Matching;
using Minato.Linkage.Normal;

namespace Minato.Bench.Linkage;

/// <summary>What each normal form of an identity costs, on one core: the forms are most of what a file costs.</summary>
internal sealed class NormalPart : Part
{
    public override string Name => "normal";

    public override string About => "normal forms of one register, one core";

    public override IEnumerable<Figure> Measure(World world)
    {
        var rows = world.TwoRegisters().Insurers.Take(200_000).Select(r => r.Identity).ToArray();
        var classes = Engines.Classes;
        foreach (var (name, make) in new (string, Func<PersonIdentity, object>)[]
        {
            ("reading", i => ReadingForm.Of(i.NameKana)),
            ("kanji name", i => KanjiForm.Of(i.NameKanji, classes)),
            ("insured number", i => InsuredNumber.Of(i.InsurerNumber, i.InsuredSymbol, i.InsuredNumber, i.InsuredBranch)),
            ("address", i => AddressForm.Of(i.Address)),
        })
        {
            yield return new Figure(name, rows.Length / Timing.BestCpu(3, () => All(rows, make)), "/s");
        }

        yield return new Figure("all of them, interned", rows.Length / Timing.BestCpu(3, () =>
        {
            var columns = new IdentityColumns(classes);
            foreach (var row in rows)
            {
                columns.Add(row, new HolderId("h"));
            }
        }), "identities/s");
    }

    private static void All(PersonIdentity[] rows, Func<PersonIdentity, object> make)
    {
        foreach (var row in rows)
        {
            GC.KeepAlive(make(row));
        }
    }
}
