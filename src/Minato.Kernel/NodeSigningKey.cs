using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minato.Kernel;

/// <summary>A signing key (ECDSA on P-384) that follows from a named key of the node's key store, so that nothing secret is kept beside it.</summary>
public static class NodeSigningKey
{
    // The order of P-384's base point (FIPS 186-4, D.1.2.4).
    private static readonly BigInteger Order = BigInteger.Parse(
        "39402006196394479212279040100143613805079739270465446667946905279627659399113263569398956308152294913554433653942643", System.Globalization.CultureInfo.InvariantCulture);

    public static ECDsa Of(IKeyStore keys, string name)
    {
        var secret = keys.Key(name);
        var wide = HKDF.DeriveKey(HashAlgorithmName.SHA384, secret, 72, info: "es384"u8.ToArray());
        CryptographicOperations.ZeroMemory(secret);
        var d = ((new BigInteger(wide, isUnsigned: true, isBigEndian: true) % (Order - 1)) + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        CryptographicOperations.ZeroMemory(wide);
        var padded = new byte[48];
        d.CopyTo(padded, padded.Length - d.Length);
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, D = padded });
    }

    /// <summary>The public half as a line of <c>authorized_keys</c> (RFC 5656).</summary>
    public static string AuthorizedKey(ECDsa key, string comment)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        using var blob = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var part in (byte[][])[Encoding.ASCII.GetBytes("ecdsa-sha2-nistp384"), Encoding.ASCII.GetBytes("nistp384"), [4, .. q.X!, .. q.Y!]])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            blob.Write(length);
            blob.Write(part);
        }

        return $"ecdsa-sha2-nistp384 {Convert.ToBase64String(blob.ToArray())} {comment}";
    }

    /// <summary>A signed document in JWS compact form (RFC 7515, ES384): head, payload and signature, each as base64url.</summary>
    /// <param name="type">The head's <c>typ</c>.</param>
    /// <param name="payload">A JSON object in UTF-8.</param>
    public static string Jws(IKeyStore keys, string name, string type, ReadOnlySpan<byte> payload)
    {
        using var key = Of(keys, name);
        var head = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES384", typ = type, kid = KeyId(key.ExportParameters(includePrivateParameters: false).Q) });
        var signed = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384))}";
    }

    /// <summary>The public halves as a JWK set (RFC 7517), for whoever verifies.</summary>
    public static string JwkSet(IKeyStore keys, params ReadOnlySpan<string> names)
    {
        var all = new List<object>();
        foreach (var name in names)
        {
            using var key = Of(keys, name);
            var q = key.ExportParameters(includePrivateParameters: false).Q;
            all.Add(new { kty = "EC", crv = "P-384", alg = "ES384", use = "sig", kid = KeyId(q), x = Base64Url.EncodeToString(q.X), y = Base64Url.EncodeToString(q.Y) });
        }

        return JsonSerializer.Serialize(new { keys = all });
    }

    private static string KeyId(ECPoint q) => Convert.ToHexStringLower(SHA256.HashData([.. q.X!, .. q.Y!]))[..16];
}
