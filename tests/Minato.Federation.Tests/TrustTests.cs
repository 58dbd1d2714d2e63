using System.Net.Security;
using System.Net.Sockets;
using Grpc.Net.Client;
using Minato.Federation.Wire;
using Minato.Linkage;
using ProtoBuf.Grpc.Client;

namespace Minato.Federation.Tests;

/// <summary>Who may call whom: pinned keys in both directions, and nothing else counts.</summary>
public sealed class TrustTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private static readonly Outcome<bool> Yes = true;

    [Fact]
    public async Task Nodes_that_know_each_other_talk()
    {
        nodes.Linkage.Answer = Yes;
        Assert.True((await nodes.Remote.CloseProjectAsync(new PermitId("p"), new ActorId("a"))).Value);
    }

    [Fact]
    public async Task A_node_that_shows_another_key_is_not_believed()
    {
        nodes.Linkage.Answer = Yes;
        using var remote = RemoteLinkage.Connect(nodes.Address with { KeySha256 = nodes.Caller.KeySha256 }, nodes.Caller);
        Assert.Equal("federation.not-trusted", (await remote.CloseProjectAsync(new PermitId("not-trusted"), new ActorId("a"))).Findings[0].Code);
        Assert.NotEqual((new PermitId("not-trusted"), new ActorId("a")), nodes.Linkage.Asked);
    }

    [Fact]
    public async Task A_caller_whose_key_nobody_pinned_is_not_let_in()
    {
        nodes.Linkage.Answer = Yes;
        using var stranger = NodeIdentity.From(new NamedKeys("stranger"), "operator-1", TimeProvider.System);
        using var remote = RemoteLinkage.Connect(nodes.Address, stranger);
        var refused = await remote.CloseProjectAsync(new PermitId("stranger"), new ActorId("a"));
        Assert.False(refused.IsOk);
        Assert.StartsWith("federation.", refused.Findings[0].Code);
        Assert.NotEqual((new PermitId("stranger"), new ActorId("a")), nodes.Linkage.Asked);
    }

    [Fact]
    public async Task A_caller_without_a_certificate_is_not_let_in()
    {
        nodes.Linkage.Answer = Yes;
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=state" } };
        using var channel = GrpcChannel.ForAddress(nodes.Address.Address, new GrpcChannelOptions { HttpHandler = handler });
        var wire = channel.CreateGrpcService<ILinkageWire>();
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await wire.CloseProjectAsync(new CloseProjectMessage { Permit = "naked", By = "a" }));
        Assert.NotEqual((new PermitId("naked"), new ActorId("a")), nodes.Linkage.Asked);
    }

    [Fact]
    public async Task Nothing_is_said_in_clear()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(nodes.Address.Address.Host, nodes.Address.Address.Port);
        await client.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        var answer = new byte[64];
        int read;
        try
        {
            read = await client.GetStream().ReadAsync(answer);
        }
        catch (IOException)
        {
            read = 0;
        }

        // Either the connection is closed, or a TLS alert (record type 21) says why.
        Assert.True(read == 0 || answer[0] == 21);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_a_finding()
    {
        using var remote = RemoteLinkage.Connect(nodes.Address with { Address = new Uri("https://127.0.0.1:9") }, nodes.Caller);
        Assert.Equal("federation.unreachable", (await remote.CloseProjectAsync(new PermitId("p"), new ActorId("a"))).Findings[0].Code);
    }

    [Fact]
    public async Task A_malformed_call_of_a_known_node_is_refused_as_data_and_quotes_nothing()
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=state", LocalCertificateSelectionCallback = (_, _, _, _, _) => nodes.Caller.Certificate, ClientCertificates = [nodes.Caller.Certificate] },
        };
        using var channel = GrpcChannel.ForAddress(nodes.Address.Address, new GrpcChannelOptions { HttpHandler = handler });
        var wire = channel.CreateGrpcService<ILinkageWire>();

        async Task Refused(Task<Verdict?> call)
        {
            var verdict = await call;
            Assert.False(verdict!.Ok);
            Assert.Equal("federation.malformed", verdict.Findings[0].Code);
            Assert.DoesNotContain("Evil", verdict.Findings[0].Reason);
        }

        async Task<Verdict?> Convert(params ConvertPart[] parts)
        {
            await foreach (var reply in wire.ConvertAsync(parts.ToAsyncEnumerable()))
            {
                return reply.Verdict;
            }

            return null;
        }

        var whole = new ConvertPart { Permit = "p", Dataset = "d", By = "a", RefusalSet = "s", People = new byte[32], Refused = new byte[16], PeopleInAll = 2, RefusedInAll = 1 };
        await Refused((await wire.CloseProjectAsync(new CloseProjectMessage { Permit = "../Evil", By = "a" })).Verdict.AsTask());
        await Refused((await wire.CloseProjectAsync(new CloseProjectMessage { Permit = "p" })).Verdict.AsTask());
        await Refused((await wire.IdentifyAsync(new IdentityMessage { BirthDate = int.MaxValue })).Verdict.AsTask());
        await Refused((await wire.IdentifyAsync(new IdentityMessage { Sex = 9 })).Verdict.AsTask());
        await Refused((await wire.MergeAsync(new MergeMessage { Keep = new byte[15], Merge = new byte[16], Reason = "r", By = "a" })).Verdict.AsTask());
        await Refused((await wire.OpenProjectAsync(new OpenProjectMessage { Permit = "p", By = "a", Until = long.MaxValue })).Verdict.AsTask());
        await Refused(Convert());
        await Refused(Convert(new ConvertPart { Permit = "p", Dataset = "d", By = "a", RefusalSet = "s", People = new byte[17] }));

        // The stream with the refusals was cut: nobody is converted.
        whole.Refused = [];
        await Refused(Convert(whole));
        whole.Refused = new byte[16];
        nodes.Linkage.Answer = Outcome<Conversion>.Ok(new Conversion([null, null], 2, "e"));
        Assert.True((await Convert(whole))!.Ok);
    }

    [Fact]
    public void A_node_keeps_its_key_and_every_node_has_its_own()
    {
        using var again = NodeIdentity.From(new NamedKeys("server"), "state", TimeProvider.System);
        Assert.Equal(nodes.Server.KeySha256, again.KeySha256);
        Assert.NotEqual(nodes.Caller.KeySha256, again.KeySha256);
        Assert.True(NodeAddress.IsPin(again.KeySha256));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("https://minato.example:0")]
    public async Task A_node_listens_only_where_it_can(string address) =>
        Assert.Equal("node.address", (await Assert.ThrowsAsync<RefusedException>(() => LinkageNode.StartAsync(nodes.Linkage, nodes.Server, new Uri(address), []))).Findings[0].Code);

    [Fact]
    public async Task A_port_that_is_taken_is_told() =>
        Assert.Equal("node.address", (await Assert.ThrowsAsync<RefusedException>(() => LinkageNode.StartAsync(nodes.Linkage, nodes.Server, nodes.Address.Address, []))).Findings[0].Code);
}

file static class Tasks
{
    public static Task<T> AsTask<T>(this T value) => Task.FromResult(value);
}
