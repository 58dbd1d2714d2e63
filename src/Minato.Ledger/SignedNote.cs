using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using NSec.Cryptography;

namespace Minato.Ledger;

/// <summary>Signs notes (C2SP signed-note) with Ed25519.</summary>
internal sealed class NoteSigner : IDisposable
{
    private readonly Key key;

    /// <param name="seed">32 bytes.</param>
    public NoteSigner(string name, ReadOnlySpan<byte> seed)
    {
        key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        VerifierKey = new VerifierKey(name, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public VerifierKey VerifierKey { get; }

    /// <param name="text">Ends in a newline; the signature covers it, the newline included.</param>
    public string Sign(string text)
    {
        Span<byte> signed = stackalloc byte[4 + 64];
        BinaryPrimitives.WriteUInt32BigEndian(signed, VerifierKey.Id);
        SignatureAlgorithm.Ed25519.Sign(key, Encoding.UTF8.GetBytes(text), signed[4..]);
        return $"{text}\n\u2014 {VerifierKey.Name} {Convert.ToBase64String(signed)}\n";
    }

    public void Dispose() => key.Dispose();
}

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

/// <summary>What a checkpoint says (C2SP tlog-checkpoint): whose log, how many leaves, which root.</summary>
public sealed record TreeHead(string Origin, long Size, ReadOnlyMemory<byte> RootHash)
{
    /// <summary>The three lines of the note's text.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(RootHash.Span)}\n");

    /// <summary>Opens a checkpoint's note: signature by the key, origin = the key's name, three lines (further lines are allowed and passed over).</summary>
    public static bool TryOpen(string? note, VerifierKey key, [NotNullWhen(true)] out TreeHead? head)
    {
        head = null;
        if (!SignedNote.TryOpen(note, key, out var text))
        {
            return false;
        }

        var lines = text[..^1].Split('\n');
        var root = new byte[32];
        if (lines.Length < 3 || lines.Any(l => l.Length == 0) || lines[0] != key.Name
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture)
            || lines[2].Length != 44 || !Convert.TryFromBase64String(lines[2], root, out var length) || length != 32)
        {
            return false;
        }

        head = new TreeHead(lines[0], size, root);
        return true;
    }
}
