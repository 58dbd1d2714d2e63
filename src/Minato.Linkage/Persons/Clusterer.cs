using Minato.Linkage.Matching;

namespace Minato.Linkage.Persons;

/// <summary>What clustering asks of the identities; a row is an identity's number.</summary>
internal interface IEvidence
{
    /// <summary>How far two identities agree in what they say.</summary>
    Levels Compare(int a, int b);

    /// <summary>Whether the days of two who agree so may say more.</summary>
    bool DaysMatter(Levels levels, int a, int b);

    /// <summary>The same, with what their days say.</summary>
    Levels WithDays(Levels levels, int a, int b);

    /// <summary>The two differ in how they are written, or not even in that, and in their days.</summary>
    bool SayTheSame(int a, int b);

    /// <summary>Day number, 0: not known.</summary>
    int Birth(int row);
}

/// <summary>What is given from outside: a number's history, or the desk's word. Members of both sides, as rows.</summary>
/// <param name="Id">Of the merge or case that gave it; empty for a history.</param>
/// <param name="One">True: the two sides are one person. False: no member of the one side is ever with a member of the other.</param>
/// <param name="Desk">True: whatever the evidence says. False: only where no conflict speaks against it.</param>
internal sealed record Given(string Id, bool One, bool Desk, IReadOnlyList<int> Left, IReadOnlyList<int> Right);

/// <summary>
/// Two sets of identities that may be one person and were not joined, for the desk to look at: because equally strong links lead to persons who
/// cannot be one, or because what agrees is likely and not likely enough (rank <see cref="LinkWeights.Asked"/>).
/// </summary>
/// <param name="Contested">Left is one identity, however often written, that fits several persons.</param>
internal sealed record Doubt(IReadOnlyList<int> Left, IReadOnlyList<int> Right, Levels Levels, int Rank, bool Contested);

/// <summary>How the two sides of a step came to be one.</summary>
/// <param name="Rank">Of the rule, or of the weight (<see cref="LinkWeights.FirstRank"/>); <see cref="Clusterer.ByHistory"/>, <see cref="Clusterer.ByDesk"/>.</param>
internal readonly record struct ClusterStep(int Left, int Right, int Rank);

/// <param name="Cluster">For each row the number of its cluster, from 0.</param>
/// <param name="Ranks">For each row the rank by which it joined others; -1: it stands alone.</param>
internal sealed record Clustering(int[] Rows, int[] Cluster, int[] Ranks, int Count, IReadOnlyList<ClusterStep> Steps, IReadOnlyList<Doubt> Doubts);

/// <summary>
/// Persons out of identities that may be one: agglomeration, the strongest agreement first, under impossibilities. Two
/// clusters are compared by the best that any two of their identities agree on, but for the birth date: the person's own is
/// what most of their identities state. A function of the set: rows come in an order that is the content's own, and ties are
/// settled by it only where it makes no difference to anybody. Identities that say the same, and that a rule joins, are one from
/// the beginning and count as one: most of a person's are.
/// </summary>
internal sealed class Clusterer(RuleMemory rules, IEvidence evidence)
{
    public const int ByHistory = 201;
    public const int ByDesk = 202;

    private const int None = int.MaxValue;

    /// <summary>How many different identities there are: the first of <see cref="rows"/>; those that say the same as one of them hang on it.</summary>
    private int n;
    private ulong[] levels = [];
    private int[] keys = [];
    private bool[] barred = [];
    private bool[] open = [];
    private int opened;
    private bool[] active = [];
    private int[] size = [];
    private int[] tail = [];
    private int[] next = [];
    private int[] cluster = [];
    private int[] ranks = [];
    private int[] bestKey = [];
    private int[] best = [];
    private Births[] births = [];
    private int[] rows = [];
    private List<ClusterStep> steps = [];
    private List<Doubt> doubts = [];

    /// <param name="members">All identities of one connected component, in an order of their content.</param>
    public Clustering Cluster(int[] members, IReadOnlyList<Given> given)
    {
        Begin(members, given.Count == 0);
        Compare();
        Accept(given);
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                SetKey(i, j);
            }
        }

        for (var i = 0; i < n; i++)
        {
            FindBest(i);
        }

        while (true)
        {
            var x = Strongest();
            var open = FirstOpen();
            if (x >= 0 && (open.X < 0 || bestKey[x] <= keys[(open.X * n) + open.Y]))
            {
                var y = best[x];
                if (IsContested(x, y) || IsContested(y, x))
                {
                    SetOpen(x, y, true);
                }
                else
                {
                    Join(x, y, keys[(x * n) + y]);
                }
            }
            else if (open.X >= 0)
            {
                Settle(open.X, open.Y);
            }
            else
            {
                break;
            }
        }

        Ask();
        return Finish();
    }

    /// <summary>Whoever is not joined and all the same likely one person.</summary>
    private void Ask()
    {
        if (size[0] == n)
        {
            return;
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; active[i] && j < n; j++)
            {
                if (active[j] && !barred[(i * n) + j] && WithBirth(i, j) is var levels && rules.Asks(levels))
                {
                    doubts.Add(new Doubt(Members(i), Members(j), levels, LinkWeights.Asked, Contested: false));
                }
            }
        }
    }

    private void Begin(int[] members, bool alikeAreOne)
    {
        (rows, steps, doubts) = (new int[members.Length], [], []);
        if (active.Length < members.Length)
        {
            var room = Math.Max(16, members.Length * 2);
            (active, size, tail, next, cluster, ranks, bestKey, best, births) =
                (new bool[room], new int[room], new int[room], new int[room], new int[room], new int[room], new int[room], new int[room], new Births[room]);
        }

        n = 0;
        var alike = members.Length;
        foreach (var row in members)
        {
            if (!alikeAreOne || !IsAlike(row, alike - 1))
            {
                rows[n] = row;
                (active[n], size[n], tail[n], next[n], ranks[n]) = (true, 1, n, -1, -1);
                births[n] = default;
                births[n].Add(evidence.Birth(row));
                n++;
            }
            else
            {
                alike--;
            }
        }

        if (levels.Length < n * n)
        {
            var room = n * n;
            (levels, keys, barred, open) = (new ulong[room], new int[room], new bool[room], new bool[room]);
        }

        Array.Clear(barred, 0, n * n);
        Array.Clear(open, 0, n * n);
        opened = 0;
    }

    /// <summary>Whether the row says what an earlier one says, and a rule joins the two: then it takes its place behind it.</summary>
    private bool IsAlike(int row, int place)
    {
        for (var i = 0; i < n; i++)
        {
            if (evidence.SayTheSame(rows[i], row) && rules.Judge(WithDays(evidence.Compare(rows[i], row), rows[i], row)) is { JoinRank: not LinkRules.NoRule } judged)
            {
                rows[place] = row;
                (active[place], next[place], ranks[place], ranks[i]) = (false, -1, judged.JoinRank, ranks[i] < 0 ? judged.JoinRank : Math.Min(ranks[i], judged.JoinRank));
                next[tail[i]] = place;
                tail[i] = place;
                steps.Add(new ClusterStep(rows[i], row, judged.JoinRank));
                return true;
            }
        }

        return false;
    }

    private void Compare()
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                var (at, mirror) = ((i * n) + j, (j * n) + i);
                var said = evidence.Compare(rows[i], rows[j]);
                var all = said;
                if (evidence.DaysMatter(said, rows[i], rows[j]))
                {
                    for (var a = i; a >= 0; a = next[a])
                    {
                        for (var b = j; b >= 0; b = next[b])
                        {
                            all = Levels.Max(all, evidence.WithDays(said, rows[a], rows[b]));
                        }
                    }
                }

                levels[at] = levels[mirror] = all.Bits;
            }
        }
    }

    private Levels WithDays(Levels levels, int a, int b) => evidence.DaysMatter(levels, a, b) ? evidence.WithDays(levels, a, b) : levels;

    private void Accept(IReadOnlyList<Given> given)
    {
        if (given.Count == 0)
        {
            return;
        }

        var index = new Dictionary<int, int>(n);
        for (var i = 0; i < n; i++)
        {
            index.Add(rows[i], i);
        }

        int[] Here(IReadOnlyList<int> side) => [.. side.Where(index.ContainsKey).Select(r => index[r])];
        foreach (var g in given.Where(g => !g.One))
        {
            foreach (var a in Here(g.Left))
            {
                foreach (var b in Here(g.Right))
                {
                    barred[(a * n) + b] = barred[(b * n) + a] = true;
                }
            }
        }

        foreach (var g in given.Where(g => g.One).OrderBy(g => g.Desk ? 0 : 1))
        {
            var (left, right) = (Here(g.Left), Here(g.Right));
            if (left.Length == 0 || right.Length == 0)
            {
                continue;
            }

            if (!g.Desk)
            {
                // A wrong row of a history joins nobody whom a conflict, or the desk, keeps apart.
                var (a, b) = (Head(left[0]), Head(right[0]));
                if (a != b && !barred[(a * n) + b] && !rules.Judge(WithBirth(a, b)).Conflict)
                {
                    Join(a, b, ByHistory);
                }

                continue;
            }

            // Each side keeps its own birth dates: whoever agrees with either side agrees with the person.
            var own = Tally(left);
            own.Add(Tally(right));
            foreach (var other in left.Concat(right))
            {
                var (a, b) = (Head(left[0]), Head(other));
                if (a != b)
                {
                    Join(a, b, ByDesk);
                }
            }

            births[Head(left[0])].Keep(own);
        }
    }

    private int Head(int i)
    {
        while (!active[i])
        {
            i = cluster[i];
        }

        return i;
    }

    /// <summary>The cluster whose strongest link is the strongest of all; -1 where no links are left.</summary>
    private int Strongest()
    {
        var (at, key) = (-1, None);
        for (var i = 0; i < n; i++)
        {
            if (active[i] && bestKey[i] < key)
            {
                (at, key) = (i, bestKey[i]);
            }
        }

        return at;
    }

    /// <summary>The strongest of the contested links that wait until all others of their strength have been joined.</summary>
    private (int X, int Y) FirstOpen()
    {
        var (x, y, key) = (-1, -1, None);
        for (var i = 0; opened > 0 && i < n; i++)
        {
            for (var j = i + 1; active[i] && j < n; j++)
            {
                if (active[j] && open[(i * n) + j] && keys[(i * n) + j] < key)
                {
                    (x, y, key) = (i, j, keys[(i * n) + j]);
                }
            }
        }

        return (x, y);
    }

    private void SetOpen(int x, int y, bool contested)
    {
        opened += contested ? 1 : -1;
        open[(x * n) + y] = open[(y * n) + x] = contested;
        FindBest(x);
        FindBest(y);
    }

    /// <summary>
    /// A join is contested where it would take an equally strong one away: <paramref name="x"/> fits others as well as
    /// <paramref name="y"/>, and they could not be joined any more.
    /// </summary>
    private bool IsContested(int x, int y)
    {
        var key = keys[(x * n) + y];
        for (var z = 0; z < n; z++)
        {
            if (IsRival(x, y, z, key))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsRival(int x, int y, int z, int key) =>
        active[z] && z != x && z != y && keys[(x * n) + z] == key && keys[(y * n) + z] == None && Combined(x, y, z) == None;

    /// <summary>
    /// All that is certain has been joined, so that persons are compared with persons: the link is contested no more, or the
    /// tie-breakers decide, or the one in doubt is joined with none of those who fit it equally well.
    /// </summary>
    private void Settle(int x, int y)
    {
        SetOpen(x, y, false);
        if (Chooses(x, y) && Chooses(y, x))
        {
            Join(x, y, keys[(x * n) + y]);
        }
    }

    private bool Chooses(int x, int y)
    {
        var key = keys[(x * n) + y];
        if (!IsContested(x, y))
        {
            return key != None;
        }

        var fitting = Enumerable.Range(0, n).Where(z => active[z] && z != x && keys[(x * n) + z] == key).ToList();
        var chosen = BreakTie(x, fitting);
        if (chosen == y)
        {
            return true;
        }

        foreach (var z in chosen is null ? fitting : [y])
        {
            if (chosen is null)
            {
                doubts.Add(new Doubt(Members(x), Members(z), WithBirth(x, z), key, Contested: size[x] == 1));
            }

            Bar(x, z);
        }

        return false;
    }

    private void Bar(int x, int z)
    {
        barred[(x * n) + z] = barred[(z * n) + x] = true;
        if (open[(x * n) + z])
        {
            opened--;
            open[(x * n) + z] = open[(z * n) + x] = false;
        }

        Rekey(x, z);
    }

    private int? BreakTie(int x, List<int> fitting)
    {
        var left = fitting;
        foreach (var clause in rules.Rules.WhenSeveral)
        {
            var holding = left.Where(z => clause.Holds(WithBirth(x, z))).ToList();
            if (holding.Count == 1)
            {
                return holding[0];
            }

            left = holding.Count > 1 ? holding : left;
        }

        return null;
    }

    /// <summary>The key that the union of x and y would have with z.</summary>
    private int Combined(int x, int y, int z)
    {
        if (barred[(x * n) + z] || barred[(y * n) + z])
        {
            return None;
        }

        var own = TallyUnion(x, y);
        var both = Levels.Max(new Levels(levels[(x * n) + z]), new Levels(levels[(y * n) + z])).With(Field.Birth, Births.Compare(own, births[z]));
        return KeyOf(both, single: size[z] == 1);
    }

    private int KeyOf(Levels at, bool single)
    {
        var judged = rules.Judge(at);
        var rank = single ? judged.Rank : judged.JoinRank;
        return rank == LinkRules.NoRule ? None : rank;
    }

    private void SetKey(int i, int j)
    {
        var at = (i * n) + j;
        keys[at] = keys[(j * n) + i] = barred[at] ? None : KeyOf(WithBirth(i, j), single: size[i] == 1 || size[j] == 1);
    }

    private Levels WithBirth(int i, int j) => new Levels(levels[(i * n) + j]).With(Field.Birth, Births.Compare(births[i], births[j]));

    private void Rekey(int i, int j)
    {
        SetKey(i, j);
        FindBest(i);
        FindBest(j);
    }

    private void FindBest(int i)
    {
        var (at, key) = (-1, None);
        for (var j = 0; j < n; j++)
        {
            if (j != i && active[j] && !open[(i * n) + j] && keys[(i * n) + j] < key)
            {
                (at, key) = (j, keys[(i * n) + j]);
            }
        }

        (best[i], bestKey[i]) = (at, key);
    }

    private void Join(int x, int y, int rank)
    {
        var (a, b) = (Math.Min(x, y), Math.Max(x, y));
        steps.Add(new ClusterStep(rows[a], rows[b], rank));
        if (rank is not (ByDesk or ByHistory))
        {
            NoteRank(a, rank);
            NoteRank(b, rank);
        }

        births[a] = TallyUnion(a, b);
        next[tail[a]] = b;
        tail[a] = tail[b];
        size[a] += size[b];
        (active[b], cluster[b]) = (false, a);
        opened -= open[(a * n) + b] ? 1 : 0;
        open[(a * n) + b] = open[(b * n) + a] = false;
        for (var z = 0; z < n; z++)
        {
            if (!active[z] || z == a)
            {
                continue;
            }

            var (at, from) = ((a * n) + z, (b * n) + z);
            levels[at] = levels[(z * n) + a] = Levels.Max(new Levels(levels[at]), new Levels(levels[from])).Bits;
            barred[at] = barred[(z * n) + a] = barred[at] || barred[from];
            SetKey(a, z);
            opened -= (open[at] ? 1 : 0) + (open[from] ? 1 : 0);
            open[at] = open[(z * n) + a] = open[from] = open[(z * n) + b] = false;
            // Mostly the join makes the link to it no weaker, and the way to the others need not be looked at.
            var was = best[z] == a || best[z] == b;
            if (was && keys[at] > bestKey[z])
            {
                FindBest(z);
            }
            else if (was || keys[at] < bestKey[z] || (keys[at] == bestKey[z] && keys[at] != None && a < best[z]))
            {
                (best[z], bestKey[z]) = (a, keys[at]);
            }
        }

        FindBest(a);
    }

    private void NoteRank(int head, int rank)
    {
        for (var i = head; i >= 0; i = next[i])
        {
            if (ranks[i] < 0)
            {
                ranks[i] = rank;
            }
        }
    }

    /// <summary>Of a row that was joined by what is given: the strongest rule between it and another of its person, all the same.</summary>
    private int OwnRank(int row, int[] number)
    {
        var rank = -1;
        for (var other = 0; other < rows.Length; other++)
        {
            if (other != row && number[other] == number[row])
            {
                var judged = rules.Judge(WithDays(evidence.Compare(rows[row], rows[other]), rows[row], rows[other])).Rank;
                var by = judged == LinkRules.NoRule ? ByDesk : judged;
                rank = rank < 0 ? by : Math.Min(rank, by);
            }
        }

        return rank;
    }

    private Births TallyUnion(int x, int y)
    {
        var kept = Births.KeptOf(births[x], births[y]);
        if (births[x].IsOnly(births[y], out var only))
        {
            kept.AddWinner(only);
            return kept;
        }

        Span<(int Date, int Votes)> votes = stackalloc (int, int)[16];
        var count = 0;
        Cast(x, votes, ref count);
        Cast(y, votes, ref count);
        kept.AddWinners(votes[..count]);
        return kept;
    }

    private Births Tally(int[] members)
    {
        Span<(int Date, int Votes)> votes = stackalloc (int, int)[16];
        var count = 0;
        foreach (var i in members)
        {
            Births.Cast(evidence.Birth(rows[i]), votes, ref count);
        }

        var tally = default(Births);
        tally.AddWinners(votes[..count]);
        return tally;
    }

    private void Cast(int head, Span<(int Date, int Votes)> votes, ref int count)
    {
        for (var i = head; i >= 0; i = next[i])
        {
            Births.Cast(evidence.Birth(rows[i]), votes, ref count);
        }
    }

    private List<int> Members(int head)
    {
        var members = new List<int>(size[head]);
        for (var i = head; i >= 0; i = next[i])
        {
            members.Add(rows[i]);
        }

        return members;
    }

    private Clustering Finish()
    {
        var number = new int[rows.Length];
        var count = 0;
        for (var i = 0; i < n; i++)
        {
            if (active[i])
            {
                for (var m = i; m >= 0; m = next[m])
                {
                    number[m] = count;
                }

                count++;
            }
        }

        for (var i = 0; i < rows.Length; i++)
        {
            if (ranks[i] < 0)
            {
                ranks[i] = OwnRank(i, number);
            }
        }

        return new Clustering(rows, number, ranks[..rows.Length], count, steps, doubts);
    }
}
