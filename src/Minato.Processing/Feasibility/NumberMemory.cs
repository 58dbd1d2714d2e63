using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;

namespace Minato.Processing.Feasibility;

/// <summary>
/// The numbers that were told, to whomever, on the ledger: restarts and further processes know them. Each is sealed (AES-GCM, bound to the
/// stream), because the sketch of one person would be a name for them.
/// </summary>
internal sealed class NumberMemory(ILedger ledger, IKeyStore keys, FeasibilityRule rule)
{
    private const string Stream = "feasibility-numbers";
    private const int Nonce = 12;
    private const int Tag = 16;
    private const int Plain = 16 + (4 * PersonGroup.Signs);

    private readonly ToldNumbers told = new(rule);
    private long version;

    /// <summary>The record keys' secret: with it and a pseudonym anybody could compute noise away.</summary>
    public byte[] Secret => keys.Key("feasibility-records");

    /// <summary>A group's name in a budget: keyed, so that the ledger's readers cannot tell who is in it.</summary>
    public string NameOf(PersonGroup group)
    {
        Span<byte> key = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(key, group.CellKey);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], group.Count);
        return Convert.ToHexStringLower(HMACSHA256.HashData(keys.Key("feasibility-groups"), key).AsSpan(0, 16));
    }

    /// <summary>The number of a group; a new one is on the ledger before anybody sees it.</summary>
    public long NumberOf(PersonGroup group, ActorId by)
    {
        while (true)
        {
            CatchUp();
            if (told.Find(group) is { } known)
            {
                return known.Number;
            }

            var appended = ledger.AppendAsync(Stream, version, by, [EventJson.Write<FeasibilityEvent>("processing", new FeasibilityEvent.Remembered(Close(told.New(group))))]).GetAwaiter().GetResult();
            if (!appended.IsOk && appended.Findings.All(f => f.Code != "ledger.conflict"))
            {
                throw new RefusedException(appended.Findings);
            }
        }
    }

    private void CatchUp()
    {
        foreach (var e in ledger.ReadStream(Stream, version + 1))
        {
            if (!e.Erased && EventJson.Read<FeasibilityEvent>(e) is FeasibilityEvent.Remembered remembered)
            {
                told.Remember(Open(remembered.Sealed));
            }

            version = e.Version;
        }
    }

    private string Close(ToldNumber number)
    {
        Span<byte> plain = stackalloc byte[Plain];
        BinaryPrimitives.WriteUInt64BigEndian(plain, number.CellKey);
        BinaryPrimitives.WriteInt64BigEndian(plain[8..], number.Number);
        for (var i = 0; i < PersonGroup.Signs; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(plain[(16 + (4 * i))..], number.Sketch[i]);
        }

        var box = new byte[Nonce + Tag + Plain];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = Cipher();
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), Encoding.UTF8.GetBytes(Stream));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">The payload was changed.</exception>
    private ToldNumber Open(string text)
    {
        var box = Convert.FromBase64String(text);
        if (box.Length != Nonce + Tag + Plain)
        {
            throw new CryptographicException("A sealed number has another length");
        }

        var plain = new byte[Plain];
        using var aes = Cipher();
        aes.Decrypt(box.AsSpan(0, Nonce), box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), plain, Encoding.UTF8.GetBytes(Stream));
        return new ToldNumber(
            BinaryPrimitives.ReadUInt64BigEndian(plain),
            [.. Enumerable.Range(0, PersonGroup.Signs).Select(i => BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(16 + (4 * i))))],
            BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(8)));
    }

    private AesGcm Cipher() => new(keys.Key("feasibility-memory"), Tag);
}
