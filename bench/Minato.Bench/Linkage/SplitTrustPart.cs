using System.Security.Cryptography;
using Minato.Linkage.SplitTrust;
using Minato.Linkage.SplitTrust.Group;
using Exponent = Minato.Linkage.SplitTrust.Group.Scalar;

namespace Minato.Bench.Linkage;

/// <summary>Split trust: the four hops of a conversion with their proofs, on all cores, against what the cores can multiply.</summary>
internal sealed class SplitTrustPart : Part
{
    // Strip 3, strip to tags 2, wrap 1, carry 2 of any point; wrap and carry each one of the generator and one of the receiver's key, both of
    // which come from tables: they are counted at the rate at which libsodium multiplies the generator.
    private const int OfAnyPoint = 8;
    private const int OfFixedPoints = 4;

    public override string Name => "split-trust";

    public override string About => "conversion by two transcryptors, proofs included, all cores";

    public override IEnumerable<Figure> Measure(World world)
    {
        var count = world.Settings.Quick ? 1_000 : 4_000;
        var points = new Point[count];
        Parallel.For(0, count, i => points[i] = Point.Hash(BitConverter.GetBytes(i), "bench"u8));
        var raw = new Point[count];
        var scalar = Exponent.Random();
        var single = count / 4;
        var one = single / Timing.BestCpu(1, () =>
        {
            for (var i = 0; i < single; i++)
            {
                raw[i] = scalar * points[i];
            }
        });
        var (ownShare, otherShare) = (Exponent.Random(), Exponent.Random());
        var joint = (ownShare + otherShare) * Point.G;
        var receiver = Exponent.Random() * Point.G;
        var factors = Enumerable.Range(0, 4).Select(_ => (From: Exponent.Random(), To: Exponent.Random())).ToArray();
        HopTerms Terms(int hop, Point key) => new("bench", factors[hop].To * Point.G, factors[hop].From * Point.G, key);
        HopSecret Secret(int hop, Exponent share = default) => new(factors[hop].To * factors[hop].From.Inverse(), share);
        var people = Ciphers.Of(points, joint);
        Hopped stripped = null!, wrapped = null!, carried = null!;
        Tagged tagged = null!;
        void Convert()
        {
            stripped = Hop.Strip(Terms(0, ownShare * Point.G), Secret(0, ownShare), people);
            tagged = Hop.StripToTags(Terms(1, otherShare * Point.G), Secret(1, otherShare), stripped.Out);
            wrapped = Hop.Wrap(Terms(2, receiver), Secret(2), tagged.Tags);
            carried = Hop.Carry(Terms(3, receiver), Secret(3), wrapped.Out);
        }

        void Check()
        {
            var holds = Hop.IsStrip(Terms(0, ownShare * Point.G), people, stripped) && Hop.IsStripToTags(Terms(1, otherShare * Point.G), stripped.Out, tagged)
                && Hop.IsWrap(Terms(2, receiver), tagged.Tags, wrapped) && Hop.IsCarry(Terms(3, receiver), wrapped.Out, carried);
            if (!holds)
            {
                throw new InvalidOperationException("A proof does not hold");
            }
        }

        // Short and in turn, so that what else the machine does meets all of them alike; the best of each.
        var (ofAny, ofFixed, seconds, checks) = (double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < (world.Settings.Quick ? 1 : 15); round++)
        {
            ofAny = Math.Min(ofAny, Timing.BestWall(1, () => Parallel.For(0, count, i => raw[i] = scalar * points[i])));
            ofFixed = Math.Min(ofFixed, Timing.BestWall(1, () => Parallel.For(0, count, i => raw[i] = scalar * Point.G)));
            seconds = Math.Min(seconds, Timing.BestWall(1, Convert));
            checks = Math.Min(checks, Timing.BestWall(1, Check));
        }

        var (all, ofBase) = (count / ofAny, count / ofFixed);
        var (anyCpu, fixedCpu, convertCpu) = (
            Timing.BestProcess(3, () => Parallel.For(0, count, i => raw[i] = scalar * points[i])),
            Timing.BestProcess(3, () => Parallel.For(0, count, i => raw[i] = scalar * Point.G)),
            Timing.BestProcess(3, Convert));
        var multiplied = OfAnyPoint + (OfFixedPoints * all / ofBase);
        yield return new Figure("persons converted", count / seconds, "/s", "begin, pass, wrap, finish; each hop proved");
        yield return new Figure("its multiplications, as of any point", count * multiplied / seconds, "/s");
        yield return new Figure("  as a share of raw libsodium on all cores", count * multiplied / seconds / all, "share").AtLeast(0.9);
        yield return new Figure("  the same of processor time", ((OfAnyPoint * anyCpu) + (OfFixedPoints * fixedCpu)) / convertCpu, "share", "whatever else the machine does");
        yield return new Figure("persons checked", count / checks, "/s", "all four proofs, as the next party and the receiver do");
        yield return new Figure("libsodium scalar multiplication, one core", one, "/s", Peer: true);
        yield return new Figure("libsodium scalar multiplication, all cores", all, "/s", Peer: true);
        yield return new Figure("libsodium multiplication of the base point, all cores", ofBase, "/s", Peer: true);
        yield return new Figure("rows re-salted by AES", Resalted(world), "/s", "per delivery, one core");
    }

    private static double Resalted(World world)
    {
        var rows = new byte[16 * (world.Settings.Quick ? 1 << 18 : 1 << 22)];
        RandomNumberGenerator.Fill(rows);
        using var aes = Aes.Create();
        aes.KeySize = 256;
        return rows.Length / 16 / Timing.BestCpu(3, () => aes.EncryptEcb(rows, rows, PaddingMode.None));
    }
}
