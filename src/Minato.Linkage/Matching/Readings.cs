using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>
/// Interned readings of names. Each has the ids of its ever coarser folds beside it, so that two readings are told to be equal up to small
/// kana, long vowels or voice marks by comparing numbers; only what is then still different is measured letter by letter, once per pair of ids.
/// </summary>
internal sealed class Readings
{
    private readonly Vocabulary exact = new();
    private readonly Vocabulary larger = new();
    private readonly LevelCache measured = new(22);
    private readonly Lock adding = new();
    private Entry[] entries = new Entry[64];

    public int Count => exact.Count;

    /// <param name="text">Of a part or a whole name, as <see cref="ReadingText"/> writes it.</param>
    public int Intern(ReadOnlySpan<char> text)
    {
        var size = ReadingLevels.Room(text.Length);
        Span<char> room = size <= 512 ? stackalloc char[512] : new char[size];
        var id = exact.Intern(ReadingLevels.ExactOf(text, room));
        if (id == 0 || (id < Volatile.Read(ref entries).Length && entries[id].Voice != 0))
        {
            return id;
        }

        var levels = ReadingLevels.Of(text, room);
        var entry = new Entry(Fold(levels.Small, levels), Fold(levels.Long, levels), Fold(levels.Voice, levels), SoundOf(levels.Small), levels.Small.SequenceEqual(levels.Exact) ? 0 : larger.Intern(levels.Small));
        lock (adding)
        {
            if (id >= entries.Length)
            {
                var more = new Entry[Math.Max(exact.Count, entries.Length * 2)];
                entries.CopyTo(more, 0);
                Volatile.Write(ref entries, more);
            }

            entries[id] = entry;
        }

        return id;
    }

    // A fold that leaves nothing (a name of long marks) is the name itself: two empty folds would be one name.
    private static ulong Fold(ReadOnlySpan<char> fold, in ReadingLevels levels) => KeyedHash.Content(fold.IsEmpty ? levels.Exact : fold);

    /// <summary>Makes many comparisons fast; call once all are interned.</summary>
    public void Prepare() => measured.Prepare(Count);

    /// <summary>The coarsest fold as a hash of its content, for blocking: equal for readings that may be one name.</summary>
    public ulong VoiceOf(int id) => id == 0 ? 0 : entries[id].Voice;

    /// <summary>A rough key of sound, for blocking; never 0 for a known reading.</summary>
    public uint SoundOf(int id) => id == 0 ? 0 : entries[id].Sound;

    /// <summary>The reading with small kana large (Latin: as it is).</summary>
    public ReadOnlySpan<char> TextOf(int id) => entries[id].Larger is > 0 and var small ? larger[small] : exact[id];

    public ulong ContentOf(int id) => exact.ContentOf(id);

    /// <summary>Of the levels of a name, those that speak of readings alone. Symmetric.</summary>
    public NameLevel Compare(int a, int b)
    {
        if (a == b)
        {
            return a == 0 ? NameLevel.Unknown : NameLevel.Exact;
        }

        if (a == 0 || b == 0)
        {
            return NameLevel.Unknown;
        }

        var all = entries;
        ref readonly var left = ref all[a];
        ref readonly var right = ref all[b];
        return left.Small == right.Small ? NameLevel.Small
            : left.Long == right.Long ? NameLevel.Long
            : left.Voice == right.Voice ? NameLevel.Voice
            : Measured(a, b);
    }

    private static bool IsKana(ReadOnlySpan<char> text) => text.Length > 0 && text[0] > '\u3000';

    /// <summary>Kana: the first two. Latin: the first letter and the next three consonants by the places where they are spoken (Russell 1918).</summary>
    private static uint SoundOf(ReadOnlySpan<char> voice)
    {
        if (voice.Length > 0 && voice[0] > '\u0250')
        {
            return ((uint)voice[0] << 16) | (voice.Length > 1 ? voice[1] : 1u);
        }

        const string Places = "\u0000123\u000012\u0000\u000022455\u000012623\u00001\u00002\u00002";
        uint made = voice.Length > 0 ? voice[0] : 1u;
        var (count, last) = (0, '\0');
        for (var i = 0; i < voice.Length && count < 3; i++)
        {
            var place = voice[i] is >= 'A' and <= 'Z' ? Places[voice[i] - 'A'] : '\0';
            if (i > 0 && place != '\0' && place != last)
            {
                made = (made << 3) | (uint)(place - '0');
                count++;
            }

            last = voice[i] is 'H' or 'W' ? last : place;
        }

        return (made << 2) | (uint)count;
    }

    private NameLevel Measured(int a, int b)
    {
        if (!measured.TryGet(a, b, out var level))
        {
            var left = TextOf(a);
            var right = TextOf(b);
            level = (byte)(IsKana(left) == IsKana(right) ? Likeness.OfNames(left, right) : Romanised(left, right));
            measured.Set(a, b, level);
        }

        return (NameLevel)level;
    }

    /// <summary>Kana and Latin meet where both are kana without long vowels.</summary>
    private static NameLevel Romanised(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var size = ReadingLevels.Room(left.Length + right.Length);
        Span<char> room = size <= 512 ? stackalloc char[512] : new char[size];
        return Likeness.OfNames(ReadingLevels.Of(left, room).Long, ReadingLevels.Of(right, room[ReadingLevels.Room(left.Length)..]).Long);
    }

    /// <param name="Small">This and the next two: the folds as hashes of their content.</param>
    /// <param name="Larger">The text with small kana large, where it is another than the exact one.</param>
    private readonly record struct Entry(ulong Small, ulong Long, ulong Voice, uint Sound, int Larger);
}
