using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Minato.Processing.Extracting;

/// <summary>
/// By how many days a person's dates move: HMAC-SHA256 of the project pseudonym under the project's key, so that it is
/// the same in every table and every extraction of the project, another in every other project, and nobody without the key can undo it.
/// </summary>
internal static class PersonShift
{
    public static string KeyName(PermitId permit) => $"processing-shift-{permit}";

    /// <returns>A number of days from -<paramref name="most"/> to +<paramref name="most"/>, never 0.</returns>
    public static int Days(ReadOnlySpan<byte> key, Pseudonym<Project> person, int most)
    {
        Span<byte> name = stackalloc byte[16];
        person.Write(name);
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, name, hash);
        var days = (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)(2 * most)) - most;
        return days >= 0 ? days + 1 : days;
    }
}
