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

    public IReadOnlyList<KnownIdentity> OfNode(int node) => node < ofNode.Count && ofNode[node] is { } list ? list : [];

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
        var (mine, theirs) = (OfPerson(left).ToList(), OfPerson(right).ToList());
        foreach (var a in mine)
        {
            foreach (var b in theirs)
            {
                c.Add(a, b);
            }
        }

        AddBirths(ref c, BirthBallot.Of(mine), BirthBallot.Of(theirs));
        return rules.For(c, joinsOnly: true);
    }

    /// <summary>How the identity compares with all that is known of a person.</summary>
    public Comparison Compare(KnownIdentity ticket, int person)
    {
        var c = new Comparison();
        foreach (var known in OfPerson(person))
        {
            if (known.Origin != IdentityOrigin.Apart)
            {
                c.Add(ticket, known);
            }
        }

        if (ticket.Evidence.Birth is { } birth)
        {
            AddBirths(ref c, [birth], BirthBallot.Of(OfPerson(person)));
        }

        return c;
    }

    private static void AddBirths(ref Comparison c, IReadOnlyList<DateOnly> mine, IReadOnlyList<DateOnly> theirs)
    {
        foreach (var a in mine)
        {
            foreach (var b in theirs)
            {
                c.AddBirth(a, b);
            }
        }
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

    private List<int> PersonsIn(IEnumerable<UInt128> keys)
    {
        var found = new SortedSet<int>();
        foreach (var key in keys)
        {
            for (var at = blocks.TryGetValue(key, out var first) ? first : -1; at >= 0; at = postings[at].Next)
            {
                found.Add(forest.Kept(identities[postings[at].Identity].Node));
            }
        }

        return [.. found];
    }

    private static IEnumerable<UInt128> BlocksOf(Evidence e)
    {
        if (e.Number != 0)
        {
            yield return e.Number;
        }

        if (e.Household != 0)
        {
            yield return e.Household;
        }

        if (e.Local != 0)
        {
            yield return e.Local;
        }

        if (e.Birth is { } birth)
        {
            foreach (var block in BlocksOf(e, birth))
            {
                yield return block;
            }

            if (e.KanaGiven != 0)
            {
                yield return Mix(e.KanaGiven, Block.KanaGivenBirth, (uint)birth.DayNumber);
            }

            if (e.KanjiGiven != 0)
            {
                yield return Mix(e.KanjiGiven, Block.KanjiGivenBirth, (uint)birth.DayNumber);
            }
        }

        if (e.Lot != 0 && e.KanaNear != 0)
        {
            yield return Mix(e.KanaNear, Block.KanaLot, e.Lot);
        }

        if (e.Lot != 0 && e.Kanji != 0)
        {
            yield return Mix(e.Kanji, Block.KanjiLot, e.Lot);
        }
    }

    private static IEnumerable<UInt128> BlocksOfSlips(Evidence e)
    {
        if (e.Birth is not { } birth || !e.HasName)
        {
            yield break;
        }

        foreach (var slip in Normal.BirthDate.Slips(birth))
        {
            foreach (var block in BlocksOf(e, slip))
            {
                yield return block;
            }
        }
    }

    private static IEnumerable<UInt128> BlocksOf(Evidence e, DateOnly birth)
    {
        if (e.KanaNear != 0)
        {
            yield return Mix(e.KanaNear, Block.KanaBirth, (uint)birth.DayNumber);
        }

        if (e.Kanji != 0)
        {
            yield return Mix(e.Kanji, Block.KanjiBirth, (uint)birth.DayNumber);
        }
    }

    /// <summary>A block of two things. Tokens are keyed hashes already, so mixing only has to keep different pairs different.</summary>
    private static UInt128 Mix(UInt128 token, Block block, UInt128 other) =>
        token ^ ((other + (UInt128)(uint)block) * new UInt128(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835));
}
