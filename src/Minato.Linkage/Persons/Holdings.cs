namespace Minato.Linkage.Persons;

/// <summary>Which datasets carried an identity, with the first and last delivery. Open addressing: a nation has tens of millions of these.</summary>
internal sealed class Holdings
{
    private ulong[] keys = new ulong[1 << 10];
    private int[] first = new int[1 << 10];
    private int[] last = new int[1 << 10];
    private int count;

    /// <param name="call">The number of the call; calls come in order.</param>
    public void Note(int row, int dataset, int call)
    {
        if ((count + 1) * 10L > keys.Length * 7L)
        {
            Grow();
        }

        var key = Key(row, dataset);
        var at = Place(key);
        if (keys[at] == 0)
        {
            (keys[at], first[at]) = (key, call);
            count++;
        }

        last[at] = call;
    }

    public (int First, int Last)? Of(int row, int dataset)
    {
        var at = Place(Key(row, dataset));
        return keys[at] == 0 ? null : (first[at], last[at]);
    }

    private static ulong Key(int row, int dataset) => ((ulong)(uint)row << 32) | (uint)(dataset + 1);

    private int Place(ulong key)
    {
        var mask = keys.Length - 1;
        var at = (int)((key * 0x9E37_79B9_7F4A_7C15UL) >> 32) & mask;
        while (keys[at] != 0 && keys[at] != key)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        var (oldKeys, oldFirst, oldLast) = (keys, first, last);
        (keys, first, last) = (new ulong[keys.Length * 2], new int[keys.Length * 2], new int[keys.Length * 2]);
        for (var i = 0; i < oldKeys.Length; i++)
        {
            if (oldKeys[i] != 0)
            {
                var at = Place(oldKeys[i]);
                (keys[at], first[at], last[at]) = (oldKeys[i], oldFirst[i], oldLast[i]);
            }
        }
    }
}
