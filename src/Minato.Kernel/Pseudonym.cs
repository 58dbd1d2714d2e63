using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Minato.Kernel;

/// <summary>The pseudonym domains (D2). They are only ever type arguments: mixing two does not compile.</summary>
public abstract class Dataset { private Dataset() { } }

/// <inheritdoc cref="Dataset"/>
public abstract class Project { private Project() { } }

/// <summary>The person's own domain: choices, and what the person may see of the use of their data.</summary>
public abstract class Citizen { private Citizen() { } }

/// <summary>
/// A person's 128-bit name inside one domain, and meaningless in any other (C3). Converted only by Linkage.
/// Byte order is big-endian everywhere (hex text, UUID text, 16-byte columns), so that all orders agree.
/// </summary>
public readonly record struct Pseudonym<TDomain>(UInt128 Value) : IComparable<Pseudonym<TDomain>>
{
    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The same 16 bytes as a UUID, which is how tables store it.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    public static Pseudonym<TDomain> FromGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Read(bytes);
    }

    public void Write(Span<byte> sixteenBytes) => BinaryPrimitives.WriteUInt128BigEndian(sixteenBytes, Value);

    public static Pseudonym<TDomain> Read(ReadOnlySpan<byte> sixteenBytes) => new(BinaryPrimitives.ReadUInt128BigEndian(sixteenBytes));

    public static bool TryParse([NotNullWhen(true)] string? hex, out Pseudonym<TDomain> pseudonym)
    {
        var ok = UInt128.TryParse(hex?.Length == 32 ? hex : null, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        pseudonym = new(value);
        return ok;
    }

    public int CompareTo(Pseudonym<TDomain> other) => Value.CompareTo(other.Value);

    public static bool operator <(Pseudonym<TDomain> left, Pseudonym<TDomain> right) => left.Value < right.Value;

    public static bool operator >(Pseudonym<TDomain> left, Pseudonym<TDomain> right) => left.Value > right.Value;

    public static bool operator <=(Pseudonym<TDomain> left, Pseudonym<TDomain> right) => left.Value <= right.Value;

    public static bool operator >=(Pseudonym<TDomain> left, Pseudonym<TDomain> right) => left.Value >= right.Value;
}
