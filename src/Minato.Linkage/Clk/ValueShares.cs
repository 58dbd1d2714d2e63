using System.Runtime.InteropServices;

namespace Minato.Linkage.Clk;

/// <summary>
/// How common a record's values are among people, estimated by Good and Turing (Good 1953): a value that a side holds <c>r</c> times has on average the share
/// <c>(r+1)·N(r+1) / (N(r)·n)</c>, where <c>N(r)</c> values are held <c>r</c> times. The plain share <c>r/n</c> would call every value that only the two records have
/// far too common: a birth date held once by 5,000 people is not held by one in 5,000.
/// </summary>
internal sealed class ValueShares
{
    private const int Few = 5;
    private readonly float[][] shares;

    public ValueShares(SegmentTable left, SegmentTable right)
    {
        shares = new float[left.Fields][];
        Parallel.For(0, left.Fields, f =>
        {
            var (ofLeft, ofRight) = (new Side(left, f), new Side(right, f));
            shares[f] = new float[left.Count];
            for (var i = 0; i < left.Count; i++)
            {
                var value = left.Value(f, i);
                shares[f][i] = value == 0 ? 1 : (float)((ofLeft.Share(value) + ofRight.Share(value)) / 2);
            }
        });
    }

    /// <param name="field">A field of the schema.</param>
    /// <param name="record">A record of the first side in which the field is known.</param>
    public double Share(int field, int record) => shares[field][record];

    private sealed class Side
    {
        private readonly Dictionary<ulong, int> counts = [];
        private readonly double[] held = new double[Few + 2];
        private readonly int known;

        public Side(SegmentTable table, int field)
        {
            for (var i = 0; i < table.Count; i++)
            {
                if (table.Value(field, i) is not 0 and var value)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
                    known++;
                }
            }

            foreach (var r in counts.Values.Where(r => r < held.Length))
            {
                held[r]++;
            }
        }

        public double Share(ulong value)
        {
            // A value that this side does not hold is at most as common as one that it holds once.
            var r = Math.Max(1, counts.GetValueOrDefault(value));
            var plain = r / Math.Max(1.0, known);

            // Where nothing is held once more than r, half a value stands for "none seen".
            return r > Few || held[r] == 0 ? plain : Math.Min(plain, (r + 1) * Math.Max(0.5, held[r + 1]) / (held[r] * known));
        }
    }
}
