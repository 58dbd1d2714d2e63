using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Minato.Intake;

/// <summary>
/// Pieces that could not be taken, kept whole and sealed (AES-256-GCM under the holder's quarantine key), because a bad
/// record may hold a name beside a diagnosis. A piece's id is <c>{delivery}.{n}</c>; the file is nonce, tag, length and
/// sealed bytes, piece after piece.
/// </summary>
internal sealed class QuarantineStore(string folder, IKeyStore keys)
{
    private const int Nonce = 12;
    private const int Tag = 16;

    public Writer Begin(DeliveryId delivery, HolderId holder) => new(Path.Combine(folder, delivery + ".sealed"), keys.Key(KeyName(holder)));

    public byte[]? Read(DeliveryId delivery, HolderId holder, int number)
    {
        var path = Path.Combine(folder, delivery + ".sealed");
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[Nonce + Tag + 4];
        for (var i = 0; file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(head[(Nonce + Tag)..]);
            if (i < number)
            {
                file.Position += length;
                continue;
            }

            var sealedBytes = new byte[length];
            file.ReadExactly(sealedBytes);
            var plain = new byte[length];
            using var aes = new AesGcm(keys.Key(KeyName(holder)), Tag);
            aes.Decrypt(head[..Nonce], sealedBytes, head.Slice(Nonce, Tag), plain, BitConverter.GetBytes(i));
            return plain;
        }

        return null;
    }

    private static string KeyName(HolderId holder) => $"intake-quarantine/{holder}";

    /// <summary>Writes the pieces of one delivery; a delivery taken again begins anew.</summary>
    internal sealed class Writer(string path, byte[] key) : IDisposable
    {
        private FileStream? file;
        private AesGcm? aes;

        public int Count { get; private set; }

        public int Add(ReadOnlySpan<byte> raw)
        {
            file ??= new FileStream(path, FileMode.Create, FileAccess.Write);
            aes ??= new AesGcm(key, Tag);
            Span<byte> head = stackalloc byte[Nonce + Tag + 4];
            RandomNumberGenerator.Fill(head[..Nonce]);
            BinaryPrimitives.WriteInt32BigEndian(head[(Nonce + Tag)..], raw.Length);
            var sealedBytes = new byte[raw.Length];
            aes.Encrypt(head[..Nonce], raw, sealedBytes, head.Slice(Nonce, Tag), BitConverter.GetBytes(Count));
            file.Write(head);
            file.Write(sealedBytes);
            return Count++;
        }

        public void Flush() => file?.Flush(flushToDisk: true);

        public void Dispose()
        {
            file?.Dispose();
            aes?.Dispose();
        }
    }
}
