using System.Security.Cryptography;
using Minato.Linkage.SplitTrust.Group;
using NSec.Cryptography;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// One party's keys, by name, out of its own key store. Exponents are derived when they are needed and never leave the party's
/// process: two factors would give a third.
/// </summary>
/// <param name="party">Slug, for example <c>la</c>: it is the prefix of all names, so that parties that share a store still share no key.</param>
internal sealed class PartyKeys(IKeyStore keys, string party)
{
    public string Party => party;

    /// <exception cref="KeyDestroyedException">The key was destroyed.</exception>
    public Scalar Exponent(string name)
    {
        var key = keys.Key(Full(name));
        Span<byte> wide = stackalloc byte[64];
        HKDF.DeriveKey(HashAlgorithmName.SHA512, key, wide, salt: default, "minato split-trust exponent v1"u8);
        CryptographicOperations.ZeroMemory(key);
        var exponent = Scalar.Reduce(wide);
        CryptographicOperations.ZeroMemory(wide);
        return exponent.IsZero ? throw new InvalidOperationException("A key gives no exponent") : exponent;
    }

    public Aes Permutation(string name)
    {
        var aes = Aes.Create();
        aes.Key = keys.Key(Full(name));
        return aes;
    }

    public AesGcm Seal(string name) => new(keys.Key(Full(name)), 16);

    public void Destroy(string name) => keys.Destroy(Full(name));

    public bool IsDestroyed(string name) => keys.IsDestroyed(Full(name));

    /// <summary>Ed25519.</summary>
    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        using var key = SigningKey();
        return SignatureAlgorithm.Ed25519.Sign(key, text);
    }

    public byte[] VerifyingKey()
    {
        using var key = SigningKey();
        return key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    public static bool IsSigned(ReadOnlySpan<byte> verifyingKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, verifyingKey, KeyBlobFormat.RawPublicKey, out var key)
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, text, signature);

    private Key SigningKey() => Key.Import(SignatureAlgorithm.Ed25519, keys.Key(Full("signing")), KeyBlobFormat.RawPrivateKey);

    private string Full(string name) => $"split/{party}/{name}";
}
