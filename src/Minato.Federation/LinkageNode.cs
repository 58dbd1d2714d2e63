using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Minato.Federation.Wire;
using Minato.Linkage;
using ProtoBuf.Grpc.Server;

namespace Minato.Federation;

/// <summary>
/// Serves this node's Linkage to the other nodes of the plan: gRPC over TLS 1.3, and only to callers whose key is pinned.
/// It has a door of its own, apart from the web site.
/// </summary>
public sealed class LinkageNode : IAsyncDisposable
{
    private readonly WebApplication app;

    private LinkageNode(WebApplication app) => this.app = app;

    /// <summary>Where it listens, with the port that was really taken.</summary>
    public Uri Address => new(app.Urls.First());

    /// <param name="listen">For example <c>https://0.0.0.0:7443</c>; an IP address or <c>localhost</c>; port 0 takes a free one.</param>
    /// <param name="callers">The keys of the nodes that may call (<see cref="NodeAddress.KeySha256"/>).</param>
    /// <exception cref="RefusedException">The address cannot be listened on.</exception>
    public static async Task<LinkageNode> StartAsync(
        ILinkage linkage, NodeIdentity self, Uri listen, IReadOnlyCollection<string> callers, ILoggerFactory? log = null, CancellationToken ct = default)
    {
        if (listen.Scheme != Uri.UriSchemeHttps || !TryAddress(listen.Host, out var address))
        {
            throw new RefusedException([Finding.Error("node.address", "The node cannot listen there", "Give https, an IP address or localhost, and a port")]);
        }

        // An empty builder: neither environment nor settings of the web site can open another door here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
            kestrel.Listen(address, listen.Port, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = self.Certificate,
                    SslProtocols = SslProtocols.Tls13,
                    ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (certificate, _, _) => callers.Contains(NodeIdentity.PinOf(certificate)),
                });
            });
        });
        if (log is not null)
        {
            builder.Services.AddSingleton(log);
        }

        builder.Services.AddRouting();
        builder.Services.AddCodeFirstGrpc();
        builder.Services.AddSingleton(linkage);
        builder.Services.AddSingleton<LinkageServer>();
        var app = builder.Build();
        app.MapGrpcService<LinkageServer>();
        try
        {
            await app.StartAsync(ct).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new RefusedException([Finding.Error("node.address", $"The node cannot listen at {listen} ({e.GetType().Name})", "See whether another program has the port")]);
        }

        return new LinkageNode(app);
    }


    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static bool TryAddress(string host, out IPAddress address)
    {
        address = IPAddress.Loopback;
        return host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out address!);
    }
}
