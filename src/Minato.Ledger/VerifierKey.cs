using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Ledger;

/// <summary>
/// The public key that checks a log's notes, in the text form of C2SP signed-note (<c>name+keyid+base64</c>), Ed25519.
/// It is made to be published: whoever has it can check every checkpoint.
/// </summary>
public sealed class VerifierKey
{
    private const byte Ed25519 = 0x01;
    private readonly byte[] publicKey;

    internal VerifierKey(string name, byte[] publicKey) => (Name, this.publicKey, Id) = (name, publicKey, KeyId(name, publicKey));

    public string Name { get; }

    /// <summary>The first four bytes of <c>SHA-256(name || 0x0A || 0x01 || public key)</c>, big-endian.</summary>
    public uint Id { get; }

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>A name may not be empty nor contain white space, control characters or '+' (C2SP signed-note).</summary>
    public static bool IsValidName([NotNullWhen(true)] string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= 200 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c == '+');

    public static bool TryParse(string? text, [NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;

        // Base64 contains '+' itself, so only the first two separate.
        var parts = text?.Split('+', 3) ?? [];
        var bytes = new byte[33];
        if (parts.Length != 3 || parts[1].Length != 8 || !IsValidName(parts[0])
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            || parts[2].Length != 44 || !Convert.TryFromBase64String(parts[2], bytes, out var length) || length != 33 || bytes[0] != Ed25519)
        {
            return false;
        }

        var parsed = new VerifierKey(parts[0], bytes[1..]);
        key = parsed.Id == id ? parsed : null;
        return key is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519, .. publicKey])}");

    private static uint KeyId(string name, byte[] publicKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), 0x0A, Ed25519, .. publicKey]));
}
