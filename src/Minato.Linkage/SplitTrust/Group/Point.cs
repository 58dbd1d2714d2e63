using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// An element of ristretto255 in its one proper encoding (RFC 9496), 32 bytes. A <see cref="Point"/> that was read or computed
/// is a valid element and not the identity; only <c>default</c> is not, and no operation takes it.
/// </summary>
internal readonly struct Point : IEquatable<Point>, IComparable<Point>
{
    public const int Size = 32;

    private readonly Vector256<byte> bytes;

    private Point(Vector256<byte> bytes) => this.bytes = bytes;

    /// <summary>The generator.</summary>
    public static Point Base { get; } = Scalar.One * default(BasePoint);

    /// <summary>Stands for the generator in a product: <c>scalar * Point.G</c> takes the faster way.</summary>
    public static BasePoint G => default;

    public bool IsDefault => bytes == Vector256<byte>.Zero;

    /// <summary>False where the bytes are no element, not its proper encoding, or the identity.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Point point)
    {
        point = default;
        if (text.Length != Size || Sodium.IsValidPoint(in MemoryMarshal.GetReference(text)) != 1)
        {
            return false;
        }

        point = new Point(Vector256.Create(text));
        return !point.IsDefault;
    }

    /// <summary>What our own arithmetic encoded: valid by construction.</summary>
    /// <exception cref="NotAPointException">The identity.</exception>
    internal static Point Encoded(ReadOnlySpan<byte> text)
    {
        var point = new Point(Vector256.Create(text));
        return point.IsDefault ? throw new NotAPointException() : point;
    }

    /// <summary>RFC 9497 §4.1: expand_message_xmd with SHA-512 (RFC 9380 §5.3.1), then the map of ristretto255.</summary>
    public static Point Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> domain)
    {
        Span<byte> uniform = stackalloc byte[64];
        ExpandMessage.Xmd(message, domain, uniform);
        var result = default(Point);
        _ = Sodium.FromHash(ref Bytes(ref result), in MemoryMarshal.GetReference(uniform));
        return result.IsDefault ? throw new NotAPointException() : result;
    }

    /// <exception cref="NotAPointException">The result is the identity, or the point is none.</exception>
    public static Point operator *(Scalar scalar, Point point)
    {
        var result = default(Point);
        return Sodium.Multiply(ref Bytes(ref result), in Scalar.Bytes(ref scalar), in Bytes(ref point)) == 0 ? result : throw new NotAPointException();
    }

    public static Point operator +(Point left, Point right)
    {
        var result = default(Point);
        return Sodium.Add(ref Bytes(ref result), in Bytes(ref left), in Bytes(ref right)) == 0 && !result.IsDefault ? result : throw new NotAPointException();
    }

    public static Point operator -(Point left, Point right)
    {
        var result = default(Point);
        return Sodium.Subtract(ref Bytes(ref result), in Bytes(ref left), in Bytes(ref right)) == 0 && !result.IsDefault ? result : throw new NotAPointException();
    }

    /// <summary>Row by row.</summary>
    /// <exception cref="NotAPointException">A result is the identity, or a point is none.</exception>
    public static void Multiply(Scalar scalar, ReadOnlySpan<Point> points, Span<Point> results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = scalar * points[i];
        }
    }

    /// <summary>Row by row; the results may go where a column is.</summary>
    /// <exception cref="NotAPointException">A result is the identity, or a point is none.</exception>
    public static void Add(ReadOnlySpan<Point> left, ReadOnlySpan<Point> right, Span<Point> sums)
    {
        if (!EdwardsLanes.Pay)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] = left[i] + right[i];
            }

            return;
        }

        for (var i = 0; i < sums.Length; i += EdwardsLanes.Count)
        {
            var few = Math.Min(EdwardsLanes.Count, sums.Length - i);
            (EdwardsLanes.Of(left.Slice(i, few)) + EdwardsLanes.Of(right.Slice(i, few))).Write(sums.Slice(i, few));
        }
    }

    public static bool operator ==(Point left, Point right) => left.bytes == right.bytes;

    public static bool operator !=(Point left, Point right) => left.bytes != right.bytes;

    public void Write(Span<byte> thirtyTwoBytes) => MemoryMarshal.Write(thirtyTwoBytes, in this);

    public byte[] ToBytes()
    {
        var text = new byte[Size];
        Write(text);
        return text;
    }

    public string ToHex() => Convert.ToHexStringLower(ToBytes());

    public bool Equals(Point other) => this == other;

    public override bool Equals(object? obj) => obj is Point other && Equals(other);

    public override int GetHashCode() => bytes.AsInt32()[0];

    public int CompareTo(Point other) => ToBytes().AsSpan().SequenceCompareTo(other.ToBytes());

    /// <summary>A point may be somebody's pseudonym: it is not printed by accident.</summary>
    public override string ToString() => "Point(withheld)";

    internal static ref byte Bytes(ref Point point) => ref Unsafe.As<Point, byte>(ref point);
}

/// <summary>The generator as a factor.</summary>
internal readonly struct BasePoint
{
    /// <exception cref="NotAPointException">The scalar is zero.</exception>
    public static Point operator *(Scalar scalar, BasePoint generator)
    {
        _ = generator;
        var result = default(Point);
        return Sodium.MultiplyBase(ref Point.Bytes(ref result), in Scalar.Bytes(ref scalar)) == 0 ? result : throw new NotAPointException();
    }
}

/// <summary>An operation met the identity or bytes that are no element: by honest parties it never happens.</summary>
internal sealed class NotAPointException() : InvalidOperationException("Not an element of the group, or the identity");
