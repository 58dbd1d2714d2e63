using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;

namespace Minato.Release.Checks;

/// <summary>What a PNG is: sound, and holding nothing but the picture.</summary>
internal enum PngState
{
    Sound,
    Broken,
    HidesSomething,
}

/// <summary>
/// A strict reading of PNG (ISO/IEC 15948): every byte of the file must be part of the picture. Chunks outside a short list,
/// texts outside the allowed ones, data after the end of the file or of the compressed picture hide something.
/// </summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Chunks of fixed meaning and size; none has room for a message.</summary>
    private static readonly Dictionary<string, int> Plain = new(StringComparer.Ordinal)
    {
        ["pHYs"] = 9, ["sRGB"] = 1, ["gAMA"] = 4, ["cHRM"] = 32, ["bKGD"] = 6, ["sBIT"] = 4, ["tRNS"] = 256, ["PLTE"] = 768,
    };

    /// <summary>Adam7: (x start, y start, x step, y step) of the seven passes.</summary>
    internal static readonly (int X, int Y, int Dx, int Dy)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Samples of a pixel; 0 where the standard knows no such combination of colour type and bit depth.</summary>
    internal static int Channels(int colour, int depth) => (colour, depth) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) => 1,
        (2, 8 or 16) => 3,
        (3, 1 or 2 or 4 or 8) => 1,
        (4, 8 or 16) => 2,
        (6, 8 or 16) => 4,
        _ => 0,
    };

    public static PngState Inspect(ReadOnlySpan<byte> bytes, long maximumPixels, IReadOnlyList<string> allowedTexts)
    {
        if (!bytes.StartsWith(Signature))
        {
            return PngState.Broken;
        }

        var picture = new MemoryStream();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hides = false;
        long expected = -1;
        var at = Signature.Length;
        string? type = null;
        while (type != "IEND")
        {
            if (bytes.Length - at < 12)
            {
                return PngState.Broken;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12)
            {
                return PngState.Broken;
            }

            var before = type;
            type = Encoding.Latin1.GetString(bytes.Slice(at + 4, 4));
            var data = bytes.Slice(at + 8, (int)length);
            if (Crc32.HashToUInt32(bytes.Slice(at + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 8 + (int)length)..]))
            {
                return PngState.Broken;
            }

            at += 12 + (int)length;
            if ((before is null) != (type == "IHDR") || (type == "IDAT" && before != "IDAT" && seen.Contains("IDAT")) || (type is not ("IDAT" or "tEXt") && !seen.Add(type)))
            {
                return PngState.Broken;
            }

            seen.Add(type);
            switch (type)
            {
                case "IHDR":
                    expected = PictureBytes(data, maximumPixels);
                    if (expected < 0)
                    {
                        return PngState.Broken;
                    }

                    break;
                case "IDAT":
                    picture.Write(data);
                    break;
                case "IEND":
                    hides |= length != 0;
                    break;
                case "tEXt":
                    hides |= !AllowedText(data, allowedTexts);
                    break;
                default:
                    hides |= !Plain.TryGetValue(type, out var most) || length > most;
                    break;
            }
        }

        if (!seen.Contains("IDAT"))
        {
            return PngState.Broken;
        }

        hides |= at != bytes.Length;
        return Picture(picture.ToArray(), expected) switch
        {
            PngState.Broken => PngState.Broken,
            PngState.HidesSomething => PngState.HidesSomething,
            _ => hides ? PngState.HidesSomething : PngState.Sound,
        };
    }

    /// <summary>Bytes of the unpacked picture, filter bytes included; -1 where the header is wrong or the picture too large.</summary>
    private static long PictureBytes(ReadOnlySpan<byte> header, long maximumPixels)
    {
        if (header.Length != 13)
        {
            return -1;
        }

        long width = BinaryPrimitives.ReadUInt32BigEndian(header);
        long height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var (depth, colour, interlace) = (header[8], header[9], header[12]);
        var channels = Channels(colour, depth);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || width > maximumPixels / height || channels == 0 || header[10] != 0 || header[11] != 0 || interlace > 1)
        {
            return -1;
        }

        long Pass(long w, long h) => w == 0 || h == 0 ? 0 : h * (1 + (((w * channels * depth) + 7) / 8));
        if (interlace == 0)
        {
            return Pass(width, height);
        }

        long total = 0;
        foreach (var (x, y, dx, dy) in Adam7)
        {
            total += Pass((width - x + dx - 1) / dx, (height - y + dy - 1) / dy);
        }

        return total;
    }

    private static bool AllowedText(ReadOnlySpan<byte> data, IReadOnlyList<string> allowed)
    {
        var text = Encoding.Latin1.GetString(data);
        return text.StartsWith("Software\0", StringComparison.Ordinal)
            && allowed.Any(p => Regex.IsMatch(text[9..], $@"\A(?:{p})\z", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200)));
    }

    /// <summary>The compressed picture must unpack to exactly its size and end exactly where its data end.</summary>
    private static PngState Picture(byte[] compressed, long expected)
    {
        // One byte at a time, so that the decoder cannot read past the end of its stream without our seeing it.
        using var source = new OneByteAtATime(compressed);
        try
        {
            using var unpacked = new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true);
            var buffer = new byte[64 * 1024];
            long total = 0;
            for (int read; (read = unpacked.Read(buffer)) > 0;)
            {
                total += read;
                if (total > expected)
                {
                    return PngState.HidesSomething;
                }
            }

            return total != expected ? PngState.Broken : source.Position == compressed.Length ? PngState.Sound : PngState.HidesSomething;
        }
        catch (InvalidDataException)
        {
            return PngState.Broken;
        }
    }

    private sealed class OneByteAtATime(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
