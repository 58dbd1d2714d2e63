using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Minato.Release.Checks;

/// <summary>
/// A PNG drawn anew: what is seen, on white, in fewer shades. A message in the low bits of colours, in transparent places, in unused colours of a
/// palette, in the choice of filters or in how the data were packed does not survive it; one in what is seen does, and people look.
/// </summary>
internal static class PngPicture
{
    private const int Colours = 256;

    /// <param name="png">A file that <see cref="PngFile.Inspect"/> does not call broken.</param>
    /// <param name="levels">Shades of each of red, green and blue.</param>
    /// <exception cref="InvalidDataException">The picture cannot be read after all.</exception>
    public static byte[] Redraw(ReadOnlySpan<byte> png, int levels)
    {
        var picture = Open(png);
        var pixels = picture.Pixels();
        var shades = new byte[256];
        for (var v = 0; v < 256; v++)
        {
            // Cut, not rounded: whatever stands in the low bits, the shade is the same.
            shades[v] = (byte)Math.Round(v * levels / 256 * 255.0 / (levels - 1));
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = shades[pixels[i]];
        }

        return Write(picture.Width, picture.Height, pixels);
    }

    /// <summary>Red, green and blue of each pixel, row by row.</summary>
    /// <exception cref="InvalidDataException">The picture cannot be read.</exception>
    public static byte[] PixelsOf(ReadOnlySpan<byte> png) => Open(png).Pixels();

    private static Reader Open(ReadOnlySpan<byte> png)
    {
        var (header, packed, palette, transparent) = Chunks(png);
        return new Reader(header, Unpack(packed), palette, transparent);
    }

    private static (byte[] Header, MemoryStream Packed, byte[] Palette, byte[] Transparent) Chunks(ReadOnlySpan<byte> png)
    {
        byte[] header = [], palette = [], transparent = [];
        var packed = new MemoryStream();
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length < 0 || length > png.Length - at - 12)
            {
                throw new InvalidDataException("A chunk is longer than the file");
            }

            var data = png.Slice(at + 8, length);
            switch (Encoding.Latin1.GetString(png.Slice(at + 4, 4)))
            {
                case "IHDR": header = data.ToArray(); break;
                case "PLTE": palette = data.ToArray(); break;
                case "tRNS": transparent = data.ToArray(); break;
                case "IDAT": packed.Write(data); break;
                case "IEND": at = png.Length; break;
            }

            at += 12 + length;
        }

        packed.Position = 0;
        return header.Length == 13 && packed.Length > 0 ? (header, packed, palette, transparent) : throw new InvalidDataException("There is no picture");
    }

    private static byte[] Unpack(MemoryStream packed)
    {
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var all = new MemoryStream();
        zlib.CopyTo(all);
        return all.ToArray();
    }

    private static byte[] Write(int width, int height, byte[] pixels)
    {
        var index = new Dictionary<int, byte>();
        var indexed = new byte[width * height];
        for (var i = 0; i < indexed.Length; i++)
        {
            var colour = (pixels[3 * i] << 16) | (pixels[(3 * i) + 1] << 8) | pixels[(3 * i) + 2];
            if (!index.TryGetValue(colour, out var at))
            {
                if (index.Count == Colours)
                {
                    index.Clear();
                    break;
                }

                index[colour] = at = (byte)index.Count;
            }

            indexed[i] = at;
        }

        var few = index.Count > 0;
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(few ? 3 : 2));
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        Chunk(file, "IHDR", header);
        if (few)
        {
            Chunk(file, "PLTE", [.. index.Keys.SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]);
        }

        Chunk(file, "IDAT", Pack(few ? indexed : pixels, few ? width : 3 * width, few ? 0 : 3));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Rows with their filter: none, or (of true colours) the difference from the pixel to the left.</summary>
    private static byte[] Pack(byte[] rows, int stride, int left)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var line = new byte[stride + 1];
            for (var at = 0; at < rows.Length; at += stride)
            {
                rows.AsSpan(at, stride).CopyTo(line.AsSpan(1));
                if (left > 0)
                {
                    line[0] = 1;
                    for (var i = stride; i > left; i--)
                    {
                        line[i] -= line[i - left];
                    }
                }

                zlib.Write(line);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
        file.Write(number);
    }

    /// <summary>Any PNG as red, green and blue on white.</summary>
    private sealed class Reader(byte[] header, byte[] data, byte[] palette, byte[] transparent)
    {
        private readonly int depth = header[8];
        private readonly int colour = header[9];
        private readonly int channels = PngFile.Channels(header[9], header[8]);
        private int at;

        public int Width { get; } = BinaryPrimitives.ReadInt32BigEndian(header);

        public int Height { get; } = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));

        public byte[] Pixels()
        {
            var pixels = new byte[3L * Width * Height];
            foreach (var (x, y, dx, dy) in header[12] == 0 ? [(0, 0, 1, 1)] : PngFile.Adam7)
            {
                var (w, h) = ((Width - x + dx - 1) / dx, (Height - y + dy - 1) / dy);
                if (w > 0 && h > 0)
                {
                    Pass(pixels, w, h, x, y, dx, dy);
                }
            }

            return pixels;
        }

        private void Pass(byte[] pixels, int w, int h, int x0, int y0, int dx, int dy)
        {
            var stride = ((w * channels * depth) + 7) / 8;
            var step = Math.Max(1, channels * depth / 8);
            var (line, above) = (new byte[stride], new byte[stride]);
            for (var y = 0; y < h; y++)
            {
                if (at + 1 + stride > data.Length)
                {
                    throw new InvalidDataException("The picture ends early");
                }

                var filter = data[at++];
                data.AsSpan(at, stride).CopyTo(line);
                at += stride;
                Unfilter(filter, line, above, step);
                for (var x = 0; x < w; x++)
                {
                    Colour(line, x, pixels.AsSpan(3 * ((((y * dy) + y0) * Width) + (x * dx) + x0), 3));
                }

                (line, above) = (above, line);
            }
        }

        private static void Unfilter(byte filter, byte[] line, byte[] above, int step)
        {
            for (var i = 0; i < line.Length && filter != 0; i++)
            {
                int left = i >= step ? line[i - step] : 0, up = above[i], corner = i >= step ? above[i - step] : 0;
                line[i] += filter switch
                {
                    1 => (byte)left,
                    2 => (byte)up,
                    3 => (byte)((left + up) / 2),
                    4 => (byte)Paeth(left, up, corner),
                    _ => throw new InvalidDataException("There is no such filter"),
                };
            }
        }

        private static int Paeth(int left, int up, int corner)
        {
            var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
            return a <= b && a <= c ? left : b <= c ? up : corner;
        }

        private void Colour(byte[] line, int x, Span<byte> rgb)
        {
            switch (colour)
            {
                case 3:
                    var entry = Raw(line, x);
                    if (3 * entry + 2 >= palette.Length)
                    {
                        throw new InvalidDataException("A colour is not in the palette");
                    }

                    OnWhite(palette[3 * entry], palette[(3 * entry) + 1], palette[(3 * entry) + 2], entry < transparent.Length ? transparent[entry] : (byte)255, rgb);
                    break;
                case 0 or 4:
                    var grey = Byte(line, x * channels);
                    var clear = colour == 0 && transparent.Length >= 2 && Raw(line, x) == BinaryPrimitives.ReadUInt16BigEndian(transparent);
                    OnWhite(grey, grey, grey, clear ? (byte)0 : colour == 4 ? Byte(line, (x * channels) + 1) : (byte)255, rgb);
                    break;
                default:
                    var (r, g, b) = (Byte(line, x * channels), Byte(line, (x * channels) + 1), Byte(line, (x * channels) + 2));
                    var gone = colour == 2 && transparent.Length >= 6 && Enumerable.Range(0, 3).All(c => Raw(line, (x * channels) + c) == BinaryPrimitives.ReadUInt16BigEndian(transparent.AsSpan(2 * c)));
                    OnWhite(r, g, b, gone ? (byte)0 : colour == 6 ? Byte(line, (x * channels) + 3) : (byte)255, rgb);
                    break;
            }
        }

        /// <summary>A sample as it is written.</summary>
        private int Raw(byte[] line, int sample) => depth switch
        {
            16 => BinaryPrimitives.ReadUInt16BigEndian(line.AsSpan(2 * sample)),
            8 => line[sample],
            _ => (line[sample * depth / 8] >> (8 - depth - (sample * depth % 8))) & ((1 << depth) - 1),
        };

        private byte Byte(byte[] line, int sample) => depth switch
        {
            16 => line[2 * sample],
            8 => line[sample],
            _ => (byte)(Raw(line, sample) * 255 / ((1 << depth) - 1)),
        };

        private static void OnWhite(byte r, byte g, byte b, byte alpha, Span<byte> rgb)
        {
            rgb[0] = (byte)(255 - ((255 - r) * alpha / 255));
            rgb[1] = (byte)(255 - ((255 - g) * alpha / 255));
            rgb[2] = (byte)(255 - ((255 - b) * alpha / 255));
        }
    }
}
