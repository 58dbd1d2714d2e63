using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// People on their way into a vault. The identity authority sends the blinded points through both transcryptors, and the
/// numbers and blinds to the vault; it forgets both.
/// </summary>
/// <param name="Delivery">The delivery for which the vault remembers the numbers; empty: not at all.</param>
/// <param name="Numbers">Random one-time numbers, in an order that says nothing of the delivery's.</param>
/// <param name="Blinded"><c>(k_A·r)·H2G(u)</c>.</param>
/// <param name="Blinds">The r of each, for the vault alone.</param>
internal sealed record Enrolment(SignedOrder Order, string Delivery, ulong[] Numbers, Point[] Blinded, Scalar[] Blinds);

/// <summary>An enrolment with what both transcryptors made of it.</summary>
internal sealed record Enrolled(Enrolment Enrolment, Hopped Wrapped, Hopped Carried);

/// <summary>A ticket of a delivery, as its dataset hears of it: a one-time number in place of the person.</summary>
internal readonly record struct NumberedTicket(int Ticket, ulong Number, LinkClass Class);

/// <summary>A delivery's tickets with their numbers, and the people among them whom the vault has yet to hear of, at each version asked for.</summary>
internal sealed record NumberedDelivery(IReadOnlyList<NumberedTicket> Tickets, IReadOnlyList<Enrolment> Enrolments, IReadOnlyList<Finding> Findings);

/// <summary>Two persons of whom one is converted as the other from now on, at the datasets that may hold the first.</summary>
internal sealed record Following(UInt128 One, UInt128 Stays, IReadOnlyList<DatasetId> Datasets);
