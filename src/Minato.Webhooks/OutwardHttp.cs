using System.Net;
using System.Net.Sockets;

namespace Minato.Webhooks;

/// <summary>
/// Calls to addresses that somebody named to us. The name is resolved once, and the connection goes to the address that was looked at, so that a name cannot answer
/// differently the second time; loopback, private and other special addresses are refused, redirects are not followed, proxies are not asked.
/// </summary>
public static class OutwardHttp
{
    /// <param name="allowPrivate">For a network that is wholly one's own: every address, and plain HTTP.</param>
    public static HttpClient Client(bool allowPrivate, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxResponseHeadersLength = 32,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = async (context, ct) =>
        {
            var all = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct).ConfigureAwait(false);
            var addresses = allowPrivate ? all : [.. all.Where(OutwardAddress.IsPublic)];
            if (addresses.Length == 0 || (!allowPrivate && addresses.Length != all.Length))
            {
                throw new HttpRequestException("The name leads to an address that is not called");
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = timeout };
}
