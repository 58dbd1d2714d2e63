using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Linkage.Clk;

/// <summary>
/// What stands in clear at the head of a <c>.clk</c> file. Everything after it is sealed: AES-256-GCM under <c>HKDF(transport key, salt)</c>, in chunks whose nonce
/// is their number, with the header as associated data, so that chunks cannot be dropped, exchanged or moved to another file.
/// </summary>
/// <param name="Key">Fingerprint of the encoding key.</param>
/// <param name="Salt">Random, 64 hex digits, fresh for each file.</param>
internal sealed record ClkHeader(string Project, string Holder, string Dataset, string Schema, string Key, string Salt);

/// <summary>
/// The format: magic (8 bytes), length of the header (uint32), header (JSON), number of records (int64, all little-endian); then chunks of
/// length (uint32; at most <see cref="ChunkRecords"/> records), ciphertext, tag (16). A record is its row number (uint32) and its CLK (128 bytes). The last chunk is empty and vouches
/// for the number of records.
/// </summary>
internal static class ClkFile
{
    public const int ChunkRecords = 4096;
    public const int RecordBytes = 4 + ClkBits.Bytes;
    public const int Tag = 16;
    public const int MostHeader = 4096;
    private const int Nonce = 12;

    public static ReadOnlySpan<byte> Magic => "MNTCLK1\n"u8;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    internal static AesGcm Cipher(ReadOnlySpan<byte> transport, ClkHeader header)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, transport, key, Convert.FromHexString(header.Salt), "minato clk file"u8);
        var cipher = new AesGcm(key, Tag);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    internal static void NonceOf(long chunk, bool last, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce, chunk);
        nonce[Nonce - 1] = last ? (byte)1 : (byte)0;
    }

    /// <summary>Header bytes and, for the last chunk, the number of records.</summary>
    internal static byte[] Bound(ReadOnlySpan<byte> header, long? count)
    {
        var bound = new byte[header.Length + 8];
        header.CopyTo(bound);
        BinaryPrimitives.WriteInt64LittleEndian(bound.AsSpan(header.Length), count ?? -1);
        return bound;
    }
}

/// <summary>Writes a <c>.clk</c> file. The number of records is known at the end, so the stream must be able to seek.</summary>
internal sealed class ClkWriter : IDisposable
{
    private readonly Stream stream;
    private readonly AesGcm cipher;
    private readonly byte[] header;
    private readonly byte[] plain = new byte[ClkFile.ChunkRecords * ClkFile.RecordBytes];
    private readonly byte[] box = new byte[4 + (ClkFile.ChunkRecords * ClkFile.RecordBytes) + ClkFile.Tag];
    private int pending;
    private long chunk;

    public ClkWriter(Stream stream, ClkProjectKey key)
    {
        this.stream = stream;
        var head = new ClkHeader(
            key.Project, key.Party.Holder.Value, key.Party.Dataset.Value, key.Schema, key.Fingerprint, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        header = JsonSerializer.SerializeToUtf8Bytes(head, ClkFile.Json);
        cipher = ClkFile.Cipher(key.Transport, head);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(ClkFile.Magic);
        stream.Write(length);
        stream.Write(header);
        stream.Write(stackalloc byte[8]);
    }

    public long Count { get; private set; }

    /// <param name="rows">Row numbers, rising.</param>
    /// <param name="clks">16 words for each row.</param>
    public void Add(ReadOnlySpan<uint> rows, ReadOnlySpan<ulong> clks)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var record = plain.AsSpan(pending * ClkFile.RecordBytes, ClkFile.RecordBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(record, rows[i]);
            for (var w = 0; w < ClkBits.Words; w++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(record[(4 + (8 * w))..], clks[(i * ClkBits.Words) + w]);
            }

            Count++;
            if (++pending == ClkFile.ChunkRecords)
            {
                Close(last: false);
            }
        }
    }

    public void Finish()
    {
        if (pending > 0)
        {
            Close(last: false);
        }

        Close(last: true);
        Span<byte> count = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, Count);
        stream.Position = ClkFile.Magic.Length + 4 + header.Length;
        stream.Write(count);
        stream.Flush();
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(plain);
        cipher.Dispose();
    }

    private void Close(bool last)
    {
        var length = pending * ClkFile.RecordBytes;
        Span<byte> nonce = stackalloc byte[12];
        ClkFile.NonceOf(chunk++, last, nonce);
        BinaryPrimitives.WriteInt32LittleEndian(box, length);
        cipher.Encrypt(nonce, plain.AsSpan(0, length), box.AsSpan(4, length), box.AsSpan(4 + length, ClkFile.Tag), ClkFile.Bound(header, last ? Count : null));
        stream.Write(box.AsSpan(0, 4 + length + ClkFile.Tag));
        pending = 0;
    }
}

/// <summary>Reads a <c>.clk</c> file that somebody else wrote: whatever is in it, the answer is its records or a finding.</summary>
internal static class ClkReader
{
    /// <summary>The header alone, with the number of records that the file claims.</summary>
    public static Outcome<(ClkHeader Header, long Count)> ReadHeader(Stream stream, string name)
    {
        var head = ReadHead(stream, name);
        return head.Map(h => (h.Header, h.Count));
    }

    /// <summary>All records of a file. Nothing is given before the last chunk has vouched for the whole.</summary>
    /// <param name="transport">The transport key of the party that the header names.</param>
    public static Outcome<ClkSet> Read(Stream stream, string name, ReadOnlySpan<byte> transport)
    {
        var head = ReadHead(stream, name);
        if (!head.Try(out var h))
        {
            return Outcome<ClkSet>.Refused(head.Findings);
        }

        using var cipher = ClkFile.Cipher(transport, h.Header);
        var set = new ClkSet((int)h.Count);
        var box = new byte[(ClkFile.ChunkRecords * ClkFile.RecordBytes) + ClkFile.Tag];
        var plain = new byte[ClkFile.ChunkRecords * ClkFile.RecordBytes];
        var finding = ReadChunks(stream, name, h.Bytes, h.Count, cipher, box, plain, set);
        CryptographicOperations.ZeroMemory(plain);
        if (finding is null)
        {
            return set;
        }

        set.Wipe();
        return finding;
    }

    private static Finding? ReadChunks(Stream stream, string name, byte[] header, long count, AesGcm cipher, byte[] box, byte[] plain, ClkSet set)
    {
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> four = stackalloc byte[4];
        Span<ulong> clk = stackalloc ulong[ClkBits.Words];
        var before = -1L;
        for (var chunk = 0L; ; chunk++)
        {
            if (stream.ReadAtLeast(four, 4, throwOnEndOfStream: false) < 4)
            {
                return Damaged("The file ends in the middle", name, chunk);
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(four);
            if (length < 0 || length > plain.Length || length % ClkFile.RecordBytes != 0)
            {
                return Damaged("A chunk has a length that no chunk can have", name, chunk);
            }

            var last = length == 0;
            if (stream.ReadAtLeast(box.AsSpan(0, length + ClkFile.Tag), length + ClkFile.Tag, throwOnEndOfStream: false) < length + ClkFile.Tag)
            {
                return Damaged("The file ends in the middle", name, chunk);
            }

            ClkFile.NonceOf(chunk, last, nonce);
            try
            {
                cipher.Decrypt(nonce, box.AsSpan(0, length), box.AsSpan(length, ClkFile.Tag), plain.AsSpan(0, length), ClkFile.Bound(header, last ? count : null));
            }
            catch (CryptographicException)
            {
                return Finding.Error("clk.seal", "A chunk does not open: the file was changed, or sealed for another project", "Encode the file again with this project's key", new Place(name, Field: $"chunk {chunk}"));
            }

            if (last)
            {
                return set.Count == count && stream.ReadByte() < 0 ? null : Damaged("The file holds more or fewer records than it says", name, chunk);
            }

            for (var at = 0; at < length; at += ClkFile.RecordBytes)
            {
                var row = BinaryPrimitives.ReadUInt32LittleEndian(plain.AsSpan(at));
                if (row <= before || set.Count == count)
                {
                    return Damaged(row <= before ? "Row numbers do not rise" : "The file holds more records than it says", name, chunk);
                }

                before = row;
                MemoryMarshal.Cast<byte, ulong>(plain.AsSpan(at + 4, ClkBits.Bytes)).CopyTo(clk);
                if (!BitConverter.IsLittleEndian)
                {
                    BinaryPrimitives.ReverseEndianness(clk, clk);
                }

                set.Add(row, clk);
            }
        }
    }

    private static Outcome<(ClkHeader Header, long Count, byte[] Bytes)> ReadHead(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start, 12, throwOnEndOfStream: false) < 12 || !start[..8].SequenceEqual(ClkFile.Magic))
        {
            return Finding.Error("clk.magic", "This is no CLK file", "Give a file that './minato linkage encode' wrote", new Place(name));
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        if (length is < 2 or > ClkFile.MostHeader)
        {
            return Damaged("The header has a length that no header can have", name, null);
        }

        var bytes = new byte[length];
        Span<byte> eight = stackalloc byte[8];
        if (stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length || stream.ReadAtLeast(eight, 8, throwOnEndOfStream: false) < 8)
        {
            return Damaged("The file ends within its header", name, null);
        }

        ClkHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<ClkHeader>(bytes, ClkFile.Json);
        }
        catch (JsonException)
        {
            header = null;
        }

        if (header is null || header.Salt.Length != 64 || !header.Salt.All(char.IsAsciiHexDigitLower))
        {
            return Damaged("The header cannot be read", name, null);
        }

        // A claimed number of records is believed only as far as the file is long: nothing is allocated for what is not there.
        var count = BinaryPrimitives.ReadInt64LittleEndian(eight);
        if (count < 0 || count > (stream.Length - stream.Position) / ClkFile.RecordBytes)
        {
            return Finding.Error("clk.count", "The file claims more records than it is long", "Encode the file again", new Place(name, Field: "count"));
        }

        if (count > ClkSet.Most)
        {
            return Finding.Error("clk.count", $"The file holds more than {ClkSet.Most:N0} records", "Split the table by birth year, and link the parts", new Place(name, Field: "count"));
        }

        return (header, count, bytes);
    }

    private static Finding Damaged(string reason, string name, long? chunk) =>
        Finding.Error("clk.damaged", reason, "Send the file again, or encode it again", new Place(name, Field: chunk is { } c ? $"chunk {c}" : null));
}
