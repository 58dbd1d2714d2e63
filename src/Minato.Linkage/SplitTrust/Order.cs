using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>What an order asks for. Each kind has one caller who may give it, and one direction.</summary>
internal enum OrderKind
{
    /// <summary>The identity authority names persons in a dataset or to the citizens' vault.</summary>
    Enrol,

    /// <summary>A dataset's vault has its people converted for a project.</summary>
    Convert,

    /// <summary>A project's vault has the use of people noted at the citizens' vault.</summary>
    NoteUse,

    /// <summary>A vault moves its own people to its next key.</summary>
    Rotate,

    /// <summary>The desk opens a domain, opens or closes a project.</summary>
    OpenDomain,
    OpenProject,
    CloseProject,

    /// <summary>The desk retires an old key version of a domain after its rotation.</summary>
    Retire,

    /// <summary>Two officers allow more persons a day.</summary>
    RaiseQuota,
}

/// <summary>
/// A request to a transcryptor, signed by who asks. It is bound to the caller, the direction, the permit, the ciphertexts and a
/// moment; a transcryptor answers it once.
/// </summary>
/// <param name="Caller">The party that signs, such as <c>dataset/claims</c>.</param>
/// <param name="Detail">What else the kind needs, in a fixed form.</param>
/// <param name="Payload">SHA-512 over the points that are sent with it.</param>
internal sealed record Order(OrderKind Kind, string Caller, Domain From, Domain To, string Permit, string Detail, byte[] Payload, byte[] Nonce, DateTimeOffset At)
{
    public static Order New(OrderKind kind, string caller, Domain from, Domain to, string permit, string detail, byte[] payload, DateTimeOffset at) =>
        new(kind, caller, from, to, permit, detail, payload, RandomNumberGenerator.GetBytes(16), at);

    /// <summary>What is signed: every field with its length before it, so that no two orders have one text.</summary>
    public byte[] Text()
    {
        using var text = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var field in (ReadOnlySpan<byte[]>)[
            "minato order v1"u8.ToArray(), Utf8(Kind.ToString()), Utf8(Caller), Utf8(From.ToString()), Utf8(To.ToString()), Utf8(Permit), Utf8(Detail), Payload, Nonce, Utf8(At.ToUniversalTime().ToString("O", System.Globalization.CultureInfo.InvariantCulture))])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
            text.Write(length);
            text.Write(field);
        }

        return text.ToArray();

        static byte[] Utf8(string? s) => Encoding.UTF8.GetBytes(s ?? "");
    }

    /// <summary>The digest of points as an order names them.</summary>
    public static byte[] DigestOf(params ReadOnlySpan<Point[]> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        Span<byte> length = stackalloc byte[4];
        foreach (var column in columns)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, column.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(column.AsSpan()));
        }

        return hash.GetHashAndReset();
    }
}

/// <param name="Second">The second signature, of another officer, where the kind needs two.</param>
internal sealed record SignedOrder(Order Order, byte[] Signature, string? SecondCaller = null, byte[]? Second = null)
{
    /// <summary>64 hex digits: SHA-256 of the text.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Order.Text()));

    public static SignedOrder By(PartyKeys caller, Order order) => new(order, caller.Sign(order.Text()));

    public SignedOrder AndBy(string name, PartyKeys second) => this with { SecondCaller = name, Second = second.Sign(Order.Text()) };
}

/// <summary>Who may call, by their pinned keys (Ed25519, raw 32 bytes). Datasets and projects are added when they are opened.</summary>
internal sealed class PartyBook
{
    public const string Identity = "ida";
    public const string Desk = "desk";
    public const string OfficerPrefix = "officer/";

    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> known = new(StringComparer.Ordinal);

    /// <summary>False where the party is known by another key: a pinned key is not replaced.</summary>
    public bool Pin(string party, byte[] verifyingKey) => known.GetOrAdd(party, verifyingKey).AsSpan().SequenceEqual(verifyingKey);

    public bool IsSigned(string party, ReadOnlySpan<byte> text, string hexSignature) =>
        known.TryGetValue(party, out var key) && hexSignature.Length == 128 && PartyKeys.IsSigned(key, text, Convert.FromHexString(hexSignature));

    /// <summary>Null where the order is of the party that its kind demands, and fresh.</summary>
    public Finding? Check(SignedOrder signed, DateTimeOffset now)
    {
        var order = signed.Order;
        var demanded = order.Kind switch
        {
            OrderKind.Enrol => Identity,
            OrderKind.Convert or OrderKind.Rotate => order.From.Name,
            OrderKind.NoteUse => $"project/{order.Permit}",
            OrderKind.RaiseQuota => order.Caller.StartsWith(OfficerPrefix, StringComparison.Ordinal) ? order.Caller : OfficerPrefix,
            _ => Desk,
        };
        if (order.Caller != demanded || !Signed(order.Caller, signed.Signature))
        {
            return Finding.Error("linkage.order-forged", "The order is not signed by the party that may give it", "Have it signed by the vault, desk or authority that it concerns, with the key that is pinned");
        }

        if (order.Kind == OrderKind.RaiseQuota
            && !(signed is { SecondCaller: { } second, Second: { } signature } && second != order.Caller && second.StartsWith(OfficerPrefix, StringComparison.Ordinal) && Signed(second, signature)))
        {
            return Finding.Error("linkage.second-signature", "The order needs the signatures of two officers", "Have another officer sign it too");
        }

        return (now - order.At).Duration() > LongestAge
            ? Finding.Error("linkage.order-stale", "The order is too old, or of a moment that has not come", "Give it anew; see that the clocks agree")
            : null;

        bool Signed(string party, byte[] signature) => known.TryGetValue(party, out var key) && PartyKeys.IsSigned(key, order.Text(), signature);
    }
}
