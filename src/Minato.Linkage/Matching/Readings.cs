using System.Collections.Concurrent;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>
/// Interned readings of names. Each has the ids of its ever coarser folds beside it, so that two readings are told to be equal up to small
/// kana, long vowels or voice marks by comparing numbers; only what is then still different is measured letter by letter, once per pair of ids.
/// </summary>
internal sealed class Readings
{
    private readonly Vocabulary exact = new();
    private readonly Vocabulary folds = new();
    private readonly LevelCache measured = new();
    private readonly Lock adding = new();
    private Entry[] entries = new Entry[1024];

    public int Count => exact.Count;

    public int Intern(in Reading reading)
    {
        var id = exact.Intern(reading.Exact);
        if (id == 0)
        {
            return 0;
        }

        if (id >= entries.Length || entries[id].Voice == 0)
        {
            var entry = new Entry(folds.Intern(reading.Small), folds.Intern(reading.Long), folds.Intern(reading.Voice), reading.Small);
            lock (adding)
            {
                if (id >= entries.Length)
                {
                    var more = new Entry[Math.Max(id + 1, entries.Length * 2)];
                    entries.CopyTo(more, 0);
                    Volatile.Write(ref entries, more);
                }

                entries[id] = entry;
            }
        }

        return id;
    }

    /// <summary>The coarsest fold, for blocking: equal for readings that may be one name.</summary>
    public int VoiceOf(int id) => id == 0 ? 0 : entries[id].Voice;

    /// <summary>The reading with small kana large (Latin: as it is).</summary>
    public string TextOf(int id) => id == 0 ? "" : entries[id].Text;

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

    private NameLevel Measured(int a, int b)
    {
        if (!measured.TryGet(a, b, out var level))
        {
            level = (byte)Likeness.OfNames(entries[a].Text, entries[b].Text);
            measured.Set(a, b, level);
        }

        return (NameLevel)level;
    }

    private readonly record struct Entry(int Small, int Long, int Voice, string Text);
}

/// <summary>A reading and its folds, each coarser than the last.</summary>
internal readonly record struct Reading(string Exact, string Small, string Long, string Voice)
{
    public static Reading Of(string? written)
    {
        var form = KanaForm.Of(written);
        var exact = form.Exact.Replace(" ", "", StringComparison.Ordinal);
        var small = form.Loose.Length > 0 ? form.Loose : exact;
        return new Reading(exact, small, small, form.Near.Length > 0 ? form.Near : small);
    }
}
