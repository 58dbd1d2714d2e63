using Grpc.Core;
using Microsoft.Extensions.Logging;
using Minato.Linkage;
using ProtoBuf.Grpc;
using static Minato.Federation.Wire.Translation;

namespace Minato.Federation.Wire;

/// <summary>Answers other nodes with this node's Linkage. Takes nothing on trust but that the caller is a node of the plan.</summary>
internal sealed class LinkageServer(ILinkage linkage, ILogger<LinkageServer> log) : ILinkageWire
{
    /// <summary>More than a nation has people.</summary>
    public const int MostPeople = 200_000_000;

    public const int MostTickets = 20_000_000;

    public IAsyncEnumerable<LinkReply> LinkAsync(IAsyncEnumerable<LinkPart> parts, CallContext context) => AnswerInParts(
        async () =>
        {
            LinkPart? head = null;
            var tickets = new List<IdentityTicket>();
            await foreach (var part in parts.ConfigureAwait(false))
            {
                head ??= part;
                tickets.AddRange(part.Tickets.Select(Ticket));
                AtMost(MostTickets, tickets.Count);
            }

            return await linkage.LinkAsync(
                new HolderId(Id(head?.Holder, "holder")), new DatasetId(Id(head!.Dataset, "dataset")), new DeliveryId(Id(head.Delivery, "delivery")), tickets, context.CancellationToken)
                .ConfigureAwait(false);
        },
        verdict => new LinkReply { Verdict = verdict },
        (linked, verdict) => Parts(linked.Count, PeopleInPart).Select((part, n) => new LinkReply
        {
            Verdict = n == 0 ? verdict : null,
            Tickets = [.. linked.Skip(part.From).Take(part.Count).Select(l => l.Ticket)],
            People = Pack([.. linked.Skip(part.From).Take(part.Count).Select(l => l.Person)], 0, part.Count),
            Classes = [.. linked.Skip(part.From).Take(part.Count).Select(l => (byte)l.Class)],
        }));

    public ValueTask<NumberReply> ImportHistoryAsync(IAsyncEnumerable<HistoryPart> parts, CallContext context) => Answer(
        async () =>
        {
            string? by = null;
            var changes = new List<NumberHistory>();
            await foreach (var part in parts.ConfigureAwait(false))
            {
                by ??= part.By;
                changes.AddRange(part.Changes.Select(c => new NumberHistory(Identity(c.Before), Identity(c.After), Day(c.ChangedOn))));
                AtMost(MostTickets, changes.Count);
            }

            return await linkage.ImportHistoryAsync(changes, new ActorId(Id(by, "actor")), context.CancellationToken).ConfigureAwait(false);
        },
        (verdict, count) => new NumberReply { Verdict = verdict, Number = count });

    public IAsyncEnumerable<ConvertReply> ConvertAsync(IAsyncEnumerable<ConvertPart> parts, CallContext context) => AnswerInParts(
        async () =>
        {
            ConvertPart? head = null;
            var (people, refused) = (new List<Pseudonym<Dataset>>(), new List<Pseudonym<Citizen>>());
            await foreach (var part in parts.ConfigureAwait(false))
            {
                head ??= part;
                Unpack(part.People, people);
                Unpack(part.Refused, refused);
                AtMost(MostPeople, people.Count, refused.Count);
            }

            if (people.Count != head?.PeopleInAll || refused.Count != head.RefusedInAll)
            {
                throw new MalformedMessageException("the request was cut short");
            }

            var refusals = new RefusalSet(Text(head.RefusalSet, "refusal set"), Instant(head.RefusalsAsOf), refused, head.RefusalsInverted);
            return await linkage.ConvertAsync(
                new ConversionRequest(new PermitId(Id(head.Permit, "permit")), new DatasetId(Id(head.Dataset, "dataset")), people, refusals, new ActorId(Id(head.By, "actor")), head.Provision),
                context.CancellationToken).ConfigureAwait(false);
        },
        verdict => new ConvertReply { Verdict = verdict },
        (conversion, verdict) => Parts(conversion.People.Count, PeopleInPart).Select((part, n) =>
        {
            var reply = new ConvertReply
            {
                Verdict = n == 0 ? verdict : null,
                Withheld = conversion.Withheld,
                KeyEpoch = conversion.KeyEpoch,
                People = new byte[16 * part.Count],
                Present = new byte[(part.Count + 7) / 8],
            };
            for (var i = 0; i < part.Count; i++)
            {
                if (conversion.People[part.From + i] is { } person)
                {
                    person.Write(reply.People.AsSpan(16 * i));
                    reply.Present[i / 8] |= (byte)(1 << (i % 8));
                }
            }

            return reply;
        }));

    public ValueTask<NumberReply> OpenProjectAsync(OpenProjectMessage message, CallContext context) => Answer(
        () => linkage.OpenProjectAsync(
            new PermitId(Id(message.Permit, "permit")),
            message.Datasets.ConvertAll(d => new DatasetId(Id(d, "dataset"))),
            Instant(message.Until),
            new ActorId(Id(message.By, "actor")),
            context.CancellationToken),
        Truth);

    public ValueTask<NumberReply> CloseProjectAsync(CloseProjectMessage message, CallContext context) => Answer(
        () => linkage.CloseProjectAsync(new PermitId(Id(message.Permit, "permit")), new ActorId(Id(message.By, "actor")), context.CancellationToken), Truth);

    public ValueTask<PeopleReply> IdentifyAsync(IdentityMessage message, CallContext context) => Answer(
        () => linkage.IdentifyAsync(Identity(message), context.CancellationToken),
        (verdict, citizen) => new PeopleReply { Verdict = verdict, People = verdict.Ok ? Pack([citizen], 0, 1) : [] });

    public ValueTask<WayHomeReply> FindWayHomeAsync(IAsyncEnumerable<WayBackPart> parts, CallContext context) => Answer(
        async () =>
        {
            var asked = await WayBack.ReadAsync(parts).ConfigureAwait(false);
            return asked is { People: [var person], Refusals: [var notToKnow] }
                ? await linkage.FindWayHomeAsync(asked.Permit, person, asked.Homes, notToKnow, asked.By, context.CancellationToken).ConfigureAwait(false)
                : throw new MalformedMessageException("not one person and one set");
        },
        (verdict, way) => new WayHomeReply { Verdict = verdict, Way = way is null ? [] : Filled(way) });

    public IAsyncEnumerable<AddressedReply> AddressRowsAsync(IAsyncEnumerable<WayBackPart> parts, CallContext context) => AnswerInParts(
        async () =>
        {
            var asked = await WayBack.ReadAsync(parts).ConfigureAwait(false);
            return asked.Homes is [var home]
                ? await linkage.AddressRowsAsync(asked.Permit, asked.People, home, asked.Refusals, asked.By, context.CancellationToken).ConfigureAwait(false)
                : throw new MalformedMessageException("not one holder");
        },
        verdict => new AddressedReply { Verdict = verdict },
        (addressed, verdict) => Parts(addressed.Rows.Count, PeopleInPart)
            .Select(part => new AddressedReply
            {
                Verdict = part.From == 0 ? verdict : null,
                Rows = [.. addressed.Rows.Skip(part.From).Take(part.Count)],
                RowsInAll = addressed.Rows.Count,
                SealedInAll = addressed.Sealed.Length,
            })
            .Concat(addressed.Sealed.Chunk(BytesInPart).Select(bytes => new AddressedReply { Sealed = bytes })));

    public ValueTask<NumberReply> RecordUseAsync(IAsyncEnumerable<UsePart> parts, CallContext context) => Answer(
        async () =>
        {
            UsePart? head = null;
            var people = new List<Pseudonym<Project>>();
            await foreach (var part in parts.ConfigureAwait(false))
            {
                head ??= part;
                Unpack(part.People, people);
                AtMost(MostPeople, people.Count);
            }

            return people.Count != head?.PeopleInAll
                ? throw new MalformedMessageException("the request was cut short")
                : await linkage.RecordUseAsync(new PermitId(Id(head.Permit, "permit")), Text(head.Extraction, "extraction"), people, context.CancellationToken).ConfigureAwait(false);
        },
        Truth);

    public ValueTask<UsesReply> UsesOfAsync(CitizenMessage message, CallContext context) => Answer(
        async () => Outcome<IReadOnlyList<PersonalUse>>.Ok(await linkage.UsesOfAsync(One<Citizen>(message.Citizen), context.CancellationToken).ConfigureAwait(false)),
        (verdict, uses) => new UsesReply
        {
            Verdict = verdict,
            Uses = [.. (uses ?? []).Select(u => new UseMessage { Permit = u.Permit.Value, Extraction = u.Extraction, At = u.At.UtcTicks })],
        });

    public ValueTask<HoldingsReply> HoldingsOfAsync(CitizenMessage message, CallContext context) => Answer(
        async () => Outcome<IReadOnlyList<PersonalHolding>>.Ok(await linkage.HoldingsOfAsync(One<Citizen>(message.Citizen), context.CancellationToken).ConfigureAwait(false)),
        (verdict, holdings) => new HoldingsReply
        {
            Verdict = verdict,
            Holdings = [.. (holdings ?? []).Select(h => new HoldingMessage { Dataset = h.Dataset.Value, FirstDelivery = h.FirstDelivery.UtcTicks, LastDelivery = h.LastDelivery.UtcTicks })],
        });

    public ValueTask<TextReply> MergeAsync(MergeMessage message, CallContext context) => Answer(
        () => linkage.MergeAsync(One<Citizen>(message.Keep), One<Citizen>(message.Merge), Text(message.Reason, "reason"), new ActorId(Id(message.By, "actor")), context.CancellationToken),
        (verdict, id) => new TextReply { Verdict = verdict, Text = id });

    public ValueTask<NumberReply> SplitAsync(SplitMessage message, CallContext context) => Answer(
        () => linkage.SplitAsync(Text(message.MergeId, "merge"), Text(message.Reason, "reason"), new ActorId(Id(message.By, "actor")), context.CancellationToken), Truth);

    public ValueTask<FiguresReply> FiguresAsync(FiguresMessage message, CallContext context) => Answer(
        async () => Outcome<LinkageFigures>.Ok(await linkage.FiguresAsync(context.CancellationToken).ConfigureAwait(false)),
        (verdict, f) => f is null ? new FiguresReply { Verdict = verdict } : new FiguresReply
        {
            Verdict = verdict,
            Persons = f.Persons,
            Identities = f.Identities,
            Numbers = f.Numbers,
            TicketsByClass = f.TicketsByClass.ToDictionary(t => (int)t.Key, t => t.Value),
            Merges = f.Merges,
            Splits = f.Splits,
            Ambiguous = f.Ambiguous,
            NumbersOfSeveralPersons = f.NumbersOfSeveralPersons,
            PersonsOfTwoSexes = f.PersonsOfTwoSexes,
            PersonsOfSeveralBirthDates = f.PersonsOfSeveralBirthDates,
            Id5OfSeveralPersons = f.Id5OfSeveralPersons,
            PersonsOfSeveralId5 = f.PersonsOfSeveralId5,
            OpenCases = f.OpenCases,
        });

    public ValueTask<PeopleReply> AliasesOfAsync(CitizenMessage message, CallContext context) => Answer(
        async () => Outcome<IReadOnlyList<Pseudonym<Citizen>>>.Ok(await linkage.AliasesOfAsync(One<Citizen>(message.Citizen), context.CancellationToken).ConfigureAwait(false)),
        (verdict, people) => new PeopleReply { Verdict = verdict, People = Pack(people ?? [], 0, people?.Count ?? 0) });

    public ValueTask<CorrectionsReply> DatasetCorrectionsAsync(CorrectionsMessage message, CallContext context) => Answer(
        () => linkage.CorrectionsAsync(new DatasetId(Id(message.Of, "dataset")), message.After, context.CancellationToken), Corrections);

    public ValueTask<CorrectionsReply> ProjectCorrectionsAsync(CorrectionsMessage message, CallContext context) => Answer(
        () => linkage.CorrectionsAsync(new PermitId(Id(message.Of, "permit")), message.After, context.CancellationToken), Corrections);

    public ValueTask<DeskReply> DeskAsync(DeskMessage message, CallContext context) => Answer(
        () => linkage.DeskAsync(Asking(message.By, message.Roles), message.Most, context.CancellationToken),
        (verdict, cases) => new DeskReply { Verdict = verdict, Cases = [.. (cases ?? []).Select(Message)] });

    public ValueTask<NumberReply> DecideAsync(DecideMessage message, CallContext context) => Answer(
        () => linkage.DecideAsync(
            Text(message.Case, "case"),
            Enum.IsDefined((DeskVerdict)message.Verdict) ? (DeskVerdict)message.Verdict : throw new MalformedMessageException("verdict"),
            Text(message.Reason, "reason"),
            Asking(message.By, message.Roles),
            context.CancellationToken),
        Truth);

    public ValueTask<QualityReply> QualityAsync(QualityMessage message, CallContext context) => Answer(
        () => linkage.QualityAsync(message.Dataset is null ? null : new DatasetId(Id(message.Dataset, "dataset")), new ActorId(Id(message.By, "actor")), context.CancellationToken),
        (verdict, told) => new QualityReply { Verdict = verdict, Datasets = [.. (told ?? []).Select(Message)] });

    private async ValueTask<TReply> Answer<T, TReply>(Func<Task<Outcome<T>>> work, Func<Verdict, T?, TReply> reply)
    {
        var outcome = await Try(work).ConfigureAwait(false);
        outcome.Try(out var value);
        return reply(VerdictOf(outcome), value);
    }

    private async IAsyncEnumerable<TReply> AnswerInParts<T, TReply>(Func<Task<Outcome<T>>> work, Func<Verdict, TReply> refused, Func<T, Verdict, IEnumerable<TReply>> parts)
    {
        var outcome = await Try(work).ConfigureAwait(false);
        foreach (var reply in outcome.Try(out var value) ? parts(value, VerdictOf(outcome)) : [refused(VerdictOf(outcome))])
        {
            yield return reply;
        }
    }

    /// <summary>A malformed request is refused as data; what breaks here is logged here, and the caller learns only that it did.</summary>
    private async Task<Outcome<T>> Try<T>(Func<Task<Outcome<T>>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (MalformedMessageException e)
        {
            return Finding.Error("federation.malformed", e.Message, "Both nodes must run the same version of the software");
        }
        catch (RefusedException e)
        {
            return Outcome<T>.Refused(e.Findings);
        }
        catch (Exception e) when (e is not (OperationCanceledException or RpcException or IOException))
        {
            log.LogError(e, "A call from another node failed");
            return Finding.Error("federation.failed", "The other node could not do it", "See that node's log, and try again");
        }
    }

    private static CorrectionsReply Corrections<T>(Verdict verdict, IReadOnlyList<Correction<T>>? corrections) =>
        new() { Verdict = verdict, Corrections = [.. (corrections ?? []).Select(Message)] };

    private static NumberReply Truth(Verdict verdict, bool value) => new() { Verdict = verdict, Number = value ? 1 : 0 };

    private static void AtMost(int most, params ReadOnlySpan<int> counts)
    {
        foreach (var count in counts)
        {
            if (count > most)
            {
                throw new MalformedMessageException($"more than {most} entries in one call");
            }
        }
    }
}
