using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Minato.Ledger.Age;

/// <summary>
/// A file encrypted to one X25519 key in the format age (C2SP age, version 1), so that a recipient can open it with programs that are not ours: a header with the file's key wrapped for the
/// recipient and authenticated, then pieces of 64 KiB under ChaCha20-Poly1305, counted, the last one marked. A file that was cut off anywhere does not open to its end.
/// </summary>
public static class AgeFile
{
    private const string Version = "age-encryption.org/v1";
    private const string StanzaType = "X25519";
    private const int FileKeySize = 16;
    private const int NonceSize = 16;
    private const int PieceSize = 64 << 10;
    private const int TagSize = 16;
    private const int LineWidth = 64;
    private const int LongestHeader = 64 << 10;

    private static readonly byte[] NoNonce = new byte[12];

    /// <summary>Begins a file. It is whole once <see cref="SealingStream.Complete"/> was called; the stream below stays open.</summary>
    public static SealingStream Write(Stream to, AgeRecipient recipient)
    {
        var fileKey = RandomNumberGenerator.GetBytes(FileKeySize);
        using var ephemeral = Key.Create(KeyAgreementAlgorithm.X25519);
        var share = ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        using var wrapping = WrapKey(ephemeral, recipient.Key, share, recipient.Key) ?? throw new InvalidOperationException("The recipient's key agrees with every other");
        var header = $"{Version}\n-> {StanzaType} {Base64(share)}\n{Base64(AeadAlgorithm.ChaCha20Poly1305.Encrypt(wrapping, NoNonce, [], fileKey))}\n---";
        to.Write(Encoding.ASCII.GetBytes($"{header} {Base64(Mac(fileKey, Encoding.ASCII.GetBytes(header)))}\n"));
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        to.Write(nonce);
        var writer = new SealingStream(to, PayloadKey(fileKey, nonce));
        CryptographicOperations.ZeroMemory(fileKey);
        return writer;
    }

    /// <summary>The content, forward. The stream below stays open.</summary>
    /// <exception cref="InvalidDataException">It is no such file, not for this key, or was changed; also while reading.</exception>
    public static Stream Read(Stream from, AgeIdentity identity)
    {
        var buffered = new BufferedStream(from, PieceSize);
        var header = new MemoryStream();
        if (Line(buffered, header) != Version)
        {
            throw new InvalidDataException("Not an age file");
        }

        byte[]? fileKey = null;
        string line;
        for (line = Line(buffered, header); line.StartsWith("-> ", StringComparison.Ordinal); line = Line(buffered, header))
        {
            var words = line.Split(' ');
            var body = new StringBuilder();
            string part;
            do
            {
                part = Line(buffered, header);
                body.Append(part.Length <= LineWidth ? part : throw new InvalidDataException("A header's line is too long"));
            }
            while (part.Length == LineWidth);
            // Stanzas of other kinds are for others, but well formed they are.
            var wrapped = FromBase64(body.ToString());
            if (words.Length < 2 || words.Any(w => w.Length == 0 || w.Any(c => c is < '!' or > '~')))
            {
                throw new InvalidDataException("A header's line is not well formed");
            }

            fileKey ??= words is [_, StanzaType, var share] ? Unwrap(identity, FromBase64(share), wrapped) : null;
        }

        // The MAC is over all before it, up to and with the three dashes.
        if (fileKey is null || line is not ['-', '-', '-', ' ', ..]
            || !CryptographicOperations.FixedTimeEquals(Mac(fileKey, header.GetBuffer().AsSpan(0, (int)header.Length - line.Length - 1 + 3)), FromBase64(line[4..])))
        {
            throw new InvalidDataException("Not for this key, or changed");
        }

        Span<byte> nonce = stackalloc byte[NonceSize];
        return buffered.ReadAtLeast(nonce, NonceSize, throwOnEndOfStream: false) == NonceSize ? new Reader(buffered, PayloadKey(fileKey, nonce)) : throw new InvalidDataException("The file ends early");
    }

    private static Key? WrapKey(Key mine, PublicKey theirs, ReadOnlySpan<byte> share, PublicKey recipient)
    {
        using var agreed = KeyAgreementAlgorithm.X25519.Agree(mine, theirs);
        return agreed is null ? null : KeyDerivationAlgorithm.HkdfSha256.DeriveKey(
            agreed, [.. share, .. recipient.Export(KeyBlobFormat.RawPublicKey)], Encoding.ASCII.GetBytes($"{Version}/{StanzaType}"), AeadAlgorithm.ChaCha20Poly1305);
    }

    private static byte[]? Unwrap(AgeIdentity identity, byte[] share, byte[] body)
    {
        if (share.Length != 32 || body.Length != FileKeySize + TagSize || !PublicKey.TryImport(KeyAgreementAlgorithm.X25519, share, KeyBlobFormat.RawPublicKey, out var theirs) || theirs is null)
        {
            throw new InvalidDataException("A header's key is not well formed");
        }

        using var wrapping = WrapKey(identity.Key, theirs, share, identity.Key.PublicKey) ?? throw new InvalidDataException("A header's key is not well formed");
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(wrapping, NoNonce, [], body);
    }

    private static byte[] Mac(byte[] fileKey, ReadOnlySpan<byte> header)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, key, salt: default, "header"u8);
        return HMACSHA256.HashData(key, header);
    }

    private static Key PayloadKey(byte[] fileKey, ReadOnlySpan<byte> nonce)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, key, nonce, "payload"u8);
        var imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        CryptographicOperations.ZeroMemory(key);
        return imported;
    }

    private static string Base64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Without padding, and written in no other way than age writes it.</summary>
    private static byte[] FromBase64(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text + new string('=', (4 - (text.Length % 4)) % 4));
            return Base64(bytes) == text ? bytes : throw new InvalidDataException("A header's text is not canonical");
        }
        catch (FormatException)
        {
            throw new InvalidDataException("A header's text is not canonical");
        }
    }

    private static string Line(Stream from, MemoryStream header)
    {
        var line = new StringBuilder();
        while (header.Length < LongestHeader && from.ReadByte() is var c and >= 0 and < 0x80)
        {
            header.WriteByte((byte)c);
            if (c == '\n')
            {
                return line.ToString();
            }

            line.Append((char)c);
        }

        throw new InvalidDataException("Not an age file");
    }

    /// <summary>The nonce of a piece: its number, and whether it is the last.</summary>
    private static void Nonce(Span<byte> nonce, long piece, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], piece);
        nonce[11] = isLast ? (byte)1 : (byte)0;
    }

    /// <summary>Takes the content, and seals it piece by piece.</summary>
    public sealed class SealingStream : Stream
    {
        private readonly Stream to;
        private readonly Key key;
        private readonly byte[] plain = new byte[PieceSize];
        private readonly byte[] box = new byte[PieceSize + TagSize];
        private int held;
        private long piece;

        internal SealingStream(Stream to, Key key) => (this.to, this.key) = (to, key);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                // Only what follows shows that a piece is not the last.
                if (held == PieceSize)
                {
                    Seal(isLast: false);
                }

                var fits = Math.Min(buffer.Length, PieceSize - held);
                buffer[..fits].CopyTo(plain.AsSpan(held));
                held += fits;
                buffer = buffer[fits..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        /// <summary>Writes the last piece.</summary>
        public void Complete() => Seal(isLast: true);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                key.Dispose();
                CryptographicOperations.ZeroMemory(plain);
            }

            base.Dispose(disposing);
        }

        private void Seal(bool isLast)
        {
            Span<byte> nonce = stackalloc byte[12];
            Nonce(nonce, piece++, isLast);
            AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, nonce, [], plain.AsSpan(0, held), box.AsSpan(0, held + TagSize));
            to.Write(box, 0, held + TagSize);
            held = 0;
        }
    }

    private sealed class Reader(Stream from, Key key) : ForwardStream
    {
        private readonly byte[] plain = new byte[PieceSize];

        // One byte more than a piece: whether something follows decides which piece is the last.
        private readonly byte[] box = new byte[PieceSize + TagSize + 1];
        private int ahead;
        private int at;
        private int held;
        private long piece;
        private bool isLast;

        public override int Read(Span<byte> buffer)
        {
            while (at == held && !isLast && buffer.Length > 0)
            {
                Open();
            }

            var n = Math.Min(buffer.Length, held - at);
            plain.AsSpan(at, n).CopyTo(buffer);
            at += n;
            return n;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                key.Dispose();
                CryptographicOperations.ZeroMemory(plain);
            }

            base.Dispose(disposing);
        }

        private void Open()
        {
            var read = ahead + from.ReadAtLeast(box.AsSpan(ahead), box.Length - ahead, throwOnEndOfStream: false);
            isLast = read < box.Length;
            var length = (isLast ? read : read - 1) - TagSize;
            Span<byte> nonce = stackalloc byte[12];
            Nonce(nonce, piece, isLast);
            // An empty last piece would be a second way to write the same content.
            if (length < 0 || (length == 0 && piece > 0) || !AeadAlgorithm.ChaCha20Poly1305.Decrypt(key, nonce, [], box.AsSpan(0, length + TagSize), plain.AsSpan(0, length)))
            {
                isLast = true;
                throw new InvalidDataException("The file was changed, or ends early");
            }

            (at, held, piece) = (0, length, piece + 1);
            (box[0], ahead) = isLast ? ((byte)0, 0) : (box[^1], 1);
        }
    }
}
