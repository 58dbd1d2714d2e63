using Minato.Linkage.Persons;

namespace Minato.Linkage.Matching;

/// <summary>Where an identity belongs.</summary>
/// <param name="Node">The person as first made; null: a new person.</param>
/// <param name="Rule">The rule that decided; null for a new person.</param>
/// <param name="Ambiguous">Several persons fitted equally well, so it is kept apart.</param>
/// <param name="Others">Further persons that fitted, to be joined if a joining rule holds between the persons themselves.</param>
internal sealed record Placement(int? Node, LinkRule? Rule, LinkClass Class, bool Ambiguous, IReadOnlyList<int> Others);

/// <summary>All known identities in memory, found by blocks of tokens, compared by rules. Knows no storage.</summary>
internal sealed class PersonIndex(LinkRules rules, PersonForest forest)
{
    private readonly List<KnownIdentity> identities = [];
    private readonly List<List<KnownIdentity>?> ofNode = [];
    private readonly Dictionary<UInt128, int> blocks = [];
    private readonly List<(int Identity, int Next)> postings = [];

    private static readonly List<KnownIdentity> None = [];

    private enum Block
    {
        KanaBirth = 1,
        KanjiBirth,
        KanaGivenBirth,
        KanjiGivenBirth,
        KanaLot,
        KanjiLot,
    }

    public IReadOnlyList<KnownIdentity> Identities => identities;

    public List<KnownIdentity> OfNode(int node) => node < ofNode.Count && ofNode[node] is { } list ? list : None;

    /// <summary>All identities of the person of this node.</summary>
    public IEnumerable<KnownIdentity> OfPerson(int node) => forest.Members(node).SelectMany(OfNode);

    public void Add(KnownIdentity known)
    {
        if (known.Id != identities.Count + 1)
        {
            throw new InvalidOperationException("Identities are added in the order of their ids.");
        }

        identities.Add(known);
        while (ofNode.Count <= known.Node)
        {
            ofNode.Add(null);
        }

        (ofNode[known.Node] ??= []).Add(known);
        if (known.Origin == IdentityOrigin.Apart)
        {
            return;
        }

        foreach (var block in BlocksOf(known.Evidence))
        {
            postings.Add((known.Id - 1, blocks.TryGetValue(block, out var before) ? before : -1));
            blocks[block] = postings.Count - 1;
        }
    }

    /// <summary>Finds the person of an identity that is not known yet.</summary>
    public Placement Place(KnownIdentity ticket)
    {
        if (!ticket.Evidence.Suffices)
        {
            return new Placement(null, null, LinkClass.Unlinked, Ambiguous: false, []);
        }

        var fits = Fits(ticket, PersonsIn(BlocksOf(ticket.Evidence)));
        if (fits.Count == 0)
        {
            fits = Fits(ticket, PersonsIn(BlocksOfSlips(ticket.Evidence)));
        }

        if (fits.Count == 0)
        {
            return new Placement(null, null, LinkClass.Unlinked, Ambiguous: false, []);
        }

        var strongest = fits.Min(f => f.Rule.Rank);
        var best = fits.Where(f => f.Rule.Rank == strongest).ToList();
        var chosen = best.Count == 1 ? best[0] : Several(ticket, best);
        if (chosen is not { } c)
        {
            return new Placement(null, null, LinkClass.Unlinked, Ambiguous: true, []);
        }

        return new Placement(NodeNearest(ticket, c.Person), c.Rule, ClassOf(ticket, c.Person, c.Rule), Ambiguous: false, [.. fits.Where(f => f.Person != c.Person).Select(f => f.Person)]);
    }

    /// <summary>The rule by which two persons, with everything known of both, are one; null where they stay two.</summary>
    public LinkRule? Joining(int left, int right)
    {
        if (forest.Kept(left) == forest.Kept(right) || forest.AreKeptApart(left, right))
        {
            return null;
        }

        var c = new Comparison();
        var (mine, theirs) = (new BirthBallot(), new BirthBallot());
        var others = OfPerson(right).ToList();
        foreach (var b in others)
        {
            theirs.Cast(b.Evidence.Birth);
        }

        foreach (var a in OfPerson(left))
        {
            mine.Cast(a.Evidence.Birth);
            foreach (var b in others)
            {
                c.Add(a, b);
            }
        }

        foreach (var a in mine.Winners())
        {
            foreach (var b in theirs.Winners())
            {
                c.AddBirth(a, b);
            }
        }

        return rules.For(c, joinsOnly: true);
    }

    /// <summary>How the identity compares with all that is known of a person.</summary>
    public Comparison Compare(KnownIdentity ticket, int person)
    {
        var c = new Comparison();
        var ballot = new BirthBallot();
        foreach (var node in forest.Members(person))
        {
            foreach (var known in OfNode(node))
            {
                if (known.Origin != IdentityOrigin.Apart)
                {
                    c.Add(ticket, known);
                    ballot.Cast(known.Evidence.Birth);
                }
            }
        }

        if (ticket.Evidence.Birth is { } birth)
        {
            foreach (var own in ballot.Winners())
            {
                c.AddBirth(birth, own);
            }
        }

        return c;
    }

    /// <summary>Persons that share any block with the evidence, the oldest first.</summary>
    public IReadOnlyList<int> Candidates(Evidence evidence) => PersonsIn(BlocksOf(evidence));

    private List<(int Person, LinkRule Rule)> Fits(KnownIdentity ticket, IReadOnlyList<int> persons)
    {
        var fits = new List<(int, LinkRule)>();
        foreach (var person in persons)
        {
            if (rules.For(Compare(ticket, person)) is { } rule)
            {
                fits.Add((person, rule));
            }
        }

        return fits;
    }

    /// <summary>
    /// Several persons fit by the same rule. They may be one person who is only now seen to be one (then any will do, the
    /// oldest), or the tie-breakers leave exactly one, or nobody is chosen.
    /// </summary>
    private (int Person, LinkRule Rule)? Several(KnownIdentity ticket, List<(int Person, LinkRule Rule)> best)
    {
        if (best.Skip(1).All(b => Joining(best[0].Person, b.Person) is not null))
        {
            return best[0];
        }

        foreach (var clause in rules.WhenSeveral)
        {
            var left = best.Where(b => clause.Holds(Compare(ticket, b.Person))).ToList();
            if (left.Count == 1)
            {
                return left[0];
            }

            best = left.Count > 1 ? left : best;
        }

        return null;
    }

    /// <summary>Within a merged person, the node whose identity agrees most: a later split takes the record where it belongs.</summary>
    private int NodeNearest(KnownIdentity ticket, int person)
    {
        var members = forest.Members(person);
        if (members.Count == 1)
        {
            return members[0];
        }

        var (nearest, most) = (members[0], -1);
        foreach (var known in OfPerson(person))
        {
            var c = new Comparison();
            c.Add(ticket, known);
            if (ticket.Evidence.Birth is { } mine && known.Evidence.Birth is { } theirs)
            {
                c.AddBirth(mine, theirs);
            }

            var agreement = 0;
            foreach (var field in (ReadOnlySpan<Field>)[Field.Number, Field.Household, Field.Local, Field.Birth, Field.Kana, Field.Kanji, Field.Address])
            {
                agreement += c[field] >= Level.Near ? 2 : c[field] >= Level.Municipality ? 1 : 0;
            }

            if (agreement > most)
            {
                (nearest, most) = (known.Node, agreement);
            }
        }

        return nearest;
    }

    private LinkClass ClassOf(KnownIdentity ticket, int person, LinkRule rule) =>
        rule.Class == LinkClass.NumberVerified
        && !OfPerson(person).Any(k => k.Origin == IdentityOrigin.Delivered && k.Evidence.Household != 0 && k.Evidence.Household == ticket.Evidence.Household)
            ? LinkClass.HistoryClosed
            : rule.Class;

    /// <summary>Persons who have any of the blocks, the oldest first.</summary>
    private List<int> PersonsIn(List<UInt128> keys)
    {
        var found = new List<int>();
        foreach (var key in keys)
        {
            for (var at = blocks.TryGetValue(key, out var first) ? first : -1; at >= 0; at = postings[at].Next)
            {
                var person = forest.Kept(identities[postings[at].Identity].Node);
                if (found.Count == 0 || found[^1] != person)
                {
                    found.Add(person);
                }
            }
        }

        found.Sort();
        var distinct = 0;
        for (var i = 0; i < found.Count; i++)
        {
            if (i == 0 || found[i] != found[i - 1])
            {
                found[distinct++] = found[i];
            }
        }

        found.RemoveRange(distinct, found.Count - distinct);
        return found;
    }

    private static List<UInt128> BlocksOf(Evidence e)
    {
        var keys = new List<UInt128>(10);
        Put(keys, e.Number);
        Put(keys, e.Household);
        Put(keys, e.Local);
        if (e.Birth is { } birth)
        {
            PutNames(keys, e, birth);
            Put(keys, e.KanaGiven, Block.KanaGivenBirth, (uint)birth.DayNumber);
            Put(keys, e.KanjiGiven, Block.KanjiGivenBirth, (uint)birth.DayNumber);
        }

        if (e.Lot != 0)
        {
            Put(keys, e.KanaNear, Block.KanaLot, e.Lot);
            Put(keys, e.Kanji, Block.KanjiLot, e.Lot);
        }

        return keys;
    }

    private static List<UInt128> BlocksOfSlips(Evidence e)
    {
        var keys = new List<UInt128>();
        if (e.Birth is { } birth && e.HasName)
        {
            foreach (var slip in Normal.BirthDate.Slips(birth))
            {
                PutNames(keys, e, slip);
            }
        }

        return keys;
    }

    private static void PutNames(List<UInt128> keys, Evidence e, DateOnly birth)
    {
        Put(keys, e.KanaNear, Block.KanaBirth, (uint)birth.DayNumber);
        Put(keys, e.Kanji, Block.KanjiBirth, (uint)birth.DayNumber);
    }

    private static void Put(List<UInt128> keys, UInt128 token)
    {
        if (token != 0)
        {
            keys.Add(token);
        }
    }

    private static void Put(List<UInt128> keys, UInt128 token, Block block, UInt128 with)
    {
        if (token != 0)
        {
            keys.Add(Mix(token, block, with));
        }
    }

    /// <summary>A block of two things. Tokens are keyed hashes already, so mixing only has to keep different pairs different.</summary>
    private static UInt128 Mix(UInt128 token, Block block, UInt128 other) =>
        token ^ ((other + (UInt128)(uint)block) * new UInt128(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835));
}
