namespace Minato.Linkage.Matching;

/// <summary>An identity that has a person.</summary>
/// <param name="id">Row in the store, from 1.</param>
/// <param name="node">Index of the person as first made; merges are drawn over nodes, never into identities.</param>
internal sealed class KnownIdentity(int id, int node, Evidence evidence, IdentityOrigin origin, LinkClass joinedBy)
{
    /// <summary>From so many days of simultaneous use on, two numbers are rivals; months of change-over overlap.</summary>
    public const int RivalDays = 62;

    /// <summary>Records keep coming under an old number for some months.</summary>
    private const int GraceDays = 180;

    public int Id { get; } = id;

    public int Node { get; } = node;

    public Evidence Evidence { get; } = evidence;

    public IdentityOrigin Origin { get; } = origin;

    /// <summary>How it came to its person.</summary>
    public LinkClass JoinedBy { get; } = joinedBy;

    /// <summary>First and last day on which a record carried it; day numbers, <c>0</c> where never stated.</summary>
    public int From { get; private set; }

    public int To { get; private set; }

    /// <summary>Day number on which the history says this number ended; 0 where it does not.</summary>
    public int Ended { get; private set; }

    public bool Seen(int from, int to, int ended = 0)
    {
        var (oldFrom, oldTo, oldEnded) = (From, To, Ended);
        if (from > 0)
        {
            From = From == 0 ? from : Math.Min(From, from);
            To = Math.Max(To, to);
        }

        Ended = Math.Max(Ended, ended);
        return (oldFrom, oldTo, oldEnded) != (From, To, Ended);
    }

    public bool InForceFor(KnownIdentity other) => Ended == 0 || other.From == 0 || other.From <= Ended + GraceDays;

    /// <summary>Days for which both were in use; a single day well inside the other's time counts as a whole overlap.</summary>
    public int OverlapDays(KnownIdentity other)
    {
        if (From == 0 || other.From == 0)
        {
            return 0;
        }

        var shared = Math.Min(To, other.To) - Math.Max(From, other.From);
        return Math.Max(shared, Math.Max(Inside(this, other), Inside(other, this)));

        static int Inside(KnownIdentity point, KnownIdentity span) => Math.Min(point.From - span.From, span.To - point.To);
    }
}

/// <summary>Where an identity came from.</summary>
internal enum IdentityOrigin
{
    Delivered = 0,

    /// <summary>Only the insurers' history service has told of it.</summary>
    History = 1,

    /// <summary>It fitted several persons or none could be looked for: it is nobody's neighbour and is never matched again by rule.</summary>
    Apart = 2,
}
