using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Processing.Media;

/// <summary>
/// PS3.15's action U, per project: HMAC-SHA256 of the UID under the project's key, as a UID below 2.25 (PS3.5 §B.2). The same UID is the same in
/// every file of the project, another in every other project, and nobody without the key finds the way back.
/// </summary>
internal static class ProjectUid
{
    public static string KeyName(PermitId permit) => $"processing-uid-{permit}";

    public static string Of(ReadOnlySpan<byte> key, string uid)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(uid), hash);

        // The number is a UUID's: version 8, variant 10 (RFC 9562), so that a checker of UUID-derived UIDs is content.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return "2.25." + new BigInteger(hash[..16], isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
    }
}
