using System.Net;
using System.Net.Sockets;

namespace Minato.Web;

/// <summary>Whom a limit of rate counts as one caller.</summary>
internal static class Callers
{
    /// <summary>The address; of IPv6 the network of 64 bits, within which a host may choose its addresses.</summary>
    public static string Of(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => "",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } six => new IPAddress([.. six.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString(),
        var address => address.MapToIPv4().ToString(),
    };
}
