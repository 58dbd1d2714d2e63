using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Minato.Federation.Wire;
using Minato.Linkage;
using Minato.Linkage.Quality;
using ProtoBuf.Grpc;
using ProtoBuf.Grpc.Client;
using static Minato.Federation.Wire.Translation;

namespace Minato.Federation;

/// <summary>
/// Linkage on another node, behind the same port. TLS 1.3 both ways; the other node must show the key that the
/// configuration pins. What goes wrong on the way is a finding (<c>federation.unreachable</c>, <c>federation.not-trusted</c>,
/// <c>federation.failed</c>); nothing is tried again here, because the caller knows whether it may be.
/// </summary>
public sealed class RemoteLinkage : ILinkage, IDisposable
{
    private readonly GrpcChannel channel;
    private readonly ILinkageWire wire;
    private readonly string node;

    private RemoteLinkage(GrpcChannel channel, string node) => (this.channel, this.node, wire) = (channel, node, channel.CreateGrpcService<ILinkageWire>());

    /// <summary>Gets ready to call; the connection is made by the first call, and again after it broke.</summary>
    /// <param name="self">Who is calling: the other node must know this key.</param>
    public static RemoteLinkage Connect(NodeAddress address, NodeIdentity self)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [self.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => self.Certificate,

                // The pin is the whole of the trust: neither names nor authorities nor dates of certificates count.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown && NodeIdentity.PinOf(shown) == address.KeySha256,
            },
        };
        return new RemoteLinkage(GrpcChannel.ForAddress(address.Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true }), address.Node);
    }

    public Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) => Call(async () =>
    {
        Verdict? verdict = null;
        var linked = new List<LinkedTicket>(tickets.Count);
        var parts = Send(tickets.Count, TicketsInPart, (part, first) => new LinkPart
        {
            Holder = first ? holder.Value : null,
            Dataset = first ? dataset.Value : null,
            Delivery = first ? delivery.Value : null,
            Tickets = [.. Enumerable.Range(part.From, part.Count).Select(i => Message(tickets[i]))],
        });
        var people = new List<Pseudonym<Dataset>>();
        await foreach (var reply in wire.LinkAsync(parts, Context(ct)).ConfigureAwait(false))
        {
            verdict ??= reply.Verdict;
            people.Clear();
            Unpack(reply.People, people);
            if (people.Count != reply.Tickets.Length || people.Count != reply.Classes.Length)
            {
                throw new MalformedMessageException("a reply of unequal lengths");
            }

            linked.AddRange(people.Select((p, i) => new LinkedTicket(reply.Tickets[i], p, Class(reply.Classes[i]))));
        }

        return OutcomeOf<IReadOnlyList<LinkedTicket>>(verdict, () => linked.Count == tickets.Count ? linked : throw new MalformedMessageException("the reply was cut short"));
    });

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) => Call(async () =>
    {
        var parts = Send(changes.Count, TicketsInPart / 2, (part, first) => new HistoryPart
        {
            By = first ? by.Value : null,
            Changes = [.. Enumerable.Range(part.From, part.Count).Select(i => changes[i]).Select(c =>
                new HistoryMessage { Before = Message(c.Before), After = Message(c.After), ChangedOn = c.ChangedOn.DayNumber })],
        });
        var reply = await wire.ImportHistoryAsync(parts, Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => reply.Number);
    });

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) => Call(async () =>
    {
        Verdict? verdict = null;
        var (withheld, epoch) = (0, (string?)null);
        var converted = new List<Pseudonym<Project>?>(request.People.Count);
        var (people, refused) = (request.People, request.Refusals.Refused);
        var parts = Send(Math.Max(people.Count, refused.Count), PeopleInPart, (part, first) => new ConvertPart
        {
            Permit = first ? request.Permit.Value : null,
            Dataset = first ? request.Dataset.Value : null,
            By = first ? request.By.Value : null,
            RefusalSet = first ? request.Refusals.SetId : null,
            Provision = first ? request.Provision : null,
            RefusalsAsOf = request.Refusals.AsOf.UtcTicks,
            RefusalsInverted = request.Refusals.Inverted,
            People = Pack(people, part.From, Math.Clamp(people.Count - part.From, 0, part.Count)),
            Refused = Pack(refused, part.From, Math.Clamp(refused.Count - part.From, 0, part.Count)),
            PeopleInAll = people.Count,
            RefusedInAll = refused.Count,
        });
        await foreach (var reply in wire.ConvertAsync(parts, Context(ct)).ConfigureAwait(false))
        {
            verdict ??= reply.Verdict;
            (withheld, epoch) = (reply.Withheld, epoch ?? reply.KeyEpoch);
            var count = reply.People.Length / 16;
            if (reply.People.Length % 16 != 0 || reply.Present.Length != (count + 7) / 8)
            {
                throw new MalformedMessageException("a reply of unequal lengths");
            }

            for (var i = 0; i < count; i++)
            {
                converted.Add((reply.Present[i / 8] >> (i % 8) & 1) == 1 ? Pseudonym<Project>.Read(reply.People.AsSpan(16 * i, 16)) : null);
            }
        }

        return OutcomeOf(verdict, () => converted.Count == people.Count && converted.Count(c => c is null) == withheld
            ? new Conversion(converted, withheld, Text(epoch, "key epoch"))
            : throw new MalformedMessageException("the reply was cut short"));
    });

    public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) =>
        Call(async () => Truth(await wire.OpenProjectAsync(
            new OpenProjectMessage { Permit = permit.Value, Datasets = [.. datasets.Select(d => d.Value)], Until = until.UtcTicks, By = by.Value }, Context(ct)).ConfigureAwait(false)));

    public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) =>
        Call(async () => Truth(await wire.CloseProjectAsync(new CloseProjectMessage { Permit = permit.Value, By = by.Value }, Context(ct)).ConfigureAwait(false)));

    public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.IdentifyAsync(Message(identity), Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => One<Citizen>(reply.People));
    });

    public Task<Outcome<WayHome>> FindWayHomeAsync(PermitId permit, Pseudonym<Project> person, IReadOnlyList<FindingHome> homes, RefusalSet notToKnow, ActorId by, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.FindWayHomeAsync(new WayBack(permit, [person], homes, [notToKnow], by).Parts().ToAsyncEnumerable(), Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => Way(reply.Way));
    });

    public Task<Outcome<AddressedRows>> AddressRowsAsync(PermitId permit, IReadOnlyList<Pseudonym<Project>> people, FindingHome home, IReadOnlyList<RefusalSet> refusals, ActorId by, CancellationToken ct = default) => Call(async () =>
    {
        AddressedReply? first = null;
        var (rows, box) = (new List<int>(), new MemoryStream());
        await foreach (var reply in wire.AddressRowsAsync(new WayBack(permit, people, [home], refusals, by).Parts().ToAsyncEnumerable(), Context(ct)).ConfigureAwait(false))
        {
            first ??= reply;
            rows.AddRange(reply.Rows);
            box.Write(reply.Sealed);
        }

        return OutcomeOf(first?.Verdict, () => rows.Count == first!.RowsInAll && box.Length == first.SealedInAll ? new AddressedRows(rows, box.ToArray()) : throw new MalformedMessageException("the reply was cut short"));
    });

    public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) =>
        Call(async () => Truth(await wire.RecordUseAsync(
            Send(people.Count, PeopleInPart, (part, first) => new UsePart
            {
                Permit = first ? permit.Value : null,
                Extraction = first ? extraction : null,
                People = Pack(people, part.From, part.Count),
                PeopleInAll = people.Count,
            }),
            Context(ct)).ConfigureAwait(false)));

    public async Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => (await Call(async () =>
    {
        var reply = await wire.UsesOfAsync(Of(citizen), Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => reply.Uses.ConvertAll(u => new PersonalUse(new PermitId(Id(u.Permit, "permit")), u.Extraction ?? "", Instant(u.At))));
    }).ConfigureAwait(false)).Value;

    public async Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => (await Call(async () =>
    {
        var reply = await wire.HoldingsOfAsync(Of(citizen), Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => reply.Holdings.ConvertAll(h =>
            new PersonalHolding(new DatasetId(Id(h.Dataset, "dataset")), Instant(h.FirstDelivery), Instant(h.LastDelivery))));
    }).ConfigureAwait(false)).Value;

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.MergeAsync(new MergeMessage { Keep = Pack([keep], 0, 1), Merge = Pack([merge], 0, 1), Reason = reason, By = by.Value }, Context(ct)).ConfigureAwait(false);
        return OutcomeOf(reply.Verdict, () => Text(reply.Text, "merge id"));
    });

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) =>
        Call(async () => Truth(await wire.SplitAsync(new SplitMessage { MergeId = mergeId, Reason = reason, By = by.Value }, Context(ct)).ConfigureAwait(false)));

    public async Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) => (await Call(async () =>
    {
        var f = await wire.FiguresAsync(new FiguresMessage(), Context(ct)).ConfigureAwait(false);
        return OutcomeOf(f.Verdict, () => new LinkageFigures(
            f.Persons, f.Identities, f.Numbers, f.TicketsByClass.ToDictionary(t => Class((byte)t.Key), t => t.Value), f.Merges, f.Splits,
            f.Ambiguous, f.NumbersOfSeveralPersons, f.PersonsOfTwoSexes, f.PersonsOfSeveralBirthDates, f.Id5OfSeveralPersons, f.PersonsOfSeveralId5, f.OpenCases));
    }).ConfigureAwait(false)).Value;

    public async Task<IReadOnlyList<Pseudonym<Citizen>>> AliasesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) => (await Call(async () =>
    {
        var reply = await wire.AliasesOfAsync(Of(citizen), Context(ct)).ConfigureAwait(false);
        var people = new List<Pseudonym<Citizen>>();
        Unpack(reply.People, people);
        return OutcomeOf(reply.Verdict, () => people);
    }).ConfigureAwait(false)).Value;

    public Task<Outcome<IReadOnlyList<Correction<Dataset>>>> CorrectionsAsync(DatasetId dataset, long after, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.DatasetCorrectionsAsync(new CorrectionsMessage { Of = dataset.Value, After = after }, Context(ct)).ConfigureAwait(false);
        return OutcomeOf<IReadOnlyList<Correction<Dataset>>>(reply.Verdict, () => reply.Corrections.ConvertAll(Correction<Dataset>));
    });

    public Task<Outcome<IReadOnlyList<Correction<Project>>>> CorrectionsAsync(PermitId permit, long after, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.ProjectCorrectionsAsync(new CorrectionsMessage { Of = permit.Value, After = after }, Context(ct)).ConfigureAwait(false);
        return OutcomeOf<IReadOnlyList<Correction<Project>>>(reply.Verdict, () => reply.Corrections.ConvertAll(Correction<Project>));
    });

    public Task<Outcome<IReadOnlyList<DeskCase>>> DeskAsync(Actor by, int most = 50, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.DeskAsync(new DeskMessage { By = by.Id.Value, Roles = (int)by.Roles, Most = most }, Context(ct)).ConfigureAwait(false);
        return OutcomeOf<IReadOnlyList<DeskCase>>(reply.Verdict, () => reply.Cases.ConvertAll(Case));
    });

    public Task<Outcome<bool>> DecideAsync(string caseId, DeskVerdict verdict, string reason, Actor by, CancellationToken ct = default) => Call(async () =>
        Truth(await wire.DecideAsync(
            new DecideMessage { By = by.Id.Value, Roles = (int)by.Roles, Case = caseId, Verdict = (int)verdict, Reason = reason }, Context(ct)).ConfigureAwait(false)));

    public Task<Outcome<IReadOnlyList<LinkageQuality>>> QualityAsync(DatasetId? dataset, ActorId by, CancellationToken ct = default) => Call(async () =>
    {
        var reply = await wire.QualityAsync(new QualityMessage { Dataset = dataset?.Value, By = by.Value }, Context(ct)).ConfigureAwait(false);
        return OutcomeOf<IReadOnlyList<LinkageQuality>>(reply.Verdict, () => reply.Datasets.ConvertAll(Quality));
    });

    public void Dispose() => channel.Dispose();

    private async Task<Outcome<T>> Call<T>(Func<Task<Outcome<T>>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException("The call to another node was cancelled", e);
        }
        catch (RpcException e) when (Causes(e).Any(c => c is AuthenticationException))
        {
            return Finding.Error("federation.not-trusted", $"The node '{node}' did not show the key that is pinned for it, or refused ours", "Compare the keys that both nodes print when they start");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return Finding.Error("federation.unreachable", $"The node '{node}' cannot be reached, or does not let this node in", "See whether it runs, and whether it knows this node's key; then try again");
        }
        catch (RpcException e)
        {
            return Finding.Error("federation.failed", $"The call to the node '{node}' failed ({e.StatusCode})", "See that node's log, and try again");
        }
        catch (MalformedMessageException e)
        {
            return Finding.Error("federation.malformed", e.Message, "Both nodes must run the same version of the software");
        }
    }

    private static IEnumerable<Exception> Causes(RpcException e)
    {
        for (var cause = e.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private static async IAsyncEnumerable<TPart> Send<TPart>(int length, int size, Func<(int From, int Count), bool, TPart> part)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var (from, count) in Parts(length, size))
        {
            yield return part((from, count), from == 0);
        }
    }

    private static CitizenMessage Of(Pseudonym<Citizen> citizen) => new() { Citizen = Pack([citizen], 0, 1) };

    private static Outcome<bool> Truth(NumberReply reply) => OutcomeOf(reply.Verdict, () => reply.Number != 0);

    private static CallContext Context(CancellationToken ct) => new CallOptions(cancellationToken: ct);
}
