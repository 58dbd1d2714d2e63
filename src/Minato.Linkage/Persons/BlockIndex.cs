using Minato.Linkage.Matching;

namespace Minato.Linkage.Persons;

/// <summary>
/// Finds whom an identity may be: identities that share a block. Each block takes at least two facts (or a number that is
/// personal), or a name that few people bear, and each rule implies one, so that no rule can fit a pair that no block finds, and no weight
/// join one: <see cref="Traits"/> that a common placeholder fills make no large blocks.
/// </summary>
/// <param name="weights">They say from which rarity on a name finds people by itself, or with the birth date. Null: only rules join.</param>
internal sealed class BlockIndex(LinkWeights? weights)
{
    /// <summary>Most blocks that one identity has.</summary>
    public const int Most = 20;

    private readonly int rareFrom = weights?.RareFrom ?? int.MaxValue;
    private readonly int rareGivenFrom = weights?.RareGivenFrom ?? int.MaxValue;
    private readonly Chunked<Posting> postings = new();
    private int[] heads = new int[1 << 12];
    private int used;

    private enum Block : uint
    {
        HouseholdBirth = 1,
        HouseholdKana,
        HouseholdKanji,
        Local,
        KanaBirth,
        KanjiBirth,
        KanaLot,
        KanjiLot,
        KanaGivenLot,
        KanjiGivenLot,
        Id1,
        Id2,
        Id4,
        Id5,
        RareKana,
        RareKanji,
        RareKanaGiven,
        RareKanjiGiven,
        KanaPartsBirth,
        LatinPartsBirth,
    }

    public void Add(in Traits traits, int row)
    {
        Span<uint> keys = stackalloc uint[Most];
        foreach (var key in keys[..KeysOf(traits, keys)])
        {
            Add(key, row);
        }
    }

    /// <summary>The first posting of a key, or -1.</summary>
    public int First(uint key)
    {
        var mask = heads.Length - 1;
        for (var at = Place(key, mask); heads[at] != 0; at = (at + 1) & mask)
        {
            if (postings[heads[at] - 1].Key == key)
            {
                return heads[at] - 1;
            }
        }

        return -1;
    }

    /// <summary>The row of a posting, and the next posting or -1.</summary>
    public (int Row, int Next) At(int posting) => (postings[posting].Row, postings[posting].Next);

    /// <returns>How many keys there are.</returns>
    public int KeysOf(in Traits t, Span<uint> keys)
    {
        var n = 0;
        if (t.Household != 0)
        {
            Put(keys, ref n, Block.HouseholdBirth, t.Household, (ulong)t.Birth);
            Put(keys, ref n, Block.HouseholdKana, t.Household, t.KanaNear);
            Put(keys, ref n, Block.HouseholdKanji, t.Household, t.Kanji);
        }

        Put(keys, ref n, Block.Local, t.Local, 1);
        Put(keys, ref n, Block.KanaBirth, t.KanaNear, (ulong)t.Birth);
        Put(keys, ref n, Block.KanjiBirth, t.Kanji, (ulong)t.Birth);
        Put(keys, ref n, Block.KanaLot, t.KanaNear, t.Lot);
        Put(keys, ref n, Block.KanjiLot, t.Kanji, t.Lot);
        Put(keys, ref n, Block.KanaGivenLot, t.KanaGiven, t.Lot);
        Put(keys, ref n, Block.KanjiGivenLot, t.KanjiGiven, t.Lot);
        Put(keys, ref n, Block.KanaPartsBirth, InAnyOrder(t.KanaParts), (ulong)t.Birth);
        Put(keys, ref n, Block.LatinPartsBirth, InAnyOrder(t.LatinParts), (ulong)t.Birth);
        Put(keys, ref n, Block.RareKana, t.KanaNear, t.KanaRarity >= rareFrom ? 1UL : 0);
        Put(keys, ref n, Block.RareKanji, t.Kanji, t.KanjiRarity >= rareFrom ? 1UL : 0);
        Put(keys, ref n, Block.RareKanaGiven, t.KanaGiven, t.KanaGivenRarity >= rareGivenFrom ? (ulong)t.Birth : 0);
        Put(keys, ref n, Block.RareKanjiGiven, t.KanjiGiven, t.KanjiGivenRarity >= rareGivenFrom ? (ulong)t.Birth : 0);
        Put(keys, ref n, Block.Id1, t.Id1, 1);
        Put(keys, ref n, Block.Id2, t.Id2, 1);
        Put(keys, ref n, Block.Id4, t.Id4, 1);
        Put(keys, ref n, Block.Id5, t.Id5, 1);
        return n;
    }

    /// <summary>The parts of a name as a set; 0 where there are fewer than two.</summary>
    private static ulong InAnyOrder(ulong parts)
    {
        if (parts >> 16 == 0)
        {
            return 0;
        }

        var sum = 0UL;
        for (; parts != 0; parts >>= 16)
        {
            sum += (parts & 0xFFFF) * 0x9E37_79B9_7F4A_7C15UL;
        }

        return sum;
    }

    private static void Put(Span<uint> keys, ref int n, Block block, ulong first, ulong second)
    {
        if (first != 0 && second != 0)
        {
            keys[n++] = KeyedHash.Mix((uint)block, first, second);
        }
    }

    private void Add(uint key, int row)
    {
        if ((used + 1) * 10L > heads.Length * 7L)
        {
            Grow();
        }

        var mask = heads.Length - 1;
        var at = Place(key, mask);
        while (heads[at] != 0 && postings[heads[at] - 1].Key != key)
        {
            at = (at + 1) & mask;
        }

        used += heads[at] == 0 ? 1 : 0;
        heads[at] = postings.Add(new Posting(key, row, heads[at] - 1)) + 1;
    }

    private void Grow()
    {
        var old = heads;
        heads = new int[old.Length * 2];
        var mask = heads.Length - 1;
        foreach (var head in old)
        {
            if (head != 0)
            {
                var at = Place(postings[head - 1].Key, mask);
                while (heads[at] != 0)
                {
                    at = (at + 1) & mask;
                }

                heads[at] = head;
            }
        }
    }

    private static int Place(uint key, int mask) => (int)((key * 0x9E37_79B9_7F4A_7C15UL) >> 32) & mask;

    /// <param name="Next">The next posting of the key, or -1.</param>
    private readonly record struct Posting(uint Key, int Row, int Next);
}
