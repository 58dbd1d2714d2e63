using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Minato.Federation;

/// <summary>
/// The key by which a node is known to the others: ECDSA P-256, derived from the key store, so that there is no file to
/// lose. The certificate around it is self-signed and made anew at each start; others pin the key, not the certificate.
/// </summary>
public sealed class NodeIdentity : IDisposable
{
    /// <summary>The key's name in the key store.</summary>
    public const string KeyName = "node-identity";

    private NodeIdentity(X509Certificate2 certificate) => (Certificate, KeySha256) = (certificate, PinOf(certificate));

    /// <summary>What other nodes write into their configuration: SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public string KeySha256 { get; }

    internal X509Certificate2 Certificate { get; }

    /// <param name="node">The node's id in the plan; it is the certificate's name, which nobody relies on.</param>
    public static NodeIdentity From(IKeyStore keys, string node, TimeProvider clock)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Scalar(keys.Key(KeyName)) });
        var request = new CertificateRequest($"CN={Slug.Check(node, "node id")}", key, HashAlgorithmName.SHA256);
        var today = clock.GetUtcNow();
        return new NodeIdentity(request.CreateSelfSigned(today.AddDays(-1), today.AddYears(10)));
    }

    public void Dispose() => Certificate.Dispose();

    internal static string PinOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>A private key must lie in [1, n-1]; hashing again until it does keeps it uniform, and practically never happens.</summary>
    private static byte[] Scalar(byte[] seed)
    {
        var order = new BigInteger(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);
        for (var d = seed; ; d = SHA256.HashData(d))
        {
            var value = new BigInteger(d, isUnsigned: true, isBigEndian: true);
            if (!value.IsZero && value < order)
            {
                return d;
            }
        }
    }
}
