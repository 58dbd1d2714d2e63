using System.Buffers.Binary;
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
