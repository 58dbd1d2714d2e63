using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// A vault: where one dataset, or the citizens' desk, keeps its people. It learns each person's point once, at enrolment, names it
/// and forgets it; what it keeps are the name and a handle that only both transcryptors together can read.
/// </summary>
internal sealed class Vault : IDisposable
{
    private const string VersionMeta = "version";

    private readonly PartyKeys keys;
    private readonly VaultStore store;
    private readonly TimeProvider clock;
    private readonly string name;
    private readonly Lock gate = new();

    // What is known of the vault's domain, by version: set when it is opened.
    private readonly Dictionary<int, (FactorStatement Authority, FactorStatement Overseer)> statements = [];

    // One-time numbers of the present delivery: gone when the next begins.
    private (string Delivery, Dictionary<ulong, UInt128> Names) delivery = ("", []);

    public Vault(string name, string file, PartyKeys keys, TimeProvider clock)
    {
        (this.name, this.keys, this.clock) = (name, keys, clock);
        store = VaultStore.Open(file);
        Version = int.Parse(store.Meta(VersionMeta) ?? "1", CultureInfo.InvariantCulture);
    }

    /// <summary>The version that newcomers are named at.</summary>
    public int Version { get; private set; }

    public Domain Domain => new(name, Version);

    public long Count
    {
        get
        {
            lock (gate)
            {
                return store.Count;
            }
        }
    }

    /// <summary>What the desk has to send with the order that opens the vault.</summary>
    public OpeningTerms Opening => new((Secret * Point.G).ToHex(), Convert.ToHexStringLower(keys.VerifyingKey()), DateTimeOffset.MaxValue, []);

    /// <summary>Versions that were opened, and under which the transcryptors' proofs are checked.</summary>
    public void Opened(Domain domain, FactorStatement authority, FactorStatement overseer)
    {
        lock (gate)
        {
            statements[domain.Version] = (authority, overseer);
        }
    }

    public bool IsOpen(int version)
    {
        lock (gate)
        {
            return statements.ContainsKey(version);
        }
    }

    public SignedOrder Sign(Order order) => SignedOrder.By(keys, order);

    /// <summary>The one-time numbers of a delivery that this vault can no longer tell.</summary>
    public bool Knows(string deliveryId, IEnumerable<ulong> numbers)
    {
        lock (gate)
        {
            return delivery.Delivery == deliveryId && numbers.All(delivery.Names.ContainsKey);
        }
    }

    public Pseudonym<Dataset> NameOf(ulong number)
    {
        lock (gate)
        {
            return new(delivery.Names[number]);
        }
    }

    /// <summary>
    /// Takes in what was enrolled: checks the proofs, takes off the blinds, names each person, keeps the handle. In a rotation the
    /// same people come at each version in use, so that whoever was not moved yet is still recognised.
    /// </summary>
    /// <param name="answers">Newest version first; the people of all are the same, in the same order.</param>
    /// <param name="add">Whether somebody who is not known here becomes known.</param>
    public Outcome<UInt128[]> Receive(IReadOnlyList<Enrolled> answers, bool add, CancellationToken ct)
    {
        lock (gate)
        {
            var points = new List<Point[]>();
            foreach (var (enrolment, wrapped, carried) in answers)
            {
                var to = enrolment.Order.Order.To;
                if (to.Name != name || !statements.TryGetValue(to.Version, out var known))
                {
                    return Finding.Error("linkage.domain-not-open", $"{to} is not open at this vault", "Open it first");
                }

                var receiver = Secret * Point.G;
                if (!Hop.IsWrap(new(enrolment.Order.Id, Read(known.Authority.Enrolment), Point.Base, receiver), enrolment.Blinded, wrapped, ct)
                    || !Hop.IsCarry(new(enrolment.Order.Id, Read(known.Overseer.Enrolment), Point.Base, receiver), wrapped.Out, carried, ct))
                {
                    return Finding.Error("linkage.proof-wrong", "A transcryptor's proof does not hold", "Stop, and have both transcryptors looked at");
                }

                var opened = carried.Out.Opened(Secret, ct);
                Cores.For(opened.Length, i => opened[i] = enrolment.Blinds[i].Inverse() * opened[i], ct);
                points.Add(opened);
            }

            var names = Keep(points, answers[0].Enrolment.Order.Order.To.Version, add, ct);
            var first = answers[0].Enrolment;
            if (first.Delivery.Length > 0)
            {
                if (delivery.Delivery != first.Delivery)
                {
                    delivery = (first.Delivery, []);
                }

                for (var i = 0; i < names.Length; i++)
                {
                    delivery.Names[first.Numbers[i]] = names[i];
                }
            }

            return names;
        }
    }

    /// <summary>The versions at which people are kept here, the newest first.</summary>
    public IReadOnlyList<int> Versions
    {
        get
        {
            lock (gate)
            {
                return [Version, .. store.Versions().Where(v => v != Version).OrderDescending()];
            }
        }
    }

    public bool IsKnown(UInt128 one)
    {
        lock (gate)
        {
            return store.Standing(one) is not null;
        }
    }

    /// <summary>
    /// The people's handles under fresh randomness and in a random order, to be sent to the transcryptors.
    /// </summary>
    /// <returns>The handles, and for each its position in what was asked. Refused where the vault never gave one of the names.</returns>
    public Outcome<(Ciphers Handles, int[] Positions)> Handles(IReadOnlyList<UInt128> people, CancellationToken ct)
    {
        var rows = new VaultRow[people.Count];
        lock (gate)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (store.Standing(people[i]) is not { } row)
                {
                    return Finding.Error("linkage.unknown-pseudonym", $"A pseudonym is not of {name}", "Convert only what Linkage itself gave");
                }

                if (row.Version != Version)
                {
                    return Finding.Error("linkage.rotation-unfinished", $"The rotation of {name} is not finished", "Finish the rotation, then convert");
                }

                rows[i] = row;
            }
        }

        var positions = Enumerable.Range(0, rows.Length).ToArray();
        RandomNumberGenerator.Shuffle(positions.AsSpan());
        var handles = new Ciphers([.. positions.Select(i => rows[i].B)], [.. positions.Select(i => rows[i].C)]);
        return (handles.Rerandomised(JointKey, ct), positions);
    }

    /// <summary>The one name is converted as the other from now on; ignored where the vault never had the first.</summary>
    public void Follow(UInt128 one, UInt128 stays)
    {
        lock (gate)
        {
            using var transaction = store.Begin();
            store.Follow(one, stays);
            transaction.Commit();
        }
    }

    /// <summary>All names of one person, the one that stands first.</summary>
    public IReadOnlyList<UInt128> Names(UInt128 one)
    {
        lock (gate)
        {
            return store.Names(one);
        }
    }

    /// <summary>Newcomers are named at the next version from now on, and the others are to be moved.</summary>
    public void BeginRotation(Domain next)
    {
        lock (gate)
        {
            using var transaction = store.Begin();
            store.SetMeta(VersionMeta, next.Version.ToString(CultureInfo.InvariantCulture));
            transaction.Commit();
            Version = next.Version;
        }
    }

    /// <summary>Some people who are still at an older version, with their handles rerandomised.</summary>
    public (IReadOnlyList<VaultRow> Rows, Ciphers Handles) Behind(int atMost, CancellationToken ct)
    {
        lock (gate)
        {
            var rows = store.Behind(Version, atMost);
            return (rows, new Ciphers([.. rows.Select(r => r.B)], [.. rows.Select(r => r.C)]).Rerandomised(JointKey, ct));
        }
    }

    /// <summary>The people's points at the new version: each keeps its name.</summary>
    public Outcome<int> Moved(SignedOrder order, IReadOnlyList<VaultRow> rows, Passed passed, Point run, Hopped carried, CancellationToken ct)
    {
        lock (gate)
        {
            if (!Opened(order, passed, run, carried, ct).Try(out var points) || points.Length != rows.Count)
            {
                return Finding.Error("linkage.proof-wrong", "A transcryptor's proof does not hold", "Stop the rotation, and have both transcryptors looked at");
            }

            var handles = Ciphers.Of(points, JointKey, ct);
            var tags = Tags(points);
            using var transaction = store.Begin();
            for (var i = 0; i < tags.Length; i++)
            {
                store.Move(rows[i] with { Tag = tags[i], B = handles.B[i], C = handles.C[i], Version = order.Order.To.Version });
            }

            transaction.Commit();
            return tags.Length;
        }
    }

    /// <summary>Citizens' vault: notes the use at each person who was in it, known here or not.</summary>
    public void NoteUse(Ciphers people, string permit, string extraction, CancellationToken ct)
    {
        lock (gate)
        {
            var tags = Tags(people.Opened(Secret, ct));
            var at = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
            using var transaction = store.Begin();
            foreach (var tag in tags)
            {
                store.AddUse(store.NameOf(tag) ?? tag, permit, extraction, at);
            }

            transaction.Commit();
        }
    }

    public IReadOnlyList<(string Permit, string Extraction, string At)> Uses(UInt128 one)
    {
        lock (gate)
        {
            return [.. store.Names(one).DefaultIfEmpty(one).SelectMany(store.Uses)];
        }
    }

    /// <summary>Something of the identity authority, which only it can read, kept with a person who signed in.</summary>
    public void KeepLetter(UInt128 one, byte[] letter)
    {
        lock (gate)
        {
            using var transaction = store.Begin();
            store.SetLetter(one, letter);
            transaction.Commit();
        }
    }

    public byte[]? Letter(UInt128 one)
    {
        lock (gate)
        {
            return store.Letter(one);
        }
    }

    public void Dispose() => store.Dispose();

    internal Scalar Secret => keys.Exponent("receiver");

    private Point JointKey
    {
        get
        {
            var (authority, overseer) = statements.Values.First();
            return Read(authority.Share) + Read(overseer.Share);
        }
    }

    private Outcome<Point[]> Opened(SignedOrder order, Passed passed, Point run, Hopped carried, CancellationToken ct)
    {
        var to = order.Order.To;
        return to.Name == name && statements.TryGetValue(to.Version, out var known) && passed.Wrapped is { } wrapped
            && Hop.IsCarry(new(order.Id, Read(known.Authority.Commitment), run, Secret * Point.G), wrapped.Out, carried, ct)
                ? carried.Out.Opened(Secret, ct)
                : Finding.Error("linkage.proof-wrong", "A transcryptor's proof does not hold", "Stop, and have both transcryptors looked at");
    }

    private UInt128[] Keep(List<Point[]> points, int version, bool add, CancellationToken ct)
    {
        var tags = points.Select(Tags).ToArray();
        var names = new UInt128[tags[0].Length];
        var fresh = new List<int>();
        var taken = new HashSet<UInt128>();
        for (var i = 0; i < names.Length; i++)
        {
            // A newcomer's name is the tag of the version at which they came.
            var known = tags.Select(t => store.NameOf(t[i])).FirstOrDefault(n => n is not null);
            names[i] = known ?? tags[0][i];
            if (known is null && add && taken.Add(names[i]))
            {
                fresh.Add(i);
            }
        }

        if (fresh.Count > 0)
        {
            var handles = Ciphers.Of([.. fresh.Select(i => points[0][i])], JointKey, ct);
            using var transaction = store.Begin();
            for (var j = 0; j < fresh.Count; j++)
            {
                store.Add(new VaultRow(names[fresh[j]], names[fresh[j]], handles.B[j], handles.C[j], version));
            }

            transaction.Commit();
        }

        return names;
    }

    /// <summary><c>AES256(Trunc128(SHA-512("lp", domain, P)))</c>: a name needs the vault's own key too, so that nobody who computes P knows it.</summary>
    private UInt128[] Tags(Point[] points)
    {
        var blocks = new byte[points.Length * 16];
        byte[] prefix = [.. "minato lp v1"u8, (byte)name.Length, .. Encoding.UTF8.GetBytes(name)];
        Span<byte> hash = stackalloc byte[64];
        for (var i = 0; i < points.Length; i++)
        {
            SHA512.HashData([.. prefix, .. points[i].ToBytes()], hash);
            hash[..16].CopyTo(blocks.AsSpan(i * 16));
        }

        using var aes = keys.Permutation("names");
        var named = aes.EncryptEcb(blocks, PaddingMode.None);
        var tags = new UInt128[points.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = BinaryPrimitives.ReadUInt128BigEndian(named.AsSpan(i * 16));
        }

        return tags;
    }

    private static Point Read(string hex) => Point.TryRead(Convert.FromHexString(hex), out var point) ? point : throw new InvalidDataException("A statement holds no point");
}
