using System.Collections.Concurrent;
using System.Reflection;
using Minato.Linkage.SplitTrust;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>
/// Plays every party and every pair of <c>docs/security/pseudonyms.md</c>: each has kept all that it ever saw, every key it holds, and the
/// factors of past runs that it should have forgotten. It opens what its keys open, raises what it has by the factors it knows
/// and their inverses, and compares. What it then links is set against what the document says.
/// </summary>
public sealed class ThreatModelTests(Captured captured) : IClassFixture<Captured>
{
    private readonly Dictionary<string, View> views = captured.Views;
    private readonly Dictionary<string, int> truth = captured.Truth;

    /// <summary>Pairs of parties that by being together connect names of two realms, and nothing but their own messages is needed.</summary>
    private static readonly Dictionary<string, string> Documented = new()
    {
        ["IDA+A"] = "A-identity",
        ["IDA+B"] = "B-identity",
        ["IDA+C"] = "citizen-identity",
        ["A+P1"] = "A-P1",
        ["A+P2"] = "A-P2",
        ["B+P1"] = "B-P1",
        ["B+P2"] = "B-P2",
    };

    public static TheoryData<string> OnesAndPairs =>
        [.. Captured.Parties.SelectMany((p, i) => Captured.Parties.Skip(i).Select(q => p == q ? p : $"{p}+{q}"))];

    [Theory]
    [MemberData(nameof(OnesAndPairs))]
    public void Cryptography_gives_them_nothing_beyond_what_is_written(string who)
    {
        var together = who.Split('+');
        var shown = Links(together, attack: false);
        var attacked = Links(together, attack: true);
        Assert.Equal(Documented.GetValueOrDefault(who, ""), string.Join(' ', Realms(shown).Where(IsOfNames)));
        if (who == "LA+OV")
        {
            // Both transcryptors together link whatever handles were sent to them, but reach no name and no identity.
            Assert.DoesNotContain(Realms(attacked), IsOfNames);
            Assert.All(attacked, l => Assert.Equal(truth[l.One], truth[l.Other]));
            AssertAllRunsLinked(attacked);
        }
        else
        {
            Assert.Equal(shown.Order(), attacked.Order());
        }
    }

    [Fact]
    public void Only_all_three_authorities_together_reach_everything()
    {
        var links = Links(["IDA", "LA", "OV"], attack: true);
        Assert.All(links, l => Assert.Equal(truth[l.One], truth[l.Other]));
        AssertAllRunsLinked(links);
        foreach (var run in truth.Keys.Where(k => k.StartsWith("run", StringComparison.Ordinal)))
        {
            Assert.Contains(links, l => (l.One == run && l.Other == $"identity:{truth[run]}") || (l.Other == run && l.One == $"identity:{truth[run]}"));
        }
    }

    [Theory]
    [InlineData("IDA+LA+A+P1+C")]
    [InlineData("IDA+OV+A+P1+C")]
    [InlineData("LA+A+B")]
    [InlineData("OV+A+B")]
    [InlineData("LA+P1+P2")]
    [InlineData("OV+P1+P2")]
    public void One_honest_transcryptor_is_enough_against_several_others(string who)
    {
        var together = who.Split('+');
        Assert.Equal(Links(together, attack: false).Order(), Links(together, attack: true).Order());
    }

    private void AssertAllRunsLinked(IReadOnlyCollection<(string One, string Other)> links)
    {
        var runs = truth.Where(t => t.Key.StartsWith("run", StringComparison.Ordinal)).ToArray();
        foreach (var one in runs)
        {
            foreach (var other in runs.Where(o => o.Value == one.Value && RealmOf(o.Key) != RealmOf(one.Key)))
            {
                Assert.True(links.Contains((one.Key, other.Key)) || links.Contains((other.Key, one.Key)), $"{one.Key} and {other.Key}");
            }
        }
    }

    private static string RealmOf(string place) => place[..place.IndexOf(':', StringComparison.Ordinal)];

    private static bool IsOfNames(string realms) => !realms.Contains("run", StringComparison.Ordinal) && !realms.Contains("enrolment", StringComparison.Ordinal)
        && !realms.Contains("named", StringComparison.Ordinal) && !realms.Contains("use", StringComparison.Ordinal);

    private static IEnumerable<string> Realms(IEnumerable<(string One, string Other)> links) =>
        links.Select(l => string.Join('-', new[] { RealmOf(l.One), RealmOf(l.Other) }.Order(StringComparer.Ordinal))).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Places and labels of different realms that the parties together take for one person.</summary>
    private HashSet<(string One, string Other)> Links(string[] together, bool attack)
    {
        var mine = together.Select(p => views[p]).ToArray();
        var found = new Components();
        foreach (var view in mine)
        {
            view.Joined.ForEach(j => found.Join(j.One, j.Other));
            view.Plains.ForEach(p => found.Join(p.Place, p.Point.ToHex()));
            view.Ciphers.ForEach(c => found.Join(c.Place, c.C.ToHex()));
        }

        if (attack)
        {
            var secrets = mine.SelectMany(v => v.Secrets).ToList();
            secrets.AddRange([.. secrets.SelectMany((s, i) => secrets.Skip(i + 1).Select(t => s + t))]);
            var points = mine.SelectMany(v => v.Plains)
                .Concat(mine.SelectMany(v => v.Ciphers).Distinct().SelectMany(c => secrets.Select(s => (c.Place, c.C - (s * c.B)))))
                .Concat(mine.SelectMany(v => v.Ciphers).Select(c => (c.Place, c.C)))
                .Distinct().ToArray();
            var exponents = Exponents(mine);
            var raised = new (string Place, string Point)[points.Length * exponents.Count];
            Cores.For(raised.Length, i => raised[i] = (points[i / exponents.Count].Place, (exponents[i % exponents.Count] * points[i / exponents.Count].Item2).ToHex()), CancellationToken.None);
            foreach (var (place, point) in raised)
            {
                found.Join(place, point);
            }
        }

        return [.. found.Groups().SelectMany(g =>
        {
            var places = g.Where(truth.ContainsKey).Order(StringComparer.Ordinal).ToArray();
            return places.SelectMany((p, i) => places.Skip(i + 1).Where(q => RealmOf(p) != RealmOf(q)).Select(q => (p, q)));
        })];
    }

    /// <summary>Everything known of one domain or run taken off, with and without the masters: if that leaves equal points, any ratio of factors does too.</summary>
    private static List<Scalar> Exponents(View[] mine)
    {
        var masters = mine.SelectMany(v => v.Masters).ToArray();
        var ofMasters = masters.Aggregate(new List<Scalar> { Scalar.One }, (all, k) => [.. all, .. all.Select(x => x * k), .. all.Select(x => x * k.Inverse())]);
        var exponents = new List<Scalar>(ofMasters);
        foreach (var domain in mine.SelectMany(v => v.Factors.Keys).Distinct())
        {
            var known = mine.Where(v => v.Factors.ContainsKey(domain)).Select(v => v.Factors[domain]).ToArray();
            var off = known.Aggregate((x, y) => x * y).Inverse();
            exponents.AddRange(ofMasters.Select(k => k * off));
        }

        return exponents;
    }

    private sealed class Components
    {
        private readonly Dictionary<string, string> parent = [];

        public void Join(string one, string other) => parent[Root(one)] = Root(other);

        public IEnumerable<IEnumerable<string>> Groups() => parent.Keys.ToArray().GroupBy(Root);

        private string Root(string node)
        {
            if (!parent.TryGetValue(node, out var up))
            {
                parent[node] = node;
                return node;
            }

            var root = up;
            while (parent[root] != root)
            {
                root = parent[root];
            }

            // The way is shortened, or long chains would be walked again and again.
            while (up != root)
            {
                (parent[node], node) = (root, up);
                up = parent[node];
            }

            return root;
        }
    }
}

/// <summary>One run of everything with two datasets, two projects and three persons of whom one refused, and what each party has of it.</summary>
public sealed class Captured : IAsyncLifetime
{
    private const int People = 3;
    private const int Refuses = 2;
    private readonly SplitQuay quay = new();

    internal static readonly string[] Parties = ["IDA", "LA", "OV", "A", "B", "C", "P1", "P2"];

    internal Dictionary<string, View> Views { get; } = Parties.ToDictionary(p => p, _ => new View());

    /// <summary>Who is behind a place in a message or a label; known to the test alone.</summary>
    internal Dictionary<string, int> Truth { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var names = new Dictionary<string, Pseudonym<Dataset>[]>();
        foreach (var (realm, dataset) in ((string, DatasetId)[])[("A", SplitQuay.A), ("B", SplitQuay.B)])
        {
            // One delivery for each person, so that the test knows whose message is whose.
            names[realm] = new Pseudonym<Dataset>[People];
            for (var n = 0; n < People; n++)
            {
                names[realm][n] = (await quay.Link(dataset, SplitQuay.Person(n)))[0];
            }
        }

        var citizens = new Pseudonym<Citizen>[People];
        for (var n = 0; n < People; n++)
        {
            citizens[n] = await quay.Citizen(n);
        }

        var converted = new Dictionary<(string, string), Pseudonym<Project>?[]>();
        foreach (var (project, permit) in ((string, PermitId)[])[("P1", SplitQuay.P1), ("P2", SplitQuay.P2)])
        {
            await quay.OpenProject(permit);
            foreach (var (realm, dataset) in ((string, DatasetId)[])[("A", SplitQuay.A), ("B", SplitQuay.B)])
            {
                converted[(realm, project)] = await quay.Converted(permit, dataset, names[realm], quay.Without(citizens[Refuses]));
            }
        }

        Assert.True((await quay.Linkage.RecordUseAsync(SplitQuay.P1, "x-1", [.. converted[("A", "P1")].Where(p => p is not null).Select(p => p!.Value)])).IsOk);
        Capture(names, citizens, converted);
    }

    public ValueTask DisposeAsync()
    {
        quay.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<(PartyKeys Keys, string Party)> Transcryptors() =>
        [(new PartyKeys(quay.Keys.Authority, "la"), "LA"), (new PartyKeys(quay.Keys.Overseer, "ov"), "OV")];

    private PartyKeys VaultKeys(string party) => new(quay.Keys.Vaults, party);

    private void Capture(Dictionary<string, Pseudonym<Dataset>[]> names, Pseudonym<Citizen>[] citizens, Dictionary<(string Realm, string Project), Pseudonym<Project>?[]> converted)
    {
        var domains = new Dictionary<string, Domain>
        {
            ["A"] = Domain.Of(SplitQuay.A), ["B"] = Domain.Of(SplitQuay.B), ["C"] = Domain.Citizens(), ["P1"] = Domain.Of(SplitQuay.P1), ["P2"] = Domain.Of(SplitQuay.P2),
        };
        var vault = new Dictionary<string, string> { ["A"] = "dataset-dataset-a", ["B"] = "dataset-dataset-b", ["C"] = "citizen", ["P1"] = "project-p-2026-0001", ["P2"] = "project-p-2026-0002" };

        // Keys: the transcryptors' factors of all domains and of all past runs, shares, masters, the receivers' secrets.
        foreach (var (keys, party) in Transcryptors())
        {
            foreach (var (realm, domain) in domains)
            {
                Views[party].Factors[realm] = keys.Exponent($"factor/{domain.Name}/1");
            }

            foreach (var (run, factor) in RunFactors(party == "LA" ? quay.Tap.Authority! : quay.Tap.Overseer!))
            {
                Views[party].Factors["e" + run] = factor;
            }

            Views[party].Secrets.Add(keys.Exponent("share"));
        }

        var (kA, kL) = (new PartyKeys(quay.Keys.Identity, "ida").Exponent("master"), new PartyKeys(quay.Keys.Authority, "la").Exponent("master"));
        Views["IDA"].Masters.Add(kA);
        Views["LA"].Masters.Add(kL);
        foreach (var (realm, party) in vault)
        {
            Views[realm].Secrets.Add(VaultKeys(party).Exponent("receiver"));
        }

        // Identities: the authority knows who they are and their points.
        var persons = new Point[People];
        using (var room = LinkageRoom.Open(new LinkageOptions(Path.Combine(quay.Folder, "identity"), Quay.Standards), quay.Ledger, quay.Keys.Identity, quay.Clock))
        {
            for (var n = 0; n < People; n++)
            {
                persons[n] = IdentityAuthority.PointOf(room.HandleOf(room.IdentifyAsync(SplitQuay.Person(n)).GetAwaiter().GetResult().Value));
                Views["IDA"].Plain(Place("identity", n, n), persons[n]);
            }
        }

        Point PointIn(string realm, int n) => Views["LA"].Factors[realm] * (Views["OV"].Factors[realm] * (kA * kL * persons[n]));

        // Enrolments came in the order of the datasets and persons, then the citizens.
        for (var e = 0; e < quay.Tap.Enrolments.Count; e++)
        {
            var (realm, n) = (((string[])["A", "B", "C"])[e / People], e % People);
            var m = quay.Tap.Enrolments[e];
            var place = Place($"enrolment {realm} {n}", 0, n);
            Views["IDA"].Join(place, $"identity:{n}");
            foreach (var party in (string[])["IDA", "LA", "OV"])
            {
                Views[party].Plain(place, m.Blinded[0]);
            }

            Views["LA"].Cipher(place, m.Wrapped.Out, 0);
            Views["OV"].Cipher(place, m.Wrapped.Out, 0);
            Views["OV"].Cipher(place, m.Carried.Out, 0);

            // The vault has kept the point that it should have forgotten.
            var label = Place(realm == "C" ? "citizen" : realm, realm == "C" ? citizens[n].ToString() : names[realm][n].ToString(), n);
            Views[realm].Join(place, label);
            Views[realm].Cipher(place, m.Carried.Out, 0);
            Views[realm].Plain(place, PointIn(realm, n));
        }

        // Runs. Who is at which place the test finds by opening the handles with both shares.
        var joint = Views["LA"].Secrets[0] + Views["OV"].Secrets[0];
        for (var r = 0; r < quay.Tap.Runs.Count; r++)
        {
            var m = quay.Tap.Runs[r];
            var (realm, use) = (m.Order.Order.From == domains["A"] ? "A" : "B", m.Order.Order.Kind == OrderKind.NoteUse);
            var project = m.Order.Order.Permit == SplitQuay.P1.Value ? "P1" : "P2";
            var who = Whose(m.People, realm);
            for (var i = 0; i < who.Length; i++)
            {
                var place = Place($"run {r}", i, who[i]);
                var sender = use ? project : realm;
                foreach (var party in (string[])["LA", "OV", sender, .. use ? [] : new[] { project }])
                {
                    Views[party].Cipher(place, m.People, i);
                }

                foreach (var party in (string[])["LA", "OV", project])
                {
                    Views[party].Cipher(place, m.Begun.People.Out, i);
                    Views[party].Plain(place, m.Passed.People.Tags[i]);
                }

                if (!use)
                {
                    Views[realm].Join(place, $"{realm}:{names[realm][who[i]]}");
                }

                if (converted[(realm, project)][who[i]] is { } name)
                {
                    Views[project].Join(place, Place(project, name.ToString(), who[i]));
                }
            }

            for (var j = 0; m.Finished is { } finished && j < finished.Out.Count; j++)
            {
                var place = $"run {r}:{m.Passed.Kept[j]}";
                foreach (var party in (string[])["LA", "OV", project])
                {
                    Views[party].Cipher(place, m.Passed.Wrapped!.Out, j);
                }

                Views["LA"].Cipher(use ? $"use {r}:{j}" : place, finished.Out, j);
                if (!use)
                {
                    Views[project].Cipher(place, finished.Out, j);
                    continue;
                }

                // What reaches the citizens' vault is shuffled: a place of its own, though the linkage authority knows which.
                var person = Array.FindIndex(Enumerable.Range(0, People).ToArray(), n => PointIn("C", n) == finished.Out.At([j]).Opened(Views["C"].Secrets[0])[0]);
                var arrival = Place($"use {r}", j, person);
                Views["C"].Cipher(arrival, finished.Out, j);
                Views["C"].Join(arrival, $"citizen:{citizens[person]}");
                Views["LA"].Join(arrival, $"run {r}:{Array.IndexOf(who, person)}");
            }

            var named = Whose(m.Named, "C");
            for (var i = 0; i < named.Length; i++)
            {
                var place = Place($"named {r}", i, named[i]);
                foreach (var party in (string[])["LA", "OV", "C"])
                {
                    Views[party].Cipher(place, m.Named, i);
                }

                Views["C"].Join(place, $"citizen:{citizens[named[i]]}");
                foreach (var party in (string[])["LA", "OV", project])
                {
                    Views[party].Cipher(place, m.Begun.Named!.Out, i);
                    Views[party].Plain(place, m.Passed.Named!.Tags[i]);
                }
            }
        }

        int[] Whose(Ciphers handles, string realm) =>
            [.. handles.Opened(joint).Select(p => Enumerable.Range(0, People).Single(n => PointIn(realm, n) == p))];

        string Place(string realm, object index, int person)
        {
            var place = $"{realm}:{index}";
            Truth[place] = person;
            return place;
        }
    }

    private static IEnumerable<(string Run, Scalar Factor)> RunFactors(Transcryptor party)
    {
        var runs = (ConcurrentDictionary<string, Transcryptor.Run>)typeof(Transcryptor).GetField("runs", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(party)!;
        return runs.Select(r => (r.Key, r.Value.Factor));
    }
}

/// <summary>What one party has: points and ciphertexts at their places, what it knows to belong together, and its keys.</summary>
internal sealed class View
{
    public List<(string Place, Point Point)> Plains { get; } = [];

    public List<(string Place, Point B, Point C)> Ciphers { get; } = [];

    public List<(string One, string Other)> Joined { get; } = [];

    public Dictionary<string, Scalar> Factors { get; } = [];

    public List<Scalar> Secrets { get; } = [];

    public List<Scalar> Masters { get; } = [];

    public void Plain(string place, Point point) => Plains.Add((place, point));

    public void Cipher(string place, Ciphers ciphers, int i) => Ciphers.Add((place, ciphers.B[i], ciphers.C[i]));

    public void Join(string one, string other) => Joined.Add((one, other));
}
