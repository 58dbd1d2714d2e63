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
        var (b, c, r) = (new Point[messages.Length], new Point[messages.Length], new Scalar[messages.Length]);
        var multiples = new KeyMultiples(key, messages.Length);
        Cores.For(messages.Length, (from, to) =>
        {
            Scalar.Fill(r.AsSpan(from..to));
            KeyMultiples.OfBase.Of(r.AsSpan(from..to), b.AsSpan(from..to));
            multiples.Plus(messages.AsSpan(from..to), r.AsSpan(from..to), c.AsSpan(from..to));
        }, ct);
        return new(b, c);
    }

    /// <summary>The same messages, unlinkable to these ciphertexts for anybody without the key.</summary>
    public Ciphers Rerandomised(Point key, CancellationToken ct = default)
    {
        var (b, c, t) = (new Point[Count], new Point[Count], new Scalar[Count]);
        var multiples = new KeyMultiples(key, Count);
        Cores.For(Count, (from, to) =>
        {
            Scalar.Fill(t.AsSpan(from..to));
            KeyMultiples.OfBase.Plus(B.AsSpan(from..to), t.AsSpan(from..to), b.AsSpan(from..to));
            multiples.Plus(C.AsSpan(from..to), t.AsSpan(from..to), c.AsSpan(from..to));
        }, ct);
        return new(b, c);
    }

    public Point[] Opened(Scalar secret, CancellationToken ct = default)
    {
        var (messages, minus) = (new Point[Count], default(Scalar) - secret);
        Cores.For(Count, (from, to) =>
        {
            Point.Multiply(minus, B.AsSpan(from..to), messages.AsSpan(from..to));
            Point.Add(messages.AsSpan(from..to), C.AsSpan(from..to), messages.AsSpan(from..to));
        }, ct);
        return messages;
    }

    public Ciphers At(IReadOnlyList<int> rows) => new([.. rows.Select(i => B[i])], [.. rows.Select(i => C[i])]);

    /// <summary>Whether the parts fit together; values from another process are checked so before they are used.</summary>
    public bool IsWhole => B.Length == C.Length && !B.Any(p => p.IsDefault) && !C.Any(p => p.IsDefault);
}
