namespace Minato.Linkage.Matching;

/// <summary>
/// Remembers the level of a pair of ids, without locks. While there are few ids, a square of bytes: whoever compares one row with many reads one line of it
/// again and again. Beyond, a lossy table: a slot holds pair and level in one 64-bit word, a later pair overwrites an earlier one, and a reader sees a whole
/// word or another whole word. Names follow Zipf, so most questions come again.
/// </summary>
internal sealed class LevelCache(int bits = 20)
{
    private const int LargestSquare = 12_000;

    private ulong[]? slots;
    private byte[] square = [];
    private int side;

    /// <summary>Makes room for ids below <paramref name="ids"/>. Called before comparing begins, not while it runs.</summary>
    public void Prepare(int ids)
    {
        if (ids <= LargestSquare && ids > side)
        {
            square = new byte[(long)ids * ids];
            side = ids;
        }
    }

    public bool TryGet(int a, int b, out byte level)
    {
        if (a < side && b < side)
        {
            level = square[(a * side) + b];
            return level-- != 0;
        }

        var key = Key(a, b);
        var found = slots is null ? 0 : Volatile.Read(ref slots[Slot(key)]);
        level = (byte)(found & 255);
        return found >> 8 == key;
    }

    public void Set(int a, int b, byte level)
    {
        if (a < side && b < side)
        {
            square[(a * side) + b] = square[(b * side) + a] = (byte)(level + 1);
            return;
        }

        if (slots is null)
        {
            Interlocked.CompareExchange(ref slots, new ulong[1 << bits], null);
        }

        var key = Key(a, b);
        Volatile.Write(ref slots[Slot(key)], (key << 8) | level);
    }

    // 28 bits an id: 268 million different forms. The pair is unordered, as the level is symmetric.
    private static ulong Key(int a, int b) => ((ulong)(uint)Math.Min(a, b) << 28) | (uint)Math.Max(a, b);

    private int Slot(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> (64 - bits));
}
