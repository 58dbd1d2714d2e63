using System.Diagnostics.CodeAnalysis;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>Whether an order to enrol is about the points that came with it.</summary>
internal static class EnrolmentCheck
{
    public static Finding? Of(SignedOrder signed, Point[] blinded) => signed.Order switch
    {
        { Kind: not OrderKind.Enrol } => Finding.Error("linkage.order-kind", "The order enrols nobody", "Send an order to enrol"),
        { To.IsProject: true } => Finding.Error("linkage.direction", "Nobody is enrolled in a project", "Enrol in a dataset, and convert"),
        _ when blinded.Length == 0 || blinded.Any(p => p.IsDefault) || !signed.Order.Payload.AsSpan().SequenceEqual(Order.DigestOf(blinded)) =>
            Finding.Error("linkage.payload", "The points are not those of the order", "Send what was signed"),
        _ => null,
    };
}

/// <summary>Whether an order of a run is about the ciphertexts that came with it.</summary>
internal static class RunCheck
{
    public static Finding? Of(Order order, Ciphers people, Ciphers named, [NotNull] out RunTerms? terms)
    {
        if (!RunTerms.TryParse(order.Detail, out terms))
        {
            terms = RunTerms.None;
            return Finding.Error("linkage.order-detail", "The order does not say what the run is", "Send run, moment, set and count");
        }

        if (people.Count == 0 || !people.IsWhole || !named.IsWhole || !order.Payload.AsSpan().SequenceEqual(Order.DigestOf(people.B, people.C, named.B, named.C)))
        {
            return Finding.Error("linkage.payload", "The ciphertexts are not those of the order", "Send what was signed");
        }

        return order.Kind is not OrderKind.Convert && terms.Named > 0
            ? Finding.Error("linkage.order-detail", "Only a conversion has a set of refusals", "Leave it out")
            : null;
    }
}
