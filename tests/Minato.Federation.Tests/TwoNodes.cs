namespace Minato.Federation.Tests;

/// <summary>A linkage node and a caller that know each other, on this machine's own loopback.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    internal FakeLinkage Linkage { get; } = new();

    internal NodeIdentity Server { get; } = NodeIdentity.From(new NamedKeys("server"), "state", TimeProvider.System);

    internal NodeIdentity Caller { get; } = NodeIdentity.From(new NamedKeys("caller"), "operator-1", TimeProvider.System);

    internal LinkageNode Node { get; private set; } = null!;

    internal RemoteLinkage Remote { get; private set; } = null!;

    internal NodeAddress Address => new("state", Node.Address, Server.KeySha256);

    public async ValueTask InitializeAsync()
    {
        Node = await LinkageNode.StartAsync(Linkage, Server, new Uri("https://127.0.0.1:0"), [Caller.KeySha256]);
        Remote = RemoteLinkage.Connect(Address, Caller);
    }

    public async ValueTask DisposeAsync()
    {
        Remote.Dispose();
        await Node.DisposeAsync();
        Server.Dispose();
        Caller.Dispose();
    }
}
