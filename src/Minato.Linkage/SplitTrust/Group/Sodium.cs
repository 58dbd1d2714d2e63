using System.Runtime.InteropServices;

namespace Minato.Linkage.SplitTrust.Group;

/// <summary>
/// What is used of libsodium, which NSec.Cryptography brings: the group ristretto255 (RFC 9496). All buffers are 32 bytes but
/// where said. A point is never taken from outside without <see cref="Point.TryRead"/>.
/// </summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    static Sodium()
    {
        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium cannot be started");
        }
    }

    /// <summary>0 where the bytes are the one proper encoding of an element and that is not the identity; else -1, and the result is not to be used.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
    public static partial int Multiply(ref byte result, ref readonly byte scalar, ref readonly byte point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
    public static partial int MultiplyBase(ref byte result, ref readonly byte scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_is_valid_point")]
    public static partial int IsValidPoint(ref readonly byte point);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_add")]
    public static partial int Add(ref byte result, ref readonly byte left, ref readonly byte right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_sub")]
    public static partial int Subtract(ref byte result, ref readonly byte left, ref readonly byte right);

    /// <summary>The one-way map of RFC 9496 §4.3.4, of 64 uniform bytes.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_from_hash")]
    public static partial int FromHash(ref byte result, ref readonly byte sixtyFourBytes);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_reduce")]
    public static partial void Reduce(ref byte result, ref readonly byte sixtyFourBytes);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_invert")]
    public static partial int Invert(ref byte result, ref readonly byte scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
    public static partial void AddScalars(ref byte result, ref readonly byte left, ref readonly byte right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_sub")]
    public static partial void SubtractScalars(ref byte result, ref readonly byte left, ref readonly byte right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
    public static partial void MultiplyScalars(ref byte result, ref readonly byte left, ref readonly byte right);

    [LibraryImport(Library)]
    private static partial int sodium_init();
}
