namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// <c>p + s·Y</c> for one Y and many s: what hides a point for the holder of Y. The multiples of Y by each digit at each place are
/// computed once a batch, after which a product is 64 additions and no doubling. The scalars are secret: each digit's
/// multiple is picked by reading all sixteen.
/// </summary>
internal sealed class KeyMultiples
{
    private const int Digits = 64;
    private const int PaysFrom = 32;
    private readonly Point key;
    private readonly EdwardsPoint[]? table;

    /// <param name="uses">How often it will be used; for a few the table does not pay.</param>
    public KeyMultiples(Point key, int uses)
    {
        this.key = key;
        if (uses < PaysFrom)
        {
            return;
        }

        table = new EdwardsPoint[Digits * 16];
        var power = EdwardsPoint.Of(key);
        for (var digit = 0; digit < Digits; digit++)
        {
            table[digit * 16] = EdwardsPoint.Identity;
            for (var i = 1; i < 16; i++)
            {
                table[(digit * 16) + i] = table[(digit * 16) + i - 1] + power;
            }

            power = table[(digit * 16) + 15] + power;
        }
    }

    public Point Plus(Point point, Scalar scalar)
    {
        if (table is null)
        {
            return point + (scalar * key);
        }

        Span<byte> bytes = stackalloc byte[Scalar.Size];
        scalar.Write(bytes);
        var sum = EdwardsPoint.Of(point);
        for (var digit = 0; digit < Digits; digit++)
        {
            sum += Pick(table.AsSpan(digit * 16, 16), (bytes[digit / 2] >> (digit % 2 * 4)) & 15);
        }

        bytes.Clear();
        return sum.ToPoint();
    }

    private static EdwardsPoint Pick(ReadOnlySpan<EdwardsPoint> multiples, int digit)
    {
        var picked = multiples[0];
        for (var i = 1; i < multiples.Length; i++)
        {
            // All ones where i is the digit: (x - 1) borrows from the upper half only for x = 0.
            var mask = (ulong)((long)((ulong)(uint)(i ^ digit) - 1) >> 63);
            picked = EdwardsPoint.Choose(picked, multiples[i], mask);
        }

        return picked;
    }
}
