using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.Normal;

namespace Minato.Linkage;

/// <summary>
/// Hashes under which the national databases know a person, as they came: ID1 (number, birth date, sex), ID2 (name, birth
/// date, sex), ID4 (kana name, birth date, sex), ID5 (the oldest insured number). 64 hex digits each; null, empty and runs
/// of <c>9</c> or <c>0</c> are missing. Inside Linkage they are aliases under its own key and never leave it: they cannot be
/// a join key for anybody else.
/// </summary>
public sealed record NationalIds(string? Id1 = null, string? Id2 = null, string? Id4 = null, string? Id5 = null)
{
    /// <summary>Identities must not leak by being printed.</summary>
    public override string ToString() => "NationalIds(withheld)";
}

/// <summary>Makes <see cref="NationalIds"/> into aliases of this linkage: HMAC-SHA256, cut to 128 bits.</summary>
internal sealed class NationalAliases(IKeyStore keys)
{
    public const string KeyName = "linkage-alias";
    private readonly byte[] key = keys.Key(KeyName);

    /// <returns>Null where every one is missing.</returns>
    public NationalIds? Of(NationalIds? ids)
    {
        if (ids is null)
        {
            return null;
        }

        var made = new NationalIds(Of(LinkIdKind.Id1, ids.Id1), Of(LinkIdKind.Id2, ids.Id2), Of(LinkIdKind.Id4, ids.Id4), Of(LinkIdKind.Id5, ids.Id5));
        return made is { Id1: null, Id2: null, Id4: null, Id5: null } ? null : made;
    }

    /// <summary>What cannot be an identifier is none: the record is linked by the rest.</summary>
    private string? Of(LinkIdKind kind, string? written) =>
        written is not null && LinkId.Parse(kind, written).Try(out var id) && id is { } known
            ? Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}|{known.Hex}")).AsSpan(0, 16))
            : null;
}
