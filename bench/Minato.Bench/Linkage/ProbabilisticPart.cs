using Minato.Linkage.Matching;

namespace Minato.Bench.Linkage;

/// <summary>Probabilistic links of two registers: learning without labels, several blocking passes, a threshold without labels.</summary>
internal sealed class ProbabilisticPart : Part
{
    /// <summary>The peer is quadratic in large blocks and keeps its pairs: it gets this many people at most.</summary>
    private const int PeerPeople = 200_000;

    public override string Name => "probabilistic";

    public override string About => "two registers of the nation, eight years apart, without labels";

    public override IEnumerable<Figure> Measure(World world)
    {
        var (a, b) = world.TwoRegisters();
        foreach (var (what, only) in new (string, Func<Minato.Kernel.PersonIdentity, Minato.Kernel.PersonIdentity>?)[] { ("all fields", null), ("name, birth and sex", Engines.NameBirthSex) })
        {
            Machine.ForgetPeak();
            var (prepare, columns) = Timing.Once(() => Matching.Columns([a, b], only));
            var (seconds, result) = Timing.Once(() => Matching.Match(columns, a.Length));
            var (p, r, _) = Matching.Judge(result, a, b);
            var steps = string.Join(", ", result.Times.Select(t => FormattableString.Invariant($"{t.Step} {t.Seconds:0.0} s")));
            var time = new Figure($"{a.Length:N0} × {b.Length:N0}, {what}", seconds, "s", $"{steps}; {result.Compared:N0} pairs");
            var memory = new Figure($"  greatest memory of the process, both files in it", Machine.Peak(), "B");
            yield return only is null ? time.AtMost(10) : time;
            yield return new Figure("  normal forms and interning", (a.Length + b.Length) / prepare, "identities/s");
            yield return new Figure("  both together", prepare + seconds, "s");
            yield return new Figure("  pairs compared, learning and deciding included", result.Compared / seconds, "pairs/s");
            yield return only is null ? memory.AtMost(4.0 * (1 << 30)) : memory;
            yield return new Figure("  precision", p, "share", FormattableString.Invariant($"estimated {1 - result.EstimatedFalseDiscovery:0.000000}"));
            yield return new Figure("  recall", r, "share", result.OneToOne ? "one to one" : "");
        }

        var (some, others) = (Of(a, PeerPeople), Of(b, PeerPeople));
        var (duckSeconds, pairs, precision, recall) = SplinkLike.Run(some, others);
        yield return new Figure($"Splink-like SQL in DuckDB, {some.Length:N0} × {others.Length:N0}", duckSeconds, "s", $"{pairs:N0} pairs, {pairs / duckSeconds / 1e6:0.0} M pairs/s; given weights, name, birth and sex", Peer: true);
        yield return new Figure("  precision", precision, "share", Peer: true);
        yield return new Figure("  recall", recall, "share", Peer: true);
    }

    private static Row[] Of(Row[] rows, int people) => [.. rows.Where(r => r.Person <= people)];
}
