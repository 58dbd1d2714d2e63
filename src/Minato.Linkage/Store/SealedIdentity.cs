using System.Text;
using Minato.Linkage.Matching;

namespace Minato.Linkage.Store;

/// <summary>
/// What is kept of an identity, under one seal: the evidence for matching, and the identity as written, so that a better
/// normalisation can read it anew.
/// </summary>
internal static class SealedIdentity
{
    public static byte[] Close(Seal seal, Evidence evidence, string raw, ReadOnlySpan<byte> row)
    {
        var plain = new byte[Evidence.Size + Encoding.UTF8.GetByteCount(raw)];
        evidence.Write(plain);
        Encoding.UTF8.GetBytes(raw, plain.AsSpan(Evidence.Size));
        return seal.Close(plain, row);
    }

    public static (Evidence Evidence, string Raw) Open(Seal seal, byte[] box, ReadOnlySpan<byte> row)
    {
        var plain = seal.Open(box, row);
        return (Evidence.Read(plain), Encoding.UTF8.GetString(plain.AsSpan(Evidence.Size)));
    }
}
