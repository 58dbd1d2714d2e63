using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Minato.Linkage.Clk;

/// <summary>The logic of one vector register, so that the carry-save kernel is written once. Each lane is one record.</summary>
internal interface ILanes<TVector>
{
    static abstract int Words { get; }

    static abstract TVector Load(ref ulong first, nuint word);

    static abstract TVector Xor(TVector a, TVector b);

    static abstract TVector And(TVector a, TVector b);

    static abstract TVector Or(TVector a, TVector b);

    /// <summary>a and not b.</summary>
    static abstract TVector Without(TVector a, TVector b);

    /// <summary>The sum bit of three bits.</summary>
    static abstract TVector Sum(TVector a, TVector b, TVector c);

    /// <summary>The carry bit of three bits: their majority.</summary>
    static abstract TVector Carry(TVector a, TVector b, TVector c);

    static abstract bool IsZero(TVector a);

    static abstract ulong Word(TVector a, int word);

    static abstract TVector All { get; }
}

/// <summary>512 records a register; sum and carry are one ternary-logic instruction each (AVX-512F).</summary>
internal readonly struct Lanes512 : ILanes<Vector512<ulong>>
{
    public static int Words => 8;

    public static Vector512<ulong> All => Vector512<ulong>.AllBitsSet;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ref ulong first, nuint word) => Vector512.LoadUnsafe(ref first, word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> And(Vector512<ulong> a, Vector512<ulong> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Or(Vector512<ulong> a, Vector512<ulong> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Without(Vector512<ulong> a, Vector512<ulong> b) => Vector512.AndNot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Sum(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Carry(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) => Avx512F.TernaryLogic(a, b, c, 0xE8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector512<ulong> a) => a == Vector512<ulong>.Zero;

    public static ulong Word(Vector512<ulong> a, int word) => a[word];
}

/// <summary>256 records a register, with plain and, or, xor: any machine with 256-bit (or two 128-bit) vectors.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<ulong>>
{
    public static int Words => 4;

    public static Vector256<ulong> All => Vector256<ulong>.AllBitsSet;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ref ulong first, nuint word) => Vector256.LoadUnsafe(ref first, word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> And(Vector256<ulong> a, Vector256<ulong> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Or(Vector256<ulong> a, Vector256<ulong> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Without(Vector256<ulong> a, Vector256<ulong> b) => Vector256.AndNot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Sum(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Carry(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c)
    {
        var differ = a ^ b;
        return Vector256.AndNot(a, differ) | (differ & c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector256<ulong> a) => a == Vector256<ulong>.Zero;

    public static ulong Word(Vector256<ulong> a, int word) => a[word];
}
