using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using NSec.Cryptography;

namespace Minato.Ledger;

/// <summary>Reads notes (C2SP signed-note). Lines of other signers, such as witnesses, are passed over.</summary>
public static class SignedNote
{
    /// <summary>The note's text, if it carries that key's good signature. A bad signature by that key refuses the whole note.</summary>
    public static bool TryOpen(string? note, VerifierKey key, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (note is null || note.Length > 1_000_000 || !note.EndsWith('\n') || note.Any(c => c < ' ' && c != '\n'))
        {
            return false;
        }

        var blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0)
        {
            return false;
        }

        var body = note[..(blank + 1)];
        var lines = note[(blank + 2)..^1].Split('\n');
        if (lines.Length > 100)
        {
            return false;
        }

        var verified = false;
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            var bytes = new byte[line.Length];
            if (parts.Length != 3 || parts[0] != "\u2014" || !VerifierKey.IsValidName(parts[1])
                || !Convert.TryFromBase64String(parts[2], bytes, out var length) || length < 5)
            {
                return false;
            }

            if (verified || parts[1] != key.Name || BinaryPrimitives.ReadUInt32BigEndian(bytes) != key.Id)
            {
                continue;
            }

            // Decoding is lenient about unused bits; the one text that we accept is the canonical one.
            var publicKey = PublicKey.Import(SignatureAlgorithm.Ed25519, key.PublicKey.Span, KeyBlobFormat.RawPublicKey);
            if (length != 68 || Convert.ToBase64String(bytes, 0, length) != parts[2]
                || !SignatureAlgorithm.Ed25519.Verify(publicKey, Encoding.UTF8.GetBytes(body), bytes.AsSpan(4, 64)))
            {
                return false;
            }

            verified = true;
        }

        text = verified ? body : null;
        return verified;
    }
}
