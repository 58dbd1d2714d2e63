using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.Matching;

namespace Minato.Bench.Linkage;

/// <summary>Deterministic links of two registers: from written identities to normal forms to a join on equal keys.</summary>
internal sealed class DeterministicPart : Part
{
    public override string Name => "deterministic";

    public override string About => "two registers of the nation, joined where a key is equal";

    public override IEnumerable<Figure> Measure(World world)
    {
        var (a, b) = world.TwoRegisters();
        var rows = a.Length + b.Length;
        var keys = ExactKeys.Parse(File.ReadAllText(Path.Combine(World.Standards, "linkage", "exact-v1.json")), Engines.Classes);
        var best = Enumerable.Range(0, 3).Select(_ => ExactMatch.Run(a, b, r => new IdentityParts(r.Identity), keys)).MinBy(r => r.ReadSeconds + r.JoinSeconds)!;
        var right1 = best.Links.Count(l => a[l.A].Person == b[l.B].Person);
        var belong = a.Select(r => r.Person).Intersect(b.Select(r => r.Person)).Count();
        yield return new Figure($"join of {a.Length:N0} × {b.Length:N0} by {keys.Keys.Count} keys", best.JoinSeconds, "s", $"{best.Links.Count:N0} links").AtMost(0.5);
        yield return new Figure("end to end: from what is written to links", rows / (best.ReadSeconds + best.JoinSeconds), "identities/s").AtLeast(500_000);
        yield return new Figure("  precision", (double)right1 / best.Links.Count, "share");
        yield return new Figure("  recall", (double)right1 / belong, "share", string.Join(", ", best.Figures.Select(f => $"{f.Key} {f.Links:N0}")));

        var (left, right) = (Tokens(a), Tokens(b));
        var found = 0;
        var dictionary = Timing.BestWall(3, () =>
        {
            var index = new Dictionary<UInt128, int>(left.Length);
            for (var i = 0; i < left.Length; i++)
            {
                index.TryAdd(left[i], i);
            }

            found = right.Count(index.ContainsKey);
        });
        yield return new Figure("Dictionary<UInt128, int> on one token each, made before", dictionary, "s", $"{found:N0} found", Peer: true);
        yield return new Figure("such tokens: SHA-256 of kana as written, birth, sex; one core", a.Length / Timing.BestWall(1, () => Tokens(a)), "/s", Peer: true);
        using var duck = new Duck();
        duck.Fill("a", "token uhugeint", left, (to, t) => to.AppendValue((System.Numerics.BigInteger)t));
        duck.Fill("b", "token uhugeint", right, (to, t) => to.AppendValue((System.Numerics.BigInteger)t));
        yield return new Figure("DuckDB hash join on the same tokens, tables in memory", Timing.BestWall(3, () => duck.Number("select count(*) from a join b using (token)")), "s", Peer: true);
    }

    private static UInt128[] Tokens(Row[] rows) =>
        [.. rows.Select(r => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{r.Identity.NameKana}|{r.Identity.BirthDate:yyyyMMdd}|{(int)r.Identity.Sex}"))))];
}
