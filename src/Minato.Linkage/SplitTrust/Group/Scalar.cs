using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>An integer modulo the order of ristretto255, 32 bytes little-endian. Usually a secret: it is never printed.</summary>
internal readonly struct Scalar : IEquatable<Scalar>
{
    public const int Size = 32;

    private readonly Vector256<byte> bytes;

    private Scalar(Vector256<byte> bytes) => this.bytes = bytes;

    public static Scalar One { get; } = Small(1);

    public bool IsZero => bytes == Vector256<byte>.Zero;

    public static Scalar Small(ulong value)
    {
        Span<byte> text = stackalloc byte[Size];
        text.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(text, value);
        return new Scalar(Vector256.Create<byte>(text));
    }

    /// <summary>64 uniform bytes, little-endian, brought below the order.</summary>
    public static Scalar Reduce(ReadOnlySpan<byte> sixtyFourBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sixtyFourBytes.Length, 64);
        var result = default(Scalar);
        Sodium.Reduce(ref Bytes(ref result), in MemoryMarshal.GetReference(sixtyFourBytes));
        return result;
    }

    /// <summary>128 bits as a scalar: the weights of batch proofs.</summary>
    public static Scalar Of(UInt128 value)
    {
        Span<byte> text = stackalloc byte[Size];
        text.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(text, value);
        return new Scalar(Vector256.Create<byte>(text));
    }

    /// <summary>Uniform, never zero.</summary>
    public static Scalar Random()
    {
        var scalar = default(Scalar);
        Fill(new Span<Scalar>(ref scalar));
        return scalar;
    }

    /// <summary>Uniform, never zero, each its own; the system is asked once for eight.</summary>
    public static void Fill(Span<Scalar> scalars)
    {
        const int AtOnce = 8;
        Span<byte> wide = stackalloc byte[AtOnce * 64];
        for (var i = 0; i < scalars.Length;)
        {
            RandomNumberGenerator.Fill(wide[..(Math.Min(AtOnce, scalars.Length - i) * 64)]);
            for (var rest = wide[..(Math.Min(AtOnce, scalars.Length - i) * 64)]; !rest.IsEmpty; rest = rest[64..])
            {
                scalars[i] = Reduce(rest[..64]);
                i += scalars[i].IsZero ? 0 : 1;
            }
        }

        CryptographicOperations.ZeroMemory(wide);
    }

    /// <summary>False where the bytes are not the one proper encoding, or are zero.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Scalar scalar)
    {
        scalar = default;
        if (text.Length != Size)
        {
            return false;
        }

        Span<byte> wide = stackalloc byte[64];
        wide.Clear();
        text.CopyTo(wide);
        var read = new Scalar(Vector256.Create<byte>(text));
        if (read.IsZero || !Reduce(wide).Equals(read))
        {
            return false;
        }

        scalar = read;
        return true;
    }

    /// <exception cref="InvalidOperationException">Zero has no inverse.</exception>
    public Scalar Inverse()
    {
        var (result, self) = (default(Scalar), this);
        return Sodium.Invert(ref Bytes(ref result), in Bytes(ref self)) == 0 ? result : throw new InvalidOperationException("Zero has no inverse");
    }

    public static Scalar operator +(Scalar left, Scalar right)
    {
        var result = default(Scalar);
        Sodium.AddScalars(ref Bytes(ref result), in Bytes(ref left), in Bytes(ref right));
        return result;
    }

    public static Scalar operator -(Scalar left, Scalar right)
    {
        var result = default(Scalar);
        Sodium.SubtractScalars(ref Bytes(ref result), in Bytes(ref left), in Bytes(ref right));
        return result;
    }

    public static Scalar operator *(Scalar left, Scalar right)
    {
        var result = default(Scalar);
        Sodium.MultiplyScalars(ref Bytes(ref result), in Bytes(ref left), in Bytes(ref right));
        return result;
    }

    public void Write(Span<byte> thirtyTwoBytes) => MemoryMarshal.Write(thirtyTwoBytes, in this);

    public byte[] ToBytes()
    {
        var text = new byte[Size];
        Write(text);
        return text;
    }

    public bool Equals(Scalar other) => CryptographicOperations.FixedTimeEquals(AsSpan(in this), AsSpan(in other));

    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <summary>Scalars are secrets and no keys of tables.</summary>
    public override int GetHashCode() => throw new NotSupportedException("A scalar is not hashed");

    public override string ToString() => "Scalar(withheld)";

    internal static ref byte Bytes(ref Scalar scalar) => ref Unsafe.As<Scalar, byte>(ref scalar);

    private static ReadOnlySpan<byte> AsSpan(in Scalar scalar) => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in scalar, 1));
}
