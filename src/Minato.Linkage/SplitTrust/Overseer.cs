using Minato.Ledger;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <inheritdoc cref="IOverseer"/>
internal sealed class Overseer(PartyKeys keys, PartyBook book, ILedger ledger, Quotas quotas, TimeProvider clock)
    : Transcryptor(keys, LinkageAuthority.Name, book, ledger, quotas, clock), IOverseer
{
    public Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, Hopped wrapped, CancellationToken ct = default) =>
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

                if (!KeysOf(order.Order.To).Try(out var to))
                {
                    return Outcome<(Hopped, int)>.Refused(KeysOf(order.Order.To).Findings);
                }

                if (!Hop.IsWrap(new(order.Id, to.PeerEnrolment, Point.Base, to.Receiver), blinded, wrapped, ct))
                {
                    return WrongProof;
                }

                return (Hop.Carry(new(order.Id, to.OwnEnrolment, Point.Base, to.Receiver), new(EnrolmentFactor(order.Order.To)), wrapped.Out, ct), 0);
            },
            ct);

    public Task<Outcome<Passed>> PassAsync(SignedOrder order, Ciphers people, Ciphers named, Begun begun, CancellationToken ct = default) =>
        ServeAsync<Passed>(order, Transcryption.Pass, people.Count, () => Pass(order, people, named, begun, ct), ct);

    protected override Scalar EnrolmentFactor(Domain domain) => Factor(domain);

    private Outcome<(Passed, int)> Pass(SignedOrder signed, Ciphers people, Ciphers named, Begun begun, CancellationToken ct)
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

        if (!KeysOf(order.From).Try(out var from) || !KeysOf(order.To).Try(out var to))
        {
            return Outcome<(Passed, int)>.Refused([.. KeysOf(order.From).Findings, .. KeysOf(order.To).Findings]);
        }

        var known = RunOf(order, terms);
        if (known is null && named.Count != terms.Named)
        {
            return NoRun;
        }

        var run = known ?? BeginRun(order, terms);
        run.PeerCommitment ??= begun.Run;
        if (run.PeerCommitment != begun.Run || !Hop.IsStrip(new(signed.Id, begun.Run, from.PeerCommitment, from.PeerShare), people, begun.People, ct))
        {
            return WrongProof;
        }

        Tagged? namedTags = null;
        if (run.Named is null)
        {
            if (terms.Named > 0)
            {
                var citizens = Domain.Citizens(terms.CitizenVersion);
                if (named.Count != terms.Named || begun.Named is not { } stripped || !KeysOf(citizens).Try(out var refusing)
                    || !Hop.IsStrip(new(signed.Id, begun.Run, refusing.PeerCommitment, refusing.PeerShare), named, stripped, ct))
                {
                    return WrongProof;
                }

                namedTags = ToTags(refusing, citizens, stripped.Out);
            }

            run.Named = namedTags is null ? [] : [.. namedTags.Tags];
        }

        var tags = ToTags(from, order.From, begun.People.Out);
        var kept = Transcryption.Kept(tags.Tags, run.Named, terms.Inverted);
        var wrapped = kept.Length == 0
            ? null
            : Hop.Wrap(new(signed.Id, to.OwnCommitment, run.Commitment, to.Receiver), new(Factor(order.To) * run.Factor.Inverse()), [.. kept.Select(i => tags.Tags[i])], ct);
        return (new Passed(run.Commitment, tags, namedTags, kept, wrapped), tags.Tags.Length - kept.Length);

        Tagged ToTags(DomainKeys source, Domain domain, Ciphers some) =>
            Hop.StripToTags(new(signed.Id, run.Commitment, source.OwnCommitment, source.OwnShare), new(run.Factor * Factor(domain).Inverse(), Share), some, ct);
    }
}
