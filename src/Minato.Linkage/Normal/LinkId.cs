using System.Security.Cryptography;

namespace Minato.Linkage.Normal;

/// <summary>Which of the national linkage identifiers a <see cref="LinkId"/> is (regime facts §2.2).</summary>
internal enum LinkIdKind
{
    /// <summary>Hash of insurer number, symbol and number, birth date and sex: changes with the insurer, the same for same-sex twins.</summary>
    Id1 = 1,

    /// <summary>Hash of name, birth date and sex: changes with the name and with its writing.</summary>
    Id2 = 2,

    /// <summary>Hash of katakana name, birth date and sex.</summary>
    Id4 = 4,

    /// <summary>Hash of the oldest individual insured number; comparable within one provision only.</summary>
    Id5 = 5,
}

/// <summary>
/// A hashed identifier of a public database: 64 lower-case hex digits. What stands for "none" there (nothing, NULL, runs of
/// one character such as 9) is no identifier: joined on, it would make one person of millions (3 to 8 % of ID5 are so).
/// </summary>
internal readonly record struct LinkId(LinkIdKind Kind, string Hex)
{
    // What hashing nothing gives: a holder that hashed an empty field made one person of all such records.
    private static readonly string HashOfNothing = Convert.ToHexString(SHA256.HashData([]));

    /// <summary>The identifier; null where there is none; a refusal for anything else. The text is never quoted.</summary>
    public static Outcome<LinkId?> Parse(LinkIdKind kind, string? written)
    {
        var text = WrittenForm.Unify(written).Replace(" ", "", StringComparison.Ordinal);
        if (text is "" or "NULL" or "\\N" or "NA" or "N/A" or "NAN" or "NONE" or "." || !text.AsSpan().ContainsAnyExcept(text[0]) || text == HashOfNothing)
        {
            return Outcome<LinkId?>.Ok(null);
        }

        return text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? Outcome<LinkId?>.Ok(new LinkId(kind, text.ToLowerInvariant()))
            : Finding.Error("identity.link-id", "A linkage identifier is not 64 hexadecimal digits", "Give the identifier as provided, or leave the field empty where there is none");
    }
}
