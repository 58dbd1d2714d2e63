using System.Buffers.Binary;

namespace Minato.Kernel;

/// <summary>The end of a gzip (RFC 1952). The framework does not look at it, so that a file that was cut off reads as a shorter one.</summary>
public static class GzipTrailer
{
    /// <summary>The length of what was packed, modulo 2^32; null where the file does not say. Moves the position.</summary>
    public static uint? LengthIn(Stream file)
    {
        if (file.Length < 18)
        {
            return null;
        }

        // BGZF (bgzip, for VCF) is many small gzips, the last one empty: its trailer says nothing of the whole.
        Span<byte> first = stackalloc byte[14];
        file.Position = 0;
        file.ReadExactly(first);
        if ((first[3] & 4) != 0 && first[12..].SequenceEqual("BC"u8))
        {
            return null;
        }

        Span<byte> last = stackalloc byte[4];
        file.Position = file.Length - 4;
        file.ReadExactly(last);
        return BinaryPrimitives.ReadUInt32LittleEndian(last);
    }
}
