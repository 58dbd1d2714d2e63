using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// ElGamal ciphertexts of points: <c>B = r·G</c>, <c>C = M + r·Y</c>, as two columns of equal length. Whoever holds <c>y</c> of
/// <c>Y = y·G</c> reads <c>M = C - y·B</c>; to everybody else two ciphertexts of one point look like two of two (DDH).
/// </summary>
internal sealed record Ciphers(Point[] B, Point[] C)
{
    public int Count => C.Length;

    public static Ciphers Empty { get; } = new([], []);

    /// <summary>Fresh randomness for each.</summary>
    public static Ciphers Of(Point[] messages, Point key, CancellationToken ct = default)
    {
        var (b, c) = (new Point[messages.Length], new Point[messages.Length]);
        var multiples = new KeyMultiples(key, messages.Length);
        Cores.For(messages.Length, i =>
        {
            var r = Scalar.Random();
            (b[i], c[i]) = (r * Point.G, multiples.Plus(messages[i], r));
        }, ct);
        return new(b, c);
    }

    /// <summary>The same messages, unlinkable to these ciphertexts for anybody without the key.</summary>
    public Ciphers Rerandomised(Point key, CancellationToken ct = default)
    {
        var (b, c) = (new Point[Count], new Point[Count]);
        var multiples = new KeyMultiples(key, Count);
        Cores.For(Count, i =>
        {
            var t = Scalar.Random();
            (b[i], c[i]) = (B[i] + (t * Point.G), multiples.Plus(C[i], t));
        }, ct);
        return new(b, c);
    }

    public Point[] Opened(Scalar secret, CancellationToken ct = default)
    {
        var messages = new Point[Count];
        Cores.For(Count, i => messages[i] = C[i] - (secret * B[i]), ct);
        return messages;
    }

    public Ciphers At(IReadOnlyList<int> rows) => new([.. rows.Select(i => B[i])], [.. rows.Select(i => C[i])]);

    /// <summary>Whether the parts fit together; values from another process are checked so before they are used.</summary>
    public bool IsWhole => B.Length == C.Length && !B.Any(p => p.IsDefault) && !C.Any(p => p.IsDefault);
}
