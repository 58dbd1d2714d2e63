using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// <c>p + s·Y</c> for one Y and many s: what hides a point for the holder of Y. The multiples of Y by each digit at each place are
/// computed once, after which a product is 64 additions and no doubling, of eight rows at once. The scalars are secret: each digit's
/// multiple is picked by reading all sixteen.
/// </summary>
internal sealed class KeyMultiples
{
    private const int Digits = 64;
    private const int Coordinate = FieldLanes.TableLength;
    private const int Digit = 4 * Coordinate;
    private const int PaysFrom = 32;
    private readonly Point key;
    private readonly uint[]? table;

    /// <param name="uses">How often it will be used; for a few the table does not pay, and without wide vectors never.</param>
    public KeyMultiples(Point key, int uses)
    {
        this.key = key;
        if (uses < PaysFrom || !EdwardsLanes.Pay)
        {
            return;
        }

        table = new uint[Digits * Digit];
        var power = EdwardsPoint.Of(key);
        for (var digit = 0; digit < Digits; digit++)
        {
            var multiple = EdwardsPoint.Identity;
            for (var i = 0; i < FieldLanes.Entries; i++)
            {
                multiple.WriteEntry(table.AsSpan(digit * Digit, Digit), i);
                multiple += power;
            }

            power = multiple;
        }
    }

    /// <summary>Of the generator, for every batch.</summary>
    public static KeyMultiples OfBase { get; } = new(Point.Base, int.MaxValue);

    /// <summary><c>s·Y</c>, row by row.</summary>
    /// <exception cref="NotAPointException">A scalar is zero.</exception>
    public void Of(ReadOnlySpan<Scalar> scalars, Span<Point> results) => Plus([], scalars, results);

    /// <summary><c>p + s·Y</c>, row by row; the results may go where the points are.</summary>
    /// <exception cref="NotAPointException">A result is the identity.</exception>
    public void Plus(ReadOnlySpan<Point> points, ReadOnlySpan<Scalar> scalars, Span<Point> results)
    {
        if (table is null)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = points.IsEmpty ? scalars[i] * key : points[i] + (scalars[i] * key);
            }

            return;
        }

        for (var i = 0; i < results.Length; i += EdwardsLanes.Count)
        {
            var few = Math.Min(EdwardsLanes.Count, results.Length - i);
            var from = points.IsEmpty ? EdwardsLanes.Identity : EdwardsLanes.Of(points.Slice(i, few));
            Plus(table, from, scalars.Slice(i, few)).Write(results.Slice(i, few));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EdwardsLanes Plus(ReadOnlySpan<uint> table, EdwardsLanes sum, ReadOnlySpan<Scalar> scalars)
    {
        Span<Scalar> eight = stackalloc Scalar[EdwardsLanes.Count];
        eight.Clear();
        scalars.CopyTo(eight);
        var words = MemoryMarshal.Cast<Scalar, ulong>(eight);
        for (var word = 0; word < 4; word++)
        {
            var digits = EdwardsLanes.Column(words, word);
            for (var digit = word * 16; digit < (word + 1) * 16; digit++)
            {
                var multiples = table.Slice(digit * Digit, Digit);
                var picked = digits & Vector512.Create(15UL);
                sum = sum.Plus(
                    FieldLanes.Pick(multiples[..Coordinate], picked),
                    FieldLanes.Pick(multiples.Slice(Coordinate, Coordinate), picked),
                    FieldLanes.Pick(multiples.Slice(2 * Coordinate, Coordinate), picked),
                    FieldLanes.Pick(multiples.Slice(3 * Coordinate, Coordinate), picked));
                digits >>= 4;
            }
        }

        eight.Clear();
        return sum;
    }
}
