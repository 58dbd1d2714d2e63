namespace Minato.Linkage.Matching;

/// <summary>
/// Normal forms ↔ small ids; 0 is "not known". Many threads may intern at once. Which id a text gets depends on who came
/// first, so ids say 'equal or not' and nothing else: what must not depend on that order asks for <see cref="ContentOf"/>.
/// Texts lie one after the other in large arrays: millions of them would cost more as objects than as names.
/// </summary>
internal sealed class Vocabulary
{
    private const int ShardBits = 4;
    private const int Shards = 1 << ShardBits;
    private readonly Shard[] shards = new Shard[Shards];

    public Vocabulary()
    {
        for (var i = 0; i < Shards; i++)
        {
            shards[i] = new Shard();
        }
    }

    /// <summary>All ids given are below it: sizes arrays that are indexed by id.</summary>
    public int Count
    {
        get
        {
            var most = 0;
            foreach (var shard in shards)
            {
                most = Math.Max(most, shard.Count);
            }

            return (most << ShardBits) + Shards;
        }
    }

    public ReadOnlySpan<char> this[int id] => id == 0 ? default : shards[id & (Shards - 1)].Text(id >> ShardBits);

    /// <summary>A hash that depends on the text alone, the same in every run; 0 for 0.</summary>
    public ulong ContentOf(int id) => id == 0 ? 0 : shards[id & (Shards - 1)].Content(id >> ShardBits);

    public int Intern(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var hash = (uint)(KeyedHash.Of('v', text) >> 32);
        var shard = (int)(hash >> (32 - ShardBits));
        return (shards[shard].Intern(hash, text) << ShardBits) | shard;
    }

    private sealed class Shard
    {
        private const int LargestChunk = 1 << 15;
        private readonly Lock busy = new();
        private int[] slots = new int[32];
        private Place[] places = new Place[16];
        private char[][] chunks = [new char[256]];
        private int chunk;
        private int used;
        private int count;

        public int Count => Volatile.Read(ref count);

        public ReadOnlySpan<char> Text(int number)
        {
            ref readonly var place = ref Volatile.Read(ref places)[number];
            return Volatile.Read(ref chunks)[place.Chunk].AsSpan(place.At, place.Length);
        }

        public ulong Content(int number) => Volatile.Read(ref places)[number].Content;

        /// <returns>From 1.</returns>
        public int Intern(uint hash, ReadOnlySpan<char> text)
        {
            lock (busy)
            {
                var mask = slots.Length - 1;
                var at = (int)hash & mask;
                while (slots[at] is > 0 and var number)
                {
                    if (places[number].Hash == hash && Text(number).SequenceEqual(text))
                    {
                        return number;
                    }

                    at = (at + 1) & mask;
                }

                var added = count + 1;
                if (added == places.Length)
                {
                    var more = new Place[places.Length * 2];
                    places.CopyTo(more, 0);
                    Volatile.Write(ref places, more);
                }

                var place = Keep(text);
                places[added] = new Place(place.Chunk, place.At, text.Length, hash, KeyedHash.Content(text));
                slots[at] = added;
                Volatile.Write(ref count, added);
                if (added * 2 > slots.Length)
                {
                    Grow();
                }

                return added;
            }
        }

        private (int Chunk, int At) Keep(ReadOnlySpan<char> text)
        {
            if (used + text.Length > chunks[chunk].Length)
            {
                var more = new char[chunks.Length + 1][];
                chunks.CopyTo(more, 0);
                more[^1] = new char[Math.Max(text.Length, Math.Min(LargestChunk, chunks[chunk].Length * 2))];
                Volatile.Write(ref chunks, more);
                (chunk, used) = (more.Length - 1, 0);
            }

            text.CopyTo(chunks[chunk].AsSpan(used));
            used += text.Length;
            return (chunk, used - text.Length);
        }

        private void Grow()
        {
            slots = new int[slots.Length * 2];
            var mask = slots.Length - 1;
            for (var number = 1; number <= count; number++)
            {
                var at = (int)places[number].Hash & mask;
                while (slots[at] > 0)
                {
                    at = (at + 1) & mask;
                }

                slots[at] = number;
            }
        }

        /// <param name="Hash">Keyed anew in each process, so that nobody can write a file that fills one place of the table.</param>
        private readonly record struct Place(int Chunk, int At, int Length, uint Hash, ulong Content);
    }
}
