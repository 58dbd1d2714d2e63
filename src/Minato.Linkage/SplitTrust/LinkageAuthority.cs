using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <inheritdoc cref="ILinkageAuthority"/>
internal sealed class LinkageAuthority(PartyKeys keys, PartyBook book, ILedger ledger, Quotas quotas, TimeProvider clock)
    : Transcryptor(keys, OverseerName, book, ledger, quotas, clock), ILinkageAuthority
{
    public const string Name = "la";
    public const string OverseerName = "ov";

    public Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, CancellationToken ct = default) =>
        ServeAsync<Hopped>(
            order,
            Transcryption.Enrol,
            blinded.Length,
            () =>
            {
                if (EnrolmentCheck.Of(order, blinded) is { } refused)
                {
                    return refused;
                }

                return KeysOf(order.Order.To).Map(to => (Hop.Wrap(new(order.Id, to.OwnEnrolment, Point.Base, to.Receiver), new(EnrolmentFactor(order.Order.To)), blinded, ct), 0));
            },
            ct);

    public Task<Outcome<Begun>> BeginAsync(SignedOrder order, Ciphers people, Ciphers named, CancellationToken ct = default) =>
        ServeAsync<Begun>(order, Transcryption.Begin, people.Count, () => Begin(order, people, named, ct), ct);

    public Task<Outcome<Hopped?>> FinishAsync(SignedOrder order, Begun begun, Passed passed, CancellationToken ct = default) =>
        ServeAsync<Hopped?>(order, Transcryption.Finish, begun.People.Out.Count, () => Finish(order, begun, passed, ct), ct);

    protected override Scalar EnrolmentFactor(Domain domain) => Keys.Exponent("master") * Factor(domain);

    private Outcome<(Begun, int)> Begin(SignedOrder signed, Ciphers people, Ciphers named, CancellationToken ct)
    {
        var order = signed.Order;
        if (RunCheck.Of(order, people, named, out var terms) is { } refused)
        {
            return refused;
        }

        if (CheckDirection(order, terms) is { } closed)
        {
            return closed;
        }

        if (!KeysOf(order.From).Try(out var from) || !KeysOf(order.To).Try(out _))
        {
            return Outcome<(Begun, int)>.Refused([.. KeysOf(order.From).Findings, .. KeysOf(order.To).Findings]);
        }

        var known = RunOf(order, terms);
        if (known is null && named.Count != terms.Named)
        {
            return NoRun;
        }

        var run = known ?? BeginRun(order, terms);
        var begun = new Begun(run.Commitment, Strip(from, order.From, people), null);
        if (named.Count > 0)
        {
            var citizens = Domain.Citizens(terms.CitizenVersion);
            if (!KeysOf(citizens).Try(out var refusing))
            {
                return Outcome<(Begun, int)>.Refused(KeysOf(citizens).Findings);
            }

            begun = begun with { Named = Strip(refusing, citizens, named) };
        }

        return (begun, 0);

        Hopped Strip(DomainKeys source, Domain domain, Ciphers some) =>
            Hop.Strip(new(signed.Id, run.Commitment, source.OwnCommitment, source.OwnShare), new(run.Factor * Factor(domain).Inverse(), Share), some, ct);
    }

    private Outcome<(Hopped?, int)> Finish(SignedOrder signed, Begun begun, Passed passed, CancellationToken ct)
    {
        var order = signed.Order;
        if (!RunTerms.TryParse(order.Detail, out var terms) || RunOf(order, terms) is not { } run)
        {
            return NoRun;
        }

        if (CheckDirection(order, terms) is { } closed)
        {
            return closed;
        }

        if (!KeysOf(order.From).Try(out var from) || !KeysOf(order.To).Try(out var to))
        {
            return Outcome<(Hopped?, int)>.Refused([.. KeysOf(order.From).Findings, .. KeysOf(order.To).Findings]);
        }

        // What it begun itself must come back unchanged; its own proof says so as well as a memory would.
        run.PeerCommitment ??= passed.Run;
        if (run.PeerCommitment != passed.Run || begun.Run != run.Commitment
            || !Hop.IsStripToTags(new(signed.Id, passed.Run, from.PeerCommitment, from.PeerShare), begun.People.Out, passed.People, ct))
        {
            return WrongProof;
        }

        if (run.Named is null)
        {
            if (terms.Named > 0)
            {
                if (begun.Named is not { } stripped || passed.Named is not { } tagged || stripped.Out.Count != terms.Named
                    || !KeysOf(Domain.Citizens(terms.CitizenVersion)).Try(out var citizens)
                    || !Hop.IsStripToTags(new(signed.Id, passed.Run, citizens.PeerCommitment, citizens.PeerShare), stripped.Out, tagged, ct))
                {
                    return WrongProof;
                }

                run.Named = [.. tagged.Tags];
            }
            else
            {
                run.Named = [];
            }
        }

        var kept = Transcryption.Kept(passed.People.Tags, run.Named, terms.Inverted);
        if (!kept.AsSpan().SequenceEqual(passed.Kept))
        {
            return Finding.Error("linkage.refusals-differ", "The two transcryptors do not leave out the same people", "Stop the conversion and have both transcryptors looked at");
        }

        var withheld = passed.People.Tags.Length - kept.Length;
        if (kept.Length == 0)
        {
            return (null, withheld);
        }

        if (passed.Wrapped is not { } wrapped || !Hop.IsWrap(new(signed.Id, to.PeerCommitment, passed.Run, to.Receiver), [.. kept.Select(i => passed.People.Tags[i])], wrapped, ct))
        {
            return WrongProof;
        }

        var carried = Hop.Carry(new(signed.Id, to.OwnCommitment, run.Commitment, to.Receiver), new(Factor(order.To) * run.Factor.Inverse()), wrapped.Out, ct);

        // The order in which a project sends people must not name them to the citizens' vault.
        return order.Kind == OrderKind.NoteUse ? (carried with { Out = Shuffled(carried.Out) }, withheld) : (carried, withheld);
    }

    private static Ciphers Shuffled(Ciphers ciphers)
    {
        var rows = Enumerable.Range(0, ciphers.Count).ToArray();
        RandomNumberGenerator.Shuffle(rows.AsSpan());
        return ciphers.At(rows);
    }
}
