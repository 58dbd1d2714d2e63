using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// The identity authority (IDA): the linkage room, which knows identities and random person handles, and the factor <c>k_A</c>.
/// A handle leaves it only as a point, blinded anew each time; it never sees a pseudonym of a dataset or a project.
/// </summary>
internal sealed class IdentityAuthority(LinkageRoom room, PartyKeys keys, ILedger ledger, TimeProvider clock) : IDisposable
{
    private const string Stream = "linkage/ida/followings";
    private static readonly byte[] HashDomain = [.. "minato split-trust person v1 ristretto255_XMD:SHA-512_R255MAP_RO_"u8];
    private readonly Lock gate = new();
    private long? told;

    // Numbers of the present delivery of each dataset: gone when the next begins.
    private readonly Dictionary<string, (string Delivery, Dictionary<UInt128, ulong> Numbers)> deliveries = new(StringComparer.Ordinal);

    /// <summary>What needs no pseudonym: histories, figures, the desk.</summary>
    public LinkageRoom Room => room;

    public byte[] VerifyingKey => keys.VerifyingKey();

    public async Task<Outcome<NumberedDelivery>> ResolveAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, IReadOnlyList<int> versions, CancellationToken ct)
    {
        var resolved = await room.ResolveAsync(holder, dataset, delivery, tickets, ct).ConfigureAwait(false);
        return resolved.Map(people =>
        {
            var id = DeliveryName(holder, dataset, delivery);
            lock (gate)
            {
                if (!deliveries.TryGetValue(dataset.Value, out var known) || known.Delivery != id)
                {
                    deliveries[dataset.Value] = known = (id, []);
                }

                var unheard = people.Select(p => p.Handle).Distinct().Where(h => !known.Numbers.ContainsKey(h)).ToArray();
                RandomNumberGenerator.Shuffle(unheard.AsSpan());
                foreach (var handle in unheard)
                {
                    known.Numbers.Add(handle, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
                }

                return new NumberedDelivery(
                    [.. people.Select(p => new NumberedTicket(p.Ticket, known.Numbers[p.Handle], p.Class))],
                    unheard.Length == 0 ? [] : [.. versions.Select(v => Enrol(Domain.Of(dataset, v), id, unheard, h => known.Numbers[h], ct))],
                    resolved.Findings);
            }
        });
    }

    /// <summary>Forgets a delivery's numbers: its people are enrolled again when they come again.</summary>
    public void Forget(DatasetId dataset)
    {
        lock (gate)
        {
            deliveries.Remove(dataset.Value);
        }
    }

    public static string DeliveryName(HolderId holder, DatasetId dataset, DeliveryId delivery) => $"{holder}/{dataset}/{delivery}";

    /// <summary>The signed-in person, on the way to the citizens' vault; with a letter by which this authority will know them again.</summary>
    public async Task<Outcome<(IReadOnlyList<Enrolment> Enrolments, byte[] Letter)>> IdentifyAsync(PersonIdentity identity, IReadOnlyList<int> versions, CancellationToken ct)
    {
        var found = await room.IdentifyAsync(identity, ct).ConfigureAwait(false);
        return found.Map(citizen => (Enrol([room.HandleOf(citizen)], v => Domain.Citizens(v), versions, ct), Seal(citizen)));
    }

    /// <summary>Persons on the way into a vault outside any delivery.</summary>
    public IReadOnlyList<Enrolment> Enrol(UInt128[] handles, Func<int, Domain> vault, IReadOnlyList<int> versions, CancellationToken ct) =>
        [.. versions.Select(v => Enrol(vault(v), "", handles, _ => 0, ct))];

    /// <summary>Opens a letter of <see cref="IdentifyAsync"/>: the person as the room names them.</summary>
    public Outcome<Pseudonym<Citizen>> Read(byte[]? letter)
    {
        if (letter is { Length: 12 + 16 + 16 })
        {
            try
            {
                using var aes = keys.Seal("letters");
                var plain = new byte[16];
                aes.Decrypt(letter.AsSpan(0, 12), letter.AsSpan(28), letter.AsSpan(12, 16), plain);
                return Pseudonym<Citizen>.Read(plain);
            }
            catch (CryptographicException)
            {
                // Falls through to the refusal: the letter is of another authority, or was changed.
            }
        }

        return Finding.Error("linkage.unknown-person", "The person is not known here as a citizen", "Have the person sign in first");
    }

    /// <summary>
    /// Merges and splits since it was asked last, as persons who follow others. Told again until <see cref="TookAsync"/>.
    /// </summary>
    public async Task<(IReadOnlyList<Following> Followings, long UpTo)> FollowingsAsync(CancellationToken ct)
    {
        told ??= ledger.ReadStream(Stream) is [.., var last] ? ((FollowingsTold)EventJson.Read<IdentityEvent>(last)).UpTo : 0;
        var upTo = told.Value;
        var touched = new HashSet<Pseudonym<Citizen>>();
        foreach (var recorded in ledger.ReadStream(LedgerStreams.Persons, upTo + 1))
        {
            upTo = recorded.Version;
            if (recorded.Erased)
            {
                continue;
            }

            switch (EventJson.Read<LinkageEvent>(recorded))
            {
                case LinkageEvent.PersonsMerged m:
                    Touch(m.Kept);
                    Touch(m.Merged);
                    break;
                case LinkageEvent.PersonsSplit s when ledger.ReadStream(LedgerStreams.Persons).Where(e => !e.Erased).Select(EventJson.Read<LinkageEvent>).OfType<LinkageEvent.PersonsMerged>().FirstOrDefault(m => m.Id == s.Id) is { } merge:
                    Touch(merge.Kept);
                    Touch(merge.Merged);
                    break;
            }
        }

        var followings = new List<Following>();
        var seen = new HashSet<Pseudonym<Citizen>>();
        foreach (var person in touched)
        {
            var members = await room.AliasesOfAsync(person, ct).ConfigureAwait(false);
            if (members.Count == 0 || !seen.Add(members[0]))
            {
                continue;
            }

            var datasets = (await room.HoldingsOfAsync(members[0], ct).ConfigureAwait(false)).Select(h => h.Dataset).ToArray();
            followings.AddRange(members.Select(room.HandleOf).Distinct().Select(one => new Following(one, room.HandleOf(members[0]), datasets)));
        }

        return (followings, upTo);

        void Touch(string citizen)
        {
            if (Pseudonym<Citizen>.TryParse(citizen, out var one))
            {
                touched.Add(one);
            }
        }
    }

    public async Task TookAsync(long upTo, CancellationToken ct)
    {
        if (upTo != told)
        {
            var noted = await ledger.AppendAsync(Stream, -1, new ActorId(PartyBook.Identity), [EventJson.Write<IdentityEvent>("linkage", new FollowingsTold(upTo))], ct: ct).ConfigureAwait(false);

            // Where the ledger failed they are told again at the next start: telling twice changes nothing.
            told = noted.IsOk ? upTo : told;
        }
    }

    public void Dispose() => room.Dispose();

    private Enrolment Enrol(Domain to, string delivery, UInt128[] handles, Func<UInt128, ulong> number, CancellationToken ct)
    {
        var master = keys.Exponent("master");
        var (blinded, blinds) = (new Point[handles.Length], new Scalar[handles.Length]);
        Cores.For(handles.Length, i =>
        {
            blinds[i] = Scalar.Random();
            blinded[i] = master * blinds[i] * PointOf(handles[i]);
        }, ct);
        var order = Order.New(OrderKind.Enrol, PartyBook.Identity, default, to, "", "", Order.DigestOf(blinded), clock.GetUtcNow());
        return new(SignedOrder.By(keys, order), delivery, [.. handles.Select(number)], blinded, blinds);
    }

    internal static Point PointOf(UInt128 handle)
    {
        Span<byte> text = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(text, handle);
        return Point.Hash(text, HashDomain);
    }

    private byte[] Seal(Pseudonym<Citizen> citizen)
    {
        var letter = new byte[12 + 16 + 16];
        Span<byte> plain = stackalloc byte[16];
        citizen.Write(plain);
        RandomNumberGenerator.Fill(letter.AsSpan(0, 12));
        using var aes = keys.Seal("letters");
        aes.Encrypt(letter.AsSpan(0, 12), plain, letter.AsSpan(28), letter.AsSpan(12, 16));
        return letter;
    }

    [System.Text.Json.Serialization.JsonDerivedType(typeof(FollowingsTold), "followings-told")]
    internal abstract record IdentityEvent;

    /// <summary>The vaults were told all merges and splits up to this version of the persons' stream.</summary>
    internal sealed record FollowingsTold(long UpTo) : IdentityEvent;
}
