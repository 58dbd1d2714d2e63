using ProtoBuf.Grpc;
using ProtoBuf.Grpc.Configuration;

namespace Minato.Federation.Wire;

/// <summary>
/// The port of Linkage over gRPC. What may be a nation long travels as a stream of parts, each far below the message
/// limit of 4 MiB; the first part of a request names what it is about, the first part of a reply says yes or no.
/// Public only because the generated client must see it; the port for others is <c>ILinkage</c>.
/// </summary>
[Service("minato.linkage.v1.Linkage")]
public interface ILinkageWire
{
    IAsyncEnumerable<LinkReply> LinkAsync(IAsyncEnumerable<LinkPart> parts, CallContext context = default);

    ValueTask<NumberReply> ImportHistoryAsync(IAsyncEnumerable<HistoryPart> parts, CallContext context = default);

    IAsyncEnumerable<ConvertReply> ConvertAsync(IAsyncEnumerable<ConvertPart> parts, CallContext context = default);

    ValueTask<NumberReply> OpenProjectAsync(OpenProjectMessage message, CallContext context = default);

    ValueTask<NumberReply> CloseProjectAsync(CloseProjectMessage message, CallContext context = default);

    ValueTask<PeopleReply> IdentifyAsync(IdentityMessage message, CallContext context = default);

    ValueTask<WayHomeReply> FindWayHomeAsync(IAsyncEnumerable<WayBackPart> parts, CallContext context = default);

    IAsyncEnumerable<AddressedReply> AddressRowsAsync(IAsyncEnumerable<WayBackPart> parts, CallContext context = default);

    ValueTask<NumberReply> RecordUseAsync(IAsyncEnumerable<UsePart> parts, CallContext context = default);

    ValueTask<UsesReply> UsesOfAsync(CitizenMessage message, CallContext context = default);

    ValueTask<HoldingsReply> HoldingsOfAsync(CitizenMessage message, CallContext context = default);

    ValueTask<TextReply> MergeAsync(MergeMessage message, CallContext context = default);

    ValueTask<NumberReply> SplitAsync(SplitMessage message, CallContext context = default);

    ValueTask<FiguresReply> FiguresAsync(FiguresMessage message, CallContext context = default);

    ValueTask<PeopleReply> AliasesOfAsync(CitizenMessage message, CallContext context = default);

    ValueTask<CorrectionsReply> DatasetCorrectionsAsync(CorrectionsMessage message, CallContext context = default);

    ValueTask<CorrectionsReply> ProjectCorrectionsAsync(CorrectionsMessage message, CallContext context = default);

    ValueTask<DeskReply> DeskAsync(DeskMessage message, CallContext context = default);

    ValueTask<NumberReply> DecideAsync(DecideMessage message, CallContext context = default);

    ValueTask<QualityReply> QualityAsync(QualityMessage message, CallContext context = default);
}
