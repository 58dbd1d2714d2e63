namespace Minato.Linkage.Matching;

/// <summary>
/// Remembers the level of a pair of ids. Lossy and free of locks: a slot holds pair and level in one 64-bit word, a later pair overwrites an
/// earlier one, and a reader sees a whole word or another whole word. Names follow Zipf, so most questions come again.
/// </summary>
internal sealed class LevelCache(int bits = 18)
{
    private readonly ulong[] slots = new ulong[1 << bits];

    public bool TryGet(int a, int b, out byte level)
    {
        var key = Key(a, b);
        var found = Volatile.Read(ref slots[Slot(key)]);
        level = (byte)(found & 255);
        return found >> 8 == key;
    }

    public void Set(int a, int b, byte level)
    {
        var key = Key(a, b);
        Volatile.Write(ref slots[Slot(key)], (key << 8) | level);
    }

    // 28 bits an id: 268 million different forms. The pair is unordered, as the level is symmetric.
    private static ulong Key(int a, int b) => ((ulong)(uint)Math.Min(a, b) << 28) | (uint)Math.Max(a, b);

    private int Slot(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> (64 - bits));
}
