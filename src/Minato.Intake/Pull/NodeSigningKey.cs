using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Intake.Pull;

/// <summary>A signing key (ECDSA on P-384) that follows from a named key of the node's key store, so that nothing secret is kept beside it.</summary>
internal static class NodeSigningKey
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
}
