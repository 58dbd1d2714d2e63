using System.Runtime.CompilerServices;
using Minato.Linkage.Matching;

namespace Minato.Linkage.Persons;

/// <summary>
/// A person's own birth dates: those that most of their identities state. The first of January counts half, because systems
/// write it where the day is unknown. Where the votes are even, all of them stand (the six earliest).
/// </summary>
internal struct Births
{
    private const int Most = 6;
    private Dates winners;
    private int count;
    private Dates kept;
    private int keptCount;

    [InlineArray(Most)]
    private struct Dates
    {
        private int first;
    }

    /// <summary>Of some identities' dates.</summary>
    public static Births Of(IEnumerable<int> dates)
    {
        Span<(int Date, int Votes)> votes = stackalloc (int, int)[16];
        var count = 0;
        foreach (var date in dates)
        {
            Cast(date, votes, ref count);
        }

        var made = default(Births);
        made.AddWinners(votes[..count]);
        return made;
    }

    /// <summary>Whether the date is one of the person's own.</summary>
    public readonly bool Has(int date) => date != 0 && (Holds(winners, count, date) || Holds(kept, keptCount, date));

    public void Add(int date)
    {
        if (date != 0)
        {
            AddWinner(date);
        }
    }

    public void AddWinner(int date)
    {
        if (count < Most)
        {
            winners[count++] = date;
        }
    }

    public void Add(Births other)
    {
        for (var i = 0; i < other.count; i++)
        {
            if (!Holds(winners, count, other.winners[i]))
            {
                AddWinner(other.winners[i]);
            }
        }
    }

    /// <summary>Takes dates in that stand whatever the votes say.</summary>
    public void Keep(Births own)
    {
        for (var i = 0; i < own.count && keptCount < Most; i++)
        {
            if (!Holds(kept, keptCount, own.winners[i]))
            {
                kept[keptCount++] = own.winners[i];
            }
        }
    }

    public static Births KeptOf(Births a, Births b)
    {
        var made = default(Births);
        for (var i = 0; i < a.keptCount; i++)
        {
            made.kept[made.keptCount++] = a.kept[i];
        }

        for (var i = 0; i < b.keptCount && made.keptCount < Most; i++)
        {
            if (!Holds(made.kept, made.keptCount, b.kept[i]))
            {
                made.kept[made.keptCount++] = b.kept[i];
            }
        }

        return made;
    }

    /// <summary>Both state one date, the same, and nothing else was ever in question.</summary>
    public readonly bool IsOnly(Births other, out int date)
    {
        date = count == 1 ? winners[0] : 0;
        return count == 1 && other.count == 1 && winners[0] == other.winners[0];
    }

    public static void Cast(int date, Span<(int Date, int Votes)> votes, ref int count)
    {
        if (date == 0)
        {
            return;
        }

        var day = DateOnly.FromDayNumber(date);
        var vote = day is { Month: 1, Day: 1 } ? 1 : 2;
        for (var i = 0; i < count; i++)
        {
            if (votes[i].Date == date)
            {
                votes[i].Votes += vote;
                return;
            }
        }

        if (count < votes.Length)
        {
            votes[count++] = (date, vote);
        }
    }

    public void AddWinners(Span<(int Date, int Votes)> votes)
    {
        var most = 0;
        foreach (var (_, v) in votes)
        {
            most = Math.Max(most, v);
        }

        votes.Sort((a, b) => a.Date.CompareTo(b.Date));
        foreach (var (date, v) in votes)
        {
            if (v == most)
            {
                AddWinner(date);
            }
        }
    }

    public static Level Compare(in Births a, in Births b)
    {
        var level = Level.Unknown;
        for (var i = 0; i < a.count + a.keptCount; i++)
        {
            var left = i < a.count ? a.winners[i] : a.kept[i - a.count];
            for (var j = 0; j < b.count + b.keptCount; j++)
            {
                var at = Traits.CompareBirths(left, j < b.count ? b.winners[j] : b.kept[j - b.count]);
                if (at == Level.Same)
                {
                    return at;
                }

                level = at > level ? at : level;
            }
        }

        return level;
    }

    private static bool Holds(Dates dates, int count, int date)
    {
        for (var i = 0; i < count; i++)
        {
            if (dates[i] == date)
            {
                return true;
            }
        }

        return false;
    }
}
