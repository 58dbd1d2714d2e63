using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.Matching;

namespace Minato.Bench.Linkage;

/// <summary>Deterministic links of two registers: from written identities to normal forms to a join on equal keys.</summary>
internal sealed class DeterministicPart : Part
{
    private static readonly BlockPass[] Keys = [BlockPass.Parse("whole+birth"), BlockPass.Parse("household+branch")];

    public override string Name => "deterministic";

    public override string About => "two registers of the nation, joined where a key is equal";

    public override IEnumerable<Figure> Measure(World world)
    {
        var (a, b) = world.TwoRegisters();
        var rows = a.Length + b.Length;
        var joined = 0L;
        var (prepare, columns) = Timing.Once(() => Matching.Columns([a, b]));
        var join = Timing.BestWall(3, () => joined = EqualPairs(columns, a.Length));
        yield return new Figure($"join of {a.Length:N0} × {b.Length:N0}: reading, birth, sex; or number", join, "s", $"{joined:N0} pairs").AtMost(0.5);
        yield return new Figure("end to end: normal forms, interning, join", rows / (prepare + join), "identities/s").AtLeast(500_000);

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

    private static long EqualPairs(IdentityColumns columns, int split)
    {
        var counts = new StrongBox<long>[Environment.ProcessorCount + 1];
        foreach (var key in Keys)
        {
            new Blocks(columns, split).Visit(key, t => new Equal(columns, key == Keys[0], counts[t] ??= new StrongBox<long>()));
        }

        return counts.Sum(c => c?.Value ?? 0);
    }

    /// <summary>Blocks are found by a hash of the key: the key itself decides.</summary>
    private readonly struct Equal(IdentityColumns columns, bool byName, StrongBox<long> count) : IPairVisitor
    {
        public void Visit(int i, int j)
        {
            ref readonly var x = ref columns[i];
            ref readonly var y = ref columns[j];
            count.Value += byName
                ? columns.Wholes.VoiceOf(x.Whole) == columns.Wholes.VoiceOf(y.Whole) && x.Birth == y.Birth && (x.Sex == y.Sex || x.Sex == 0 || y.Sex == 0) ? 1 : 0
                : x.Household == y.Household && x.Branch == y.Branch ? 1 : 0;
        }
    }

    private static UInt128[] Tokens(Row[] rows) =>
        [.. rows.Select(r => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{r.Identity.NameKana}|{r.Identity.BirthDate:yyyyMMdd}|{(int)r.Identity.Sex}"))))];
}
