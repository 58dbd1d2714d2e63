using System.Net;
using System.Net.Sockets;

namespace Minato.Kernel;

/// <summary>Addresses that somebody named to us: which of them may be called at all.</summary>
public static class OutwardAddress
{
    /// <summary>What is wrong with an address that somebody gave, or null. Whether its name leads to a public address shows when it is called.</summary>
    public static string? Defect(string? text, bool allowPrivate) =>
        text is null or { Length: > 500 } || !Uri.TryCreate(text, UriKind.Absolute, out var address) ? "it is no address"
        : address.Scheme != "https" && !(allowPrivate && address.Scheme == "http") ? "it does not begin with https"
        : address.UserInfo.Length > 0 ? "it carries a name or a password"
        : address.Fragment.Length > 0 ? "it has a fragment"
        : !allowPrivate && !address.IsDefaultPort && address.Port is not (443 or 8443) ? "its port is neither 443 nor 8443"
        : !allowPrivate && IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && !IsPublic(ip) ? "it is of this machine or a private network"
        : !allowPrivate && !address.Host.Contains('.', StringComparison.Ordinal) && !address.Host.Contains(':', StringComparison.Ordinal) ? "its name is of a local network"
        : null;

    /// <summary>Whether an address may be reached over the public Internet (IANA's registries of special-purpose addresses).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (address.IsIPv4MappedToIPv6)
            {
                return IsPublic(address.MapToIPv4());
            }

            var six = address.GetAddressBytes();

            // Global unicast is 2000::/3; within it 6to4 and Teredo carry another address, and 2001:db8::/32 and 3fff::/20 are for documents.
            return (six[0] & 0xE0) == 0x20
                && !(six[0] == 0x20 && six[1] == 0x02)
                && !(six[0] == 0x20 && six[1] == 0x01 && six[2] < 0x02)
                && !(six[0] == 0x20 && six[1] == 0x01 && six[2] == 0x0D && six[3] == 0xB8)
                && !(six[0] == 0x3F && six[1] == 0xFF && six[2] < 0x10);
        }

        var b = address.GetAddressBytes();
        return !(b[0] is 0 or 10 or 127 or >= 224
            || (b[0] == 100 && b[1] is >= 64 and < 128)
            || (b[0] == 169 && b[1] == 254)
            || (b[0] == 172 && b[1] is >= 16 and < 32)
            || (b[0] == 192 && ((b[1] == 0 && b[2] is 0 or 2) || (b[1] == 88 && b[2] == 99) || b[1] == 168))
            || (b[0] == 198 && (b[1] is 18 or 19 || (b[1] == 51 && b[2] == 100)))
            || (b[0] == 203 && b[1] == 0 && b[2] == 113));
    }
}
