using Minato.Linkage.Matching;

namespace Minato.Linkage.Persons;

/// <summary>Where an identity came from, and what is to be known of it.</summary>
[Flags]
internal enum IdentityMarks : byte
{
    None = 0,

    /// <summary>Records carried it; otherwise only the insurers' history service has told of it.</summary>
    Delivered = 1,

    /// <summary>It says too little to look for anybody: one record, one person.</summary>
    Alone = 2,

    /// <summary>Fitted several persons who cannot be one, and was joined with none of them.</summary>
    Contested = 4,

    /// <summary>Of the first identity of a component: days of use may matter in it (several numbers, or one that ended).</summary>
    DaysMatter = 8,
}

/// <summary>What changes about an identity.</summary>
internal struct IdentityState
{
    /// <summary>Of the writing, keyed: the identity's name among all, and the canonical order of ties.</summary>
    public UInt128 Hash;

    /// <summary>First and last day on which a record carried it; day numbers, 0 where never stated.</summary>
    public int From;
    public int To;

    /// <summary>The person, as first made, under whose name its records were answered; -1 before it has one.</summary>
    public int Home;

    /// <summary>Union-find over identities that may be one person, and the ring of a component's members.</summary>
    public int Parent;
    public int Ring;
    public IdentityMarks Marks;

    /// <summary>How it came to its person, when the person was last made out.</summary>
    public LinkClass JoinedBy;
}

/// <summary>All distinct identities in memory, found by their writing and by blocks. Knows no storage and no person.</summary>
/// <param name="weights">Of <see cref="BlockIndex"/>.</param>
internal sealed class IdentityTable(LinkWeights? weights)
{
    /// <summary>From so many days of simultaneous use on, two numbers are rivals; months of change-over overlap.</summary>
    private const int RivalDays = 62;

    /// <summary>Records keep coming under an old number for some months.</summary>
    private const int GraceDays = 180;

    private readonly Chunked<Traits> traits = new();
    private readonly Chunked<IdentityState> states = new();
    private readonly BlockIndex blocks = new(weights);
    private readonly Dictionary<int, int> ended = [];
    private int[] byHash = new int[1 << 12];

    public int Count => traits.Count;

    public ref Traits TraitsOf(int row) => ref traits[row];

    public ref IdentityState StateOf(int row) => ref states[row];

    /// <summary>Day on which the history says a row's number ended; 0 where it does not.</summary>
    public int EndedOn(int row) => ended.GetValueOrDefault(row);

    public int Find(UInt128 hash)
    {
        var mask = byHash.Length - 1;
        for (var at = (int)hash & mask; byHash[at] != 0; at = (at + 1) & mask)
        {
            if (states[byHash[at] - 1].Hash == hash)
            {
                return byHash[at] - 1;
            }
        }

        return -1;
    }

    public int Add(UInt128 hash, in Traits t, IdentityMarks marks)
    {
        if ((Count + 1) * 10L > byHash.Length * 7L)
        {
            Grow();
        }

        var row = traits.Add(t);
        states.Add(new IdentityState { Hash = hash, Home = -1, Parent = row, Ring = row, Marks = marks });
        Put(row);
        if ((marks & IdentityMarks.Alone) == 0)
        {
            blocks.Add(t, row);
        }

        return row;
    }

    /// <summary>Widens the days of use. True where that may change who is one person.</summary>
    public bool Widen(int row, int from, int to)
    {
        ref var state = ref states[row];
        if (from == 0 || (state.From != 0 && state.From <= from && state.To >= to))
        {
            return false;
        }

        var (oldFrom, oldTo) = (state.From, state.To);
        var (newFrom, newTo) = (oldFrom == 0 ? from : Math.Min(oldFrom, from), Math.Max(oldTo, to));
        (state.From, state.To) = (newFrom, newTo);
        if ((states[Head(row)].Marks & IdentityMarks.DaysMatter) == 0)
        {
            return false;
        }

        ref var mine = ref traits[row];
        for (var other = state.Ring; other != row; other = states[other].Ring)
        {
            ref var theirs = ref traits[other];
            ref var o = ref states[other];
            if (Traits.AreInsuredElsewhere(mine, theirs)
                ? IsRival(oldFrom, oldTo, o.From, o.To) != IsRival(newFrom, newTo, o.From, o.To)
                : ended.Count > 0 && mine.Household != 0 && mine.Household == theirs.Household)
            {
                return true;
            }
        }

        return false;
    }

    public bool End(int row, int day)
    {
        if (ended.GetValueOrDefault(row) >= day)
        {
            return false;
        }

        ended[row] = day;
        return true;
    }

    /// <summary>The first member of the component, without shortening the way: safe while others look.</summary>
    public int Head(int row)
    {
        while (states[row].Parent != row)
        {
            row = states[row].Parent;
        }

        return row;
    }

    public void Unite(int a, int b)
    {
        var (left, right) = (Shortened(a), Shortened(b));
        if (left == right)
        {
            return;
        }

        var (head, other) = left < right ? (left, right) : (right, left);
        states[other].Parent = head;
        (states[head].Ring, states[other].Ring) = (states[other].Ring, states[head].Ring);
        states[head].Marks |= states[other].Marks & IdentityMarks.DaysMatter;
    }

    /// <summary>All rows of the component, in the order of their hashes: an order that is the content's own.</summary>
    public int[] Component(int row)
    {
        var members = new List<int>(8);
        var at = row;
        do
        {
            members.Add(at);
            at = states[at].Ring;
        }
        while (at != row);
        var array = members.ToArray();
        if (array.Length > 1)
        {
            var hashes = new UInt128[array.Length];
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = states[array[i]].Hash;
            }

            Array.Sort(hashes, array);
        }

        return array;
    }

    /// <summary>
    /// Earlier rows, one for each component, that may be the same person as this one: they share a block, and no conflict stands
    /// between the two. Whether they are, only all evidence of a component together can say. Reads only.
    /// </summary>
    public void FindLinks(int row, RuleMemory rules, List<int> links)
    {
        Span<uint> keys = stackalloc uint[BlockIndex.Most];
        ref var mine = ref traits[row];
        if ((states[row].Marks & IdentityMarks.Alone) != 0)
        {
            return;
        }

        var first = links.Count;
        var seen = new RowSet(stackalloc int[256]);
        foreach (var key in keys[..blocks.KeysOf(mine, keys)])
        {
            for (var at = blocks.First(key); at >= 0;)
            {
                (var other, at) = blocks.At(at);
                if (other >= row || !seen.Add(other) || LinkedAlready(links, first, other))
                {
                    continue;
                }

                if (!rules.IsConflict(Traits.Compare(mine, traits[other])))
                {
                    links.Add(other);
                }
            }
        }
    }

    /// <summary>Rows that share a block with an identity that is not in the table.</summary>
    public IReadOnlyCollection<int> Candidates(in Traits asked)
    {
        var found = new HashSet<int>();
        Span<uint> keys = stackalloc uint[BlockIndex.Most];
        foreach (var key in keys[..blocks.KeysOf(asked, keys)])
        {
            for (var at = blocks.First(key); at >= 0;)
            {
                (var other, at) = blocks.At(at);
                found.Add(other);
            }
        }

        return found;
    }

    public static bool IsRival(int from, int to, int otherFrom, int otherTo)
    {
        if (from == 0 || otherFrom == 0)
        {
            return false;
        }

        // A single day well inside the other's time counts as a whole overlap.
        var shared = Math.Min(to, otherTo) - Math.Max(from, otherFrom);
        return Math.Max(shared, Math.Max(Math.Min(from - otherFrom, otherTo - to), Math.Min(otherFrom - from, to - otherTo))) >= RivalDays;
    }

    public static bool IsInForce(int endedOn, int from) => endedOn == 0 || from == 0 || from <= endedOn + GraceDays;

    private bool LinkedAlready(List<int> links, int first, int other)
    {
        if (links.Count == first)
        {
            return false;
        }

        var head = Head(other);
        for (var i = first; i < links.Count; i++)
        {
            if (Head(links[i]) == head)
            {
                return true;
            }
        }

        return false;
    }

    private int Shortened(int row)
    {
        var head = Head(row);
        while (states[row].Parent != head)
        {
            (states[row].Parent, row) = (head, states[row].Parent);
        }

        return head;
    }

    private void Put(int row)
    {
        var mask = byHash.Length - 1;
        var at = (int)states[row].Hash & mask;
        while (byHash[at] != 0)
        {
            at = (at + 1) & mask;
        }

        byHash[at] = row + 1;
    }

    private void Grow()
    {
        byHash = new int[byHash.Length * 2];
        for (var row = 0; row < Count; row++)
        {
            Put(row);
        }
    }

    /// <summary>A small set of rows on the stack: the same candidate comes by several blocks. When full it forgets, which costs time only.</summary>
    private ref struct RowSet(Span<int> slots)
    {
        private readonly Span<int> slots = slots;
        private int used;

        public bool Add(int row)
        {
            if (used > slots.Length / 2)
            {
                slots.Clear();
                used = 0;
            }

            var mask = slots.Length - 1;
            var at = (int)((uint)row * 0x9E37_79B1u >> 24) & mask;
            while (slots[at] != 0)
            {
                if (slots[at] == row + 1)
                {
                    return false;
                }

                at = (at + 1) & mask;
            }

            slots[at] = row + 1;
            used++;
            return true;
        }
    }
}

/// <summary>One component's identities as clustering sees them. One for each thread.</summary>
internal sealed class ComponentView(IdentityTable table) : IEvidence
{
    private readonly Dictionary<int, int> ended = [];

    /// <summary>A number's end, told for one identity, holds for all of the component that agree with it in number and birth date.</summary>
    public void Look(int[] members)
    {
        ended.Clear();
        foreach (var told in members)
        {
            if (table.EndedOn(told) is var day and > 0)
            {
                ref var t = ref table.TraitsOf(told);
                foreach (var row in members)
                {
                    ref var other = ref table.TraitsOf(row);
                    if (row == told || (t.Number != 0 && other.Number == t.Number && other.Birth == t.Birth))
                    {
                        ended[row] = Math.Max(ended.GetValueOrDefault(row), day);
                    }
                }
            }
        }
    }

    public Levels Compare(int a, int b) => Traits.Compare(table.TraitsOf(a), table.TraitsOf(b));

    public bool DaysMatter(Levels levels, int a, int b) =>
        Traits.AreInsuredElsewhere(table.TraitsOf(a), table.TraitsOf(b)) || (ended.Count > 0 && levels[Field.Household] == Level.Same);

    public Levels WithDays(Levels levels, int a, int b)
    {
        ref var mine = ref table.StateOf(a);
        ref var theirs = ref table.StateOf(b);
        if (Traits.AreInsuredElsewhere(table.TraitsOf(a), table.TraitsOf(b)))
        {
            return IdentityTable.IsRival(mine.From, mine.To, theirs.From, theirs.To) ? levels.With(Field.Insurance, Level.Rival) : levels;
        }

        return IdentityTable.IsInForce(ended.GetValueOrDefault(a), theirs.From) && IdentityTable.IsInForce(ended.GetValueOrDefault(b), mine.From)
            ? levels
            : levels.With(Field.Period, Level.Lapsed);
    }

    public bool SayTheSame(int a, int b) => Traits.SayTheSame(table.TraitsOf(a), table.TraitsOf(b));

    public int Birth(int row) => table.TraitsOf(row).Birth;
}
